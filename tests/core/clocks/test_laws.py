"""Laws of clocks, on random histories: splitting, time that never runs back, what is final, what is told once."""

from __future__ import annotations

from itertools import pairwise

from core.clocks.random_ticket import STEPS, Run, Steps, by_clock
from hypothesis import given
from hypothesis import strategies as st


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
    told = [(each.commitment, each.cycle, each.mark) for each in run.told if each.what == "warned"]
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
