"""Clauses: all that the five vendors' documents say is executed, and put to the test."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from vendors.trials import VENDORS, trials

from upheld import Engine, Event
from upheld.loading import load_policy
from upheld.scenario import coverage_of
from upheld.testing import outcomes

CLAUSES = 82


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_clause_is_cited_by_something_executable(vendor: str) -> None:
    """By something that has its say in a verdict, and not by a state or an invariant alone."""
    cited = {clause for clause, _ in trials(vendor).lenders}

    assert [] == [clause for clause in load_policy(vendor).clauses if clause not in cited]


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_clause_transition_and_rule_is_covered(vendor: str) -> None:
    """And every scenario passes."""
    ran = outcomes(vendor)
    covered = coverage_of(load_policy(vendor), ran)

    assert [] == [outcome.name for outcome in ran if not outcome.passed]
    for part in (covered.clauses, covered.kept, covered.transitions, covered.rules):
        assert (part.what, ()) == (part.what, part.missing)
        assert Fraction(1) == part.share


@pytest.mark.parametrize("vendor", VENDORS)
def test_bad_data_of_every_field_cite_what_it_rests_on(vendor: str) -> None:
    """V09: the field, its fact, the scale or the event; a refusal that cites nothing cannot be argued with."""
    policy = load_policy(vendor)
    engine, at = Engine(policy, audit=False), datetime(2026, 3, 2, 9, tzinfo=UTC)
    uncited = []
    for event in policy.events.values():
        for field in event.fields:
            bad = Event("T-1", at, event.id, event.by[0], data={field: 1.5})
            refusal = engine.apply(None, bad).refusal
            assert refusal is not None
            assert "invalid-data" == refusal.code
            uncited += [] if refusal.clauses or refusal.assumptions else [f"{event.id}.{field}"]

    assert [] == uncited


def test_all_the_vendors_clauses_are_there(shared: Path) -> None:
    """Those that were read out of the documents, no more and no fewer."""
    read = {vendor: yaml.safe_load((shared / "clauses" / f"{vendor}.yaml").read_text("utf-8")) for vendor in VENDORS}
    expected = {vendor: sorted(str(clause["id"]) for clause in each["clauses"]) for vendor, each in read.items()}

    assert expected == {vendor: sorted(load_policy(vendor).clauses) for vendor in VENDORS}
    assert CLAUSES == sum(len(ids) for ids in expected.values())
