"""Operators: nothing that promises, guards, lets in, times or bills is left as it is by all mutants."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from vendors.mutation import named, walk
from vendors.operators import NOT_SAID
from vendors.trials import VENDORS, every, trials

PARTS: Mapping[str, tuple[str, ...]] = {
    "parameters": ("values",),
    "calendars": ("zone", "weekly", "holidays", "closed", "special"),
    "recurrences": ("roll",),
    "channels": ("accepts", "except", "during", "when"),
    "events": ("when", "by", "required"),
    "transitions": ("when",),
    "rules": ("when", "require", "requires"),
    "commitments": (
        *("when", "start", "stop", "cancel", "pause", "from", "until", "at", "warn-at"),
        *("duty", "cycles", "on-change", "on-reopen"),
    ),
    "excuses": ("when", "of"),
    "objectives": ("within", "share"),
    "timers": ("after", "reset", "when"),
    "roles": ("channel",),
    "accounts": ("overdraft",),
    "charges": ("when", "debit", "hold", "waive", "settle", "release", "round"),
    "queue": ("first",),
}
"""By section, the keys of which every value has to be changed by some mutant, or something in it."""


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_part_that_counts_is_changed(vendor: str) -> None:
    """Wherever it stands in its item."""
    tree = trials(vendor).original.tree
    changed = {path[:length] for mutant in every(vendor) for path in mutant.edits for length in range(len(path) + 1)}
    parts = [path for section in PARTS for path, _ in walk(tree.get(section, {}), (section,)) if len(path) > 1]
    counting = [path for path in parts if path[-1] in PARTS[str(path[0])] and len(path) > 2]

    assert counting
    assert [] == [named(tree, path) for path in counting if path not in changed]


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_item_that_decides_is_changed_as_a_whole(vendor: str) -> None:
    """Every rule and charge is dropped, and of every commitment and table the times are longer and shorter."""
    tree = trials(vendor).original.tree
    dropped = {mutant.at for mutant in every(vendor) if mutant.kind in ("guard dropped", "charge dropped")}
    moved = [mutant.at for mutant in every(vendor) if mutant.kind == "target moved"]
    tables = {
        step: [
            value["parameter"] for _, value in walk(each["within"]) if isinstance(value, dict) and "parameter" in value
        ]
        for step, each in enumerate(tree.get("commitments", ()))
    }

    for section in ("rules", "charges"):
        assert [] == [step for step in range(len(tree.get(section, ()))) if (section, step) not in dropped]
    for step, parameters in tables.items():
        places = [("commitments", step, "within"), *(("parameters", name) for name in parameters)]
        assert 2 <= sum(any(at[: len(place)] == place for place in places) for at in moved), tree["commitments"][step][
            "id"
        ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_citation_of_what_decides_is_removed(vendor: str) -> None:
    """Of what verdicts can cite at all: those of the other sections no verdict ever cites."""
    tree, lenders = trials(vendor).original.tree, trials(vendor).lenders
    cited = {
        (path[:-1], clause)
        for path, value in walk(tree)
        if path[-1:] == ("clauses",) and len(path) > 1
        for clause in value
    }
    removed = {
        (path[:-1], mutant.name.rpartition(": ")[2])
        for mutant in every(vendor)
        for path in mutant.edits
        if mutant.kind == "citation removed"
    }

    assert {(place, clause) for place, clause in cited if place[0] not in NOT_SAID} == removed
    assert [] == [place for _, places in lenders for place in places if place[0] in NOT_SAID]
