"""Months: the same day of the month, or its last, at the same local time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.errors import CalendarError
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import instant_of, seconds_of
from upheld.core.time.month import add_months, add_months_s

PARIS = Calendar.from_document({"zone": "Europe/Paris", "weekly": {"mon-fri": ["09:00-17:00"]}})


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2024-01-31T10:00+01:00", 1, "2024-02-29 10:00"),
        ("2023-01-31T10:00+01:00", 1, "2023-02-28 10:00"),
        ("2024-02-29T10:00+01:00", 12, "2025-02-28 10:00"),
        ("2024-02-29T10:00+01:00", 48, "2028-02-29 10:00"),
        ("2024-01-15T18:00+01:00", 6, "2024-07-15 18:00"),  # after closing, and in summer time
        ("2024-02-24T12:00+01:00", 1, "2024-03-24 12:00"),  # from a Saturday to a Sunday
        ("2024-02-29T02:30+01:00", 0, "2024-02-29 02:30"),
        ("2023-12-31T02:30+01:00", 3, "2024-03-31 03:00"),  # 02:30 is skipped: the moment of the change
        ("2024-09-27T02:30+02:00", 1, "2024-10-27 02:30"),  # comes twice: the first time
        ("2024-11-30T00:30+01:00", -1, "2024-10-30 00:30"),
    ],
)
def test_months_on(start: str, months: int, expected: str) -> None:
    """Leap years, short months, and days on which the clocks change."""
    found = instant_of(add_months_s(PARIS, seconds_of(datetime.fromisoformat(start)), months))
    assert expected == found.astimezone(PARIS.zone).strftime("%Y-%m-%d %H:%M")


def test_a_time_that_comes_twice_is_its_first_coming() -> None:
    """At 00:30 by UTC, an hour before the other."""
    found = add_months_s(PARIS, seconds_of(datetime.fromisoformat("2024-09-27T02:30+02:00")), 1)
    assert datetime.fromisoformat("2024-10-27T00:30+00:00") == instant_of(found)


@given(st.dates(date(1995, 1, 1), date(2040, 12, 31)), st.integers(-60, 120))
def test_the_month_is_right_and_the_day_is_the_same_or_the_last(day: date, months: int) -> None:
    """A day of another number is followed by the first of the next month."""
    found = add_months(day, months)

    assert months == (found.year - day.year) * 12 + found.month - day.month
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


def test_years_that_no_calendar_covers_are_refused() -> None:
    """No date of them is known."""
    with pytest.raises(CalendarError, match="1 months after `2050-12-01` lie outside the years 1990 to 2050"):
        add_months(date(2050, 12, 1), 1)
