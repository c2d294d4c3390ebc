"""Local times: instants and opening intervals as a page tells them, on the clock of the policy's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from upheld.core.time.instant import DAY_S, instant_of, text_of
from upheld.show.words.view import View

MOST_INTERVALS: Final = 6


def zone_of(view: View, calendar: str, at_s: int, own: str = "") -> str:
    """The zone of a calendar, or the policy's where it has none; that of the page where both clocks show the same then.

    Args:
        own: That of the hours which a customer has instead.
    """
    found = view.policy.calendars.get(calendar)
    zone = (own or str(found.document.get("zone", "")) if found is not None else "") or view.policy.zone
    if local_time(view, at_s, zone).utcoffset() == local_time(view, at_s).utcoffset():
        return view.zone
    return zone


def local_time(view: View, at_s: int, zone: str = "") -> datetime:
    """An instant on the clock of a zone, that of the policy unless another is given."""
    return instant_of(at_s).astimezone(ZoneInfo(zone or view.zone))


def moment(view: View, at_s: int) -> str:
    """The same in a sentence: ``Monday 4 March 2024, 10:00``."""
    local = local_time(view, at_s)
    return f"{_date(view, local.date())}, {_time(view, local)}"


def due_moment(view: View, at_s: int, calendar: str = "", own: str = "") -> str:
    """An instant at which time is up, in a sentence; also on the clock of a calendar where that shows another time.

    Midnight is the end of its day: ``Monday 4 March 2024, 24:00``.
    """
    local, zone = local_time(view, at_s), zone_of(view, calendar, at_s, own)
    text = _ending(view, local)
    if zone == view.zone:
        return text
    other = local_time(view, at_s, zone)
    told = _end_time(view, other) if _ended(other)[0] == _ended(local)[0] else _ending(view, other)
    return f"{text} ({view.say('in-zone', zone=view.naming.zone(zone), time=told)})"


def short_moment(view: View, at_s: int) -> str:
    """An instant for a column of a table: ``Mon 2024-03-04 10:00``."""
    return _short(view, local_time(view, at_s))


def short_due(view: View, at_s: int, calendar: str, own: str = "", *, weekday: bool = True) -> str:
    """An instant at which time is up, for a column of a table; both clocks where a calendar's shows another time."""
    day, clock = _ended(local_time(view, at_s))
    text = _in_short(view, day, clock) if weekday else f"{day} {clock}"
    zone = zone_of(view, calendar, at_s, own)
    if zone == view.zone:
        return text
    other, other_clock = _ended(local_time(view, at_s, zone))
    told = other_clock if other == day else _in_short(view, other, other_clock)
    return f"{text} ({view.say('in-zone', zone=view.naming.zone(zone), time=told)})"


def _short(view: View, local: datetime) -> str:
    return _in_short(view, local.date(), _clock(local))


def _in_short(view: View, day: date, clock: str) -> str:
    weekday = view.say("due.weekday", day=view.locale.weekdays[day.weekday()][:3])
    return f"{weekday} {day} {clock}"


def _clock(local: datetime) -> str:
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _ended(local: datetime) -> tuple[date, str]:
    """A date and a time of day at which something ends: midnight ends the day before."""
    if local.time() == time.min:
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), _clock(local)


def _ending(view: View, local: datetime) -> str:
    return f"{_date(view, _ended(local)[0])}, {_end_time(view, local)}"


def _end_time(view: View, local: datetime) -> str:
    return view.locale.time(DAY_S) if local.time() == time.min else _time(view, local)


def minute(view: View, at_s: int) -> str:
    """The same where many stand below one another: ``2024-03-04 10:00``."""
    return f"{local_time(view, at_s):%Y-%m-%d %H:%M}"


def utc(at_s: int) -> str:
    """An instant in UTC, to the minute where it lies on one: it must not break in a window of 80 columns."""
    return text_of(at_s) if at_s % 60 else f"{instant_of(at_s):%Y-%m-%dT%H:%MZ}"


def interval(view: View, from_s: int, until_s: int, zone: str = "") -> str:
    """From an instant to another; the date once where it is the same."""
    start, end = local_time(view, from_s, zone), local_time(view, until_s, zone)
    last, _ = _ended(end)
    if start.date() == last and from_s < until_s:
        return f"{_date(view, last)}, {view.say('window', start=_time(view, start), end=_end_time(view, end))}"
    told = f"{_date(view, start.date())}, {_time(view, start)}"
    return view.say("over-days", start=told, end=_ending(view, end) if from_s < until_s else told)


def opening_intervals(view: View, intervals: Sequence[tuple[int, int]], calendar: str, own: str = "") -> list[str]:
    """Some opening time, on the clock of its calendar, named where it is not the policy's.

    Of many intervals the first ones, the last, and how many lie between.
    """
    return shortened(view, [opening_interval(view, start_s, end_s, calendar, own) for start_s, end_s in intervals])


def opening_interval(view: View, from_s: int, until_s: int, calendar: str, own: str = "") -> str:
    """One of them."""
    zone = zone_of(view, calendar, from_s, own)
    text = interval(view, from_s, until_s, zone)
    return text if zone == view.zone else view.say("on-calendar-clock", time=text, zone=view.naming.zone(zone))


def shortened(view: View, told: Sequence[str]) -> list[str]:
    """Of many lines the first ones, the last, and how many lie between."""
    if len(told) <= MOST_INTERVALS:
        return list(told)
    left_out = len(told) - MOST_INTERVALS + 1
    return [*told[: MOST_INTERVALS - 2], view.say("due.more", number=left_out), told[-1]]


def period(view: View, name: str) -> str:
    """A month, a quarter, a year, or that of a contract, from its name in a verdict: ``March 2026``."""
    if "/" in name:
        first, last = (view.locale.date(date.fromisoformat(day)) for day in name.split("/"))
        return view.say("period.contract-year", first=first, last=last)
    year, _, part = name.partition("-")
    if part.startswith("Q"):
        return view.say("period.quarter", quarter=part[1:], year=year)
    return view.say("period.month", month=view.locale.months[int(part) - 1], year=year) if part else year


def _date(view: View, day: date) -> str:
    return f"{view.locale.weekdays[day.weekday()]} {view.locale.date(day)}"


def _time(view: View, local: datetime) -> str:
    """The time of day; with seconds where it lies between two minutes."""
    return f"{local:%H:%M:%S}" if local.second else view.locale.time(local.hour * 3600 + local.minute * 60)
