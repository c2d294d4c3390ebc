"""Predicates: conditions made ready to be asked often.

`upheld.core.condition.condition.evaluate` says what a condition means by walking its tree; a
predicate is the same tree as nested functions, made once when a policy is compiled. They
agree on every condition and whatever the names hold; a property test holds them to it.

    >>> from upheld.core.condition.condition import All, Atom, Not
    >>> late = predicate(All((Atom("severity", "is", ("1",)), Not(Atom("channel", "is", ("phone",))))))
    >>> late({"severity": "1", "channel": None}.get), late({"severity": "2", "channel": None}.get)
    (True, False)
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any as Anything
from typing import Final

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Lookup, Not, Op, Ref, size
from upheld.core.condition.domain import Held, Scalar

Predicate = Callable[[Lookup], bool]

NO_MEMBERS: Final[frozenset[Scalar]] = frozenset()

_SIZE: Final = ""
"""What the size of a set is called while it is compared; no name is empty."""

_ORDERS: Final[dict[Op, Callable[[Anything, Anything], bool]]] = {
    "below": operator.lt,
    "at-most": operator.le,
    "above": operator.gt,
    "at-least": operator.ge,
}


def predicate(condition: Condition) -> Predicate:
    """The function that says whether the condition holds, given what names hold."""
    match condition:
        case All(conditions):
            return _all([predicate(each) for each in conditions])
        case Any(conditions):
            return _any([predicate(each) for each in conditions])
        case Not(inner):
            return _not(predicate(inner))
        case HookAtom():
            return _hook(condition.key)
        case Atom():
            return _atom(condition)


def predicate_or_none(condition: Condition | None) -> Predicate | None:
    """The predicate of a condition that may be left out; what is left out always holds, and is not asked."""
    return None if condition is None else predicate(condition)


def _all(parts: list[Predicate]) -> Predicate:
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        one, other = parts
        return lambda lookup: one(lookup) and other(lookup)

    def holds(lookup: Lookup) -> bool:
        for part in parts:  # noqa: SIM110  # a generator costs three times as much
            if not part(lookup):
                return False
        return True

    return holds


def _any(parts: list[Predicate]) -> Predicate:
    if len(parts) == 1:
        return parts[0]

    def holds(lookup: Lookup) -> bool:
        for part in parts:  # noqa: SIM110  # a generator costs three times as much
            if part(lookup):
                return True
        return False

    return holds


def _not(inner: Predicate) -> Predicate:
    return lambda lookup: not inner(lookup)


def _hook(key: str) -> Predicate:
    return lambda lookup: lookup(key) is True


def _atom(atom: Atom) -> Predicate:
    if atom.counted:
        return _size(atom)
    if atom.op == "set":
        return _is_set(atom.name)
    if isinstance(atom.operand, Ref):
        return _against_name(atom, atom.operand.name)
    if atom.op in _ORDERS:
        return _against_bound(atom, atom.operand[0])
    if len(atom.operand) == 1:
        return _is(atom.name, atom.operand[0])
    return _is_one_of(atom.name, frozenset(atom.operand))


def _size(atom: Atom) -> Predicate:
    """How many values a set has, compared as any number is."""
    name, compared = atom.name, _atom(replace(atom, name=_SIZE, counted=False))
    return lambda lookup: compared(lambda read: size(lookup(name)) if read == _SIZE else lookup(read))


def _is_set(name: str) -> Predicate:
    def holds(lookup: Lookup) -> bool:
        held = lookup(name)
        return held is not None and held != NO_MEMBERS

    return holds


def _is(name: str, value: Scalar) -> Predicate:
    def holds(lookup: Lookup) -> bool:
        held: Anything = lookup(name)
        return held == value or (isinstance(held, frozenset) and value in held)

    return holds


def _is_one_of(name: str, values: frozenset[Scalar]) -> Predicate:
    def holds(lookup: Lookup) -> bool:
        held: Anything = lookup(name)
        if isinstance(held, frozenset):
            return not values.isdisjoint(held)
        return held in values

    return holds


def _against_bound(atom: Atom, bound: Scalar) -> Predicate:
    """An order, against a constant: on a scale ranks are compared, else the values themselves."""
    name, compare = atom.name, _ORDERS[atom.op]
    ranks = {value: rank for rank, value in enumerate(atom.scale)}
    limit = ranks[str(bound)] if ranks else bound

    def holds(lookup: Lookup) -> bool:
        held = lookup(name)
        if held is None:
            return False
        if isinstance(held, frozenset):
            return bound in held
        return compare(ranks[str(held)] if ranks else held, limit)

    return holds


def _against_name(atom: Atom, other_name: str) -> Predicate:
    """Any comparison with what another name holds."""
    name = atom.name
    compare: Callable[[Anything, Anything], bool] = _ORDERS.get(atom.op, operator.eq)
    ranks = {value: rank for rank, value in enumerate(atom.scale)} if atom.op in _ORDERS else {}

    def holds(lookup: Lookup) -> bool:
        held: Held = lookup(name)
        if held is None:
            return False
        other = lookup(other_name)
        if other is None:
            return False
        if isinstance(held, frozenset):
            return other in held
        return compare(ranks[str(held)], ranks[str(other)]) if ranks else compare(held, other)

    return holds
