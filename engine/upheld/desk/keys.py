"""Keys: a record that is sent again counts once, and has the answer that it had.

A key is the caller's, unique for each source of records. It comes with the record into the same transaction, so that
either both are there or neither.

Source: DESIGN section 10, "Exactly once"; THREATS D03, L12, V07.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from upheld.core.errors import ArgumentError, KeyConflict
from upheld.core.nearest import quoted
from upheld.desk.database import Prepared
from upheld.desk.tables import KEYS

LONGEST: Final = 400
AT_ONCE: Final = 500
"""Keys of one statement."""


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


def key_of(key: str | Content | None, source: str, record: str) -> Key | None:
    """The key that a caller gives. Args: record: the text of the record, as it is kept.

    Raises: ArgumentError for what is no key.
    """
    if key is None:
        return None
    if isinstance(key, Content):
        return Key(f"{source}#content", sha256(record.encode()).hexdigest())
    for name, held in (("key", key), ("source", source)):
        if not isinstance(held, str) or not held.isprintable() or len(held) > LONGEST or (name == "key" and not held):
            raise ArgumentError(f"{quoted(held)} is no {name}: give a text of one line, at most {LONGEST} characters")
    return Key(str.__str__(source), str.__str__(key))


def content_of(record: str) -> bytes:
    """The digest by which it is told whether a record is the same."""
    return sha256(record.encode()).digest()


def known(rows: Connection, asked: Sequence[Key]) -> dict[Key, First]:
    """What these keys came with, those that did."""
    if not asked:
        return {}
    if len(asked) == 1:
        found: list[Any] = _ONE.run(rows, asked[0]._asdict())
    else:
        found = []
        for source in dict.fromkeys(each.source for each in asked):
            named = [each.key for each in asked if each.source == source]
            for start in range(0, len(named), AT_ONCE):
                found += rows.execute(_SOME, {"source": source, "keys": named[start : start + AT_ONCE]})
    return {Key(row[0], row[1]): First(bytes(row[2]), row[3], row[4]) for row in found}


def same(key: Key, first: First, content: bytes) -> None:
    """Raises: KeyConflict where the key came with another record."""
    if first.content != content:
        raise KeyConflict(
            f"key {quoted(key.key)} came before, with another record (number {first.seq} of ticket "
            f"{quoted(first.ticket)}): a key is of one record"
        )


def keep(rows: Connection, made: Iterable[tuple[Key, First]]) -> None:
    """Keep keys with what they came with."""
    _KEEP.run_each(rows, [{**key._asdict(), **first._asdict()} for key, first in made])


_COLUMNS: Final = (KEYS.c.source, KEYS.c.key, KEYS.c.content, KEYS.c.ticket, KEYS.c.seq)
_ONE: Final = Prepared(select(*_COLUMNS).where(KEYS.c.source == bindparam("source"), KEYS.c.key == bindparam("key")))
_SOME: Final = select(*_COLUMNS).where(
    KEYS.c.source == bindparam("source"), KEYS.c.key.in_(bindparam("keys", expanding=True))
)
_KEEP: Final = Prepared(insert(KEYS), KEYS.c.keys())
