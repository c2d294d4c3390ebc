"""Events: what a record says, and everything that is wrong with one that says nothing."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from upheld.core.errors import CalendarError, RecordError
from upheld.core.record.event import COLUMNS, Event
from upheld.schema.resources import read_schema

GOOD = {"ticket": "T-1", "at": "2026-03-02T09:00+01:00", "event": "submit"}


def problems(**columns: object) -> tuple[str, ...]:
    record = {**GOOD, **columns}
    with pytest.raises(RecordError) as caught:
        Event.from_record({name: value for name, value in record.items() if value is not ...})
    return caught.value.problems


def test_a_record_is_an_event() -> None:
    """Its columns, with `at` as text; a fraction of a second is cut."""
    record = {**GOOD, "at": "2026-03-02T09:00:00.9+01:00", "actor": "agent:kim:x", "data": {"minutes": 5}}
    event = Event.from_record(record)

    assert (1772438400, "agent", "kim:x", {"minutes": 5}) == (event.at_s, event.role, event.actor_id, event.data)
    assert event == Event.from_record({**record, "at": event.at, "channel": None, "customer": ""})
    assert event == pickle.loads(pickle.dumps(event))
    assert event.at_s == pickle.loads(pickle.dumps(event)).at_s


@pytest.mark.parametrize(
    "columns, told",
    [
        ({"ticket": ...}, "`ticket` is missing"),
        ({"ticket": ""}, "`ticket` is missing"),
        ({"ticket": 7}, "`ticket` is a text, and `7` is none: write it in quotes"),
        ({"at": ...}, "`at` is missing"),
        ({"at": "yesterday"}, "`yesterday` is no instant: write date, time and offset"),
        ({"at": 1772438400}, "`1772438400` is no instant"),
        ({"at": "2026-03-02T09:00"}, "`2026-03-02T09:00` is no instant, since it may be one in any zone"),
        ({"at": "2026-02-30T09:00Z"}, "`2026-02-30T09:00Z` is no instant"),
        ({"at": "1889-03-02T09:00Z"}, "lies too far away: the years 1990 to 2050 are known"),
        ({"at": "9999-12-31T23:59-12:00"}, "lies too far away"),
        ({"at": "0001-01-01T00:00+14:00"}, "lies too far away"),
        ({"event": ...}, "give either `event` or `state`"),
        ({"state": "open"}, "give either `event` or `state`"),
        ({"event": ""}, "`event` is empty: give it a value, or leave it out"),
        ({"actor": ["agent"]}, "`actor` is a text, and a list is none"),
        ({"ticket": " T-1"}, "`ticket` has blanks around `T-1`: leave them out"),
        ({"customer": "acme "}, "`customer` has blanks around `acme`: leave them out"),
        ({"channel": "a\nb"}, "`channel` is too long, or holds a character that does not print"),
        ({"customer": "x" * 5000}, "`customer` is too long"),
        ({"data": [1]}, "`data` is a mapping of fields to values"),
        ({"evnt": "x"}, "unknown key `evnt`: did you mean `event`?"),
        ({"banana": "x"}, "unknown key `banana`: the columns are `ticket`, `at`"),
    ],
)
def test_what_is_no_record_says_why(columns: dict[str, object], told: str) -> None:
    """In the words of whoever wrote it, with what to do about it."""
    assert any(told in problem for problem in problems(**columns)), problems(**columns)


def test_every_problem_is_told_at_once() -> None:
    """The error's text is the first of them, and how many more there are."""
    with pytest.raises(RecordError, match=r"unknown key `x`: .* \(and 3 more\)") as caught:
        Event.from_record({"x": 1})

    assert 4 == len(caught.value.problems)
    assert caught.value.problems == pickle.loads(pickle.dumps(caught.value)).problems
    with pytest.raises(RecordError, match="a record is a mapping"):
        Event.from_record("submit")  # type: ignore[arg-type]  # which is the point


@pytest.mark.parametrize("year", [1989, 2051])
def test_instants_lie_in_the_years_that_calendars_know(year: int) -> None:
    """Beyond them nothing can be counted (THREATS T07)."""
    with pytest.raises(CalendarError, match="lies too far away"):
        Event("T-1", datetime(year, 6, 1, tzinfo=UTC), "submit")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("2026-03-02T09:00Z"),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


@given(st.dictionaries(st.one_of(st.sampled_from(COLUMNS), st.text(max_size=6)), VALUES, max_size=9))
def test_any_mapping_is_an_event_or_a_record_error(record: dict[str, object]) -> None:
    """No other exception, whatever it holds (THREATS Y14 for records)."""
    with suppress(RecordError):
        Event.from_record(record)


@given(st.dictionaries(st.sampled_from(COLUMNS), VALUES, max_size=9))
def test_the_schema_refuses_no_record_that_is_read(record: dict[str, object]) -> None:
    """Whoever checks a history against its schema first loses nothing but columns that are `null` or empty."""
    validator = Draft202012Validator(json.loads(read_schema("history")))
    try:
        Event.from_record(record)
    except RecordError:
        return
    given_ = {name: value for name, value in record.items() if value not in (None, "", {}, [])}
    data = given_.get("data")
    if not isinstance(data, dict) or all(not isinstance(value, (float, dict)) for value in data.values()):
        validator.validate(given_)
