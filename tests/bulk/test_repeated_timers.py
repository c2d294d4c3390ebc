"""Timers that repeat, or ask for something, as columns: due when they begin, and again each time they fired."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from bulk.differential import Compared
from reference.agreement import loaded
from reference.fixtures import cases

from upheld.engine import Engine
from upheld.loader.contracts import contracts_from
from upheld.replaying import instant_s

HOURS = {"office": {"zone": "Etc/UTC", "weekly": {"mon-fri": ["10:00-12:00", "20:00-22:00"]}}}
CASES = cases("repeating-timers")


@pytest.mark.parametrize("at_once", [False, True])
def test_columns_decide_them_as_the_engine_does(at_once: bool) -> None:
    """For customers with hours of their own, too; only tickets on which one repeats at once leave the columns."""
    document = dict(CASES[0].policy)
    document["timers"] = [each for each in document["timers"] if at_once or each["id"] != "count"]
    office = {**document["calendars"]["office"], "per-customer": True}
    document["calendars"] = {**document["calendars"], "office": office}
    signed: dict[str, Any] = {"customers": {"own": {"calendars": HOURS}, "acme": {}}}
    policy, compared = loaded(document), Compared()
    records = [
        {**each, "ticket": f"{whose}-{number}-{later}", "customer": whose, "at": moved(each["at"], later)}
        for number, case in enumerate(CASES)
        for whose in signed["customers"]
        for later in (0, 67, 1_507)
        for each in case.records
    ]

    assert [] == compared.look(Engine(policy, contracts_from(signed, policy)), records, instant_s("2024-03-20T10:00Z"))
    assert at_once == bool(compared.left)


def test_columns_ask_what_has_to_hold_as_the_engine_does() -> None:
    """On the ticket as it is when the time of a timer has come."""
    conditional = cases("conditional-timers")
    policy, compared = loaded(conditional[0].policy), Compared()
    records = [
        {**each, "ticket": f"{number}-{later}", "at": moved(each["at"], later)}
        for number, case in enumerate(conditional)
        for later in (0, 67, 1_507)
        for each in case.records
    ]

    assert [] == compared.look(Engine(policy), records, instant_s("2024-03-20T10:00Z"))
    assert not compared.left


def moved(at: str, minutes: int) -> str:
    """An instant so many minutes later."""
    return (datetime.fromisoformat(at) + timedelta(minutes=minutes)).isoformat()
