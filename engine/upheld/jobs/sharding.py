"""Shards: which part of a replay decides a ticket.

Tickets are independent, so any part may have any ticket. Where the policy bills, accounts tie tickets together: the
tickets of a customer are decided together, and so are those of two customers of whom one ticket may be. Whose account
a record may touch before its ticket is open is the one thing that has to be known before anything is decided: records
that can open a ticket, and those that need none, name their customer; once a ticket is open, it is his.

Source: DESIGN section 11, "Jobs"; section 3, "Determinism".
"""

from __future__ import annotations

from collections import Counter
from zlib import crc32

from upheld.core.decision.engine import Engine
from upheld.core.record.event import Event


class TicketSharding:
    """Every ticket for itself."""

    def __init__(self, parts: int) -> None:
        self._parts = parts

    def part_of(self, ticket: str) -> int:
        """The number of the part that decides a ticket, from 0."""
        return crc32(ticket.encode(errors="surrogatepass")) % self._parts


def touching_events(engine: Engine) -> frozenset[str]:
    """The events by which a ticket may touch the accounts of the customer whom they name; states observed do, too."""
    events = engine.plan.events.items()
    return frozenset(name for name, plan in events if None in plan.arrows or not plan.type.needs_ticket)


class Ties:
    """Customers who are tied together.

    >>> ties = Ties()
    >>> ties.tie("a", "b")
    >>> ties.tie("c", "b")
    >>> ties.first("b") == ties.first("c") != ties.first("d")
    True
    """

    def __init__(self) -> None:
        self._tied: dict[str, str] = {}

    def tie(self, one: str, other: str) -> None:
        """These two, and with them all to whom they are tied."""
        first, second = self.first(one), self.first(other)
        if first != second:
            self._tied[second] = first

    def first(self, customer: str) -> str:
        """The customer that stands for all that are tied together."""
        found = customer
        while found in self._tied:
            found = self._tied[found]
        while customer != found:  # the way is short the next time
            onward, self._tied[customer] = self._tied[customer], found
            customer = onward
        return found


class CustomerSharding:
    """Tickets that may touch the same accounts together; asked once all records were seen.

    Args:
        parts: How many there are.
    """

    def __init__(self, engine: Engine, parts: int) -> None:
        self._touching = touching_events(engine)
        self._parts = parts
        self._alone = TicketSharding(parts)
        self._customers: dict[str, str] = {}
        self._ties = Ties()
        self._records: Counter[str] = Counter()
        self._part_of: dict[str, int] = {}

    def see(self, event: Event) -> None:
        """A record, in any order."""
        if event.state or event.event in self._touching:
            known = self._customers.setdefault(event.ticket, event.customer)
            if known != event.customer:
                self._ties.tie(known, event.customer)
        self._records[event.ticket] += 1

    def part_of(self, ticket: str) -> int:
        """The number of the part that decides a ticket, from 0; the parts have about the same number of records."""
        if not self._part_of and self._customers:
            self._divide()
        customer = self._customers.get(ticket)
        return self._alone.part_of(ticket) if customer is None else self._part_of[self._ties.first(customer)]

    def _divide(self) -> None:
        weights: Counter[str] = Counter()
        for ticket, customer in self._customers.items():
            weights[self._ties.first(customer)] += self._records[ticket]
        loads = [0] * self._parts
        for customer, records in sorted(weights.items(), key=lambda each: (-each[1], each[0])):
            part = loads.index(min(loads))
            self._part_of[customer] = part
            loads[part] += records
