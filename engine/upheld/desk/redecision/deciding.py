"""Redecision: the journal decided anew, record by record, as it was decided when the records came.

Each record by the contracts of its edition, and by the policy that its ticket goes on under. Tickets are tied together
by accounts alone: where nothing is billed a ticket is decided by itself, else a customer with all tickets.

Source: DESIGN section 10, "`desk.verify()` decides everything anew".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from sqlalchemy import Connection

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.decision import Decision
from upheld.core.decision.engine import Decided, Engine
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing, Ticket
from upheld.desk.people.names import People
from upheld.desk.record import journal
from upheld.desk.record.adoption import Editions
from upheld.desk.record.journal import MOVE, Kept
from upheld.desk.standing.carried import carried_of


class Redecided(NamedTuple):
    """A record decided anew.

    Attributes:
        standing: The ticket before it.
        customer: Whose accounts it was charged to, if anything.
        accounts: Those before it; ``None`` where nothing can be charged on it.
    """

    row: Kept
    event: Event
    engine: Engine
    standing: Standing | None
    customer: str
    made: Decided
    accounts: Accounts | None


class Redecision:
    """Decides rows of the journal anew: all of a ticket, or all of a customer.

    Args:
        by: Policies by which tickets are decided instead of their own, by their digests.
        begun: Accounts as they stood before; by default what is carried of tickets that left.

    Attributes:
        standings: By ticket, as they stand by now.
        accounts: By customer, those that something was charged to by now.
        policies: By ticket, the digest of what it goes on under.
    """

    def __init__(
        self,
        rows: Connection,
        editions: Editions,
        people: People,
        by: Mapping[str, str] | None = None,
        begun: Mapping[str, Accounts | None] | None = None,
    ) -> None:
        self._rows = rows
        self._editions = editions
        self._people = people
        self._by = by or {}
        self._begun: dict[str, Accounts | None] = {**(begun or {})}
        self.standings: dict[str, Standing | None] = {}
        self.accounts: dict[str, Accounts] = {}
        self.policies: dict[str, str] = {}

    def accounts_of(self, customer: str) -> Accounts | None:
        """The accounts of a customer by now; ``None`` where nothing was ever charged."""
        found = self.accounts.get(customer)
        if found is None and customer not in self._begun:
            self._begun[customer] = carried_of(self._rows, customer)
        return found or self._begun[customer]

    def run(self, kept: Iterable[Kept]) -> Iterator[Redecided]:
        """Each record in the order in which it counts."""
        tickets: dict[str, list[Kept]] = {}
        for row in kept:
            tickets.setdefault(row.ticket, []).append(row)
        moved = {
            ticket: row.record.rpartition('"move":"')[2].removesuffix('"}')
            for ticket, own in tickets.items()
            for row in own
            if row.kind == MOVE
        }
        asked = {(row.ticket, row.seq) for own in tickets.values() for row in own}
        whole = {name: [row for row in self._whole(own) if row.kind != MOVE] for name, own in tickets.items()}
        for row in in_order(whole):
            if (row.ticket, row.seq) in asked:
                yield self._decided(row, self._by.get(row.ticket) or moved.get(row.ticket, ""))

    def _whole(self, own: list[Kept]) -> list[Kept]:
        """Rows of a ticket, with those of other customers where these tell in which place an inserted one counts."""
        seqs = {row.seq for row in own}
        if len(own) == max(seqs) or not any(row.inserted for row in own):
            return own
        return [*own, *(row for row in journal.of_ticket(self._rows, own[0].ticket) if row.seq not in seqs)]

    def _decided(self, row: Kept, policy: str) -> Redecided:
        standing = self.standings.get(row.ticket)
        edition = self._editions.edition(self._rows, row.edition)
        by = policy or (edition.policy if standing is None else standing.policy)
        engine = self._editions.engine(self._rows, by, edition.contracts, edition.policy)
        event = self._people.named(self._rows, row.event)
        customer = event.customer if standing is None else standing.customer
        accounts = None
        if engine.charging.concerns(event.event):
            accounts = self.accounts_of(customer) or engine.accounts(customer)
        made = engine.decide(standing, event, accounts)
        if accounts is not None and made.accounts is not None and made.accounts is not accounts:
            self.accounts[customer] = made.accounts
        self.standings[row.ticket], self.policies[row.ticket] = made.standing, by
        return Redecided(row, event, engine, standing, customer, made, accounts)


def in_order(tickets: dict[str, list[Kept]]) -> Iterator[Kept]:
    """The rows of tickets in the order in which they were charged; those of one as they count."""
    waiting = {ticket: [*reversed(ranked(own))] for ticket, own in tickets.items() if own}
    heads = [(own[-1][0], ticket) for ticket, own in waiting.items()]
    heapify(heads)
    while heads:
        _, ticket = heappop(heads)
        yield waiting[ticket].pop()[1]
        if waiting[ticket]:
            heappush(heads, (waiting[ticket][-1][0], ticket))


def ranked(own: list[Kept]) -> list[tuple[int, Kept]]:
    """The rows of a ticket as they count, each after its rank: one that was inserted comes just before the next one."""
    found: list[tuple[int, Kept]] = []
    rank = 2**62
    for row in reversed(journal.in_place(sorted(own, key=lambda row: row.seq))):
        rank = min(rank, row.arrival)
        found.append((rank, row))
    return found[::-1]


def decision_of(made: Decided) -> Decision:
    """A decision as hosts see it."""
    ticket = None if made.standing is None else Ticket.of(made.standing)
    return Decision(ticket, made.trace.refusal, made.flags, made.trace.details, made.accounts)
