"""Columns: of one segment, which of many boxes allow which cells.

For each cell there is the set of boxes that allow it, an integer with a bit for each
box. The boxes that meet a mask are the union over its cells, those that hold all of it
the intersection. Masks are mostly runs of neighbouring cells, so both are kept for runs
of 1, 2, 4, 8 cells; any run is two of these.

    >>> column = Column(4, {0b0011: 0b01, 0b1110: 0b10})
    >>> bin(column.meeting(0b0100)), bin(column.meeting(0b0010)), bin(column.holding(0b0110))
    ('0b10', '0b11', '0b10')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

_KEPT: Final = 1024
"""Masks whose answers are remembered."""

_TRIED: Final = 24
"""Cells of one segment among which a good one is looked for."""


class Column:
    """Answers for one segment.

    Args:
        cells: How many cells it has.
        boxes: For each mask, the boxes that have it.
    """

    def __init__(self, cells: int, boxes: Mapping[int, int]) -> None:
        changes = [0] * (cells + 1)
        for mask, some in boxes.items():
            # Boxes come and go where a run of the mask begins and ends.
            edges = mask ^ (mask << 1)
            while edges:
                low = edges & -edges
                changes[low.bit_length() - 1] ^= some
                edges ^= low
        allowed = [changes[0]]
        for change in changes[1:cells]:
            allowed.append(allowed[-1] ^ change)
        self._any = [allowed]
        self._all = [allowed]
        self._meeting: dict[int, int] = {}
        self._holding: dict[int, int] = {}

    def meeting(self, mask: int) -> int:
        """The boxes that allow a cell of the mask."""
        found = self._meeting.get(mask)
        if found is None:
            found = 0
            for start, level, second in self._runs(mask):
                found |= self._any[level][start] | self._any[level][second]
            if len(self._meeting) < _KEPT:
                self._meeting[mask] = found
        return found

    def holding(self, mask: int) -> int:
        """The boxes that allow every cell of the mask, which has one."""
        found = self._holding.get(mask)
        if found is None:
            found = -1
            for start, level, second in self._runs(mask):
                found &= self._all[level][start] & self._all[level][second]
            if len(self._holding) < _KEPT:
                self._holding[mask] = found
        return found

    def emptiest(self, mask: int, among: int) -> tuple[int, int]:
        """Of the first cells of the mask, the one that the fewest boxes ``among`` allow, as a mask; and those boxes."""
        best, left, fewest = 0, among, among.bit_count() + 1
        allowed = self._any[0]
        for _ in range(_TRIED):
            low = mask & -mask
            some = among & allowed[low.bit_length() - 1]
            if (count := some.bit_count()) < fewest:
                best, left, fewest = low, some, count
            mask ^= low
            if not mask or not fewest:
                break
        return best, left

    def _runs(self, mask: int) -> Iterator[tuple[int, int, int]]:
        """Each run of the mask as two runs of a power of two: start, power, start of the second."""
        while mask:
            low = mask & -mask
            end = (mask + low) & ~mask
            run = (end & -end) - low
            start = low.bit_length() - 1
            length = run.bit_count()
            level = length.bit_length() - 1
            while len(self._any) <= level:
                self._double()
            yield start, level, start + length - (1 << level)
            mask ^= run

    def _double(self) -> None:
        """Keep runs of twice the length, too."""
        half = 1 << (len(self._any) - 1)
        any_of, all_of = self._any[-1], self._all[-1]
        self._any.append([one | other for one, other in zip(any_of, any_of[half:])])
        self._all.append([one & other for one, other in zip(all_of, all_of[half:])])
