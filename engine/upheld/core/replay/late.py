"""Late records: those that came after later ones of their ticket, and what putting them in their place would change.

A record whose instant lies before what last happened to its ticket is refused as
`out-of-order`, since what was decided stands; one that came before the opening, or before
what made it possible, is refused for that. Webhooks and exports deliver late all the same.
Whoever replays a history can have its records decided in the order of their instants
instead; how many more would then be accepted is counted here, so that nobody has to guess
whether it is worth it.

What is counted merges: ``a |= b``, for any division of the tickets; where the policy bills, of the customers.

Source: DESIGN section 3, step 1; section 10, "Late records".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Self

from upheld.core.decision.engine import Engine
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.beside import Beside
from upheld.core.replay.customers import Customers
from upheld.core.replay.warning import ReplayWarning

MANY: Final = 10
"""Percent of all records that are too many to come late by chance."""

Sort = Callable[[Iterable[Event]], Iterable[Event]]


def by_ticket(events: Iterable[Event]) -> list[Event]:
    """The records of each ticket together, in the order of their instants; those of one as they came."""
    return sorted(events, key=lambda event: (event.ticket, event.at_s))


class LateRecords:
    """The tickets of a replay that have late records.

    Attributes:
        count: How many records came after a later one.
        accepted: How many records of all tickets were accepted.
    """

    def __init__(self) -> None:
        self.count = 0
        self.accepted = 0
        self._tickets: dict[str, int] = {}

    def note(self, ticket: str, accepted: int) -> None:
        """A record of the ticket came after a later one; so many of it were accepted before."""
        self.count += 1
        self._tickets.setdefault(ticket, accepted)

    def accept(self, ticket: str, number: int, accepted: int) -> None:
        """So many more records of the ticket were accepted, and so many of all that were decided."""
        self.accepted += number
        if ticket in self._tickets:
            self._tickets[ticket] = accepted

    @property
    def tickets(self) -> Mapping[str, int]:
        """Those that have late records, and how many records of each were accepted."""
        return self._tickets

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted, of other tickets."""
        self.count += other.count
        self.accepted += other.accepted
        self._tickets.update(other._tickets)
        return self

    def warnings(self, records: int, more: int | None) -> Iterator[ReplayWarning]:
        """That a good part of all records came late, where their own order would accept more of them.

        Args:
            more: How many more; ``None`` where nobody could look.
        """
        if self.count and 100 * self.count >= MANY * records and more is None:
            yield ReplayWarning("late", {"number": self.count, "records": records})
        elif more is not None and more > 0 and 100 * self.count >= MANY * records:
            yield ReplayWarning("late-lost", {"number": self.count, "records": records, "more": more})

    def gained(self, engine: Engine, events: Iterable[Event], by_ticket: Sort, beside: Beside | None = None) -> int:
        """How many more records would be accepted, were those of each ticket decided in the order of their instants.

        Where the policy bills, tickets share accounts, and all of them are decided anew; else those with late records.

        Args:
            events: All records once more, as far as as-of.
            by_ticket: Sorts them by ticket, and then by their instants.
            beside: Tickets of other policies, which are not counted.
        """
        if engine.charging.bills:
            in_time = sorted(events, key=lambda event: (event.at_s, event.ticket))
            return _accepted(engine, in_time, beside or Beside()) - self.accepted
        meant = (event for event in events if event.ticket in self._tickets)
        return _accepted(engine, by_ticket(meant), beside or Beside()) - sum(self._tickets.values())


def _accepted(engine: Engine, events: Iterable[Event], beside: Beside) -> int:
    """How many of these records are accepted, one decided after the other; without bills ticket by ticket."""
    customers = Customers(engine.charging, engine.contracts, (), {each.customer: each for each in beside.begun})
    standings: dict[str, Standing | None] = {}
    accepted = 0
    for event in events:
        if event.ticket in beside.engines:
            beside.take(event, customers)
            continue
        standing, accounts = standings.get(event.ticket), None
        if not engine.charging.bills:
            standings.clear()
        else:
            accounts = customers.of(event.customer if standing is None else standing.customer)
        made = engine.decide(standing, event, accounts)
        standings[event.ticket] = made.standing
        if accounts is not None:
            customers.keep(made.accounts)
        accepted += made.trace.refusal is None
    return accepted
