"""The three meanings of a business day."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest

from upheld.core.errors import CalendarError
from upheld.core.time.business_day import MEANINGS
from upheld.core.time.calendar import Calendar

OFFICE = Calendar.from_document(
    {
        "zone": "Europe/Paris",
        "weekly": {"mon-fri": ["09:00-12:30", "14:00-18:00"]},
        "closed": ["2024-04-01"],
        "special": {"2024-04-03": ["14:00-18:00"]},
    }
)
UNEVEN = {"zone": "Etc/UTC", "weekly": {"mon-thu": ["09:00-17:00"], "fri": ["09:00-12:00"]}}


def local(start: str, n: object, how: str, calendar: Calendar = OFFICE) -> str:
    """The local time some business days on."""
    found = calendar.add_business_days(datetime.fromisoformat(start), n, how)  # type: ignore[arg-type]  # some are wrong
    return found.astimezone(calendar.zone).strftime("%a %Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2024-03-28T10:00+01:00", 1, "Fri 2024-03-29 10:00:00"),
        ("2024-03-28T09:00+01:00", 1, "Thu 2024-03-28 18:00:00"),  # a whole day ends at its closing
        ("2024-03-28T20:00+01:00", 1, "Fri 2024-03-29 18:00:00"),
        ("2024-03-29T14:00+01:00", 1, "Tue 2024-04-02 12:30:00"),  # over a closed Monday and a change of clocks
        ("2024-03-28T10:00+01:00", "1.5", "Fri 2024-03-29 15:15:00"),
        ("2024-03-28T10:00+01:00", 1.5, "Fri 2024-03-29 15:15:00"),
        ("2024-03-28T10:00+01:00", Fraction(3, 2), "Fri 2024-03-29 15:15:00"),
        ("2024-03-28T10:00+01:00", "0.0001", "Thu 2024-03-28 10:00:02"),  # 2.7 seconds: the fraction is cut
        ("2024-03-28T10:00+01:00", 0, "Thu 2024-03-28 10:00:00"),
        ("2024-03-28T10:00+01:00", -1, "Wed 2024-03-27 10:00:00"),
    ],
)
def test_opening_time(start: str, n: object, expected: str) -> None:
    """Worth the seven and a half hours of a nominal day, counted like hours."""
    assert expected == local(start, n, "opening-time")


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2024-03-28T00:00+01:00", 1, "Fri 2024-03-29 18:00:00"),
        ("2024-03-28T23:59+01:00", 1, "Fri 2024-03-29 18:00:00"),
        ("2024-03-28T10:00+01:00", 2, "Tue 2024-04-02 18:00:00"),
        ("2024-03-30T10:00+01:00", 1, "Tue 2024-04-02 18:00:00"),
        ("2024-03-28T23:30+00:00", 1, "Tue 2024-04-02 18:00:00"),  # Friday already, on the calendar's clock
        ("2024-04-02T10:00+02:00", -1, "Fri 2024-03-29 18:00:00"),
    ],
)
def test_dates(start: str, n: int, expected: str) -> None:
    """The start's date does not count; due at closing of the n-th business day after it."""
    assert expected == local(start, n, "dates")


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2024-03-28T10:15:30+01:00", 1, "Fri 2024-03-29 10:15:30"),
        ("2024-03-29T10:15+01:00", 1, "Tue 2024-04-02 10:15:00"),  # the same local time, on a summer day
        ("2024-03-29T13:00+01:00", 1, "Tue 2024-04-02 14:00:00"),  # in closed time: from the next opening
        ("2024-03-30T10:00+01:00", 1, "Wed 2024-04-03 09:00:00"),  # which may be of a later date
        ("2024-04-02T10:00+02:00", 1, "Wed 2024-04-03 10:00:00"),  # closed at that hour on that day: it stays
        ("2024-04-02T10:00+02:00", -1, "Fri 2024-03-29 10:00:00"),
        ("2024-03-30T10:00+01:00", 0, "Tue 2024-04-02 09:00:00"),
    ],
)
def test_same_time(start: str, n: int, expected: str) -> None:
    """The same local time, n business days on."""
    assert expected == local(start, n, "same-time")


def test_a_local_time_that_is_skipped_or_comes_twice() -> None:
    """Half past two on the day clocks go forward is the moment of the change; when it comes twice, its first coming."""
    nights = Calendar.from_document({"zone": "Europe/Paris", "weekly": {"mon-sun": ["00:00-24:00"]}})

    assert "Sun 2024-03-31 03:00:00" == local("2024-03-30T02:30+01:00", 1, "same-time", nights)
    found = nights.add_business_days(datetime.fromisoformat("2024-10-26T02:30+02:00"), 1, "same-time")
    assert datetime.fromisoformat("2024-10-27T02:30+02:00") == found


def test_a_nominal_day_is_stated_where_weekdays_differ() -> None:
    """By the calendar, or by the caller; else there is no answer."""
    start = "2024-03-28T09:00+00:00"
    uneven = Calendar.from_document(UNEVEN)
    stated = Calendar.from_document(UNEVEN | {"nominal-day": "8h"})

    with pytest.raises(CalendarError, match="no single worth, as weekdays differ: state it with `nominal-day`"):
        local(start, 1, "opening-time", uneven)
    holiday_desk = Calendar.from_document({"zone": "Etc/UTC", "weekly": {}, "special": {"*-12-25": ["10:00-12:00"]}})
    with pytest.raises(CalendarError, match="no single worth, as no weekday has hours: state it with `nominal-day`"):
        local(start, 1, "opening-time", holiday_desk)
    assert "Thu 2024-03-28 17:00:00" == local(start, 1, "opening-time", stated)
    found = uneven.add_business_days(datetime.fromisoformat(start), 1, "opening-time", nominal_day_s=4 * 3600)
    assert datetime.fromisoformat("2024-03-28T13:00+00:00") == found
    assert "Fri 2024-03-29 12:00:00" == local(start, 1, "dates", uneven)


@pytest.mark.parametrize(
    ("n", "how", "message"),
    [
        (1.5, "dates", "`1.5` business days cannot be counted as `dates`: a part of a day needs `opening-time`"),
        (
            "0.5",
            "same-time",
            "`0.5` business days cannot be counted as `same-time`: a part of a day needs `opening-time`",
        ),
        (0, "dates", "counted in `dates` business days start the day after: no days have no closing"),
        (1, "days", "unknown meaning `days` of a business day: write opening-time, dates, same-time"),
        (
            10**30,
            "dates",
            "`a number beyond 64 bits` business days are longer than 100 years: at most 36525 can be counted",
        ),
        (
            Fraction(1, 3),
            "dates",
            "`1/3` business days cannot be counted as `dates`: a part of a day needs `opening-time`",
        ),
        (
            Fraction(10**5000, 3),
            "opening-time",
            "`a number beyond 64 bits` business days are longer than 100 years: at most 36525 can be counted",
        ),
        ("two", "dates", "`two` is no number of business days: write for example 2, or 1.5"),
        (float("nan"), "dates", "`nan` is no number of business days: write for example 2, or 1.5"),
        (float("inf"), "opening-time", "`inf` is no number of business days: write for example 2, or 1.5"),
        (True, "dates", "`True` is no number of business days: write for example 2, or 1.5"),
        (73_050, "dates", "`73050` business days are longer than 100 years: at most 36525 can be counted"),
        ("1e400000000", "opening-time", "`1e400000000` is no number of business days: write for example 2, or 1.5"),
        (36_525, "dates", "the calendar has no 36525 business days after `2024-03-28`, up to the end of 2050"),
        (20_000, "dates", "the calendar has no 20000 business days after `2024-03-28`, up to the end of 2050"),
        (
            -20_000,
            "same-time",
            "the calendar has no 20000 business days before `2024-03-28`, back to the start of 1990",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(n: object, how: str, message: str) -> None:
    """T07: with a message, never an overflow."""
    with pytest.raises(CalendarError) as caught:
        local("2024-03-28T10:00+01:00", n, how)

    assert message == str(caught.value)


def test_there_are_three_meanings() -> None:
    """No more, and none is a default."""
    assert ("opening-time", "dates", "same-time") == MEANINGS
