"""Conditions: when something applies, as data.

A condition is a tree of five kinds of node over a closed world of declared names;
nothing in it is ever run. `upheld.core.condition.grammar` reads it from a document, and leaves
no named conditions, lists or `none` in it. What stands here is its meaning, in the
plainest words: the engine compiles conditions into something faster, which must
agree with `evaluate`.

    >>> late = All((Atom("severity", "is", ("1",)), Not(Atom("channel", "is", ("phone",)))))
    >>> ticket = {"severity": "1", "channel": None}
    >>> evaluate(late, ticket.get)
    True
    >>> [why.reads for why in explain(late, {"severity": "2"}.get).failures]
    [(('severity', '2'),)]

A comparison with a name that holds nothing is false, and so is one *to* a name that
holds nothing; `Not` is plain negation. So `channel: {not: phone}` holds on a ticket
without a channel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from upheld.core.condition.domain import Held, Scalar

Op = Literal["is", "has", "below", "at-most", "above", "at-least", "set"]
"""`is`: a value equals one of the operand's; `has`: a set contains one of them; `set`: there is a value at all."""

Lookup = Callable[[str], Held]
"""What a name holds, ``None`` for nothing. ``facts.get`` of a dictionary will do. A set is a frozenset."""


@dataclass(frozen=True, slots=True)
class Ref:
    """What another name holds, in the place of a constant."""

    name: str


@dataclass(frozen=True, slots=True)
class Atom:
    """A comparison of what a name holds.

    Attributes:
        name: Canonical: ``severity``, ``event.minutes``, ``opening-left.support``.
        op: How to compare.
        operand: Constants, of which one must fit (orders have exactly one, `set` has none), or a `Ref`.
        scale: For orders: the values from lowest to highest; empty where values compare as they are.
        counted: It compares how many values a set has, and not the values; one that holds nothing has none.
    """

    name: str
    op: Op
    operand: tuple[Scalar, ...] | Ref = ()
    scale: tuple[str, ...] = ()
    counted: bool = False


@dataclass(frozen=True, slots=True)
class HookAtom:
    """A condition that a plugin decides. Its answer is looked up like a name, as ``key``."""

    hook: str

    @property
    def key(self) -> str:
        """``hook.`` and the hook's name."""
        return f"hook.{self.hook}"


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where the condition does not."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Holds where every one of them does."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds where at least one of them does."""

    conditions: tuple[Condition, ...]


Condition = All | Any | Not | Atom | HookAtom

ALWAYS: Final = All(())
NEVER: Final = Any(())


def evaluate(condition: Condition, lookup: Lookup) -> bool:
    """Whether the condition holds."""
    match condition:
        case All(conditions):
            return all(evaluate(each, lookup) for each in conditions)
        case Any(conditions):
            return any(evaluate(each, lookup) for each in conditions)
        case Not(inner):
            return not evaluate(inner, lookup)
        case HookAtom():
            return lookup(condition.key) is True
        case Atom():
            return _compare(condition, lookup)


def _compare(atom: Atom, lookup: Lookup) -> bool:
    held = lookup(atom.name)
    if atom.counted:
        held = size(held)
    if held is None or held == frozenset():
        return False
    if atom.op == "set":
        return True
    operand: tuple[Held, ...] = atom.operand if isinstance(atom.operand, tuple) else (lookup(atom.operand.name),)
    if operand == (None,):
        return False
    if isinstance(held, frozenset):
        return any(value in held for value in operand)
    if atom.op == "is":
        return held in operand
    return _in_order(atom, held, operand[0])


def size(held: Held) -> int:
    """How many values a set has; nothing at all is none."""
    return len(held) if isinstance(held, frozenset) else 0


def _in_order(atom: Atom, held: Scalar, other: Held) -> bool:
    sign = _sign(atom.scale.index(str(held)), atom.scale.index(str(other))) if atom.scale else _sign(held, other)
    return {"below": sign < 0, "at-most": sign <= 0, "above": sign > 0, "at-least": sign >= 0}[atom.op]


def _sign(left: Scalar, right: Held) -> int:
    """-1, 0 or 1; dates are texts that sort as days do, all else that has an order are integers."""
    if isinstance(left, str):
        assert isinstance(right, str), right
        return (left > right) - (left < right)
    assert isinstance(right, int), right
    return (left > right) - (left < right)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a condition holds or does not.

    Attributes:
        condition: The condition, or the part of it.
        holds: Whether it does.
        reads: What its names held: pairs ``(name, held)``, for a comparison alone.
        parts: The parts that decided: all of an `All` that holds, the failing ones of one that does not; for an
            `Any` the other way round.
    """

    condition: Condition
    holds: bool
    reads: tuple[tuple[str, Held], ...] = ()
    parts: tuple[Why, ...] = ()

    @property
    def failures(self) -> tuple[Why, ...]:
        """Every part of the top level that fails; none where the whole holds."""
        if self.holds:
            return ()
        return self.parts if isinstance(self.condition, All) else (self,)

    @property
    def facts(self) -> tuple[tuple[str, Held], ...]:
        """What decided: each name once, in the order of the condition."""
        found = dict(self.reads)
        for part in self.parts:
            found.update(part.facts)
        return tuple(found.items())


def explain(condition: Condition, lookup: Lookup) -> Why:
    """Why it holds, or why not."""
    match condition:
        case Atom():
            names = [condition.name]
            if isinstance(condition.operand, Ref):
                names.append(condition.operand.name)
            return Why(condition, evaluate(condition, lookup), tuple((name, lookup(name)) for name in names))
        case HookAtom():
            return Why(condition, evaluate(condition, lookup), ((condition.key, lookup(condition.key)),))
        case Not(inner):
            why = explain(inner, lookup)
            return Why(condition, not why.holds, (), (why,))
        case All(conditions) | Any(conditions):
            parts = tuple(explain(each, lookup) for each in conditions)
            deciding = isinstance(condition, Any)
            holds = any(part.holds for part in parts) if deciding else all(part.holds for part in parts)
            return Why(condition, holds, (), tuple(part for part in parts if part.holds == holds))


def atoms(condition: Condition) -> Iterator[Atom | HookAtom]:
    """Every comparison and hook in it, in the order written; one that stands twice comes twice."""
    match condition:
        case Atom() | HookAtom():
            yield condition
        case Not(inner):
            yield from atoms(inner)
        case All(conditions) | Any(conditions):
            for each in conditions:
                yield from atoms(each)


def names_read(condition: Condition) -> tuple[str, ...]:
    """The names it reads, each once, in the order written; a hook's own reading is its plugin's to say."""
    names: dict[str, None] = {}
    for atom in atoms(condition):
        if isinstance(atom, Atom):
            names[atom.name] = None
            if isinstance(atom.operand, Ref):
                names[atom.operand.name] = None
    return tuple(names)


def names_asked(condition: Condition) -> frozenset[str]:
    """The names of which it asks whether they hold anything at all."""
    return frozenset(each.name for each in atoms(condition) if isinstance(each, Atom) and each.op == "set")


def renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    """The same condition about other names, where it reads these; what it reads of others stays."""
    match condition:
        case Atom(name, op, operand, scale, counted):
            other = Ref(names.get(operand.name, operand.name)) if isinstance(operand, Ref) else operand
            return Atom(names.get(name, name), op, other, scale, counted)
        case Not(inner):
            return Not(renamed(inner, names))
        case All(conditions):
            return All(tuple(renamed(each, names) for each in conditions))
        case Any(conditions):
            return Any(tuple(renamed(each, names) for each in conditions))
        case HookAtom():
            return condition


def hooks_read(condition: Condition) -> tuple[str, ...]:
    """The hooks it asks, each once, in the order written."""
    return tuple(dict.fromkeys(atom.hook for atom in atoms(condition) if isinstance(atom, HookAtom)))


def has_hook(condition: Condition) -> bool:
    """Whether a plugin has a say in it, so that not everything about it can be decided."""
    return bool(hooks_read(condition))
