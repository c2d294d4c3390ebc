"""Late and identical records: told with their remedy, and how many more would be accepted with it."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from upheld import load_policy, replay

BASE = load_policy("base")
EVENTS = ("submit", "qualify", "start-fix", "resolve", "reopen", "close", "comment")


def record(minute: int, event: str, ticket: str = "T-1", actor: str = "agent") -> dict[str, object]:
    at = f"2026-03-02T{9 + minute // 60:02}:{minute % 60:02}Z"
    opening = {"channel": "email"} if event == "submit" else {}
    return {"ticket": ticket, "at": at, "event": event, "actor": "customer" if event == "submit" else actor, **opening}


def summary(records: Any) -> dict[str, Any]:
    found: dict[str, Any] = replay(BASE, records)["summary"]
    return found


STORY = [record(0, "submit"), record(30, "start-fix"), record(20, "qualify"), record(40, "resolve")]


def test_the_refusal_names_what_puts_late_records_in_their_place() -> None:
    (refused,) = replay(BASE, STORY)["tickets"][0]["refused"]

    assert "out-of-order" == refused["code"]
    assert "`order: by-time`" in refused["message"]
    assert "`order: by-time`" in replay(BASE, STORY, language="fr")["tickets"][0]["refused"][0]["message"]


def test_the_summary_counts_what_the_order_of_instants_would_accept() -> None:
    assert {"records": 1, "accepted_by_time": 1} == summary(STORY)["late"]


def test_an_answer_that_came_before_its_request_is_late_too() -> None:
    """It is refused since there is no ticket yet; nothing is out of order for the engine."""
    found = summary([record(10, "comment"), record(0, "submit")])

    assert {"records": 1, "accepted_by_time": 1} == found["late"]


def test_records_that_are_in_order_leave_nothing_to_tell() -> None:
    assert summary([STORY[0], *STORY[2:0:-1], STORY[3]])["late"] is None


def test_what_can_be_read_once_alone_is_not_looked_at_again() -> None:
    assert {"records": 1, "accepted_by_time": None} == summary(iter(STORY))["late"]


def test_records_after_as_of_are_none() -> None:
    """What lies after as-of is not read, in whatever order."""
    records = [*STORY, record(50, "reopen"), record(45, "comment")]
    found = replay(BASE, records, as_of="2026-03-02T09:35Z")["summary"]

    assert {"records": 1, "accepted_by_time": 1} == found["late"]


@given(st.lists(st.tuples(st.integers(0, 59), st.sampled_from(EVENTS), st.sampled_from(["T-1", "T-2"])), max_size=12))
def test_the_count_is_that_of_the_history_in_order(moments: list[tuple[int, str, str]]) -> None:
    """The same records sorted by their instants are accepted as often as was foretold."""
    records = [record(*each) for each in moments]
    plain, ordered = summary(records), summary(sorted(records, key=lambda each: str(each["at"])))
    more = (ordered["events"] - ordered["refused"]) - (plain["events"] - plain["refused"])
    late = plain["late"]

    assert ordered["late"] is None
    assert (late["accepted_by_time"] if late else 0) == more


def test_records_delivered_twice_are_counted() -> None:
    """The same columns and data, wherever the second stands; another instant is another record."""
    twice = [record(0, "submit"), record(5, "comment"), record(5, "comment"), record(0, "submit"), record(6, "comment")]

    assert 2 == summary(twice)["identical"]
    assert 0 == summary([record(0, "submit"), record(0, "submit", "T-2")])["identical"]


def test_values_that_count_alike_are_not_the_same() -> None:
    """As numbers, -1 and -2 have one hash, and so have 1 and true."""
    opening = record(0, "submit")
    noted = [{**record(5, "comment"), "data": {"n": value}} for value in (-1, -2, 1, True, "1")]

    assert 0 == summary([opening, *noted])["identical"]


def test_data_tell_records_apart_whatever_their_order() -> None:
    opening = record(0, "submit")
    lists = [
        {**record(5, "comment"), "data": {"b": [1], "a": "x"}},
        {**record(5, "comment"), "data": {"a": "x", "b": [1]}},
    ]

    assert 1 == summary([opening, *lists])["identical"]
    assert 0 == summary([opening, {**lists[0], "data": {"a": "y"}}, {**lists[0], "data": {"a": "x"}}])["identical"]
