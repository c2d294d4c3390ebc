"""Operators: every change that scenarios have to notice, on every item of a policy that it fits.

Promised times are a second longer and shorter, guards dropped and negated, channels
closed and swapped, roles let in and kept out, what starts, stops, pauses or cancels a
clock dropped, charges changed, calendars shifted, citations removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vendors.admission import actors, channels, fields
from vendors.conditions import guards
from vendors.lengths import calendars, targets
from vendors.mutation import GONE, Changes, Mutant, Path, Tree, each_dropped, get, named, walk
from vendors.owed import owed

Lenders = Iterable[tuple[str, frozenset[Path]]]

NOT_SAID = ("states", "contracts", "roles", "invariants")
"""Sections that decide nothing by themselves, so that no verdict cites their items."""


def mutants(tree: Tree, lenders: Lenders) -> list[Mutant]:
    """Every mutant of a policy, each named once.

    Args:
        lenders: Which places lend a clause to one row of a verdict: it is gone only where all of them lose it.
    """
    found: dict[str, Mutant] = {}
    for changes in (targets, guards, channels, actors, fields, clocks, charges, owed, calendars):
        for kind, at, more, edits in changes(tree):
            assert all(edits[path] is GONE or not _is(tree, path, edits[path]) for path in edits), (kind, at)
            mutant = Mutant(kind, f"{named(tree, at)}{f': {more}' if more else ''}", at, edits)
            assert str(mutant) not in found, mutant
            found[str(mutant)] = mutant
    for mutant in citations(tree, lenders):
        found[str(mutant)] = mutant
    return list(found.values())


def _is(tree: Tree, path: Path, value: Any) -> bool:
    try:
        there = get(tree, path)
    except (KeyError, IndexError, TypeError):
        return False
    return type(there) is type(value) and bool(there == value)


ENDS = ("start", "stop", "cancel", "pause", "reset", "from", "until")


def clocks(tree: Tree) -> Changes:
    """What starts, stops, pauses, cancels, excuses or resets a clock or a timer is dropped, or part of it."""
    for section in ("commitments", "timers"):
        for path, value in walk(tree.get(section, []), (section,)):
            if path[-1] in ENDS and len(path) > 2:
                for more, edits in each_dropped(tree, path):
                    yield f"{path[-1]} dropped", path, more, edits
            if path[-1] in ("on", "enters", "leaves", "in") and isinstance(value, list) and len(value) > 1:
                for more, edits in each_dropped(tree, path):
                    yield "trigger dropped", path, more, edits
            if path[-1] == "at" and isinstance(value, dict) and "within" not in path:
                yield "own date dropped", path, "", {path: GONE}
    for step, spec in enumerate(tree.get("commitments", [])):
        at = ("commitments", step)
        if spec.get("duty"):
            yield "duty dropped", at, "", {(*at, "duty"): GONE}
        for key, ways in OTHER_WAYS.items():
            if isinstance(spec.get(key), str) and spec[key] in ways:
                yield f"{key} changed", at, "", {(*at, key): ways[spec[key]]}
    for step, spec in enumerate(tree.get("excuses", [])):
        yield "excuse dropped", ("excuses", step), "", {("excuses", step): GONE}
        if isinstance(spec["of"], list):
            for more, edits in each_dropped(tree, ("excuses", step, "of")):
                yield "excuse dropped", ("excuses", step, "of"), more, edits


OTHER_WAYS: Mapping[str, Mapping[str, str]] = {
    "on-change": {"keep": "retarget", "retarget": "keep", "restart": "keep"},
    "on-reopen": {"resume": "ignore", "ignore": "resume", "new-cycle": "ignore"},
    "cycles": {"one": "many", "ignore-while-running": "many", "many": "ignore-while-running"},
}
"""What a commitment could say instead."""

OTHER_KINDS = {"debit": "waive", "waive": "debit", "hold": "debit", "settle": "release", "release": "settle"}


def charges(tree: Tree) -> Changes:
    """A charge is dropped or of another kind, its rate a minute more or less, its rounding another."""
    for step, spec in enumerate(tree.get("charges", [])):
        at = ("charges", step)
        yield "charge dropped", at, "", {at: GONE}
        if isinstance(spec["on"], list):
            for more, edits in each_dropped(tree, (*at, "on")):
                yield "charge dropped", (*at, "on"), more, edits
        kind = next(each for each in OTHER_KINDS if each in spec)
        yield "charge changed", at, OTHER_KINDS[kind], {(*at, kind): GONE, (*at, OTHER_KINDS[kind]): spec[kind]}
        if isinstance(spec[kind], dict):
            yield from _rates(at, kind, spec[kind])
    for name, spec in tree.get("accounts", {}).items():
        for other in ("refuse", "warn", "allow") if "overdraft" in spec else ():
            if other != spec["overdraft"]:
                yield "overdraft changed", ("accounts", name), other, {("accounts", name, "overdraft"): other}


def _rates(at: Path, kind: str, spec: Mapping[str, Any]) -> Changes:
    rounding = spec.get("round", {})
    for key in ("up-to", "down-to", "to-nearest"):
        if key in rounding:
            path = (*at, kind, "round")
            yield "rate changed", path, "a minute more", {(*path, key): _minutes(rounding[key], 1)}
            yield "rate changed", path, "a minute less", {(*path, key): _minutes(rounding[key], -1)}
            for other in ("up-to", "down-to", "to-nearest"):
                if other != key:
                    yield "rounding changed", path, other, {(*path, key): GONE, (*path, other): rounding[key]}
            for scope in ("entry", "ticket", "day"):
                if scope != rounding.get("scope", "entry"):
                    yield "rounding changed", path, f"per {scope}", {(*path, "scope"): scope}
    for key in ("amount", "first-block", "minimum", "cap"):
        if isinstance(spec.get(key), (int, str)):
            for words, minutes in (("a minute more", 1), ("a minute less", -1)):
                yield "rate changed", (*at, kind, key), words, {(*at, kind, key): _minutes(spec[key], minutes)}
    if isinstance(spec.get("amount"), dict) and not rounding:
        yield "rate changed", (*at, kind), "doubled", {(*at, kind, "factor"): 2}


def _minutes(amount: str | int, more: int) -> str | int:
    if isinstance(amount, int):
        return amount + more
    assert amount.endswith("min"), amount
    return f"{int(amount.removesuffix('min')) + more}min"


def citations(tree: Tree, lenders: Lenders) -> Iterator[Mutant]:
    """An item no longer cites a clause, nor does any that would lend the same to each verdict it stands in."""
    found: dict[tuple[str, tuple[Path, ...]], None] = {}
    for path, value in walk(tree):
        if path[-1:] != ("clauses",) or len(path) < 2 or path[0] in NOT_SAID:
            continue
        for cited in value:
            together = {places for clause, places in lenders if clause == cited and path[:-1] in places}
            least = [places for places in together if not any(other < places for other in together)]
            for places in least or [frozenset((path[:-1],))]:
                found[cited, tuple(sorted(places, key=str))] = None
    for cited, group in sorted(found, key=str):
        edits = {
            (*place, "clauses"): [each for each in get(tree, (*place, "clauses")) if each != cited] for place in group
        }
        yield Mutant(
            "citation removed", f"{', '.join(named(tree, place) for place in group)}: {cited}", group[0], edits
        )
