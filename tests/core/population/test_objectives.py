"""Objectives and indicators: which clocks count, in which month, and whether the share was kept."""

from __future__ import annotations

import pytest
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of

from upheld.core.clocks.row import ClockRow
from upheld.core.population.objectives import Counted, count

SHARE = "objectives:\n  - {id: quick, of: resolve, share: 90%, within: 2h, clauses: [T-1]}\n"
EXCUSE = """\
excuses:
  - {id: theirs, on: excuse, of: resolve, from: {ref: event.since}, until: {ref: event.until}, clauses: [T-5]}
"""
INDICATOR = "objectives:\n  - {id: quick, of: resolve, within: 2h, clauses: [T-1]}\n"


def a_clock(start: str, stop: str | None = None, how: str = "solved", more: str = SHARE, **settings: str) -> ClockRow:
    """A row of a ticket that was opened and perhaps solved, closed or excused, as things stood on 30 April."""
    text = "\n".join(f"{key}: {value}" for key, value in settings.items())
    it = TinyTicket(policy_of(commitment(text), more=more))
    it.happen(start, "submit", "new")
    if stop:
        it.happen(stop, None, how)
    return it.row("2024-04-30T12:00Z")


def counts(rows: list[ClockRow], as_of: str = "2024-04-30T12:00Z", more: str = SHARE) -> list[Counted]:
    policy = policy_of(commitment(""), more=more)
    return count(policy.objectives[0], rows, TinyTicket(policy).schedule, at(as_of))


def told(counted: list[Counted]) -> list[str]:
    return [f"{each.period} {each.kept}/{each.counted} {each.status}" for each in counted]


def test_a_stopped_clock_is_kept_when_used_within_the_objectives_own_time() -> None:
    """Two hours, whatever the commitment itself promises; to the second."""
    rows = [a_clock("04T10:00", stop) for stop in ("04T12:00", "04T12:00:01", "04T17:00")]

    assert ["2024-03 1/3 breached", "all 1/3 breached"] == told(counts(rows))


def test_open_clocks_past_it_are_missed_and_running_ones_within_it_left_out() -> None:
    """Used is what counts, so a clock that is paused may be within it for long."""
    missed = a_clock("04T10:00")
    running = a_clock("2024-04-30T11:00Z")
    paused = a_clock("04T10:00", "04T11:00", "waiting", pause="{in: waiting}")

    assert ["2024-03 0/1 breached", "2024-04 0/0 None", "all 0/1 breached"] == told(counts([missed, running, paused]))


def test_cancelled_and_excused_clocks_are_left_out() -> None:
    """Also one that used more than the objective allows; one that was breached and then cancelled was not upheld."""
    cancelled = a_clock("04T10:00", "04T13:00", "closed")
    breached = a_clock("04T10:00", "04T15:00", "closed")
    it = TinyTicket(policy_of(commitment(""), more=EXCUSE))
    it.happen("04T10:00", "submit", "new")
    it.happen("04T16:00", "solve", "solved")
    it.happen("04T17:00", "excuse", None, {"since": at("04T14:00"), "until": at("04T16:00")})

    assert ["cancelled", "breached", "excused"] == [row.status for row in (cancelled, breached, it.row())]
    assert ["2024-03 0/1 breached", "all 0/1 breached"] == told(counts([cancelled, breached, it.row()]))


def test_a_clock_counts_in_the_month_of_its_start_in_the_policy_zone() -> None:
    """April begins in Paris at 22:00 UTC on 31 March."""
    march, april = a_clock("31T21:59:59", "2024-04-01T09:30Z"), a_clock("31T22:00", "2024-04-01T09:30Z")

    assert ["2024-03 1/1 upheld", "2024-04 1/1 open", "all 2/2 upheld"] == told(counts([april, march]))


@pytest.mark.parametrize(
    ("as_of", "status"), [("31T21:59:59", "open"), ("31T22:00", "upheld"), ("2024-05-01T00:00Z", "upheld")]
)
def test_a_month_is_open_until_it_is_over_in_the_policy_zone(as_of: str, status: str) -> None:
    """Over all months there is always an answer."""
    assert [f"2024-03 1/1 {status}", "all 1/1 upheld"] == told(counts([a_clock("04T10:00", "04T11:00")], as_of))


def test_a_month_in_which_nothing_counts_has_no_status() -> None:
    """Clocks started in it, and all were cancelled; the month of as-of, too."""
    cancelled = a_clock("04T10:00", "04T11:00", "closed")

    assert ["2024-03 0/0 None", "all 0/0 None"] == told(counts([cancelled]))
    assert ["2024-03 0/0 None", "all 0/0 None"] == told(counts([cancelled], "05T10:00"))
    assert ["all 0/0 None"] == told(counts([]))


@pytest.mark.parametrize(("kept", "missed", "status"), [(9, 1, "upheld"), (8, 1, "breached"), (899, 100, "breached")])
def test_shares_are_compared_in_whole_numbers(kept: int, missed: int, status: str) -> None:
    """Nine of ten are ninety per cent, eight of nine and 899 of 999 are not, by however little."""
    good, bad = a_clock("04T10:00", "04T11:00"), a_clock("04T10:00", "04T17:00")

    assert status == counts([good] * kept + [bad] * missed)[-1].status


def test_an_indicator_is_reported_and_never_broken() -> None:
    row = a_clock("04T10:00", "04T17:00", more=INDICATOR)
    month, over_all = counts([row], more=INDICATOR)

    assert {"id": "quick", "period": "2024-03", "counted": 1, "kept": 0, "share": "0%"} == month.as_document()
    assert {"id": "quick", "period": "all", "counted": 1, "kept": 0, "share": "0%"} == over_all.as_document()


def test_an_objective_is_shown_with_what_was_promised() -> None:
    """A share is rounded down for people, so that 89.96 % never reads as 90 %."""
    good, bad = a_clock("04T10:00", "04T11:00"), a_clock("04T10:00", "04T17:00")
    document = counts([good] * 8 + [bad])[-1].as_document()

    assert {
        "id": "quick",
        "period": "all",
        "counted": 9,
        "kept": 8,
        "share": "88.8%",
        "promised": "90%",
        "status": "breached",
    } == document
    assert counts([])[-1].as_document()["share"] is None


def test_clocks_of_other_commitments_do_not_count() -> None:
    other = commitment("").replace("resolve", "other")
    policy = policy_of(commitment(""), other, more=SHARE)
    it = TinyTicket(policy)
    it.happen("04T10:00", "submit", "new")
    it.happen("04T11:00", "solve", "solved")

    found = count(policy.objectives[0], it.rows(), it.schedule, at("2024-05-01T12:00Z"))
    assert ["2024-03 1/1 upheld", "all 1/1 upheld"] == told(found)


def test_a_time_in_business_days_is_opening_time_of_the_commitments_calendar() -> None:
    """A day is worth eight hours; used to the second."""
    more = SHARE.replace("within: 2h", "within: 1bd")
    settings = {"within": "2bd", "business-day": "opening-time"}
    rows = [a_clock("04T10:00", stop, more=more, **settings) for stop in ("05T10:00", "05T10:00:01")]
    policy = policy_of(commitment("within: 2bd\nbusiness-day: opening-time"), more=more)

    found = count(policy.objectives[0], rows, TinyTicket(policy).schedule, at("2024-04-30T12:00Z"))
    assert ["2024-03 1/2 breached", "all 1/2 breached"] == told(found)


def test_a_share_finer_than_a_tenth_is_told_as_fine_as_it_was_promised() -> None:
    """99.95 % is not 99.9 %, and 1,999 of 2,001 do not reach it."""
    more = SHARE.replace("90%", "99.95%")
    good, bad = a_clock("04T10:00", "04T11:00", more=more), a_clock("04T10:00", "04T17:00", more=more)
    document = counts([good] * 1999 + [bad] * 2, more=more)[-1].as_document()

    assert ("99.9%", "99.95%", "breached") == (document["share"], document["promised"], document["status"])


def test_without_a_time_of_its_own_an_objective_counts_promises_kept() -> None:
    """Whatever time each clock was allowed, to the second; a breach counts before anybody stops it."""
    own = "objectives:\n  - {id: quick, of: resolve, share: 50%, clauses: [T-1]}\n"
    rows = [a_clock("04T10:00", stop, more=own) for stop in ("04T14:00", "04T14:00:01", None)]
    dated = a_clock("04T10:00", "05T16:00", more=own, **{"business-day": "dates", "within": "1bd"})
    running = a_clock("2024-04-30T11:00Z", more=own)

    expected = ["2024-03 2/4 upheld", "2024-04 0/0 None", "all 2/4 upheld"]
    assert expected == told(counts([*rows, dated, running], more=own))


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("quarter", ["2024-Q1 1/2 breached", "2024-Q2 1/1 open", "all 2/3 breached"]),
        ("year", ["2024 2/3 open", "all 2/3 breached"]),
    ],
)
def test_clocks_may_be_counted_by_the_quarter_or_the_year(per: str, expected: list[str]) -> None:
    """By the start of each in the policy's zone, as by the month."""
    by = SHARE.replace("within: 2h", f"within: 2h, per: {per}")
    rows = [a_clock("31T21:59:59", "2024-04-01T09:30Z"), a_clock("04T10:00"), a_clock("31T22:00", "2024-04-01T09:30Z")]

    assert expected == told(counts(rows, more=by))
