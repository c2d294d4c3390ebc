"""Calendars: whether opening times and recurrences mean something.

Source: DESIGN section 4.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from upheld.calendars.public_holidays import calendar_problems
from upheld.check.inspection import Inspection
from upheld.core.finding import Problem
from upheld.core.policy.policy import RecurringDays
from upheld.core.policy.provenance import Item
from upheld.core.time.instant import date_of_day, day_number
from upheld.core.time.opening_document import stated_hours
from upheld.core.time.opening_hours import OpeningHours
from upheld.core.time.recurrence import read_recurrence, recurrence_problems
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


def opening_hours(inspection: Inspection, calendar: str) -> OpeningHours | None:
    """The hours of a calendar, holidays apart; ``None`` where there are none that could be read."""
    known = inspection.policy.calendars.get(calendar)
    return None if known is None else stated_hours(known.document)
