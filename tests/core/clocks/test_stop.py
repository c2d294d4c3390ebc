"""Stopping and cancelling: which counts on one record, when it counts, and what is final."""

from __future__ import annotations

import pytest
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of

from upheld.core.errors import CalendarError

OWN_DAY = "stop: {on: note, at: {ref: event.day}}"
OWN_MOMENT = "stop: {on: note, at: {ref: event.moment}}"


def started(*settings: str, start: str = "04T10:00", **facts: object) -> TinyTicket:
    it = TinyTicket(policy_of(commitment("\n".join(settings))))
    it.happen(start, "submit", "new", **facts)
    return it


def kinds(changes) -> list[str]:
    return [change.what for change in changes]


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("04T13:59:59", "upheld due 04T14:00 stop 04T13:59:59 used 239m59s paused 0m left 0m1s over 0m"),
        ("04T14:00", "upheld due 04T14:00 stop 04T14:00 used 240m paused 0m left 0m over 0m"),
        ("04T14:00:01", "breached due 04T14:00 stop 04T14:00:01 used 240m1s paused 0m left 0m over 0m1s"),
    ],
)
def test_stopped_at_the_due_instant_is_upheld_and_a_second_later_breached(stop: str, expected: str) -> None:
    it = started()
    it.happen(stop, "solve", "solved")

    assert expected == it.shown("06T10:00")


@pytest.mark.parametrize(("as_of", "status"), [("04T14:00", "running"), ("04T14:00:01", "breached")])
def test_what_is_not_stopped_is_breached_once_its_due_lies_before_as_of(as_of: str, status: str) -> None:
    assert status == started().row(as_of).status


def test_between_closing_and_opening_a_stop_is_late_though_no_opening_time_lies_between() -> None:
    """Instants are compared; the overrun is empty."""
    it = started("within: 7h")
    it.happen("04T17:00:01", "solve", "solved")
    assert "breached due 04T17:00 stop 04T17:00:01 used 420m paused 0m left 0m over 0m" == it.shown()

    on_closing = started("within: 7h")
    on_closing.happen("04T17:00", "solve", "solved")
    assert "upheld" == on_closing.row().status


def test_a_cancelled_clock_is_measured_up_to_the_cancel_and_has_no_stop() -> None:
    it = started("cancel: {on: void}")
    it.happen("04T12:00", "void")

    assert "cancelled due 04T14:00 stop - used 120m paused 0m left 120m over 0m" == it.shown("06T10:00")


@pytest.mark.parametrize(("instant", "status"), [("04T14:00", "cancelled"), ("04T14:00:01", "breached")])
@pytest.mark.parametrize(("event", "to"), [("void", None), ("close", "closed")])
def test_a_due_instant_once_passed_is_final(instant: str, status: str, event: str, to: str | None) -> None:
    """Neither a cancel nor the closing of the ticket undoes it."""
    it = started("cancel: {on: void}")
    it.happen(instant, event, to)

    assert status == it.row("06T10:00").status


def test_a_later_pause_does_not_undo_a_due_instant() -> None:
    it = started("pause: {in: waiting}")
    it.happen("04T14:00:01", "ask", "waiting")
    assert "breached" == it.row().status
    it.happen("04T16:00", "answer", "doing")

    assert "breached due 04T14:00 stop - used 240m1s paused 119m59s left 0m over 0m1s" == it.shown()


def test_a_second_cycle_does_not_undo_a_due_instant() -> None:
    it = started("start: {on: [submit, again]}", "cycles: many")
    it.happen("04T15:00", "again")

    assert ["breached", "running"] == [row.status for row in it.rows()]


def test_on_one_record_a_cancel_comes_before_a_stop_and_a_stop_before_the_closing() -> None:
    both = started("stop: {on: close}", "cancel: {enters: closed}")
    assert ["cancelled"] == kinds(both.happen("04T11:00", "close", "closed"))

    closing = started("stop: {on: close}")
    assert ["stopped"] == kinds(closing.happen("04T11:00", "close", "closed"))


def test_on_one_record_a_stop_comes_before_a_start() -> None:
    """An event that is both leaves a new clock running."""
    it = started("start: {on: [submit, again]}", "stop: {on: [again, tell]}", "cycles: ignore-while-running")
    assert ["stopped", "started"] == kinds(it.happen("04T11:00", "again"))

    assert [("upheld", 1), ("running", 2)] == [(row.status, row.cycle) for row in it.rows()]


def test_on_one_record_the_closing_comes_before_a_start() -> None:
    """What the closing starts is cancelled by it at once, unless it is a duty, which is owed from there on."""
    it = started("start: {on: [submit, close]}", "stop: {on: tell}", "cycles: many")
    assert ["cancelled", "started", "cancelled"] == kinds(it.happen("04T11:00", "close", "closed"))

    owed = started("start: {on: [submit, close]}", "stop: {on: tell}", "cycles: many", "duty: true")
    assert ["started"] == kinds(owed.happen("04T11:00", "close", "closed"))


def test_a_stop_has_a_condition_of_its_own() -> None:
    it = started("stop: [{on: note, when: {topic: defect}}, {enters: solved}]")
    assert [] == kinds(it.happen("04T11:00", "note"))
    assert ["stopped"] == kinds(it.happen("04T12:00", "note", topic="defect"))


def test_entering_and_leaving_are_moves_and_staying_is_neither() -> None:
    it = started("stop: {leaves: doing}", "start: {enters: doing}")
    assert [] == kinds(it.happen("04T10:10", "note"))
    assert ["started"] == kinds(it.happen("04T10:20", "take", "doing"))
    assert [] == kinds(it.happen("04T10:30", "note", "doing"))
    assert ["stopped"] == kinds(it.happen("04T10:40", "ask", "waiting"))


def test_what_a_timer_moves_enters_and_leaves_but_is_no_event() -> None:
    it = started("stop: {enters: solved}", "cancel: {on: note}")
    assert ["stopped"] == kinds(it.happen("04T11:00", None, "solved"))


def test_closing_cancels_what_runs_and_not_what_has_ended() -> None:
    it = started()
    it.happen("04T11:00", "solve", "solved")
    assert [] == kinds(it.happen("04T12:00", "close", "closed"))

    assert "upheld" == it.row().status


def test_a_duty_outlives_the_closing() -> None:
    """The customer is still owed what it stops with."""
    it = started("duty: true", "stop: {on: tell}")
    assert [] == kinds(it.happen("04T11:00", "close", "closed"))
    assert "running" == it.row().status
    it.happen("04T15:00", "tell")

    assert "breached due 04T14:00 stop 04T15:00 used 300m paused 0m left 0m over 60m" == it.shown()


# A stop with a date of its own.


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-03-05", "upheld due 06T10:00 stop 05T09:00 used 420m paused 0m left 540m over 0m"),
        ("2024-03-06", "upheld due 06T10:00 stop 06T09:00 used 900m paused 0m left 60m over 0m"),
        ("2024-03-07", "breached due 06T10:00 stop 07T09:00 used 1380m paused 0m left 0m over 420m"),
        ("2024-03-09", "breached due 06T10:00 stop 11T09:00 used 2340m paused 0m left 0m over 1380m"),
        ("2024-03-13", "breached due 06T10:00 stop 14T09:00 used 3300m paused 0m left 0m over 2340m"),
        ("2024-03-04", "upheld due 06T10:00 stop 04T10:00 used 0m paused 0m left 960m over 0m"),
        ("2023-12-24", "upheld due 06T10:00 stop 04T10:00 used 0m paused 0m left 960m over 0m"),
    ],
)
def test_the_first_opening_of_the_date_counts_in_past_and_future(day: str, expected: str) -> None:
    """Recorded on the 6th at noon, when it was due two hours ago: a Saturday and a closed day go to the next
    business day, and nothing counts before the start."""
    it = started(OWN_DAY, "within: 2bd", "business-day: opening-time")
    it.happen("06T12:00", "note", None, {"day": day})

    assert expected == it.shown()


def test_a_date_is_read_on_the_clock_of_the_commitments_calendar() -> None:
    """On `always`, whose dates are those of the policy's zone, the 6th begins at 23:00 UTC of the 5th."""
    it = started(OWN_DAY, "calendar: always", "within: 2d")
    it.happen("04T12:00", "note", None, {"day": "2024-03-06"})

    assert at("05T23:00") == it.row().stop_s


def test_an_instant_counts_as_it_is() -> None:
    it = started(OWN_MOMENT)
    it.happen("06T12:00", "note", None, {"moment": at("04T13:00")})

    assert "upheld due 04T14:00 stop 04T13:00 used 180m paused 0m left 60m over 0m" == it.shown()


def test_without_its_date_a_stop_counts_at_once() -> None:
    it = started(OWN_DAY)
    it.happen("04T12:00", "note", None, {})

    assert at("04T12:00") == it.row().stop_s


def test_nothing_after_its_record_touches_a_clock_that_was_stopped_with_a_date_to_come() -> None:
    """Paused when it was stopped: one hour counts as paused, and what is paused or resumed later does not."""
    it = started(OWN_DAY, "pause: {in: waiting}", "within: 8h")
    it.happen("04T11:00", "ask", "waiting")
    it.happen("04T12:00", "note", None, {"day": "2024-03-05"})
    before = it.rows("06T10:00")
    it.happen("04T13:00", "answer", "doing")
    it.happen("04T14:00", "ask", "waiting")
    it.happen("07T14:00", "answer", "doing")

    assert "upheld due 05T11:00 stop 05T09:00 used 360m paused 60m left 120m over 0m" == it.shown("07T14:00")
    assert before == it.rows("07T14:00")


def test_pauses_count_up_to_an_earlier_stop_alone() -> None:
    it = started(OWN_MOMENT, "pause: {in: waiting}")
    it.happen("04T11:00", "ask", "waiting")
    it.happen("04T14:00", "note", None, {"moment": at("04T12:00")})

    assert "upheld due 04T15:00 stop 04T12:00 used 60m paused 60m left 180m over 0m" == it.shown()


@pytest.mark.parametrize("data", [{"day": "2051-01-02"}, {"day": "1989-12-31"}, {"day": "9999-12-31"}])
def test_a_date_outside_the_known_years_is_an_error_and_leaves_the_state_alone(data: dict) -> None:
    it = started(OWN_DAY)
    before = it.state
    with pytest.raises(CalendarError):
        it.happen("04T12:00", "note", None, data)
    assert before == it.state


@pytest.mark.parametrize("moment", [-(10**10), 10**10, 2**61])
def test_an_instant_outside_the_known_years_is_an_error(moment: int) -> None:
    it = started(OWN_MOMENT)
    with pytest.raises(CalendarError):
        it.happen("04T12:00", "note", None, {"moment": moment})


def test_a_due_instant_after_the_known_years_is_an_error() -> None:
    with pytest.raises(CalendarError):
        started("within: 2000bd", "business-day: dates", start="2050-06-01T10:00Z")
