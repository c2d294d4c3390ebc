"""Laws of clocks, on random histories: splitting, time that never runs back, what is final, what is told once."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tiny_ticket import TinyTicket, at, commitment, policy_of

from upheld.core.clock_row import ClockRow
from upheld.core.clock_state import ClockChange, ClockState

HOLD = "{from: {on: hold}, until: {on: resume}}"
EXCUSES = """\
excuses:
  - {id: theirs, on: excuse, of: c1, from: {ref: event.since}, until: {ref: event.until}, clauses: [T-5]}
"""
SETTINGS = (
    f'within: {{parameter: hours-by-severity}}\npause: [{HOLD}, {{in: waiting}}]\nwarn-at: ["50%", "100%"]\n'
    "on-severity-change: retarget\nstart: {on: [submit, again]}\ncycles: many",
    f"within: 6h\npause: {HOLD}\ncalendar: lunch\nstart: {{on: [submit, again]}}\ncycles: ignore-while-running",
    "within: 1bd\nbusiness-day: dates\npause: {in: [waiting, solved]}\ncancel: {on: void}\non-reopen: new-cycle",
    "within: {next: fridays}\npause: {in: waiting}\nduty: true\nstop: {on: tell}\nwarn-at: [80%]",
    "within: 90min\nwhen: {topic: defect}\npause: {in: waiting}\non-reopen: ignore",
    "within: 1d\ncalendar: always\nbusiness-day: opening-time\ncycles: one\nstop: [{on: tell}, {enters: solved}]",
)
COMMITMENTS = tuple(commitment(text).replace("resolve", f"c{number}") for number, text in enumerate(SETTINGS))
POLICY = policy_of(*COMMITMENTS, more=EXCUSES)
UNEXCUSED = policy_of(*COMMITMENTS)

KINDS = (
    ("note", None),
    ("take", "doing"),
    ("ask", "waiting"),
    ("answer", "doing"),
    ("solve", "solved"),
    ("reopen", "doing"),
    ("close", "closed"),
    ("again", None),
    ("hold", None),
    ("resume", None),
    ("void", None),
    ("tell", None),
    ("excuse", None),
    (None, "solved"),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 59, 600, 3600, 2 * 3600, 5 * 3600, 16 * 3600, 40 * 3600]),
        st.sampled_from(KINDS),
        st.sampled_from([{}, {}, {"severity": "high"}, {"severity": "low"}, {"topic": "defect"}, {"topic": "usage"}]),
    ),
    max_size=14,
)
Steps = list[tuple[int, tuple[str | None, str | None], dict[str, str]]]


class Run:
    """A history as it goes: the state and the rows after each step, and what was told on the way."""

    def __init__(self, steps: Steps, *, excused: bool = True, split: int = -1) -> None:
        self.it = TinyTicket(POLICY if excused else UNEXCUSED)
        self.states: list[ClockState] = []
        self.rows: list[dict[tuple[str, int], ClockRow]] = []
        self.told: list[ClockChange] = []
        self._take(at("04T10:00"), ("submit", "new"), {})
        now_s = at("04T10:00")
        for number, (later_s, kind, facts) in enumerate(steps):
            if number == split:
                self.it.state = pickle.loads(pickle.dumps(self.it.state))
            now_s += later_s
            self._take(now_s, kind, facts)

    def _take(self, now_s: int, kind: tuple[str | None, str | None], facts: dict[str, str]) -> None:
        event, to = kind
        data = {"since": now_s - 7200, "until": now_s + 3600} if event == "excuse" else {}
        before = self.it.state
        changes = self.it.happen(now_s, event, to, data, **facts)
        if not changes and before == self.it.state:
            assert before is self.it.state
        self.told += changes
        self.states.append(self.it.state)
        self.rows.append(by_clock(self.it.rows()))

    @property
    def last_s(self) -> int:
        return self.it.last_s


def by_clock(rows: Iterable[ClockRow]) -> dict[tuple[str, int], ClockRow]:
    return {(row.commitment.id, row.cycle): row for row in rows}


@given(STEPS, st.integers(0, 13))
def test_a_history_may_be_split_anywhere_and_continued_from_a_pickle(steps: Steps, split: int) -> None:
    """M05; and the state can be hashed."""
    whole, parts = Run(steps), Run(steps, split=split)

    assert whole.states == parts.states
    assert whole.rows == parts.rows
    assert hash(whole.it.state) == hash(parts.it.state)


@given(STEPS, st.lists(st.integers(0, 400_000), min_size=2, max_size=5))
def test_time_used_never_decreases_with_as_of(steps: Steps, later: list[int]) -> None:
    """K01. And what was breached stays so, whenever one asks."""
    run = Run(steps, excused=False)
    seen = [by_clock(run.it.rows(run.last_s + each)) for each in sorted(later)]
    for sooner, after in pairwise(seen):
        for name, row in sooner.items():
            assert row.used_s <= after[name].used_s
            assert row.overrun_s <= after[name].overrun_s
            assert row.status != "breached" or after[name].status == "breached"


@given(STEPS)
def test_time_used_never_decreases_with_what_happens(steps: Steps) -> None:
    """K01, where no stop carries a date of its own."""
    run = Run(steps)
    for before, after in pairwise(run.rows):
        for name, row in before.items():
            assert 0 <= row.used_s <= after[name].used_s


@given(STEPS)
def test_a_breach_is_final(steps: Steps) -> None:
    """Nothing that happens later changes it, nor when it was due; there are no excuses here."""
    run = Run(steps, excused=False)
    for before, after in pairwise(run.rows):
        for name, row in before.items():
            if row.status == "breached":
                assert ("breached", row.due_s) == (after[name].status, after[name].due_s)


@given(STEPS)
def test_due_is_the_first_instant_at_which_the_time_allowed_is_used_up(steps: Steps) -> None:
    """K02: asked at due, all of it is used; asked a second before, not all of it."""
    run = Run(steps)
    for row in run.rows[-1].values():
        if row.status == "running" and row.target_s is not None and row.due_s is not None:
            name = (row.commitment.id, row.cycle)
            if row.due_s > run.last_s:
                at_due, before = (by_clock(run.it.rows(row.due_s - less))[name] for less in (0, 1))
                assert (row.target_s, "running") == (at_due.used_s, at_due.status)
                assert before.used_s < row.target_s


@given(STEPS)
def test_used_remaining_and_overrun_add_up_to_the_target(steps: Steps) -> None:
    run = Run(steps)
    for row in run.rows[-1].values():
        if row.target_s is not None and row.remaining_s is not None:
            assert row.target_s == row.used_s + row.remaining_s - row.overrun_s


@given(STEPS)
def test_a_mark_is_told_once_a_cycle_and_in_order(steps: Steps) -> None:
    """None is dated before the step before it, or after its own."""
    run = Run(steps)
    told = [(each.commitment, each.cycle, each.share) for each in run.told if each.what == "warned"]
    assert len(told) == len(set(told))
    assert [each.at_s for each in run.told] == sorted(each.at_s for each in run.told)


@given(STEPS)
def test_limits_are_the_due_times_of_what_runs(steps: Steps) -> None:
    run = Run(steps)
    rows = run.rows[-1]
    running = {name for name, row in rows.items() if row.status == "running"}
    limits = {(name, cycle): due_s for due_s, name, cycle in run.it.clocks.limits(run.it.state)}

    assert {name: rows[name].due_s for name in running if rows[name].due_s} == {
        name: due_s for name, due_s in limits.items() if name in running
    }


@given(STEPS)
def test_two_engines_say_the_same(steps: Steps) -> None:
    """M04: nothing is remembered from one ticket to the next."""
    used, fresh = Run(steps), Run(steps)
    Run(list(reversed(steps)))

    assert (used.states, used.told, used.rows) == (fresh.states, fresh.told, fresh.rows)
