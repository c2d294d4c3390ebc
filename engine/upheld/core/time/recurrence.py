"""Recurrences: days that come again, such as a weekly meeting, and when each is due.

    >>> support = Calendar.from_document({"zone": "Etc/UTC", "weekly": {"mon-fri": ["09:00-17:30"]}})
    >>> meeting = Recurrence.from_document({"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "roll": "previous"}, support)
    >>> print(meeting.next_after(datetime.fromisoformat("2024-03-05T12:00Z")))
    2024-03-29 17:30:00+00:00

A day that is no business day of the recurrence's calendar rolls to the one before or
after, or stays. Without a time of day it is due at closing; a day that stays and has
no closing is due at its end, midnight.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, Self, cast

from upheld.core.errors import CalendarError
from upheld.core.finding import Problem
from upheld.core.nearest import listed, nearest, quoted, said
from upheld.core.time.calendar import Calendar
from upheld.core.time.day import parse_day
from upheld.core.time.instant import DAY_S, LAST_YEAR, instant_of, seconds_of, text_of
from upheld.core.time.opening_document import calendar_error
from upheld.core.time.rrule import Rule, days_of, parse_rrule
from upheld.core.time.window import parse_time_of_day

Roll = Literal["previous", "next", "none"]
After = Literal["instant", "date"]

ROLLS: Final = ("previous", "next", "none")
KEYS: Final = ("rrule", "dates", "from", "at", "roll", "calendar")
KEYS_OF_OTHERS: Final = ("label", "clauses", "assumes", "override", "remove")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One coming of a recurrence.

    Attributes:
        day: Number of the day that the rule names.
        due_day: Number of the day it rolled to; the same where it did not.
        due_s: When it is due.
    """

    day: int
    due_day: int
    due_s: int


@dataclass(frozen=True, slots=True)
class DatesOrRule:
    """What the author wrote of a recurrence, without its calendar.

    Attributes:
        rule: Which days, when a rule says so.
        dates: Which days one by one, by number, in order; empty with a rule.
        roll: Where a day goes that is no business day.
        time_s: Local time of day at which it is due; None at closing.
    """

    rule: Rule | None
    dates: tuple[int, ...] = ()
    roll: Roll = "none"
    time_s: int | None = None

    @property
    def days(self) -> tuple[int, ...]:
        """Every day that it names, by number, in order."""
        return self.dates if self.rule is None else days_of(self.rule)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Days that come again, on a calendar."""

    stated: DatesOrRule
    calendar: Calendar

    @classmethod
    def from_document(cls, document: object, calendar: Calendar) -> Self:
        """The recurrence that an entry of a policy's `recurrences` states, on its calendar.

        Raises: CalendarError with the first problem, and how many more `recurrence_problems` reports.
        """
        stated, problems = read_recurrence(document)
        if stated is None:
            raise calendar_error("recurrence", problems)
        return cls(stated, calendar)

    def next_after(self, start: datetime, after: After = "instant") -> datetime | None:
        """When the first is due after ``start``, in UTC; see `next_after_s`."""
        found = self.next_after_s(seconds_of(start), after)
        return None if found is None else instant_of(found.due_s)

    def next_after_s(self, start_s: int, after: After = "instant") -> Occurrence | None:
        """The first that is due strictly after the instant, or on a later date than the start's.

        Days are judged after they rolled: a Sunday rolled to the Friday before a start is past. None when the
        recurrence has ended by then.

        Raises: CalendarError when it goes on but the years that a calendar covers do not.
        """
        today = self.calendar.day_at(start_s)
        days = self.stated.days
        for place in range(bisect_left(days, self._first_that_can_be_due(today)), len(days)):
            found = self.occurrence_of(days[place])
            if found.due_s > start_s if after == "instant" else found.due_day > today:
                return found
        if self.stated.rule is not None and self.stated.rule.is_endless:
            raise CalendarError(f"no day of the rule is due after `{text_of(start_s)}`, up to the end of {LAST_YEAR}")
        return None

    def _first_that_can_be_due(self, today: int) -> int:
        """An earlier day is due on an earlier date: but a closed day may yet roll on to today or later."""
        if self.stated.roll != "next":
            return today
        try:
            return self.calendar.business_day_after(today, -1).day + 1
        except CalendarError:  # today is among the first days that a calendar covers
            return 0

    def occurrence_of(self, day: int) -> Occurrence:
        """When a day that the rule names is due."""
        business_day = self.calendar.business_day(day)
        if business_day is None and self.stated.roll != "none":
            business_day = self.calendar.business_day_after(day, 1 if self.stated.roll == "next" else -1)
        if business_day is None:
            time_s = DAY_S if self.stated.time_s is None else self.stated.time_s
            return Occurrence(day, day, self.calendar.instant_s(day, time_s))
        if self.stated.time_s is None:
            return Occurrence(day, business_day.day, business_day.closes_s)
        return Occurrence(day, business_day.day, self.calendar.instant_s(business_day.day, self.stated.time_s))


def recurrence_problems(document: object) -> list[Problem]:
    """Every problem of an entry of `recurrences`, for the checker to place; its calendar's name is not looked at."""
    return read_recurrence(document)[1]


def read_recurrence(document: object) -> tuple[DatesOrRule | None, list[Problem]]:
    """What an entry of `recurrences` states, and every problem in it; nothing stated where there is one."""
    if not isinstance(document, Mapping):
        return None, [Problem((), "bad-value", "a recurrence is a mapping with `rrule` or `dates`")]
    problems: list[Problem] = []
    for key in document:
        if key not in KEYS and key not in KEYS_OF_OTHERS:
            near = nearest(said(key), KEYS)
            hint = f"did you mean `{near}`?" if near else f"its keys are {listed(KEYS)}"
            problems.append(
                Problem((str(key),), "unknown-name", f"a recurrence has no key {quoted(key)}", hint, at_key=True)
            )
    rule, dates = _days(document, problems)
    roll = document.get("roll", "none")
    if roll not in ROLLS:
        near = nearest(said(roll), ROLLS)
        hint = f"did you mean `{near}`?" if near else f"write {listed(ROLLS)}"
        problems.append(Problem(("roll",), "unknown-value", f"{quoted(roll)} is no way to roll", hint))
    time_s = None
    if "at" in document:
        try:
            time_s = parse_time_of_day(said(document["at"]))
        except ValueError as error:
            problems.append(Problem(("at",), "bad-value", str(error)))
    stated = None if problems else DatesOrRule(rule, dates, cast(Roll, roll), time_s)
    return stated, problems


def _days(document: Mapping[str, object], problems: list[Problem]) -> tuple[Rule | None, tuple[int, ...]]:
    """The rule or the dates: one of the two, and at least one day."""
    if ("rrule" in document) == ("dates" in document):
        hint = "write for example `rrule: FREQ=WEEKLY;BYDAY=FR`, or `dates: [2024-03-28]`"
        problems.append(Problem((), "bad-value", "a recurrence has either an `rrule` or `dates`", hint))
        return None, ()
    if "dates" in document:
        if "from" in document:
            hint = "`from` is where a rule starts"
            problems.append(Problem(("from",), "bad-value", "dates need no `from`", hint, at_key=True))
        return None, _dates(document["dates"], problems)
    counted_from = None
    if "from" in document:
        found = _dates([document["from"]], problems, ("from",))
        if not found:
            return None, ()
        counted_from = date.fromisoformat(said(document["from"]))
    try:
        rule = parse_rrule(said(document["rrule"]), counted_from)
    except ValueError as error:
        problems.append(Problem(("rrule",), "bad-value", str(error)))
        return None, ()
    if not days_of(rule):
        problems.append(Problem(("rrule",), "empty", f"{quoted(document['rrule'])} names no day up to {LAST_YEAR}"))
    return rule, ()


def _dates(value: object, problems: list[Problem], path: tuple[str, ...] = ()) -> tuple[int, ...]:
    """Dates of the years that a calendar covers, by number."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        problems.append(Problem(("dates",), "bad-value", "the days stand in a list", "write `dates: [2024-03-28]`"))
        return ()
    found: set[int] = set()
    for index, text in enumerate(value):
        try:
            day = parse_day(said(text))
            if day.year is None:
                raise ValueError(f"`{day}` is no single date: for every year, write an `rrule`")
            found.update(day.day_numbers())
        except ValueError as error:
            problems.append(Problem(path or ("dates", index), "bad-value", str(error)))
    return tuple(sorted(found))
