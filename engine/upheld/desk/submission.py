"""Submissions: records decided and kept, all that comes of one in the same transaction as the record itself.

A batch is one transaction as well, with one answer for each record. What is locked is locked before the first record is
decided: tickets, then customers, each in order. What is done here is done through the connection alone, so that a
transaction that others were in the way of is run again as if nothing had been.

Source: DESIGN section 10, "One transaction per event", "Exactly once"; THREATS D01, D02.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, exists, select

from upheld.core.decision.decision import Decision
from upheld.core.decision.engine import Decided, Engine
from upheld.core.errors import FarAhead, TicketError
from upheld.core.nearest import quoted
from upheld.core.record.event import Event
from upheld.core.record.reason import Refusal
from upheld.core.record.ticket import Ticket
from upheld.core.time.instant import text_of
from upheld.desk import journal, keys, outbox
from upheld.desk.adoption import Edition, Editions, alone, ask_last_change, change_of, last_change
from upheld.desk.closing import keep_closed
from upheld.desk.database import now_s
from upheld.desk.journal import Kept, Left, Record
from upheld.desk.keys import Content, First, Key
from upheld.desk.people import People, unnamed
from upheld.desk.redecision.revision import Moved, Reviser, is_late
from upheld.desk.standing import Customer, Held, Standings
from upheld.desk.statement import together
from upheld.desk.tables import JOURNAL
from upheld.desk.telling import tell_record

Late = Literal["refuse", "insert"]


class Sent(NamedTuple):
    """A record that is submitted: a plain event, with its key and the source that this is unique for.

    Attributes:
        late: Whether it is put in its place where it came after later ones.
        only_of: The customer on whose tickets alone it may be; ``""`` for any.
    """

    event: Event
    key: str | Content | None = None
    source: str = ""
    late: Late = "refuse"
    only_of: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a record.

    Attributes:
        ticket, seq: Its place: the number among its ticket's records, in the order in which they came.
        repeated: Whether it had come before, with the same key; then this is the first answer again.
        code: Of the refusal; ``None`` where it was accepted.
        changes: What a record that was put in its place by its instant changed about its ticket.
    """

    ticket: str
    seq: int
    repeated: bool
    code: str | None
    _decide: Callable[[], Decision] = field(repr=False, compare=False)
    changes: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether it was accepted."""
        return self.code is None

    @property
    def refusal(self) -> Refusal | None:
        """Why it was refused, in words and by clauses; ``None`` where it was accepted."""
        return None if self.accepted else self.decision.refusal

    @property
    def decision(self) -> Decision:
        """The decision; that of a repeated record is made anew from the journal when it is asked for."""
        return self._decide()


class Parts(NamedTuple):
    """What a submission needs of the desk; nothing in it is changed unless a transaction is through."""

    editions: Editions
    standings: Standings
    people: People
    again: Callable[[str, int], Decision]
    is_sqlite: bool


@dataclass(slots=True)
class Batch:
    """The records of one transaction, and what has come of them so far."""

    desk: Parts
    rows: Connection
    edition: Edition
    held: dict[str, Held]
    customers: dict[str, Customer]
    first: dict[Key, First]
    loud: bool = True
    closed_s: int | None = None
    left: dict[str, Left] = field(default_factory=dict)
    made: list[dict[str, Any]] = field(default_factory=list)
    new_keys: list[tuple[Key, First]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    touched: dict[str, Held] = field(default_factory=dict)
    codes: dict[tuple[str, int], str | None] = field(default_factory=dict)

    def take(self, sent: Sent, record: Record, key: Key | None, arrivals: list[int]) -> Answer:
        """Decide one record, and keep in mind what has to be written."""
        if sent.only_of:
            self._check_whose(sent.event.ticket, sent.only_of)
        content = keys.content_of(record.text) if key is not None else b""
        if key is not None and (first := self.first.get(key)) is not None:
            keys.same(self.rows, key, first, record.text)
            return self._first_again(first)
        if (gone := self.left.get(sent.event.ticket)) is not None:
            raise TicketError(gone.told(sent.event.ticket))
        held = self.held[sent.event.ticket]
        engine = self.engine(held)
        event = journal.in_utc(sent.event, engine.plan.domains)
        if event is not sent.event and record.event is not None:
            kept = journal.in_utc(record.event, engine.plan.domains)
            record = Record(journal.text_of_record(kept), kept)
        if sent.late == "insert" and (answer := self._inserted(held, event, record, arrivals)) is not None:
            self._keep_key(key, content, answer)
            return answer
        customer = event.customer if held.standing is None else held.standing.customer
        made, decide = self._decide(engine, held, event, customer)
        seq, refusal = held.seq + 1, made.trace.refusal
        code = None if refusal is None else refusal.code
        self.keep(held, event.at_s, journal.RECORD, record, arrivals.pop(0), customer, code)
        if held.told_s is not None:  # it is compared with what was told before, in this batch too
            outbox.post(self.rows, self.messages)
            self.messages = []
        self.messages += tell_record(self.rows, engine, held, seq, event.at_s, made, loud=self.loud)
        held.policy = engine.policy.digest
        answer = Answer(event.ticket, seq, False, code, decide)
        self._keep_key(key, content, answer)
        return answer

    def _check_whose(self, ticket: str, customer: str) -> None:
        """Raises: TicketError for a ticket that is another's, or that another has tried to open."""
        held, others = self.held[ticket], (JOURNAL.c.ticket == ticket, JOURNAL.c.customer.not_in(["", customer]))
        if held.standing is not None:
            is_own = held.standing.customer == customer
        else:
            is_own = not held.seq or not self.rows.scalar(select(exists().where(*others)))
        if not is_own or ticket in self.left:
            raise TicketError(f"there is no ticket {quoted(ticket)} of customer {quoted(customer)}")

    def _keep_key(self, key: Key | None, content: bytes, answer: Answer) -> None:
        if key is not None:
            self.first[key] = First(content, answer.ticket, answer.seq)
            self.new_keys.append((key, self.first[key]))

    def _inserted(self, held: Held, event: Event, record: Record, arrivals: list[int]) -> Answer | None:
        """The answer to a late record in its place; ``None`` where it is not late, or would change what was charged."""
        self.write()
        if not is_late(self.rows, event.ticket, event.at_s):
            return None
        row = self.row(held, event.at_s, journal.RECORD, record, arrivals[0], "", None, inserted=True)
        added, reviser = Kept(**row), Reviser(self.desk.editions, self.desk.standings, self.desk.people)
        revised = reviser.revised(self.rows, held, added)
        if revised.obstacle:
            return None
        mine = next(each for each in revised.made if each.row is added)
        refusal = mine.made.trace.refusal
        code = None if refusal is None else refusal.code
        seq, arrival = added.seq, arrivals.pop(0)
        self.keep(held, event.at_s, journal.RECORD, record, arrival, mine.customer, code, inserted=True)
        self.write()
        posted = reviser.keep(self.rows, held, revised, event.at_s)
        self.messages += posted if self.loud else []
        self.touched[held.ticket] = held
        if revised.accounts:  # others stand otherwise too
            self.held |= self.desk.standings.hold(self.rows, self.held.keys() - {held.ticket})
            self.customers = self.desk.standings.accounts(self.rows, self.customers)
        return Answer(event.ticket, seq, False, code, lambda: decision_of(mine.made), revised.changes)

    def engine(self, held: Held) -> Engine:
        """What decides a ticket: by the policy that it was opened under, or else by the one in force."""
        policy = self.edition.policy if held.standing is None else held.standing.policy
        return self.desk.editions.engine(self.rows, policy, self.edition.contracts)

    def keep(
        self,
        held: Held,
        at_s: int,
        kind: str,
        record: Record,
        arrival: int,
        customer: str,
        code: str | None,
        *,
        inserted: bool = False,
    ) -> None:
        """One more row of the journal for a ticket."""
        row = self.row(held, at_s, kind, record, arrival, customer, code, inserted=inserted)
        held.seq, held.link = row["seq"], row["link"]
        self.made.append(row)
        self.touched[held.ticket] = held
        self.codes[held.ticket, held.seq] = code

    def row(
        self,
        held: Held,
        at_s: int,
        kind: str,
        record: Record,
        arrival: int,
        customer: str,
        code: str | None,
        *,
        inserted: bool = False,
    ) -> dict[str, Any]:
        """The next row of the journal for a ticket."""
        seq, link = held.seq + 1, journal.linked(held.link, held.ticket, kind, record)
        row = {
            "ticket": held.ticket,
            "seq": seq,
            "arrival": arrival,
            "at_s": at_s,
            "kind": kind,
            "inserted": inserted,
            "edition": self.edition.number,
            "record": record.text,
            "link": link,
            "customer": customer,
            "code": code,
        }
        row["seal"] = journal.sealed(row)
        return row

    def write(self) -> None:
        """Write all that came of the batch so far."""
        with together(self.rows):
            journal.append(self.rows, self.made)
            self.desk.standings.put(self.rows, self.touched.values())
            self.desk.standings.put_accounts(self.rows, self.customers.values())
            outbox.post(self.rows, self.messages)
            keys.keep(self.rows, self.new_keys)
        self.made, self.messages, self.new_keys, self.touched = [], [], [], {}

    def _decide(
        self, engine: Engine, held: Held, event: Event, customer: str
    ) -> tuple[Decided, Callable[[], Decision]]:
        """What is decided, by what was decided alike before; and what decides it once more, for reasons of its own."""
        standing, table = held.standing, self.desk.editions.table(engine)
        if not engine.charging.concerns(event.event):
            return engine.decide(standing, event, None, table), lambda: decision_of(engine.decide(standing, event))
        account = self.customers[customer]
        before = account.accounts or engine.accounts(customer)
        made = engine.decide(standing, event, before, table)
        if made.accounts is not None and made.accounts is not before:
            if self.closed_s is not None:
                keep_closed(before, made.accounts, self.closed_s)
            account.accounts, account.is_changed = made.accounts, True
        return made, lambda: decision_of(engine.decide(standing, event, before))

    def _first_again(self, first: First) -> Answer:
        """The answer that a key had before."""
        place = first.ticket, first.seq
        code = self.codes[place] if place in self.codes else journal.code(self.rows, *place)
        return Answer(*place, True, code, lambda: self.desk.again(*place))


def submitted(
    rows: Connection, desk: Parts, sent: Sequence[Sent], *, loud: bool = True, ahead_s: int | None = None
) -> tuple[list[Answer], dict[str, str]]:
    """Records decided and kept, in this order: all of them, or none.

    A function of a connection, so that it may be run again after a deadlock: it does nothing that a rollback does not
    undo.

    Args:
        loud: Whether what they ask for is put into the outbox.
        ahead_s: How far ahead of the database's time one may lie; a known key has its first answer all the same.

    Returns: one answer for each; and the tokens of people, to be remembered once all is through.
    Raises: KeyConflict where a key came with another record; FarAhead; TicketError where one is of a ticket whose
        records were taken out; what an engine raises that cannot decide.
    """
    _make_room(rows, desk, sent)
    tickets = sorted({each.event.ticket for each in sent})
    given = [keys.key_of(each.key, each.source) for each in sent]
    with together(rows):
        locked = desk.standings.lock(rows, tickets)  # and then see what is in force
        last = ask_last_change(rows)
        answers = [keys.ask(rows, [*dict.fromkeys(key for key in given if key is not None)])]
    held = desk.standings.held_of(rows, tickets, locked)
    changed = change_of(last)
    desk.people.see(changed)
    tokens = desk.people.tokens(rows, (each.event.actor_id for each in sent if each.event.actor_id))
    kept = [unnamed(each.event, tokens) for each in sent]
    records = [Record(journal.text_of_record(each), each) for each in kept]
    named = [
        keys.key_of_content(each.source, record.text) if each.key is keys.CONTENT else key
        for each, record, key in zip(sent, records, given, strict=True)
    ]
    if contents := [*dict.fromkeys(key for key in named if key is not None and key not in given)]:
        answers.append(keys.ask(rows, contents))
    edition, closed_s = desk.editions.current(rows, changed), desk.editions.closed_s(rows, changed)
    batch = Batch(desk, rows, edition, held, {}, keys.found(answers), loud, closed_s)
    if ahead_s is not None:
        new = [each.event for each, key in zip(sent, named, strict=True) if key not in batch.first]
        _check_clocks(rows, new, ahead_s)
    arrivals = _ready(batch, sent, sum(key is None or key not in batch.first for key in named))
    made = [batch.take(each, record, key, arrivals) for each, record, key in zip(sent, records, named, strict=True)]
    batch.write()
    return made, tokens


def _check_clocks(rows: Connection, events: Sequence[Event], ahead_s: int) -> None:
    """Raises: FarAhead for the first record whose clock must be wrong."""
    latest_s = now_s(rows) + ahead_s
    for event in events:
        if event.at_s > latest_s:
            told = f"instant {text_of(event.at_s)} of ticket {quoted(event.ticket)} lies further ahead than"
            raise FarAhead([f"{told} {ahead_s} s: is the clock of whoever sends it wrong?"])


def _ready(batch: Batch, sent: Sequence[Sent], number: int) -> list[int]:
    """Lock the customers of a batch whose tickets are locked; numbers of arrival for so many records."""
    rows, standings, customers = batch.rows, batch.desk.standings, sorted(_charged(batch, sent))
    with together(rows):
        left = journal.ask_left(rows, [ticket for ticket, each in batch.held.items() if not each.seq])
        locked = standings.lock_accounts(rows, customers)
        arrivals = journal.ask_arrivals(rows, number)  # when all is locked
    batch.left = journal.left_of(left)
    batch.customers = standings.accounts_of(rows, customers, locked)
    return journal.arrivals_of(arrivals, number, batch.desk.is_sqlite)


def _make_room(rows: Connection, desk: Parts, sent: Sequence[Sent]) -> None:
    """Let nobody else write where a late record may change accounts, and so other tickets, which others may hold."""
    late = [each.event for each in sent if each.late == "insert"]
    if desk.is_sqlite or not any(is_late(rows, event.ticket, event.at_s) for event in late):
        return
    edition = desk.editions.current(rows, last_change(rows))
    if desk.editions.engine(rows, edition.policy, edition.contracts).charging.bills:
        alone(rows)


def moved(rows: Connection, desk: Parts, tickets: Sequence[str], policy: str, at_s: int) -> tuple[Moved, ...]:
    """Move tickets to another policy, each with a record of its own; those that cannot be moved stay.

    Args:
        policy: Its digest; it is kept in the desk.
        at_s: The instant of the records.
    """
    held_all = desk.standings.hold(rows, tickets)
    changed = last_change(rows)
    desk.people.see(changed)
    batch = Batch(desk, rows, desk.editions.current(rows, changed), held_all, {}, {})
    reviser = Reviser(desk.editions, desk.standings, desk.people)
    arrivals, found = [*journal.arrivals(rows, len(tickets), desk.is_sqlite)], []
    for ticket in tickets:
        held = batch.held[ticket]
        told, revised = reviser.moved(rows, held, policy)
        found.append(told)
        if revised is None or revised.standing is None:
            continue
        record = Record(journal.text_of_move(ticket, at_s, policy))
        batch.keep(held, at_s, journal.MOVE, record, arrivals.pop(0), revised.standing.customer, None)
        batch.messages += reviser.keep(rows, held, revised, at_s)
        batch.write()
        if revised.accounts:
            batch.held |= desk.standings.hold(rows, batch.held.keys() - {ticket})
    return tuple(found)


def _charged(batch: Batch, sent: Sequence[Sent]) -> set[str]:
    """The customers whose accounts these records may touch."""
    concerned: set[str] = set()
    for event in (each.event for each in sent):
        if batch.engine(batch.held[event.ticket]).charging.concerns(event.event):
            concerned.add(event.ticket)
    found: set[str] = set()
    for event in (each.event for each in sent if each.event.ticket in concerned):
        standing = batch.held[event.ticket].standing
        found.add(event.customer if standing is None else standing.customer)
    return found


def decision_of(made: Decided) -> Decision:
    """A decision as hosts see it."""
    ticket = None if made.standing is None else Ticket.of(made.standing)
    return Decision(ticket, made.trace.refusal, made.flags, made.trace.details, made.accounts)
