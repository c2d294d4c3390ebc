"""Cells: what the cells of a table say of the fields of the data, each distinct one read once.

A cell is text, and what it says depends on the field that its event declares: digits are a number to one event and text
to another. So each pair of an event and a cell is read by the reader of single rows.

Source: DESIGN section 6, "CSV"; `upheld.history.canonical`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa

from upheld.bulk.reading.block import NOTHING, codes_of
from upheld.bulk.reading.history_table import DATA
from upheld.core.policy.policy import Policy
from upheld.history.canonical import RowRecords

MOST_PAIRS: Final = 2**24
"""Pairs of an event and a cell for which there is a place each; of more those are sorted that occur."""


FEW_PAIRS: Final = 2**10
"""So many may be read though perhaps not all of them occur."""
SAID: Final = 2**14
"""Of so many it is remembered from block to block what they say."""


class Cells:
    """Reads the columns of one table.

    Args:
        policy: Says what the fields of an event are.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._of_columns: dict[str, RowRecords] = {}
        self._said = lru_cache(SAID)(self._value)

    def values(self, name: str, cells: pa.DictionaryArray, events: pa.DictionaryArray | None) -> pa.DictionaryArray:
        """The values of a field, as JSON.

        Args:
            name: The field, without its prefix.
            cells: What the column holds; null and ``""`` are no field.
            events: The event of each row, null where there is none; ``None`` where nobody has one.
        """
        known = cells.dictionary.to_pylist()
        named = ["", *([] if events is None else events.dictionary.to_pylist())]
        words = self._alike(name, known, named)
        if words is None:
            codes = codes_of(cells)
            rows = np.flatnonzero(codes != NOTHING)
            of_events = np.zeros(len(rows), np.int32) if events is None else codes_of(events)[rows] + 1
            occurring = np.flatnonzero(np.bincount(of_events, minlength=1)).tolist()
            words = self._alike(name, known, [named[each] for each in occurring])
            if words is None:
                return self._by_event(name, known, named, codes, rows, of_events)
        return pa.DictionaryArray.from_arrays(cells.indices, words, safe=False)

    def _alike(self, name: str, known: list[str], named: list[str]) -> pa.Array | None:
        """What cells say of a field whatever the event, each something else; ``None`` where it depends on the event."""
        if len(named) * len(known) > FEW_PAIRS:
            return None
        said = {tuple(self._said(name, each, cell) for cell in known) for each in named}
        words = said.pop() if len(said) == 1 else (None,)
        return None if None in words or len({*words}) < len(words) else pa.array(words, pa.string())

    def _by_event(
        self, name: str, known: list[str], named: list[str], codes: np.ndarray, rows: np.ndarray, of_events: np.ndarray
    ) -> pa.DictionaryArray:
        """The values, where what a cell says depends on the event."""
        pairs = of_events.astype(np.int64) * len(known) + codes[rows]
        numbers, occurring = _numbered(pairs, len(named) * len(known))
        words: dict[str | None, int] = {}
        meant = np.array(
            [
                words.setdefault(self._value(name, named[pair // len(known)], known[pair % len(known)]), len(words))
                for pair in occurring
            ],
            np.int32,
        )
        made = np.full(len(codes), NOTHING, np.int32)
        made[rows] = meant[numbers] if len(meant) else NOTHING
        return dictionary_of(made, words)

    def _value(self, name: str, event: str, cell: str) -> str | None:
        records = self._of_columns.get(name)
        if records is None:
            records = self._of_columns[name] = RowRecords(("event", f"{DATA}{name}"), self._policy)
        data = records.record((event, cell)).get("data", {})
        assert isinstance(data, dict)
        return json.dumps(data[name], ensure_ascii=False) if name in data else None


def dictionary_of(codes: np.ndarray, words: dict[str | None, int]) -> pa.DictionaryArray:
    """Words by their codes; ``None`` among them is nothing."""
    nothing = (codes == NOTHING) | (codes == words.get(None, NOTHING))
    texts = pa.array(["" if word is None else word for word in words], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(np.where(nothing, 0, codes), mask=nothing), texts)


def _numbered(pairs: np.ndarray, most: int) -> tuple[np.ndarray, list[int]]:
    """Pairs numbered anew, those alike by one number, and which pair each number is."""
    if most > MOST_PAIRS:
        occurring, numbers = np.unique(pairs, return_inverse=True)
        return numbers, occurring.tolist()
    occurs = np.zeros(most, np.bool_)
    occurs[pairs] = True
    numbers = np.cumsum(occurs) - 1
    return numbers[pairs], np.nonzero(occurs)[0].tolist()
