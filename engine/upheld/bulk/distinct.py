"""Distinct numbers: which ones occur among many, where each stands first, and which stands where.

What has to be found out about a value is found out once. Numbers that lie near one another have a place each in a
table; others a table of hashes tells apart in a few passes, where sorting all would take ten times as long.

    >>> distinct(np.array([7, 3, 7]))
    Distinct(values=array([3, 7]), first=array([1, 0]), place=array([1, 0, 1], dtype=int32))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


class Distinct(NamedTuple):
    """The numbers that occur.

    Attributes:
        values: Each once, in ascending order.
        first: Where each stands first.
        place: For each of all numbers, its place in ``values``.
    """

    values: Int64s
    first: Int64s
    place: Int32s

    @property
    def times(self) -> Int64s:
        """How often each occurs."""
        return np.bincount(self.place, minlength=len(self.values))


ROOM: Final = 2**22
"""Places in a table of numbers that lie near one another."""


def distinct(numbers: npt.NDArray[np.integer]) -> Distinct:
    """The numbers that occur."""
    if len(numbers):
        low = int(numbers.min())
        span = int(numbers.max()) - low + 1
        if span <= min(4 * len(numbers) + 1_024, ROOM):
            return _near(numbers if not low else numbers - numbers.dtype.type(low), low, span)
    coded = pa.array(numbers, pa.int64()).dictionary_encode()
    values = coded.dictionary.to_numpy()
    order = np.argsort(values)
    rank = np.empty(len(values), np.int32)
    rank[order] = np.arange(len(values), dtype=np.int32)
    place = rank[coded.indices.to_numpy()]
    return Distinct(values[order], _first(place, len(values)), place)


def _near(numbers: npt.NDArray[np.integer], low: int, span: int) -> Distinct:
    """Numbers from 0 on, less than ``span``, that are by ``low`` less than those which are meant."""
    first = _first(numbers, span)
    values = np.flatnonzero(first >= 0)
    rank = np.empty(span, np.int32)
    rank[values] = np.arange(len(values), dtype=np.int32)
    return Distinct(values + low, first[values], rank[numbers])


def _first(places: npt.NDArray[np.integer], number: int) -> Int64s:
    """Where each of some places occurs first; -1 for those that do not."""
    first = np.full(number, -1, np.int32)  # nobody has 2**31 records
    first[places[::-1]] = np.arange(len(places) - 1, -1, -1, dtype=np.int32)  # from the end: the first comes last
    return first.astype(np.int64)


def distinct_rows(columns: Sequence[npt.NDArray[np.integer]]) -> tuple[Int64s, Int32s]:
    """Where each row of some columns stands first, rows in ascending order; and for each row, which of them it is."""
    found = distinct(columns[0])
    for column in columns[1:]:
        of = distinct(column)
        found = distinct(found.place.astype(np.int64) * max(len(of.values), 1) + of.place)
    return found.first, found.place
