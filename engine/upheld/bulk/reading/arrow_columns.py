"""Arrow columns: histories that are columns with types already, from a file or from a program.

Types are looked at before values. What a column could only mean after a guess - an instant without a zone, a ticket
that is a fraction, bytes - is refused with the column's name, and nothing is read as something else. Values are texts
as somebody would have written them, as in all tables.

Source: DESIGN section 6, "CSV with the same columns"; THREATS B02.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.reading.block import Block, looked_at, words_of
from upheld.bulk.reading.cells import Cells
from upheld.bulk.reading.history_table import ARRIVAL, DATA, HISTORY
from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.core.policy.policy import Policy
from upheld.history.canonical import check_columns, from_rows
from upheld.history.file import HistoryFile
from upheld.history.format.table.arrow_table import MOST_COLUMNS, texts_of
from upheld.history.importer import Bad, Placed, Row

ROWS: Final = 2**18
"""Rows that are looked at together."""
_NUMBERED: Final = ("ticket", "customer")
"""Columns of texts that may be whole numbers: many programs number theirs."""
_AT: Final = "give instants of a zone, or texts with their offset"
_CAST: Final = "cast it to text"
_WHOLE: Final = "cast it to whole numbers"

types = pa.types


def _is_text(kind: pa.DataType) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


_CALLED: Final = (
    (_is_text, "text"),
    (types.is_date, "days"),
    (types.is_time, "times of day"),
    (types.is_duration, "lengths of time"),
    (types.is_integer, "whole numbers"),
    (types.is_floating, "numbers with a fraction"),
    (types.is_decimal, "decimals"),
    (types.is_boolean, "true and false"),
    (types.is_map, "maps"),
    (types.is_struct, "objects"),
    (types.is_nested, "lists"),
    (lambda kind: types.is_binary(kind) or types.is_large_binary(kind), "bytes"),
)
"""What values of a type are, the first that holds."""


def arrow_batches(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, name: str, policy: Policy, *, audit: bool
) -> Iterator[pa.RecordBatch | Bad]:
    """The records of batches of one schema, and what is bad.

    Args:
        name: What places are named after; those of a program have none, ``""``.
        audit: Whether observed states are read; they are bad records otherwise.

    Raises: HistoryError for columns that are not those of a history, or that hold what cannot be one of its values.
    """
    check_schema(schema, name)
    cells, before = Cells(policy), 0
    for whole in batches:
        for start in range(0, whole.num_rows, ROWS):
            batch = whole.slice(start, ROWS)
            yield from looked_at(_block(batch, name, before, cells, policy), audit=audit)
            before += batch.num_rows


def check_schema(schema: pa.Schema, name: str = "") -> None:
    """See that columns are those of a history, and of types that can be.

    Raises: HistoryError, which names the first column that is not.
    """
    place = name or "the history"
    if not len(schema):
        raise HistoryError(place, "there is no table in it: it has no columns")
    columns = [*_columns(schema)]
    if len(columns) > MOST_COLUMNS:
        raise HistoryError(place, f"there are more than {MOST_COLUMNS} columns: at most so many are read")
    if "data" in schema.names and not types.is_struct(schema.field("data").type):
        held = _called(schema.field("data").type)
        raise HistoryError(place, f"column `data` holds {held}: give each field a column, `{DATA}<name>`")
    check_columns(place, tuple(each for each, _ in columns))
    for column, kind in columns:
        held = kind.value_type if types.is_dictionary(kind) else kind
        problem = _problem(column, held)
        if problem:
            raise HistoryError(place, f"column {quoted(column)} holds {_called(held)}, {problem}")


def _columns(schema: pa.Schema) -> Iterator[tuple[str, pa.DataType]]:
    """Each column; the fields within ``data`` are columns of their own."""
    for each in schema:
        if each.name == "data" and types.is_struct(each.type):
            yield from ((f"{DATA}{field.name}", field.type) for field in each.type)
        else:
            yield each.name, each.type


def _problem(column: str, kind: pa.DataType) -> str:
    """Why no column of a history has a type, and what to do; ``""`` where it may."""
    if _is_text(kind) or types.is_null(kind):
        return ""
    if column == "at":
        if types.is_timestamp(kind):
            return "" if kind.tz is not None else f"which may be those of any: {_AT}"
        return f"and no instants: {_AT}"
    if column == ARRIVAL.name:
        return "" if types.is_integer(kind) else f"and no numbers of arrival: {_WHOLE}"
    if not column.startswith(DATA):
        return "" if column in _NUMBERED and types.is_integer(kind) else f"and no text: {_CAST}"
    plain = [types.is_integer, types.is_boolean]
    if _is_list(kind):
        kind = kind.value_type
        plain.append(_is_text)
    else:
        plain += [types.is_floating, types.is_timestamp, types.is_date32]
    return "" if any(is_one(kind) for is_one in plain) else f"which no field does: {_CAST}"


def _called(kind: pa.DataType) -> str:
    """What values of a type are called."""
    if types.is_timestamp(kind):
        return "instants" if kind.tz is not None else "instants without a zone"
    return next((name for is_one, name in _CALLED if is_one(kind)), "values of a kind of their own")


def _is_list(kind: pa.DataType) -> bool:
    return bool(types.is_list(kind) or types.is_large_list(kind))


def _block(batch: pa.RecordBatch, name: str, before: int, cells: Cells, policy: Policy) -> Block:
    """Some rows, of which so many stand before them."""
    columns = dict(_arrays(batch))
    words = {each: _words(array) for each, array in columns.items() if each not in ("at", ARRIVAL.name)}
    texts = {each: words[each] for each in HISTORY.names if each in words}
    fields = [each.removeprefix(DATA) for each in words if each.startswith(DATA)]
    data = {each: cells.values(each, words[f"{DATA}{each}"], texts.get("event")) for each in fields}
    at = columns["at"]
    is_plain = types.is_timestamp(at.type) or _is_text(at.type)

    def record(row: int) -> Placed | Bad | None:
        found = {each: next(iter(texts_of(pa, _plain(array.slice(row, 1))))) for each, array in columns.items()}
        place = f"{name}: row {before + row + 1}" if name else f"row {before + row + 1}"
        file = HistoryFile(name, BytesIO())
        return next(from_rows(iter([Row(place, found)]), file, "arrow", policy), None)

    arrival = _plain(columns[ARRIVAL.name]) if ARRIVAL.name in columns else None
    return Block(at if is_plain else _plain(at), texts, data, record, arrival)


def _arrays(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.Array]]:
    for each, array in zip(batch.schema, batch.columns):
        if each.name == "data" and types.is_struct(each.type):
            yield from ((f"{DATA}{field.name}", inner) for field, inner in zip(each.type, array.flatten()))
        else:
            yield each.name, array


def _plain(array: pa.Array) -> pa.Array:
    """The same values without codes; texts of one type."""
    if types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if types.is_null(array.type) or _is_text(array.type):
        return array.cast(pa.string())
    return array


def _words(array: pa.Array) -> pa.DictionaryArray:
    """The values of a column as words that differ, each made once; ``""`` is nothing."""
    kind = array.type
    if types.is_null(kind) or _is_text(kind):
        return _without_empty(array.cast(pa.string()).dictionary_encode())
    if _is_list(kind):
        return _without_empty(pa.array(list(texts_of(pa, array)), pa.string()).dictionary_encode())
    encoded = array if types.is_dictionary(kind) else array.dictionary_encode()
    known = encoded.dictionary
    if not types.is_string(known.type) or known.null_count:
        known = pa.array(list(texts_of(pa, _plain(known))), pa.string())
        encoded = pa.DictionaryArray.from_arrays(encoded.indices, known)
    encoded = words_of(encoded)
    if len(known.unique()) < len(known):
        encoded = encoded.dictionary_decode().dictionary_encode()
    return _without_empty(encoded)


def _without_empty(words: pa.DictionaryArray) -> pa.DictionaryArray:
    empty = pc.index(words.dictionary, "").as_py()
    if empty < 0:
        return words
    indices = pc.if_else(pc.equal(words.indices, empty), pa.scalar(None, pa.int32()), words.indices)
    return pa.DictionaryArray.from_arrays(indices, words.dictionary)
