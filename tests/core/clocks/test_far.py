"""Far dates in the data of events: refused as outside the years of a calendar, or harmless; never anything else."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.errors import CalendarError

EXCUSES = """\
excuses:
  - {id: span, on: excuse, of: c0, from: {ref: event.since}, until: {ref: event.until}, clauses: [T-5]}
  - {id: days, on: excuse, of: c0, from: {ref: event.first}, until: {ref: event.last}, clauses: [T-5]}
"""
SETTINGS = (
    "within: 1h\nstop: {on: note, at: {ref: event.day}}\ncalendar: always",
    "within: 1h\nstop: {on: note, at: {ref: event.moment}}\npause: {in: waiting}\nwarn-at: [50%]",
    "within: next-release\npause: {in: waiting}\nwarn-at: [50%]",
    "within: {next: fridays}\npause: {in: waiting}\nwarn-at: [50%]",
    "within: 3bd\nbusiness-day: same-time\npause: {in: waiting}\nwarn-at: [50%]",
)
POLICY = policy_of(*(commitment(text).replace("resolve", f"c{n}") for n, text in enumerate(SETTINGS)), more=EXCUSES)
DAYS = st.dates().map(date.isoformat) | st.sampled_from(["1990-01-01", "2050-12-31", "2051-01-01", "9999-12-31"])
MOMENTS = st.integers(-(2**62), 2**62) | st.integers(at("1989-12-30T00:00Z"), at("2051-01-02T00:00Z"))
INSTANTS = st.integers(at("1990-01-01T00:00Z"), at("2050-12-31T23:59:59Z"))
DATA = st.fixed_dictionaries(
    {}, optional={"day": DAYS, "moment": MOMENTS, "since": MOMENTS, "until": MOMENTS, "first": DAYS, "last": DAYS}
)
STEPS = st.lists(
    st.tuples(
        INSTANTS, st.sampled_from([("note", None), ("excuse", None), ("ask", "waiting"), ("answer", "doing")]), DATA
    ),
    max_size=8,
)


@given(INSTANTS, STEPS)
def test_nothing_but_a_calendar_error_comes_of_far_dates(start_s: int, steps: list) -> None:
    """What was refused leaves the state as it was; rows and limits can always be asked for."""
    it = TinyTicket(POLICY, releases=[date(2030, 1, 1)])
    with suppress(CalendarError):
        it.happen(start_s, "submit", "new")
    for when_s, (event, to), data in sorted(steps, key=lambda step: step[0]):
        it.wait(max(when_s, start_s))
        before, where = it.state, it.where or "new"
        try:
            it.happen(max(when_s, start_s), event, to or where, data)
        except CalendarError:
            assert before is it.state
        it.rows()
        it.clocks.limits(it.state)


@pytest.mark.parametrize("as_of", ["1989-12-30T00:00Z", "2051-02-01T00:00Z"])
def test_rows_are_asked_for_within_the_known_years(as_of: str) -> None:
    it = TinyTicket(policy_of(commitment("")))
    it.happen("04T10:00", "submit", "new")
    with pytest.raises(CalendarError):
        it.rows(as_of)


def test_an_excuse_without_end_is_for_ever() -> None:
    it = TinyTicket(POLICY)
    it.happen("04T10:00", "submit", "new")
    it.happen("04T10:00", "excuse", None, {"first": "0001-01-01", "last": "9999-12-31"})

    assert "excused" == it.rows("2050-12-31T12:00Z")[0].status
