"""Blocks: records side by side, as a fast reader found them, and the look that makes sure of each.

What is plainly right becomes part of a batch at once. Any other row is read once more by the reader of single records,
which says what it is or why it is none.

Source: DESIGN section 6, "A bad record in a history is reported with its line".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.reading.history_table import ARRIVAL, DATA, HISTORY, SECOND, data_field, numbers_of
from upheld.bulk.reading.instants import Flags, seconds_of
from upheld.bulk.schemas import WORD
from upheld.core.record.event import LONGEST_TEXT
from upheld.history.importer import Bad, Placed
from upheld.history.reading import events_of

Codes = npt.NDArray[np.int32]
NOTHING: Final = -1
"""The code of what is not there."""
_NUMBER: Final = "^[0-9]{1,18}$"
_LARGEST: Final = 10**18
"""Numbers of arrival from here on are looked at closely."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a history.

    Attributes:
        at: Texts, or instants of a zone.
        texts: The other columns of a record by name, as texts or words; null is nothing.
        data: The fields of the data, without their prefix, as words that are JSON.
        record: The record of one row, read by itself; ``None`` where the row holds nothing.
        arrival: Texts or whole numbers; ``None`` where there is no such column.
    """

    at: pa.Array
    texts: Mapping[str, pa.Array]
    data: Mapping[str, pa.DictionaryArray]
    record: Callable[[int], Placed | Bad | None]
    arrival: pa.Array | None = None


def looked_at(block: Block, *, audit: bool) -> Iterator[pa.RecordBatch | Bad]:
    """The records of a block as one batch, after what is bad of it.

    Args:
        audit: Whether observed states are read; they are bad records otherwise.
    """
    at_s, doubtful = seconds_of(block.at)
    words = {name: words_of(block.texts[name]) for name in block.texts}
    for each in words.values():
        odd = _are_odd(each.dictionary)
        if odd.any():
            doubtful |= np.append(odd, False)[codes_of(each)]  # nothing has the last code, and is not odd
    nothing = np.full(len(at_s), NOTHING, np.int32)
    codes = {name: codes_of(words[name]) if name in words else nothing for name in ("ticket", "event", "state")}
    doubtful |= codes["ticket"] == NOTHING
    doubtful |= (codes["event"] == NOTHING) == (codes["state"] == NOTHING)
    if not audit:
        doubtful |= codes["state"] != NOTHING
    arrivals = np.zeros(len(at_s), np.int64)
    if block.arrival is not None:
        arrivals, odd = _arrivals(block.arrival)
        doubtful |= odd
    kept = np.ones(len(at_s), np.bool_)
    for row in np.nonzero(doubtful)[0].tolist():
        found = block.record(row)
        read = None if found is None else next(events_of([found], audit=audit))
        if read is None or isinstance(read, Bad):
            kept[row] = False
            if read is not None:
                yield read
        else:
            at_s[row], arrivals[row] = read[1].at_s, read[1].arrival
    batch = _batch(pa.array(at_s).cast(SECOND), words, block.data)
    if arrivals.any():
        batch = batch.append_column(ARRIVAL, numbers_of(arrivals))
    yield batch if kept.all() else batch.filter(pa.array(kept))


def words_of(texts: pa.Array) -> pa.DictionaryArray:
    """Texts as words; what are words stay as they are, but for the width of their codes."""
    if not pa.types.is_dictionary(texts.type):
        texts = texts.cast(pa.string()).dictionary_encode()
    return texts if texts.type == WORD else texts.cast(WORD)


def codes_of(words: pa.DictionaryArray) -> Codes:
    """The code of each row; `NOTHING` for what is not there."""
    indices = words.indices
    found: Codes = (indices.fill_null(NOTHING) if indices.null_count else indices).to_numpy(zero_copy_only=False)
    return found


def _arrivals(numbers: pa.Array) -> tuple[npt.NDArray[np.int64], Flags]:
    """The numbers of arrival, 0 for none, and which have to be looked at."""
    is_there = is_read = pc.is_valid(numbers)
    if not pa.types.is_integer(numbers.type):
        texts = numbers.cast(pa.string())
        is_there = pc.not_equal(texts, "").fill_null(False)
        is_read = pc.match_substring_regex(texts, _NUMBER).fill_null(False)
        numbers = pc.if_else(is_read, texts, pa.scalar(None, pa.string()))
    found = np.array(numbers.cast(pa.int64(), safe=False).fill_null(0).to_numpy(zero_copy_only=False))
    odd = pc.and_not(is_there, is_read).to_numpy(zero_copy_only=False) | (found < 0) | (found >= _LARGEST)
    return np.where(odd, 0, found), odd


def _are_odd(known: pa.Array) -> Flags:
    """The texts that no record may have, or perhaps not."""
    odd = np.zeros(len(known), np.bool_)
    if len(known):
        together = pc.binary_join(pa.ListArray.from_arrays([0, len(known)], known), "|")
        joined = f"|{together[0].as_py()}|"
        lengths = pc.min_max(pc.utf8_length(known)).as_py()
        near = not lengths["min"] or lengths["max"] > LONGEST_TEXT
        if near or not joined.isprintable() or "| " in joined or " |" in joined:
            odd[:] = [not _is_plain(text) for text in known.to_pylist()]
    return odd


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= LONGEST_TEXT and text.isprintable() and text == text.strip()


def _batch(at: pa.Array, words: Mapping[str, pa.Array], data: Mapping[str, pa.Array]) -> pa.RecordBatch:
    found = {"at": at, **words}
    columns = [found[each] if each in found else pa.nulls(len(at), WORD) for each in HISTORY.names]
    fields = [*HISTORY, *(data_field(name) for name in data)]
    assert all(field.name.startswith(DATA) for field in fields[len(HISTORY) :])
    return pa.RecordBatch.from_arrays([*columns, *data.values()], schema=pa.schema(fields))
