"""Targets: when a promise falls due, unpaused. DESIGN section 4, "Durations" and "Symbolic targets"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from dateutil.rrule import rrulestr

from reference.opening import Opening, opening_of, seconds_of

UNITS = {"min": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def parse_duration(text: str) -> tuple[Fraction, str]:
    amount, unit = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(min|h|d|w|bd|mo|y)", text).groups()
    return Fraction(amount), unit


def seconds_in(text: str, calendar: Opening | None = None) -> int:
    """A duration in seconds of opening time; business days are worth their nominal hours."""
    amount, unit = parse_duration(text)
    return int(amount * (calendar.worth() if unit == "bd" else UNITS[unit]))


@dataclass
class Due:
    """When a promise falls due, if that is known, and whether pauses move it."""

    at_s: int | None
    moves: bool
    amount: bool = False
    """Whether it is an amount of opening time."""


def due_of(policy: dict, contracts: dict, target, start_s: int, calendar_id: str, business_day: str | None) -> Due:
    """The due instant of a target that starts at an instant."""
    calendar = opening_of(policy, calendar_id)
    if isinstance(target, dict):
        if "closing-of" in target:
            return Due(calendar.closing(calendar.day_of(calendar.next_opening(start_s))), False)
        return Due(next_day(policy, target, start_s), False)
    if target == "best-effort":
        return Due(None, False)
    if target == "next-release":
        return Due(next_release(contracts, calendar, start_s), False)
    if target.startswith("next-opening"):
        opening_s = calendar.pieces(calendar.business_day_after(calendar.day_of(start_s), 1))[0][0]
        more = target.removeprefix("next-opening").strip().removeprefix("+").strip()
        return Due(calendar.add(opening_s, seconds_in(more)) if more else opening_s, False)
    amount, unit = parse_duration(target)
    if unit in ("mo", "y"):
        return Due(months_later(calendar, start_s, int(amount) * (12 if unit == "y" else 1)), True)
    if unit != "bd" or business_day == "opening-time":
        return Due(calendar.add(start_s, seconds_in(target, calendar)), True, amount=True)
    if business_day == "dates":
        return Due(calendar.closing(calendar.business_day_after(calendar.day_of(start_s), int(amount))), True)
    opening_s = calendar.next_opening(start_s)
    local, day = calendar.local(opening_s), calendar.day_of(opening_s)
    later = calendar.business_day_after(day, int(amount)) + (local.date() - day)
    return Due(calendar.at_local(later, local.time()), True)


def agreed(calendar: Opening, value: str) -> Due:
    """An instant as it stands; a date at its closing, on a closed day at that of the next business day."""
    if "T" in value:
        return Due(seconds_of(datetime.fromisoformat(value)), False)
    return Due(_closing_from(calendar, date.fromisoformat(value)), False)


def _closing_from(calendar: Opening, day: date) -> int:
    return calendar.closing(day if calendar.is_business_day(day) else calendar.business_day_after(day, 1))


def months_later(calendar: Opening, start_s: int, months: int) -> int:
    """The same day of a later month, or its last, at the same local time."""
    local = calendar.local(start_s)
    year, month = local.year, local.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = local.day
    while True:
        try:
            return calendar.at_local(date(year, month, day), local.time())
        except ValueError:
            day -= 1


def next_release(contracts: dict, calendar: Opening, start_s: int) -> int | None:
    """The first release dated after the start's date; due at closing, of the next business day if it is none."""
    today = calendar.day_of(start_s)
    later = sorted(day for day in map(date.fromisoformat, _release_dates(contracts)) if day > today)
    if not later:
        return None
    return _closing_from(calendar, later[0])


def _release_dates(contracts: dict) -> list[str]:
    return [str(each["date"]) for each in contracts.get("releases", [])]


def next_day(policy: dict, target: dict, start_s: int) -> int | None:
    """The first day of a recurrence whose due instant, after the roll, lies strictly after the start."""
    recurrence = policy["recurrences"][target["next"]]
    calendar = opening_of(policy, recurrence["calendar"])
    today = calendar.day_of(start_s)
    for day in days_from(recurrence, today - timedelta(days=40)):
        rolled = roll(calendar, day, recurrence.get("roll", "none"))
        if "at" in recurrence:
            due_s = calendar.at_local(rolled, time.fromisoformat(recurrence["at"]))
        elif calendar.is_business_day(rolled):
            due_s = calendar.closing(rolled)
        else:
            due_s = calendar.at_local(rolled + timedelta(days=1), time())
        if rolled > today if target.get("after") == "date" else due_s > start_s:
            return due_s
    return None


def roll(calendar: Opening, day: date, how: str) -> date:
    while how != "none" and not calendar.is_business_day(day):
        day += timedelta(days=1 if how == "next" else -1)
    return day


def days_from(recurrence: dict, first: date):
    """The days of a recurrence from a date on."""
    if "dates" in recurrence:
        yield from (day for day in sorted(map(date.fromisoformat, recurrence["dates"])) if day >= first)
        return
    since = date.fromisoformat(recurrence["from"]) if "from" in recurrence else date(first.year - 1, 1, 1)
    rule = rrulestr(recurrence["rrule"], dtstart=datetime.combine(since, time()))
    for each in rule.xafter(datetime.combine(first, time()), inc=True):
        if each.year > 2050:
            return
        yield each.date()
