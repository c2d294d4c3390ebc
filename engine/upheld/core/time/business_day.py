"""Business days: the three things a contract can mean by them.

A business day is a date with some opening time; a window that passes midnight is of the
date on which it begins, and so is every instant in it.

`opening-time`: a day is worth the opening hours of a nominal day, and is counted like
hours. `dates`: the start's date does not count, and the n-th business day after it is
the last, up to its closing. `same-time`: the same local time, n business days on.
They differ by up to a day, so a commitment must say which; nothing here has a default.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final, Literal, get_args

from upheld.core.errors import CalendarError
from upheld.core.nearest import quoted
from upheld.core.time.duration import LONGEST_BD, Duration
from upheld.core.time.opening_time import OpeningTime

BusinessDayMeaning = Literal["opening-time", "dates", "same-time"]
Number = int | Fraction | float | str

_DECIMAL = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?", re.ASCII)

MEANINGS: Final[tuple[BusinessDayMeaning, ...]] = get_args(BusinessDayMeaning)


def add_business_days_s(
    time: OpeningTime, start_s: int, n: Number, how: str, *, nominal_day_s: int | None = None
) -> int:
    """The instant ``n`` business days after ``start_s``; before it when ``n`` is negative.

    Args:
        time: On whose opening time.
        start_s: The start, in seconds since 1970 UTC.
        n: How many; a fraction only as `opening-time`. A float counts as the decimal number it prints.
        how: One of `MEANINGS`.
        nominal_day_s: What a business day is worth as `opening-time`, where the commitment says so.

    Raises: CalendarError for an unknown meaning, a fraction or a zero that the meaning has no use for, weekdays that
        differ while nothing says what a day is worth, and an answer after 2050.
    Source: DESIGN section 4, durations.
    """
    days = exact(n)
    if how == "opening-time":
        return time.add_s(start_s, worth_s(time, days, nominal_day_s))
    if how not in MEANINGS:
        raise CalendarError(f"unknown meaning {quoted(how)} of a business day: write {', '.join(MEANINGS)}")
    if days.denominator != 1:
        raise CalendarError(
            f"{quoted(n)} business days cannot be counted as `{how}`: a part of a day needs `opening-time`"
        )
    if how == "dates":
        return _closing_s(time, start_s, int(days))
    return _same_time_s(time, start_s, int(days))


def worth_s(time: OpeningTime, days: Fraction, nominal_day_s: int | None = None) -> int:
    """Opening seconds that ``days`` business days are worth; a fraction of a second is cut.

    Raises: CalendarError where weekdays differ and neither the commitment nor the calendar says what a day is worth.
    """
    day_s = time.hours.nominal_day_s if nominal_day_s is None else nominal_day_s
    if day_s is None:
        why = "weekdays differ" if any(time.hours.weekly) else "no weekday has hours"
        raise CalendarError(f"a business day has no single worth, as {why}: state it with `nominal-day`")
    return int(days * day_s)


def opening_length_s(time: OpeningTime, length: Duration) -> int:
    """The opening seconds of a length of opening time, in which a business day is worth those of a nominal one.

    Raises: CalendarError as `worth_s`.
    """
    return worth_s(time, length.amount) if length.is_business_day else length.seconds


def exact(n: Number) -> Fraction:
    """The exact number of business days.

    Raises: CalendarError for what is no number, and for more than 100 years.
    """
    if isinstance(n, int | Fraction) and not isinstance(n, bool):
        days = Fraction(n)
    elif _DECIMAL.fullmatch(str(n)):
        days = Fraction(str(n))
    else:
        raise CalendarError(f"{quoted(str(n))} is no number of business days: write for example 2, or 1.5")
    if abs(days) > LONGEST_BD:
        many = quoted(int(days))
        raise CalendarError(f"{many} business days are longer than 100 years: at most {LONGEST_BD} can be counted")
    return days


def _closing_s(time: OpeningTime, start_s: int, n: int) -> int:
    if n == 0:
        raise CalendarError("counted in `dates` business days start the day after: no days have no closing")
    return time.business_day_after(time.day_at(start_s), n).closes_s


def _same_time_s(time: OpeningTime, start_s: int, n: int) -> int:
    """The same local time, in closed time too where that date has other hours."""
    open_s = time.next_opening_s(start_s)
    if n == 0:
        return open_s
    day = time.day_at(open_s)
    local_day, time_s = time.clock_at(open_s)
    return time.instant_s(time.business_day_after(day, n).day + local_day - day, time_s)
