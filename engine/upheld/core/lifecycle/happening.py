"""Happenings: what happened to a ticket, as the strata after the lifecycle see it.

Clocks, rating and the ledger never look at a record again: what they need of it is
here, and nothing in it depends on them. So a history can be decided stratum by
stratum, with the same result.

Source: DESIGN section 3, the strata.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from upheld.core.condition.condition import Lookup
from upheld.core.condition.domain import Held

TimeLookup = Callable[[str, int], Held]
"""What a name of time holds at an instant: contracts, opening, weekdays, dated parameters, the latest release."""

FAMILIES_OF_TIME = frozenset({"contract", "opening", "opening-left", "day", "parameter", "release"})
"""The first parts of the names whose value depends on when they are asked, and on nothing that happened."""

FAMILIES_OF_EVENT = frozenset({"event", "before", "actor", "actor-id", "record"})
"""The first parts of the names that one event alone can tell."""


def is_of_time(name: str) -> bool:
    """Whether a name's value depends on the instant alone (and on whose ticket it is).

    Source: DESIGN section 4, "Starting": these are read as at the start of a clock.
    """
    return name.partition(".")[0] in FAMILIES_OF_TIME


def is_of_event(name: str) -> bool:
    """Whether a name tells something of one event, and of the ticket at that moment only.

    >>> is_of_event("before.severity"), is_of_event("severity")
    (True, False)
    """
    return name.partition(".")[0] in FAMILIES_OF_EVENT


class Happening(NamedTuple):
    """One accepted thing that happened to a ticket; a plain tuple, since one is made for every event.

    Attributes:
        at_s: When, in seconds since 1970 UTC.
        event: The event; ``None`` for a timer's move and for an observed state.
        origin: The state before; ``None`` when the ticket opens.
        state: The state after; the same as before where the ticket stays.
        names: What any declared name holds, facts as after the event.
        time_names: The same for names of time, at any instant.
        customer: Whose ticket it is; ``""`` where nobody said.
    """

    at_s: int
    event: str | None
    origin: str | None
    state: str
    names: Lookup
    time_names: TimeLookup
    customer: str = ""
