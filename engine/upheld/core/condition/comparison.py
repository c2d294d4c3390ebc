"""Comparisons: what a condition says of one name, as its author writes it.

A value, a list of values, `{ref: name}`, or a mapping of operators, all of which must
hold. Reading one needs the domain of its name and nothing else, and reports every
problem in it.

    >>> from upheld.core.condition.ordered import Integer
    >>> scope, problems = Scope({"event.minutes": Integer()}), []
    >>> read_comparison("event.minutes", {"at-lest": 5, "below": "an hour"}, scope, problems)
    >>> [(problem.kind, problem.hint) for problem in problems]
    [('unknown-operator', 'did you mean `at-least`?'), ('bad-value', 'write digits, without quotes')]
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Not, Op, Ref
from upheld.core.condition.domain import Boolean, Domain, Many, OneOf, Presence, Scalar, Text, Wrong
from upheld.core.condition.ordered import Integer, Ordered
from upheld.core.condition.scope import Scope
from upheld.core.finding import Path, Problem
from upheld.core.nearest import listed, nearest, quoted

ORDERS: Final = ("below", "at-most", "above", "at-least")
OPERATORS: Final = ("not", *ORDERS, "between", "set", "count")
_SPELLED: Final = {
    "<": "below",
    "<=": "at-most",
    ">": "above",
    ">=": "at-least",
    "less-than": "below",
    "more-than": "above",
    "minimum": "at-least",
    "maximum": "at-most",
    "exists": "set",
    "!=": "not",
    "size": "count",
    "length": "count",
    "isnt": "not",
}


def read_comparison(
    name: str, data: object, scope: Scope, problems: list[Problem], path: Path = ()
) -> Condition | None:
    """The condition that ``name`` compares as ``data`` says, or ``None`` after adding to ``problems``.

    ``name`` is declared in ``scope``; ``path`` is where ``data`` stands.
    """
    return _Comparison(name, scope[name], scope, problems).read(data, path)


def all_of(conditions: list[Condition]) -> Condition:
    """Their conjunction without nesting or repetition; a single one stays itself."""
    parts: dict[Condition, None] = {}
    for condition in conditions:
        parts.update(dict.fromkeys(condition.conditions if isinstance(condition, All) else (condition,)))
    return next(iter(parts)) if len(parts) == 1 else All(tuple(parts))


def any_of(conditions: list[Condition]) -> Condition:
    """Their disjunction without nesting or repetition; a single one stays itself."""
    parts: dict[Condition, None] = {}
    for condition in conditions:
        parts.update(dict.fromkeys(condition.conditions if isinstance(condition, Any) else (condition,)))
    return next(iter(parts)) if len(parts) == 1 else Any(tuple(parts))


def _counted(condition: Condition) -> Condition:
    """The same comparisons, of how many values there are."""
    match condition:
        case Atom():
            return replace(condition, counted=True)
        case Not(inner):
            return Not(_counted(inner))
        case All(conditions):
            return All(tuple(map(_counted, conditions)))
        case Any(conditions):
            return Any(tuple(map(_counted, conditions)))
        case HookAtom():
            return condition


class _Comparison:
    def __init__(self, name: str, domain: Domain, scope: Scope, problems: list[Problem]) -> None:
        self.name = name
        self.domain = domain
        self.scope = scope
        self.problems = problems

    def read(self, data: object, path: Path) -> Condition | None:
        if data is None:
            hint = "`{set: false}` asks for a name that holds nothing"
            self.problems.append(Problem(path, "empty", f"`{self.name}` is compared with nothing", hint))
            return None
        if isinstance(data, dict) and "ref" not in data:
            return self._operators(data, path)
        return self._equal(data, path)

    def _operators(self, data: dict[str, object], path: Path) -> Condition | None:
        if not data:
            self.problems.append(
                Problem(path, "empty", f"nothing is asked of `{self.name}`", f"write one of {listed(OPERATORS)}")
            )
            return None
        parts = [self._operator(operator, operand, (*path, operator)) for operator, operand in data.items()]
        found = [part for part in parts if part is not None]
        return all_of(found) if len(found) == len(parts) else None

    def _operator(self, operator: str, operand: object, path: Path) -> Condition | None:
        if operator == "set":
            return self._set(operand, path)
        if operator == "not":
            inner = self._equal(operand, path)
            return Not(inner) if inner is not None else None
        if operator == "count":
            return self._count(operand, path)
        if operator == "between":
            return self._between(operand, path)
        if operator in ORDERS:
            return self._order(cast(Op, operator), operand, path)
        near = _SPELLED.get(operator) or nearest(operator, (*OPERATORS, "ref"))
        hint = f"did you mean `{near}`?" if near else f"write one of {listed(OPERATORS)}"
        message = f"{quoted(operator)} is no way to compare `{self.name}`"
        self.problems.append(Problem(path, "unknown-operator", message, hint, at_key=True))
        return None

    def _set(self, operand: object, path: Path) -> Condition | None:
        if not isinstance(operand, bool):
            message = f"`set` is true or false, not {quoted(operand)}"
            self.problems.append(Problem(path, "bad-value", message, "write `true` or `false`, without quotes"))
            return None
        atom = Atom(self.name, "set")
        return atom if operand else Not(atom)

    def _count(self, operand: object, path: Path) -> Condition | None:
        """How many values a set has: a whole number, what a name holds, several of which one fits, or an order."""
        if not isinstance(self.domain, Many):
            message = f"`{self.name}` holds one value, and only a set can be counted"
            hint = "leave `count` out" if self.domain.comparable else "`{set: true}` asks whether it holds one"
            self.problems.append(Problem(path, "not-comparable", message, hint, at_key=True))
            return None
        if isinstance(operand, dict) and ("set" in operand or "count" in operand):
            message = f"how many values `{self.name}` has is a number, and is compared with one"
            hint = "write `{count: 3}`, or one of `not`, `below`, `at-most`, `above`, `at-least`, `between`"
            self.problems.append(Problem(path, "bad-value", message, hint))
            return None
        sizes = _Comparison(self.name, Integer(0, None), self.scope, self.problems)
        found = sizes.read(operand, path)
        return None if found is None else _counted(found)

    def _equal(self, data: object, path: Path) -> Condition | None:
        """A value, a reference, or a list of them, of which one must fit."""
        if not isinstance(data, list):
            return self._one(data, path)
        if not data:
            hint = "name at least one value; `{set: true}` asks for any"
            self.problems.append(Problem(path, "empty", f"`{self.name}` is compared with an empty list", hint))
            return None
        found = [self._one(item, (*path, at)) for at, item in enumerate(data)]
        constants: list[Scalar] = []
        others: list[Condition] = []
        for part in found:
            if isinstance(part, Atom) and isinstance(part.operand, tuple):
                constants.extend(part.operand)
            elif part is not None:
                others.append(part)
        if constants:
            others.insert(0, Atom(self.name, self._op(), tuple(dict.fromkeys(constants))))
        return any_of(others) if None not in found else None

    def _one(self, data: object, path: Path) -> Condition | None:
        operand = self._operand(data, path)
        return None if operand is None else Atom(self.name, self._op(), operand)

    def _op(self) -> Op:
        return "has" if isinstance(self.domain, Many) else "is"

    def _order(self, op: Op, data: object, path: Path) -> Condition | None:
        if not self._has_order(op, path):
            return None
        operand = self._operand(data, path, ordering=True)
        return None if operand is None else Atom(self.name, op, operand, self.domain.scale)

    def _between(self, data: object, path: Path) -> Condition | None:
        if not self._has_order("between", path):
            return None
        if not isinstance(data, list) or len(data) != 2:
            message = f"`between` needs a list of two, not {quoted(data)}"
            self.problems.append(Problem(path, "bad-value", message, "write the lower and the higher one, `[a, b]`"))
            return None
        low, high = (self._operand(item, (*path, at), ordering=True) for at, item in enumerate(data))
        if low is None or high is None:
            return None
        scale = self.domain.scale
        if isinstance(low, tuple) and isinstance(high, tuple) and self._rank(low[0]) > self._rank(high[0]):
            shown = [quoted(item) for item in data]
            hint = f"write the lower one first: `[{data[1]}, {data[0]}]`"
            self.problems.append(
                Problem(path, "bad-value", f"nothing lies between {shown[0]} and {shown[1]} of `{self.name}`", hint)
            )
            return None
        return all_of([Atom(self.name, "at-least", low, scale), Atom(self.name, "at-most", high, scale)])

    def _rank(self, value: Scalar) -> int:
        if isinstance(self.domain, Ordered):
            return self.domain.number(value)
        return self.domain.scale.index(str(value))

    def _has_order(self, op: str, path: Path) -> bool:
        if self.domain.comparable:
            return True
        hint = "name the values that are meant in a list"
        if isinstance(self.domain, Many):
            hint = f"a set can only contain a value or not; `{{count: {{{op}: …}}}}` asks how many it has"
        elif isinstance(self.domain, Presence):
            hint = "write `{set: true}` or `{set: false}`"
        elif isinstance(self.domain, OneOf):
            hint = "name the values that are meant in a list, or declare them `ordered: true`, highest first"
        message = f"`{self.name}` has no order, so `{op}` means nothing"
        self.problems.append(Problem(path, "not-comparable", message, hint, at_key=True))
        return False

    def _operand(self, data: object, path: Path, ordering: bool = False) -> tuple[Scalar, ...] | Ref | None:
        if isinstance(data, dict):
            return self._ref(data, path, ordering)
        if isinstance(data, list) or data is None:
            message = f"one value is needed here, not {quoted(data)}"
            self.problems.append(Problem(path, "bad-value", message, "a list stands for one of several values only"))
            return None
        value = self.domain.read(data, self.name)
        if isinstance(value, Wrong):
            self.problems.append(Problem(path, value.kind, value.message, value.hint))
            return None
        return (value,)

    def _ref(self, data: dict[str, object], path: Path, ordering: bool) -> Ref | None:
        name = data.get("ref")
        if len(data) != 1 or not isinstance(name, str):
            message = f"`{self.name}` is compared with a mapping that is no reference"
            self.problems.append(Problem(path, "bad-value", message, "write `{ref: NAME}` and nothing beside it"))
            return None
        if name not in self.scope:
            message = f"{quoted(name)} is not a name that can be read here"
            self.problems.append(Problem((*path, "ref"), "unknown-name", message, self.scope.advice(name)))
            return None
        why_not = _incomparable(self.domain, self.scope[name], ordering)
        if why_not:
            message = f"`{self.name}` and `{name}` cannot be compared: {why_not}"
            hint = ""
            if isinstance(self.scope[name], Many) and not isinstance(self.domain, Many):
                hint = f"ask it of the set: `{name}: {{ref: {self.name}}}`"
            self.problems.append(Problem(path, "not-comparable", message, hint))
            return None
        return Ref(name)


def _incomparable(domain: Domain, other: Domain, ordering: bool) -> str:
    """Why what one name holds cannot be compared with what another holds; ``""`` where it can."""
    if isinstance(other, Many):
        return "the second holds a set"
    element = domain.of if isinstance(domain, Many) else domain
    if isinstance(element, Presence) or isinstance(other, Presence):
        return "one of them has no value to compare"
    if (
        isinstance(element, Ordered)
        or isinstance(other, Ordered)
        or isinstance(element, Boolean)
        or isinstance(other, Boolean)
    ):
        return "" if type(element) is type(other) else "they hold different sorts of values"
    if ordering:
        return "" if element.scale == other.scale else "they are not ordered by the same scale"
    if isinstance(element, Text) or isinstance(other, Text):
        return ""
    if isinstance(element, OneOf) and isinstance(other, OneOf) and set(element.values) & set(other.values):
        return ""
    return "they have no value in common"
