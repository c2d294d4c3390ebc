"""Schedules: the calendars and recurrences of a policy, built with the public holidays of this installation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from upheld.calendars.public_holidays import Calendar
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.schedule import Override, Schedule, no_override
from upheld.core.time.recurrence import Recurrence

NOTES = ("label", "clauses", "assumes", "per-customer")
"""What an entry says besides the opening times or days themselves."""


def schedule_of(policy: Policy, releases: Iterable[date] = (), override: Override = no_override) -> Schedule:
    """Everything about time that a checked policy says.

    Args:
        releases: The dates of all known releases.
        override: What customers' contracts say instead of a parameter.

    Raises: CalendarError for opening times that the checker would refuse.
    """
    calendars = {name: _calendar(json.dumps(_bare(each.document))) for name, each in policy.calendars.items()}
    known = {**calendars, ALWAYS: _always(policy.zone)}
    recurrences = {
        name: Recurrence.from_document(_bare(each.document), known[each.calendar])
        for name, each in policy.recurrences.items()
    }
    return Schedule(policy, known, recurrences, releases, override)


@lru_cache(maxsize=64)
def _calendar(document: str) -> Calendar:
    """A calendar, shared by all engines that count on it: the years it has laid out need not be laid out again."""
    return Calendar.from_document(json.loads(document))


@lru_cache(maxsize=64)
def _always(zone: str) -> Calendar:
    return Calendar.always(zone)


def _bare(document: object) -> dict[str, object]:
    assert isinstance(document, dict), "the schema asks for a mapping"
    return {key: value for key, value in document.items() if key not in NOTES}
