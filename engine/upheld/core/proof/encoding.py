"""Encodings: the names that some conditions read, laid out in cells, and each comparison as boxes of them.

A comparison holds on exactly the tickets of a union of boxes, and so does its negation.
Between a name and a constant that is one box; between two names, one for every value
that makes a difference.

    >>> from upheld.core.condition.domain import OneOf
    >>> atom = Atom("severity", "is", ("2",))
    >>> encoding = Encoding(Scope({"severity": OneOf(("1", "2", "3"))}), [atom])
    >>> [segment.values for segment in encoding.layout.segments]
    [('1', '2', None)]
    >>> [[bin(box) for box in boxes] for boxes in encoding.boxes_of(atom)]
    [['0b10'], ['0b101']]

An attribute of a contract has a value only where there is such a contract. That is
said here, once: wherever the attribute must have a value, so must the contract.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import cast

from upheld.core.condition.condition import Atom, Condition, HookAtom, Op, Ref
from upheld.core.condition.domain import Held, Many, Scalar
from upheld.core.condition.ordered import Ordered
from upheld.core.condition.scope import Scope
from upheld.core.proof.box import Box, BoxLayout
from upheld.core.proof.cells import Segment, member_segments, mentioned_members, others, scalar_segment, size_segment
from upheld.core.proof.survey import Survey

Boxes = list[Box]


class Encoding:
    """The cells of every name that some conditions read, and the boxes of their comparisons.

    Attributes:
        scope: What the names may hold.
        survey: What the conditions ask of them.
        layout: The segments: names in the scope's order, then sets, then hooks.
    """

    def __init__(self, scope: Scope, conditions: Sequence[Condition]) -> None:
        self.scope = scope
        self.survey = Survey(scope, conditions)
        self._scalar: dict[str, int] = {}
        self._members: dict[str, dict[Scalar, int]] = {}
        self._mentioned: dict[str, set[Scalar]] = {}
        self._sizes: dict[str, int] = {}
        self._hooks: dict[str, int] = {}
        self.layout = BoxLayout(self._segments())
        self._cells: dict[str, dict[Held, int]] = {}
        self._boxes_of: dict[Atom | HookAtom, tuple[Boxes, Boxes]] = {}

    def boxes_of(self, atom: Atom | HookAtom) -> tuple[Boxes, Boxes]:
        """The boxes where it holds, and those where it does not."""
        known = self._boxes_of.get(atom)
        if known is None:
            holds, fails = self._hook_boxes(atom) if isinstance(atom, HookAtom) else self._both_ways(atom)
            known = self._boxes_of[atom] = (self._tickets(holds), self._tickets(fails))
        return known

    def impossible(self) -> Boxes:
        """Boxes in which no ticket lies although every cell has some: empty sets that may not be, contradictions."""
        empty = [
            self._absent(members.values())
            for name, members in self._members.items()
            if not self.scope[name].may_be_unset and self.scope.held(name) is None
        ]
        both = (self._both(*pair) for pair in self.survey.contradictions)
        miscounted = (box for name in self._sizes for box in self._miscounted(name))
        return [*empty, *(box for box in (*both, *miscounted) if self.layout.is_ticket(box))]

    def _miscounted(self, name: str) -> Iterator[Box]:
        """The boxes in which a set has another size than its members make.

        Of the members that nothing mentions one stands for all: without it there is none of them, with it there is at
        least one, and there may be as many as the domain has.
        """
        at, members, mentioned = self._sizes[name], self._members[name], self._mentioned[name]
        named = [place for member, place in members.items() if member in mentioned]
        rest = [place for member, place in members.items() if member not in mentioned]
        segment, need, count = self.layout.segments[at], self.scope.needs(name), len(named)
        for cell, (low, high) in enumerate(zip(segment.starts, segment.ends)):
            here = self.layout.box(at, 1 << cell)
            if need is not None and low > 0 and need[1] in self._members[need[0]]:
                yield here & self._absent([self._members[need[0]][need[1]]])
            ways = [(here & self._absent(rest), 0, 0)]
            ways += [(here & self._all_present(rest), *others(self.survey, name, mentioned))] if rest else []
            for box, fewest, most in ways:
                if high + 1 - fewest <= count:
                    yield from (
                        box & self._all_present(some) for some in combinations(named, max(0, high + 1 - fewest))
                    )
                if low > most:
                    absent = max(0, count - (low - most) + 1)
                    yield from (box & self._absent(some) for some in combinations(named, absent))

    def _all_present(self, segments: Iterable[int]) -> Box:
        box = self.layout.everything
        for at in segments:
            box &= self._present(at)
        return box

    def _both(self, *held: tuple[str, Held]) -> Box:
        """The box in which each of these names holds this value."""
        box = self.layout.everything
        for name, value in held:
            at = self._scalar[name]
            box &= self.layout.box(at, self.layout.segments[at].mask(value))
        return box

    def _tickets(self, boxes: Boxes) -> Boxes:
        return [box for box in boxes if self.layout.is_ticket(box)]

    def _segments(self) -> list[Segment]:
        segments: list[Segment] = []
        for name in self._bases():
            if not isinstance(self.scope[name], Many):
                self._scalar[name] = len(segments)
                segments.append(scalar_segment(self.survey, name))
        for name, more in self._sets(segments).items():
            found = member_segments(self.survey, name, more)
            self._members[name] = {}
            self._mentioned[name] = mentioned_members(self.survey, name, more)
            for segment in found:
                assert segment.member is not None
                self._members[name][segment.member] = len(segments)
                segments.append(segment)
            if name in self.survey.sizes:
                self._sizes[name] = len(segments)
                segments.append(size_segment(self.survey, name))
        for atom in self.survey.asked:
            if isinstance(atom, HookAtom):
                self._hooks[atom.key] = len(segments)
                segments.append(Segment(atom.key, (True, False), is_hook=True))
        return segments

    def _bases(self) -> list[str]:
        found = dict.fromkeys(self.scope.base(name) for name in self.survey.names)
        return [name for name in self.scope if name in found]

    def _sets(self, segments: list[Segment]) -> dict[str, list[Scalar]]:
        """Every set that matters, with the members it must tell apart beside those its own comparisons name."""
        found: dict[str, list[Scalar]] = {}
        for name in self.survey.names:
            if isinstance(self.scope[name], Many):
                more = found.setdefault(name, [])
                for other in self.survey.partners(name):
                    values = segments[self._scalar[self.scope.base(other)]].values
                    follows = (self.scope.follows(other, value) for value in values)
                    more.extend(value for value in follows if value is not None and not isinstance(value, frozenset))
            needed = self.scope.needs(name)
            if needed is not None:
                found.setdefault(needed[0], []).append(needed[1])
        return found

    def _hook_boxes(self, atom: HookAtom) -> tuple[Boxes, Boxes]:
        at = self._hooks[atom.key]
        return [self.layout.box(at, 0b01)], [self.layout.box(at, 0b10)]

    def _both_ways(self, atom: Atom) -> tuple[Boxes, Boxes]:
        if atom.counted and isinstance(atom.operand, tuple):
            return self._size_boxes(atom, atom.operand)
        if atom.counted and isinstance(atom.operand, Ref):
            holds, fails = self._sized_boxes(atom, atom.operand.name)
        elif isinstance(self.scope[atom.name], Many):
            holds, fails = self._set_boxes(atom)
        elif isinstance(atom.operand, Ref):
            holds, fails = self._pair_boxes(atom, atom.operand.name)
        else:
            at, mask = self._scalar[self.scope.base(atom.name)], self._mask(atom, atom.operand)
            holds = [self.layout.box(at, mask)]
            fails = [self.layout.box(at, self.layout.segments[at].full ^ mask)]
        names = [] if atom.counted else [atom.name]
        names += [atom.operand.name] if isinstance(atom.operand, Ref) else []
        for contract, kind in filter(None, map(self.scope.needs, names)):
            at_kind = self._members[contract].get(kind)
            holds = [box & self._present(at_kind) for box in holds] if at_kind is not None else []
            fails = [*fails, self._absent([at_kind] if at_kind is not None else [])]
        return holds, fails

    def _sized_boxes(self, atom: Atom, other: str) -> tuple[Boxes, Boxes]:
        """Sizes that compare with what another name holds as asked; no cell of sizes reaches across such a value."""
        left, right, domain = self._sizes[atom.name], self._scalar[self.scope.base(other)], self.scope[other]
        layout, segment = self.layout, self.layout.segments[left]
        assert isinstance(domain, Ordered), "a size is compared with a number"
        holds: Boxes = []
        fails: Boxes = []
        for value, cells in self._cells_of(other).items():
            unset = value is None or isinstance(value, frozenset)
            fits = 0 if unset else _line_mask(segment, atom.op, domain.number(cast(Scalar, value)))
            holds.append(layout.box(right, cells) & layout.box(left, fits))
            fails.append(layout.box(right, cells) & layout.box(left, segment.full ^ fits))
        return holds, fails

    def _size_boxes(self, atom: Atom, operand: tuple[Scalar, ...]) -> tuple[Boxes, Boxes]:
        """Sizes that compare with constants as asked."""
        at, mask = self._sizes[atom.name], 0
        for value in operand:
            mask |= _line_mask(self.layout.segments[at], atom.op, int(value))
        return [self.layout.box(at, mask)], [self.layout.box(at, self.layout.segments[at].full ^ mask)]

    def _set_boxes(self, atom: Atom) -> tuple[Boxes, Boxes]:
        members = self._members[atom.name]
        if isinstance(atom.operand, Ref):
            return self._member_boxes(members, atom.operand.name)
        asked = list(members.values()) if atom.op == "set" else [members[v] for v in atom.operand if v in members]
        return [self._present(at) for at in asked], [self._absent(asked)]

    def _member_boxes(self, members: dict[Scalar, int], other: str) -> tuple[Boxes, Boxes]:
        """A set contains what another name holds: for each value of the other, the member is there or not."""
        at = self._scalar[self.scope.base(other)]
        holds: Boxes = []
        fails: Boxes = []
        never = 0
        for value, mask in self._cells_of(other).items():
            member = members.get(value) if value is not None and not isinstance(value, frozenset) else None
            if member is None:
                never |= mask
                continue
            holds.append(self.layout.box(at, mask) & self._present(member))
            fails.append(self.layout.box(at, mask) & self._absent([member]))
        return holds, [*fails, self.layout.box(at, never)]

    def _pair_boxes(self, atom: Atom, other: str) -> tuple[Boxes, Boxes]:
        """One name is compared with another: for each value of the first, the cells of the second that fit."""
        left, right = self._scalar[self.scope.base(atom.name)], self._scalar[self.scope.base(other)]
        fitting = self._fitting(atom, other)
        layout, full = self.layout, self.layout.segments[right].full
        if left == right:
            mask = sum(cells & fitting.get(value, 0) for value, cells in self._cells_of(atom.name).items())
            return [layout.box(left, mask)], [layout.box(left, full ^ mask)]
        alike: dict[int, int] = {}
        for value, cells in self._cells_of(atom.name).items():
            fits = fitting.get(value, 0)
            alike[fits] = alike.get(fits, 0) | cells
        holds = [layout.box(left, cells) & layout.box(right, fits) for fits, cells in alike.items()]
        fails = [layout.box(left, cells) & layout.box(right, full ^ fits) for fits, cells in alike.items()]
        return holds, fails

    def _fitting(self, atom: Atom, other: str) -> dict[Held, int]:
        """For each value of the atom's name, the cells of the other name to which it compares as asked."""
        cells = self._cells_of(other)
        values = [value for value in self._cells_of(atom.name) if value is not None]
        if atom.op == "is":
            return {value: cells.get(value, 0) for value in values}
        ranked = sorted((self._rank(atom, value), mask) for value, mask in cells.items() if value is not None)
        ranks = [rank for rank, _ in ranked]
        up_to = [0]
        for _, mask in ranked:
            up_to.append(up_to[-1] | mask)
        fitting: dict[Held, int] = {}
        for value in values:
            rank = self._rank(atom, value)
            less, most = up_to[bisect_left(ranks, rank)], up_to[bisect_right(ranks, rank)]
            every = up_to[-1]
            fitting[value] = {"below": every ^ most, "at-most": every ^ less, "above": less, "at-least": most}[atom.op]
        return fitting

    def _rank(self, atom: Atom, value: Held) -> int:
        assert value is not None
        assert not isinstance(value, frozenset)
        domain = self.scope[atom.name]
        return domain.number(value) if isinstance(domain, Ordered) else atom.scale.index(str(value))

    def _mask(self, atom: Atom, operand: tuple[Scalar, ...]) -> int:
        """The cells of the name's base in which it compares with constants as asked."""
        domain = self.scope[atom.name]
        segment = self.layout.segments[self._scalar[self.scope.base(atom.name)]]
        if atom.op == "set":
            return segment.set_mask
        if isinstance(domain, Ordered):
            mask = 0
            for value in operand:
                mask |= _line_mask(segment, atom.op, domain.number(value))
            return mask
        cells = self._cells_of(atom.name)
        if atom.op == "is":
            return sum(cells.get(value, 0) for value in dict.fromkeys(operand))
        rank = self._rank(atom, operand[0])
        fits = {"below": range(rank), "at-most": range(rank + 1)}.get(atom.op)
        if fits is None:
            fits = range(rank + (atom.op == "above"), len(atom.scale))
        return sum(cells.get(atom.scale[at], 0) for at in fits)

    def _cells_of(self, name: str) -> dict[Held, int]:
        """What the name can hold, each with the cells of its base in which it does."""
        known = self._cells.get(name)
        if known is None:
            known = self._cells[name] = {}
            for at, value in enumerate(self.layout.segments[self._scalar[self.scope.base(name)]].values):
                follows = self.scope.follows(name, value)
                known[follows] = known.get(follows, 0) | 1 << at
        return known

    def _present(self, at: int) -> Box:
        return self.layout.box(at, self.layout.segments[at].mask(True))

    def _absent(self, segments: Iterable[int]) -> Box:
        box = self.layout.everything
        for at in segments:
            box &= self.layout.box(at, self.layout.segments[at].mask(False))
        return box


def _line_mask(segment: Segment, op: Op, number: int) -> int:
    starts, ends = segment.starts, segment.ends
    every = (1 << len(starts)) - 1
    if op == "is":
        at = bisect_left(starts, number)
        return 1 << at if at < len(starts) and starts[at] == ends[at] == number else 0
    if op in ("below", "at-most"):
        return (1 << (bisect_left(ends, number) if op == "below" else bisect_right(ends, number))) - 1
    return every & -(1 << (bisect_right(starts, number) if op == "above" else bisect_left(starts, number)))
