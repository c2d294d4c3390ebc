"""A live pipe: each line of standard input a record, answered before the next one is read.

Source: DESIGN section 10.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from upheld.core.errors import RecordError
from upheld.core.record.event import Event
from upheld.history.event_record import event_of


def live_records(key_column: str | None, *, skips: bool) -> Iterator[tuple[Event, str | None] | str]:
    """Records with their keys, each when its line has come; what is wrong with a line, where such are left out.

    Raises: RecordError for a line that is none, unless such are left out.
    """
    for number, line in enumerate(iter(sys.stdin.buffer.readline, b""), 1):
        if not line.strip():
            continue
        try:
            yield _record(line, key_column)
        except RecordError as error:
            told = f"line {number}: {error}"
            if not skips:
                raise RecordError([f"{told} (`--skip-bad` leaves such lines out)"]) from None
            yield told


def _record(line: bytes, key_column: str | None) -> tuple[Event, str | None]:
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
