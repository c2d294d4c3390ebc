"""Bits that flip in a journal: each in one column of one row, looked for, and turned back by a rollback."""

from __future__ import annotations

import random
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from desk_proof.story import granted, prepaid, story
from upheld import Desk
from upheld.desk.redecision.verification import differences
from upheld.desk.storage.statement import begin
from upheld.desk.storage.tables import JOURNAL

COLUMNS = [each.name for each in JOURNAL.c if each.name != "code"]
"""All but the one that is a cache."""


class Flipped(NamedTuple):
    """What came of it: how many were found with their row, missed, or refused by the database itself."""

    found: int
    missed: list[str]
    refused: int


def flip(url: str, number: int, seed: int = 0, records: int = 40) -> Flipped:
    """Flip so many bits, one at a time; those that the database itself refuses do not count."""
    desk = Desk.open(url, policy=prepaid(), contracts=granted(10**6), upgrade=True)
    desk.submit_many([(each.event, str(each.number)) for each in islice(story(), records)], late="insert")
    chance, found, missed, refused = random.Random(seed), 0, list[str](), 0
    journal = desk._read(lambda rows: rows.execute(select(JOURNAL)).mappings().all())
    while found + len(missed) < number:
        row, name = chance.choice(journal), chance.choice(COLUMNS)
        value = flipped(row[name], chance)
        places = _looked(desk, row["ticket"], row["seq"], {name: value})
        if places is None:
            refused += 1
            continue
        changed = {**row, name: value}
        if (changed["ticket"], changed["seq"]) in places:
            found += 1
        else:
            missed.append(f"{name} of {row['ticket']} {row['seq']}: {row[name]!r} as {value!r}")
    assert not desk.verify(), "all was turned back"
    desk.close()
    return Flipped(found, missed, refused)


def _looked(desk: Desk, ticket: str, seq: int, values: dict[str, object]) -> set[tuple[str, int | None]] | None:
    """The rows in which something is found once one has these values; ``None`` where the database refuses them.

    The desk itself would try again what meets a key that is there, for more than a second each time.
    """
    with desk._database._engine.connect() as rows, rows.begin() as turn:
        begin(rows, "BEGIN IMMEDIATE")
        try:
            rows.execute(update(JOURNAL).where(JOURNAL.c.ticket == ticket, JOURNAL.c.seq == seq).values(values))
        except DBAPIError:
            turn.rollback()
            return None
        places = {(each.ticket, each.seq) for each in differences(rows, desk._reader)}
        turn.rollback()
    return places


def flipped(value: object, chance: random.Random) -> object:
    """A value with one bit that is another; of a text, so that it is still one that a database keeps."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(20))
    assert isinstance(value, (str, bytes, memoryview)), value
    raw = bytearray(value.encode() if isinstance(value, str) else bytes(value))
    if not isinstance(value, str):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        return bytes(raw)
    if not raw:
        return "\x01"
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(7)
    return raw.decode("utf-8", "replace")
