"""Readings: what a desk says of its tickets and customers: verdicts, stories, the order of work, statements.

Whatever a replay says too is what a replay of the desk's records says, so that nothing is computed in two ways.

Source: DESIGN section 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, TextClause, func, select, text

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.statement import Statement
from upheld.core.decision.decision import Decision
from upheld.core.errors import TicketError
from upheld.core.nearest import quoted
from upheld.core.record.event import Event
from upheld.core.replay.beside import Beside
from upheld.core.replay.replay import Replay
from upheld.core.replay.verdict import Row
from upheld.core.replay.work_order import QueuedTicket, backlog, order_of_work
from upheld.core.story.ticket_story import TicketStory
from upheld.core.time.instant import instant_of
from upheld.desk.people.names import People
from upheld.desk.record import journal
from upheld.desk.record.adoption import Edition, Editions, last_change
from upheld.desk.record.journal import EVERY, MOVE, RECORD, Kept
from upheld.desk.redecision.deciding import Redecision, decision_of, ranked
from upheld.desk.standing.carried import all_carried, carried_of
from upheld.desk.standing.standings import COLUMNS, Standings
from upheld.desk.storage.tables import ACCOUNTS, IS_OPEN, IS_WAITING, JOURNAL, MESSAGES, TICKETS
from upheld.engine import Engine
from upheld.explaining import explain

AT_ONCE: Final = 500
"""Tickets that are asked for in one statement."""


class Status(NamedTuple):
    """How much there is in a desk.

    Attributes:
        policy: The one in force, ``id@version``.
        records, tickets, open: Of the journal; of tickets with a record; of those not yet resolved.
        due: Tickets to which time has something to do that was not told, by the database's own time.
        messages: By their state.
        due_since_s: When time should have done the first of what it has to do; ``None`` where nothing is due.
        waiting_since_s: When the oldest message that waits was asked for; ``None`` where none waits.
        due_accounts: Customers whose accounts time has to be looked at for, alike.
    """

    policy: str
    records: int
    tickets: int
    open: int
    due: int
    messages: Mapping[str, int]
    due_since_s: int | None = None
    waiting_since_s: int | None = None
    due_accounts: int = 0


class Reader(NamedTuple):
    """What a reading needs of the desk."""

    editions: Editions
    standings: Standings
    people: People

    def current(self, rows: Connection) -> Edition:
        """What is in force."""
        changed = last_change(rows)
        self.people.see(changed)
        return self.editions.current(rows, changed)

    def engine(self, rows: Connection, policy: str = "") -> Engine:
        """The engine of a policy, by its digest or of that in force, with the contracts in force."""
        edition = self.current(rows)
        return self.editions.engine(rows, policy or edition.policy, edition.contracts)

    def status(self, rows: Connection, now_s: int) -> Status:
        """How much there is."""
        policy = self.engine(rows).policy

        def count(table: Table, *conditions: ColumnElement[bool] | TextClause) -> int:
            return rows.scalar(select(func.count()).select_from(table).where(*conditions)) or 0

        states = select(MESSAGES.c.state, func.count()).group_by(MESSAGES.c.state).order_by(MESSAGES.c.state)
        return Status(
            f"{policy.id}@{policy.version}",
            count(JOURNAL, JOURNAL.c.kind == RECORD),
            count(TICKETS, TICKETS.c.seq > 0),
            count(TICKETS, text(IS_OPEN)),
            count(TICKETS, TICKETS.c.due_s <= now_s),
            {row[0]: row[1] for row in rows.execute(states)},
            rows.scalar(select(func.min(TICKETS.c.due_s)).where(TICKETS.c.due_s <= now_s)),
            rows.scalar(select(func.min(MESSAGES.c.at_s)).where(text(IS_WAITING))),
            count(ACCOUNTS, ACCOUNTS.c.due_s <= now_s),
        )

    def verdicts(self, rows: Connection, as_of_s: int | None, policy: str, *, journal: bool) -> Row:
        """The verdicts of the tickets of a policy; those of others are decided beside them, for their charges."""
        edition = self.current(rows)
        engine = self.editions.fresh_engine(rows, policy or edition.policy, edition.contracts)
        beside = self.beside(rows, engine.policy.digest)
        run = Replay(engine, as_of_s, journal=journal, beside=Beside(beside, begun=all_carried(rows)))
        run.take_all(events(rows, self.people))
        if run.has_late:
            run.look_again(events(rows, self.people))
        return run.result()

    def beside(self, rows: Connection, policy: str) -> dict[str, Engine]:
        """What decides each of the tickets that go by other policies than this one."""
        contracts = self.current(rows).contracts
        asked = select(TICKETS.c.ticket, TICKETS.c.policy).where(TICKETS.c.policy.not_in([policy, ""]))
        return {row.ticket: self.editions.engine(rows, row.policy, contracts) for row in rows.execute(asked)}

    def accounts(self, rows: Connection, *, people: bool) -> tuple[Accounts, ...]:
        """How accounts stood after the charges of tickets that left."""
        return tuple(all_carried(rows, people=people))

    def of_policy(self, rows: Connection, people: People | None, policy: str) -> Iterator[Event]:
        """Every record of the tickets of a policy, by its digest or of that in force, numbered among those of all."""
        digest = self.engine(rows, policy).policy.digest
        others = self.beside(rows, digest)
        return (event for event in events(rows, people) if event.ticket not in others)

    def story(self, rows: Connection, ticket: str, as_of_s: int | None) -> TicketStory:
        """Everything that happened to a ticket, up to an instant or to the last accepted record of whatever ticket."""
        held = self.standings.look(rows, ticket)
        if held is None:
            gone = journal.left(rows, [ticket])
            raise TicketError(gone[ticket].told(ticket) if gone else f"there is no record of ticket {quoted(ticket)}")
        engine = self.engine(rows, held.policy)
        until_s = last_accepted_s(rows) if as_of_s is None else as_of_s
        shares = held.standing is not None and engine.charging.bills
        customer = held.standing.customer if held.standing is not None and shares else None
        parts = self._parts(rows, [*events(rows, self.people, customer, None if shares else ticket)])
        found = parts.pop(engine, [])
        beside = [(each.policy, told) for each, told in parts.items()]
        until = None if until_s is None else instant_of(until_s)
        terms = engine.policy, found, ticket, engine.contracts
        begun = None if customer is None else carried_of(rows, customer)
        accounts = [] if begun is None else [begun]
        return explain(*terms, until, language=engine.language, beside=beside, accounts=accounts)

    def _parts(self, rows: Connection, found: Sequence[Event]) -> dict[Engine, list[Event]]:
        """Events by what decides their tickets."""
        contracts = self.current(rows).contracts
        names, parts = sorted({event.ticket for event in found}), dict[Engine, list[Event]]()
        policies: dict[str, str] = {}
        for start in range(0, len(names), AT_ONCE):
            asked = select(TICKETS.c.ticket, TICKETS.c.policy)
            asked = asked.where(TICKETS.c.ticket.in_(names[start : start + AT_ONCE]))
            policies |= {row.ticket: row.policy for row in rows.execute(asked)}
        for event in found:
            parts.setdefault(self.editions.engine(rows, policies[event.ticket], contracts), []).append(event)
        return parts

    def queue(self, rows: Connection, at_s: int, policy: str) -> tuple[QueuedTicket, ...]:
        """The tickets of a policy that are not yet resolved, in the order in which it wants them handled."""
        engine = self.engine(rows, policy)
        asked = select(*COLUMNS).where(text(IS_OPEN), TICKETS.c.policy == engine.policy.digest)
        standings = []
        for held in map(self.standings.held, rows.execute(asked)):
            if held.standing is not None:
                made = engine.wait(held.standing, max(at_s, held.standing.last_s))
                standings += [] if made.standing is None else [made.standing]
        placed = order_of_work(engine.policy, engine.schedule, standings, at_s, engine.names)
        return backlog(engine.policy, engine.clocks, placed, at_s)

    def statement(self, rows: Connection, customer: str, from_s: int | None, until_s: int | None) -> list[Statement]:
        """Every account of a customer, up to the last accepted record of whatever ticket, and of whatever policy."""
        told = [*events(rows, self.people, customer)]
        parts, begun = self._parts(rows, told), carried_of(rows, customer)
        accounts, last_s = [] if begun is None else [begun], last_accepted_s(rows)
        as_of_s = max((each for each in (last_s, Beside(begun=accounts).last_s) if each is not None), default=None)
        engines = [self.engine(rows), *(each for each in parts if each is not self.engine(rows))]
        runs = []
        for engine in engines:
            others = {event.ticket: each for each, own in parts.items() if each is not engine for event in own}
            runs.append(Replay(engine, as_of_s, beside=Beside(others, begun=accounts)))
            runs[-1].take_all(told)
        if runs[0].last_s is not None:  # all is decided; what counts is what was charged, and by the contracts of then
            runs[0].customers.keep(self.standings.look_accounts(rows, customer))
        return runs[0].statements(customer, from_s, until_s, runs[1:])

    def decision(self, rows: Connection, ticket: str, seq: int) -> Decision:
        """The decision of a record of the journal, made anew."""
        kept = journal.of_ticket(rows, ticket)
        if not kept:
            raise TicketError(journal.left(rows, [ticket])[ticket].told(ticket))
        customer = next(row.customer for row in kept if row.seq == seq)
        if any(each.charging.bills for each in self.editions.of(rows, kept)):
            asked = journal.EVERY.where(JOURNAL.c.customer == customer).order_by(JOURNAL.c.arrival)
            kept += [row for row in map(journal.kept, rows.execute(asked)) if row.ticket != ticket]
        for each in Redecision(rows, self.editions, self.people).run(kept):
            if (each.row.ticket, each.row.seq) == (ticket, seq):
                return decision_of(each.made)
        raise AssertionError("a record of the journal is decided")


def events(
    rows: Connection,
    people: People | None,
    customer: str | None = None,
    ticket: str | None = None,
) -> Iterator[Event]:
    """Every record in the order in which it counts, numbered anew, after those that left.

    Args:
        people: Gives the names of who acted; ``None`` for their tokens, by which the journal's chain is that of the
            export.
        customer: Only what was charged to this one's accounts, or might have been.
        ticket: Only those of this one.
    """
    for number, row in enumerate(_placed(rows, customer, ticket), journal.left_number(rows) + 1):
        event = replace(row.event, arrival=number)
        yield event if people is None else people.named(rows, event)


def last_accepted_s(rows: Connection) -> int | None:
    """The latest instant of an accepted record of whatever ticket."""
    asked = select(JOURNAL.c.at_s).where(JOURNAL.c.code.is_(None), JOURNAL.c.kind != MOVE)
    found: int | None = rows.scalar(asked.order_by(JOURNAL.c.at_s.desc()).limit(1))
    return found


def _placed(rows: Connection, customer: str | None, ticket: str | None) -> Iterator[Kept]:
    """The rows of the journal in the order in which they count; those that were inserted stand in their place.

    What places one are all rows of its ticket, of whichever customer.
    """
    every = EVERY.where(JOURNAL.c.kind != MOVE)
    asked = every if customer is None else every.where(JOURNAL.c.customer == customer)
    tickets = select(JOURNAL.c.ticket).where(text("inserted")).distinct()
    if ticket is not None:
        asked, tickets = asked.where(JOURNAL.c.ticket == ticket), tickets.where(JOURNAL.c.ticket == ticket)
    late = [*rows.scalars(tickets)]
    moved: list[tuple[int, int, Kept]] = []
    whole = every.where(JOURNAL.c.ticket.in_(late)).order_by(JOURNAL.c.ticket, JOURNAL.c.seq)
    for _, own in groupby(map(journal.kept, rows.execute(whole)) if late else (), key=lambda row: row.ticket):
        placed = enumerate(ranked([*own]))
        moved += [(rank, place, row) for place, (rank, row) in placed if customer in (None, row.customer)]
    moved.sort(key=lambda each: each[:2], reverse=True)
    rest = asked.where(JOURNAL.c.ticket.not_in(late)) if late else asked
    for row in journal.found(rows, rest.order_by(JOURNAL.c.arrival)):
        while moved and moved[-1][0] < row.arrival:
            yield moved.pop()[2]
        yield row
    yield from (row for *_, row in reversed(moved))
