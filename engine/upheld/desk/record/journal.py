"""The journal: every record as it came, each tied to the one before, so that nothing is lost or changed unseen.

A record is decided as it is kept: what a host gives beyond plain values becomes text first, so that the same bytes
decide it again. Its link is that of the core's chain; its *seal* covers the whole row, so that whatever changes in one
is found with its place.

    >>> from datetime import datetime
    >>> record = plain(Event("T-1", datetime.fromisoformat("2026-03-02T09:00+01:00"), "work", data={"cost": 1.5}))
    >>> text_of_record(record)
    '{"ticket":"T-1","at":"2026-03-02T08:00:00Z","event":"work","data":{"cost":"1.5"}}'
    >>> record_of(text_of_record(record)) == record
    True

Source: DESIGN section 10, "Journal"; section 6, "`journal`"; THREATS D04.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, insert, select, text

from upheld.core.condition.domain import Domain
from upheld.core.condition.ordered import Instant
from upheld.core.errors import RecordError
from upheld.core.frozen import FrozenDict
from upheld.core.nearest import quoted, said
from upheld.core.record.event import Event, Said, checked_event
from upheld.core.record.journal import begun, continued
from upheld.core.time.instant import instant_of, text_of
from upheld.desk.storage.statement import Answer, Prepared, Several
from upheld.desk.storage.tables import ARRIVALS, JOURNAL, LEFT

LARGEST: Final = 2**63
"""Numbers from here on, and below as much under nothing, are kept as text, since no history holds them."""
SEAL: Final = 16
"""Bytes of a seal."""

RECORD: Final = "record"
MOVE: Final = "move"

_listed: Final = json.JSONEncoder().encode
_sealed_of: Final = itemgetter("arrival", "ticket", "seq", "at_s", "kind", "inserted", "edition", "customer")

Columns = dict[str, Any]

_written: Final = json.JSONEncoder(separators=(",", ":")).encode


class Kept(NamedTuple):
    """A row of the journal.

    Attributes:
        kind: ``record``, or ``move`` where the ticket was moved to another policy.
        inserted: Whether it came late and was put in its place by its instant.
        edition: The adoption that was in force.
        record: The text of the record, people by their tokens.
        customer, code: Whose accounts it was charged to, and why it was refused; both as it stands by now.
    """

    ticket: str
    seq: int
    arrival: int
    at_s: int
    kind: str
    inserted: bool
    edition: int
    record: str
    link: bytes
    seal: bytes
    customer: str
    code: str | None

    @property
    def event(self) -> Event:
        """The event that was kept, people by their tokens."""
        return replace(record_of(self.record), arrival=self.arrival)


def plain(event: Event) -> Event:
    """The event with its instant in whole seconds of UTC, and with plain data: what a history can hold.

    Raises: RecordError for an observed state, and for what has no text.
    """
    if event.state:
        raise RecordError([f"state `{event.state}` was observed, which only a replay in audit mode reads"])
    data = {_name(name): _plain(value) for name, value in event.data.items() if value is not None}
    return checked_event(event.ticket, instant_of(event.at_s), event.at_s, _said(event, event.actor, data))


def acted_by(event: Event, actor: str) -> Event:
    """A plain event of another actor in the same role."""
    return checked_event(event.ticket, event.at, event.at_s, _said(event, actor, event.data))


def _said(event: Event, actor: str, data: Mapping[str, object]) -> Said:
    return event.event, actor, event.channel, event.customer, FrozenDict(data), "", event.role


def _name(name: object) -> str:
    if name.__class__ is str:
        return name
    return str.__str__(name) if isinstance(name, str) else said(name)


def _plain(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [_scalar(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_scalar(each) for each in value), key=str)
    return _scalar(value)


def _scalar(value: object) -> object:
    if value.__class__ is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int) and -LARGEST < value < LARGEST:
        return int(value)
    return value.isoformat() if isinstance(value, date) else said(value)


def text_of_record(event: Event) -> str:
    """A plain event in one line of JSON."""
    record: Columns = {"ticket": event.ticket, "at": text_of(event.at_s), "event": event.event}
    record |= {name: held for name in ("actor", "channel", "customer") if (held := getattr(event, name))}
    record |= {"data": dict(event.data)} if event.data else {}
    return _written(record)


class Record(NamedTuple):
    """What is written of a record: its text, and the event that this is, people by their tokens."""

    text: str
    event: Event | None = None


def in_utc(event: Event, domains: Mapping[str, Domain]) -> Event:
    """The event with instants in its data as UTC, as the chain has them.

    Args:
        domains: What fields may hold, as ``<event>.<field>``.
    """
    told: dict[str, object] = {}
    for name, value in event.data.items():
        domain = domains.get(f"{event.event}.{name}")
        if isinstance(domain, Instant) and isinstance(read := domain.read(value, ""), int):
            told[name] = text_of(read)
    return replace(event, data={**event.data, **told}) if told else event


def record_of(record: str) -> Event:
    """The event of such a line. Raises: ValueError, KeyError, RecordError where it was changed into none."""
    return Event.from_record(json.loads(record))


def text_of_move(ticket: str, at_s: int, policy: str) -> str:
    """The record of a ticket that is moved to another policy, by its digest."""
    return _written({"ticket": ticket, "at": text_of(at_s), "move": policy})


def linked(link: bytes | None, ticket: str, kind: str, record: Record) -> bytes:
    """The link of a record after another one; ``None`` before the first."""
    link = begun(ticket) if link is None else link
    if kind == RECORD:
        return continued(link, record.event or record_of(record.text))
    return sha256(link + record.text.encode()).digest()


def sealed(row: Mapping[str, Any]) -> bytes:
    """The seal of a row: of all of it but its code."""
    head = _listed(_sealed_of(row))
    return sha256(f"{head}{row['record']}".encode() + row["link"]).digest()[:SEAL]


def arrivals(rows: Connection, number: int, is_sqlite: bool) -> Iterable[int]:
    """The next numbers of arrival; to be asked for when all rows are locked, so that their order is that of charges."""
    return arrivals_of(ask_arrivals(rows, number), number, is_sqlite)


def ask_arrivals(rows: Connection, number: int) -> Answer:
    """The same, to be had later, as `arrivals_of` reads it."""
    if rows.dialect.name == "sqlite":  # there is one writer
        return _LAST.ask(rows, {})
    return _ARRIVALS.ask(rows, {"number": number})


def arrivals_of(found: Answer, number: int, is_sqlite: bool) -> list[int]:
    """The numbers themselves."""
    if is_sqlite:
        last = found()[0][0] or 0
        return [*range(last + 1, last + 1 + number)]
    return [row[0] for row in found()]


def append(rows: Connection, made: list[Columns]) -> None:
    """Write rows."""
    _APPEND.run_each(rows, made)


def of_ticket(rows: Connection, ticket: str) -> list[Kept]:
    """Every row of a ticket, in the order of their arrival."""
    return [*map(kept, rows.execute(_OF_TICKET, {"ticket": ticket}))]


def in_place(journal: Iterable[Kept]) -> list[Kept]:
    """The rows of one ticket in the order in which they count: one that was inserted stands before a later one."""
    placed: list[Kept] = []
    for row in journal:
        place = len(placed)
        if row.inserted:
            place = next((index for index, each in enumerate(placed) if each.at_s > row.at_s), place)
        placed.insert(place, row)
    return placed


def found(rows: Connection, asked: Select[Any]) -> Iterator[Kept]:
    """The rows that a query finds, some at a time."""
    for part in rows.execute(asked, execution_options={"yield_per": 1_000}).partitions():
        yield from map(kept, part)


def kept(row: Any) -> Kept:
    """A row as a value."""
    return Kept(*row)._replace(link=bytes(row.link), seal=bytes(row.seal))


EVERY: Final = select(*(JOURNAL.c[name] for name in Kept._fields))
_OF_TICKET: Final = EVERY.where(JOURNAL.c.ticket == bindparam("ticket")).order_by(JOURNAL.c.seq)
_APPEND: Final = Prepared(insert(JOURNAL), JOURNAL.c.keys())
_LAST: Final = Prepared(select(func.max(JOURNAL.c.arrival)))
_ARRIVALS: Final = Prepared(text(f"SELECT nextval('{ARRIVALS.name}') FROM generate_series(1, :number)"))
_CODE: Final = select(JOURNAL.c.code).where(JOURNAL.c.ticket == bindparam("ticket"), JOURNAL.c.seq == bindparam("seq"))


def code(rows: Connection, ticket: str, seq: int) -> str | None:
    """Why a record was refused; ``None`` where it was accepted."""
    found = rows.execute(_CODE, {"ticket": ticket, "seq": seq}).one_or_none()
    if found is None and (gone := left(rows, [ticket])):
        return gone[ticket].codes.get(str(seq))
    return None if found is None else found[0]


class Left(NamedTuple):
    """A ticket whose records were taken out.

    Attributes:
        archive: The name of the folder that they are in.
        codes: Why some of them were refused, by their numbers.
    """

    archive: str
    codes: Mapping[str, str]

    def told(self, ticket: str) -> str:
        """It in words."""
        return f"ticket {quoted(ticket)} left the desk: its records are in {quoted(self.archive)}"


def left_number(rows: Connection) -> int:
    """As many numbers of arrival as records left at most: what stays comes after them in every history."""
    return int(rows.scalar(select(func.sum(LEFT.c.seq))) or 0)


def left(rows: Connection, tickets: Sequence[str]) -> dict[str, Left]:
    """Those of these tickets whose records were taken out."""
    return left_of(ask_left(rows, tickets))


def ask_left(rows: Connection, tickets: Sequence[str]) -> Answer:
    """The same, to be had later, as `left_of` reads it."""
    return _LEFT.ask(rows, tickets)


def left_of(found: Answer) -> dict[str, Left]:
    """Tickets that left."""
    return {row[0]: Left(row[1], json.loads(row[2])) for row in found()}


_LEFT: Final = Several(select(LEFT.c.ticket, LEFT.c.archive, LEFT.c.codes), LEFT.c.ticket)
