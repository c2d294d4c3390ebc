"""Attendance: a history read in a wrong zone is told by when its people worked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from small_desk import DESK, contracts, desk, policy_of

from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.replay.warning import FEWEST
from upheld.loading import load_policy
from upheld.replaying import replay

MONDAY = datetime(2024, 3, 4, tzinfo=ZoneInfo("Europe/Paris"))


def worked(hours: list[float], count: int = FEWEST, actor: str = "agent", policy: Policy | None = None) -> list[Any]:
    """The warnings of so many records, one a day from Monday to Friday, at these hours of Paris in turn."""
    days = [MONDAY + timedelta(days=number // 5 * 7 + number % 5) for number in range(count)]
    events = [
        Event(f"T-{number}", day + timedelta(hours=hours[number % len(hours)]), "open", actor)
        for number, day in enumerate(days)
    ]
    found: list[Any] = replay(policy or desk(), events, contracts(policy), as_of="2026-02-01T00:00Z")["warnings"]
    return [each for each in found if "check the zone" in each]


def test_clocks_that_are_hours_off_are_told() -> None:
    """The desk is open from 9 to 17; with the share that is there, and what it would be."""
    (early,) = worked([7, 8, 9, 14.5])
    (late,) = worked([16.75, 17])

    assert "50% of what the vendor's people did lies in the opening hours of `office`" in early
    assert "were all instants 2 h later, 100% would: check the zone" in early
    assert "were all instants 1 h earlier, 100% would" in late


def test_summer_time_is_no_shift() -> None:
    """The hours are those of the local clock, so a year of the same hours stays one."""
    assert [] == worked([9, 16.75], 5 * 52)


@pytest.mark.parametrize(
    "hours, count, actor",
    [
        ([9, 12, 16], FEWEST, "agent"),
        ([8, *[10] * 19], FEWEST, "agent"),
        ([3], FEWEST - 1, "agent"),
        ([3], FEWEST, "customer"),
        ([3], FEWEST, "system"),
    ],
    ids=["right", "nearly right", "too few", "customers", "machines"],
)
def test_nothing_is_said(hours: list[float], count: int, actor: str) -> None:
    """Where the clock seems right, where there is little to tell by, and of those who keep no hours."""
    assert [] == worked(hours, count, actor)


def test_a_desk_that_never_closes_tells_nothing() -> None:
    """Whatever the hour, it was open."""
    policy = policy_of(DESK.replace('{mon-fri: ["09:00-17:00"]}', '{mon-sun: ["00:00-24:00"]}'))

    assert [] == worked([3], policy=policy)


def test_hours_of_some_other_promise_may_fit() -> None:
    """A shift is told only where none of the calendars fits as it is, and once."""
    night = 'calendars:\n  night: {zone: Europe/Paris, weekly: {mon-fri: ["00:00-08:00"]}, assumes: [hours]}'
    text = DESK.replace("calendars:", night, 1).replace(
        "calendar: office, within: 8h, cycles: one, on-reopen: ignore",
        "calendar: night, within: 8h, cycles: one, on-reopen: ignore",
    )
    policy = policy_of(text)

    assert [] == worked([3, 4, 7], policy=policy)
    assert 1 == len(worked([8.25], policy=policy))


def test_the_order_of_records_changes_nothing() -> None:
    """Nor does the order of tickets."""
    assert worked([7, 8, 9, 14.5]) == worked([14.5, 9, 8, 7])


def far(*days: int, later: int = 2) -> list[Any]:
    """The warnings of records on these days from Monday on, and of `later` of one ticket twenty years after them."""
    policy = load_policy("base")
    events = [Event(f"T-{day}", MONDAY + timedelta(days=day), "submit", "customer", "email") for day in days]
    events += [
        Event(
            "T-far",
            MONDAY + timedelta(days=7300, hours=hour),
            "submit" if hour == 0 else "comment",
            "customer",
            "email",
        )
        for hour in range(later)
    ]
    found: list[Any] = replay(policy, events)["warnings"]
    return found


@pytest.mark.parametrize("later", [2, 3, 4])
def test_records_of_a_wrong_year_are_told_however_many(later: int) -> None:
    """A wrong year rarely comes alone: as-of is theirs, so every figure is (THREATS V08)."""
    (told,) = far(*range(0, 300, 30), later=later)

    assert f"{later} records lie more than a year after all others, which end at `2024-11-28T23:00:00Z`" in told


def test_one_record_of_a_wrong_year_is_told_as_one() -> None:
    (told,) = far(*range(0, 300, 30), later=1)

    assert "that of one record; all others lie more than a year before" in told


def test_a_gap_in_the_middle_of_a_history_is_told_too() -> None:
    """Nobody knows which part is wrong; the reader does."""
    assert 1 == len(far(0, later=5))


def test_what_lies_within_a_year_is_no_gap() -> None:
    assert [] == far(*range(0, 3000, 365), later=0)


def test_an_as_of_that_is_given_is_no_wrong_year() -> None:
    events = [Event(f"T-{day}", MONDAY + timedelta(days=day), "submit", "customer", "email") for day in (0, 800)]

    assert [] == replay(load_policy("base"), events, as_of="2030-01-01T00:00Z")["warnings"]
