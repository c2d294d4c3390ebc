"""JSON rows: a row for each object of an export whose shape nobody knows beforehand.

Objects stand one on each line, in a list, or in the envelope of an API. What an object holds in objects is told
by their names and dots, a list of scalars as it is written, and a list of objects likewise, with a notice: it may
be a history that no row tells.

    >>> from io import BytesIO
    >>> content = b'{"result": [{"id": 7, "by": {"name": "kim"}, "score": 4.50, "tags": ["a", 1]}]}'
    >>> for row in rows(HistoryFile("e.json", BytesIO(content))):
    ...     print(row)
    Row(place='e.json:1, result 1', cells={'id': '7', 'by.name': 'kim', 'score': '4.50', 'tags': '["a", 1]'})

Source: DESIGN section 6, "Other formats come in through importers".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from upheld.core.nearest import listed as in_words
from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.json_document import LENIENT, Found, members
from upheld.history.format.json_envelope import BESIDE, IDS, listed, others, unwrapped
from upheld.history.format.json_text import JsonText, text_of_json
from upheld.history.importer import Bad, Row
from upheld.history.notice import Notices

LONGEST_PATH: Final = 256
"""Characters of the keys before a column that stands within others: each column repeats them."""

_ERRORS: Final = ("error", "errors")
_MOST_KEYS: Final = 5


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each object as a row for a mapping. Raises: HistoryError where what is not one object a line cannot be read."""
    for found in objects(file, LENIENT):
        yield found if isinstance(found, Bad) else row_of(*found, file.notices)


def objects(file: HistoryFile, text: JsonText) -> Iterator[Found | Bad]:
    """Each object, out of what an API put around it; ``text`` says how values are read.

    Raises: HistoryError as rows do.
    """
    for found in members(file, text):
        yield from [found] if isinstance(found, Bad) else _within(*found, file.notices)


def begins(head: bytes) -> bool:
    """Whether a file begins as JSON does."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")


def rows_of(place: str, held: dict[str, object], notices: Notices) -> Iterator[Row | Bad]:
    """The row that an object is, or those of the list that it is the envelope of."""
    for found in _within(place, held, notices):
        yield found if isinstance(found, Bad) else row_of(*found, notices)


def _within(place: str, held: dict[str, object], notices: Notices) -> Iterator[Found | Bad]:
    """An object, or those of the list that it is the envelope of."""
    found = listed(held)
    if found is None:
        yield _error(place, held) or (place, held)
        return
    name, members = found
    for other in others(held, name):
        if other.rpartition(".")[2] not in BESIDE:
            notices.note_once("other-list", other, place, read=name, other=other)
    last = name.rpartition(".")[2]
    for number, each in enumerate(members, 1):
        member = unwrapped(each)
        if member is not None:
            yield f"{place}, {last} {number}", member


def row_of(place: str, held: Mapping[str, object], notices: Notices) -> Row | Bad:
    """An object as a row: its values as text, those within others under all their names, ``data.minutes``."""
    cells: dict[str, str] = {}
    try:
        for name, value in _flat(held, ""):
            if isinstance(value, list) and any(isinstance(each, dict) for each in value):
                notices.note_once("nested-objects", name, place, column=name, names=_names(value))
            cells[name] = value if type(value) is str else "" if value is None else text_of_json(value)
    except ValueError as error:
        return Bad(place, str(error))
    return Row(place, cells)


def _flat(values: Mapping[str, object], prefix: str) -> Iterator[tuple[str, object]]:
    if len(prefix) > LONGEST_PATH:
        raise ValueError(
            f"{quoted(prefix)} is too long a key to hold others: at most {LONGEST_PATH} characters are read"
        )
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _names(values: list[object]) -> str:
    """What the first object of a list holds, in words."""
    first = next(each for each in values if isinstance(each, dict))
    return in_words(first, most=_MOST_KEYS) if first else ""


def _is_of_lists(value: object) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(each, list) for each in value)


def _error(place: str, held: Mapping[str, object]) -> Bad | None:
    """What an API says instead of an answer, and a table that data frames write by its columns."""
    by_column = len(held) > 1 and all(isinstance(each, dict) and "0" in each for each in held.values())
    if by_column or ("columns" in held and isinstance(held.get("data"), list)):
        return Bad(place, 'this table is written column by column: write it row by row (`orient="records"`)')
    rows = next((name for name, value in held.items() if _is_of_lists(value)), "")
    if rows and IDS.isdisjoint(map(str.lower, held)):
        return Bad(place, f"`{rows}` holds a list for each row, and no names: export it as objects, or as CSV")
    told = next((held[name] for name in _ERRORS if held.get(name)), None)
    if told is None or len(held) > 4:
        return None
    text = told if isinstance(told, str) else text_of_json(told)
    return Bad(place, f"the API gave an error in place of tickets: {quoted(text)}")
