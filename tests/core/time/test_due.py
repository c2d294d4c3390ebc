"""Every form of target falls due when the contract says, and says why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from upheld.calendars.public_holidays import Calendar as CalendarWithHolidays
from upheld.core.errors import CalendarError
from upheld.core.time.calendar import Calendar
from upheld.core.time.due import Due, due_at
from upheld.core.time.duration import parse_duration
from upheld.core.time.instant import instant_of, seconds_of
from upheld.core.time.recurrence import Recurrence
from upheld.core.time.target import ClosingOfSameDay, NextOccurrence, NextRelease, Target, parse_target

# Greenmash's call centre (GM-13): 9:00 to 17:30 at UTC+0, the public holidays of England.
CALL_CENTRE = CalendarWithHolidays.from_document(
    {
        "zone": "Etc/UTC",
        "weekly": {"mon-fri": ["09:00-17:30"]},
        "holidays": {"country": "GB", "subdivision": "ENG"},
    }
)
PARIS = Calendar.from_document(
    {
        "zone": "Europe/Paris",
        "weekly": {"mon-fri": ["09:00-12:30", "13:30-18:00"], "sat": ["09:00-12:00"]},
        "closed": ["2024-04-01"],
        "nominal-day": "8h",
    }
)
RECURRENCES = {
    "weekly-meeting": Recurrence.from_document({"rrule": "FREQ=WEEKLY;BYDAY=WE", "roll": "next"}, PARIS),
    "reviews": Recurrence.from_document({"dates": ["2024-03-31"], "roll": "next"}, PARIS),
}


def due(target: Target | str, start: str, calendar: Calendar = PARIS, **options: Any) -> Due:
    """When the target is due."""
    that = parse_target(target) if isinstance(target, str) else target
    return due_at(that, calendar, seconds_of(datetime.fromisoformat(start)), **options)


def local(found: Due) -> str:
    """The due time on the clock of the calendar that decided."""
    assert found.due_s is not None
    return instant_of(found.due_s).astimezone(found.calendar.zone).strftime("%a %Y-%m-%d %H:%M")


def acknowledge(start: str) -> Due:
    """GM-10 and GM-14, severity 1: an hour; in the last half-hour of opening time, an hour after the next opening."""
    left_s = CALL_CENTRE.opening_left_s(seconds_of(datetime.fromisoformat(start)))
    return due("next-opening + 1h" if left_s <= parse_duration("30min").seconds else "1h", start, CALL_CENTRE)


def test_in_the_last_half_hour_before_easter_acknowledgement_is_due_an_hour_after_opening_on_tuesday() -> None:
    """K07. At 17:00 on the Thursday before Good Friday exactly thirty minutes are left."""
    found = acknowledge("2024-03-28T17:00+00:00")

    assert "Tue 2024-04-02 10:00" == local(found)
    assert [date(2024, 3, 29), date(2024, 4, 1)] == [day for day, _ in found.skipped]
    assert ["2024-03-28 17:00-17:30", "2024-04-02 09:00-10:00"] == intervals(found)


def test_a_minute_earlier_the_hour_goes_on_across_easter() -> None:
    """At 16:59 thirty-one minutes are left, and twenty-nine remain for the Tuesday."""
    found = acknowledge("2024-03-28T16:59+00:00")

    assert "Tue 2024-04-02 09:29" == local(found)
    assert [date(2024, 3, 29), date(2024, 4, 1)] == [day for day, _ in found.skipped]
    assert ["2024-03-28 16:59-17:30", "2024-04-02 09:00-09:29"] == intervals(found)
    assert 3600 == found.target_s


def intervals(found: Due) -> list[str]:
    """The opening intervals crossed, in UTC."""
    pairs = [(instant_of(start_s), instant_of(end_s)) for start_s, end_s in found.intervals_s]
    return [f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}" for start, end in pairs]


@pytest.mark.parametrize("start", ["2024-03-28T17:30+00:00", "2024-03-29T12:00+00:00", "2024-03-31T23:59:59+00:00"])
def test_in_closed_time_both_readings_agree(start: str) -> None:
    """Nothing is left of the day, so the first hour of the next: which is also one hour of opening time."""
    assert "Tue 2024-04-02 10:00" == local(acknowledge(start)) == local(due("1h", start, CALL_CENTRE))


@pytest.mark.parametrize(
    ("target", "start", "options", "expected", "target_s"),
    [
        ("4h", "2024-03-28T16:00+01:00", {}, "Fri 2024-03-29 11:00", 14_400),
        ("2h", "2024-03-28T16:00+01:00", {}, "Thu 2024-03-28 18:00", 7200),  # on closing, it stays
        ("30min", "2024-03-30T20:00+01:00", {}, "Tue 2024-04-02 09:30", 1800),
        ("1.5bd", "2024-03-28T09:00+01:00", {"business_day": "opening-time"}, "Fri 2024-03-29 14:00", 43_200),
        (
            "1bd",
            "2024-03-28T09:00+01:00",
            {"business_day": "opening-time", "nominal_day_s": 3600},
            "Thu 2024-03-28 10:00",
            3600,
        ),
        ("1bd", "2024-03-29T09:00+01:00", {"business_day": "dates"}, "Sat 2024-03-30 12:00", None),
        ("2bd", "2024-03-29T09:00+01:00", {"business_day": "same-time"}, "Tue 2024-04-02 09:00", None),
        ("next-opening", "2024-03-29T10:00+01:00", {}, "Sat 2024-03-30 09:00", None),
        ("next-opening + 1h", "2024-03-29T08:00+01:00", {}, "Sat 2024-03-30 10:00", None),  # of a later date, always
        ("next-opening + 4h", "2024-03-29T10:00+01:00", {}, "Tue 2024-04-02 10:00", None),
        (ClosingOfSameDay(), "2024-03-29T10:00+01:00", {}, "Fri 2024-03-29 18:00", None),
        (ClosingOfSameDay(), "2024-03-29T12:30+01:00", {}, "Fri 2024-03-29 18:00", None),  # at lunch, the same date
        (ClosingOfSameDay(), "2024-03-29T07:00+01:00", {}, "Fri 2024-03-29 18:00", None),
        (ClosingOfSameDay(), "2024-03-29T18:00+01:00", {}, "Sat 2024-03-30 12:00", None),  # at closing it is closed
        (ClosingOfSameDay(), "2024-03-31T10:00+02:00", {}, "Tue 2024-04-02 18:00", None),
    ],
)
def test_targets(target: Any, start: str, options: dict[str, Any], expected: str, target_s: int | None) -> None:
    """Durations count opening time; symbolic targets are moments of the calendar."""
    found = due(target, start, **options)

    assert expected == local(found)
    assert target_s == found.target_s


def test_days_and_weeks_are_elapsed_where_it_is_always_open() -> None:
    """A day is 24 hours, also when the clocks change; elsewhere the word would mislead."""
    always = Calendar.always("Europe/Paris")

    assert "Sun 2024-03-31 13:00" == local(due("1d", "2024-03-30T12:00+01:00", always))
    assert "Sat 2024-04-06 13:00" == local(due("1w", "2024-03-30T12:00+01:00", always))
    assert "Sat 2024-03-30 16:00" == local(due("4h", "2024-03-30T12:00+01:00", always))
    with pytest.raises(CalendarError, match="`1d` is elapsed time, which counts on the calendar `always` alone"):
        due("1d", "2024-03-30T12:00+01:00")


@pytest.mark.parametrize(
    ("start", "expected", "because"),
    [
        ("2024-03-27T23:59+01:00", "Thu 2024-03-28 18:00", "release of 2024-03-28"),
        ("2024-03-28T00:00+01:00", "Tue 2024-04-02 18:00", "release of 2024-03-31, moved to 2024-04-02"),
        ("2024-03-30T23:59+01:00", "Tue 2024-04-02 18:00", "release of 2024-03-31, moved to 2024-04-02"),
    ],
)
def test_next_release(start: str, expected: str, because: str) -> None:
    """The first dated after the start's date, in any order of the list; a Sunday's moves past the closed Monday."""
    found = due(NextRelease(), start, releases=[date(2024, 3, 31), date(2024, 3, 28)])

    assert (expected, because) == (local(found), found.because)


def test_without_a_known_release_there_is_no_due_time() -> None:
    """GM-12: the clock stays open, and says so."""
    found = due(NextRelease(), "2024-03-31T00:00+01:00", releases=[date(2024, 3, 30)])

    assert found.due_s is None
    assert "no release after 2024-03-31 is known" == found.because
    assert [] == found.intervals_s
    assert () == found.skipped
    assert due(NextRelease(), "2024-03-31T00:00+01:00").due_s is None


def test_next_occurrence() -> None:
    """On the recurrence's own calendar, with the day it moved to."""
    found = due(NextOccurrence("weekly-meeting"), "2024-03-28T10:00+01:00", CALL_CENTRE, recurrences=RECURRENCES)
    assert ("Wed 2024-04-03 18:00", "`weekly-meeting` of 2024-04-03") == (local(found), found.because)
    assert PARIS == found.calendar

    found = due(NextOccurrence("weekly-meeting", "date"), "2024-04-03T10:00+02:00", recurrences=RECURRENCES)
    assert "Wed 2024-04-10 18:00" == local(found)

    found = due(NextOccurrence("reviews"), "2024-03-28T10:00+01:00", recurrences=RECURRENCES)
    assert ("Tue 2024-04-02 18:00", "`reviews` of 2024-03-31, moved to 2024-04-02") == (local(found), found.because)

    found = due(NextOccurrence("reviews"), "2024-05-28T10:00+01:00", recurrences=RECURRENCES)
    assert (None, "`reviews` has no further date") == (found.due_s, found.because)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (NextOccurrence("weekly"), "`next: weekly` names no recurrence that is known"),
        (parse_duration("1bd"), "`1bd` needs to say what a `business-day` is: opening-time, dates or same-time"),
        (
            parse_duration("100000h"),
            "the calendar is not open for 360000000 s after `2024-03-28T10:00:00Z`, up to the end of 2050",
        ),
    ],
)
def test_what_the_checker_rules_out_is_refused_all_the_same(target: Target, message: str) -> None:
    """An embedder may come without the checker."""
    with pytest.raises(CalendarError) as caught:
        due(target, "2024-03-28T10:00+00:00")

    assert message == str(caught.value)
