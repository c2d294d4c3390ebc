"""Months and years as lengths of time: the same day of the month, or the last that the month has.

`1mo` after 31 January is 28 or 29 February; a month on, from there, is 28 or 29 March: each is counted from its own
start, so three months after 31 January are 30 April. The local time stays, in closed time too: a month is a promise by
date, and so it neither waits for an opening nor moves to one.

Source: DESIGN section 4, "Months and years as durations".
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from upheld.core.errors import CalendarError
from upheld.core.time.instant import FIRST_YEAR, LAST_YEAR, date_of_day, day_number
from upheld.core.time.opening_time import OpeningTime


def same_day(day: date, months: int) -> date | None:
    """The same day of the month so many months on, or the last that this month has; ``None`` beyond what dates know."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last day that this month has; before it when negative.

    >>> add_months(date(2024, 1, 31), 1), add_months(date(2024, 2, 29), 12)
    (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28))

    Raises: CalendarError for an answer outside the years that calendars cover.
    """
    found = same_day(day, months)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CalendarError(f"{months} months after `{day}` lie outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return found


def add_months_s(time: OpeningTime, start_s: int, months: int) -> int:
    """The instant so many months on: the same day of the month, or its last, and the same local time.

    A local time that comes twice on that date is its first coming, one that is skipped the moment of the change.

    Args:
        time: In whose zone the dates are.
        start_s: Seconds since 1970 UTC, in closed time too.

    Raises: CalendarError for an answer outside the years that it covers.
    """
    day, time_s = time.clock_at(start_s)
    return time.instant_s(day_number(add_months(date_of_day(day), months)), time_s)
