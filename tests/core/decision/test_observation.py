"""Audit mode: states that a tracker recorded are followed, and told where nothing leads there."""

from __future__ import annotations

import pytest
from small_desk import contracts, desk, engine, event, instant, submit

from upheld.core.errors import RecordError
from upheld.core.record.event import Event
from upheld.core.replay.verdict import Row
from upheld.replaying import replay


def seen(at: str, state: str, **columns: object) -> Event:
    return Event("T-1", instant(at), state=state, **columns)  # type: ignore[arg-type]  # whatever a test gives


def verdict(*events: Event, as_of: str | None = None) -> Row:
    until = None if as_of is None else instant(as_of)
    row: Row = replay(desk(), events, contracts(), as_of=until, audit=True)["tickets"][0]
    return row


def clocks(row: Row) -> dict[str, tuple[str, int]]:
    return {each["id"]: (each["status"], each["used_s"]) for each in row["commitments"]}


def test_an_observed_move_conforms_where_a_transition_leads_there() -> None:
    """The transition is named where it is the only one; nobody has to be allowed, and no channel is needed."""
    row = verdict(seen("04T10:00", "open", customer="acme"), seen("04T11:00", "doing"), seen("04T12:00", "asked"))

    assert ["submit", "take", "ask"] == [move["transition"] for move in row["moves"]]
    assert [] == row["nonconforming"] == row["refused"]
    assert ("acme", "asked", "2024-03-04T09:00:00Z") == (row["customer"], row["state"], row["opened_at"])
    assert [] == row["effects"]


def test_an_observed_move_that_nothing_leads_to_is_followed() -> None:
    """It is told as nonconforming, with the events that would have been possible."""
    row = verdict(seen("04T10:00", "open"), seen("04T11:00", "closed"))

    where = {"seq": 2, "at": "2024-03-04T10:00:00Z", "from": "open", "to": "closed"}
    assert [{**where, "possible": ["take", "resolve"]}] == row["nonconforming"]
    assert ("closed", "2024-03-04T10:00:00Z") == (row["state"], row["closed_at"])
    assert [None] == [move["transition"] for move in row["moves"][1:]]


def test_any_state_may_be_the_first() -> None:
    """Histories begin where they were exported from; opening counts as entering."""
    row = verdict(seen("04T10:00", "resolved"), as_of="04T12:00")

    assert [] == row["nonconforming"]
    assert [("remind", "2024-03-04T13:00:00Z")] == [(each["id"], each["due_at"]) for each in row["timers"][:1]]


def test_no_timer_fires_by_itself() -> None:
    """Neither before an event that a mapping has found, nor at the end; it says when it was due."""
    row = verdict(seen("04T10:00", "resolved"), event("06T10:00", "tag", data={"tag": "x"}), as_of="08T10:00")

    assert ("resolved", ["resolved"]) == (row["state"], [move["to"] for move in row["moves"]])
    assert {("remind", None), ("auto-close", None), ("warn", None)} == {
        (each["id"], each["observed_at"]) for each in row["timers"]
    }


def test_a_state_beyond_the_calendar_is_refused() -> None:
    """Like an event: nothing can fall due after 2050."""
    row = verdict(seen("04T10:00", "open"), seen("2050-12-31T10:00+01:00", "resolved"))

    assert ["invalid-data"] == [each["code"] for each in row["refused"]]
    assert ("open", ["open"]) == (row["state"], [move["to"] for move in row["moves"]])


def test_the_state_it_is_in_already_is_no_move() -> None:
    """Yet its data count."""
    row = verdict(seen("04T10:00", "open"), seen("04T11:00", "open", data={"severity": "low", "vip": True}))

    assert 1 == len(row["moves"])
    assert ("low", {"vip": True}) == (row["severity"], row["facts"])


def test_facts_come_with_states() -> None:
    """Those that are declared, severity and queue included; what they cannot hold is refused."""
    row = verdict(
        seen("04T10:00", "open", data={"severity": "high", "queue": "first", "tags": ["b", "a"], "type": "fault"}),
        seen("04T11:00", "doing", data={"severity": "hihg", "sverity": "low"}),
    )

    assert ("high", "first", "open") == (row["severity"], row["queue"], row["state"])
    assert {"type": "fault", "vip": False, "tags": ["a", "b"]} == row["facts"]
    (refused,) = row["refused"]
    assert (2, "invalid-data", None) == (refused["seq"], refused["code"], refused["event"])
    assert "did you mean `high`?" in refused["message"]
    assert "did you mean `severity`?" in refused["message"]


def test_states_start_and_stop_clocks_and_events_do_not() -> None:
    """What enters or is in a state is fired; `on: submit` is not, unless the event is recorded."""
    silent = verdict(seen("04T10:00", "open"), seen("04T11:00", "doing"))
    told = verdict(submit("04T10:00"), seen("04T11:00", "doing"), seen("04T12:00", "asked"), as_of="04T15:00")

    assert {} == clocks(silent)
    assert {"answer": ("upheld", 3600), "resolve": ("paused", 7200)} == clocks(told)


def test_timers_do_not_fire_by_themselves() -> None:
    """The verdict says when each was due, and when its move was observed."""
    row = verdict(seen("04T09:00", "resolved"), seen("20T10:00", "gone"))

    assert "gone" == row["state"]
    assert [] == row["nonconforming"]
    assert [
        {"id": "remind", "due_at": "2024-03-04T12:00:00Z", "observed_at": None},
        {"id": "auto-close", "due_at": "2024-03-04T16:00:00Z", "observed_at": "2024-03-20T09:00:00Z"},
        {"id": "warn", "due_at": "2024-03-04T16:00:00Z", "observed_at": None},
    ] == row["timers"]


def test_a_timer_left_before_it_was_due_is_not_told() -> None:
    """One that is past and never observed is; one that still waits is, with its due instant."""
    left = verdict(seen("04T09:00", "resolved"), seen("04T10:00", "doing"), as_of="05T10:00")
    late = verdict(seen("04T09:00", "resolved"), seen("04T13:30", "doing"), as_of="05T10:00")
    waits = verdict(seen("04T09:00", "resolved"), as_of="20T10:00")

    assert [] == left["timers"]
    assert [("remind", None)] == [(each["id"], each["observed_at"]) for each in late["timers"]]
    assert [None] * 3 == [each["observed_at"] for each in waits["timers"]]
    assert "resolved" == waits["state"]


def test_events_may_stand_among_states() -> None:
    """They are decided as ever: roles, channels, rules and transitions have their say."""
    row = verdict(
        submit("04T09:00"), seen("04T10:00", "resolved"), event("20T10:00", "close"), event("20T11:00", "take")
    )

    assert ["no-transition"] * 2 == [each["code"] for each in row["refused"]]
    assert "resolved" == row["state"]


def test_an_observed_state_must_be_one() -> None:
    """A state that the policy does not have is a bad record: the mapping of statuses lacks a line."""
    with pytest.raises(RecordError, match="record 1: state `opne` is not declared: did you mean `open`"):
        verdict(seen("04T10:00", "opne"))
    with pytest.raises(RecordError, match="record 1: state `open` was observed, which only a replay in audit mode"):
        replay(desk(), [seen("04T10:00", "open")])


def test_observations_come_in_order() -> None:
    """One before the last is refused; one outside the days of the policy is flagged."""
    row = verdict(seen("04T10:00", "open"), seen("04T09:00", "doing"), seen("2025-01-01T10:00+01:00", "doing"))

    assert [(2, "out-of-order")] == [(each["seq"], each["code"]) for each in row["refused"]]
    assert [(3, "outside-effective")] == [(each["seq"], each["code"]) for each in row["flags"]]


def test_the_engine_can_be_asked_too() -> None:
    """An embedder that follows a tracker has the same."""
    audit = engine(audit=True)
    opened = audit.apply(None, seen("04T10:00", "open"))
    moved = audit.apply(opened.ticket, seen("04T11:00", "closed"))

    assert [False] == [move.conforms for move in moved.moves]
    assert ("take", "resolve") == moved.moves[0].possible
