"""Promised times: what is left of a condition at a severity, and how targets and dated values are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Not, Ref, evaluate
from upheld.core.policy.policy import Policy
from upheld.show import show_markdown
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


LIMITED = """
severities: [{id: high, label: High}, {id: mid, label: Mid}, {id: low, label: Low}]
parameters:
  usual: {by: severity, values: [{from: 2020-01-01, high: 4h, mid: 8h, low: 16h}]}
  fast: {by: severity, values: [{from: 2020-01-01, high: 1h, mid: 2h, low: 4h}]}
calendars: {desk: {zone: Etc/UTC, label: Desk, weekly: {mon-fri: ["09:00-17:00"]}}}
contracts: {plus: {label: Plus}}
events:
  ask: {by: customer, label: Ask, data: {severity: {}, loud: {boolean: true}}, sets: {severity: event.severity}}
  note: {by: agent, label: Note, data: {severity: {}}}
  do: {by: agent}
commitments: [{id: one, label: One, start: %s, stop: {on: do}, within: %s, calendar: desk}]
"""


def table(tiny: Callable[[str], Policy], start: str, within: str, more: str = "") -> list[str]:
    page = show_markdown(tiny(LIMITED % (start, within) + more), "en").replace("\u00a0", " ")
    told = page.partition("## Promised times\n\n")[2].partition("\n\n## ")[0].split("\n")
    return [
        line.removesuffix("|").rstrip(" |")
        for line in told
        if line and not line.startswith(("| ---", "Only the", "| Promise"))
    ]


STARTS = {
    "{on: ask, when: {severity: [high, mid]}}": ["| **One** | 4 h | 4 h | –"],
    "{on: ask, when: {event.severity: {not: low}}}": ["| **One** | 4 h | 4 h | –"],
    "[{on: ask, when: {severity: high}}, {on: note}]": ["| **One** | 4 h | 4 h | 4 h"],
    "{on: ask}": ["- **One:** 4 h"],
    "{on: note, when: {event.severity: high}}": ["- **One:** 4 h; begins only with “Note” (when Severity is High)"],
    "{on: ask, when: {severity: high, event.loud: true}}": [
        "| **One** | 4 h¹ | – | –",
        "¹ begins only with “Ask” (when loud: yes)",
    ],
}


@pytest.mark.parametrize("start", STARTS)
def test_what_never_begins_at_a_severity_is_not_shown_at_it(start: str, tiny: Callable[[str], Policy]) -> None:
    """What an event says of the severity is the ticket's where the event sets it; other conditions are told."""
    assert STARTS[start] == table(tiny, start, "4h")


def test_what_comes_along_when_the_severity_changes_says_where_it_began(tiny: Callable[[str], Policy]) -> None:
    """A time that is retargeted is shown at severities at which it never begins, with a note."""
    start = "{on: ask, when: {severity: high}}"
    told = table(tiny, start, "{parameter: usual}, on-change: retarget")

    assert ["| **One** | 4 h | 8 h¹ | 16 h¹", "¹ only where it began at “High”"] == told


def test_plans_stand_below_one_another(tiny: Callable[[str], Policy]) -> None:
    """One row for each condition that every severity knows, and no note to every cell."""
    within = "[{when: {contract: plus}, is: {parameter: fast}}, {is: {parameter: usual}}]"
    told = table(tiny, "{on: ask}", within)

    assert [
        "| **One** (when active contract: Plus) | 1 h | 2 h | 4 h",
        "| **One** (otherwise) | 4 h | 8 h | 16 h",
    ] == told


def test_a_note_does_not_repeat_its_cell(tiny: Callable[[str], Policy]) -> None:
    """Where a time has its condition, the note tells the condition alone."""
    told = table(tiny, "{on: ask}", "[{when: {severity: high, contract: plus}, is: 4h}]")

    assert ["| **One** | 4 h¹ | – | –", "¹ only when active contract: Plus"] == told
