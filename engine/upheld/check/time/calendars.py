"""Calendars: whether opening times and recurrences mean something.

Source: DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from upheld.calendars.public_holidays import calendar_problems
from upheld.check.inspection import Inspection
from upheld.core.finding import Problem
from upheld.core.policy.provenance import Item
from upheld.core.time.opening_document import stated_hours
from upheld.core.time.opening_hours import OpeningHours
from upheld.core.time.recurrence import recurrence_problems
from upheld.schema.formats import message_and_hint

NOTES = ("label", "clauses", "assumes", "per-customer")
"""What an entry says besides the opening times themselves."""


def check_calendars(inspection: Inspection) -> None:
    """Windows that close before they open, calendars that never open, days that never come."""
    policy = inspection.policy
    for calendar in policy.calendars.values():
        _report(inspection, "UP507", calendar, calendar_problems(_without_notes(calendar.document)))
    for recurrence in policy.recurrences.values():
        _report(inspection, "UP512", recurrence, recurrence_problems(_without_notes(recurrence.document)))


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
