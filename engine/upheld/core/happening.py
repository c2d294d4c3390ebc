"""Happenings: what happened to a ticket, as the strata after the lifecycle see it.

Clocks, rating and the ledger never look at a record again: what they need of it is
here, and nothing in it depends on them. So a history can be decided stratum by
stratum, with the same result.

Source: DESIGN section 3, the strata.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from upheld.core.condition import Lookup
from upheld.core.domain import Held

TimeLookup = Callable[[str, int], Held]
"""What a name of time holds at an instant: contracts, opening, weekdays, dated parameters, the latest release."""

FAMILIES_OF_TIME = ("contract", "opening", "opening-left", "day", "parameter", "release")
"""The first parts of the names whose value depends on when they are asked, and on nothing that happened."""


def is_of_time(name: str) -> bool:
    """Whether a name's value depends on the instant alone (and on whose ticket it is).

    Source: DESIGN section 4, "Starting": these are read as at the start of a clock.
    """
    return name.partition(".")[0] in FAMILIES_OF_TIME


@dataclass(frozen=True, slots=True)
class Happening:
    """One accepted thing that happened to a ticket.

    Attributes:
        at_s: When, in seconds since 1970 UTC.
        seq: The number of the record; ``None`` for what a timer did.
        event: The event; ``None`` for a timer's move and for an observed state.
        origin: The state before; ``None`` when the ticket opens.
        state: The state after.
        names: What any declared name holds, facts as after the event.
        time_names: The same for names of time, at any instant.
        customer: Whose ticket it is; ``""`` where nobody said.
    """

    at_s: int
    seq: int | None
    event: str | None
    origin: str | None
    state: str
    names: Lookup
    time_names: TimeLookup
    customer: str = ""
