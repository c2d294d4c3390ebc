"""Pauses: tracks of the ticket, derived and never accumulated, half-open, united, intersected with the calendar."""

from __future__ import annotations

import pytest
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of

HOLD = "pause: {from: {on: hold}, until: {on: resume}}"


def started(*settings: str, start: str = "04T10:00") -> TinyTicket:
    it = TinyTicket(policy_of(commitment("\n".join(settings))))
    it.happen(start, "submit", "new", severity="high")
    return it


def test_while_paused_a_clock_has_no_due_time_and_says_what_is_left() -> None:
    it = started(HOLD)
    it.happen("04T11:00", "hold")

    assert "paused due - stop - used 60m paused 0m left 180m over 0m" == it.shown()
    assert "paused due - stop - used 60m paused 840m left 180m over 0m" == it.shown("06T09:00")
    assert () == it.clocks.limits(it.state)


def test_due_is_moved_on_by_the_opening_time_paused() -> None:
    """Paused from 16:00 until 10:00 the next day: two opening hours, one in each."""
    it = started(HOLD, "within: 7h")
    assert at("04T17:00") == it.row().due_s
    it.happen("04T16:00", "hold")
    it.happen("05T10:00", "resume")

    assert "running due 05T11:00 stop - used 360m paused 120m left 60m over 0m" == it.shown()


def test_pauses_come_before_starts() -> None:
    """A clock that starts with the pause of its ticket starts paused: it is never told that it was paused."""
    it = TinyTicket(policy_of(commitment("start: {on: hold}\ncycles: many\n" + HOLD)))
    it.happen("04T09:00", "submit", "new", severity="high")

    assert ["started"] == [change.what for change in it.happen("04T10:00", "hold")]
    assert "paused" == it.row().status


def test_a_pause_in_closed_time_alone_moves_nothing() -> None:
    it = started(HOLD, "within: 8h")
    it.happen("04T18:00", "hold")
    assert "paused due - stop - used 420m paused 0m left 60m over 0m" == it.shown("04T20:00")
    it.happen("05T08:30", "resume")

    assert "running due 05T10:00 stop - used 420m paused 0m left 60m over 0m" == it.shown("05T09:00")


def test_a_due_time_on_closing_stays_there_whatever_is_paused_after_it() -> None:
    """At 17:00 the time allowed is used up; the pause of the evening comes after."""
    it = started(HOLD, "within: 7h")
    it.happen("04T17:30", "hold")
    it.happen("05T08:00", "resume")

    assert "breached due 04T17:00 stop - used 420m paused 0m left 0m over 0m" == it.shown()


def test_a_pause_that_begins_at_the_very_due_instant_comes_too_late() -> None:
    """K02: due is the first instant at which the time allowed is used up."""
    it = started(HOLD, "within: 1h")
    it.happen("04T11:00", "hold")

    assert "paused due - stop - used 60m paused 0m left 0m over 0m" == it.shown()
    assert "breached due 04T11:00 stop - used 60m paused 60m left 0m over 0m" == it.shown("04T12:00")
    it.happen("04T13:00", "resume")
    assert "breached due 04T11:00 stop - used 120m paused 120m left 0m over 60m" == it.shown("04T14:00")


def test_a_pause_that_begins_a_second_before_due_moves_it() -> None:
    it = started(HOLD, "within: 1h")
    it.happen("04T10:59:59", "hold")
    it.happen("04T12:00", "resume")

    assert "running due 04T12:00:01 stop - used 59m59s paused 60m1s left 0m1s over 0m" == it.shown()


def test_pause_and_resume_at_one_instant_are_nothing() -> None:
    """K01, in either order of a pair."""
    plain, it = started(HOLD), started(HOLD)
    it.happen("04T11:00", "hold")
    it.happen("04T11:00", "resume")
    assert plain.state == it.state

    for each in (plain, it):
        each.happen("04T12:00", "hold")
    it.happen("04T13:00", "resume")
    it.happen("04T13:00", "hold")
    assert plain.rows("04T14:00") == it.rows("04T14:00")


def test_an_until_ends_all_of_its_track() -> None:
    """Held twice, resumed once."""
    it = started(HOLD)
    it.happen("04T11:00", "hold")
    it.happen("04T11:30", "hold")
    it.happen("04T12:00", "resume")

    assert "running due 04T15:00 stop - used 60m paused 60m left 180m over 0m" == it.shown()
    it.happen("04T12:30", "resume")
    assert at("04T15:00") == it.row().due_s


def test_tracks_that_overlap_count_once() -> None:
    """On hold from 11 to 13, with the customer from 12 to 14: three hours paused, not four."""
    it = started("pause: [{from: {on: hold}, until: {on: resume}}, {in: waiting}]", "within: 2h")
    it.happen("04T11:00", "hold")
    it.happen("04T12:00", "ask", "waiting")
    it.happen("04T13:00", "resume")
    assert "paused due - stop - used 60m paused 120m left 60m over 0m" == it.shown()
    it.happen("04T14:00", "answer", "doing")

    assert "running due 04T15:00 stop - used 60m paused 180m left 60m over 0m" == it.shown()


def test_each_track_has_its_own_until() -> None:
    it = started("pause: [{from: {on: hold}, until: {on: resume}}, {from: {on: ask}, until: {on: answer}}]")
    it.happen("04T11:00", "hold")
    it.happen("04T12:00", "answer")

    assert "paused" == it.row().status


def test_a_pause_in_states_lasts_from_entering_to_leaving_them() -> None:
    """A move within them is neither."""
    it = started("pause: {in: [doing, waiting]}")
    it.happen("04T11:00", "take", "doing")
    assert () == it.happen("04T12:00", "ask", "waiting")
    it.happen("04T13:00", "note")
    it.happen("04T14:00", "solve", "solved")

    assert "upheld due 04T17:00 stop 04T14:00 used 60m paused 180m left 180m over 0m" == it.shown()


def test_a_ticket_opened_in_a_pausing_state_is_paused_at_once() -> None:
    """Opening is entering, and pauses come before starts."""
    it = TinyTicket(policy_of(commitment("pause: {in: new}")))
    it.happen("04T10:00", "submit", "new")
    assert "paused due - stop - used 0m paused 60m left 240m over 0m" == it.shown("04T11:00")
    it.happen("04T12:00", "take", "doing")

    assert "running due 04T16:00 stop - used 0m paused 120m left 240m over 0m" == it.shown()


def test_a_pause_that_began_before_the_start_counts_from_the_start() -> None:
    """A track is the ticket's, whether a clock runs or not."""
    it = TinyTicket(policy_of(commitment(f"start: {{on: take}}\n{HOLD}")))
    it.happen("04T09:00", "submit", "new")
    it.happen("04T09:30", "hold")
    it.happen("04T10:00", "take", "doing")
    assert "paused due - stop - used 0m paused 60m left 240m over 0m" == it.shown("04T11:00")
    it.happen("04T12:00", "resume")

    assert "running due 04T16:00 stop - used 0m paused 120m left 240m over 0m" == it.shown()


def test_a_pause_that_ended_before_the_start_is_nothing_to_it() -> None:
    it = TinyTicket(policy_of(commitment(f"start: {{on: take}}\n{HOLD}")))
    it.happen("04T09:00", "submit", "new")
    it.happen("04T09:10", "hold")
    it.happen("04T09:30", "resume")
    it.happen("04T09:30", "take", "doing")

    assert "running due 04T13:30 stop - used 0m paused 0m left 240m over 0m" == it.shown()


def test_the_triggers_of_a_pause_have_conditions_of_their_own() -> None:
    it = started(
        "pause: {from: {on: hold, when: {event.reason: theirs}}, until: {on: resume, when: {topic: defect}}}",
    )
    it.happen("04T11:00", "hold", None, {"reason": "ours"})
    assert "running" == it.row().status
    it.happen("04T12:00", "hold", None, {"reason": "theirs"})
    it.happen("04T13:00", "resume")
    assert "paused" == it.row().status
    it.happen("04T14:00", "resume", topic="defect")

    assert "running due 04T16:00 stop - used 120m paused 120m left 120m over 0m" == it.shown()


def test_fixed_dates_are_not_moved() -> None:
    """What is paused is not used all the same; paused, no due time is shown, and what is left is left of the day."""
    it = started(HOLD, "within: {closing-of: same-day}")
    it.happen("04T11:00", "hold")
    assert "paused due - stop - used 60m paused 60m left 300m over 0m" == it.shown("04T12:00")
    assert "breached due 04T17:00 stop - used 60m paused 420m left 0m over 0m" == it.shown("05T10:00")
    it.happen("05T10:00", "resume")
    it.happen("05T11:00", "solve", "solved")

    assert "breached due 04T17:00 stop 05T11:00 used 120m paused 420m left 0m over 60m" == it.shown()


@pytest.mark.parametrize(
    ("within", "meaning", "due"),
    [("2bd", "opening-time", "06T12:00"), ("1bd", "dates", "06T11:00"), ("1bd", "same-time", "05T12:00")],
)
def test_business_days_are_moved_on_in_opening_time(within: str, meaning: str, due: str) -> None:
    """Two hours paused: after the due instant, which may be a closing, so many opening hours more."""
    it = started(HOLD, f"within: {within}", f"business-day: {meaning}")
    it.happen("04T11:00", "hold")
    it.happen("04T13:00", "resume")

    assert at(due) == it.row().due_s


def test_a_clock_stopped_while_paused_shows_the_due_time_that_it_had_then() -> None:
    """One hour paused so far, and what was left then is left."""
    it = started(HOLD)
    it.happen("04T11:00", "hold")
    it.happen("04T12:00", "solve", "solved")
    it.happen("04T15:00", "resume")

    assert "upheld due 04T15:00 stop 04T12:00 used 60m paused 60m left 180m over 0m" == it.shown("05T10:00")


def test_a_pause_beyond_the_known_years_leaves_no_due_time_and_breaks_nothing() -> None:
    """A slip of the pen in one record must not stop the replay of all others."""
    it = started(HOLD)
    it.happen("04T11:00", "hold")
    it.happen("2050-12-30T16:00Z", "resume")

    row = it.row()
    assert ("running", None, None) == (row.status, row.due_s, row.remaining_s)


def test_a_pause_is_the_affair_of_its_commitment() -> None:
    other = commitment("").replace("resolve", "other")
    it = TinyTicket(policy_of(commitment(HOLD), other))
    it.happen("04T10:00", "submit", "new")
    assert [("paused", 0)] == [(change.what, change.commitment) for change in it.happen("04T11:00", "hold")]

    assert ["paused", "running"] == [row.status for row in it.rows()]


def test_pauses_are_told_to_running_clocks_alone() -> None:
    it = started(HOLD, "start: {on: [submit, again]}", "cycles: many", "stop: {on: tell}")
    it.happen("04T11:00", "tell")
    it.happen("04T11:00", "again")

    assert [("paused", 2)] == [(change.what, change.cycle) for change in it.happen("04T12:00", "hold")]
    assert [("continued", 2)] == [(change.what, change.cycle) for change in it.happen("04T13:00", "resume")]
