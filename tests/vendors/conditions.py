"""Guards: conditions dropped, negated, and weakened or strengthened part by part."""

from __future__ import annotations

import re
from typing import Any

from vendors.mutation import GONE, Changes, Path, Tree, listed, walk

SECTIONS = (
    *("events", "channels", "transitions", "rules", "commitments", "excuses", "objectives", "timers", "charges"),
    *("escalation", "queue"),
)
KEPT = ("id", "otherwise", "flag", "refuse", "message", "clauses", "assumes")
"""Of a rule that requires nothing any more."""
NEIGHBOURS = {"below": "at-most", "at-most": "below", "above": "at-least", "at-least": "above"}


def guards(tree: Tree) -> Changes:
    """Every condition dropped and negated, each of its parts dropped, each of its borders moved."""
    for section in SECTIONS:
        for path, value in walk(tree.get(section, ()), (section,)):
            if path[-1] == "when":
                yield "guard dropped", path, "", {path: GONE}
                yield from _guard(path, value)
    for section, key in (("rules", "on"), ("transitions", "from")):
        for step, item in enumerate(tree.get(section, ())):
            for place, value in walk(item.get(key), (section, step, key)):
                if isinstance(value, list) and len(value) > 1:
                    yield from _parts(place, place, value)
    flags_read = {each for path, value in walk(tree) if path[-1:] == ("flagged",) for each in listed(value)}
    for step, rule in enumerate(tree.get("rules", ())):
        yield from _rule(("rules", step), rule, flags_read)
    for name, condition in tree.get("conditions", {}).items():
        yield from _guard(("conditions", name), condition)
    for step, line in enumerate(tree.get("queue", ())):
        yield "guard dropped", ("queue", step), "", {("queue", step): GONE}
        if "first" in line:
            yield from _first(("queue", step, "first"), line["first"])


def _guard(path: Path, condition: Any) -> Changes:
    yield "guard negated", path, "", {path: negated(condition)}
    yield from _parts(path, path, condition)


def negated(condition: Any) -> Any:
    """A condition that holds when this one does not."""
    return {"none": [condition if isinstance(condition, (str, dict)) else {"all": condition}]}


def _rule(at: Path, rule: dict[str, Any], flags_read: set[str]) -> Changes:
    """What a rule requires is dropped, so that it looks at no event; negated; or one thing of several dropped."""
    yield "guard dropped", at, "", {at: {key: rule[key] for key in KEPT if key in rule} | {"on": []}}
    if "require" in rule:
        yield from _guard((*at, "require"), rule["require"])
    requires = rule.get("requires", [])
    for step, each in enumerate(requires):
        if len(requires) > 1:
            yield "guard dropped", (*at, "requires", step), "", {(*at, "requires", step): GONE}
        yield from _guard((*at, "requires", step, "is"), each["is"])
    if rule.get("otherwise") == "refuse":
        yield "guard softened", at, "", {(*at, "otherwise"): "flag"}
    elif "otherwise" in rule and rule["id"] not in flags_read:  # else a condition would ask for a flag that nobody sets
        yield "guard hardened", at, "", {(*at, "otherwise"): "refuse"}


def _first(path: Path, value: dict[str, Any]) -> Changes:
    """When a ticket came in is no condition, and is not negated with the rest."""
    rest = {key: each for key, each in value.items() if key != "received"}
    if rest:
        kept = {"received": value["received"]} if "received" in value else {}
        yield "guard negated", path, "", {path: negated(rest) | kept}
    yield from _parts(path, path, value)


def _parts(path: Path, at: Path, condition: Any) -> Changes:
    """``path`` is that of the guard, ``at`` that of a part of it."""
    more = "/".join(str(step + 1 if isinstance(step, int) else step) for step in at[len(path) :])
    prefix = f"{more}/" if more else ""
    if isinstance(condition, list):
        for step, entry in enumerate(condition):
            if len(condition) > 1:
                yield "part of a guard dropped", path, f"{prefix}{step + 1}", {(*at, step): GONE}
            yield from _parts(path, (*at, step), entry)
    elif isinstance(condition, dict):
        for key, entry in condition.items():
            if len(condition) > 1:
                yield "part of a guard dropped", path, f"{prefix}{key}", {(*at, key): GONE}
            if key in NEIGHBOURS:
                new = {NEIGHBOURS[key] if each == key else each: value for each, value in condition.items()}
                yield "border moved", path, f"{prefix}{NEIGHBOURS[key]}", {at: new}
            if key != "received":
                yield from _parts(path, (*at, key), entry)
            elif "holding" in entry:
                yield "part of a guard dropped", path, f"{prefix}{key}/holding", {(*at, key, "holding"): GONE}
            if key in NEIGHBOURS or key == "between":
                yield from _borders(path, (*at, key), entry, prefix)


def _borders(path: Path, at: Path, value: Any, prefix: str) -> Changes:
    match = re.fullmatch(r"([0-9]+)(min|h)?", str(value))
    if match and not isinstance(value, bool):
        for words, more in (("more", 1), ("less", -1)):
            seconds = {"min": 60, "h": 3600}.get(match[2])
            new = int(match[1]) + more if seconds is None else f"{int(match[1]) * seconds + more}s"
            yield "border moved", path, f"{prefix}{at[-1]} {words}", {at: new}
