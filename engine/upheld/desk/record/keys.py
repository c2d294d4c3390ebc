"""Keys: a record that is sent again counts once, and has the answer that it had.

A key is the caller's, unique for each source of records. It comes with the record into the same transaction, so that
either both are there or neither.

Source: DESIGN section 10, "Exactly once"; THREATS D03, L12, V07.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from upheld.core.errors import ArgumentError, KeyConflict
from upheld.core.nearest import quoted
from upheld.desk.storage.statement import Answer, Prepared, Several
from upheld.desk.storage.tables import JOURNAL, KEYS

LONGEST: Final = 400


class Content:
    """Says that the record itself is its key: the same record counts once."""

    def __repr__(self) -> str:
        return "Desk.content"


CONTENT: Final = Content()


class Key(NamedTuple):
    """A key of a source."""

    source: str
    key: str


class First(NamedTuple):
    """What a key came with first: a digest of the record, and its place."""

    content: bytes
    ticket: str
    seq: int


def key_of(key: str | Content | None, source: str) -> Key | None:
    """The key that a caller gives; ``None`` for none, and for the record itself, which is not there yet.

    Raises: ArgumentError for what is no key.
    """
    if key is None or isinstance(key, Content):
        return None
    for name, held in (("key", key), ("source", source)):
        if not isinstance(held, str) or not held.isprintable() or len(held) > LONGEST or (name == "key" and not held):
            raise ArgumentError(f"{quoted(held)} is no {name}: give a text of one line, at most {LONGEST} characters")
    return Key(str.__str__(source), str.__str__(key))


def key_of_content(source: str, record: str) -> Key:
    """The key that a record is itself. Args: record: its text, as it is kept."""
    return Key(f"{source}#content", sha256(record.encode()).hexdigest())


def content_of(record: str) -> bytes:
    """The digest by which it is told whether a record is the same."""
    return sha256(record.encode()).digest()


def known(rows: Connection, asked: Sequence[Key]) -> dict[Key, First]:
    """What these keys came with, those that did."""
    return found([ask(rows, asked)])


def ask(rows: Connection, asked: Sequence[Key]) -> Answer:
    """The same, to be had later, as `found` reads it."""
    sources = dict.fromkeys(each.source for each in asked)
    parts = [_SOME.ask(rows, [each.key for each in asked if each.source == name], source=name) for name in sources]
    return lambda: [row for part in parts for row in part()]


def found(answers: Iterable[Answer]) -> dict[Key, First]:
    """What keys came with."""
    each = (row for answer in answers for row in answer())
    return {Key(row[0], row[1]): First(bytes(row[2]), row[3], row[4]) for row in each}


def same(rows: Connection, key: Key, first: First, record: str) -> None:
    """Raises: KeyConflict where the key came with another record, with what the two differ in."""
    if first.content == content_of(record):
        return
    kept = rows.scalar(_RECORD, {"ticket": first.ticket, "seq": first.seq})
    was, now = ({} if text is None else json.loads(text) for text in (kept, record))
    fields = tuple(sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))) if was else ()
    told = (
        f"key {quoted(key.key)} came before, with another record (number {first.seq} of ticket {quoted(first.ticket)})"
    )
    error = KeyConflict(f"{told}: a key is of one record{_differing(fields, was, now)}")
    error.fields = fields
    raise error


def _differing(fields: Sequence[str], was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if not fields:
        return ""
    if fields == ("at",):
        advice = "whoever sends it again sends its first instant, too"
        return f"; `at` was {was['at']}, and is {now['at']}: {advice}"
    return f"; they differ in {', '.join(map(quoted, fields))}"


def keep(rows: Connection, made: Iterable[tuple[Key, First]]) -> None:
    """Keep keys with what they came with."""
    _KEEP.run_each(rows, [{**key._asdict(), **first._asdict()} for key, first in made])


_COLUMNS: Final = (KEYS.c.source, KEYS.c.key, KEYS.c.content, KEYS.c.ticket, KEYS.c.seq)
_SOME: Final = Several(select(*_COLUMNS).where(KEYS.c.source == bindparam("source")), KEYS.c.key)
_RECORD: Final = select(JOURNAL.c.record).where(
    JOURNAL.c.ticket == bindparam("ticket"), JOURNAL.c.seq == bindparam("seq")
)
_KEEP: Final = Prepared(insert(KEYS), KEYS.c.keys())
