"""Pauses are counted once: a long life costs what its records are, and what was counted changes no answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of
from hypothesis import given
from hypothesis import strategies as st

HOUR_S = 3600
ALL_DAY = "calendar: always"
LATE = 'warn-at: ["50%"]\nremind-after: {every: 10min}'
RETARGET = "on-change: retarget"
HOLD = "{from: {on: hold}, until: {on: resume}}"
TOLD = "{{on: note, when: {{event.part: {}}}, at: {{ref: event.moment}}}}"
DATED = f"{{from: {TOLD.format('desk')}, until: {TOLD.format('stock')}}}"


def opened(*settings: str) -> TinyTicket:
    it = TinyTicket(policy_of(commitment("\n".join(settings))))
    it.happen("04T10:00", "submit", "new", severity="low")
    return it


def reopened(it: TinyTicket, from_s: int) -> None:
    it.happen(from_s, "solve", "solved")
    it.happen(from_s + HOUR_S - 60, "reopen", "doing")


def paused(it: TinyTicket, from_s: int) -> None:
    it.happen(from_s, "hold")
    it.happen(from_s + HOUR_S - 60, "resume")


def rated(it: TinyTicket, from_s: int) -> None:
    paused(it, from_s)
    it.happen(from_s + HOUR_S - 30, "rate", None, {}, severity="high" if from_s // HOUR_S % 2 else "low")


def paused_as_told(it: TinyTicket, from_s: int) -> None:
    it.happen(from_s, "note", None, {"part": "desk", "moment": from_s - 30})
    it.happen(from_s + HOUR_S - 60, "note", None, {"part": "stock", "moment": from_s + HOUR_S - 60})


def lines_run(doing: Callable[[], None]) -> int:
    """Lines of the program that something runs, each as often as it does."""
    found, before = 0, sys.gettrace()

    def count(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal found
        found += event == "line"
        return count

    sys.settrace(count)
    try:
        doing()
    finally:
        sys.settrace(before)
    return found


@pytest.mark.parametrize(
    ("settings", "turn"),
    [
        pytest.param(("within: 300d", ALL_DAY, 'warn-at: ["1%", "50%"]'), reopened, id="reopened well before"),
        pytest.param(("within: 10h", ALL_DAY, 'warn-at: ["99%"]'), reopened, id="reopened, for longer than is left"),
        pytest.param(("within: 1h", ALL_DAY, LATE), reopened, id="reopened after its breach, and reminded"),
        pytest.param(("within: 10h", ALL_DAY, 'warn-at: ["99%"]', f"pause: {HOLD}"), paused, id="paused"),
        pytest.param(("within: 1h", ALL_DAY, LATE, f"pause: {HOLD}"), paused, id="paused after its breach"),
        pytest.param(("within: 2h", ALL_DAY, "cycles: {every: due}", f"pause: {HOLD}"), paused, id="a beat, paused"),
        pytest.param(("within: 10h", ALL_DAY, 'warn-at: ["99%"]', f"pause: {DATED}"), paused_as_told, id="paused late"),
        pytest.param(
            ("within: [{when: {severity: high}, is: 20h}, {is: 40h}]", ALL_DAY, RETARGET, f"pause: {HOLD}"),
            rated,
            id="rated until its breach and after",
        ),
    ],
)
def test_many_turns_cost_what_few_do_each(settings: tuple[str, ...], turn: Callable[[TinyTicket, int], None]) -> None:
    """The fourth hundred costs what the first does, where counting all anew costs five times as much."""
    it, turns = opened(*settings), iter(range(1, 1000))

    def hundred() -> None:
        for _ in range(100):
            turn(it, at("04T10:00") + next(turns) * HOUR_S)

    first, *_, last = [lines_run(hundred) for _ in range(4)]
    assert last < 2 * first


COMMITMENTS = (
    f'within: 6h\npause: [{HOLD}, {DATED}]\nwarn-at: ["50%", "100%"]\nremind-after: {{every: 30min}}',
    f"within: 3h\npause: {HOLD}\ncycles: {{every: due}}\ncalendar: lunch",
    f"within: {{next: fridays}}\npause: [{DATED}, {{in: waiting}}]\n{LATE}\nstop: {{enters: solved}}",
    f"within: {{parameter: hours-by-severity}}\npause: {DATED}\non-change: retarget\n{LATE}",
    f"within: {{parameter: hours-by-severity}}\npause: {HOLD}\non-change: restart\n{LATE}",
    f"within: 2h\npause: {{in: waiting}}\nstop: {{on: solve, at: {{ref: event.moment}}}}\n{LATE}",
)
POLICY = policy_of(*(commitment(text).replace("resolve", f"c{number}") for number, text in enumerate(COMMITMENTS)))
KINDS = (
    *(("hold", None), ("resume", None), ("note", None), ("note", None), ("ask", "waiting"), ("answer", "doing")),
    *(("solve", "solved"), ("reopen", "doing"), ("rate", None)),
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 60, 600, HOUR_S, 3 * HOUR_S, 16 * HOUR_S]),
            st.sampled_from(KINDS),
            st.sampled_from([0, 0, 1, 600, 4 * HOUR_S]),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_what_was_counted_changes_no_answer(steps: list[tuple[int, tuple[str, str | None], int, bool]]) -> None:
    """When a clock falls due, and when something comes by itself, are what they are if all is counted anew."""
    it, now_s = TinyTicket(POLICY), at("04T10:00")
    it.happen(now_s, "submit", "new", severity="low")
    rules = it.clocks.rules
    for later_s, (event, to), ago_s, either in steps:
        now_s += later_s
        data = {"moment": now_s - ago_s, "part": "desk" if either else "stock"}
        it.happen(now_s, event, to, data, **({"severity": "high" if either else "low"} if event == "rate" else {}))
        for clock in it.state.clocks:
            anew = clock._replace(counted=None)
            assert rules.due_s(anew, it.state.tracks) == rules.due_s(clock, it.state.tracks)
            for on_s in (now_s, now_s + HOUR_S):
                expected = rules.quiet(anew, it.state.tracks, on_s).quiet_s
                assert expected == rules.quiet(clock, it.state.tracks, on_s).quiet_s
