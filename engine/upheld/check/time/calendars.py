"""Calendars: whether opening times and recurrences mean something, and each length of time can be counted on its own.

What passes here falls due without a question: the engine never has to guess, and never
stops at a target that means nothing on its calendar, nor at a business day without one meaning.

Source: DESIGN section 4.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from upheld.calendars.public_holidays import calendar_problems
from upheld.check.inspection import Inspection
from upheld.core.finding import Problem
from upheld.core.policy.policy import ALWAYS, RecurringDays
from upheld.core.policy.provenance import Item, Path
from upheld.core.time.duration import Duration
from upheld.core.time.instant import date_of_day, day_number
from upheld.core.time.opening_document import read_opening_hours
from upheld.core.time.opening_hours import OpeningHours
from upheld.core.time.recurrence import read_recurrence, recurrence_problems
from upheld.core.time.target import Target
from upheld.schema.formats import message_and_hint

SOME_DAYS = 1000
"""Days of a recurrence that are looked at: a rule that meets a weekday at all meets it among them."""

NOTES = ("label", "clauses", "assumes", "per-customer")
"""What an entry says besides the opening times themselves."""


def check_calendars(inspection: Inspection) -> None:
    """Windows that close before they open, calendars that never open, days that never come."""
    policy = inspection.policy
    for calendar in policy.calendars.values():
        _report(inspection, "UP507", calendar, calendar_problems(_without_notes(calendar.document)))
    for recurrence in policy.recurrences.values():
        _report(inspection, "UP512", recurrence, recurrence_problems(_without_notes(recurrence.document)))
        _closed_days(inspection, recurrence)


def _closed_days(inspection: Inspection, recurrence: RecurringDays) -> None:
    """Days that lie on closed weekdays, of which nobody says where they go."""
    stated, _ = read_recurrence(_without_notes(recurrence.document))
    hours = opening_hours(inspection, recurrence.calendar)
    if stated is None or hours is None or "roll" in recurrence.document:
        return
    first = 0 if inspection.policy.since is None else bisect_left(stated.days, day_number(inspection.policy.since))
    days = (date_of_day(day) for day in stated.days[first : first + SOME_DAYS])
    closed = next((day for day in days if not hours.weekly[day.weekday()]), None)
    if closed is not None:
        message = f"`{recurrence.id}` falls on days on which `{recurrence.calendar}` is closed, and is due on them"
        hint = "say where such a day goes: `roll: next` or `roll: previous`; or `roll: none`, where it stays"
        inspection.report("UP571", recurrence.path, message, hint, key=True, example={"day": str(closed)})


def _without_notes(document: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in document.items() if key not in NOTES}


def _report(inspection: Inspection, code: str, item: Item, problems: Iterable[Problem]) -> None:
    for problem in problems:
        message, hint = problem.message, problem.hint
        if not hint:
            message, hint = message_and_hint(ValueError(message))
        inspection.report(code, (*item.path, *problem.path), message, hint, key=problem.at_key or not problem.path)


Aim = tuple[Path, Target]
"""A target with the place where it is written."""

OPENING_TIME = "opening-time"


def check_lengths(
    inspection: Inspection, item: Item, calendar: str, business_day: str | None, aims: Iterable[Aim]
) -> None:
    """A promise counts on a calendar; business days need a meaning, days and weeks a calendar that never closes."""
    durations = [(at, aim) for at, aim in aims if isinstance(aim, Duration)]
    if not calendar:
        hint = "add `calendar:` with the opening time it counts in, or `calendar: always`"
        inspection.report("UP505", item.path, f"`{item.id}` does not say on which calendar it counts", hint, key=True)
    days = [(at, aim) for at, aim in durations if aim.is_business_day]
    if days and business_day is None:
        hint = "add `business-day:` with `opening-time`, `dates` or `same-time`"
        message = f"`{item.id}` counts in business days ({days[0][1]}), and does not say what one is"
        inspection.report("UP506", item.path, message, hint, key=True)
    elif days and business_day == OPENING_TIME:
        worth_a_day(inspection, item, calendar)
    elif days:
        _whole(inspection, str(business_day), days)
    round_the_clock(inspection, item, calendar, durations)


def _whole(inspection: Inspection, business_day: str, days: Iterable[tuple[Path, Duration]]) -> None:
    for at, aim in days:
        if aim.amount.denominator != 1:
            message = f"`{aim}` counts a part of a business day, which `{business_day}` has not"
            inspection.report("UP506", at, message, "write whole business days, or say `business-day: opening-time`")


def worth_a_day(inspection: Inspection, item: Item, calendar: str) -> None:
    """Counted in opening time, a business day is worth the hours of one day, so these must be the same or be said."""
    hours = opening_hours(inspection, calendar)
    if hours is not None and hours.nominal_day_s is None:
        message = f"`{item.id}` counts business days in opening time, and the days of `{calendar}` have different hours"
        hint = f"add `nominal-day:` to `{calendar}`, with what a day is worth, such as `nominal-day: 8h`"
        inspection.report("UP506", item.path, message, hint, key=True)


def round_the_clock(
    inspection: Inspection, item: Item, calendar: str, durations: Iterable[tuple[Path, Duration]]
) -> None:
    """Days and weeks are elapsed time, which only a calendar without closed time counts."""
    for at, aim in durations:
        table = at[0] == "parameters"
        if calendar not in ("", ALWAYS) and aim.unit in ("d", "w"):
            message = f"`{aim}` is time round the clock, and `{calendar}` has closed time"
            hint = "count in business days (`bd`) or hours, or on `calendar: always`"
            if table:
                hint += f"; `{item.id}` counts all that `{at[1]}` holds on `{calendar}`, `{at[-1]}` like the rest"
            inspection.report("UP513", at, message, hint)


def opening_hours(inspection: Inspection, calendar: str) -> OpeningHours | None:
    """The hours of a calendar, holidays apart; ``None`` where there are none that could be read."""
    known = inspection.policy.calendars.get(calendar)
    if known is None:
        return None
    return read_opening_hours({key: value for key, value in known.document.items() if key != "holidays"}, None)[0]


def nominal_day_s(inspection: Inspection, calendar: str, business_day: str | None) -> int | None:
    """Seconds of opening time that a business day is worth, where it is counted so and known."""
    hours = opening_hours(inspection, calendar) if business_day == OPENING_TIME else None
    return hours.nominal_day_s if hours is not None else None
