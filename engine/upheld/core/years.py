"""Years: the part of 1990 to 2050 that has been laid out so far.

A calendar covers sixty-one years, and most histories need two or three. Laying one out
takes a millisecond, so each is laid out when somebody first asks about it, and kept.
What has been laid out is always one span without a hole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from upheld.core.errors import CalendarError
from upheld.core.holiday import PublicHolidays
from upheld.core.instant import (
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
from upheld.core.opening_hours import OpeningHours
from upheld.core.timeline import NOWHERE, Interval, Timeline, joined, laid_out
from upheld.core.window import Windows
from upheld.core.zone import load_zone, stretches


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
        from_s, until_s = (day - 1) * DAY_S, (day + 2) * DAY_S
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
