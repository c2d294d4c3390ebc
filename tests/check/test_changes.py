"""What a promise says where a fact that it reads may change while its clock runs."""

from __future__ import annotations

import pytest
from check.desk import SUPPORT, commitment, desk, examined, found
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
    message = f"UP509 {part} of `answer` reads `severity`, which `raise` may change while a clock runs"
    named = text.replace("{severity: high}", "urgent")
    expected = [message] if part else []

    assert expected == promised(text)
    assert expected == promised(named, conditions="{urgent: {severity: high}}" if named != text else "")
    assert [] == promised(f"{text}, on-change: keep")


KINDS = (
    "{submit: {by: agent, data: {kind: {}}, sets: {kind: event.kind}}, sort: {by: agent, data: {kind: {}}, sets: {kind:"
    " event.kind}}, ask: {by: agent}, answer: {by: agent}, solve: {by: agent}, close: {by: agent}, raise: {by: agent}}"
)


def test_other_facts_that_may_change_are_told_of() -> None:
    """Unless the fact cannot change, or gets its first value."""
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
    read = "reads `kind`, which `sort` may change while a clock runs"
    cases = {
        "`when`": "when: {kind: fault}",
        "the target": "within: [{when: {kind: fault}, is: 1h}, {is: 4h}]",
        "the calendar": "calendar: [{when: {kind: fault}, is: always}, {is: support}]",
    }

    for part, text in cases.items():
        assert [f"UP509 {part} of `answer` {read}"] == promised(text, **sections)
        assert [] == promised(f"{text}, on-change: restart", **sections)
    assert [] == promised("when: {kind: fault}", **settled)
    assert [] == promised("when: {kind: fault}", **first)


def test_what_is_no_fact_is_judged_once() -> None:
    """A `when` that reads the state is one of the moment at which the clock begins."""
    assert [] == promised("when: {state: [new, asked]}")
    assert [] == promised("start: {on: ask, when: {state: new}}, cycles: one")


def split(one: str, other: str) -> list[str]:
    """What is said of a desk with two commitments."""
    second = commitment(other).replace("id: answer", "id: slowly")
    text = f"[{commitment(one)}, {second}]"
    sections = {
        "severities": SEVERITIES,
        "states": STATES,
        "events": EVENTS,
        "transitions": MOVES,
        "calendars": SUPPORT,
    }
    findings = found(desk(commitments=text, **sections))
    return [f"{each.code} {each.message}" for each in findings if each.code != "UP202"]


LOST = (
    "UP523 `answer` and `slowly` share out the values of `severity`, which `raise` may change:"
    " `answer` follows a change, and `slowly` does not"
)
KEEP, FOLLOW = "on-change: keep", "on-change: retarget"
HIGH, LOW = "when: {severity: high}", "when: {severity: low}"
SPLIT = {
    "by `when`": (f"{HIGH}, {FOLLOW}", f"{LOW}, {KEEP}", [LOST]),
    "by conditions of the start": (
        f"start: {{on: submit, {HIGH}}}, {FOLLOW}",
        f"start: {{on: submit, {LOW}}}, {KEEP}",
        [LOST],
    ),
    "on two calendars": (f"{HIGH}, {FOLLOW}", f"{LOW}, {KEEP}, calendar: support", [LOST]),
    "both follow": (f"{HIGH}, {FOLLOW}", f"{LOW}, on-change: restart", []),
    "both are kept": (f"{HIGH}, {KEEP}", f"{LOW}, {KEEP}", []),
    "with another stop": (f"{HIGH}, {FOLLOW}", f"{LOW}, {KEEP}, stop: {{on: solve}}", []),
    "one for all, one for some": (f"when: {{severity: {{set: true}}}}, {FOLLOW}", f"{LOW}, {KEEP}", []),
}


@pytest.mark.parametrize("one, other, expected", SPLIT.values(), ids=SPLIT)
def test_promises_that_share_out_the_severities_lose_no_ticket(one: str, other: str, expected: list[str]) -> None:
    """Where one of them follows a change and the other does not, a ticket would have neither, or both."""
    assert expected == split(one, other)


@pytest.mark.parametrize("value", ["keep", "retarget", "restart"])
def test_the_former_name_means_the_same(value: str) -> None:
    """Policies written before the key covered all facts go on as they were, with a warning, which can be waived."""
    text = desk(commitments=f"[{commitment(f'on-severity-change: {value}')}]")
    result = examined(text)
    waived = examined(text + 'checks: [{waive: UP110, reason: "renamed with the next version"}]\n')

    assert result.policy is not None
    assert value == result.policy.commitments[0].on_change
    assert ["UP110"] == [each.code for each in result.warnings]
    assert () == waived.warnings
