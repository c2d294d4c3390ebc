"""Opening times and recurrences: whether they mean something.

Source: DESIGN section 4.
"""

from __future__ import annotations

from upheld.check.inspection import Inspection
from upheld.core.recurrence import recurrence_problems
from upheld.public_holidays import calendar_problems

NOTES = ("label", "clauses", "assumes")
"""What an entry says besides the opening times themselves."""


def check_opening(inspection: Inspection) -> None:
    """Windows that close before they open, calendars that never open, days that never come."""
    for calendar in inspection.policy.calendars.values():
        document = {key: value for key, value in calendar.document.items() if key not in NOTES}
        for problem in calendar_problems(document):
            inspection.report("UP507", (*calendar.path, *problem.path), problem.message, problem.hint)
    for recurrence in inspection.policy.recurrences.values():
        document = {key: value for key, value in recurrence.document.items() if key not in NOTES}
        for problem in recurrence_problems(document):
            inspection.report("UP512", (*recurrence.path, *problem.path), problem.message, problem.hint)
