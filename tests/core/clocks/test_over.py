"""What is over: clocks to which nothing can happen any more cost no event, and are reported all the same."""

from __future__ import annotations

import pickle

from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of

MANY = 200
ANSWERED = commitment("start: {on: note}\nstop: {on: tell}\ncycles: many\non-reopen: ignore")


def answered(number: int) -> TinyTicket:
    """A ticket that asked and was answered so many times, a minute for each."""
    it = TinyTicket(policy_of(ANSWERED))
    it.happen("04T10:00", "submit", "new")
    for minute in range(number):
        it.happen(at("04T10:00") + 60 * minute, "note")
        it.happen(at("04T10:00") + 60 * minute + 30, "tell")
    return it


def test_an_event_meets_the_clocks_that_run_alone() -> None:
    """However many there were before; a verdict shows all of them, in order."""
    it = answered(MANY)
    it.happen("05T10:00", "note")

    assert [MANY + 1] == [clock.cycle for clock in it.state.clocks]
    assert list(range(1, MANY + 2)) == [row.cycle for row in it.rows()]
    assert [*["upheld"] * MANY, "running"] == [row.status for row in it.rows()]


def test_one_clock_more_shares_what_is_over() -> None:
    """Nothing that was kept is copied: of two hundred clocks a few blocks and a short tail."""
    before = answered(MANY)
    blocks = before.state.over.blocks
    before.happen("05T10:00", "note")
    before.happen("05T10:01", "tell")

    assert MANY + 1 == len(before.state.over)
    assert all(one is other for one, other in zip(blocks, before.state.over.blocks))


def test_a_pause_more_shares_those_before() -> None:
    it = TinyTicket(policy_of(commitment("pause: {in: waiting}")))
    it.happen("04T09:00", "submit", "new")
    for minute in range(MANY):
        it.happen(at("04T09:00") + 60 * minute, "ask", "waiting")
        it.happen(at("04T09:00") + 60 * minute + 30, "answer", "doing")
    (track,) = it.state.tracks

    assert MANY == len(track.over)
    assert track.lasting is None
    assert MANY * 30 == it.row("04T16:00").paused_s


def test_what_is_over_goes_to_another_process_and_comes_back() -> None:
    it = answered(MANY)
    assert it.state == pickle.loads(pickle.dumps(it.state))


def test_a_clock_that_a_reopening_resumes_is_not_over() -> None:
    it = TinyTicket(policy_of(commitment("on-reopen: resume")))
    it.happen("04T10:00", "submit", "new")
    it.happen("04T11:00", "solve", "solved")

    assert [1] == [clock.cycle for clock in it.state.clocks]
    it.happen("04T12:00", "reopen", "doing")
    assert ["running"] == [row.status for row in it.rows()]


def test_what_is_over_counts_for_a_second_start_and_a_new_cycle() -> None:
    once = TinyTicket(policy_of(commitment("start: {on: note}\nstop: {on: tell}\ncycles: one\non-reopen: ignore")))
    once.happen("04T10:00", "submit", "new")
    for minute in (1, 3):
        once.happen(at("04T10:00") + 60 * minute, "note")
        once.happen(at("04T10:00") + 60 * minute + 60, "tell")
    assert ["upheld"] == [row.status for row in once.rows()]

    again = TinyTicket(policy_of(commitment("stop: {on: tell}\ncycles: many\non-reopen: new-cycle")))
    again.happen("04T10:00", "submit", "new")
    again.happen("04T11:00", "tell")
    again.happen("04T12:00", "solve", "solved")
    again.happen("04T13:00", "reopen", "doing")
    assert [(1, "upheld"), (2, "running")] == [(row.cycle, row.status) for row in again.rows()]


def test_a_cycle_is_one_more_than_the_last_also_where_one_before_was_none() -> None:
    """A pending clock that turns out not to apply gives its number to nobody while a later one has its own."""
    it = TinyTicket(
        policy_of(
            commitment(
                "start: {on: note}\nstop: {on: tell}\ncycles: many\non-reopen: ignore\n"
                "when: {event.topic: defect, severity: {set: true}}"
            )
        )
    )
    it.happen("04T10:00", "submit", "new")
    it.happen("04T10:01", "note", data={"topic": "usage"})
    it.happen("04T10:02", "note", data={"topic": "defect"})
    it.happen("04T10:03", "rate", severity="high")
    it.happen("04T10:04", "note", data={"topic": "defect"})

    assert [2, 3] == [row.cycle for row in it.rows("04T10:05")]
