"""Intake: what callers give to a desk, made into records that it can keep.

Source: DESIGN section 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from upheld.core.errors import ArgumentError, RecordError
from upheld.core.nearest import quoted
from upheld.core.record.event import Event
from upheld.desk import journal
from upheld.desk.submission import Late, Sent
from upheld.replaying import Record, as_events


def sent_of(given: object, source: str, late: Late, only_of: str = "") -> Sent:
    """What a caller gives: an event, alone or with its key. Raises: RecordError, ArgumentError for what is none."""
    if late not in ("refuse", "insert"):
        raise ArgumentError(f"`late` is `refuse` or `insert`, and {quoted(late)} is neither")
    event, key = given if isinstance(given, tuple) and len(given) == 2 else (given, None)
    return Sent(_plain(event), key, source, late, only_of)


def in_batches(records: Iterable[Record], name: str, most: int) -> Iterator[list[Sent]]:
    """The records of a history of this name, so many at a time, each by its number."""
    numbered = (Sent(_plain(event), str(number), f"load:{name}") for number, event in as_events(records))
    while some := [*islice(numbered, most)]:
        yield some


def _plain(event: object) -> Event:
    if not isinstance(event, Event):
        raise RecordError([f"{quoted(event)} is no event: make one with `Event(...)` or `Event.from_record`"])
    return journal.plain(event)
