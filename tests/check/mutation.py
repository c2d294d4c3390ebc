"""Mutants: the installed policies with one small mistake each, of the kinds that authors make.

A checker is as good as the mistakes it finds. So each policy is broken in many small
ways, one at a time, and each mutant must be told from the original. Source: THREATS S07.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from upheld.document import read_document
from upheld.plugins import installed_policies

Path = tuple[str | int, ...]
Tree = dict[str, Any]
Change = Callable[[Any, Any], None]
Changes = Iterator[tuple[Path, Change]]


@dataclass(frozen=True)
class Mutant:
    """A policy with one mistake.

    Attributes:
        policy: The id of the policy.
        kind: Which mistake.
        path: Where in the document it was made.
        tree: The policy before it was made.
        change: How it is made.
    """

    policy: str
    kind: str
    path: Path
    tree: Tree = field(repr=False)
    change: Change = field(repr=False)

    @property
    def text(self) -> bytes:
        """The document with the mistake."""
        mutant = copy.deepcopy(self.tree)
        self.change(_at(mutant, self.path[:-1]), self.path[-1])
        return text_of(mutant)

    def __str__(self) -> str:
        return f"{self.policy}: {self.kind} at {'/'.join(map(str, self.path))}"


def originals() -> dict[str, Tree]:
    """The documents of the installed policies, by their ids."""
    return {each.id: tree_of(each.read()) for each in installed_policies()}


def tree_of(text: bytes) -> Tree:
    """What a document says, in plain mappings and lists that can be changed."""
    tree: Tree = _plain(read_document(text, "original.yaml").root)
    return tree


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list) else value


def text_of(tree: Tree) -> bytes:
    """A document of this tree: JSON is YAML too."""
    return json.dumps(tree, ensure_ascii=False, indent=1).encode()


def mutants(policy: str, tree: Tree, kind: str) -> Iterator[Mutant]:
    """Every mutant of a policy of one kind."""
    for path, change in OPERATORS[kind](tree):
        yield Mutant(policy, kind, path, tree, change)


def _at(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of a document with the path that leads to it."""
    if path:
        yield path, value
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, entry in entries:
        yield from walk(entry, (*path, step))


def _delete(holder: Any, step: Any) -> None:
    del holder[step]


def _put(value: Any) -> Change:
    def change(holder: Any, step: Any) -> None:
        holder[step] = value

    return change


def misspelt(word: str) -> str:
    """A slip of the pen: the last two letters change places, or one is doubled, as the digits of a clause are."""
    stem, last = word[:-2], word[-2:]
    if last.isdigit():
        return f"{word}{word[-1]}"
    return f"{stem}{last[::-1]}" if last[::-1] != last and last[0] not in "-." else f"{word}{word[-1]}"


SECTIONS = (
    *("sources", "clauses", "assumptions", "facts", "parameters", "conditions", "contracts", "calendars"),
    *("recurrences", "roles", "severities", "channels", "states", "events", "transitions", "rules", "commitments"),
    *("excuses", "objectives", "timers", "accounts", "charges", "queue", "invariants"),
)


def _items(tree: Tree) -> Iterator[tuple[Path, Any]]:
    for section in SECTIONS:
        value = tree.get(section, ())
        steps: Any = value if isinstance(value, dict) else range(len(value))
        for step in steps:
            yield (section, step), value[step]


def deleted_items(tree: Tree) -> Changes:
    """An item of a section is gone."""
    yield from ((path, _delete) for path, _ in _items(tree))


def renamed_items(tree: Tree) -> Changes:
    """An item has another name than the one by which it is meant."""

    def rename(holder: Any, step: Any) -> None:
        if isinstance(holder, dict):
            items = [(misspelt(key) if key == step else key, value) for key, value in holder.items()]
            holder.clear()
            holder.update(items)
        else:
            holder[step]["id"] = misspelt(holder[step]["id"])

    yield from ((path, rename) for path, item in _items(tree) if isinstance(path[1], str) or "id" in item)


def duplicated_items(tree: Tree) -> Changes:
    """An item of a list stands there twice, under another name."""

    def duplicate(holder: Any, step: Any) -> None:
        holder.insert(step + 1, {**holder[step], "id": f"{holder[step]['id']}-again"})

    yield from ((path, duplicate) for path, item in _items(tree) if isinstance(path[1], int) and "id" in item)


NAMING = frozenset(
    {
        *("on", "from", "to", "by", "in", "of", "enters", "leaves", "calendar", "during", "accepts", "except", "core"),
        *("parameter", "next", "account", "settle", "release", "reverse", "passes", "every-path-to", "source", "like"),
        *("ref", "clauses", "assumes", "parameters", "in-last-closure-of", "add"),
    }
)
"""Keys whose values are names."""


def misspelt_references(tree: Tree) -> Changes:
    """A name is misspelt where it is used."""
    for path, value in walk(tree):
        key = next(step for step in reversed(path) if isinstance(step, str))
        dates = path[0] in ("effective", "parameters") and key == "from"
        if key in NAMING and isinstance(value, str) and len(path) > 1 and not dates and key != path[1]:
            yield path, _put(misspelt(value))


def _conditions(tree: Tree) -> Iterator[Path]:
    for path, _ in walk(tree):
        named = path[0] == "conditions" and len(path) == 2
        if named or path[-1] in ("when", "require", "first") or (path[-1] == "is" and "requires" in path):
            yield path


def misspelt_names_in_conditions(tree: Tree) -> Changes:
    """A name is misspelt in a condition."""

    def rename(holder: Any, step: Any) -> None:
        items = [(misspelt(key) if key == step else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(items)

    for at in _conditions(tree):
        value = _at(tree, at)
        if isinstance(value, str):
            yield at, _put(misspelt(value))
        yield from (((*at, *path), rename) for path, _ in walk(value) if isinstance(path[-1], str))


def misspelt_values_in_conditions(tree: Tree) -> Changes:
    """A value is misspelt in a condition."""
    for at in _conditions(tree):
        for path, value in walk(_at(tree, at)):
            if isinstance(value, str):
                yield (*at, *path), _put(misspelt(value))


DROPPED = (
    *("when", "require", "otherwise", "refuse", "calendar", "business-day", "cycles", "on-reopen", "unit"),
    *(
        "on-change",
        "from",
        "until",
        "start",
        "stop",
        "within",
        "opens",
        "to",
        "overdraft",
        "amount",
        "account",
    ),
    *("on", "at", "by", "data", "sets", "clauses", "label", "zone", "weekly", "core", "rrule", "pause", "cancel"),
    *(
        "channel",
        "duty",
        "promised",
        "share",
        "accepts",
        "required",
        "waits-for",
        "side",
        "default",
        "partial",
        "settle",
        "reverse",
    ),
    *("business-day", "roll", "holidays", "effects", "reset", "step", "levels", "order", "round", "scope", "factor"),
)


def dropped_keys(tree: Tree) -> Changes:
    """A key is forgotten."""
    wanted = set(DROPPED)
    yield from ((path, _delete) for path, _ in walk(tree) if path[-1] in wanted and len(path) > 2)


def dropped_clauses(tree: Tree) -> Changes:
    """Everything that decides something cites one clause less, or no assumption."""
    for path, value in walk(tree):
        if path[-1] == "assumes" or (len(path) > 2 and path[-2] in ("clauses", "assumes") and isinstance(value, str)):
            yield path, _delete


def swapped_moves(tree: Tree) -> Changes:
    """A transition goes the other way."""

    def swap(holder: Any, step: Any) -> None:
        holder[step]["from"], holder[step]["to"] = holder[step]["to"], holder[step]["from"]

    for index, move in enumerate(tree.get("transitions", ())):
        if isinstance(move.get("from"), str) and move["to"] != "stay":
            yield ("transitions", index), swap


UNITS = {"h": "bd", "min": "d", "bd": "d"}


def changed_units(tree: Tree) -> Changes:
    """A duration has another unit."""
    for path, value in walk(tree):
        if isinstance(value, str) and value[:1].isdigit():
            number = value.rstrip("abcdefghijklmnopqrstuvwxyz")
            unit = UNITS.get(value[len(number) :])
            if unit is not None and number.replace(".", "").isdigit():
                yield path, _put(number + unit)


def shifted_dates(tree: Tree) -> Changes:
    """A date lies in another year, in words for dates, or in no calendar."""
    for path, value in walk(tree):
        if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            yield path, _put(f"{int(value[:4]) + 40}{value[4:]}")
            yield path, _put(f"{value[:4]}-02-30")


def changed_cores(tree: Tree) -> Changes:
    """A state refines another core state."""
    for path, value in walk(tree.get("states", {})):
        if path[-1] == "core":
            yield ("states", *path), _put("closed" if value != "closed" else "open")


def swapped_targets(tree: Tree) -> Changes:
    """In a table by severity two neighbours change places."""
    severities = [each["id"] for each in tree.get("severities", ())]
    for name, parameter in tree.get("parameters", {}).items():
        for index, row in enumerate(parameter["values"]):
            for one, other in zip(severities, severities[1:]):
                if one in row and other in row and row[one] != row[other]:
                    yield ("parameters", name, "values", index), _swap(one, other)


def _swap(one: str, other: str) -> Change:
    def change(holder: Any, step: Any) -> None:
        holder[step][one], holder[step][other] = holder[step][other], holder[step][one]

    return change


def dropped_columns(tree: Tree) -> Changes:
    """A table lacks a column."""
    for name, parameter in tree.get("parameters", {}).items():
        for index, row in enumerate(parameter["values"]):
            for column in row:
                if column not in ("from", "until", "clauses", "assumes"):
                    yield ("parameters", name, "values", index, column), _delete


def turned_windows(tree: Tree) -> Changes:
    """An opening window closes before it opens."""
    for path, value in walk(tree.get("calendars", {})):
        if isinstance(value, str) and len(value) == 11 and value[5] == "-":
            yield ("calendars", *path), _put(f"{value[6:]}-{value[:5]}")


def dropped_languages(tree: Tree) -> Changes:
    """A text is not given in one of the languages."""
    for path, value in walk(tree):
        if isinstance(value, dict) and set(value) == {"en", "fr"} and path[0] not in ("clauses", "assumptions"):
            yield (*path, "fr"), _delete


OPERATORS: Mapping[str, Callable[[Tree], Changes]] = {
    "item deleted": deleted_items,
    "item renamed": renamed_items,
    "item duplicated": duplicated_items,
    "reference misspelt": misspelt_references,
    "name misspelt": misspelt_names_in_conditions,
    "value misspelt": misspelt_values_in_conditions,
    "key dropped": dropped_keys,
    "citation dropped": dropped_clauses,
    "move swapped": swapped_moves,
    "unit changed": changed_units,
    "date shifted": shifted_dates,
    "core changed": changed_cores,
    "targets swapped": swapped_targets,
    "column dropped": dropped_columns,
    "window turned": turned_windows,
    "language dropped": dropped_languages,
}
