"""Tongues: the languages that a page is written in, with their words, numbers and dates.

Two languages, some two hundred short messages and a handful of rules need no library of
locales; what such a library lacks, such as business days, would be ours to write anyway.

    >>> from upheld.core.time.duration import parse_duration
    >>> english, french, length = tongue("en"), tongue("fr"), parse_duration("1.5bd")
    >>> [each.duration(length).replace(NO_BREAK, " ") for each in (english, french)]
    ['1.5 business days', '1,5 jour ouvré']
    >>> english.listed(["High", "Medium", "Low"], "or")
    'High, Medium or Low'
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal, get_args

from upheld.core.time.day import WEEKDAYS, Day
from upheld.core.time.duration import Duration
from upheld.core.time.instant import DAY_S
from upheld.core.time.window import Window

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

NO_BREAK: Final = "\u00a0"
"""A space at which no line is broken."""

UNITS: Final = {"s": "s", "min": "min", "h": "h"}
"""Units that are abbreviated alike everywhere."""


_APOSTROPHE: Final = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def flattened(text: str) -> str:
    """A text on one line, and otherwise as it was written."""
    return re.sub(r"[ \t\r\n\v\f]+", " ", text).strip(" ")


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language.

    Attributes:
        language: Its code.
        messages: What the page says by itself, by key; ``{name}`` in a message stands for what is filled in.
        decimal: What stands before the decimals.
        quotes: What stands before and after a quotation.
        weekdays, months: Their names from Monday and January on.
        countries: Names of countries, by their codes of two letters, and of their parts: ``GB-ENG``.
    """

    language: Language
    messages: Mapping[str, str]
    decimal: str
    quotes: tuple[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    countries: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The message ``key``, filled in. What is filled in is never read as a message itself."""
        said = self.messages[key].format(**values)
        return said.replace("si il ", "s’il ") if "condition" in values and self.language == "fr" else said

    def counted(self, key: str, number: int | Fraction) -> str:
        """A number with the message ``key.one`` or ``key.many``: "1 business day", "2 business days"."""
        several = number >= 2 if self.language == "fr" else number != 1
        return self.say(f"{key}.{'many' if several else 'one'}", number=self.number(number))

    def tidy(self, text: str) -> str:
        """An author's text on one line, with the apostrophes and the spaces of print.

        Spaces that are there become no-break ones where French has them; none is added.
        """
        flat = _APOSTROPHE.sub("’", flattened(text))
        if self.language != "fr":
            return flat
        return re.sub(r" (?=[;:!?%»])|(?<=«) ", NO_BREAK, flat)

    def quoted(self, text: str) -> str:
        """A text between quotation marks."""
        return f"{self.quotes[0]}{text}{self.quotes[1]}"

    def listed(self, texts: Sequence[str], joint: Literal["and", "or"] = "and") -> str:
        """Texts with commas, and the word before the last."""
        if len(texts) < 2:
            return "".join(texts)
        return f"{', '.join(texts[:-1])} {self.say(joint)} {texts[-1]}"

    def number(self, number: int | Fraction) -> str:
        """A number, exactly: in decimals, or as a fraction where decimals would not end."""
        exact = Fraction(number)
        scaled = exact * 10**6
        if scaled.denominator != 1:
            return f"{exact.numerator}/{exact.denominator}"
        whole, rest = divmod(int(scaled), 10**6)
        decimals = f"{rest:06}".rstrip("0")
        return f"{whole}{self.decimal}{decimals}" if decimals else str(whole)

    def percent(self, share: Fraction) -> str:
        """A share of 1 in percent."""
        return f"{self.number(share * 100)}{NO_BREAK}%"

    def duration(self, duration: Duration) -> str:
        """A length of time, in the unit in which it was promised."""
        if duration.unit in UNITS:
            return f"{self.number(duration.amount)}{NO_BREAK}{UNITS[duration.unit]}"
        return self.counted(duration.unit, duration.amount)

    def seconds(self, length_s: int) -> str:
        """A length of time in hours and minutes: ``8 h 30``, ``2 h 05 min 30 s``."""
        hours, rest = divmod(length_s, 3600)
        minutes, seconds = divmod(rest, 60)
        if hours and not seconds:
            return f"{hours}{NO_BREAK}h" + (f"{NO_BREAK}{minutes:02}" if minutes else "")
        parts = [f"{hours}{NO_BREAK}h"] if hours else []
        parts += [f"{minutes:02}{NO_BREAK}min" if hours else f"{minutes}{NO_BREAK}min"] if length_s >= 60 else []
        parts += [f"{seconds}{NO_BREAK}s"] if seconds or not parts else []
        return " ".join(parts)

    def date(self, day: date) -> str:
        """A date: ``1 January 2021``."""
        return self.day(Day(day.year, day.month, day.day))

    def day(self, day: Day) -> str:
        """A date, or a day of every year."""
        number = self.say("first-of-month") if day.day == 1 else str(day.day)
        month = f"{number}{NO_BREAK}{self.months[day.month - 1]}"
        return self.say("every-year", day=month) if day.year is None else f"{month} {day.year}"

    def weekday(self, name: str) -> str:
        """A day of the week, from its name in a policy: ``mon``."""
        return self.weekdays[WEEKDAYS.index(name)]

    def time(self, second: int) -> str:
        """A time of day, from its second of local time."""
        minutes = f"{second // 60 % 60:02}"
        if self.language == "fr":
            return f"{second // 3600}{NO_BREAK}h" + (f"{NO_BREAK}{minutes}" if minutes != "00" else "")
        return f"{second // 3600:02}:{minutes}"

    def window(self, window: Window) -> str:
        """An opening window: ``09:00–17:30``, ``9 h à 17 h 30``, ``22:00 to 06:00 the next day``."""
        start, end = window
        if end > DAY_S:
            return self.say("night", start=self.time(start), end=self.time(end - DAY_S))
        return self.say("window", start=self.time(start), end=self.time(end))


def tongue(language: Language) -> Tongue:
    """The tongue of a language; only what is asked for is imported."""
    if language == "fr":
        from upheld.show.french import FRENCH

        return FRENCH
    from upheld.show.english import ENGLISH

    return ENGLISH
