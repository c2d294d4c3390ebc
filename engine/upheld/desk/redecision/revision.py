"""Revisions: a ticket decided anew with a late record in its place, or under another policy; and what that changes.

A customer's accounts are decided anew with it, and all tickets that are charged to them. What would change a statement
that is closed is not done, and neither is what would decide a record of another ticket otherwise: that is nobody's to
expect of a record that came late.

Source: DESIGN section 10, "Late records", "Policies".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.engine import Engine
from upheld.core.nearest import quoted
from upheld.core.record.ticket import Standing
from upheld.core.replay.beside import Beside
from upheld.core.time.instant import text_of
from upheld.desk.people.names import People
from upheld.desk.record import journal
from upheld.desk.record.adoption import Editions, last_change
from upheld.desk.record.closing import is_reopened
from upheld.desk.record.journal import Kept
from upheld.desk.redecision.deciding import Redecided, Redecision
from upheld.desk.standing.carried import carried_of
from upheld.desk.standing.standings import Held, Standings
from upheld.desk.storage.tables import JOURNAL
from upheld.desk.telling.effects import asked_by, tell_anew
from upheld.desk.telling.notices import Noted, Said, tell_charges, told_otherwise


class Revised(NamedTuple):
    """A ticket decided anew.

    Attributes:
        made: Each of its records, in the order in which they count.
        changes: What is otherwise than before, in words.
        obstacle: Why it is not done; ``""`` where it can be.
        accounts: By customer, those that are otherwise than before; ``None`` where nothing is charged any more.
        others: Where accounts are otherwise, the records of the other tickets on them, by ticket.
    """

    standing: Standing | None
    made: Sequence[Redecided]
    changes: tuple[str, ...]
    obstacle: str = ""
    accounts: Mapping[str, Accounts | None] = {}
    others: Mapping[str, Sequence[Redecided]] = {}


@dataclass(frozen=True, slots=True)
class Moved:
    """A ticket that is moved to another policy, or would be.

    Attributes:
        changes: What is otherwise under it, in words.
        obstacle: Why it cannot be moved; ``""`` where it can.
    """

    ticket: str
    changes: tuple[str, ...] = ()
    obstacle: str = ""


class Reviser(NamedTuple):
    """What decides tickets anew. Attributes: locks: whether something is to be written."""

    editions: Editions
    standings: Standings
    people: People
    locks: bool = True

    def revised(
        self, rows: Connection, held: Held, added: Kept | None = None, by: Mapping[str, str] | None = None
    ) -> Revised:
        """A ticket with one more record, or under another policy; nothing is written.

        Args:
            added: The record, which takes its place by its instant.
            by: The policy of the ticket, by its digest.
        """
        own = [*journal.of_ticket(rows, held.ticket), *([added] if added else [])]
        before = {row.seq: row.code for row in own if row is not added}
        engines = [*self.editions.of(rows, own)]
        engines += [self.editions.engine(rows, each, self._contracts(rows, own)) for each in (by or {}).values()]
        events = {row.event.event for row in own if row.kind == journal.RECORD}
        billed = any(engine.charging.concerns(event) for engine in engines for event in events)
        if not billed:
            redecision = Redecision(rows, self.editions, self.people, by)
            made = [*redecision.run(own)]
            standing = redecision.standings.get(held.ticket)
            return Revised(standing, made, tuple(_changes(held.standing, standing, before, made)))
        customers = {row.customer for row in own if row is not added}
        customers |= {held.standing.customer} if held.standing else set()
        return self._charged(rows, held, own, before, by, customers)

    def _charged(
        self,
        rows: Connection,
        held: Held,
        own: list[Kept],
        before: Mapping[int, str | None],
        by: Mapping[str, str] | None,
        customers: set[str],
    ) -> Revised:
        """The same where that may cost something: with all tickets of the customers."""
        if self.locks:
            self.standings.accounts(rows, customers)
        asked = journal.EVERY.where(JOURNAL.c.customer.in_(sorted(customers))).order_by(JOURNAL.c.arrival)
        rest = [row for row in map(journal.kept, rows.execute(asked)) if row.ticket != held.ticket]
        redecision = Redecision(rows, self.editions, self.people, by)
        parts: dict[str, list[Redecided]] = {held.ticket: []}
        for each in redecision.run([*own, *rest]):
            parts.setdefault(each.row.ticket, []).append(each)
        made, standing = parts.pop(held.ticket), redecision.standings.get(held.ticket)
        changes = tuple(_changes(held.standing, standing, before, made))
        accounts = {
            name: redecision.accounts_of(name)
            for name in sorted(customers | redecision.accounts.keys())
            if redecision.accounts_of(name) != self.standings.look_accounts(rows, name)
        }
        if not accounts:
            return Revised(standing, made, changes)
        others = {name: told for name, told in parts.items() if redecision.standings[name] is not None}
        obstacle = self._obstacle(
            rows, accounts, customers, [*made, *(each for told in parts.values() for each in told)]
        )
        return Revised(standing, made, changes, obstacle, accounts, others)

    def _obstacle(
        self,
        rows: Connection,
        accounts: Mapping[str, Accounts | None],
        customers: set[str],
        made: Sequence[Redecided],
    ) -> str:
        """Why accounts do not become what they would be; ``""`` where they do."""
        ticket = made[0].row.ticket
        for each in made:
            if each.customer not in customers:
                return f"it would be one of customer {quoted(each.customer)}"
            if each.row.ticket != ticket and (_code(each), each.customer) != (each.row.code, each.row.customer):
                return f"record {each.row.seq} of ticket {quoted(each.row.ticket)} would be decided otherwise"
        edge_s = self.editions.closed_s(rows, last_change(rows))
        if edge_s is not None:
            for name, after in accounts.items():
                if is_reopened(made[-1].engine.charging, self.standings.look_accounts(rows, name), after, edge_s):
                    return f"it would change a statement of customer {quoted(name)} that is closed"
        return ""

    def looked_at(self, rows: Connection, ticket: str, policy: str) -> Moved:
        """What would become of a ticket under another policy."""
        held = self.standings.look(rows, ticket)
        if held is None:
            return Moved(ticket, obstacle="there is no record of it")
        return self.moved(rows, held, policy)[0]

    def moved(self, rows: Connection, held: Held, policy: str) -> tuple[Moved, Revised | None]:
        """A ticket under another policy; nothing is written."""
        if held.standing is None:
            return Moved(held.ticket, obstacle="it was never opened"), None
        if held.standing.policy == policy:
            return Moved(held.ticket, obstacle="it goes on under this policy already"), None
        revised = self.revised(rows, held, by={held.ticket: policy})
        if revised.standing is None:
            return Moved(held.ticket, revised.changes, "under this policy it would not be open"), None
        if revised.obstacle:
            return Moved(held.ticket, revised.changes, revised.obstacle), None
        return Moved(held.ticket, revised.changes), revised

    def keep(self, rows: Connection, held: Held, revised: Revised, at_s: int) -> list[dict[str, Any]]:
        """Keep a ticket as it was decided anew; what is to be told of that, as messages to be posted."""
        posted = self._keep(rows, held, revised.standing, revised.made, at_s)
        if not revised.accounts:
            return posted
        others = self.standings.hold(rows, revised.others)
        for name, made in revised.others.items():
            posted += self._keep(rows, others[name], made[-1].made.standing, made, at_s)
        self.standings.put(rows, others.values())
        return [*posted, *self._keep_accounts(rows, revised, at_s)]

    def _keep_accounts(self, rows: Connection, revised: Revised, at_s: int) -> list[dict[str, Any]]:
        """Keep accounts as they were decided anew; what is to be told of them."""
        edition, posted = self.editions.current(rows, last_change(rows)), list[dict[str, Any]]()
        voices = self.editions.voices(rows, edition)
        made = [*revised.made, *(each for told in revised.others.values() for each in told)]
        held = self.standings.accounts(rows, revised.accounts)
        for name, customer in held.items():
            customer.accounts = revised.accounts[name]
            noted, said = list[Noted](), list[Said]()
            for each in (one for one in made if one.customer == name and one.accounts is not None):
                noted += [Noted(each.row.ticket, each.row.seq, one) for one in each.made.trace.notices()]
                said += told_otherwise(voices, each.accounts, each.event.at_s)
            said += [Said(voice, one) for voice in voices[1:] for one in noted]
            posted += tell_charges(rows, voices, customer, noted, said, at_s, anew_s=_left_s(rows, name))
        self.standings.replace_accounts(rows, held.values())
        return posted

    def _keep(
        self, rows: Connection, held: Held, standing: Standing | None, made: Sequence[Redecided], at_s: int
    ) -> list[dict[str, Any]]:
        for each in made:
            code, row = _code(each), each.row
            if (row.code, row.customer) != (code, each.customer):
                new = row._replace(customer=each.customer)
                values = {"code": code, "customer": each.customer, "seal": journal.sealed(new._asdict())}
                which = JOURNAL.c.ticket == row.ticket, JOURNAL.c.seq == row.seq
                rows.execute(update(JOURNAL).where(*which).values(**values))
        held.standing = standing
        if standing is not None:
            held.policy = standing.policy
        if not made:
            return []
        asked = [asked for each in made for asked in asked_by(each.made, each.row.seq)]
        return tell_anew(rows, made[-1].engine, held, max(at_s, _last_s(standing)), asked, lambda row: True)

    def _contracts(self, rows: Connection, own: Iterable[Kept]) -> str:
        return self.editions.edition(rows, max(row.edition for row in own)).contracts


def _left_s(rows: Connection, customer: str) -> int:
    """When tickets that left last wrote into a customer's accounts: what was told up to then nobody doubts any more."""
    begun = carried_of(rows, customer)
    last_s = None if begun is None else Beside(begun=[begun]).last_s
    return -1 if last_s is None else last_s


def _last_s(standing: Standing | None) -> int:
    return 0 if standing is None else standing.last_s


def _changes(
    before: Standing | None, after: Standing | None, codes: Mapping[int, str | None], made: Sequence[Redecided]
) -> Iterator[str]:
    """What is otherwise, in words: records, the state, facts and clocks."""
    for each in made:
        code = _code(each)
        if each.row.seq in codes and codes[each.row.seq] != code:
            yield f"record {each.row.seq}: {_told(codes[each.row.seq])} → {_told(code)}"
    if before is None or after is None:
        if before is not after:
            yield "the ticket is opened" if before is None else "the ticket is not opened any more"
        return
    if before.policy != after.policy:
        yield f"policy: `{before.policy[7:15]}` → `{after.policy[7:15]}`"
    if before.state != after.state:
        yield f"state: `{before.state}` → `{after.state}`"
    for name in dict.fromkeys((*before.facts, *after.facts)):
        was, now = before.facts.get(name), after.facts.get(name)
        if was != now:
            yield f"fact `{name}`: {_held(was)} → {_held(now)}"
    engine = made[-1].engine if made else None
    if engine is not None and before.policy == after.policy:
        yield from _clock_changes(engine, before, after)
    elif engine is not None and before.clocks != after.clocks:
        yield "its clocks count by the other policy"


def _clock_changes(engine: Engine, before: Standing, after: Standing) -> Iterator[str]:
    at_s = max(before.last_s, after.last_s)
    one, other = (
        {(row.commitment.id, row.cycle): row for row in engine.clocks.rows(each.clocks, at_s)}
        for each in (before, after)
    )
    for name in dict.fromkeys((*one, *other)):
        was, now = one.get(name), other.get(name)
        called = f"clock `{name[0]}`{f', cycle {name[1]}' if name[1] > 1 else ''}"
        if was is None or now is None:
            yield f"{called}: {'begins' if was is None else 'is none any more'}"
            continue
        if was.status != now.status:
            yield f"{called}: {was.status} → {now.status}"
        if was.due_s != now.due_s:
            yield f"{called}: due {_at(was.due_s)} → {_at(now.due_s)}"
        elif was.used_s != now.used_s:
            yield f"{called}: {was.used_s} s used → {now.used_s} s"


def _code(each: Redecided) -> str | None:
    refusal = each.made.trace.refusal
    return None if refusal is None else refusal.code


def _told(code: str | None) -> str:
    return "accepted" if code is None else f"refused (`{code}`)"


def _at(at_s: int | None) -> str:
    return "–" if at_s is None else text_of(at_s)


def _held(held: object) -> str:
    if held is None:
        return "unset"
    return ", ".join(f"`{each}`" for each in sorted(held, key=str)) if isinstance(held, frozenset) else f"`{held}`"


def is_late(rows: Connection, ticket: str, at_s: int) -> bool:
    """Whether a ticket has a record that lies after an instant."""
    later = select(JOURNAL.c.seq).where(JOURNAL.c.ticket == ticket, JOURNAL.c.at_s > at_s)
    return rows.execute(later.limit(1)).first() is not None
