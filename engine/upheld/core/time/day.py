"""Days as an author names them: a date, the same day of every year, several in a row, days by a rule, days of the week.

>>> parse_day("*-12-31"), parse_weekdays("fri-mon")
(Day(year=None, month=12, day=31), (4, 5, 6, 0))
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from upheld.core.nearest import nearest, quoted
from upheld.core.time.instant import FIRST_YEAR, LAST_YEAR, day_number
from upheld.core.time.rrule import Rule, days_of, parse_rrule

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

BEFORE_HOLIDAYS: Final = "before-holidays"
"""What the days before public holidays are called, where each of them closes early."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_YEARLY = re.compile(r"\*-([0-9]{2})-([0-9]{2})", re.ASCII)
_SOME_LEAP_YEAR = 2000

MOST_DAYS: Final = 366
"""In a row, of certain dates."""


class Day(NamedTuple):
    """A date, or with no year that month and day of every year; 29 February comes in leap years only."""

    year: int | None
    month: int
    day: int

    def __str__(self) -> str:
        return f"{'*' if self.year is None else f'{self.year:04}'}-{self.month:02}-{self.day:02}"

    def day_numbers(self) -> Iterator[int]:
        """The days meant, within what a calendar covers and the local dates just outside it."""
        years = range(FIRST_YEAR - 1, LAST_YEAR + 2) if self.year is None else (self.year,)
        for year in years:
            try:
                yield day_number(date(year, self.month, self.day))
            except ValueError:
                assert (self.month, self.day) == (2, 29), self


class RuleDay(NamedTuple):
    """The days of a rule of RFC 5545, such as the last Friday of each month."""

    text: str
    rule: Rule

    def __str__(self) -> str:
        return self.text

    @property
    def year(self) -> None:
        """It is of no one year."""

    def day_numbers(self) -> Iterator[int]:
        """The days meant, within what a calendar covers."""
        return iter(days_of(self.rule))


class Span(NamedTuple):
    """The days from one to another, both included: of certain dates, or those of every year, perhaps past its end."""

    first: Day
    last: Day

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"

    @property
    def year(self) -> int | None:
        """The year of the first; ``None`` where it is of every year."""
        return self.first.year

    def day_numbers(self) -> Iterator[int]:
        """The days meant, within what a calendar covers and the local dates just outside it."""
        first, last = self
        later = first.year is None and last[1:] < first[1:]
        for year in range(FIRST_YEAR - 1 - later, LAST_YEAR + 2) if first.year is None else (first.year,):
            yield from range(_on_or_after(first, year), _on_or_after(last, (last.year or year) + later, 1))


def _on_or_after(day: Day, year: int, after: int = 0) -> int:
    """The number of a day in a year, or of so many days after it; of 1 March for a 29 February that is not in it."""
    try:
        return day_number(date(year, day.month, day.day)) + after
    except ValueError:
        return day_number(date(year, 3, 1))


NamedDay = Day | Span | RuleDay


def closeness(day: NamedDay) -> int:
    """How closely a day is named: by a rule, of every year, as a very date, in a row or alone; the closest counts."""
    if isinstance(day, RuleDay):
        return 0
    return 2 * (day.year is not None) + isinstance(day, Day) + 1


def parse_date(text: str) -> date:
    """The date written `YYYY-MM-DD`.

    Raises: ValueError, with a message for the author.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{quoted(text)} is no date: write `YYYY-MM-DD`, such as `2024-12-24`")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError(f"`{text}` is not in the calendar: no such day in that month and year") from None


def parse_days(text: str) -> NamedDay:
    """A day as `parse_day` reads it, several in a row as ISO 8601 writes intervals, or a rule of RFC 5545.

    >>> print(parse_days("2026-08-03/2026-08-14").year, parse_days("*-12-24/*-01-02").year)
    2026 None

    Raises: ValueError, with a message for the author.
    """
    if text.startswith("FREQ="):
        return RuleDay(text, parse_rrule(text))
    ends = text.split("/")
    if len(ends) != 2:
        return parse_day(text)
    first, last = map(parse_day, ends)
    if (first.year is None) != (last.year is None):
        raise ValueError(f"`{text}` is of every year at one end alone: write `*-` at both, or a year")
    if first.year is not None and last.year is not None:
        length = date(last.year, last.month, last.day) - date(first.year, first.month, first.day)
        if length.days < 0:
            raise ValueError(f"`{text}` ends before it begins: write the first day before the last")
        if length.days > MOST_DAYS:
            raise ValueError(f"`{text}` is longer than a year: give each year its own")
    return Span(first, last)


def parse_day(text: str) -> Day:
    """A date of the years that a calendar covers, or `*-MM-DD` for every year.

    Raises: ValueError, with a message for the author.
    """
    yearly = _YEARLY.fullmatch(text)
    if yearly is not None:
        month, day = int(yearly[1]), int(yearly[2])
        try:
            date(_SOME_LEAP_YEAR, month, day)
        except ValueError:
            raise ValueError(f"`{text}` is not in the calendar: no such day in any year") from None
        return Day(None, month, day)
    if _DATE.fullmatch(text) is None:
        raise ValueError(f"{quoted(text)} is no day: write `2024-12-24`, or `*-12-24` for every year")
    that = parse_date(text)
    if not FIRST_YEAR <= that.year <= LAST_YEAR:
        raise ValueError(f"`{text}` lies outside the years {FIRST_YEAR} to {LAST_YEAR} that a calendar covers")
    return Day(that.year, that.month, that.day)


def parse_special_day(text: str) -> NamedDay | None:
    """Days as `parse_days` reads them; ``None`` for the days before public holidays.

    Raises: ValueError, with a message for the author.
    """
    if text == BEFORE_HOLIDAYS:
        return None
    if not (_DATE.fullmatch(text) or _YEARLY.fullmatch(text) or "/" in text or text.startswith("FREQ=")):
        days = f"`2024-12-24`, `*-12-24` for every year, or `{BEFORE_HOLIDAYS}`"
        raise ValueError(f"{quoted(text)} is no day: write {days}")
    return parse_days(text)


def parse_weekdays(text: str) -> tuple[int, ...]:
    """The weekdays of a key such as `mon` or `mon-fri`, Monday 0 to Sunday 6; a range may pass the weekend.

    Raises: ValueError, with a message for the author.
    """
    first, dash, last = text.partition("-")
    for word in (first, last) if dash else (first,):
        if word not in WEEKDAYS:
            near = nearest(word[:3], WEEKDAYS)
            advice = f"did you mean `{near}`?" if near else "write `mon` to `sun`, or a range such as `mon-fri`"
            raise ValueError(f"{quoted(word)} is no day of the week: {advice}")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    if dash and start == end:
        raise ValueError(f"`{text}` is one day: write `{first}`")
    return tuple((start + step) % 7 for step in range((end - start) % 7 + 1))


def weekday_of(day: int) -> str:
    """The weekday of a day's number.

    >>> weekday_of(0)
    'thu'
    """
    return WEEKDAYS[(day + _THURSDAY) % 7]


_THURSDAY: Final = 3
"""The weekday of day 0, 1970-01-01, Monday being 0."""
