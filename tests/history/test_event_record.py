"""The short way from a record to an event says what the long way says."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from upheld.core.errors import UpheldError
from upheld.core.record.event import LONGEST_TEXT, Event
from upheld.history.event_record import event_of, plain_event

RECORD: dict[str, Any] = {
    "ticket": "T-1",
    "at": "2026-03-02T09:00+01:00",
    "event": "submit",
    "actor": "customer:kim",
    "channel": "portal",
    "customer": "acme",
    "data": {"severity": "high", "minutes": 45, "urgent": False, "note": None},
}
GONE = object()
AT = (
    *("2026-03-02T09:00:00.999999Z", "2026-03-02 09:00+01:00", "20260302T090000Z", "2026-W10-1T09:00Z"),
    *("1990-01-01T00:00Z", "1989-12-31T23:59:59Z", "2050-12-31T23:59:59Z", "2051-01-01T00:00Z"),
    *("1990-01-01T00:30+01:00", "2051-01-01T00:30+01:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00+23:59"),
    *(
        "2026-03-02T09:00",
        "2026-03-02",
        "yesterday",
        "٢٠٢٦-03-02T09:00Z",
        "2026-03-02T09:00+25:00",
        "2026-02-30T09:00Z",
    ),
)
TEXTS = (
    "",
    "é",
    "a b",
    " a",
    "a ",
    "a\nb",
    "a\x00",
    "\ud83d",
    "x" * LONGEST_TEXT,
    "x" * (LONGEST_TEXT + 1),
    7,
    None,
    True,
    ["a"],
    GONE,
)


def changed(name: str, value: object) -> dict[str, Any]:
    return {key: each for key, each in {**RECORD, name: value}.items() if each is not GONE}


CASES = [
    RECORD,
    *(changed("at", at) for at in (*AT, *TEXTS, 1772438400)),
    *(changed(name, text) for name, text in product(("ticket", "event", "actor", "channel", "customer"), TEXTS)),
    *(changed("state", text) for text in TEXTS),
    *({**changed("event", event), "state": state} for event, state in product(("", "a", None), ("", "b", None))),
    *({**changed("event", GONE), "state": state} for state in TEXTS if state is not GONE),
    *(changed("data", data) for data in (None, {}, [], "a", {"many": ["a", 1, True]}, GONE)),
    *({**RECORD, name: "x"} for name in ("evnt", "", "Event")),
    {},
]


def outcome(make: Any, record: dict[str, Any]) -> tuple[object, ...]:
    try:
        event = make(record)
    except UpheldError as error:
        return type(error), str(error)
    return event, event.at_s, event.role, event.actor_id


@pytest.mark.parametrize("record", CASES, ids=range(len(CASES)))
def test_both_ways_agree(record: dict[str, Any]) -> None:
    """The event, what is derived of it, or what is wrong, whatever the record."""
    assert outcome(Event.from_record, record) == outcome(event_of, record)


def test_what_is_plainly_right_goes_the_short_way() -> None:
    """Otherwise reading would be right, and slow."""
    assert plain_event(RECORD) == Event.from_record(RECORD)
    assert plain_event({name: RECORD[name] for name in ("ticket", "at", "event")}) is not None
    assert plain_event({"ticket": "T-1", "at": "2026-03-02T09:00Z", "state": "open"}) is not None


@pytest.mark.parametrize("value", [{"a": 1}, 1.5, [{"a": 1}], [["a"]], [1.5]])
def test_fields_hold_plain_values(value: object) -> None:
    """As the schema of histories has it: a text, a whole number, true or false, or a list of such."""
    with pytest.raises(UpheldError, match="^field `note` holds .*: give a plain value, or a list of them$"):
        event_of(changed("data", {"note": value}))
