"""Business time as nine independent projects' own tests assert it: every case of the shared oracle file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from upheld.core.errors import CalendarError
from upheld.core.time.calendar import Calendar

Case = Mapping[str, Any]

WEEKS_OF_28_YEARS = timedelta(weeks=1461)
"""After 28 years the weekdays of a date come back."""


def test_every_case_of_the_oracle(shared: Path) -> None:
    """Whatever the project asserts, this library answers; the two cases of 1970 are asked for 1998."""
    cases = [json.loads(line) for line in (shared / "oracle" / "business_time.jsonl").read_text("utf-8").splitlines()]

    wrong = {case["id"]: (case["op"], *answer) for case in cases if len(set(answer := expected_and_actual(case))) > 1}

    assert {} == wrong
    assert Counter(add=114, between=56, roll_forward=17, roll_back=5, add_days=4) == Counter(
        case["op"] for case in cases
    )


def test_the_two_cases_of_1970_are_refused_as_they_stand(shared: Path) -> None:
    """They lie before the years that a calendar covers, and that is said."""
    lines = (shared / "oracle" / "business_time.jsonl").read_text("utf-8").splitlines()
    early = [case for case in map(json.loads, lines) if case["start"] < "1990"]

    assert ["c0161", "c0162"] == [case["id"] for case in early]
    for case in early:
        start, end = (datetime.fromisoformat(case[key]).replace(tzinfo=ZoneInfo("UTC")) for key in ("start", "end"))
        with pytest.raises(CalendarError, match="`1970-01-01T00:00:00Z` lies outside the years 1990 to 2050"):
            calendar_of(case).between(start, end)


def expected_and_actual(case: Case) -> tuple[object, object]:
    """What the case asserts, and what is answered."""
    calendar = calendar_of(case)
    later = WEEKS_OF_28_YEARS if case["start"] < "1990" and "*" not in json.dumps(case["calendar"]) else timedelta()
    start = instant(case["start"], case["start_tz"]) + later
    match case["op"]:
        case "between":
            return case["expected_s"], calendar.between(start, instant(case["end"], case["start_tz"]) + later)
        case "add":
            actual = calendar.add(start, case["duration_s"])
        case "roll_forward":
            actual = calendar.next_opening(start)
        case "roll_back":
            actual = calendar.previous_closing(start)
        case "add_days":
            assert "working_days_keep_clock_time" == case["semantics"]
            actual = calendar.add_business_days(start, case["days"], "same-time")
        case other:
            raise AssertionError(f"the oracle has grown an operation: {other}")
    if case.get("compare") == "date":
        return date.fromisoformat(case["expected"]), actual.astimezone(ZoneInfo(case["expected_tz"])).date()
    return instant(case["expected"], case["expected_tz"]), actual


def instant(text: str, zone: str) -> datetime:
    """The instant of a local time; none of the oracle's is ambiguous."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def calendar_of(case: Case) -> Calendar:
    """The oracle's keys as those of a policy's `calendars` entry."""
    given = case["calendar"]
    return Calendar.from_document(
        {
            "zone": given["timezone"],
            "weekly": {day: written(windows) for day, windows in given["weekly"].items()},
            "closed": given["holidays"],
            "special": {day: written(windows) for day, windows in given.get("special_hours", {}).items()},
        }
    )


def written(windows: list[tuple[str, str]]) -> list[str]:
    """Pairs of times as windows are written."""
    return ["-".join(pair) for pair in windows]
