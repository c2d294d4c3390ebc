"""The outbox: what the desk asks of the world, delivered at least once, in order for each ticket.

A message is claimed with a lease, which is only a later instant at which it may be claimed again: a worker that died
needs no cleaning up. Its id is stable, so that a receiver can tell what came twice. While one of a ticket waits, the
later ones of it do.

Source: DESIGN section 10, "Outbox"; THREATS D06, D07.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from upheld.core.decision.decision import AskedEffect
from upheld.core.errors import ArgumentError
from upheld.core.nearest import quoted
from upheld.core.time.instant import instant_of, seconds_of, text_of
from upheld.desk.storage.database import Database
from upheld.desk.storage.statement import Prepared
from upheld.desk.storage.tables import IS_WAITING, MESSAGES

WAITING, DONE, DEAD, WITHDRAWN, CORRECTED = "waiting", "done", "dead", "withdrawn", "corrected"
STATES: Final = (WAITING, DONE, DEAD, WITHDRAWN, CORRECTED)

CORRECTION: Final = "correction"
"""The kind of a message that takes back another one."""

LEASE_S: Final = 300
FIRST_DELAY_S: Final = 30
LONGEST_DELAY_S: Final = 6 * 3600
MOST_TRIES: Final = 16
"""After so many a message is dead: with the delays between them, some two days."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be delivered.

    Attributes:
        id: Stable: the same in every try.
        ticket: ``""`` for what time alone brings of accounts.
        seq: Of the record that asked for it; ``None`` where time did.
        at: When it was asked for; what time does has its due instant, however late it is told.
        document: What is asked: ``kind``, ``to``, ``about`` and so on, as the effects of a verdict; of a
            ``correction``, what ``of`` said and is not so any more.
        tries: How many times it was claimed, this one included.
        customer: Of whose accounts it tells; ``None`` where it tells of none.
    """

    position: int
    id: str
    ticket: str
    seq: int | None
    at: datetime
    document: Mapping[str, Any]
    tries: int
    customer: str | None = None

    def as_document(self) -> dict[str, Any]:
        """It as JSON: what a receiver is given."""
        at = text_of(seconds_of(self.at))
        told = {"id": self.id, "ticket": self.ticket or None, "seq": self.seq, "at": at, "tries": self.tries}
        return {**told, "asked": dict(self.document)}


class Outbox:
    """The messages of a desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, limit: int = 100, lease_s: int = LEASE_S) -> tuple[Message, ...]:
        """Messages to deliver now, the oldest first; nobody else has them until the lease ends."""
        for name, number in (("limit", limit), ("lease_s", lease_s)):
            if type(number) is not int or number < 1:
                raise ArgumentError(f"`{name}` is a number from 1 on, and {quoted(number)} is none")

        def work(rows: Connection) -> tuple[Message, ...]:
            return claim(rows, self._database.now_s(rows), messages_max=limit, lease_s=lease_s)

        return self._database.transact(work)

    def done(self, message: Message) -> bool:
        """It was delivered. Returns: whether that counts; not where its lease had run out and another has it."""
        return self._database.transact(lambda rows: _settled(rows, message, {"state": DONE}))

    def failed(self, message: Message) -> bool:
        """It could not be delivered: it is tried again, later and later, and in the end it is dead."""

        def work(rows: Connection) -> bool:
            if message.tries >= MOST_TRIES:
                return _settled(rows, message, {"state": DEAD})
            return _settled(rows, message, {"next_s": self._database.now_s(rows) + delay_s(message.tries)})

        return self._database.transact(work)

    def release(self, messages: Iterable[Message]) -> int:
        """Give back what was claimed and not tried: others may have it at once. Returns: how many that was."""
        given = [*messages]

        def work(rows: Connection) -> int:
            return sum(_settled(rows, each, {"next_s": 0, "tries": each.tries - 1}) for each in given)

        return self._database.transact(work) if given else 0

    def list(
        self, states: Sequence[str] = (WAITING, DEAD), ticket: str | None = None, limit: int = 100
    ) -> tuple[tuple[Message, str], ...]:
        """Messages in these states, each with its state, in the order in which they were asked for."""
        asked = select(*_COLUMNS, MESSAGES.c.state).where(MESSAGES.c.state.in_([*states]))
        if ticket is not None:
            asked = asked.where(MESSAGES.c.ticket == ticket)
        asked = asked.order_by(MESSAGES.c.position).limit(limit)
        return self._database.read(lambda rows: tuple((_message(row[:-1]), row[-1]) for row in rows.execute(asked)))

    def revive(self, ids: Iterable[str]) -> int:
        """Try dead messages once more from the beginning. Returns: how many of these were dead."""
        wanted = [*ids]

        def work(rows: Connection) -> int:
            which = MESSAGES.c.id.in_(wanted), MESSAGES.c.state == DEAD
            return rows.execute(update(MESSAGES).where(*which).values(state=WAITING, tries=0, next_s=0)).rowcount

        return self._database.transact(work)


def delay_s(tries: int) -> int:
    """How long a message waits that could not be delivered so many times: twice as long each time, up to a longest."""
    return int(min(FIRST_DELAY_S * 2 ** (tries - 1), LONGEST_DELAY_S))


def claim(rows: Connection, now_s: int, *, messages_max: int, lease_s: int) -> tuple[Message, ...]:
    """Messages to deliver now, each held by one worker until its lease ends.

    Which message is the first of its ticket is asked so that PostgreSQL has but the index of tickets for it. What waits
    comes and goes faster than it is counted; by `NOT EXISTS`, or the index of all that waits, it compared each message
    that waits with all others.
    """
    first = MESSAGES.alias("first")
    waits = first.c.state + "" == WAITING
    its_first = select(func.min(first.c.position)).where(first.c.ticket == MESSAGES.c.ticket, waits).scalar_subquery()
    due = (
        select(MESSAGES.c.position)
        .where(text(f"{MESSAGES.name}.{IS_WAITING}"), MESSAGES.c.next_s <= now_s)
        .where(or_(MESSAGES.c.ticket == "", MESSAGES.c.position == its_first))
        .order_by(MESSAGES.c.next_s, MESSAGES.c.position)
        .limit(messages_max)
        .with_for_update(skip_locked=True)  # SQLite leaves the lock out: it lets one writer in
        .cte("due")
    )
    taken = (
        update(MESSAGES)
        .where(MESSAGES.c.position.in_(select(due.c.position)))
        .values(next_s=now_s + lease_s, tries=MESSAGES.c.tries + 1)
        .returning(*_COLUMNS)
    )
    return tuple(sorted(map(_message, rows.execute(taken)), key=lambda each: each.position))


def messages(rows: Connection, ticket: str) -> list[tuple[Message, str]]:
    """Every message of a ticket with its state, in order; those that were put off have their last tries."""
    asked = select(*_COLUMNS, MESSAGES.c.state).where(MESSAGES.c.ticket == ticket).order_by(MESSAGES.c.position)
    return [(_message(row[:-1]), row[-1]) for row in rows.execute(asked)]


def messages_by_id(rows: Connection, ids: Sequence[str]) -> dict[str, Message]:
    """These messages, by id."""
    asked = select(*_COLUMNS).where(MESSAGES.c.id.in_(ids))
    return {found.id: found for found in map(_message, rows.execute(asked))}


def post(rows: Connection, made: list[dict[str, Any]]) -> None:
    """Put messages into the outbox, in this order; one that is there already is not there twice."""
    (_POST_SQLITE if rows.dialect.name == "sqlite" else _POST_POSTGRESQL).run_each(rows, made)


def told_elsewhere(made: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Messages that are kept as delivered, so that nothing tells them once more and what proves wrong is corrected."""
    return [{**row, "state": DONE} for row in made]


def message_of(
    effect: AskedEffect, ticket: str, seq: int | None, number: int, *, ahead: bool, again: int = 0
) -> dict[str, Any]:
    """The row of an effect.

    Args:
        seq: Of the record that asked for it; ``None`` where time did.
        number: Which of several that are asked for alike.
        again: How many messages of the same were corrected before.
    """
    document = document_of(effect)
    what = json.dumps([ticket, seq, number, again, document])
    return row_of(effect, document, sha256(what.encode()).hexdigest()[:32], ticket, seq, ahead=ahead)


def row_of(
    effect: AskedEffect, document: Mapping[str, Any], name: str, ticket: str, seq: int | None, *, ahead: bool
) -> dict[str, Any]:
    """The row of an effect by its id, ``name``, and by what is said of it."""
    return {
        "id": name,
        "ticket": ticket,
        "seq": seq,
        "customer": None,
        "at_s": seconds_of(effect.at),
        "kind": effect.kind,
        "document": json.dumps(document),
        "state": WAITING,
        "ahead": ahead,
        "tries": 0,
        "next_s": 0,
    }


def correction_of(row: Mapping[str, Any], at_s: int) -> dict[str, Any]:
    """The row that takes back what was delivered, and is not so any more."""
    document = {"kind": CORRECTION, "of": row["id"], "was": json.loads(row["document"]), "at": text_of(at_s)}
    return {
        **{name: held for name, held in row.items() if name != "position"},
        "kind": CORRECTION,
        "id": sha256(f"correction of {row['id']}".encode()).hexdigest()[:32],
        "at_s": at_s,
        "document": json.dumps(document),
        "state": WAITING,
        "ahead": False,
        "tries": 0,
        "next_s": 0,
    }


def document_of(effect: AskedEffect) -> dict[str, Any]:
    """What is asked, as the effects of a verdict say it."""
    document: dict[str, Any] = {"at": text_of(seconds_of(effect.at)), "kind": effect.kind}
    document |= {"to": effect.to or None, "about": effect.about}
    if effect.timer is not None:
        document["timer"] = effect.timer
    if effect.commitment is not None:
        document |= {"commitment": effect.commitment, "cycle": effect.cycle}
    if effect.kind == "create-ticket":
        document["count"] = effect.count
    return {**document, "clauses": list(effect.clauses), "assumptions": list(effect.assumptions)}


def _settled(rows: Connection, message: Message, values: dict[str, Any]) -> bool:
    held = MESSAGES.c.position == message.position, MESSAGES.c.tries == message.tries, MESSAGES.c.state == WAITING
    return rows.execute(update(MESSAGES).where(*held).values(**values)).rowcount == 1


_POSTED: Final = [name for name in MESSAGES.c.keys() if name != "position"]  # noqa: SIM118 - columns, and no mapping
_POST_SQLITE: Final = Prepared(sqlite.insert(MESSAGES).on_conflict_do_nothing(index_elements=["id"]), _POSTED)
_POST_POSTGRESQL: Final = Prepared(postgresql.insert(MESSAGES).on_conflict_do_nothing(index_elements=["id"]), _POSTED)
_COLUMNS: Final = tuple(
    MESSAGES.c[name] for name in ("position", "id", "ticket", "seq", "at_s", "document", "tries", "customer")
)


def _message(row: Any) -> Message:
    position, name, ticket, seq, at_s, document, tries, customer = row
    return Message(position, name, ticket, seq, instant_of(at_s), json.loads(document), tries, customer)
