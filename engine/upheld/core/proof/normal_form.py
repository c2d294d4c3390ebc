"""Normal forms: a whole condition as a union of boxes.

`All` intersects unions, `Any` joins them, and `Not` is pushed down to the comparisons,
which know where they do not hold. A union can grow with every `any` inside an `all`,
and a stranger wrote the condition; so the work is counted, and past a limit the
condition stays undecided, which is said.
"""

from __future__ import annotations

from typing import Final

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Not
from upheld.core.proof.encoding import Boxes, Encoding

MOST_BOXES: Final = 512
"""Boxes of one condition."""

MOST_BOXES_IN_ALL: Final = 20_000
"""Boxes of all conditions of an encoding; after that, each further one may have a hundredth of `MOST_BOXES`."""

MOST_STEPS: Final = 20_000
"""Pairs of boxes looked at for one condition."""

MOST_STEPS_IN_ALL: Final = 1_000_000
"""Pairs looked at for all conditions of an encoding; once used up, each still has a hundredth of `MOST_STEPS`."""

_CHEAP: Final = 16
"""Pairs that are only compared cost so much less than those that are intersected."""


class _TooMany(Exception):
    """A limit is passed."""


class NormalForms:
    """Brings conditions into normal form, within its limits."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._left_in_all = MOST_STEPS_IN_ALL
        self._left = 0
        self._boxes = 0

    def boxes(self, condition: Condition) -> Boxes | None:
        """The union of boxes where it holds, none of them within another; ``None`` where it is undecided."""
        granted = self._left = MOST_STEPS if self._left_in_all > 0 else MOST_STEPS // 100
        try:
            boxes = self._both_ways(condition, True)
            self._boxes += len(boxes)
            return boxes
        except _TooMany:
            return None
        finally:
            self._left_in_all -= granted - self._left

    def _both_ways(self, condition: Condition, holds: bool) -> Boxes:
        match condition:
            case Atom() | HookAtom():
                return self._encoding.boxes_of(condition)[0 if holds else 1]
            case Not(inner):
                return self._both_ways(inner, not holds)
            case All(conditions) | Any(conditions):
                unions = [self._both_ways(each, holds) for each in conditions]
                return self._meet(unions) if isinstance(condition, All) == holds else self._join(unions)

    def _meet(self, unions: list[Boxes]) -> Boxes:
        layout = self._encoding.layout
        found = [layout.everything] if layout.is_ticket(layout.everything) else []
        for union in sorted(unions, key=len):
            self._spend(len(found) * len(union))
            met = [box & other for box in found for other in union]
            found = self._tidy([box for box in met if layout.is_ticket(box)])
        return found

    def _join(self, unions: list[Boxes]) -> Boxes:
        return self._tidy([box for union in unions for box in union])

    def _tidy(self, boxes: Boxes) -> Boxes:
        if len(boxes) < 2:
            return boxes
        layout = self._encoding.layout
        boxes = list(dict.fromkeys(boxes))
        restricted = 0
        for box in boxes:
            restricted |= layout.everything & ~box
        for segment in layout.segments_in(restricted):
            self._spend(len(boxes) // _CHEAP)
            boxes = layout.merged(boxes, segment)
        self._spend(len(boxes) * len(boxes) // _CHEAP)
        boxes = layout.outermost(boxes)
        if len(boxes) > (MOST_BOXES if self._boxes < MOST_BOXES_IN_ALL else MOST_BOXES // 100):
            raise _TooMany
        return boxes

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise _TooMany
