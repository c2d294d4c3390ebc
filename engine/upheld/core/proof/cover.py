"""Covers: which of many boxes meet or hold a given one, and what they leave open.

Comparing every box with every other is too slow for thousands of conditions. So the
boxes are numbered, and for each segment and mask the set of boxes whose own mask meets
it is an integer with a bit for each box. The boxes that meet a given one are then a few
such integers, intersected.

What a union of boxes leaves open of a region is searched for: some box of the union
meets the region, so a ticket outside it differs from that box in at least one segment.
Each of these segments gives a smaller region in which fewer boxes are left, until one
with none is found, or none remains. In the worst case that is exponential, so it ends
after a number of steps without an answer.

A *column* says, of one segment, which boxes allow which cells. For each cell there is the
set of boxes that allow it, an integer with a bit for each box. The boxes that meet a mask
are the union over its cells, those that hold all of it the intersection. Masks are mostly
runs of neighbouring cells, so both are kept for runs of 1, 2, 4, 8 cells; any run is two of
these.

    >>> column = Column(4, {0b0011: 0b01, 0b1110: 0b10})
    >>> bin(column.meeting(0b0100)), bin(column.meeting(0b0010)), bin(column.holding(0b0110))
    ('0b10', '0b11', '0b10')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Final, TypeVar

from upheld.core.proof.box import Box, BoxLayout

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


MOST_STEPS: Final = 2_000
"""Regions looked at in one search."""

MOST_STEPS_IN_ALL: Final = 60_000
"""Regions looked at in all searches of a cover; once used up, each still has a hundredth of `MOST_STEPS`."""

_FLAGS: Final = bytes.maketrans(b"01", b"\0\1")
_MANY: Final = 24
"""Boxes from which on it pays to guess first; for fewer, the search finds the more natural ticket."""


Item = TypeVar("Item")


class Undecided(Exception):
    """A search ended without an answer; never leaves `upheld.core.proof.questions`."""


class Cover:
    """Numbered boxes, asked about all at once; a set of boxes is an integer with a bit for each.

    Attributes:
        boxes: The boxes.
    """

    def __init__(self, layout: BoxLayout, boxes: Sequence[Box]) -> None:
        self.boxes = tuple(boxes)
        self._layout = layout
        self._every = (1 << len(self.boxes)) - 1
        self._left_in_all = MOST_STEPS_IN_ALL
        self._columns = self._group()

    def _group(self) -> dict[int, Column]:
        """A column for each segment that some box restricts."""
        members: dict[int, dict[int, bytearray]] = {}
        size = len(self.boxes) // 8 + 1
        for number, box in enumerate(self.boxes):
            for at in self._layout.restricted(box):
                bits = members.setdefault(at, {}).setdefault(self._layout.mask(box, at), bytearray(size))
                bits[number >> 3] |= 1 << (number & 7)
        columns: dict[int, Column] = {}
        for at in sorted(members):
            masks = {mask: int.from_bytes(bits, "little") for mask, bits in members[at].items()}
            free = self._every
            for boxes in masks.values():
                free &= ~boxes
            segment = self._layout.segments[at]
            columns[at] = Column(len(segment.values), {**masks, segment.full: free})
        return columns

    def meeting(self, region: Box, among: int | None = None) -> int:
        """The boxes that have a ticket in common with the region."""
        found = self._every if among is None else among
        for at in self._layout.restricted(region):
            if not found:
                break
            found &= self._meets(at, self._layout.mask(region, at))
        return found

    def holding(self, region: Box, among: int) -> int:
        """The boxes in which all of the region lies."""
        found = among
        for at, column in self._columns.items():
            if not found:
                break
            found &= column.holding(self._layout.mask(region, at))
        return found

    def _meets(self, at: int, mask: int) -> int:
        column = self._columns.get(at)
        return self._every if column is None else column.meeting(mask)

    def open_part(self, region: Box, among: int) -> Box | None:
        """A part of the region that meets none of the boxes ``among``, or ``None`` where they cover all of it.

        Raises: Undecided, after too many steps.
        """
        steps = MOST_STEPS if self._left_in_all > 0 else MOST_STEPS // 100
        if not self._layout.is_ticket(region):
            return None
        meeting = self.meeting(region, among)
        if meeting.bit_count() > _MANY:
            columns = list(self._columns.items())
            for order in (columns, columns[::-1]):
                part = self._guess(region, meeting, order)
                if part is not None:
                    return part
        waiting = [(region, meeting)]
        while waiting:
            part, meeting = waiting.pop()
            if not meeting:
                return part
            tightest = self._tightest(part, meeting)
            if tightest is None:
                continue
            steps -= 1
            self._left_in_all -= 1
            if steps < 0:
                raise Undecided
            waiting.extend(self._ways_out(part, meeting, tightest))
        return None

    def _guess(self, region: Box, meeting: int, columns: Sequence[tuple[int, Column]]) -> Box | None:
        """The part of the region where each column in turn is in the cell with the fewest boxes, if none is left."""
        for at, column in columns:
            if not self._layout.segments[at].is_hook:
                cell, meeting = column.emptiest(self._layout.mask(region, at), meeting)
                region &= self._layout.box(at, cell)
            if not meeting:
                return region
        return None

    def _tightest(self, region: Box, meeting: int) -> Box | None:
        """Of the boxes that meet the region, one with the fewest ways out of it; ``None`` if one has none at all."""
        once = twice = thrice = 0
        for at, column in self._columns.items():
            ways = meeting & ~column.holding(self._layout.mask(region, at))
            thrice |= twice & ways
            twice |= once & ways
            once |= ways
        if meeting & ~once:
            return None
        tightest = once & ~twice or twice & ~thrice or thrice
        return self.boxes[(tightest & -tightest).bit_length() - 1]

    def _ways_out(self, region: Box, meeting: int, box: Box) -> Iterator[tuple[Box, int]]:
        """Disjoint parts of the region outside one of the boxes that meet it, the most promising last.

        Ways through a hook come first, that is, are tried last: an example should not rest on one.
        """
        layout = self._layout
        ways = []
        for at in layout.segments_in(region & ~box):
            mask = layout.mask(region & ~box, at)
            left = meeting & self._meets(at, mask)
            ways.append((layout.segments[at].is_hook, left.bit_count(), at, mask))
        ways.sort()
        parts: list[tuple[Box, int]] = []
        for _, _, at, mask in ways:
            part = region & layout.box(at, mask)
            parts.append((part, meeting & self._meets(at, mask)))
            region &= layout.box(at, layout.mask(box, at))
            meeting &= self._meets(at, layout.mask(region, at))
        return reversed(parts)


def chosen(items: Sequence[Item], number: int) -> Iterator[Item]:
    """The items at the positions of a number's bits.

    >>> list(chosen("abcd", 0b1011))
    ['a', 'b', 'd']
    """
    return compress(items, format(number, "b")[::-1].encode().translate(_FLAGS))
