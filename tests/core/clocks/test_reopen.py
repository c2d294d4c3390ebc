"""Reopening: what the move into resolved or closed ended goes on, begins anew, or stays ended."""

from __future__ import annotations

import pytest
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of

BY_SEVERITY = "within: {parameter: hours-by-severity}"


def started(*settings: str, **facts: object) -> TinyTicket:
    it = TinyTicket(policy_of(commitment("\n".join(settings))))
    it.happen("04T10:00", "submit", "new", **facts)
    return it


def kinds(changes) -> list[str]:
    return [f"{change.what} {change.cycle}" for change in changes]


def test_resume_goes_on_in_the_same_cycle_and_the_gap_is_a_pause() -> None:
    it = started()
    it.happen("04T12:00", "solve", "solved")
    assert "upheld" == it.row().status
    assert ["resumed 1"] == kinds(it.happen("04T15:00", "reopen", "doing"))

    assert "running due 04T17:00 stop - used 120m paused 180m left 120m over 0m" == it.shown()


def test_resumed_and_stopped_again_it_is_judged_by_both_lives() -> None:
    """Two hours before the gap, three after it."""
    it = started()
    it.happen("04T12:00", "solve", "solved")
    it.happen("05T09:00", "reopen", "doing")
    it.happen("05T12:00", "solve", "solved")

    assert "breached due 05T11:00 stop 05T12:00 used 300m paused 300m left 0m over 60m" == it.shown()


def test_it_may_be_reopened_again_and_again() -> None:
    it = started()
    for day in ("05", "06", "07"):
        it.happen(f"{day}T09:00", "solve", "solved")
        assert ["resumed 1"] == kinds(it.happen(f"{day}T16:00", "reopen", "doing"))

    assert 3 * 7 * 60 * 60 == it.row().paused_s


def test_what_the_closing_cancelled_is_resumed() -> None:
    it = started("stop: {on: tell}")
    it.happen("04T12:00", "close", "closed")
    assert "cancelled" == it.row().status
    it.happen("04T13:00", "reopen", "doing")

    assert "running due 04T15:00 stop - used 120m paused 60m left 120m over 0m" == it.shown()


def test_what_had_ended_before_the_move_is_not_resumed() -> None:
    """Stopped by an event while the ticket was open, or while it was resolved already."""
    it = started("stop: [{on: tell}, {enters: solved}]")
    it.happen("04T11:00", "tell")
    it.happen("04T12:00", "solve", "solved")
    assert [] == kinds(it.happen("04T13:00", "reopen", "doing"))

    late = started("stop: {on: tell}")
    late.happen("04T11:00", "solve", "solved")
    late.happen("04T12:00", "tell")
    assert [] == kinds(late.happen("04T13:00", "reopen", "doing"))


def test_stopped_by_resolving_then_closed_then_reopened_it_goes_on() -> None:
    """The gap begins where it stopped."""
    it = started()
    it.happen("04T12:00", "solve", "solved")
    it.happen("04T14:00", "close", "closed")
    it.happen("04T16:00", "reopen", "doing")

    assert "running due 05T10:00 stop - used 120m paused 240m left 120m over 0m" == it.shown()


def test_every_cycle_that_the_move_stopped_is_resumed() -> None:
    it = started("start: {on: [submit, again]}", "cycles: many")
    it.happen("04T11:00", "again")
    it.happen("04T12:00", "solve", "solved")
    assert ["resumed 1", "resumed 2"] == kinds(it.happen("04T15:00", "reopen", "doing"))


def test_ignore_leaves_it_ended() -> None:
    it = started("on-reopen: ignore")
    it.happen("04T12:00", "solve", "solved")
    before = it.row("06T10:00")
    for hour in ("13", "15"):
        assert [] == kinds(it.happen(f"04T{hour}:00", "reopen", "doing"))
        it.happen(f"04T{hour}:30", "solve", "solved")

    assert before == it.row("06T10:00")


def test_new_cycle_starts_another_from_the_reopening() -> None:
    it = started("on-reopen: new-cycle")
    it.happen("04T12:00", "solve", "solved")
    assert ["started 2"] == kinds(it.happen("05T10:00", "reopen", "doing"))

    first, second = it.rows()
    assert ("upheld", 1) == (first.status, first.cycle)
    assert ("running", 2, at("05T10:00"), at("05T14:00")) == (second.status, second.cycle, second.start_s, second.due_s)


def test_new_cycle_starts_another_whatever_ended_the_last() -> None:
    """An acknowledgement long given is owed again."""
    it = started("stop: {on: tell}", "on-reopen: new-cycle")
    it.happen("04T11:00", "tell")
    it.happen("04T12:00", "solve", "solved")

    assert ["started 2"] == kinds(it.happen("05T10:00", "reopen", "doing"))


def test_new_cycle_starts_none_beside_one_that_runs_and_none_where_there_was_none() -> None:
    duty = started("duty: true", "stop: {on: tell}", "on-reopen: new-cycle")
    duty.happen("04T12:00", "close", "closed")
    assert [] == kinds(duty.happen("05T10:00", "reopen", "doing"))

    never = started("start: {on: take}", "on-reopen: new-cycle")
    never.happen("04T12:00", "solve", "solved")
    assert [] == kinds(never.happen("05T10:00", "reopen", "doing"))


def test_a_reopening_that_is_a_start_too_starts_one_clock() -> None:
    it = started("start: [{on: submit}, {on: reopen}]", "cycles: many", "on-reopen: new-cycle")
    it.happen("04T12:00", "solve", "solved")
    assert ["started 2"] == kinds(it.happen("05T10:00", "reopen", "doing"))


def test_resumed_before_it_is_looked_at_for_a_start() -> None:
    it = started("start: [{on: submit}, {on: reopen}]", "cycles: ignore-while-running")
    it.happen("04T12:00", "solve", "solved")
    assert ["resumed 1"] == kinds(it.happen("05T10:00", "reopen", "doing"))


def test_resumed_into_a_pausing_state_it_is_paused() -> None:
    it = started("pause: {in: doing}")
    it.happen("04T12:00", "solve", "solved")
    assert ["resumed 1", "paused 1"] == kinds(it.happen("04T13:00", "reopen", "doing"))

    assert "paused due - stop - used 120m paused 120m left 120m over 0m" == it.shown("04T14:00")


def test_what_was_breached_before_it_ended_is_so_when_resumed() -> None:
    it = started()
    it.happen("04T15:00", "solve", "solved")
    it.happen("04T16:00", "reopen", "doing")

    assert "breached due 04T14:00 stop - used 300m paused 60m left 0m over 60m" == it.shown()


def test_resumed_a_clock_may_be_late_that_was_not() -> None:
    it = started()
    it.happen("04T14:00", "solve", "solved")
    it.happen("04T15:00", "reopen", "doing")

    assert "breached due 04T14:00 stop - used 300m paused 60m left 0m over 60m" == it.shown("04T16:00")


def test_a_stop_dated_too_late_is_undone_by_a_reopening_before() -> None:
    """Only an excuse or a resumed reopening changes a breach: the day promised was too late, the clock runs again."""
    it = started("stop: {on: solve, at: {ref: event.day}}")
    it.happen("04T11:00", "solve", "solved", {"day": "2024-03-06"})
    assert "breached" == it.row().status
    it.happen("04T12:00", "reopen", "doing")

    assert "running due 04T15:00 stop - used 60m paused 60m left 180m over 0m" == it.shown()


def test_after_a_stop_dated_earlier_the_gap_begins_at_that_date() -> None:
    """Done on the 5th, recorded on the 7th, taken up again on the 8th: what lies between is not the vendor's."""
    it = started("stop: {on: solve, at: {ref: event.day}}", "within: 8h")
    it.happen("07T12:00", "solve", "solved", {"day": "2024-03-05"})
    assert "upheld due 05T10:00 stop 05T09:00 used 420m paused 0m left 60m over 0m" == it.shown()
    it.happen("08T12:00", "reopen", "doing")

    assert "running due 08T13:00 stop - used 420m paused 1620m left 60m over 0m" == it.shown()


@pytest.mark.parametrize("seen", ["on the way", "on reopening"])
def test_a_resumed_clock_follows_the_severity_that_changed_meanwhile(seen: str) -> None:
    """It is promised by severity, and runs under this one from now on; from eight hours to two, three used."""
    it = started("on-change: retarget", BY_SEVERITY, severity="low")
    it.happen("04T11:00", "solve", "solved")
    if seen == "on the way":
        it.happen("04T12:00", "rate", severity="high")
        it.happen("04T13:00", "reopen", "doing")
    else:
        it.happen("04T13:00", "reopen", "doing", severity="high")

    assert "running due 04T14:00 stop - used 60m paused 120m left 60m over 0m" == it.shown()


def test_a_move_that_no_policy_allows_is_a_reopening_all_the_same() -> None:
    """In audit mode a tracker may go from closed to a workaround; what counts is that it left the ended states."""
    it = started()
    it.happen("04T11:00", None, "solved")
    assert ["resumed 1"] == kinds(it.happen("04T12:00", None, "waiting"))


def test_a_pending_clock_is_resumed_too() -> None:
    it = started(BY_SEVERITY)
    it.happen("04T11:00", "solve", "solved")
    it.happen("04T12:00", "reopen", "doing")
    it.happen("04T13:00", "rate", severity="high")

    assert "running due 04T13:00 stop - used 120m paused 60m left 0m over 0m" == it.shown()


def test_reopened_at_the_instant_of_the_move_there_was_no_gap() -> None:
    plain, it = started(), started()
    it.happen("04T11:00", "solve", "solved")
    it.happen("04T11:00", "reopen", "doing")

    assert plain.rows("04T12:00") == it.rows("04T12:00")
