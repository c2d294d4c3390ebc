"""Ticks: a few round instants along a time, on the clock of the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from upheld.core.time.instant import DAY_S, seconds_of
from upheld.show.words.local_time import local_time
from upheld.show.words.view import View

MOST_TICKS: Final = 3
"""So many dates have room on a phone."""
MINUTES: Final = (15, 30, 60, 120, 240, 360, 720)
DAYS: Final = (1, 2, 4, 7, 14)
MONTHS: Final = (1, 2, 4, 6, 12, 48)
MONTH_S: Final = 30 * DAY_S


def ticks(view: View, from_s: int, until_s: int) -> list[tuple[int, str]]:
    """Some instants with their labels, none of them near an edge, where a label would be cut."""
    margin_s = (until_s - from_s) // 8
    first_s, last_s = from_s + margin_s, until_s - margin_s
    for step_s, candidates in _steps(view, first_s, last_s):
        if last_s - first_s < (MOST_TICKS + 1) * step_s:
            found = [at_s for at_s in candidates if first_s <= at_s <= last_s]
            if len(found) <= MOST_TICKS:
                return [(at_s, _label(view, at_s, step_s)) for at_s in found]
    return []


def _steps(view: View, first_s: int, last_s: int) -> Iterator[tuple[int, Iterator[int]]]:
    """The distances that are round, the shortest first, each with the instants so far apart."""
    zone = ZoneInfo(view.zone)
    first, last = local_time(view, first_s).date(), local_time(view, last_s).date()
    for minutes in MINUTES:
        yield minutes * 60, _times(first, last, minutes, zone)
    for days in DAYS:
        yield days * DAY_S, _dates(first, last, days, zone)
    for months in MONTHS:
        yield months * MONTH_S, _firsts(first, last, months, zone)


def _times(first: date, last: date, minutes: int, zone: ZoneInfo) -> Iterator[int]:
    """Times of day, from midnight on."""
    for day in range((last - first).days + 1):
        midnight = datetime.combine(first + timedelta(days=day), time())
        for number in range(24 * 60 // minutes):
            yield seconds_of((midnight + timedelta(minutes=number * minutes)).replace(tzinfo=zone))


def _dates(first: date, last: date, days: int, zone: ZoneInfo) -> Iterator[int]:
    """Midnights, of weeks those with which a Monday begins."""
    for number in range(first.toordinal() // days * days + 1, last.toordinal() + 1, days):
        yield seconds_of(datetime.combine(date.fromordinal(number), time(), zone))


def _firsts(first: date, last: date, months: int, zone: ZoneInfo) -> Iterator[int]:
    """The midnights with which months begin, of years those with which January does."""
    begin, end = (day.year * 12 + day.month - 1 for day in (first, last))
    for number in range(begin // months * months, end + 1, months):
        yield seconds_of(datetime(number // 12, number % 12 + 1, 1, tzinfo=zone))


def _label(view: View, at_s: int, step_s: int) -> str:
    local = local_time(view, at_s)
    if step_s >= DAY_S or local.time() == time():
        return f"{local:%Y-%m-%d}"
    return f"{view.locale.weekdays[local.weekday()][:3]} {local:%H:%M}"
