r"""JSON Lines: a record on each line, as upheld itself writes histories.

JSON lets through what no record can mean: a key twice, of which the last wins unseen; numbers
that are none, or that have a million digits; lists nested until the machine gives up. A
line with any of it is bad, and the next one is read. The exports of others have decimal numbers, too, and `NaN`
where there is none: with a mapping they are read.

    >>> from io import BytesIO
    >>> log = b'{"ticket": "T-1", "data": {"minutes": 45}}\n\n{"ticket": "T-1", "ticket": "T-2"}\n'
    >>> for found in records(HistoryFile("log.jsonl", BytesIO(log))):
    ...     print(found)
    ('log.jsonl:1', {'ticket': 'T-1', 'data': {'minutes': 45}})
    Bad(place='log.jsonl:3', problem='key `ticket` is given twice: each may be given once')

Source: DESIGN section 6, "History"; THREATS Y03, Y05, Y08, Y10.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Final, NoReturn

from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.json_document import LENIENT
from upheld.history.format.json_envelope import unwrapped
from upheld.history.format.json_fault import fault
from upheld.history.format.json_row import rows_of
from upheld.history.format.json_text import JsonText
from upheld.history.importer import Bad, PlacedRecord, Row

LONGEST_NUMBER: Final = 19
"""Characters of a whole number: what 64 bits hold, and its sign."""


def records(file: HistoryFile) -> Iterator[PlacedRecord | Bad]:
    """Each record with its place; lines that hold nothing are passed over.

    Raises: HistoryError, as the file's lines do.
    """
    for place, record in _records(file, _JSON):
        yield (place, record) if isinstance(record, dict) else Bad(place, record)


def record_of(line: str) -> dict[str, object] | str:
    """The record on a line, or what is wrong with it."""
    return _object(line, _JSON)


def _records(file: HistoryFile, text: JsonText) -> Iterator[tuple[str, dict[str, object] | str]]:
    """The object on each line, or what is wrong with it."""
    name = file.name
    for number, line in file.lines():
        if line and not line.isspace():
            yield f"{name}:{number}", _object(line, text)


def _object(line: str, text: JsonText) -> dict[str, object] | str:
    try:
        found = text.only(line)
    except ValueError as error:
        return fault(error) if isinstance(error, json.JSONDecodeError) else str(error)
    return found if isinstance(found, dict) else _A_LIST if isinstance(found, list) else _NO_OBJECT


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each line as a row for a mapping, or those of an envelope on it; a number is the text that is written there."""
    for place, record in _records(file, LENIENT):
        if isinstance(record, dict):
            held = unwrapped(record)
            yield from rows_of(place, held, file.notices) if held is not None else ()
        else:
            yield Bad(place, record)


def begins(head: bytes) -> bool:
    """Whether a file that begins so has a record on its first line."""
    line = head.removeprefix(BOM_UTF8).lstrip().partition(b"\n")[0]
    return line.startswith(b"{") and b'"ticket"' in line and b'"at"' in line


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"{quoted(text)} is too large a number: at most {LONGEST_NUMBER} digits are read")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{quoted(text)} is no whole number: write amounts in their smallest unit, or the value in quotes")


_NO_OBJECT: Final = 'a record is an object of columns and values: `{"ticket": …}`'
_A_LIST: Final = f"{_NO_OBJECT}; a list of them is read with a mapping, as `--from json`"
_JSON: Final = JsonText(
    integer=_integer,
    real=_no_number,
    constant=_no_number,
    twice="key {} is given twice: each may be given once",
    deep="this is nested too deeply: a record holds plain values, and lists of them",
)
