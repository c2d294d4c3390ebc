"""A batch: records decided one after another, and what has to be written of them.

What is locked is locked before; what is done here is done through the connection alone.

Source: DESIGN section 10, "One transaction per event", "Exactly once"; THREATS D01, D02.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, exists, select

from upheld.core.decision.decision import Decision
from upheld.core.decision.engine import Decided, Engine
from upheld.core.errors import TicketError
from upheld.core.nearest import quoted
from upheld.core.record.event import Event
from upheld.desk.intake.sent import Answer, Sent
from upheld.desk.people.names import People
from upheld.desk.record import journal, keys
from upheld.desk.record.adoption import Edition, Editions
from upheld.desk.record.closing import keep_closed
from upheld.desk.record.journal import Kept, Left, Record
from upheld.desk.record.keys import First, Key
from upheld.desk.redecision.deciding import decision_of
from upheld.desk.redecision.revision import Reviser, is_late
from upheld.desk.standing.standings import Customer, Held, Standings
from upheld.desk.storage.statement import together
from upheld.desk.storage.tables import JOURNAL
from upheld.desk.telling import outbox
from upheld.desk.telling.effects import tell_record
from upheld.desk.telling.notices import Noted, Said, tell_charges, told_otherwise


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
    noted: dict[str, list[Noted]] = field(default_factory=dict)
    said: dict[str, list[Said]] = field(default_factory=dict)
    charged_s: int = 0
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
        self.keep(held, self.row(held, event.at_s, journal.RECORD, record, arrivals.pop(0), customer, code))
        if held.told_s is not None:
            self._post()
        self._tell(tell_record(self.rows, engine, held, seq, event.at_s, made))
        if made.trace.bill is not None:
            self.charged_s = max(self.charged_s, event.at_s)
            self.noted.setdefault(customer, []).extend(Noted(event.ticket, seq, each) for each in made.trace.notices())
        held.policy = engine.policy.digest
        answer = Answer(event.ticket, seq, False, code, decide, policy=held.policy)
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
        self.keep(held, self.row(held, event.at_s, journal.RECORD, record, arrival, mine.customer, code, inserted=True))
        self.write()
        self._tell(reviser.keep(self.rows, held, revised, event.at_s))
        self.touched[held.ticket] = held
        if revised.accounts:  # others stand otherwise too
            self.held |= self.desk.standings.hold(self.rows, self.held.keys() - {held.ticket})
            self.customers = self.desk.standings.accounts(self.rows, self.customers)
        return Answer(event.ticket, seq, False, code, lambda: decision_of(mine.made), revised.changes)

    def engine(self, held: Held) -> Engine:
        """What decides a ticket: by the policy that it was opened under, or else by the one in force."""
        now = self.edition
        policy = now.policy if held.standing is None else held.standing.policy
        return self.desk.editions.engine(self.rows, policy, now.contracts, now.policy)

    def keep(self, held: Held, row: dict[str, Any]) -> None:
        """One more row of the journal for a ticket."""
        held.seq, held.link = row["seq"], row["link"]
        self.made.append(row)
        self.touched[held.ticket] = held
        self.codes[held.ticket, held.seq] = row["code"]

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

    def _tell(self, made: list[dict[str, Any]]) -> None:
        """More that is to be told; of a history that is loaded it was, elsewhere."""
        self.messages += made if self.loud else outbox.told_elsewhere(made)

    def _post(self) -> None:
        """Put what is told so far into the outbox: what comes now is compared with it, of this batch too."""
        outbox.post(self.rows, self.messages)
        self.messages = []

    def write(self, *, last: bool = False) -> None:
        """Write all that came of the batch so far. Args: last: whether the transaction is through with it."""
        changed = [each for each in self.customers.values() if each.is_changed]
        if any(each.told_s is not None for each in changed):
            self._post()
        for each in changed:
            noted, said = self.noted.pop(each.customer, []), self.said.pop(each.customer, [])
            self._tell(tell_charges(self.rows, self._voices(), each, noted, said, self.charged_s))
        with together(self.rows, last=last):
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
            if account.told_s is not None:
                self.said.setdefault(customer, []).extend(told_otherwise(self._voices(), before, event.at_s))
        return made, lambda: decision_of(engine.decide(standing, event, before))

    def _voices(self) -> tuple[Engine, ...]:
        return self.desk.editions.voices(self.rows, self.edition)

    def _first_again(self, first: First) -> Answer:
        """The answer that a key had before."""
        place = first.ticket, first.seq
        code = self.codes[place] if place in self.codes else journal.code(self.rows, *place)
        return Answer(*place, True, code, lambda: self.desk.again(*place))
