"""Starts with a date of their own: one that lies after its record is flagged, in columns as by the engine."""

from __future__ import annotations

import pytest
from bulk.differential import differences
from bulk.test_dated_starts import FORMS, engine_of

from upheld import Event

ENTERED = "2026-03-04T23:30:00Z"
"""In Paris, where these dates are read, half past midnight on the fifth."""


@pytest.mark.parametrize(
    ("form", "data", "is_told"),
    [
        ("a date", {"day": "2026-03-05"}, False),
        ("a date", {"day": "2026-03-06"}, True),
        ("a table that changes", {"since": ENTERED}, False),
        ("a table that changes", {"since": "2026-03-04T23:30:01Z"}, True),
        ("a table that changes", {"day": "2026-03-06"}, False),
    ],
)
def test_a_start_after_its_record_is_flagged(form: str, data: dict[str, str], *, is_told: bool) -> None:
    """Today's date is none to come, though its hours open later; fields that start nothing may hold any."""
    engine = engine_of(FORMS[form])
    record = {"ticket": "T-1", "at": ENTERED, "event": "submit", "actor": "agent", "customer": "acme"}
    record["data"] = {"severity": "low", **data}
    decision = engine.apply(None, Event.from_record(record))

    assert ["start-ahead"] * is_told == [flag.code for flag in decision.flags]
    assert [] == differences(engine, [record, {**record, "ticket": "T-2"}])[0]
