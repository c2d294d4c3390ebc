"""A history in CSV says the same as one in JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from small_desk import contracts, desk, submit

from upheld.core.errors import RecordError
from upheld.core.record.event import Event
from upheld.core.replay.customers import Arrivals
from upheld.history.canonical import record_of_row
from upheld.history.event_record import event_of, event_of_text, text_of_event
from upheld.replaying import replay

CSV = """\
ticket,at,event,state,actor,channel,customer,data.type,data.severity,data.vip,data.tags,data.minutes,data.urgent
T-1,2024-03-04T10:00+01:00,submit,,customer:kim,portal,acme,fault,high,TRUE,"[""b"", ""a""]",,
T-1,2024-03-04T11:00+01:00,mark,,agent,,,,,,,45,false
T-1,2024-03-04T12:00+01:00,mark,,agent,,,,,,,forty,no
"""
JSON = [
    {
        "ticket": "T-1",
        "at": "2024-03-04T10:00+01:00",
        "event": "submit",
        "actor": "customer:kim",
        "channel": "portal",
        "customer": "acme",
        "data": {"type": "fault", "severity": "high", "vip": True, "tags": ["b", "a"]},
    },
    {"ticket": "T-1", "at": "2024-03-04T11:00+01:00", "event": "mark", "actor": "agent"}
    | {"data": {"minutes": 45, "urgent": False}},
    {"ticket": "T-1", "at": "2024-03-04T12:00+01:00", "event": "mark", "actor": "agent"}
    | {"data": {"minutes": "forty", "urgent": "no"}},
]


def rows() -> list[dict[str, object]]:
    return [record_of_row(row, desk()) for row in csv.DictReader(io.StringIO(CSV))]


def test_rows_are_the_records_of_json() -> None:
    """Empty cells are no fields; what is no value stays what was written."""
    assert JSON == rows()


def test_verdicts_and_journal_are_the_same() -> None:
    """Byte for byte; what cannot be read is refused with every problem."""
    from_rows, from_json = (replay(desk(), records, contracts(), journal=True) for records in (rows(), JSON))

    assert json.dumps(from_rows) == json.dumps(from_json)
    (refused,) = from_rows["tickets"][0]["refused"]
    assert "`minutes` holds whole numbers, and `forty` is none" in refused["message"]
    assert "`urgent` is true or false, not `no`" in refused["message"]


def test_the_arrival_is_a_number() -> None:
    """In JSON and as digits in a cell; a desk gives it, and nothing else is one."""
    for arrival in (7, "7"):
        assert 7 == Event.from_record({**JSON[0], "arrival": arrival}).arrival
        assert 7 == event_of({**JSON[0], "arrival": arrival}).arrival
        assert 7 == event_of_text(text_of_event(event_of({**JSON[0], "arrival": arrival}))).arrival
    assert 0 == event_of({**JSON[0], "arrival": ""}).arrival
    for wrong in ("seven", -1, 1.5, True, "1" * 30, 2**70):
        with pytest.raises(RecordError, match="`arrival` is a number from 1 on"):
            event_of({**JSON[0], "arrival": wrong})


def test_charges_are_taken_in_the_order_of_arrival() -> None:
    """Where a history says it; else in that of their instants, and then of their tickets."""
    late, early = submit("04T12:00", ticket="T-2"), submit("04T11:00")
    for first, other in ((late, early), (early, late)):
        waiting = Arrivals()
        waiting.add(replace(other, arrival=2))
        waiting.add(replace(first, arrival=1))
        assert [first, other] == [*waiting.drained()]


@pytest.mark.parametrize(
    "cell, value",
    [
        ("a", "a"),
        ("[1, ", "[1, "),
        ("[" * 5000, "[" * 5000),
        ('["a", 7]', ["a", 7]),
        ('{"a": 1}', '{"a": 1}'),
        ("", None),
    ],
)
def test_many_values_are_a_list_in_json(cell: str, value: object) -> None:
    """Anything else is one value."""
    record = record_of_row({"ticket": "T-1", "event": "submit", "data.tags": cell}, desk())

    assert value == (record.get("data") or {}).get("tags")  # type: ignore[attr-defined]  # a mapping


def test_a_state_comes_with_facts() -> None:
    """Their domains are those of the facts; what nobody declared stays text."""
    row = {"ticket": "T-1", "at": "2024-03-04T10:00Z", "state": "open", "event": "", "data.vip": "true", "data.x": "1"}
    record = record_of_row(row, desk())

    assert {"vip": True, "x": "1"} == record["data"]
    assert "open" == Event.from_record(record).state


@pytest.mark.parametrize("cell", ["٣٤", "1_000", "0x10", "1e3", "007", "+5", "9" * 30, "1.0"])
def test_only_plain_digits_are_a_number(cell: str) -> None:
    """THREATS S06, Y05: what is no plain number stays text, and is refused as such."""
    record = record_of_row({"event": "mark", "data.minutes": cell}, desk())

    assert {"minutes": cell} == record["data"]
