"""The grammar of conditions: from a document's value to a condition, or to every problem in it.

The schema only says that a condition is a text, a mapping or a list; everything else
is found here, whatever the value. This is where a stranger's document meets the closed
world of names, so nothing may crash, and the work is bounded.

    >>> from upheld.core.condition.domain import OneOf
    >>> scope = Scope({"severity": OneOf(("high", "low"), ordered=True), "channel": OneOf(("phone", "web"))})
    >>> parse_condition({"severity": {"below": "high"}}, scope)
    (Atom(name='severity', op='below', operand=('high',), scale=('low', 'high'), counted=False), [])
    >>> condition, problems = parse_condition({"any": [{"chanel": "web"}]}, scope)
    >>> [(problem.path, problem.kind, problem.hint) for problem in problems]
    [(('any', 0, 'chanel'), 'unknown-name', 'did you mean `channel`?')]

Named conditions, lists, `none` and `between` are short for something simpler and do not
survive reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from upheld.core.condition.comparison import all_of, any_of, read_comparison
from upheld.core.condition.condition import Condition, HookAtom, Not
from upheld.core.condition.domain import Boolean
from upheld.core.condition.scope import FAMILIES, Scope
from upheld.core.finding import Path, Problem, ProblemKind
from upheld.core.nearest import MOST_SLIPS, listed, nearest, quoted

DEEPEST: Final = 64
"""Levels of mappings, lists and named conditions within one another."""

LARGEST: Final = 5_000
"""Comparisons and constants in one condition, named conditions written out."""

_JOINING: Final = ("all", "any", "none")
_SPELLED: Final = {"and": "all", "or": "any", "not": "none", "nor": "none"}
_FORMS: Final = "a condition is a mapping of names to values, the name of a condition, or a list of conditions"


def parse_condition(
    data: object, scope: Scope, named: Mapping[str, object] | None = None, *, suggesting: bool = True
) -> tuple[Condition | None, list[Problem]]:
    """Read a condition from a document's value.

    Args:
        data: What the document holds; any value, at any depth.
        scope: The names that can be read where it stands.
        named: The document's named conditions, as it holds them.
        suggesting: Whether the nearest name is looked up for a wrong one.

    Returns: the condition, or ``None`` where there are problems; and the problems in the order written. One in the
        definition of a named condition is reported where the name is used, once, and says so in ``through``.
    """
    reader = _Reader(scope, named or {}, suggesting=suggesting)
    condition = reader.read(data, (), 0)
    return (None if reader.problems else condition), reader.problems


def check_named(named: Mapping[str, object], scope: Scope) -> dict[str, list[Problem]]:
    """The problems of named conditions themselves, each reported where it is: in no definition but its own.

    ``scope`` should have all names that can be read anywhere. Names without problems are left out.
    """
    found: dict[str, list[Problem]] = {}
    for name, data in named.items():
        reader = _Reader(scope, named, (name,), suggesting=len(found) < MOST_SLIPS)
        reader.read(data, (), 0)
        own = name in reader.circles
        problems = [each for each in reader.problems if not each.through or (own and each.kind == "cycle")]
        if problems:
            found[name] = problems
    return found


@dataclass(frozen=True, slots=True)
class _Definition:
    """A named condition once read: how deep it is and how large, or what is wrong with it."""

    condition: Condition | None
    depth: int
    size: int
    wrong: Problem | None


class _Reader:
    def __init__(
        self, scope: Scope, named: Mapping[str, object], within: tuple[str, ...] = (), *, suggesting: bool = True
    ) -> None:
        self.suggesting = suggesting
        self.scope = scope
        self.named = named
        self.within = within
        self.circles: set[str] = set()
        self.problems: list[Problem] = []
        self.known: dict[str, _Definition] = {}
        self.size = 0
        self.depth = 0

    def read(self, data: object, path: Path, depth: int) -> Condition | None:
        self.depth = max(self.depth, depth)
        if depth > DEEPEST:
            return self._wrong(
                path, "too-deep", f"conditions lie more than {DEEPEST} deep in one another", "say it flatter"
            )
        if isinstance(data, str):
            return self._name(data, path, depth)
        if isinstance(data, dict):
            return self._mapping(data, path, depth)
        if isinstance(data, list):
            return self._list(data, path, depth)
        if data is None:
            return self._wrong(path, "empty", "the condition says nothing", "leave it out where it always applies")
        return self._wrong(path, "bad-value", f"{quoted(data)} is no condition", _FORMS)

    def _mapping(self, data: dict[str, object], path: Path, depth: int) -> Condition | None:
        if not data:
            return self._wrong(path, "empty", "the condition says nothing", "leave it out where it always applies")
        parts = [self._entry(key, value, (*path, key), depth) for key, value in data.items()]
        found = [part for part in parts if part is not None]
        return all_of(found) if len(found) == len(parts) else None

    def _entry(self, key: str, value: object, path: Path, depth: int) -> Condition | None:
        if key in _JOINING:
            return self._joined(key, value, path, depth + 1)
        if key == "hook":
            return self._hook(value, path)
        if key in FAMILIES:
            return self._family(key, value, path)
        if key in self.scope and key.partition(".")[0] not in FAMILIES:
            return self._compared(key, value, path)
        hint = f"did you mean `{_SPELLED[key]}`?" if key in _SPELLED else ""
        if not hint and self._grow(1, path) and self.suggesting:
            hint = self.scope.advice(key)
        return self._wrong(
            path, "unknown-name", f"{quoted(key)} is not a name that can be read here", hint, at_key=True
        )

    def _joined(self, word: str, data: object, path: Path, depth: int) -> Condition | None:
        if not isinstance(data, list):
            return self._wrong(
                path, "bad-value", f"`{word}` needs a list, not {quoted(data)}", f"write `{word}: [...]`"
            )
        parts = self._items(data, path, depth)
        if parts is None or word == "all":
            return all_of(parts) if parts is not None else None
        return any_of(parts) if word == "any" else all_of([Not(part) for part in parts])

    def _list(self, data: list[object], path: Path, depth: int) -> Condition | None:
        parts = self._items(data, path, depth)
        return all_of(parts) if parts is not None else None

    def _items(self, data: list[object], path: Path, depth: int) -> list[Condition] | None:
        if not data:
            self._wrong(path, "empty", "the list of conditions is empty", "name at least one condition")
            return None
        parts: list[Condition] = []
        for at, item in enumerate(data):
            if isinstance(item, list):
                hint = "join them by `all`, `any` or `none`"
                self._wrong((*path, at), "bad-value", "a list of conditions stands directly in another", hint)
                continue
            part = self.read(item, (*path, at), depth + 1)
            if part is not None:
                parts.append(part)
        return parts if len(parts) == len(data) else None

    def _hook(self, data: object, path: Path) -> Condition | None:
        self._grow(1, path)
        if isinstance(data, str) and 0 < len(data) <= 200 and data.isprintable():
            return HookAtom(data)
        hint = "write the name that a plugin gives, such as `acme.is-vip`"
        return self._wrong(path, "bad-value", f"a hook is named by a text, not {quoted(data)}", hint)

    def _family(self, family: str, data: object, path: Path) -> Condition | None:
        """`opening`, `opening-left` and `day`: a mapping of calendars to comparisons."""
        if not isinstance(data, dict) or not data:
            message = (
                f"`{family}` is asked of a calendar, not of {quoted(data)}" if data else f"`{family}` names no calendar"
            )
            return self._wrong(path, "bad-value", message, f"write `{family}: {{CALENDAR: …}}`")
        parts: list[Condition | None] = []
        for calendar, value in data.items():
            name = f"{family}.{calendar}"
            if name in self.scope:
                parts.append(self._compared(name, value, (*path, calendar)))
                continue
            known = self.scope.calendars(family)
            near = nearest(calendar, known) if self._grow(1, path) and self.suggesting else None
            hint = (
                f"did you mean `{near}`?" if near else f"there is {listed(known)}" if known else "none can be read here"
            )
            parts.append(
                self._wrong(
                    (*path, calendar), "unknown-name", f"calendar {quoted(calendar)} is not declared", hint, at_key=True
                )
            )
        found = [part for part in parts if part is not None]
        return all_of(found) if len(found) == len(parts) else None

    def _compared(self, name: str, data: object, path: Path) -> Condition | None:
        if not self._grow(_weight(data), path):
            return None
        return read_comparison(name, data, self.scope, self.problems, path)

    def _name(self, name: str, path: Path, depth: int) -> Condition | None:
        if name in self.within:
            circle = (*self.within[self.within.index(name) :], name)
            self.circles.add(name)
            message = "condition {} is defined by itself: {}".format(quoted(name), " → ".join(map(quoted, circle)))
            return self._wrong(path, "cycle", message, f"say what {quoted(name)} means without naming it")
        if name not in self.named:
            return self._wrong(
                path, "unknown-condition", f"condition {quoted(name)} is not declared", self._named_hint(name)
            )
        definition = self.known.get(name) or self._define(name, depth)
        if definition.wrong is not None:
            wrong = definition.wrong
            message = (
                wrong.message if wrong.kind == "cycle" else f"condition {quoted(name)} cannot be used: {wrong.message}"
            )
            self.problems.append(Problem(path, wrong.kind, message, wrong.hint, through=name))
            return None
        if depth + definition.depth > DEEPEST:
            return self._wrong(
                path, "too-deep", f"conditions lie more than {DEEPEST} deep in one another", "say it flatter"
            )
        self.depth = max(self.depth, depth + definition.depth)
        return definition.condition if self._grow(definition.size, path) else None

    def _define(self, name: str, depth: int) -> _Definition:
        """Read a definition once, with the problems and the size of this reader set aside."""
        outer = (self.problems, self.size, self.depth, self.within)
        self.problems, self.size, self.depth, self.within = [], 0, depth + 1, (*self.within, name)
        condition = self.read(self.named[name], (), depth + 1)
        wrong = self.problems[0] if self.problems else None
        if wrong is not None and wrong.through:
            wrong = self.known[wrong.through].wrong
        definition = _Definition(condition, self.depth - depth, self.size, wrong)
        self.problems, self.size, self.depth, self.within = outer
        self.known[name] = definition
        return definition

    def _named_hint(self, name: str) -> str:
        near = nearest(name, self.named) if self.suggesting else None
        if near:
            return f"did you mean `{near}`?"
        if name in self.scope:
            return (
                f"write `{{{name}: true}}`" if isinstance(self.scope[name], Boolean) else f"write `{{{name}: VALUE}}`"
            )
        return "conditions with a name are declared under `conditions:`"

    def _grow(self, weight: int, path: Path) -> bool:
        fits = self.size + weight <= LARGEST
        if not fits and self.size <= LARGEST:
            self._wrong(
                path, "too-large", f"the condition makes more than {LARGEST} comparisons", "split what it decides"
            )
        self.size += weight
        return fits

    def _wrong(
        self, path: Path, kind: ProblemKind, message: str, hint: str, *, at_key: bool = False
    ) -> Condition | None:
        """Take the problem down and be the missing condition."""
        self.problems.append(Problem(path, kind, message, hint, at_key))
        return None


def _weight(data: object) -> int:
    """How many constants and operators a comparison has, about."""
    if isinstance(data, dict):
        return 1 + sum(len(value) if isinstance(value, list) else 1 for value in data.values())
    return len(data) if isinstance(data, list) else 1
