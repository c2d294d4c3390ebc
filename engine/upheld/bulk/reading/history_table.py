"""History tables: records that were read and are in order, as codes of texts.

Source: DESIGN section 6, "History"; section 11, step 3, "history … as Arrow tables, encoded by dictionary".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.schemas import WORD, always, column
from upheld.core.record.event import Event
from upheld.core.time.instant import instant_of

SECOND: Final = pa.timestamp("s", "UTC")
HISTORY: Final = pa.schema(
    [
        always("ticket", WORD, "The ticket's id."),
        always("at", SECOND, "When."),
        column("event", WORD, "What happened; null where a state was observed."),
        column("state", WORD, "The state observed; null where there is an event."),
        column("actor", WORD, "By whom: a role, or a role and who in it, `agent:kim`."),
        column("channel", WORD, "The channel it came in by."),
        column("customer", WORD, "Whose ticket it is."),
    ]
)
"""A row for each record, in order of arrival; each is one that `Event` takes, and null is what it does not say.

After these stand the fields of the data, ``data.<name>``: words too, each a value as JSON writes it, `"high"`, `45`,
`true`, `["a", "b"]`, so that a number and its text are two words; null is no field. The words of a batch differ.
A history that a desk kept has one column more, `ARRIVAL`.
"""
ARRIVAL: Final = column("arrival", pa.int64(), "Its number in the order in which a desk charged; null where none says.")
DATA: Final = "data."
_TEXTS: Final = tuple(each.name for each in HISTORY if each.name not in ("ticket", "at"))


def data_field(name: str) -> pa.Field:
    """The column of a field of the data."""
    return column(f"{DATA}{name}", WORD, f"The field `{name}`, as JSON writes its value.")


def batch_of(events: Sequence[Event]) -> pa.RecordBatch:
    """Events that were read one by one."""
    columns: dict[str, Any] = {
        "ticket": _words(each.ticket for each in events),
        "at": pa.array([each.at_s for each in events], pa.int64()).cast(SECOND),
    }
    for name in _TEXTS:
        columns[name] = _words(getattr(each, name) or None for each in events)
    fields = [*HISTORY]
    if any(each.arrival for each in events):
        columns[ARRIVAL.name] = numbers_of([each.arrival for each in events])
        fields.append(ARRIVAL)
    for name in dict.fromkeys(name for each in events for name in each.data):
        texts = (json.dumps(each.data[name], ensure_ascii=False) if name in each.data else None for each in events)
        columns[f"{DATA}{name}"] = _words(texts)
        fields.append(data_field(name))
    return pa.RecordBatch.from_arrays([*columns.values()], schema=pa.schema(fields))


def numbers_of(arrivals: Sequence[int] | np.ndarray) -> pa.Array:
    """Numbers of arrival as a column; 0 is none."""
    found = np.asarray(arrivals, np.int64)
    return pa.array(found, mask=found == 0)


def arrivals_in(table: pa.Table | pa.RecordBatch) -> np.ndarray | None:
    """The number of arrival of each record, 0 for none; ``None`` where no record has one."""
    if ARRIVAL.name not in table.schema.names:
        return None
    return np.asarray(table.column(ARRIVAL.name).fill_null(0).to_numpy(zero_copy_only=False), np.int64)


def without_arrivals(table: pa.Table) -> pa.Table:
    """The records as if no desk had numbered them."""
    return table.drop_columns([ARRIVAL.name]) if ARRIVAL.name in table.schema.names else table


def history_table(batches: Iterable[pa.RecordBatch]) -> pa.Table:
    """One table of batches whose columns differ in their fields and their words; these stay as they are in each."""
    held = [*batches] or [pa.RecordBatch.from_pylist([], HISTORY)]
    fields = {each.name: each for each in HISTORY} | {each.name: each for batch in held for each in batch.schema}
    columns = []
    for name, each in fields.items():
        arrays = [
            pa.nulls(len(batch), each.type) if name not in batch.schema.names else batch.column(name) for batch in held
        ]
        columns.append(pa.chunked_array(arrays, each.type))
    return pa.Table.from_arrays(columns, schema=pa.schema([*fields.values()]))


def one_array(arrays: Sequence[pa.Array], kind: pa.DataType) -> pa.Array:
    """Arrays of one type, one after another; those of words come to share one dictionary."""
    if len(arrays) == 1:
        return arrays[0]
    chunked = pa.chunked_array(arrays, kind)
    if pa.types.is_dictionary(kind):
        chunked = chunked.unify_dictionaries()
    made = chunked.combine_chunks()
    return made.chunk(0) if isinstance(made, pa.ChunkedArray) else made


def in_time(table: pa.Table, *, newest_first: bool = False, by_ticket: bool = False) -> pa.Table:
    """The records in the order of their instants.

    Args:
        newest_first: Whether those of one instant stand in the opposite order.
        by_ticket: Whether they stand in the order of their tickets, and as they stand those of one.
    """
    if not table.num_rows:
        return table
    at_s = table["at"].cast(pa.int64()).to_numpy()
    order = np.arange(len(at_s))
    keys = [-order if newest_first else order, at_s]
    if by_ticket:
        words = one_array(table["ticket"].chunks, WORD)
        ranks = np.argsort(pc.array_sort_indices(words.dictionary).to_numpy())
        keys.insert(1, ranks[words.indices.to_numpy()])
    return table.take(pa.array(np.lexsort(keys)))


def events_in(table: pa.Table | pa.RecordBatch) -> Iterator[Event]:
    """The records of a table, for whoever decides them one by one."""
    batches = [table] if isinstance(table, pa.RecordBatch) else table.to_batches(max_chunksize=_AT_ONCE)
    for batch in batches:
        fields = [each for each in batch.schema.names if each.startswith(DATA)]
        held = [(name.removeprefix(DATA), _values(batch.column(name))) for name in fields]
        seconds = batch.column("at").cast(pa.int64()).to_pylist()
        texts = [_texts(batch.column(name)) for name in ("ticket", *_TEXTS)]
        numbers = arrivals_in(batch)
        arrivals = [0] * len(seconds) if numbers is None else numbers.tolist()
        for row, (at_s, ticket, event, state, actor, channel, customer) in enumerate(zip(seconds, *texts)):
            data = {name: values[row] for name, values in held if values[row] is not _NO_FIELD}
            yield Event(ticket, instant_of(at_s), event, actor, channel, customer, data, state, arrivals[row])


_AT_ONCE: Final = 4_096
_NO_FIELD: Final = object()


def _words(texts: Iterable[str | None]) -> pa.DictionaryArray:
    return pa.array(texts, pa.string()).dictionary_encode()


def _texts(words: pa.DictionaryArray) -> list[str]:
    known = words.dictionary.to_pylist()
    return ["" if code is None else known[code] for code in words.indices.to_pylist()]


def _values(words: pa.DictionaryArray) -> list[object]:
    """What a field of each record holds."""
    used = set(words.indices.to_pylist())
    known = {code: json.loads(words.dictionary[code].as_py()) for code in used if code is not None}
    return [_NO_FIELD if code is None else known[code] for code in words.indices.to_pylist()]
