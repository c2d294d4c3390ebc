"""The reference by itself: verdicts worked out by hand, laws, and what its random histories cover."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from reference.choices import from_seed
from reference.differential import PER_POLICY, Coverage, Example, example, policy_of
from reference.fixtures import Case, cases, differences, over_all
from reference.interpreter import interpret
from reference.policies import make_policy
from reference.strategies import break_one, policies
from upheld.loading import examine

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_reference_gives_the_verdict_worked_out_by_hand(case: Case) -> None:
    """What the section says, with the arithmetic beside it."""
    outcome = interpret(case.policy, case.records, case.contracts, case.as_of)
    assert [] == differences(case.expected, over_all(outcome["tickets"][0], outcome))


@pytest.mark.parametrize("case", cases(), ids=[case.name for case in cases()])
def test_the_policy_of_a_fixture_is_valid(case: Case) -> None:
    """A fixture says nothing about a policy that could not be loaded."""
    examined = examine(json.dumps(case.policy).encode(), "fixture.yaml")
    assert [] == [str(each) for each in examined.errors]


SEED = 1
SOME = 200


@pytest.mark.parametrize("number", range(0, SOME, PER_POLICY))
def test_a_policy_made_at_random_is_valid(number: int) -> None:
    """What the strategies make, the checker takes: warnings at most."""
    examined = examine(json.dumps(policy_of(SEED, number)).encode(), "random.yaml")
    assert [] == [str(each) for each in examined.errors]


def test_histories_made_at_random_cover_the_hard_points() -> None:
    """Most events are accepted, and every status, refusal and rare turn occurs often enough."""
    coverage = Coverage()
    for number in range(5 * SOME):
        made = example(SEED, number)
        coverage.see(made.policy, interpret(made.policy, made.records, made.contracts, made.as_of))
    assert [] == coverage.missed(), coverage.lines()


def test_what_a_ticket_owes_does_not_depend_on_other_tickets() -> None:
    """Shuffled tickets give the same verdicts."""
    for number in range(SOME):
        made = example(SEED, number)
        one = interpret(made.policy, made.records, made.contracts, made.as_of)
        other = interpret(
            made.policy, sorted(made.records, key=lambda each: each["ticket"]), made.contracts, made.as_of
        )
        assert sorted(one["tickets"], key=lambda each: each["ticket"]) == sorted(
            other["tickets"], key=lambda each: each["ticket"]
        )


def test_time_used_never_decreases() -> None:
    """K01: read later, a clock has used as much or more, and what has ended stays as it was."""
    for number in range(SOME):
        made = example(SEED, number)
        made.policy.pop("timers", None)
        last = interpret(made.policy, made.records, made.contracts)["as_of"] or 0
        earlier = _rows(made, last)
        much_later = _rows(made, last + 5 * 86_400)
        for which, row in earlier.items():
            later = much_later[which]
            assert 0 <= row["used_s"] <= later["used_s"]
            assert row["stopped_at"] is None or row["status"] == later["status"]


def _rows(made: Example, as_of_s: int) -> dict[tuple[str, str, int], dict]:
    """The clocks of tickets that no timer moves meanwhile."""
    tickets = interpret(made.policy, made.records, made.contracts, as_of_s)["tickets"]
    return {(ticket["ticket"], row["id"], row["cycle"]): row for ticket in tickets for row in ticket["commitments"]}


def test_a_broken_policy_is_answered_with_findings_or_taken() -> None:
    """Whatever is dropped, misspelled or put elsewhere: the checker says what is wrong, and never falls over itself."""
    found = 0
    for number in range(SOME):
        choices = from_seed(f"{SEED}/broken/{number}")
        policy = make_policy(choices)
        for _ in range(choices.integer(1, 3)):
            break_one(choices, policy)
        found += bool(examine(json.dumps(policy).encode(), "broken.yaml").findings)
    assert found > SOME / 2


@given(policies())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_hypothesis_makes_the_same_policies(policy: dict) -> None:
    """What it draws is valid, too."""
    assert () == examine(json.dumps(policy).encode(), "drawn.yaml").errors
