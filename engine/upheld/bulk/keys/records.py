"""Records: a history as codes, the records of each ticket together and in their order.

What a decision reads of a record is a few texts of which there are few. So each column becomes numbers into its
distinct values, and whatever has to be found out about a value is found out once for each of them.

Source: DESIGN section 11, step 3: "encoded by dictionary, grouped by ticket".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.distinct import distinct
from upheld.bulk.reading.history_table import DATA, arrivals_in
from upheld.core.frozen import FrozenDict
from upheld.core.record.event import Event, checked_event
from upheld.core.time.instant import instant_of

Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Types = Sequence[type[np.signedinteger]]
Where = Int64s | slice
"""Which rows."""

AT_ONCE: Final = 2**14
"""Records that are made together for whoever takes them one by one."""
CELLS: Final = 4_096
"""What so many cells say is remembered."""
NARROW: Types = (np.int8, np.int16, np.int32)
"""Codes of the fields of the data; one more than there are values has its place."""
WORDS: Final = ("event", "actor", "channel", "customer")
"""The columns that hold texts, besides the ticket."""


class Column(NamedTuple):
    """A column as codes.

    Attributes:
        codes: A place in ``values`` for each record; 0 for none.
        values: The distinct values, the first of them ``None``.
    """

    codes: Int32s
    values: Sequence[object]


class FieldColumn(NamedTuple):
    """The column of a field of the data, which most records do not have: as a `Column`, in as few bytes as will do."""

    codes: npt.NDArray[np.signedinteger]
    values: Sequence[object]


class Records(NamedTuple):
    """The records of many tickets, sorted by ticket, those of one in order of arrival. All arrays have one length.

    Attributes:
        tickets: The ids of the tickets, sorted.
        ticket: Whose record each is: a place in ``tickets``.
        first: Where the records of each ticket begin; one place more for the end.
        at_s: When, in seconds since 1970 UTC.
        words: The texts, by name; an empty one is none.
        data: The fields of the data by name, in their order; each value as JSON writes it.
        unread: How many records were left out, since they are later than as-of.
        arrival: The number under which a desk charged each, 0 for none; ``None`` where no record has one.
    """

    tickets: pa.Array
    ticket: Int32s
    first: Int64s
    at_s: Int64s
    words: Mapping[str, Column]
    data: Mapping[str, FieldColumn]
    unread: int = 0
    arrival: Int64s | None = None

    @property
    def lengths(self) -> Int64s:
        """How many records each ticket has."""
        return np.diff(self.first)

    def cell(self, field: str, code: int) -> object:
        """What a field holds where its column has a code; nothing where no record has the field."""
        text = self.data[field].values[code] if field in self.data else None
        return None if text is None else _value(str(text))

    def row(self, place: int) -> Event:
        """One of them as the engine takes it."""
        texts = [str(values[codes.item(place)] or "") for codes, values in map(self.words.__getitem__, WORDS)]
        data = {}
        for name, (codes, values) in self.data.items():
            code = codes.item(place)
            if code:
                data[name] = _value(str(values[code]))
        return _event(self.tickets[self.ticket.item(place)].as_py(), self.at_s.item(place), texts, data)

    def events(self, rows: Int64s) -> Iterator[Event]:
        """Many of them, in this order; of those that are made at once each value is read once."""
        for low in range(0, len(rows), AT_ONCE):
            yield from self._made(rows[low : low + AT_ONCE])

    def _made(self, rows: Int64s) -> Iterator[Event]:
        words = [
            [str(column.values[code] or "") for code in column.codes[rows].tolist()]
            for column in (self.words[name] for name in WORDS)
        ]
        cells: dict[tuple[str, int], object] = {}
        fields = []
        for name, column in self.data.items():
            codes = column.codes[rows]
            for code in np.unique(codes).tolist():
                cells[name, code] = self.cell(name, code)
            fields.append((name, codes.tolist()))
        tickets = self.tickets.take(pa.array(self.ticket[rows])).to_pylist()
        for place, (ticket, at_s, *texts) in enumerate(zip(tickets, self.at_s[rows].tolist(), *words)):
            data = {name: cells[name, codes[place]] for name, codes in fields if codes[place]}
            yield _event(ticket, at_s, texts, data)


def _event(ticket: str, at_s: int, texts: Sequence[str], data: dict[str, object]) -> Event:
    """A record as the engine takes it, which whoever read it has checked."""
    event, actor, channel, customer = texts
    role, _, _ = actor.partition(":")
    return checked_event(
        ticket, instant_of(at_s), at_s, (event, actor, channel, customer, FrozenDict(data) if data else data, "", role)
    )


@lru_cache(maxsize=CELLS)
def _value(text: str) -> object:
    """What a cell says; nobody changes it."""
    return json.loads(text)


def records_of(history: pa.Table, as_of_s: int | None = None) -> Records:
    """The records of a history.

    Args:
        history: Its records in order of arrival, as `upheld.bulk.reading.history_table` makes them.
        as_of_s: Later records are left out.
    """
    at_s = history.column("at").cast(pa.int64()).to_numpy()
    unread = 0
    if as_of_s is not None:
        read = at_s <= as_of_s
        unread = int(len(read) - np.count_nonzero(read))
        if unread:
            history, at_s = history.filter(pa.array(read)), at_s[read]
    tickets, ticket = _grouped(history.column("ticket"))
    order, arrival = None, arrivals_in(history)
    if np.any(ticket[1:] < ticket[:-1]):
        # Sorting numbers that hold both is several times as fast as asking for a stable order.
        order = ticket.astype(np.int64)
        order <<= 32
        order |= np.arange(len(ticket))
        order.sort()
        ticket = (order >> 32).astype(np.int32)
        order &= 0xFFFFFFFF
        at_s, arrival = at_s[order], None if arrival is None else arrival[order]
    ends = np.flatnonzero(ticket[1:] != ticket[:-1]) + 1 if len(ticket) else np.zeros(0, np.int64)
    first = np.concatenate(([0], ends, [len(ticket)][: len(tickets)]))
    place = _inverse(order)
    words = {name: Column(*_coded(history, name, order, place)) for name in WORDS}
    names = [name for name in history.column_names if name.startswith(DATA)]
    data = {name.removeprefix(DATA): FieldColumn(*_coded(history, name, order, place, NARROW)) for name in names}
    return Records(tickets, ticket, first.astype(np.int64), at_s, words, data, unread, arrival)


def _grouped(column: pa.ChunkedArray) -> tuple[pa.Array, Int32s]:
    """The tickets in the order of their ids, and the place of each record's among them."""
    words, codes = _codes(column)
    places = pc.sort_indices(words)
    rank = np.zeros(len(words) + 1, np.int32)
    rank[places.to_numpy().astype(np.int64) + 1] = np.arange(len(words), dtype=np.int32)
    ticket = np.zeros(len(column), np.int32)
    for where, part in codes:
        ticket[where] = rank[part]
    used = np.zeros(len(words), bool)
    used[ticket] = True
    if not used.all():
        ticket = (np.cumsum(used) - 1).astype(np.int32)[ticket]
    return words.take(places).filter(pa.array(used)), ticket


def _inverse(order: Int64s | None) -> Int32s | None:
    if order is None:
        return None
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place


def _coded(
    history: pa.Table,
    name: str,
    order: Int64s | None,
    place: Int32s | None,
    types: Types = (np.int32,),
) -> tuple[Any, Sequence[object]]:
    """A column as codes, in an order, and its values.

    Args:
        place: Where in the order each record of the history stands.
        types: Those that codes may have, the smallest first; the last has room for all.
    """
    if name not in history.column_names:
        return np.zeros(len(history), np.int32), (None,)
    column = history.column(name)
    words, codes = _codes(column)
    values = (None, *words.to_pylist())
    kind = next((each for each in types if len(values) <= np.iinfo(each).max), types[-1])
    found = np.zeros(len(column), kind)
    if column.null_count <= len(column) // 2:
        for where, part in codes:
            found[where] = part
        return found if order is None else found[order], values
    for where, part in codes:  # few say anything
        found[where if place is None else place[where]] = part
    return found, values


def _codes(column: pa.ChunkedArray) -> tuple[pa.Array, Iterator[tuple[Where, Int32s]]]:
    """The distinct values of a column; and piece by piece which rows say something, and the code of each, from 1 on."""
    chunks = [
        each if pa.types.is_dictionary(each.type) else each.cast(pa.string()).dictionary_encode()
        for each in column.chunks
    ]
    encoded = pa.concat_arrays([pa.array([], pa.string()), *(each.dictionary for each in chunks)]).dictionary_encode()
    return encoded.dictionary, _in_pieces(chunks, encoded.indices.to_numpy() + np.int32(1))


def _in_pieces(chunks: Sequence[pa.DictionaryArray], numbers: Int32s) -> Iterator[tuple[Where, Int32s]]:
    at = met = 0
    for each in chunks:
        own = numbers[met : met + len(each.dictionary)]
        if each.null_count:
            said = each.indices.is_valid().to_numpy(zero_copy_only=False)
            yield at + np.flatnonzero(said), own[each.indices.drop_null().to_numpy()]
        else:
            yield slice(at, at + len(each)), own[each.indices.to_numpy()]
        at, met = at + len(each), met + len(each.dictionary)


def compact(number: Int64s, of: Int32s, rows: Int64s | None = None, start: int = 0) -> Int64s:
    """Write small numbers, from ``start`` on, for large ones, into ``of`` or some rows of it.

    Returns: where each of them stands first.
    """
    found = distinct(number)
    order = np.argsort(found.first)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(start, start + len(order), dtype=np.int32)
    of[slice(None) if rows is None else rows] = rank[found.place]
    return found.first[order]
