"""What a promise says where a fact that it reads may change while its clock runs."""

from __future__ import annotations

import pytest
from check.desk import SUPPORT, commitment, desk, found
from check.test_commitments import EVENTS, MOVES, SEVERITIES, STATES, promised

JUDGED = {
    "a `when`": ("when: {severity: high}", "`when`"),
    "a start": ("start: {on: ask, when: {severity: high}}, cycles: one", "the start"),
    "what it was before": ("start: {on: ask, when: {before.severity: high}}, cycles: one", ""),
    "a start when it cannot change any more": ("start: {on: solve, when: {severity: high}}", ""),
}


@pytest.mark.parametrize("text, part", JUDGED.values(), ids=JUDGED)
def test_what_is_judged_once_by_the_severity_says_what_a_change_does(text: str, part: str) -> None:
    """A named condition is looked through, too."""
    message = f"UP509 {part} of `answer` follows the severity, which `raise` may change"
    named = text.replace("{severity: high}", "urgent")
    expected = [message] if part else []

    assert expected == promised(text)
    assert expected == promised(named, conditions="{urgent: {severity: high}}" if named != text else "")
    assert [] == promised(f"{text}, on-severity-change: keep")


KINDS = (
    "{submit: {by: agent, data: {kind: {}}, sets: {kind: event.kind}}, sort: {by: agent, data: {kind: {}}, sets: {kind:"
    " event.kind}}, ask: {by: agent}, answer: {by: agent}, solve: {by: agent}, close: {by: agent}, raise: {by: agent}}"
)


def test_other_facts_that_may_change_are_told_of() -> None:
    """Judged once, when all that it reads is known; unless the fact cannot change, or gets its first value."""
    kind = "{one-of: [fault, question]}"
    sections = {"facts": f"{{kind: {kind}}}", "events": KINDS, "severities": ""}
    settled = {**sections, "facts": "{kind: {one-of: [fault, question], immutable: true}}"}
    moves = MOVES + "\n  - {id: sort, on: sort, from: new, to: asked, assumes: [usual]}"
    first = {
        **sections,
        "events": KINDS.replace(
            "submit: {by: agent, data: {kind: {}}, sets: {kind: event.kind}}", "submit: {by: agent}"
        ),
        "transitions": moves.replace("from: asked, to: new", "from: asked, to: solved"),
    }
    read = (
        "reads `kind`, which `sort` may change while a clock runs: it is judged once, when all that it reads is known"
    )

    assert [f"UP524 `when` of `answer` {read}"] == promised("when: {kind: fault}", **sections)
    assert [f"UP524 the target of `answer` {read}"] == promised(
        "within: [{when: {kind: fault}, is: 1h}, {is: 4h}]", **sections
    )
    assert [] == promised("when: {kind: fault}", **settled)
    assert [] == promised("when: {kind: fault}", **first)


def split(one: str, other: str) -> list[str]:
    """What is said of a desk with two commitments, of which each says what a change does."""
    second = commitment(f"{other}, on-severity-change: keep").replace("id: answer", "id: slowly")
    text = f"[{commitment(f'{one}, on-severity-change: keep')}, {second}]"
    sections = {
        "severities": SEVERITIES,
        "states": STATES,
        "events": EVENTS,
        "transitions": MOVES,
        "calendars": SUPPORT,
    }
    findings = found(desk(commitments=text, **sections))
    return [f"{each.code} {each.hint}" for each in findings if each.code != "UP202"]


KEEPS = (
    "UP523 a ticket whose severity changes later keeps the promise that it began with;"
    " write one commitment with cases in `within`"
)
BOTH = "where `always` and `support` must both stay, waive this with what the contract says of such a ticket"
SPLIT = {
    "by `when`": ("when: {severity: high}", "when: {severity: low}", [KEEPS]),
    "by conditions of the start": (
        "start: {on: submit, when: {severity: high}}",
        "start: {on: submit, when: {severity: low}}",
        [KEEPS],
    ),
    "on two calendars": (
        "when: {severity: high}",
        "when: {severity: low}, calendar: support",
        [f"{KEEPS}; {BOTH}"],
    ),
    "with another stop": ("when: {severity: high}", "when: {severity: low}, stop: {on: solve}", []),
    "one for all, one for some": ("when: {severity: {set: true}}", "when: {severity: low}", []),
    "by something else": ("when: {severity: low, state: new}", "when: {severity: low, state: asked}", []),
}


@pytest.mark.parametrize("one, other, expected", SPLIT.values(), ids=SPLIT)
def test_promises_that_share_out_the_severities_lose_no_ticket_silently(
    one: str, other: str, expected: list[str]
) -> None:
    """A ticket that passes from one to the other keeps the first, so that one commitment with cases is advised."""
    assert expected == split(one, other)
