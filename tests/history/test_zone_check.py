"""Zone check: a clock that is wrong by whole hours is told by the opening hours, and a right one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from upheld import load_policy
from upheld.core.calendar import Calendar
from upheld.core.instant import END_DAY, seconds_of
from upheld.history.event_record import event_of
from upheld.history.file import HistoryFile
from upheld.history.mapping_file import read_mapping
from upheld.history.row import Bad
from upheld.history.translation import records
from upheld.history.xes import rows
from upheld.history.zone_check import LEAST_EVENTS, SAMPLE, Sample, ZoneDoubt, zone_doubt

HOUR_S, DAY_S, WEEK_S = 3_600, 86_400, 604_800
MONDAY_S = 1_772_409_600
"""Midnight in UTC."""

DESK = Calendar.from_document({"zone": "Etc/UTC", "weekly": {"mon-fri": ["09:00-13:00", "14:00-18:00"]}})
ROME = Calendar.from_document({"zone": "Europe/Rome", "weekly": {"mon-fri": ["09:00-13:00", "14:00-18:00"]}})

HELPDESK = """
upheld: 1
mapping: helpdesk
audit: true
columns: {ticket: trace concept:name, at: time:timestamp}
statuses:
  - {when: {concept:name: Closed}, skip: true}
  - {state: in-fix}
"""


def office_hours(days: int = 5) -> list[int]:
    """Events of some weeks of work, every quarter of an hour with the lunch left out."""
    hours = [hour for hour in range(9, 18) if hour != 13]
    return [
        MONDAY_S + day // 5 * WEEK_S + day % 5 * DAY_S + hour * HOUR_S + quarter * 900
        for day in range(days)
        for hour in hours
        for quarter in range(4)
    ]


def test_a_right_clock_is_left_alone() -> None:
    """All of it in opening hours, or some of it in the evening."""
    events = office_hours()

    assert None is zone_doubt(events, DESK)
    assert None is zone_doubt([*events, *(at_s + 12 * HOUR_S for at_s in events)], DESK)


@pytest.mark.parametrize("hours", [-13, -5, -1, 1, 2, 9, 14])
def test_a_clock_that_is_off_is_told_with_the_hours(hours: int) -> None:
    """However far, both ways; the shift says how to mend it."""
    doubt = zone_doubt([at_s - hours * HOUR_S for at_s in office_hours()], DESK)

    assert doubt is not None
    assert (160, 160, hours) == (doubt.looked_at, doubt.open_then, doubt.shift_h)
    assert f"{abs(hours)} h {'later' if hours > 0 else 'earlier'}" in str(doubt)


def test_a_small_gain_is_none() -> None:
    """From ten points on it is told: here one in ten events lies an hour early."""
    events = [MONDAY_S + 12 * HOUR_S] * 90 + [MONDAY_S + 13 * HOUR_S] * 10

    assert ZoneDoubt(100, 90, 100, -1) == zone_doubt(events, DESK)
    assert None is zone_doubt([*events, MONDAY_S + 12 * HOUR_S], DESK)


def test_hours_that_are_open_all_week_tell_nothing() -> None:
    """Nothing can be gained, wherever the events lie."""
    assert None is zone_doubt([at_s + 9 * HOUR_S for at_s in office_hours()], Calendar.always())


def test_few_events_tell_nothing() -> None:
    events = [MONDAY_S] * LEAST_EVENTS

    assert None is zone_doubt(events[1:], DESK)
    assert 9 == getattr(zone_doubt(events, DESK), "shift_h", None)


def test_events_at_the_ends_of_time_do_not_count() -> None:
    """A calendar knows the years 1990 to 2050, and a shift may lead out of them."""
    assert None is zone_doubt([END_DAY * DAY_S - 1] * 100, DESK)


def test_a_sample_is_spread_over_all_and_the_same_on_every_run() -> None:
    """Of a million instants some thousand, from the first to near the last, equally far apart."""
    sample = Sample()
    for at_s in range(1_000_000):
        sample.add(at_s)
    gaps = {b - a for a, b in zip(sample.instants, sample.instants[1:])}

    assert {0} == set(sample.instants[:1])
    assert 1 == len(gaps)
    assert SAMPLE <= len(sample.instants) < 2 * SAMPLE
    assert 1_000_000 - sample.instants[-1] <= gaps.pop()


@pytest.mark.parametrize(
    "zone, shift_h",
    [("", None), ("zone: {override: Etc/UTC}", None), ("zone: {override: Europe/Rome}", 2)],
)
def test_the_help_desk_log_shows_a_wrong_zone(shared: Path, zone: str, shift_h: int | None) -> None:
    """Its digits are UTC and it says so; read as those of Rome, its agents would begin before seven."""
    mapping, _ = read_mapping(f"{HELPDESK}{zone}\n".encode(), "helpdesk.yaml")
    assert mapping is not None
    with HistoryFile.open(str(shared / "data" / "helpdesk-it" / "helpdesk.xes.gz")) as file:
        found = records(mapping, rows(file), load_policy("base"))
        instants = [seconds_of(event_of(each[1]).at) for each in found if not isinstance(each, Bad)]
    doubt = zone_doubt(instants, ROME)

    assert shift_h == (doubt.shift_h if doubt else None)
