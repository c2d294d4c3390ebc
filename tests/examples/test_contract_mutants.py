"""Mutants of the contracts of other companies: for whatever is changed in what a statement decides, a scenario fails.

What no scenario notices stands in ``uncaught.yaml`` with the reason. Whether something still cites its clause is
asked by the coverage of the scenarios and not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from vendors.mutation import Mutant, Tree, walk
from vendors.trials import Trials, mutants_of

CONTRACTS = Path(__file__).resolve().parents[2] / "examples" / "contracts"
NAMES = sorted(each.parent.name for each in CONTRACTS.glob("*/policy.yaml"))


@cache
def trials(name: str) -> Trials:
    """The scenarios of a contract."""
    return Trials(str(CONTRACTS / name / "policy.yaml"))


@cache
def tried(name: str) -> tuple[tuple[Mutant, bool], ...]:
    """Every mutant that can be read at all, and whether a scenario fails for it."""
    ours = trials(name)
    mutants = (each for each in mutants_of(ours) if each.kind != "citation removed")
    return tuple((each, bool(ours.catcher(each))) for each in mutants if ours.original.readable(each.edits))


@cache
def uncaught() -> dict[str, list[str]]:
    """The mutants that are known not to be caught, by contract."""
    text = Path(__file__).with_name("uncaught.yaml").read_text(encoding="utf-8")
    listed = yaml.safe_load(text)
    return {name: [each for entry in listed[name] for each in entry["mutants"] if entry["because"]] for name in listed}


def test_every_contract_is_tried() -> None:
    assert NAMES == sorted(uncaught())


@pytest.mark.parametrize("name", NAMES)
def test_no_scenario_fails_for_the_policy_as_it_is(name: str) -> None:
    """Otherwise it would fail for every mutant."""
    assert "" == trials(name).catcher(Mutant("nothing changed", name, ("policy",), {}))


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_fails_for_every_mutant_but_those_listed(name: str) -> None:
    assert sorted(uncaught()[name]) == sorted(str(mutant) for mutant, caught in tried(name) if not caught)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_fails_where_the_items_of_a_statement_are_changed(name: str) -> None:
    """Of each statement that is executed, something that it decides was changed, and that was noticed."""
    tree = trials(name).original.tree
    noticed = {clause for mutant, caught in tried(name) if caught for clause in _decided_by(tree, mutant)}

    assert [] == [clause for clause in tree["clauses"] if clause not in noticed]


def _decided_by(tree: Tree, mutant: Mutant) -> Iterator[str]:
    """The clauses of the item that is changed: of the part itself, of what it is part of, and of its own parts."""
    for path, value in walk(tree):
        if path[-1:] == ("clauses",) and len(path) > 1:
            place = path[:-1]
            if place == mutant.at[: len(place)] or mutant.at == place[: len(mutant.at)]:
                yield from value
