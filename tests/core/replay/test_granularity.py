"""Granularity: dates without times, and tickets that last no time, are told; what may be chance is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from core.replay.test_unpromised import POLICY, lighthouse

from upheld.core.replay.granularity import FEWEST_PROMISES, FEWEST_RECORDS, FEWEST_TICKETS
from upheld.replaying import replay

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def warnings(history: list[dict[str, Any]], zone: str = "Etc/UTC") -> list[str]:
    found: list[str] = replay(lighthouse(POLICY.replace("Etc/UTC", zone)), history, audit=True)["warnings"]
    return found


def ticket(name: str, *steps: tuple[datetime, str]) -> list[dict[str, Any]]:
    data = {"severity": "dark", "lamp": "oil"}
    return [{"ticket": name, "at": at.isoformat(), "state": state, "data": data} for at, state in steps]


def days(number: int, hour: float = 0, zone: Any = UTC) -> list[dict[str, Any]]:
    """Tickets that last a day, so many records of them."""
    first = MONDAY.replace(tzinfo=zone) + timedelta(hours=hour)
    found: list[dict[str, Any]] = []
    for each in range(number // 2):
        found += ticket(
            f"D-{each}", (first + timedelta(days=each), "open"), (first + timedelta(days=each + 1), "resolved")
        )
    return found


@pytest.mark.parametrize("zone", ["Etc/UTC", "Europe/Paris", "Asia/Kolkata"])
def test_dates_without_times_are_told(zone: str) -> None:
    """Midnight is that of the policy's zone, or of UTC, as many exports write it."""
    said = "{0} of {0} records lie at midnight: the history has dates and no times"

    (warning,) = warnings(days(FEWEST_RECORDS, zone=ZoneInfo(zone)), zone)
    assert warning.startswith(said.format(FEWEST_RECORDS))
    (warning,) = warnings(days(40), zone)
    assert warning.startswith(said.format(40))


def test_some_midnights_are_chance() -> None:
    assert [] == warnings(days(FEWEST_RECORDS - 2))
    assert [] == warnings(days(20) + flat(2, "open"))
    assert [] == warnings(days(40, hour=9))


def flat(number: int, *states: str) -> list[dict[str, Any]]:
    """Tickets whose records all lie at one instant."""
    moments = [MONDAY + timedelta(hours=9 + each) for each in range(number)]
    return [
        record for each, at in enumerate(moments) for record in ticket(f"F-{each}", *((at, name) for name in states))
    ]


def test_tickets_of_one_instant_are_told() -> None:
    """As a mapping without `rows-from` makes of an export with one row per ticket."""
    (warning,) = warnings(flat(FEWEST_TICKETS, "open", "resolved"))
    assert warning.startswith(f"all records of {FEWEST_TICKETS} of {FEWEST_TICKETS} tickets lie at one instant: ")
    assert "say `rows-from`" in warning
    (warning,) = warnings(flat(18, "open", "resolved") + days(4, hour=9.5))
    assert warning.startswith("all records of 18 of 20 tickets lie at one instant: ")


def test_a_mornings_requests_are_none() -> None:
    """Each has a single record so far: of what runs nothing is said that is not so."""
    assert [] == warnings(flat(12, "open"))
    assert [] == warnings(flat(FEWEST_TICKETS - 1, "open", "resolved"))
    assert [] == warnings(flat(17, "open", "resolved") + days(6, hour=9.5))


def test_promises_that_take_no_time_are_told() -> None:
    """Though tickets go on afterwards."""
    history = flat(FEWEST_PROMISES, "open", "resolved")
    later = [{**each, "at": "2026-03-05T10:00:00Z", "state": "closed"} for each in history[1::2]]

    (warning,) = warnings(history + later)
    assert warning.startswith(f"{FEWEST_PROMISES} of {FEWEST_PROMISES} promises were kept at the very instant ")
    assert [] == warnings(history + later + days(2, hour=9.5))


def test_shuffled_records_are_warned_of_alike() -> None:
    """Tickets in any mixture."""
    history = flat(9, "open", "resolved")

    assert warnings(history) == warnings(sorted(history, key=lambda each: each["state"]))
