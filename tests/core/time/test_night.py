"""Windows over midnight: a night belongs whole to the date on which it begins."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest

from upheld.core.errors import CalendarError
from upheld.core.replay.warning import _slots
from upheld.core.time.calendar import Calendar, calendar_problems
from upheld.core.time.day import WEEKDAYS
from upheld.core.time.due import due_at
from upheld.core.time.instant import date_of_day, day_number, instant_of, seconds_of
from upheld.core.time.recurrence import Recurrence
from upheld.core.time.target import ClosingOfSameDay, NextRelease, Target, parse_target
from upheld.core.time.window import parse_window, text_of_window

NIGHT = {"zone": "Europe/Paris", "weekly": {"mon-fri": ["22:00-06:00"]}}
DESK = Calendar.from_document(NIGHT)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=DESK.zone)


def shown(instant: datetime) -> str:
    return instant.astimezone(DESK.zone).strftime("%a %d %b %H:%M")


def due(target: Target, start: str, calendar: Calendar = DESK, **options: Any) -> str:
    found = due_at(target, calendar, seconds_of(at(start)), **options)
    assert found.due_s is not None
    return shown(instant_of(found.due_s))


STARTS = {
    "2026-03-02T21:59": ("Wed 04 Mar 06:00", "Tue 03 Mar 22:00", "Tue 03 Mar 06:00", "Tue 03 Mar 22:00", 28_800),
    "2026-03-02T23:00": ("Wed 04 Mar 06:00", "Tue 03 Mar 23:00", "Tue 03 Mar 06:00", "Tue 03 Mar 22:00", 25_200),
    "2026-03-03T05:59": ("Wed 04 Mar 06:00", "Wed 04 Mar 05:59", "Tue 03 Mar 06:00", "Tue 03 Mar 22:00", 60),
    "2026-03-03T06:00": ("Thu 05 Mar 06:00", "Wed 04 Mar 22:00", "Wed 04 Mar 06:00", "Wed 04 Mar 22:00", 28_800),
    "2026-03-06T23:00": ("Tue 10 Mar 06:00", "Mon 09 Mar 23:00", "Sat 07 Mar 06:00", "Mon 09 Mar 22:00", 25_200),
    "2026-03-07T03:00": ("Tue 10 Mar 06:00", "Tue 10 Mar 03:00", "Sat 07 Mar 06:00", "Mon 09 Mar 22:00", 10_800),
    "2026-03-07T12:00": ("Tue 10 Mar 06:00", "Tue 10 Mar 22:00", "Tue 10 Mar 06:00", "Mon 09 Mar 22:00", 0),
}


@pytest.mark.parametrize("start", STARTS)
def test_a_night_is_one_business_day(start: str) -> None:
    """What comes in after midnight, in the night, comes in on the date on which the night began."""
    dates, same_time, closing, opening, left_s = STARTS[start]

    assert dates == due(parse_target("1bd"), start, business_day="dates")
    assert same_time == due(parse_target("1bd"), start, business_day="same-time")
    assert closing == due(ClosingOfSameDay(), start)
    assert opening == due(parse_target("next-opening"), start)
    assert left_s == DESK.opening_left_s(seconds_of(at(start)))


def test_business_days_counted_back_and_as_opening_time() -> None:
    """The worth of a night is its eight hours."""
    assert 8 * 3600 == DESK.hours.nominal_day_s
    assert "Wed 04 Mar 03:00" == due(parse_target("1bd"), "2026-03-03T03:00", business_day="opening-time")
    assert "Sat 28 Feb 06:00" == shown(DESK.add_business_days(at("2026-03-03T03:00"), -1, "dates"))
    assert "Sat 28 Feb 03:00" == shown(DESK.add_business_days(at("2026-03-03T03:00"), -1, "same-time"))


@pytest.mark.parametrize(
    ("start", "after", "expected"),
    [
        ("2026-03-06T23:00", "instant", "Sat 07 Mar 06:00"),
        ("2026-03-07T05:59", "instant", "Sat 07 Mar 06:00"),  # Friday's night, due when it ends
        ("2026-03-07T05:59", "date", "Sat 14 Mar 06:00"),
        ("2026-03-07T06:00", "instant", "Sat 14 Mar 06:00"),
    ],
)
def test_a_recurring_day_is_due_when_its_night_ends(start: str, after: Any, expected: str) -> None:
    """And the night belongs to its date, before and after midnight."""
    fridays = Recurrence.from_document({"rrule": "FREQ=WEEKLY;BYDAY=FR"}, DESK)
    found = fridays.next_after(at(start), after)

    assert found is not None
    assert expected == shown(found)


def test_a_recurring_day_rolls_to_a_night() -> None:
    """A Saturday, of which some hours are open, is no business day: they are Friday's."""
    for roll, expected in (
        ("previous", "Sat 07 Mar 06:00"),
        ("next", "Tue 10 Mar 06:00"),
        ("none", "Sun 08 Mar 00:00"),
    ):
        found = Recurrence.from_document({"dates": ["2026-03-07"], "roll": roll}, DESK).next_after(
            at("2026-03-06T12:00")
        )
        assert found is not None
        assert expected == shown(found)


def test_a_release_is_due_when_its_night_ends() -> None:
    """One of Tuesday is dated after a start in Monday's night, though Tuesday has begun by then."""
    releases = [date(2026, 3, 3), date(2026, 3, 7)]

    assert "Wed 04 Mar 06:00" == due(NextRelease(), "2026-03-03T03:00", releases=releases)
    assert "Tue 10 Mar 06:00" == due(NextRelease(), "2026-03-03T06:00", releases=releases)


@pytest.mark.parametrize(
    ("changes", "open_s"),
    [
        ({}, 8 * 3600),
        ({"closed": ["2026-03-04"]}, 0),
        ({"closed": ["2026-03-05"]}, 8 * 3600),
        ({"special": {"2026-03-04": []}}, 0),
        ({"special": {"2026-03-04": ["20:00-23:00"]}}, 3 * 3600),
        ({"special": {"2026-03-04": ["23:00-09:00"]}}, 10 * 3600),
        ({"special": {"2026-03-04": {"closes": "23:00"}}}, 3600),
        ({"special": {"2026-03-04": {"closes": "24:00"}}}, 2 * 3600),
    ],
)
def test_what_closes_a_date_closes_its_night_whole(changes: dict[str, Any], open_s: int) -> None:
    """From Wednesday noon to Thursday noon."""
    calendar = Calendar.from_document(NIGHT | changes)

    assert open_s == calendar.between(at("2026-03-04T12:00"), at("2026-03-05T12:00"))


def test_a_skipped_night_is_that_of_its_date() -> None:
    """Its hours after midnight are skipped with it, and by whoever starts in them."""
    calendar = Calendar.from_document(NIGHT | {"closed": ["2026-03-04"]})
    skipped = ((date(2026, 3, 4), "own closing day"),)

    assert skipped == calendar.skipped(at("2026-03-05T05:59"), at("2026-03-05T23:00"))
    assert () == calendar.skipped(at("2026-03-05T06:00"), at("2026-03-05T23:00"))
    assert skipped == calendar.skipped(at("2026-03-04T12:00"), at("2026-03-04T22:01"))


def test_a_night_in_which_clocks_change() -> None:
    """Seven hours in spring, nine in autumn; a window that ends in the hour itself has what there is of it."""
    calendar = Calendar.from_document({"zone": "Europe/Paris", "weekly": {"sat": ["22:00-06:00"]}})
    narrow = Calendar.from_document({"zone": "Europe/Paris", "weekly": {"sat": ["22:00-02:30"]}})

    for start, hours in (("2026-03-28T12:00", 7), ("2026-10-24T12:00", 9), ("2026-10-31T12:00", 8)):
        assert hours * 3600 == calendar.opening_left_s(seconds_of(at(start)))
    assert [4 * 3600, 5 * 3600] == [
        narrow.opening_left_s(seconds_of(at(start))) for start in ("2026-03-28T12:00", "2026-10-24T12:00")
    ]


def test_a_night_over_the_new_year() -> None:
    """Whichever year is asked for first, the night is whole: 31 December 2026 is a Thursday."""
    for first in ("2026-06-01T12:00", "2027-06-01T12:00"):
        calendar = Calendar.from_document(NIGHT)
        calendar.is_open(at(first))
        assert 8 * 3600 == calendar.between(at("2026-12-31T12:00"), at("2027-01-01T12:00"))
        for start in ("2026-12-31T23:30", "2027-01-01T02:00"):
            assert seconds_of(at("2027-01-01T06:00")) - seconds_of(at(start)) == calendar.opening_left_s(
                seconds_of(at(start))
            )
            assert "Sat 02 Jan 06:00" == due(parse_target("1bd"), start, calendar, business_day="dates")
        back = calendar.business_day_after(day_number(date(2027, 1, 1)), -1)
        assert (date(2026, 12, 31), "Thu 31 Dec 22:00", "Fri 01 Jan 06:00") == (
            date_of_day(back.day),
            shown(instant_of(back.opens_s)),
            shown(instant_of(back.closes_s)),
        )


def test_the_last_night_of_all_ends_with_the_years() -> None:
    """What lies after 2050 is unknown; 31 December is a Saturday."""
    calendar = Calendar.from_document({"zone": "Etc/UTC", "weekly": {"mon-sun": ["22:00-06:00"]}})
    end = datetime(2051, 1, 1, tzinfo=UTC)

    assert end == calendar.add_business_days(datetime(2050, 12, 30, 23, tzinfo=UTC), 1, "dates")
    assert 3600 == calendar.opening_left_s(seconds_of(end) - 3600)
    with pytest.raises(CalendarError, match="lies outside the years"):
        calendar.add_business_days(datetime(2050, 12, 31, 3, tzinfo=UTC), 1, "same-time")


def test_special_hours_into_which_a_night_lasts() -> None:
    """The time counts once, as the night's; the special hours have the rest."""
    calendar = Calendar.from_document(
        NIGHT | {"special": {"2026-03-07": ["04:00-08:00"], "2026-03-05": ["01:00-05:00"]}}
    )

    assert 10 * 3600 == calendar.between(at("2026-03-06T12:00"), at("2026-03-07T12:00"))
    assert 3600 == calendar.opening_left_s(seconds_of(at("2026-03-07T05:00")))
    assert 7200 == calendar.opening_left_s(seconds_of(at("2026-03-07T06:00")))
    assert calendar.business_day(day_number(date(2026, 3, 5))) is None  # all of it lies in Wednesday's night


def test_nights_that_touch_are_open_without_a_break() -> None:
    """24 hours from 06:00 to 06:00: a day that begins in the morning."""
    day = {"zone": "Etc/UTC", "weekly": {"mon-sun": ["06:00-18:00", "18:00-06:00"]}}
    calendar = Calendar.from_document(day)
    start = datetime(2026, 3, 3, 3, tzinfo=UTC)

    assert 24 * 3600 == calendar.hours.nominal_day_s
    assert datetime(2026, 3, 4, 6, tzinfo=UTC) == calendar.add_business_days(start, 1, "dates")
    assert 48 * 3600 == calendar.between(start, start.replace(day=5))


def test_a_calendar_with_nights_is_its_opening_hours() -> None:
    """A copy answers alike; cut at midnight the same time is open, and business days are others."""
    cut = {"mon": ["22:00-24:00"], "tue-fri": ["00:00-06:00", "22:00-24:00"], "sat": ["00:00-06:00"]}
    in_two = Calendar.from_document(NIGHT | {"weekly": cut, "nominal-day": "8h"})
    span = at("2026-03-01T00:00"), at("2026-03-31T00:00")

    assert DESK.digest() == pickle.loads(pickle.dumps(DESK)).digest()
    assert in_two.intervals(*span) == DESK.intervals(*span)
    assert in_two.digest() != DESK.digest()


@pytest.mark.parametrize(
    ("weekly", "problem"),
    [
        ({"mon-fri": ["22:00-06:00"]}, ""),
        ({"fri": ["22:00-06:00"], "sat": ["06:00-12:00"]}, ""),
        ({"mon": ["00:00-24:00"], "sun": ["22:00-00:00"]}, ""),
        ({"fri": ["22:00-06:00"], "sat": ["05:59-12:00"]}, "`22:00-06:00` of `fri` and `05:59-12:00` of `sat` overlap"),
        ({"mon": ["00:00-01:00"], "sun": ["22:00-00:30"]}, "`22:00-00:30` of `sun` and `00:00-01:00` of `mon` overlap"),
        ({"mon": ["22:00-06:00", "23:00-24:00"]}, "`22:00-06:00` and `23:00-24:00` overlap"),
        (
            {"mon": ["00:00-00:00"]},
            "`00:00-00:00` closes when it opens: round the clock is `00:00-24:00`, and closed is",
        ),
        (
            {"mon": ["22:00-22:00"]},
            "`22:00-22:00` closes when it opens: round the clock is `00:00-24:00`, and closed is",
        ),
        ({"mon": ["24:00-06:00"]}, "`24:00-06:00` opens when its day ends: write `00:00-06:00` on the next day"),
    ],
)
def test_nights_that_overlap(weekly: dict[str, list[str]], problem: str) -> None:
    """On their own day, on the next, and from Sunday into Monday."""
    found = calendar_problems({"zone": "Etc/UTC", "weekly": weekly})

    assert bool(problem) == bool(found)
    assert not found or found[0].message.startswith(problem)


def test_windows_are_written_as_they_are_read() -> None:
    """One that ends at midnight ends its day."""
    for text in ("09:00-17:00", "00:00-24:00", "22:00-24:00", "22:00-06:00", "12:01-12:00"):
        assert text == text_of_window(parse_window(text))
    assert "22:00-24:00" == text_of_window(parse_window("22:00-00:00"))


def test_quarters_of_an_hour_of_a_week_with_nights() -> None:
    """Those of Sunday's night are on Monday too."""
    opening = _slots([tuple(map(parse_window, ["22:00-01:30"] if day in ("wed", "sun") else [])) for day in WEEKDAYS])

    assert [*range(6), *(2 * 96 + slot for slot in range(88, 102)), *(6 * 96 + slot for slot in range(88, 96))] == [
        slot for slot, is_open in enumerate(opening) if is_open
    ]
