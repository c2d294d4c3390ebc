"""The rows of a verdict: excuses, what a row cites, and how it is shown."""

from __future__ import annotations

from datetime import date

import pytest
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of

INSTANTS = """\
excuses:
  - {id: theirs, on: excuse, of: resolve, from: {ref: event.since}, until: {ref: event.until}, clauses: [T-5]}
"""
DATES = INSTANTS.replace("event.since", "event.first").replace("event.until", "event.last")


def late(*settings: str, more: str = INSTANTS) -> TinyTicket:
    """Promised in four hours, by 14:00; stopped at 16:00 unless a test says otherwise."""
    it = TinyTicket(policy_of(commitment("\n".join(settings)), more=more))
    it.happen("04T10:00", "submit", "new")
    return it


def excuse(it: TinyTicket, when: str, since: str, until: str) -> None:
    it.happen(when, "excuse", None, {"since": at(since), "until": at(until)})


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [
        ("04T14:00", "04T16:00", "excused"),
        ("04T09:00", "04T17:00", "excused"),
        ("04T14:01", "04T16:00", "breached"),
        ("04T14:00", "04T15:59", "breached"),
        ("04T10:00", "04T14:00", "breached"),
        ("04T16:00", "04T18:00", "breached"),
    ],
)
def test_a_breach_is_excused_when_the_whole_overrun_is_covered(since: str, until: str, status: str) -> None:
    it = late()
    it.happen("04T16:00", "solve", "solved")
    excuse(it, "04T16:30", since, until)

    assert f"{status} due 04T14:00 stop 04T16:00 used 360m paused 0m left 0m over 120m" == it.shown()


def test_two_excuses_may_join_and_a_hole_between_them_matters_in_opening_time_alone() -> None:
    joined, hole, night = late(), late(), late()
    for it, second in ((joined, "04T15:00"), (hole, "04T15:01")):
        it.happen("04T16:00", "solve", "solved")
        excuse(it, "04T17:00", "04T14:00", "04T15:00")
        assert "breached" == it.row().status
        excuse(it, "04T17:00", second, "04T16:00")
    night.happen("05T10:00", "solve", "solved")
    excuse(night, "05T11:00", "04T14:00", "04T17:00")
    excuse(night, "05T11:00", "05T09:00", "05T10:00")

    assert ["excused", "breached", "excused"] == [it.row().status for it in (joined, hole, night)]


def test_an_excuse_may_be_declared_before_the_breach_and_before_the_stop() -> None:
    it = late()
    excuse(it, "04T11:00", "04T14:00", "04T18:00")
    it.happen("04T16:00", "solve", "solved")

    assert "excused" == it.row().status


def test_an_excuse_on_a_clock_that_still_runs_lasts_as_long_as_it_covers_the_overrun() -> None:
    it = late()
    excuse(it, "04T14:30", "04T14:00", "04T15:00")

    assert "excused due 04T14:00 stop - used 270m paused 0m left 0m over 30m" == it.shown("04T14:30")
    assert "excused" == it.row("04T15:00").status
    assert "breached" == it.row("04T15:01").status


def test_a_clock_that_is_not_late_needs_no_excuse() -> None:
    it = late()
    excuse(it, "04T11:00", "04T10:00", "04T18:00")

    assert "running" == it.row().status
    it.happen("04T14:00", "solve", "solved")
    assert "upheld" == it.row().status


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [
        ("04T16:00", "04T17:00", "breached"),
        ("05T08:00", "05T12:00", "breached"),
        ("04T16:00", "04T17:01", "excused"),
        ("04T18:00", "04T18:01", "excused"),
        ("05T07:59", "05T12:00", "excused"),
    ],
)
def test_an_empty_overrun_needs_an_excuse_that_meets_the_time_between(since: str, until: str, status: str) -> None:
    """Due on closing, stopped before opening: late by no opening time, and late."""
    it = late("within: 7h")
    it.happen("05T08:00", "solve", "solved")
    excuse(it, "05T09:00", since, until)

    assert f"{status} due 04T17:00 stop 05T08:00 used 420m paused 0m left 0m over 0m" == it.shown()


def test_time_paused_needs_no_excuse() -> None:
    """The overrun is what was used after due."""
    it = late("pause: {in: waiting}")
    it.happen("04T14:30", "ask", "waiting")
    it.happen("04T15:30", "answer", "doing")
    it.happen("04T16:00", "solve", "solved")
    assert "breached due 04T14:00 stop 04T16:00 used 300m paused 60m left 0m over 60m" == it.shown()
    excuse(it, "04T16:00", "04T14:00", "04T14:30")
    excuse(it, "04T16:00", "04T15:30", "04T16:00")

    assert "excused" == it.row().status


def test_a_clock_cancelled_too_late_may_be_excused() -> None:
    it = late("stop: {on: tell}")
    it.happen("04T16:00", "close", "closed")
    excuse(it, "04T17:00", "04T14:00", "04T16:00")

    assert "excused due 04T14:00 stop - used 360m paused 0m left 0m over 120m" == it.shown("06T10:00")


def test_an_excuse_with_dates_covers_both_of_them_in_the_policy_zone() -> None:
    """The fifth ends in Paris at 23:00 UTC; beyond the known years a date lasts for ever."""
    it = late("calendar: always", "within: 1h", more=DATES)
    it.happen("05T22:59:59", "solve", "solved")
    it.happen("05T23:00", "excuse", None, {"first": "2024-03-04", "last": "2024-03-05"})
    assert "excused" == it.row().status

    later = late("calendar: always", "within: 1h", more=DATES)
    later.happen("05T23:00:01", "solve", "solved")
    later.happen("05T23:30", "excuse", None, {"first": "2024-03-04", "last": "2024-03-05"})
    assert "breached" == later.row().status
    later.happen("05T23:30", "excuse", None, {"first": "1989-01-01", "last": "2050-12-31"})
    assert "excused" == later.row().status


@pytest.mark.parametrize("data", [{}, {"since": at("04T14:00")}, {"until": at("04T18:00")}])
def test_an_excuse_that_does_not_say_from_when_until_when_excuses_nothing(data: dict) -> None:
    it = late()
    it.happen("04T16:00", "solve", "solved")
    before = it.state
    assert () == it.happen("04T16:30", "excuse", None, data)
    it.happen("04T16:30", "excuse", None, {"since": at("04T16:00"), "until": at("04T14:00")})

    assert before is it.state


def test_an_excuse_has_a_condition_and_is_of_the_commitments_it_names() -> None:
    more = INSTANTS.replace("of: resolve", "when: {topic: defect}, of: resolve")
    other = commitment("").replace("resolve", "other")
    it = TinyTicket(policy_of(commitment(""), other, more=more))
    it.happen("04T10:00", "submit", "new")
    it.happen("04T16:00", "solve", "solved")
    excuse(it, "04T16:30", "04T14:00", "04T16:00")
    assert ["breached", "breached"] == [row.status for row in it.rows()]
    it.happen("04T16:40", "note", topic="defect")
    excuse(it, "04T16:50", "04T14:00", "04T16:00")

    assert ["excused", "breached"] == [row.status for row in it.rows()]


def test_used_remaining_and_overrun_add_up_to_the_target_in_every_status() -> None:
    """Where the target is an amount of opening time."""
    it = late("pause: {in: waiting}")
    seen = []
    for when, event, to in (
        ("04T11:00", "note", None),
        ("04T12:00", "ask", "waiting"),
        ("04T13:00", "answer", "doing"),
        ("04T14:30", "solve", "solved"),
        ("04T15:30", "reopen", "doing"),
        ("05T10:00", "close", "closed"),
    ):
        it.happen(when, event, to)
        row = it.row()
        seen.append(row.status)
        assert row.target_s == row.used_s + row.remaining_s - row.overrun_s
    assert ["running", "paused", "running", "upheld", "running", "breached"] == seen


# What a row cites.


def cited(it: TinyTicket) -> tuple[str, ...]:
    return it.row().clauses


def test_a_row_cites_the_commitment_its_calendar_and_its_target() -> None:
    """A table with its row, the assumption it rests on, and the severity whose column was read."""
    it = late("within: {parameter: hours-by-severity}", more="")
    it.happen("04T10:30", "rate", severity="high")

    assert ("T-1", "T-6", "T-7", "T-8") == cited(it)
    assert ("days",) == it.row().assumptions


def test_a_row_of_another_date_is_not_cited() -> None:
    it = TinyTicket(policy_of(commitment("within: {parameter: hours-by-severity}")))
    it.happen("2024-04-02T10:00Z", "submit", "new", severity="high")

    assert ("T-1", "T-6", "T-8") == cited(it)


def test_a_row_that_a_contract_overrides_is_not_cited() -> None:
    policy = policy_of(commitment("within: {parameter: hours-by-severity}"))
    it = TinyTicket(policy, override={("hours-by-severity", "high"): "3h"})
    it.happen("04T10:00", "submit", "new", severity="high")

    assert ("T-1", "T-6", "T-8") == cited(it)


def test_a_severity_is_cited_where_its_column_was_read_alone() -> None:
    it = late("within: 4h", more="")
    it.happen("04T10:10", "rate", severity="high")

    assert ("T-1", "T-6") == cited(it)


def test_a_row_cites_what_started_and_what_ended_it() -> None:
    """And not what might have."""
    start = "start: [{on: again, clauses: [T-4]}, {on: submit, clauses: [T-2]}]"
    stop = "stop: [{on: tell, clauses: [T-4]}, {enters: solved, clauses: [T-3]}]"
    it = late(start, stop, "calendar: always", "cancel: {on: void, clauses: [T-5]}", more="")
    assert ("T-1", "T-2") == cited(it)
    it.happen("04T11:00", "solve", "solved")
    assert ("T-1", "T-2", "T-3") == cited(it)

    cancelled = late(start, stop, "calendar: always", "cancel: {on: void, clauses: [T-5]}", more="")
    cancelled.happen("04T11:00", "void")
    assert ("T-1", "T-2", "T-5") == cited(cancelled)


def test_a_row_cites_the_pauses_that_touched_it() -> None:
    pause = "pause: {from: {on: hold, clauses: [T-2]}, until: {on: resume, clauses: [T-3]}, clauses: [T-4]}"
    it = late(pause, "calendar: always", "within: 40h", more="")
    assert ("T-1",) == cited(it)
    it.happen("04T11:00", "hold")
    assert ("T-1", "T-2", "T-4") == cited(it)
    it.happen("04T12:00", "resume")
    assert ("T-1", "T-2", "T-3", "T-4") == cited(it)


def test_a_pause_before_the_start_or_after_the_end_is_not_cited() -> None:
    it = late("start: {on: take}", "pause: {from: {on: hold}, until: {on: resume}, clauses: [T-4]}", more="")
    it.happen("04T10:10", "hold")
    it.happen("04T10:20", "resume")
    it.happen("04T10:30", "take", "doing")
    it.happen("04T11:00", "solve", "solved")
    it.happen("04T12:00", "hold")

    assert ("T-1", "T-6") == cited(it)


def test_a_pause_that_begins_with_the_stop_is_not_cited() -> None:
    """Solving the ticket stops the clock, and makes the ticket wait for the customer."""
    it = late("pause: {in: solved, clauses: [T-4]}", more="")
    it.happen("04T11:00", "solve", "solved")
    assert ("T-1", "T-6") == cited(it)
    it.happen("04T12:00", "reopen", "doing")

    assert ("T-1", "T-4", "T-6") == cited(it)

    held = late("pause: [{in: solved, clauses: [T-4]}, {in: waiting, clauses: [T-5]}]", more="")
    held.happen("04T10:10", "ask", "waiting")
    held.happen("04T11:00", "solve", "solved")
    assert ("T-1", "T-5", "T-6") == cited(held)


def test_an_excused_row_cites_the_excuse() -> None:
    it = late(more=INSTANTS)
    it.happen("04T16:00", "solve", "solved")
    assert "T-5" not in cited(it)
    excuse(it, "04T17:00", "04T14:00", "04T16:00")

    assert ("T-1", "T-5", "T-6") == cited(it)


def test_a_case_and_a_recurrence_are_cited() -> None:
    it = late(
        "within: [{when: {topic: defect}, is: 1h, clauses: [T-2]}, {is: {next: fridays}, clauses: [T-3]}]", more=""
    )
    it.happen("04T10:10", "note", topic="usage")

    assert ("T-1", "T-3", "T-6") == cited(it)


def test_a_row_is_shown_as_the_verdict_says() -> None:
    """DESIGN section 6."""
    it = late(more="")
    it.happen("04T16:00", "solve", "solved")

    assert {
        "id": "resolve",
        "cycle": 1,
        "status": "breached",
        "severity": None,
        "started_at": "2024-03-04T10:00:00Z",
        "counted_from": "2024-03-04T10:00:00Z",
        "due_at": "2024-03-04T14:00:00Z",
        "stopped_at": "2024-03-04T16:00:00Z",
        "calendar": "office",
        "target": "4h",
        "target_s": 14_400,
        "used_s": 21_600,
        "paused_s": 0,
        "remaining_s": 0,
        "overrun_s": 7_200,
        "clauses": ["T-1", "T-6"],
        "assumptions": [],
    } == it.row().as_document()


def test_a_release_known_later_is_cited_like_any_target() -> None:
    it = TinyTicket(policy_of(commitment("within: next-release")), releases=[date(2024, 3, 5)])
    it.happen("04T10:00", "submit", "new")

    assert ("next-release", at("05T17:00")) == (it.row().target, it.row().due_s)
