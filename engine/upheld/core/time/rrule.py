"""Rules of recurring days: RFC 5545's RRULE, as far as it speaks of whole days.

    >>> quarter_ends = parse_rrule("FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1")
    >>> [str(date_of_day(day)) for day in days_of(quarter_ends)[:3]]
    ['1990-03-31', '1990-06-30', '1990-09-30']

A rule is laid out over the years that a calendar covers, period by period, and no
further: one that never produces a day (30 February) ends as soon as any other, where
libraries search on to the year 9999. Parts that would need the day a rule starts from
(every second week) ask for it, so that nothing depends on where a search began.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final, Literal, cast

from upheld.core.nearest import listed, nearest, quoted
from upheld.core.time.instant import END_DAY, FIRST_DAY, date_of_day, day_number

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

PARTS: Final = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST", "UNTIL", "COUNT")
FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST: Final = 500
MOST: Final = 1000

_NUMBER = re.compile(r"[+-]?[0-9]{1,4}", re.ASCII)
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """Which days, of all that a calendar covers.

    Attributes:
        frequency: The period that is looked at as a whole.
        interval: Every so many periods, counted from the one of ``anchor``.
        months: Only in these months; in all when empty.
        month_days: Only these days of the month, negative from its end.
        weekdays: Only these, as pairs of a position and a weekday (Monday 0): the position counts within the month,
            or in a YEARLY rule without months within the year; 0 is every one.
        positions: Of what remains in a period only these, negative from its end.
        week_start: The weekday on which a WEEKLY period begins.
        count: Only so many days in all.
        until: No day after this one, by number.
        anchor: The day the rule counts from, by number; none before it.
    """

    frequency: Frequency
    interval: int
    months: tuple[int, ...]
    month_days: tuple[int, ...]
    weekdays: tuple[tuple[int, int], ...]
    positions: tuple[int, ...]
    week_start: int
    count: int | None
    until: int | None
    anchor: int

    @property
    def is_endless(self) -> bool:
        """Whether only the years that a calendar covers end it."""
        return self.count is None and self.until is None


def parse_rrule(text: str, counted_from: date | None = None) -> Rule:
    """The rule that ``text`` says, such as `FREQ=WEEKLY;BYDAY=FR`.

    Args:
        text: Parts of RFC 5545 with `;` between; those that speak of whole days.
        counted_from: The day it counts from; asked for where the rule cannot do without.

    Raises: ValueError, with a message for the author.
    """
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        if frequency in ("HOURLY", "MINUTELY", "SECONDLY"):
            raise ValueError(f"`FREQ={frequency}` is finer than a day: a recurrence is of whole days, its time is `at`")
        raise ValueError(f"a rule needs a `FREQ` of {listed(FREQUENCIES)}, such as `FREQ=WEEKLY;BYDAY=FR`")
    rule = Rule(
        frequency=cast(Frequency, frequency),
        interval=_one(parts, "INTERVAL") or 1,
        months=_numbers(parts, "BYMONTH", 1, 12),
        month_days=_numbers(parts, "BYMONTHDAY", -31, 31),
        weekdays=_weekdays(parts, frequency),
        positions=_numbers(parts, "BYSETPOS", -366, 366),
        week_start=_week_start(parts),
        count=_one(parts, "COUNT"),
        until=_until(parts),
        anchor=FIRST_DAY if counted_from is None else day_number(counted_from),
    )
    return _complete(rule, counted_from)


@lru_cache(maxsize=256)
def days_of(rule: Rule) -> tuple[int, ...]:
    """Every day of the rule that a calendar covers, by number, in order."""
    last = END_DAY - 1 if rule.until is None else min(rule.until, END_DAY - 1)
    found: list[int] = []
    for period in _periods(rule, last):
        kept = [day for day in period if _matches(rule, day)]
        if rule.positions:
            places = {place - 1 if place > 0 else len(kept) + place for place in rule.positions}
            kept = [day for place, day in enumerate(kept) if place in places]
        found += [day for day in kept if rule.anchor <= day <= last]
        if rule.count is not None and len(found) >= rule.count:
            return tuple(found[: rule.count])
    return tuple(found)


def _periods(rule: Rule, last: int) -> Iterator[range]:
    """The days of each period, from the one of the anchor to the one of the last day."""
    first = date_of_day(rule.anchor)
    if rule.frequency == "DAILY":
        yield from (range(day, day + 1) for day in range(rule.anchor, last + 1, rule.interval))
    elif rule.frequency == "WEEKLY":
        monday = rule.anchor - (first.weekday() - rule.week_start) % 7
        yield from (range(day, day + 7) for day in range(monday, last + 1, 7 * rule.interval))
    elif rule.frequency == "MONTHLY":
        end = date_of_day(last)
        for month in range(first.year * 12 + first.month - 1, end.year * 12 + end.month, rule.interval):
            start = day_number(date(month // 12, month % 12 + 1, 1))
            yield range(start, start + monthrange(month // 12, month % 12 + 1)[1])
    else:
        for year in range(first.year, date_of_day(last).year + 1, rule.interval):
            yield range(day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1)))


def _matches(rule: Rule, day: int) -> bool:
    """Whether the day passes every part but BYSETPOS."""
    that = date_of_day(day)
    if rule.months and that.month not in rule.months:
        return False
    length = monthrange(that.year, that.month)[1]
    if rule.month_days and that.day not in rule.month_days and that.day - length - 1 not in rule.month_days:
        return False
    if not rule.weekdays:
        return True
    place, size = that.day, length
    if rule.frequency == "YEARLY" and not rule.months:
        place, size = (
            that.timetuple().tm_yday,
            day_number(date(that.year + 1, 1, 1)) - day_number(date(that.year, 1, 1)),
        )
    positions = (0, (place - 1) // 7 + 1, -((size - place) // 7 + 1))
    return any(weekday == that.weekday() and position in positions for position, weekday in rule.weekdays)


def _complete(rule: Rule, counted_from: date | None) -> Rule:
    """What the rule leaves to the day it counts from; that day must be known where it matters."""
    if rule.count is not None and rule.until is not None:
        raise ValueError("`COUNT` and `UNTIL` are two ends: write one of them")
    if rule.positions and not (rule.weekdays or rule.month_days or rule.months):
        raise ValueError("`BYSETPOS` chooses among days that another part names: add `BYDAY` or `BYMONTHDAY`")
    takes_its_day = not (rule.weekdays or rule.month_days or rule.frequency == "DAILY")
    if counted_from is None:
        for needs, why in (
            (rule.interval > 1, f"`INTERVAL={rule.interval}` skips some"),
            (rule.count is not None, f"`COUNT={rule.count}` ends after some"),
            (takes_its_day, f"`FREQ={rule.frequency}` alone names no day"),
        ):
            if needs:
                raise ValueError(f"{why}: say with `from` on which day the rule starts")
        return rule
    if not takes_its_day:
        return rule
    if rule.frequency == "WEEKLY":
        return replace(rule, weekdays=((0, counted_from.weekday()),))
    months = (counted_from.month,) if rule.frequency == "YEARLY" and not rule.months else rule.months
    return replace(rule, month_days=(counted_from.day,), months=months)


def _parts(text: str) -> dict[str, str]:
    """The parts by name, each given once."""
    if len(text) > LONGEST:
        raise ValueError(f"a rule of {len(text)} characters is too long: at most {LONGEST}")
    parts: dict[str, str] = {}
    for part in text.removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise ValueError(f"{quoted(part)} is no part of a rule: write `NAME=VALUE`, such as `BYDAY=FR`")
        if name not in PARTS:
            near = nearest(name, PARTS)
            advice = f"did you mean `{near}`?" if near else f"the parts are {listed(PARTS, most=9)}"
            raise ValueError(f"{quoted(name)} is no part of a rule over days: {advice}")
        if name in parts:
            raise ValueError(f"`{name}` is given twice: join the values with commas")
        parts[name] = value
    return parts


def _one(parts: dict[str, str], name: str) -> int | None:
    """A number from 1 up, where the part is given."""
    if name not in parts:
        return None
    if not _NUMBER.fullmatch(parts[name]) or not 1 <= int(parts[name]) <= MOST:
        raise ValueError(f"{quoted(f'{name}={parts[name]}')} is out of range: write a number from 1 to {MOST}")
    return int(parts[name])


def _numbers(parts: dict[str, str], name: str, lowest: int, highest: int) -> tuple[int, ...]:
    numbers = []
    for text in parts[name].split(",") if name in parts else ():
        number = int(text) if _NUMBER.fullmatch(text) else 0
        if not number or not lowest <= number <= highest:
            counted = "1" if lowest > 0 else f"1, or {lowest} from the end,"
            raise ValueError(f"{quoted(text)} is out of range in `{name}`: write numbers from {counted} to {highest}")
        numbers.append(number)
    return tuple(sorted(set(numbers)))


def _weekdays(parts: dict[str, str], frequency: str) -> tuple[tuple[int, int], ...]:
    weekdays = []
    for text in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = _WEEKDAY.fullmatch(text)
        if match is None:
            raise ValueError(
                f"{quoted(text)} is no day in `BYDAY`: write {listed(WEEKDAYS)}, or `-1FR` for the last Friday"
            )
        position = int(match[1] or 0)
        if match[1] and (not 1 <= abs(position) <= 53 or frequency not in ("MONTHLY", "YEARLY")):
            raise ValueError(
                f"`{text}` is no day in `BYDAY`: a position needs `FREQ=MONTHLY` or `FREQ=YEARLY`, and is 1 to 53"
            )
        weekdays.append((position, WEEKDAYS.index(match[2])))
    return tuple(sorted(set(weekdays)))


def _week_start(parts: dict[str, str]) -> int:
    first = parts.get("WKST", "MO")
    if first not in WEEKDAYS:
        raise ValueError(f"{quoted(f'WKST={first}')} is no day on which weeks begin: write {listed(WEEKDAYS)}")
    return WEEKDAYS.index(first)


def _until(parts: dict[str, str]) -> int | None:
    if "UNTIL" not in parts:
        return None
    match = _UNTIL.fullmatch(parts["UNTIL"])
    try:
        if match is None:
            raise ValueError
        return day_number(date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        raise ValueError(f"{quoted('UNTIL=' + parts['UNTIL'])} is no date: write the last day as `20241231`") from None
