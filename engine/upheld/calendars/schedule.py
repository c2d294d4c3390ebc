"""Schedules: the calendars and recurrences of a policy, built with the public holidays of this installation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache

from upheld.calendars.public_holidays import Calendar
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.schedule import Override, Schedule, no_override
from upheld.core.time.calendar import Calendar as CoreCalendar
from upheld.core.time.recurrence import Recurrence

NOTES = ("label", "clauses", "assumes", "per-customer")
"""What an entry says besides the opening times or days themselves."""


Hours = Callable[[str, str], Mapping[str, object] | None]
"""The opening times that a customer has instead of those of a calendar, by customer and calendar; or ``None``."""


def no_hours(customer: str, calendar: str) -> Mapping[str, object] | None:
    """Nobody has opening times of their own."""
    return None


def schedule_of(
    policy: Policy, releases: Iterable[date] = (), override: Override = no_override, hours: Hours = no_hours
) -> Schedule:
    """Everything about time that a checked policy says.

    Args:
        releases: The dates of all known releases.
        override: What customers' contracts say instead of a parameter.
        hours: What they say instead of a calendar that may be replaced.

    Raises: CalendarError for opening times that the checker would refuse.
    """
    calendars = {name: _calendar(json.dumps(_bare(each.document))) for name, each in policy.calendars.items()}
    known = {**calendars, ALWAYS: _always(policy.zone)}
    recurrences = {
        name: Recurrence.from_document(_bare(each.document), known[each.calendar])
        for name, each in policy.recurrences.items()
    }

    def own(customer: str, calendar: str) -> CoreCalendar | None:
        document = hours(customer, calendar)
        return None if document is None else _calendar(json.dumps(_bare(document)))

    return Schedule(policy, known, recurrences, releases, override, own)


@lru_cache(maxsize=64)
def _calendar(document: str) -> Calendar:
    """A calendar, shared by all engines that count on it: the years it has laid out need not be laid out again."""
    return Calendar.from_document(json.loads(document))


@lru_cache(maxsize=64)
def _always(zone: str) -> Calendar:
    return Calendar.always(zone)


def _bare(document: object) -> dict[str, object]:
    assert isinstance(document, Mapping), "the schema asks for a mapping"
    return {key: value for key, value in document.items() if key not in NOTES}
