"""Expectations: everything that a scenario may say of a verdict, compared with it.

Refusals, flags and nonconforming moves are compared whole even where the scenario
says nothing of them: one that nobody expected fails. All else is looked at only
where it is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Item, Path
from upheld.scenario.difference import (
    Comparison,
    Data,
    clauses_of,
    compare_item,
    compare_list,
    compare_named,
    compare_some,
    same,
)
from upheld.scenario.history import TICKET

NAMES_OF: Mapping[str, tuple[str, ...]] = {
    "refused": ("rule", "code"),
    "flags": ("rule", "code"),
    "nonconforming": (),
    "moves": ("transition", "timer"),
    "charges": ("rule",),
    "effects": (),
}
"""The lists of a ticket's verdict, and what a text in their place names."""

ALWAYS_COMPARED = ("refused", "flags", "nonconforming")


STILL = "none: without `as-of` nothing after the last event has happened; add it to the scenario"


def compare(expected: Data, replayed: Data, policy: Policy, *, goes_on: bool = True) -> Comparison:
    """What a scenario expects against what came: the tickets, and the summary over them.

    Args:
        goes_on: Whether the scenario says until when time passes; else it ends with its last event.
    """
    found = Comparison(nothing="none" if goes_on else STILL)
    tickets = {str(each["ticket"]): each for each in replayed["tickets"]}
    named = expected.get("tickets", {})
    for name, wanted in named.items():
        _ticket(found, ("tickets", name), wanted, tickets.get(name, {}), policy)
    for name, verdict in tickets.items():
        if name not in named:
            own = expected if len(tickets) == 1 or name == TICKET else {}
            _ticket(found, (), own, verdict, policy)
    _summary(found, expected, replayed, policy)
    _because(found, expected)
    return found


def _ticket(found: Comparison, path: Path, expected: Data, verdict: Data, policy: Policy) -> None:
    if not verdict:
        found.differ(path, "a ticket", "none")
        return
    _state(found, path, expected, verdict)
    for key in ("severity", "queue"):
        if key in expected and expected[key] != verdict.get(key):
            found.differ((*path, key), expected[key], verdict.get(key))
    if "level" in expected:
        _level(found, (*path, "level"), expected["level"], verdict, policy)
    for name, value in expected.get("facts", {}).items():
        if not same(value, verdict["facts"].get(name)):
            found.differ((*path, "facts", name), value, verdict["facts"].get(name))
    compare_some(found, (*path, "accepted"), expected.get("accepted", []), verdict.get("accepted", []), "event")
    for key, names in NAMES_OF.items():
        if key in expected or key in ALWAYS_COMPARED:
            compare_list(found, (*path, key), expected.get(key, []), verdict.get(key, []), names)
    compare_named(found, (*path, "clocks"), expected.get("clocks", {}), verdict["commitments"], "clock")
    compare_named(found, (*path, "remedies"), expected.get("remedies", {}), verdict.get("remedies", []), "remedy")
    timers = _cited(verdict.get("timers", []), policy.timers)
    compare_named(found, (*path, "timers"), expected.get("timers", {}), timers, "timer")
    if path:
        _because(found, expected, path)


def _state(found: Comparison, path: Path, expected: Data, verdict: Data) -> None:
    """The state in the end; what is asserted with it is the move that led there."""
    moves = verdict.get("moves") or []
    before = len(found.differences)
    for key, name in (("state", "state"), ("core", "core_state")):
        if key in expected and expected[key] != verdict.get(name):
            found.differ((*path, key), expected[key], verdict.get(name))
    if "at" in expected:
        compare_item(
            Comparison(differences=found.differences),
            path,
            {"at": expected["at"]},
            moves[-1] if moves else {"at": None},
        )
    if len(found.differences) == before and moves and {"state", "core", "at"} & set(expected):
        found.asserted.append(moves[-1])


def _level(found: Comparison, path: Path, expected: object, verdict: Data, policy: Policy) -> None:
    """The escalation level: its number from 1, or its name."""
    level = verdict.get("level")
    names = [name for name, _ in policy.escalation[0].levels] if policy.escalation else []
    name = names[level - 1] if isinstance(level, int) and 0 < level <= len(names) else None
    if expected not in (level, name):
        found.differ(path, expected, name or level)


def _summary(found: Comparison, expected: Data, replayed: Data, policy: Policy) -> None:
    summary = replayed.get("summary", {})
    periods = _cited([*summary.get("objectives", []), *summary.get("indicators", [])], policy.objectives)
    compare_named(found, ("objectives",), _with_periods(expected.get("objectives", {})), periods, "period")
    uptimes = _cited(summary.get("availability", []), policy.availability)
    compare_named(found, ("availability",), expected.get("availability", {}), uptimes, "period")
    compare_named(found, ("owed",), expected.get("owed", {}), summary.get("remedies", []), "period")
    balances = _cited(summary.get("balances", []), policy.accounts.values())
    compare_named(found, ("balances",), expected.get("balances", {}), balances, "balance")
    if "order" in expected:
        order = [each["ticket"] for each in replayed.get("queue", [])]
        if expected["order"] != order:
            found.differ(("order",), expected["order"], order)
        else:
            found.asserted.extend(replayed.get("queue", []))


def _cited(rows: Iterable[Data], items: Iterable[Item]) -> list[Data]:
    """Rows of a verdict that do not say on what grounds they stand, with those of the policy's items they are about."""
    by_id = {item.id: item for item in items}
    found: list[Data] = []
    for row in rows:
        item = by_id.get(str(row.get("id", row.get("account"))))
        grounds = {"clauses": item.clauses, "assumptions": item.assumes} if item else {}
        found.append({**grounds, **row})
    return found


def _with_periods(objectives: Data) -> dict[str, Any]:
    """Objectives with the period that is meant where none is named: all."""
    return {
        name: [{"period": "all", **each} for each in wanted]
        if isinstance(wanted, list)
        else {"period": "all", **wanted}
        for name, wanted in objectives.items()
    }


def _because(found: Comparison, expected: Data, path: Path = ()) -> None:
    """Every clause and assumption named has to be cited by something that was asserted and is as expected."""
    cited = set(clauses_of(found.asserted))
    missing = [each for each in expected.get("because", []) if each not in cited]
    if missing:
        found.differ((*path, "because"), missing, sorted(cited))
    rests = {name for item in found.asserted for name in item.get("assumptions") or ()}
    unsaid = [each for each in expected.get("assumes", []) if each not in rests]
    if unsaid:
        found.differ((*path, "assumes"), unsaid, sorted(rests))
