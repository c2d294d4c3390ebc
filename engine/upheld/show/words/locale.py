"""Locales: the languages that a page is written in, with their words, numbers and dates.

A language is its catalogue, `catalogues/<code>.json`: the page's messages, the names of days, months and countries,
and the forms of print. A catalogue more is a language more; what it lacks of the others a test says. Why no library
of locales: decision 0016.

    >>> from upheld.core.time.duration import parse_duration
    >>> english, french, length = locale_of("en"), locale_of("fr"), parse_duration("1.5bd")
    >>> [each.duration(length).replace(NO_BREAK, " ") for each in (english, french)]
    ['1.5 business days', '1,5 jour ouvré']
    >>> english.listed(["High", "Medium", "Low"], "or")
    'High, Medium or Low'
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal

from upheld.core.record.message import spoken
from upheld.core.time.day import WEEKDAYS, Day, Span
from upheld.core.time.duration import Duration
from upheld.core.time.instant import DAY_S
from upheld.core.time.window import Window
from upheld.show.page.blocks import NO_BREAK

_CATALOGUES: Final = files(__package__).joinpath("catalogues")
_CODES: Final = [each.name[:-5] for each in _CATALOGUES.iterdir() if each.name.endswith(".json")]

LANGUAGES: Final = tuple(sorted(_CODES, key=lambda code: (code != "en", code)))
"""The codes of the languages that there is a catalogue for, English first."""

UNITS: Final = frozenset({"s", "min", "h"})
"""Units that are abbreviated alike everywhere."""


_APOSTROPHE: Final = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def flattened(text: str) -> str:
    """A text on one line, and otherwise as it was written."""
    return re.sub(r"[ \t\r\n\v\f]+", " ", text).strip(" ")


_SINGULAR: Final[Mapping[str, Callable[[int | Fraction], bool]]] = {
    "one": lambda number: number == 1,
    "below-two": lambda number: number < 2,
}
"""The rules by which languages take a number for one thing; a catalogue names its own."""


@dataclass(frozen=True, slots=True)
class Locale:
    """The words, the numbers and the dates of a language.

    Attributes:
        language: Its code.
        messages: What the page says by itself, by key; ``{name}`` in a message stands for what is filled in.
        decimal: What stands before the decimals.
        quotes: What stands before and after a quotation.
        singular: Which numbers are one: see `_SINGULAR`.
        no_break_before, no_break_after: The signs next to which a space is a no-break one.
        elisions: What messages become where a condition is filled in: "si il", "s’il".
        time_of_day, full_hour: A time of day from ``{hour}`` and ``{minute}``, and one without minutes.
        weekdays, months: Their names from Monday and January on.
        countries: Names of countries, by their codes of two letters, and of their parts: ``GB-ENG``.
        countries_within: What those of them are called within a sentence that have an article there.
    """

    language: str
    messages: Mapping[str, str]
    decimal: str
    quotes: Sequence[str]
    singular: str
    no_break_before: str
    no_break_after: str
    elisions: Mapping[str, str]
    time_of_day: str
    full_hour: str
    weekdays: Sequence[str]
    months: Sequence[str]
    countries: Mapping[str, str]
    countries_within: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The message ``key``, filled in. What is filled in is never read as a message itself."""
        said = self.messages[key].format(**values)
        if "condition" in values:
            for written, spoken in self.elisions.items():
                said = said.replace(written, spoken)
        return said

    def counted(self, key: str, number: int | Fraction) -> str:
        """A number with the message ``key.one`` or ``key.many``: "1 business day", "2 business days"."""
        how_many = "one" if _SINGULAR[self.singular](number) else "many"
        return self.say(f"{key}.{how_many}", number=self.number(number))

    def tidy(self, text: str) -> str:
        """An author's text on one line, with the apostrophes and the spaces of print.

        Spaces that are there become no-break ones where the language has them; none is added.
        """
        return _unbroken(_APOSTROPHE.sub("’", flattened(text)), self.no_break_before, self.no_break_after)

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

    def share(self, text: str | None) -> str:
        """A share as verdicts write it, with the reader's decimals; nothing where there is none."""
        return text.replace(".", self.decimal).replace("%", f"{NO_BREAK}%") if text else ""

    def duration(self, duration: Duration) -> str:
        """A length of time, in the unit in which it was promised."""
        if duration.unit in UNITS:
            return f"{self.number(duration.amount)}{NO_BREAK}{duration.unit}"
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

    def roughly(self, length_s: int) -> str:
        """A length of time; its seconds count only where it is short."""
        return self.seconds(length_s if length_s < 3600 else length_s // 60 * 60)

    def date(self, day: date) -> str:
        """A date: ``1 January 2021``."""
        return self.day(Day(day.year, day.month, day.day))

    def day(self, day: Day) -> str:
        """A date, or a day of every year."""
        return self.say("every-year", day=self._in_year(day)) if day.year is None else self._in_year(day)

    def days(self, days: Day | Span) -> str:
        """A day, or several in a row."""
        if isinstance(days, Day):
            return self.day(days)
        told = self.say("days-in-a-row", first=self._in_year(days.first), last=self._in_year(days.last))
        return self.say("every-year", day=told) if days.year is None else told

    def _in_year(self, day: Day) -> str:
        number = self.say("first-of-month") if day.day == 1 else str(day.day)
        month = f"{number}{NO_BREAK}{self.months[day.month - 1]}"
        return month if day.year is None else f"{month} {day.year}"

    def weekday(self, name: str) -> str:
        """A day of the week, from its name in a policy: ``mon``."""
        return self.weekdays[WEEKDAYS.index(name)]

    def time(self, second: int) -> str:
        """A time of day, from its second of local time: ``09:00``, ``9 h``."""
        hour, minute = second // 3600, second // 60 % 60
        return (self.time_of_day if minute else self.full_hour).format(hour=hour, minute=minute)

    def window(self, window: Window) -> str:
        """An opening window: ``09:00–17:30``, ``9 h à 17 h 30``, ``22:00 to 06:00 the next day``."""
        start, end = window
        if end > DAY_S:
            return self.say("night", start=self.time(start), end=self.time(end - DAY_S))
        return self.say("window", start=self.time(start), end=self.time(end))


@lru_cache
def locale_of(language: str) -> Locale:
    """The locale of a language; only what is asked for is read. Raises: ArgumentError for one without a catalogue."""
    spoken(language, LANGUAGES)
    return read_locale(language, _CATALOGUES.joinpath(f"{language}.json").read_text(encoding="utf-8"))


def read_locale(language: str, text: str) -> Locale:
    """The locale that a catalogue holds. Its messages are set as print has them: apostrophes, no-break spaces."""
    catalogue: dict[str, Any] = json.loads(text)
    said = {key: message for part in catalogue.pop("messages").values() for key, message in part.items()}
    before, after = catalogue["no_break_before"], catalogue["no_break_after"]
    messages = {key: _unbroken(message.replace("'", "’"), before, after) for key, message in said.items()}
    return Locale(language=language, messages=messages, **catalogue)


def _unbroken(text: str, before: str, after: str) -> str:
    """A text whose spaces before and after these signs are no-break ones."""
    text = re.sub(f" (?=[{re.escape(before)}])", NO_BREAK, text) if before else text
    return re.sub(f"(?<=[{re.escape(after)}]) ", NO_BREAK, text) if after else text
