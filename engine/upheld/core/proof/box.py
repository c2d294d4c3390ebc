"""Boxes of tickets as single integers.

A *box* says of each name which of its cells a ticket may lie in: `severity` 1 or 2,
`channel` anything, minutes from 5 to 59. All its masks lie side by side in one integer,
each followed by a spare bit that is 0, so that a few operations on integers answer
questions about all names at once:

- Two boxes have a ticket in common where no name's mask of ``a & b`` is empty. Adding a
  full mask carries into the spare bit exactly where something is left.
- One lies within the other where ``a & ~b`` is 0.

    >>> from upheld.core.proof.cells import Segment
    >>> layout = BoxLayout((Segment("channel", ("phone", "web")), Segment("severity", ("1", "2", "3"))))
    >>> phone, web = layout.box(0, 0b01), layout.box(0, 0b10)
    >>> layout.is_ticket(phone & web), layout.is_ticket(phone & layout.box(1, 0b100))
    (False, True)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from upheld.core.proof.cells import Segment

Box = int


class BoxLayout:
    """Where the cells of each segment lie in a box.

    Attributes:
        segments: In the order in which they lie, lowest bits first.
        offsets: Where the mask of each lies.
        fields: The bits of each mask.
        set_masks: Of each, the cells that hold a value.
        everything: The box of all tickets.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self.offsets: list[int] = []
        self.fields: list[int] = []
        self.set_masks = [segment.set_mask for segment in segments]
        self._owner: list[int] = []
        offset = tops = 0
        for at, segment in enumerate(segments):
            self.offsets.append(offset)
            self.fields.append(segment.full << offset)
            self._owner.extend([at] * (len(segment.values) + 1))
            offset += len(segment.values) + 1
            tops |= 1 << (offset - 1)
        self.everything: Box = sum(self.fields)
        self._tops = tops

    def box(self, segment: int, mask: int) -> Box:
        """All tickets whose cell in one segment lies in the mask."""
        return (self.everything ^ self.fields[segment]) | (mask << self.offsets[segment])

    def mask(self, box: Box, segment: int) -> int:
        """The cells of one segment that the box allows."""
        return (box & self.fields[segment]) >> self.offsets[segment]

    def is_ticket(self, box: Box) -> bool:
        """Whether any ticket lies in it: no mask is empty."""
        return (box + self.everything) & self._tops == self._tops

    def segments_in(self, bits: int) -> list[int]:
        """The segments to which some of the bits belong, ascending."""
        found: list[int] = []
        while bits:
            at = self._owner[(bits & -bits).bit_length() - 1]
            found.append(at)
            bits &= ~self.fields[at]
        return found

    def restricted(self, box: Box) -> list[int]:
        """The segments in which the box does not allow every cell."""
        return self.segments_in(self.everything & ~box)

    def merged(self, boxes: Sequence[Box], segment: int) -> list[Box]:
        """The boxes, those joined that differ in this segment only."""
        alike: dict[Box, Box] = {}
        for box in boxes:
            rest = box & ~self.fields[segment]
            alike[rest] = alike.get(rest, 0) | box
        return list(alike.values())

    def outermost(self, boxes: Iterable[Box]) -> list[Box]:
        """The boxes that lie in no other of them, largest first."""
        kept: list[Box] = []
        for box in sorted(boxes, key=lambda box: (-box.bit_count(), box)):
            if not any(box & ~other == 0 for other in kept):
                kept.append(box)
        return kept
