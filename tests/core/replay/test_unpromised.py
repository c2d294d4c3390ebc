"""Tickets on which no promise began: counted, and told why by what the engine itself has found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from upheld.core.policy.policy import Policy
from upheld.loading import examine
from upheld.replaying import replay

POLICY = """\
upheld: 1
policy: lighthouse
version: 1.0.0
extends: base@1.0.0
zone: Etc/UTC
vendor: {name: Lighthouse}
sources: {terms: {title: Terms}}
clauses: {L-1: {says: "a first reply within an hour, and a repair within the day"}}
severities: [{id: dark, clauses: [L-1]}, {id: dim, clauses: [L-1]}]
facts:
  lamp: {one-of: [oil, gas], clauses: [L-1]}
channels: {post: {accepts: all, clauses: [L-1]}}
events:
  paint: {by: agent, ticket: not-needed, clauses: [L-1]}
parameters:
  repair-within: {by: severity, values: [{from: 2026-03-01, dark: 2h, dim: 8h}], clauses: [L-1]}
commitments:
  - id: repair
    start: {enters: open}
    stop: {enters: resolved}
    calendar: always
    within: {parameter: repair-within}
    when: {lamp: oil}
    on-change: keep
    on-reopen: ignore
    cycles: one
    clauses: [L-1]
"""


def lighthouse(text: str = POLICY) -> Policy:
    examined = examine(text.encode(), "lighthouse.yaml")
    assert not examined.errors, examined.errors
    assert examined.policy is not None
    return examined.policy


def told(history: Iterable[dict[str, Any]], policy: Policy | None = None, *, audit: bool = False) -> Any:
    return replay(policy or lighthouse(), history, audit=audit)["summary"]["unpromised"]


def why(found: Any) -> list[tuple[str, Any]]:
    return [(each["why"], each["commitment"]) for each in found["reasons"]]


def observed(*states: str, ticket: str = "T-1", **data: str) -> list[dict[str, Any]]:
    """States of a ticket as a tracker showed them, one a minute."""
    return [
        {"ticket": ticket, "at": f"2026-03-02T09:{minute:02}Z", "state": state, "actor": "agent", "data": data}
        for minute, state in enumerate(states)
    ]


@pytest.mark.parametrize(
    "states, data, reason",
    [
        (("resolved", "closed"), {"severity": "dark", "lamp": "oil"}, {"why": "no-start", "state": "resolved"}),
        (("open", "resolved"), {"severity": "dark", "lamp": "gas"}, {"why": "condition", "commitment": "repair"}),
        (
            ("open", "resolved"),
            {"lamp": "oil"},
            {"why": "waiting", "commitment": "repair", "missing": ["severity"]},
        ),
    ],
    ids=["no-start", "condition", "waiting"],
)
def test_the_reason_is_the_engines(states: tuple[str, ...], data: dict[str, str], reason: dict[str, Any]) -> None:
    """What begins no promise, whose condition does not hold, and what was never said."""
    found = told(observed(*states, **data), audit=True)
    nothing = {"commitment": None, "state": None, "severity": None, "missing": []}

    assert (1, 1, "T-1") == (found["tickets"], found["of"], found["example"])
    assert [{**nothing, **reason, "tickets": 1, "example": "T-1"}] == found["reasons"]


def test_a_table_without_a_value_promises_nothing() -> None:
    """Before the first of its dates."""
    history = [{**each, "at": "2026-02-27T09:00Z"} for each in observed("open", severity="dark", lamp="oil")]
    (reason,) = told(history, audit=True)["reasons"]

    assert ("no-target", "repair", "dark") == (reason["why"], reason["commitment"], reason["severity"])


def test_where_every_ticket_has_a_promise_nothing_is_told() -> None:
    history = observed("open", "resolved", severity="dark", lamp="oil")

    assert told(history, audit=True) is None


def test_a_policy_that_promises_nothing_is_silent() -> None:
    policy = lighthouse(POLICY.replace("cycles: one", "cycles: one\n    promised: false"))

    assert told(observed("resolved"), policy, audit=True) is None


def test_a_ticket_that_was_refused_has_none() -> None:
    """All of its records, or only what would have opened it."""
    by_agent = {"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "resolve", "actor": "agent"}
    painted = {**by_agent, "at": "2026-03-02T09:01Z", "event": "paint"}

    assert [("refused", None)] == why(told([by_agent]))
    assert [("never-opened", None)] == why(told([by_agent, painted]))


def test_what_needs_no_ticket_is_none() -> None:
    """A record on no ticket lacks no promise."""
    painted = {"ticket": "P-1", "at": "2026-03-02T09:00Z", "event": "paint", "actor": "agent"}

    assert told([painted]) is None
    history = [painted, *observed("open", ticket="T-1", severity="dark", lamp="gas")]
    assert 1 == told(history, audit=True)["of"]


def test_a_condition_that_comes_to_hold_begins_a_promise() -> None:
    """What kept it from beginning is forgotten then."""
    history = observed("open", severity="dark", lamp="gas")
    history += [{**history[0], "at": "2026-03-02T10:00Z", "data": {"lamp": "oil"}}]
    policy = lighthouse(POLICY.replace("on-change: keep", "on-change: retarget"))

    assert [("condition", "repair")] == why(told(history[:1], policy, audit=True))
    assert told(history, policy, audit=True) is None


def test_reasons_are_counted_and_the_order_of_tickets_changes_nothing() -> None:
    """The most frequent first, each with the first ticket by its id."""
    history = [record for name in ("T-3", "T-2", "T-1") for record in observed("closed", ticket=name)]
    history += observed("open", ticket="T-4", severity="dark", lamp="gas")
    history += observed("open", ticket="T-5", severity="dark", lamp="oil")
    found = told(history, audit=True)

    assert (4, 5, "T-1") == (found["tickets"], found["of"], found["example"])
    assert [("no-start", 3, "T-1"), ("condition", 1, "T-4")] == [
        (each["why"], each["tickets"], each["example"]) for each in found["reasons"]
    ]
    assert found == told(reversed(history), audit=True)


def test_most_tickets_without_a_promise_are_warned_of() -> None:
    """More than half; of fewer the summary tells alone."""
    with_promise = [r for name in ("A", "B") for r in observed("open", ticket=name, severity="dark", lamp="oil")]
    without = [r for name in ("C", "D", "E") for r in observed("closed", ticket=name)]
    policy = lighthouse()

    (warning,) = replay(policy, with_promise + without, audit=True)["warnings"]
    assert "on 3 of 5 tickets no promise began (the first seen: `C`), and no share tells of them" == warning
    assert [] == replay(policy, with_promise + without[:2], audit=True)["warnings"]
