"""Timelines: opening intervals in order, each with the opening time before it.

"How much opening time lies between", "when has so much passed" become a binary
search and an addition, however many years lie in between. An instant is open when
the local clock, read at that instant, stands inside a window of the local date: so
a day on which clocks change has the hours it really had, the hour that came twice
counts twice, and the one that was skipped not at all.

A window that passes midnight is one of the date on which it begins, so the local clock
is read as the time since that date's midnight. Where such a night lasts into the special
hours of the next date, the time counts once, and as the night's.

A timeline covers a span of UTC time; `joined` makes one of adjacent ones, so that
only the years that somebody asks for need be laid out.

*Years* is the part of 1990 to 2050 that has been laid out so far. A calendar covers
sixty-one years, and most histories need two or three. Laying one out takes a millisecond,
so each is laid out when somebody first asks about it, and kept. What has been laid out is
always one span without a hole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from upheld.core.errors import CalendarError
from upheld.core.time.instant import (
    DAY_S,
    END_DAY,
    FIRST_DAY,
    FIRST_YEAR,
    LAST_YEAR,
    day_number,
    instant_of,
    text_of,
    text_of_day,
)
from upheld.core.time.opening_hours import OpeningHours, PublicHolidays
from upheld.core.time.window import Windows
from upheld.core.time.zone import Stretch, load_zone, stretches

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Opening time from ``from_s`` to ``until_s``, laid out.

    Position 0 of the four parallel sequences is an interval of no length at ``from_s``, so that every
    instant covered has one that starts at or before it.

    Attributes:
        starts: When each opening interval starts; sorted.
        ends: When it ends: not included, and before the next one starts.
        totals: Opening seconds since ``from_s`` at its end.
        shifts: What to add to an instant inside it for the opening seconds since ``from_s``.
        stretches: The local time; see `upheld.core.time.zone`.
        days: Numbers of the local dates with opening time, sorted.
        opens: When each of those dates is first open.
        closes: When it is last open: the end of its last window, perhaps on the next morning.
    """

    from_s: int
    until_s: int
    starts: Sequence[int]
    ends: Sequence[int]
    totals: Sequence[int]
    shifts: Sequence[int]
    stretches: Sequence[Stretch]
    days: Sequence[int]
    opens: Sequence[int]
    closes: Sequence[int]

    @property
    def intervals(self) -> list[Interval]:
        """The opening intervals."""
        return list(zip(self.starts[1:], self.ends[1:]))


NOWHERE = Timeline(2**62, -(2**62), (), (), (), (), (), (), (), ())
"""Covers no instant at all."""


def laid_out(
    hours: OpeningHours, exceptions: Mapping[int, Windows], zone: ZoneInfo, from_s: int, until_s: int
) -> Timeline:
    """The timeline of ``hours`` from ``from_s`` to ``until_s``; ``exceptions`` are those that the hours state."""
    local = stretches(zone, from_s, until_s)
    intervals: list[Interval] = []
    business_days: dict[int, Interval] = {}
    days_before = 1 if hours.passes_midnight else 0
    for begins_s, ends_s, offset_s in local:
        first_day = (begins_s + offset_s) // DAY_S - days_before
        last_day = (ends_s - 1 + offset_s) // DAY_S
        closing_s = 0
        for day in range(first_day, last_day + 1):
            night_ends_s = closing_s - DAY_S  # that of the last window of the day before
            closing_s = 0
            windows = exceptions.get(day)
            if windows is None:
                windows = hours.windows_of_weekday(day)
            midnight_s = day * DAY_S - offset_s
            for opening_s, closing_s in windows:
                # Comparisons, and no `max` or `min`: this is done for each window of each day of all years.
                start_s = midnight_s + (opening_s if opening_s > night_ends_s else night_ends_s)
                start_s = start_s if start_s > begins_s else begins_s
                end_s = midnight_s + closing_s
                end_s = end_s if end_s < ends_s else ends_s
                if start_s < end_s:
                    intervals.append((start_s, end_s))
                    if FIRST_DAY <= day < END_DAY:
                        known = business_days.get(day)
                        business_days[day] = (start_s, end_s) if known is None else _around(known, start_s, end_s)
    return _timeline(from_s, until_s, intervals, local, business_days)


def _around(known: Interval, opens_s: int, closes_s: int) -> Interval:
    """What a date is known to be open, and some more of it, as one."""
    return min(known[0], opens_s), max(known[1], closes_s)


def joined(parts: Sequence[Timeline]) -> Timeline:
    """One timeline of adjacent ones, in order; a date that two of them share becomes whole."""
    assert all(a.until_s == b.from_s for a, b in zip(parts, parts[1:])), "timelines to join must be adjacent"
    local: list[Stretch] = []
    business_days: dict[int, Interval] = {}
    for part in parts:
        for stretch in part.stretches:
            if local and local[-1].offset_s == stretch.offset_s:
                stretch = Stretch(local.pop().from_s, stretch.until_s, stretch.offset_s)
            local.append(stretch)
        for day, opens_s, closes_s in zip(part.days, part.opens, part.closes):
            known = business_days.get(day)
            business_days[day] = (opens_s, closes_s) if known is None else _around(known, opens_s, closes_s)
    intervals = [interval for part in parts for interval in part.intervals]
    return _timeline(parts[0].from_s, parts[-1].until_s, intervals, local, business_days)


def _timeline(
    from_s: int,
    until_s: int,
    intervals: Sequence[Interval],
    local: Sequence[Stretch],
    business_days: Mapping[int, Interval],
) -> Timeline:
    """Intervals that touch become one; the running total is taken."""
    starts, ends, totals, shifts = [from_s], [from_s], [0], [-from_s]
    total_s = 0
    for start_s, end_s in intervals:
        if start_s == ends[-1] and len(ends) > 1:
            ends[-1] = end_s
            total_s += end_s - start_s
            totals[-1] = total_s
            continue
        shifts.append(total_s - start_s)
        total_s += end_s - start_s
        starts.append(start_s)
        ends.append(end_s)
        totals.append(total_s)
    days = sorted(business_days)
    opens, closes = [*zip(*map(business_days.__getitem__, days))] or ((), ())
    return Timeline(
        from_s,
        until_s,
        tuple(starts),
        tuple(ends),
        tuple(totals),
        tuple(shifts),
        tuple(local),
        tuple(days),
        opens,
        closes,
    )


class Years:
    """Timelines of some opening hours, for whoever counts on them.

    Attributes:
        hours: The opening hours.
        public_holidays: Who knows the holidays of their regions, if they name any.
        zone: Their zone.
        first_s: The first instant that is covered: the start of 1990, by UTC or by the zone's clock.
        until_s: The end of 2050, by whichever is later; not itself covered, but something may last until then.
    """

    __slots__ = (
        "_closed_days",
        "_exceptions",
        "_line",
        "_passes_midnight",
        "_years",
        "first_s",
        "hours",
        "public_holidays",
        "until_s",
        "zone",
    )

    def __init__(self, hours: OpeningHours, public_holidays: PublicHolidays | None = None) -> None:
        self.hours = hours
        self.public_holidays = public_holidays
        self.zone = load_zone(hours.zone)
        self.first_s = min(FIRST_DAY * DAY_S, self._midnight_s(FIRST_DAY))
        self.until_s = max(END_DAY * DAY_S, self._midnight_s(END_DAY))
        self._closed_days: Mapping[int, str] | None = None
        self._exceptions: Mapping[int, Windows] | None = None
        self._years: dict[int, Timeline] = {}
        self._line = NOWHERE
        self._passes_midnight = hours.passes_midnight

    @property
    def closed_days(self) -> Mapping[int, str]:
        """Every holiday and own closing day by number, with its name, special hours or not."""
        if self._closed_days is None:
            self._closed_days = self.hours.closed_days(self.public_holidays)
        return self._closed_days

    @property
    def exceptions(self) -> Mapping[int, Windows]:
        """The windows of every day, by number, that its weekday does not decide."""
        if self._exceptions is None:
            self._exceptions = self.hours.exceptions(self.closed_days)
        return self._exceptions

    def windows_of(self, day: int) -> Windows:
        """The windows of that date."""
        windows = self.exceptions.get(day)
        return self.hours.windows_of_weekday(day) if windows is None else windows

    def line(self, from_s: int, until_s: int) -> Timeline:
        """All that has been laid out, which covers both instants; for whoever counts for many at once.

        Raises: CalendarError for an instant outside the years.
        """
        return self._covering(from_s, until_s)

    def _at(self, at_s: int) -> Timeline:
        """A timeline with ``at_s`` and what comes right after it."""
        if self._line.from_s <= at_s < self._line.until_s:
            return self._line
        if at_s == self.until_s:
            raise self._outside(text_of(at_s))
        return self._covering(at_s, at_s + 1)

    def _around(self, day: int) -> Timeline:
        """A timeline with the whole of a date, whatever the offset, as far as the years go."""
        if not FIRST_DAY <= day < END_DAY:
            raise self._outside(text_of_day(day))
        from_s, until_s = (day - 1) * DAY_S, (day + 2 + self._passes_midnight) * DAY_S
        return self._covering(max(from_s, self.first_s), min(until_s, self.until_s))

    def _covering(self, from_s: int, until_s: int) -> Timeline:
        """A timeline that covers both instants, laid out if need be."""
        line = self._line
        if line.from_s <= from_s and until_s <= line.until_s:
            return line
        for at_s in (from_s, until_s):
            if not self.first_s <= at_s <= self.until_s:
                raise self._outside(text_of(at_s))
        return self._laid_out(self._year(from_s), self._year(until_s))

    def _later(self, line: Timeline, what: str) -> Timeline:
        """A timeline that reaches further on, about twice as long so that repeating is cheap."""
        if line.until_s >= self.until_s:
            raise CalendarError(f"the calendar {what}, up to the end of {LAST_YEAR}")
        last = self._year(line.until_s - 1)
        return self._laid_out(last, min(LAST_YEAR, last + max(1, last - self._year(line.from_s))))

    def _earlier(self, line: Timeline, what: str) -> Timeline:
        if line.from_s <= self.first_s:
            raise CalendarError(f"the calendar {what}, back to the start of {FIRST_YEAR}")
        first = self._year(line.from_s)
        return self._laid_out(max(FIRST_YEAR, first - max(1, self._year(line.until_s - 1) - first)), first)

    def _laid_out(self, first: int, last: int) -> Timeline:
        """The timeline of all years asked for so far and these; a reader in another thread sees the old or the new."""
        years = dict(self._years)
        first, last = min([first, *years]), max([last, *years])
        exceptions = self.exceptions
        for year in range(first, last + 1):
            if year not in years:
                years[year] = laid_out(self.hours, exceptions, self.zone, *self._span(year))
        line = joined([years[year] for year in range(first, last + 1)])
        self._years, self._line = years, line
        return line

    def _span(self, year: int) -> Interval:
        """The UTC year; the first and the last also have what the local year has more."""
        from_s = self.first_s if year == FIRST_YEAR else _new_year_s(year)
        return from_s, (self.until_s if year == LAST_YEAR else _new_year_s(year + 1))

    def _year(self, at_s: int) -> int:
        return min(max(instant_of(at_s).year, FIRST_YEAR), LAST_YEAR)

    def _midnight_s(self, day: int) -> int:
        """The first instant of a local date, without a timeline."""
        noon_s = day * DAY_S + DAY_S // 2
        for stretch in stretches(self.zone, noon_s - 2 * DAY_S, noon_s + 2 * DAY_S):
            if day * DAY_S < stretch.until_s + stretch.offset_s:
                return max(stretch.from_s, day * DAY_S - stretch.offset_s)
        raise AssertionError("a zone is never two days from UTC")

    def _outside(self, what: str) -> CalendarError:
        return CalendarError(f"`{what}` lies outside the years {FIRST_YEAR} to {LAST_YEAR} that a calendar covers")


def _new_year_s(year: int) -> int:
    return day_number(date(year, 1, 1)) * DAY_S
