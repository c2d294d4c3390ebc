"""Questions: what conditions leave to one another, decided.

Two transitions that can both be taken, a case that no line of a table covers, a rule
that never comes to its turn: each is a question about the tickets on which conditions
hold. A `Space` answers it for good, because what names may hold is declared, and what
conditions do not tell apart is one case.

    >>> from upheld.core.condition.condition import Atom
    >>> from upheld.core.condition.domain import OneOf
    >>> from upheld.core.condition.ordered import Integer
    >>> scope = Scope({"severity": OneOf(("1", "2", "3")), "event.minutes": Integer(0)})
    >>> urgent, long = Atom("severity", "is", ("1", "2")), Atom("event.minutes", "above", (30,))
    >>> space = Space(scope, [urgent, long])
    >>> space.overlap(0, 1).example.shown
    {'severity': '1', 'event.minutes': '31'}
    >>> space.uncovered([0, 1]).example.shown
    {'severity': '3', 'event.minutes': '30'}

A hook may answer anything. So what is proved holds whatever hooks say, and an example
that needs an answer of one says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from upheld.core.condition.condition import Condition, evaluate, names_read
from upheld.core.condition.scope import Scope
from upheld.core.proof.box import Box
from upheld.core.proof.cover import Cover, Undecided, chosen
from upheld.core.proof.encoding import Boxes, Encoding
from upheld.core.proof.example import Example, Examples
from upheld.core.proof.normal_form import NormalForms


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question about conditions; true where it is ``yes``.

    Attributes:
        verdict: ``undecided`` where a condition was too large, or a search too long.
        example: A ticket that shows it, where the question is whether there is one, and for `shadowed`.
        by: For `shadowed`, the conditions that together leave nothing.
    """

    verdict: Literal["yes", "no", "undecided"]
    example: Example | None = None
    by: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return self.verdict == "yes"


YES = Answer("yes")
NO = Answer("no")
UNDECIDED = Answer("undecided")

_TRIED: Final = 50
"""Boxes among which the best example is looked for, and conditions of which each is tried on its own."""


class Space:
    """All tickets, as far as some conditions tell them apart. Conditions are known by their index.

    Args:
        scope: The names that can be read where the conditions stand, narrowed as is known there.
        conditions: Read in this scope.
    """

    def __init__(self, scope: Scope, conditions: Sequence[Condition]) -> None:
        self.conditions = tuple(conditions)
        encoding = Encoding(scope, self.conditions)
        normal_forms = NormalForms(encoding)
        self._layout = encoding.layout
        self._examples = Examples(encoding)
        self._boxes: list[Boxes | None] = [normal_forms.boxes(condition) for condition in self.conditions]
        self._names: dict[int, tuple[str, ...]] = {}
        self._first: list[int] = []
        self._owner: list[int] = []
        for index, boxes in enumerate(self._boxes):
            self._first.append(len(self._owner))
            self._owner.extend([index] * len(boxes or ()))
        numbered = [box for boxes in self._boxes for box in boxes or ()]
        impossible = encoding.impossible()
        self._impossible = ((1 << len(impossible)) - 1) << len(numbered)
        self._cover = Cover(self._layout, [*numbered, *impossible])
        set_box = self._layout.everything
        for at, segment in enumerate(self._layout.segments):
            set_box &= self._layout.box(at, self._layout.set_masks[at] or segment.full)
        self._set_box = set_box

    def is_decided(self, index: int) -> bool:
        """Whether the condition was small enough to say anything about it."""
        return self._boxes[index] is not None

    def overlap(self, first: int, second: int) -> Answer:
        """Whether both can hold at once; if so, with an example."""
        left, right = self._boxes[first], self._boxes[second]
        if left is None or right is None:
            return self._overlap_unknown(first, second)
        try:
            met = (one & other for one in left for other in right)
            found = self._best(part for box in met if (part := self._possible(box)) is not None)
        except Undecided:
            return UNDECIDED
        return NO if found is None else Answer("yes", self._example(found, (first, second)))

    def never(self, index: int) -> Answer:
        """Whether the condition holds on no ticket."""
        boxes = self._boxes[index]
        if boxes is None:
            return UNDECIDED
        try:
            return NO if any(self._possible(box) is not None for box in boxes) else YES
        except Undecided:
            return UNDECIDED

    def always(self, index: int) -> Answer:
        """Whether the condition holds on every ticket."""
        boxes = self._boxes[index]
        if boxes is None:
            return UNDECIDED
        if len(boxes) == 1 and not self._impossible:
            return YES if boxes[0] == self._layout.everything else NO
        try:
            left = self._cover.open_part(self._layout.everything, self._numbers([index]) | self._impossible)
        except Undecided:
            return UNDECIDED
        return YES if left is None else NO

    def uncovered(self, covering: Sequence[int], within: int | None = None) -> Answer:
        """Whether there is a ticket on which none of ``covering`` holds; if so, with an example.

        Args:
            covering: The conditions that should leave no gap.
            within: A condition to which the question is limited.
        """
        regions = [self._layout.everything] if within is None else self._boxes[within]
        if regions is None:
            return UNDECIDED
        among = self._numbers(covering) | self._impossible
        involved = (*covering, *(() if within is None else (within,)))
        try:
            found = self._best(self._gaps(regions, among))
        except Undecided:
            return UNDECIDED
        if found is None:
            return NO
        if any(self._boxes[index] is None for index in covering):
            found = self._examples.point(found)
            if not self._fail_on(found, covering):
                return UNDECIDED
        return Answer("yes", self._example(found, involved))

    def shadowed(self, index: int, by: Sequence[int]) -> Answer:
        """Whether wherever the condition holds, one of those in ``by`` does too; with a ticket that shows it.

        A condition that never holds is not called shadowed; that is for `never` to say.
        """
        return self._shadowed(index, self._numbers(by), by)

    def shadows(self) -> dict[int, Answer]:
        """Of a list in which the first that holds counts, those that never do, and those left undecided."""
        found = {}
        for index in range(len(self.conditions)):
            answer = self._shadowed(index, (1 << self._first[index]) - 1, range(index))
            if answer.verdict != "no":
                found[index] = answer
        return found

    def overlaps(self) -> Iterator[tuple[int, int]]:
        """All pairs of conditions that can hold at once, in order, as far as they are decided."""
        for index, boxes in enumerate(self._boxes):
            after = -1 << self._first[index + 1] if index + 1 < len(self._first) else 0
            numbers = 0
            for box in boxes or ():
                numbers |= self._cover.meeting(box) & after & ~self._impossible
            for other in dict.fromkeys(chosen(self._owner, numbers)):
                if not self._impossible or self.overlap(index, other):
                    yield (index, other)

    def _shadowed(self, index: int, among: int, by: Iterable[int]) -> Answer:
        boxes = self._boxes[index]
        if boxes is None:
            return UNDECIDED
        cover = self._cover
        alone = self._owners(cover.holding(boxes[0], among)) if boxes else {}
        for box in boxes[1:]:
            alone = dict.fromkeys(owner for owner in self._owners(cover.holding(box, among)) if owner in alone)
        try:
            if not alone:
                for box in boxes:
                    part = cover.open_part(box, among | self._impossible)
                    if part is not None:
                        return NO if self._fail_on(part, by) else UNDECIDED
            example = self._best(part for box in boxes if (part := self._possible(box)) is not None)
            if example is None:
                return NO
            together = (next(iter(alone)),) if alone else self._fewest(boxes, among)
        except Undecided:
            return UNDECIDED
        return Answer("yes", self._example(example, (index, *together)), together)

    def _fewest(self, boxes: Boxes, among: int) -> tuple[int, ...]:
        """Of conditions that cover the boxes, some that already do: one after the other is tried to be left out."""
        meeting = 0
        for box in boxes:
            meeting |= self._cover.meeting(box, among)
        kept = list(self._owners(meeting))
        for owner in reversed(kept[:_TRIED]):
            rest = self._numbers([other for other in kept if other != owner]) | self._impossible
            try:
                if all(self._cover.open_part(box, rest) is None for box in boxes):
                    kept.remove(owner)
            except Undecided:
                break
        return tuple(kept)

    def _overlap_unknown(self, first: int, second: int) -> Answer:
        """Where one of the two is too large to draw, it is tried on a ticket of each box of the other."""
        known, other = (first, second) if self._boxes[first] is not None else (second, first)
        for box in (self._boxes[known] or ())[:_TRIED]:
            point = self._examples.point(box)
            if self._cover.meeting(point, self._impossible):
                continue
            if evaluate(self.conditions[other], self._examples.facts(point).get):
                return Answer("yes", self._example(point, (first, second)))
        return UNDECIDED

    def _fail_on(self, part: Box, covering: Iterable[int]) -> bool:
        """Whether those of the conditions that are too large to draw fail on the ticket that shows ``part``."""
        unknown = [index for index in covering if self._boxes[index] is None]
        if len(unknown) > _TRIED:
            return False
        facts = self._examples.facts(part) if unknown else {}
        return not any(evaluate(self.conditions[index], facts.get) for index in unknown)

    def _gaps(self, regions: Boxes, among: int) -> Iterator[Box]:
        """What the boxes ``among`` leave open of each region, where names hold a value, if possible."""
        for region in regions:
            part = None
            if self._layout.is_ticket(region & self._set_box):
                part = self._cover.open_part(region & self._set_box, among)
            if part is None:
                part = self._cover.open_part(region, among)
            if part is not None:
                yield self._widened(part, region, among)

    def _widened(self, part: Box, region: Box, among: int) -> Box:
        """The part without those of its restrictions that do not matter; hooks are the first to be tried."""
        layout = self._layout
        for at in reversed(layout.segments_in(region & ~part)):
            wider = part | (region & layout.fields[at])
            if not self._cover.meeting(wider, among):
                part = wider
        return part

    def _possible(self, box: Box) -> Box | None:
        """The box, or a part of it without what no ticket can be; ``None`` where nothing is left."""
        if not self._layout.is_ticket(box):
            return None
        return self._cover.open_part(box, self._impossible) if self._impossible else box

    def _best(self, boxes: Iterable[Box]) -> Box | None:
        """The box with the most natural example, the first of equals."""
        best: tuple[tuple[int, int], Box] | None = None
        for box in islice(boxes, _TRIED):
            cost = self._examples.cost(box)
            if best is None or cost < best[0]:
                best = (cost, box)
            if cost == (0, 0):
                break
        return None if best is None else best[1]

    def _example(self, box: Box, indices: Iterable[int]) -> Example:
        names: dict[str, None] = {}
        for index in indices:
            if index not in self._names:
                self._names[index] = names_read(self.conditions[index])
            names.update(dict.fromkeys(self._names[index]))
        return self._examples.of(box, names)

    def _numbers(self, indices: Iterable[int]) -> int:
        """The boxes of some conditions."""
        found = 0
        for index in indices:
            found |= ((1 << len(self._boxes[index] or ())) - 1) << self._first[index]
        return found

    def _owners(self, numbers: int) -> dict[int, None]:
        """The conditions to which some boxes belong, in order."""
        return dict.fromkeys(chosen(self._owner, numbers))
