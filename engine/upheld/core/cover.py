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
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from upheld.core.layout import Box, Layout

MOST_STEPS: Final = 2_000
"""Regions looked at in one search."""

MOST_STEPS_IN_ALL: Final = 50_000
"""Regions looked at in all searches of a cover; once used up, each still has a hundredth of `MOST_STEPS`."""

_CLOSE: Final = 24
"""Boxes among which the one that leaves the fewest ways out is chosen."""


class Undecided(Exception):
    """A search ended without an answer; never leaves `upheld.core.region`."""


class Cover:
    """Numbered boxes, asked about all at once; a set of boxes is an integer with a bit for each.

    Attributes:
        boxes: The boxes.
    """

    def __init__(self, layout: Layout, boxes: Sequence[Box]) -> None:
        self.boxes = tuple(boxes)
        self._layout = layout
        self._every = (1 << len(self.boxes)) - 1
        self._left_in_all = MOST_STEPS_IN_ALL
        self._by_mask = self._group()
        self._meeting: dict[tuple[int, int], int] = {}
        self._holding: dict[tuple[int, int], int] = {}

    def _group(self) -> dict[int, dict[int, int]]:
        """For each segment that some box restricts: the boxes with each mask."""
        members: dict[int, dict[int, bytearray]] = {}
        size = len(self.boxes) // 8 + 1
        for number, box in enumerate(self.boxes):
            for at in self._layout.restricted(box):
                bits = members.setdefault(at, {}).setdefault(self._layout.mask(box, at), bytearray(size))
                bits[number >> 3] |= 1 << (number & 7)
        grouped: dict[int, dict[int, int]] = {}
        for at in sorted(members):
            masks = {mask: int.from_bytes(bits, "little") for mask, bits in members[at].items()}
            restricted = 0
            for boxes in masks.values():
                restricted |= boxes
            grouped[at] = {**masks, self._layout.segments[at].full: self._every ^ restricted}
        return grouped

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
        for at in self._by_mask:
            if not found:
                break
            found &= self._holds(at, self._layout.mask(region, at))
        return found

    def _meets(self, at: int, mask: int) -> int:
        known = self._meeting.get((at, mask))
        if known is None:
            groups = self._by_mask.get(at)
            known = self._every if groups is None else 0
            for other, boxes in (groups or {}).items():
                if other & mask:
                    known |= boxes
            self._meeting[at, mask] = known
        return known

    def _holds(self, at: int, mask: int) -> int:
        known = self._holding.get((at, mask))
        if known is None:
            known = 0
            for other, boxes in self._by_mask[at].items():
                if not mask & ~other:
                    known |= boxes
            self._holding[at, mask] = known
        return known

    def open_part(self, region: Box, among: int) -> Box | None:
        """A part of the region that meets none of the boxes ``among``, or ``None`` where they cover all of it.

        Raises: Undecided, after too many steps.
        """
        steps = MOST_STEPS if self._left_in_all > 0 else MOST_STEPS // 100
        waiting = [(region, self.meeting(region, among))] if self._layout.is_ticket(region) else []
        while waiting:
            part, meeting = waiting.pop()
            if not meeting:
                return part
            if self.holding(part, meeting):
                continue
            steps -= 1
            self._left_in_all -= 1
            if steps < 0:
                raise Undecided
            waiting.extend(self._ways_out(part, meeting))
        return None

    def _ways_out(self, region: Box, meeting: int) -> Iterator[tuple[Box, int]]:
        """Disjoint parts of the region outside one of the boxes that meet it, the most promising last.

        Ways through a hook come first, that is, are tried last: an example should not rest on one.
        """
        layout = self._layout
        boxes = [self.boxes[number] for number in bits(meeting, _CLOSE)]
        box = min(boxes, key=lambda box: (region & ~box).bit_count())
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


def bits(number: int, most: int | None = None) -> Iterator[int]:
    """The positions of the bits of a number, lowest first; only the first ones where ``most`` is given.

    >>> list(bits(0b1011))
    [0, 1, 3]
    """
    found = 0
    while number and (most is None or found < most):
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
        found += 1
