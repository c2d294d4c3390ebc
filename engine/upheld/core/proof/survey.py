"""Surveys: what a number of conditions ask of each name, before anything is decided.

To decide something about conditions it is enough to tell apart what they tell apart.
So first they are read through: which constants they compare a name with, whether its
order matters, and which names they compare with one another.

Names compared with one another form a *group*. Two integers between 5 and 60 can be
equal or not, and either can be the smaller one, so their group needs as many numbers
in that gap as it has names; then every arrangement of them occurs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from upheld.core.condition.condition import Atom, Condition, HookAtom, Op, Ref, atoms
from upheld.core.condition.domain import Domain, Held, Many, OneOf, Scalar, Text
from upheld.core.condition.ordered import Ordered
from upheld.core.condition.scope import Contradiction, Scope

FRESH: Final = "something"
"""A text that no condition names."""


class Survey:
    """What conditions ask of the names of a scope.

    Attributes:
        asked: Every comparison and hook, once, in the order of the conditions.
        names: The names read, canonical, in that order.
        constants: By name, the values it is compared with or narrowed to.
        cuts: By name with a line, the numbers at which another cell begins.
        size_cuts: By set of which the size is asked, where the numbers it is compared with part sizes.
        sized: By name that holds a number, the sets whose sizes are compared with it.
        sizes: By set of which the size is asked, the numbers at which another cell of sizes begins.
        contradictions: What two of the names cannot hold at once.
    """

    def __init__(self, scope: Scope, conditions: Iterable[Condition]) -> None:
        self.scope = scope
        self.asked: dict[Atom | HookAtom, None] = {}
        self.names: dict[str, None] = {}
        self.constants: dict[str, set[Scalar]] = {}
        self.cuts: dict[str, set[int]] = {}
        self.size_cuts: dict[str, set[int]] = {}
        self.sized: dict[str, dict[str, None]] = {}
        self._ordered: set[str] = set()
        self._exists: set[str] = set()
        self._partners: dict[str, dict[str, None]] = {}
        for condition in conditions:
            self.asked.update(dict.fromkeys(atoms(condition)))
        for atom in self.asked:
            if isinstance(atom, Atom):
                self._note(atom)
        self.contradictions = self._contradictions()
        self.sizes = {name: set(cuts) for name, cuts in self.size_cuts.items()}
        for other, names in self.sized.items():
            points = group_numbers(self, self.group(other))
            for name in names:
                self.sizes[name] |= {point for each in points for point in (each, each + 1) if point > 0}

    def _contradictions(self) -> list[Contradiction]:
        """The contradictions of names that are both read, or one read and the other narrowed by the scope."""
        found = []
        for pair in self.scope.contradictions():
            read = [name for name, _ in pair if name in self.names]
            if read and all(name in read or self.scope.held(name) is not None for name, _ in pair):
                for name, _ in pair:
                    self._read(name)
                found.append(pair)
        return found

    def _note(self, atom: Atom) -> None:
        self._read(atom.name)
        if atom.counted:
            self._count(atom)
            return
        if atom.op == "set":
            self._exists.add(atom.name)
        elif atom.op not in ("is", "has"):
            self._ordered.add(atom.name)
        if isinstance(atom.operand, Ref):
            other = atom.operand.name
            self._read(other)
            self._partners.setdefault(atom.name, {})[other] = None
            self._partners.setdefault(other, {})[atom.name] = None
        else:
            self.constants[atom.name].update(atom.operand)
            self._cut(atom.name, atom.operand, atom.op)

    def _count(self, atom: Atom) -> None:
        cuts = self.size_cuts.setdefault(atom.name, {0})
        if isinstance(atom.operand, Ref):
            self._read(atom.operand.name)
            self.sized.setdefault(atom.operand.name, {})[atom.name] = None
            return
        for value in atom.operand:
            cuts |= {int(value)} if atom.op not in ("at-most", "above") else set()
            cuts |= {int(value) + 1} if atom.op not in ("below", "at-least") else set()

    def _cut(self, name: str, values: Iterable[Scalar], op: Op) -> None:
        domain = self.scope[name]
        if not isinstance(domain, Ordered):
            return
        for value in values:
            number = domain.number(value)
            if op not in ("at-most", "above"):
                self.cuts[name].add(number)
            if op not in ("below", "at-least"):
                self.cuts[name].add(number + 1)

    def _read(self, name: str) -> None:
        if name in self.names:
            return
        self.names[name] = None
        need = self.scope.needs(name)
        for each in (name, self.scope.base(name), *(need[:1] if need else ())):
            if each not in self.constants:
                held = self.scope.held(each) or ()
                self.constants[each] = {value for each_held in held for value in _scalars(each_held)}
                self.cuts[each] = set()
                self._cut(each, self.constants[each], "is")

    def is_ordered(self, name: str) -> bool:
        """Whether a condition asks for the order of its values."""
        return name in self._ordered

    def asks_existence(self, name: str) -> bool:
        """Whether a condition asks if there is a value at all, or how many there are."""
        return name in self._exists or name in self.size_cuts

    def is_compared(self, name: str) -> bool:
        """Whether it is compared with another name, or with the size of one."""
        return name in self._partners or name in self.sized

    def partners(self, name: str) -> tuple[str, ...]:
        """The names it is compared with."""
        return tuple(self._partners.get(name, ()))

    def group(self, name: str) -> tuple[str, ...]:
        """The names compared with it, directly or through others, with itself; alone where it is compared with none."""
        found = {name: None}
        waiting = [name]
        while waiting:
            for other in self._partners.get(waiting.pop(), ()):
                if other not in found:
                    found[other] = None
                    waiting.append(other)
        return tuple(found)

    def bound(self, name: str) -> tuple[str, ...]:
        """The names that an example must show together with it.

        Of texts and numbers compared with one another a cell stands for an arrangement, not for any value in it.
        """
        near = [each for each in self.sized if name in self.sized[each]] if name in self.size_cuts else []
        group = [member for each in (name, *near) for member in self.group(each)]
        sets = [each for member in group for each in self.sized.get(member, ())]
        open_ended = any(isinstance(element(self.scope[each]), Text | Ordered) for each in group)
        return tuple(dict.fromkeys((*group, *sets))) if open_ended else (name,)


def _scalars(held: Held) -> tuple[Scalar, ...]:
    if held is None:
        return ()
    return tuple(held) if isinstance(held, frozenset) else (held,)


def element(domain: Domain) -> Domain:
    """The domain itself, or that of a set's members."""
    return domain.of if isinstance(domain, Many) else domain


def group_texts(survey: Survey, names: Sequence[str]) -> list[Scalar]:
    """The texts that tell a group apart: every one named or declared, and a fresh one for each name free to hold it."""
    named: set[Scalar] = set()
    free = 0
    for name in names:
        domain = survey.scope[name]
        inner = element(domain)
        named |= survey.constants[name]
        named |= set(inner.values) if isinstance(inner, OneOf) and len(names) > 1 else set()
        free += isinstance(domain, Text)
    texts = sorted(named, key=str)
    return [*texts, *fresh_texts(named, max(free, 1))]


def fresh_texts(named: set[Scalar], count: int) -> list[Scalar]:
    """So many texts that are not among those named."""
    found: list[Scalar] = []
    number = 1
    while len(found) < count:
        text = FRESH if number == 1 else f"{FRESH}-{number}"
        if text not in named:
            found.append(text)
        number += 1
    return found


def group_numbers(survey: Survey, names: Sequence[str]) -> list[int]:
    """The numbers that tell a group apart: every one named, and in each gap one for each name, where they fit."""
    lines = [(name, line) for name in names if isinstance(line := element(survey.scope[name]), Ordered)]
    sets = {each for name in names for each in survey.sized.get(name, ())}
    count = sum(not isinstance(survey.scope[name], Many) for name in names) + len(sets)
    named = {cut for name in sets for cut in survey.size_cuts[name]}
    for name, line in lines:
        named |= {line.number(value) for value in survey.constants[name]}
        named |= {bound for bound in line.bounds if bound is not None}
    if not named:
        return [lines[0][1].natural + at for at in range(count)]
    points = sorted(named)
    found = [points[0] - count + at for at in range(count)]
    for point, following in zip(points, [*points[1:], None]):
        last = point + count if following is None else min(point + count, following - 1)
        found.extend(range(point, last + 1))
    return found
