"""Promised times: what is left of a condition at a severity, and how targets and dated values are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Not, Ref, evaluate
from upheld.core.policy.policy import Policy
from upheld.show.words.promised_time import given
from upheld.show.words.view import View

SCALE = ("low", "medium", "high")
ATOMS = st.one_of(
    st.builds(Atom, st.just("severity"), st.just("is"), st.sampled_from([("high",), ("low", "medium"), ("low",)])),
    st.builds(
        Atom,
        st.just("severity"),
        st.sampled_from(["below", "at-most", "above", "at-least"]),
        st.sampled_from([("medium",), ("low",)]),
        st.just(SCALE),
    ),
    st.just(Atom("severity", "set")),
    st.just(Atom("severity", "is", Ref("other"))),
    st.builds(Atom, st.sampled_from(["a", "b"]), st.just("is"), st.just((True,))),
    st.just(HookAtom("h")),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Any, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@examples(CONDITIONS, st.sampled_from(SCALE), st.booleans(), st.booleans(), st.booleans(), st.sampled_from(SCALE))
def test_what_is_left_means_the_same(condition, severity, a, b, hook, other) -> None:
    """At that severity, whatever the rest is."""
    ticket = {"severity": severity, "a": a, "b": b, "hook.h": hook, "other": other}

    assert evaluate(condition, ticket.get) == evaluate(given(condition, severity), ticket.get)


TARGETS = """
severities: [{id: high, label: High}, {id: low, label: Low}]
facts: {kind: {one-of: {big: Big, small: Small}, label: Kind}}
parameters:
  steady: {by: severity, values: [{from: 2020-01-01, high: 1h, low: 1h}, {from: 2021-01-01, high: 1h, low: 2h}]}
  ended: {values: [{from: 2020-01-01, until: 2020-06-30, is: 1bd}]}
  resumed: {values: [{from: 2020-01-01, until: 2020-06-30, is: 1bd}, {from: 2021-01-01, is: 1bd}]}
  sized: {by: kind, label: Sizes, values: [{from: 2020-01-01, big: 2d, small: next-release}]}
  partial: {by: severity, partial: true, values: [{from: 2020-01-01, high: 30min}]}
recurrences: {review: {label: Review, rrule: "FREQ=WEEKLY;BYDAY=MO", calendar: always}}
events: {ask: {by: customer, data: {severity: {}}, sets: {severity: event.severity}}, do: {by: agent}}
commitments:
  - {id: one, start: {on: ask}, stop: {on: do}, within: %s}
"""

CASES = {
    "{parameter: steady}": {"high": "1 h", "low": "1 h until 31 December 2020, then 2 h"},
    "{parameter: ended}": {None: "1 business day until 30 June 2020"},
    "{parameter: resumed}": {None: "1 business day until 30 June 2020, then 1 business day"},
    "{parameter: sized}": {None: "by “Kind” – Big: 2 days; Small: with the next release"},
    "{parameter: partial}": {"high": "30 min", "low": "–"},
    "next-opening": {None: "at the next day’s opening"},
    "next-opening + 1h": {None: "1 h after the next day’s opening"},
    "{next: review}": {None: "by the next “Review”"},
    "{next: review, after: date}": {None: "by the next “Review” after that day"},
    "{closing-of: same-day}": {None: "by closing of the same day"},
    "1.5bd": {"high": "1.5 business days", None: "1.5 business days"},
}


@pytest.mark.parametrize("within", CASES)
def test_targets(within: str, tiny: Callable[[str], Policy]) -> None:
    policy = tiny(TARGETS % within)
    times = View(policy, "en").times
    commitment = policy.commitments[0]

    told = {severity: [each.text for each in times.allowed(commitment, severity)] for severity in CASES[within]}

    assert {severity: [text] for severity, text in CASES[within].items()} == {
        severity: [text.replace("\u00a0", " ") for text in texts] for severity, texts in told.items()
    }
    assert ("steady" in within or "partial" in within) == times.by_severity(commitment)


def test_cases_end_with_the_first_that_holds_for_certain(tiny: Callable[[str], Policy]) -> None:
    """What another case would say then is never reached; a commitment that does not apply promises nothing."""
    within = "[{when: {severity: high, kind: big}, is: 1h}, {when: {severity: high}, is: 2h}, {is: 3h}]"
    policy = tiny(TARGETS % f"{within}, when: {{severity: {{not: low}}}}")
    times = View(policy, "en").times
    commitment = policy.commitments[0]

    high = [(each.text, each.when) for each in times.allowed(commitment, "high")]

    assert [("1\u00a0h", Atom("kind", "is", ("big",))), ("2\u00a0h", None)] == high
    assert () == times.allowed(commitment, "low")
    assert times.by_severity(commitment)
