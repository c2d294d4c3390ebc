"""Opening times and recurrences: whether they mean something.

Source: DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Iterable

from upheld.calendars.public_holidays import calendar_problems
from upheld.check.inspection import Inspection
from upheld.core.finding import Problem
from upheld.core.policy.policy import OpeningHours, RecurringDays
from upheld.core.policy.provenance import Item
from upheld.core.time.recurrence import recurrence_problems
from upheld.schema.formats import message_and_hint

NOTES = ("label", "clauses", "assumes")
"""What an entry says besides the opening times themselves."""


def check_opening(inspection: Inspection) -> None:
    """Windows that close before they open, calendars that never open, days that never come."""
    policy = inspection.policy
    for calendar in policy.calendars.values():
        _report(inspection, "UP507", calendar, calendar_problems(_without_notes(calendar)))
    for recurrence in policy.recurrences.values():
        _report(inspection, "UP512", recurrence, recurrence_problems(_without_notes(recurrence)))


def _without_notes(item: OpeningHours | RecurringDays) -> dict[str, object]:
    return {key: value for key, value in item.document.items() if key not in NOTES}


def _report(inspection: Inspection, code: str, item: Item, problems: Iterable[Problem]) -> None:
    for problem in problems:
        message, hint = problem.message, problem.hint
        if not hint:
            message, hint = message_and_hint(ValueError(message))
        inspection.report(code, (*item.path, *problem.path), message, hint, key=problem.at_key or not problem.path)
