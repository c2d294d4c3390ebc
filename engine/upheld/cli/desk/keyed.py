"""Keyed records: those of a history or of a live pipe, each with the key that one of its columns holds.

The column is read before anybody says what the row means. The key then goes with the event, under the name of
no field, so that it stays with it wherever records are put in order.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from upheld.cli.history.history import History
from upheld.core.errors import RecordError
from upheld.core.nearest import quoted
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.history.canonical import DATA, TEXTS, record_of_row
from upheld.history.event_record import event_of
from upheld.history.importer import Bad, Placed, Row

KEY: Final = ""
"""The name of no field: a record with such a field is none that can have a key."""


def with_keys(history: History, column: str) -> History:
    """The history whose events carry the key of this column."""
    return replace(history, mapping=_maker(column, history.mapping))


def taken(event: Event) -> tuple[Event, str | None]:
    """An event without the key that it carries, and this."""
    if KEY not in event.data:
        return event, None
    data = {name: held for name, held in event.data.items() if name != KEY}
    return replace(event, data=data), str(event.data[KEY])


def _maker(column: str, mapping: Callable[..., Iterator[Any]] | None) -> Callable[..., Iterator[Placed | Bad]]:
    def made(rows: Iterator[Row | Bad], policy: Policy, tally: Any) -> Iterator[Placed | Bad]:
        keys: dict[str, str] = {}
        seen: Counter[str] = Counter()
        if mapping is not None:
            found = mapping(_noted(rows, column, keys, is_taken=False), policy, tally=tally)
        else:
            is_taken = column not in TEXTS and not column.startswith(DATA)
            found = _records(_noted(rows, column, keys, is_taken=is_taken), policy)
        for each in found:
            if isinstance(each, Bad):
                yield each
                continue
            place, record = each
            try:
                event = event_of(record)
            except RecordError as error:
                yield Bad(place, str(error))
                continue
            if KEY in event.data:
                yield Bad(place, "a field of its data has no name: give it one, or leave it out")
                continue
            seen[place] += mapping is not None  # a row of an export may state several records
            key = f"{keys[place]}#{seen[place]}" if seen[place] > 1 else keys[place]
            yield place, replace(event, data={**event.data, KEY: key})

    return made


def _noted(rows: Iterator[Row | Bad], column: str, keys: dict[str, str], *, is_taken: bool) -> Iterator[Row | Bad]:
    """The rows, their keys noted by their places."""
    for row in rows:
        if isinstance(row, Bad):
            yield row
            continue
        key = row.cells.get(column, "")
        if not key:
            yield Bad(row.place, f"column {quoted(column)} holds no key: give one, or leave `--key-column` out")
            continue
        keys[row.place] = key
        cells = {name: cell for name, cell in row.cells.items() if name != column} if is_taken else row.cells
        yield Row(row.place, cells)


def _records(rows: Iterator[Row | Bad], policy: Policy) -> Iterator[Placed | Bad]:
    for row in rows:
        yield row if isinstance(row, Bad) else (row.place, record_of_row(row.cells, policy))


def live_records(key_column: str | None, *, skips: bool) -> Iterator[tuple[Event, str | None] | str]:
    """Records with their keys, each when its line has come; what is wrong with a line, where such are left out.

    Raises: RecordError for a line that is none, unless such are left out.
    """
    for number, line in enumerate(iter(sys.stdin.buffer.readline, b""), 1):
        if not line.strip():
            continue
        try:
            yield _of_line(line, key_column)
        except RecordError as error:
            told = f"line {number}: {error}"
            if not skips:
                raise RecordError([f"{told} (`--skip-bad` leaves such lines out)"]) from None
            yield told


def _of_line(line: bytes, key_column: str | None) -> tuple[Event, str | None]:
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise RecordError(["it is no JSON: a live pipe has a record as JSON in each line"]) from None
    if not isinstance(record, dict):
        raise RecordError(["it is no record: a live pipe has a record as JSON in each line"])
    if key_column is None:
        return event_of(record), None
    key = record.pop(key_column, None)
    if key in (None, ""):
        raise RecordError([f"column `{key_column}` holds no key: give one, or leave `--key-column` out"])
    return event_of(record), str(key)
