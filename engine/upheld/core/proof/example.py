"""Examples: a ticket out of a box, as small and natural as can be.

An author believes "overlap" when shown a ticket: severity 1, received at noon on a
Sunday. So of each name that matters one value is chosen, the first declared or the
smallest, a value rather than none, and no name is shown that does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from upheld.core.condition.domain import Held, Many, Scalar, shown
from upheld.core.proof.box import Box
from upheld.core.proof.cells import Segment, more_members
from upheld.core.proof.encoding import Encoding


@dataclass(frozen=True, slots=True)
class Example:
    """A ticket that shows what an answer says, whatever the names left out hold.

    Attributes:
        shown: By name what it holds, for people.
        facts: By name what it holds; ``None`` for nothing, and a hook's answer under its key.
        hooks: The keys of hooks that would have to answer as shown.
    """

    shown: Mapping[str, str]
    facts: Mapping[str, Held]
    hooks: tuple[str, ...] = ()

    @property
    def opaque(self) -> bool:
        """Whether it rests on what a hook would answer, which nobody can look into."""
        return bool(self.hooks)


class Examples:
    """Makes examples of the boxes of an encoding."""

    def __init__(self, encoding: Encoding) -> None:
        self._scope = encoding.scope
        self._survey = encoding.survey
        self._layout = encoding.layout
        self._segments = encoding.layout.segments
        self._of: dict[str, list[int]] = {}
        for at, segment in enumerate(self._segments):
            self._of.setdefault(segment.name, []).append(at)

    def cost(self, box: Box) -> tuple[int, int]:
        """How unnatural an example of the box must be: hooks it rests on, names that must hold nothing."""
        hooks = unset = 0
        for at in self._layout.restricted(box):
            segment = self._segments[at]
            hooks += segment.is_hook
            unset += segment.member is None and not self._layout.mask(box, at) & self._layout.set_masks[at]
        return (hooks, unset)

    def of(self, box: Box, names: Iterable[str]) -> Example:
        """The example that shows the box, with those of ``names`` that it restricts."""
        restricted = set(self._layout.restricted(box))
        facts = self.facts(box)
        names = {name for name in names if name in facts}
        wanted = {name for name in names if restricted & self._places(name)}
        wanted |= {other for name in wanted for other in self._survey.bound(name) if other in names}
        wanted |= {need[0] for name in wanted if facts[name] is not None and (need := self._scope.needs(name))}
        hooks = tuple(self._segments[at].name for at in sorted(restricted) if self._segments[at].is_hook)
        told = {name: shown(self._scope[name], facts[name]) for name in self._scope if name in wanted}
        told.update({key: "true" if facts[key] else "false" for key in hooks})
        return Example(told, {name: facts[name] for name in told}, hooks)

    def point(self, box: Box) -> Box:
        """The one ticket of the box that is shown, as a box: of each segment, one cell."""
        point = self._layout.everything
        for at, set_mask in enumerate(self._layout.set_masks):
            mask = self._layout.mask(box, at)
            mask = mask & set_mask or mask
            point &= self._layout.box(at, mask & -mask)
        for name in self._of:
            # An attribute with a value is more telling than one without, so its contract is there where it may be.
            kind = self._needed(name)
            if kind is None or self._held(name, point) is None:
                continue
            if self._layout.mask(box, kind) & self._true(kind):
                point = point & ~self._layout.fields[kind] | (self._true(kind) << self._layout.offsets[kind])
        return point

    def facts(self, box: Box) -> dict[str, Held]:
        """The ticket of the box that is shown: what every name of the encoding holds, and each hook answers."""
        point = self.point(box)
        facts: dict[str, Held] = {}
        for name in self._of:
            at = self._needed(name)
            exists = at is None or self._layout.mask(point, at) == self._true(at)
            facts[name] = self._held(name, point) if exists else None
            for follower in self._scope.followers(name):
                facts[follower] = self._scope.follows(follower, facts[name])
        return facts

    def _places(self, name: str) -> set[int]:
        """The segments on which it depends what a name holds."""
        places = set(self._of.get(self._scope.base(name), ()))
        needed = self._needed(name)
        return places if needed is None else {*places, needed}

    def _needed(self, name: str) -> int | None:
        """The segment of the contract without which an attribute has no value."""
        need = self._scope.needs(name)
        if need is None:
            return None
        return next((at for at in self._of.get(need[0], ()) if self._segments[at].member == need[1]), None)

    def _true(self, at: int) -> int:
        return self._segments[at].mask(True)

    def _held(self, name: str, point: Box) -> Held:
        """What a name holds on a ticket, contracts aside."""
        values: list[tuple[Segment, Held]] = []
        for at in self._of[name]:
            segment = self._segments[at]
            values.append((segment, segment.values[self._layout.mask(point, at).bit_length() - 1]))
        if name in self._scope and isinstance(self._scope[name], Many):
            members = {seg.member for seg, held in values if held is True and seg.member is not None}
            members.update(self._further(name, members, values))
            return frozenset(members) or None
        return values[0][1]

    def _further(self, name: str, members: set[Scalar], values: list[tuple[Segment, Held]]) -> list[Scalar]:
        """What a set holds besides, so that it has as many members as are asked for."""
        least = next((held for seg, held in values if seg.is_size), 0)
        domain = self._scope[name]
        assert isinstance(domain, Many), domain
        wanted = max(0, int(least or 0) - len(members)) if isinstance(least, int) else 0
        narrowed = self._scope.held(name)
        if narrowed is not None:
            held = narrowed[0] if isinstance(narrowed[0], frozenset) else frozenset[Scalar]()
            return sorted(held - members, key=str)
        apart = {seg.member for seg, _ in values if seg.member is not None}
        return more_members(domain.of, apart, wanted)
