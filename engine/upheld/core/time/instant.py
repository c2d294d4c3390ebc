"""Instants: one integer, the seconds since 1970 UTC; datetimes stand at the border only.

An integer cannot be naive, ambiguous or between two seconds, and compares in no time.
What comes in must say its offset; a fraction of a second is cut; what goes out is UTC.

    >>> seconds_of(datetime.fromisoformat("2024-03-28T18:00:00.9+01:00"))
    1711645200
    >>> text_of(1711645200)
    '2024-03-28T17:00:00Z'
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from upheld.core.errors import CalendarError

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2050
DAY_S: Final = 86_400
BEYOND: Final = 2**63
"""No number from here on is written out: it may have more digits than a message, or Python, bears."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL: Final = _EPOCH.toordinal()
_SECOND: Final = timedelta(seconds=1)
_MINUTES: Final = tuple(f"T{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60))
_SECONDS: Final = tuple(f"{second:02}Z" for second in range(60))


def seconds_of(instant: datetime) -> int:
    """Whole seconds since 1970 UTC.

    Raises: CalendarError for a naive datetime: without its zone it is no instant.
    """
    if not isinstance(instant, datetime):
        raise CalendarError(f"`{instant}` is no instant: give a datetime with its zone")
    if instant.utcoffset() is None:
        raise CalendarError(f"`{instant}` is no instant: give it a zone, such as `2024-03-28T17:00:00+00:00`")
    return (instant - _EPOCH) // _SECOND


def plain_datetime(instant: datetime) -> datetime:
    """The same instant as a plain datetime, where it is of a class of the host's."""
    return datetime.combine(datetime.date(instant), datetime.timetz(instant))


def instant_of(at_s: int) -> datetime:
    """The aware datetime, in UTC."""
    return _EPOCH + timedelta(seconds=at_s)


@lru_cache(maxsize=256)
def text_of(at_s: int) -> str:
    """ISO 8601 in UTC with ``Z``; beyond what a date can say, the number.

    A ticket tells the same few instants several times and others hardly ever do: few are remembered, so that they
    are at hand.
    """
    day, rest_s = at_s // DAY_S, at_s % DAY_S
    try:
        return f"{_date_text(day)}{_MINUTES[rest_s // 60]}{_SECONDS[rest_s % 60]}"
    except (OverflowError, ValueError):
        return text_of_length(at_s)


@lru_cache(maxsize=4_096)
def _date_text(day: int) -> str:
    """A date without its time. Verdicts tell so many instants that formatting each would be a tenth of a replay."""
    return date_of_day(day).isoformat()


def text_of_length(seconds: int) -> str:
    """A number of seconds, for a message."""
    return f"{seconds} s" if abs(seconds) < BEYOND else "a number of seconds beyond 64 bits"


def day_number(day: date) -> int:
    """Days since 1970-01-01, the integer that stands for a date."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_of_day(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def text_of_day(day: int) -> str:
    """`YYYY-MM-DD`; beyond what a date can say, the number."""
    try:
        return date_of_day(day).isoformat()
    except (OverflowError, ValueError):
        return f"day {day}" if abs(day) < BEYOND else "a day beyond 64 bits"


FIRST_DAY: Final = day_number(date(FIRST_YEAR, 1, 1))
END_DAY: Final = day_number(date(LAST_YEAR + 1, 1, 1))
"""The day after the last: the years are half-open like everything else."""
