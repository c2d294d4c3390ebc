"""Calendars: business time for people, on aware datetimes.

    >>> from datetime import UTC, datetime
    >>> weekly = {"mon-fri": ["09:00-12:30", "14:00-18:00"]}
    >>> calendar = Calendar.from_document({"zone": "Europe/Paris", "weekly": weekly})
    >>> friday = datetime(2024, 3, 29, 16, 30, tzinfo=UTC)
    >>> print(calendar.add(friday, 3600))  # clocks go forward on the Sunday in between
    2024-04-01 07:30:00+00:00
    >>> calendar.between(friday, datetime(2024, 4, 1, 7, 30, tzinfo=UTC))
    3600

All the arithmetic is that of `upheld.core.time.opening_time`, on integer seconds; a fraction
of a second is cut here, at the border, and a datetime without zone is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from operator import index
from typing import Self

from upheld.core.finding import Problem
from upheld.core.time.business_day import Number, add_business_days_s
from upheld.core.time.instant import DAY_S, date_of_day, instant_of, seconds_of
from upheld.core.time.opening_document import calendar_error, read_opening_hours
from upheld.core.time.opening_hours import OWN_CLOSING_DAY, PublicHolidays, always
from upheld.core.time.opening_time import OpeningTime
from upheld.core.time.timeline import Interval, laid_out
from upheld.core.time.zone import Stretch, stretches


class Calendar(OpeningTime):
    """When a service is open, from 1990 to 2050. Instants are aware datetimes; those that come back are in UTC.

    Every method raises CalendarError for a naive datetime and for an instant outside those years. Two calendars
    are equal when their opening hours are stated alike and their public holidays come from the same source.
    """

    __slots__ = ()

    @classmethod
    def from_document(cls, document: object, public_holidays: PublicHolidays | None = None) -> Self:
        """The calendar that an entry of a policy's `calendars` states.

        Args:
            document: A mapping with `zone`, `weekly`, and where wanted `holidays`, `closed`, `special`, `nominal-day`.
            public_holidays: Who knows the public holidays; needed where `holidays` is given.

        Raises: CalendarError with the first problem, and how many more `calendar_problems` reports.
        """
        hours, problems = read_opening_hours(document, public_holidays)
        if hours is None:
            raise calendar_error("calendar", problems)
        return cls(hours, public_holidays)

    @classmethod
    def always(cls, zone: str = "Etc/UTC") -> Self:
        """Open round the clock, so that opening time is elapsed time; the zone says where its dates begin."""
        return cls(always(zone))

    def is_open(self, instant: datetime) -> bool:
        """Whether it is open at ``instant``; at closing it no longer is."""
        return self.is_open_s(seconds_of(instant))

    def next_opening(self, instant: datetime) -> datetime:
        """``instant`` itself when open, else the next at which it is."""
        return instant_of(self.next_opening_s(seconds_of(instant)))

    def previous_closing(self, instant: datetime) -> datetime:
        """``instant`` itself when it was open just before, else the last closing before it."""
        return instant_of(self.previous_closing_s(seconds_of(instant)))

    def between(self, a: datetime, b: datetime) -> int:
        """Opening seconds from ``a`` to ``b``; none when ``b`` is not the later."""
        return self.between_s(seconds_of(a), seconds_of(b))

    def add(self, start: datetime, seconds: int) -> datetime:
        """The first instant by which ``seconds`` of opening time have passed since ``start``.

        What falls on closing stays at closing. Negative seconds count back, to the last instant from which so
        much lies before ``start``; none leave ``start`` where it is.
        """
        return instant_of(self.add_s(seconds_of(start), index(seconds)))

    def add_business_days(self, start: datetime, n: Number, how: str, *, nominal_day_s: int | None = None) -> datetime:
        """The instant ``n`` business days after ``start``, as `opening-time`, `dates` or `same-time`.

        See `upheld.core.time.business_day` for the three meanings; a fraction makes sense as `opening-time` alone.
        """
        return instant_of(add_business_days_s(self, seconds_of(start), n, how, nominal_day_s=nominal_day_s))

    def intervals(self, a: datetime, b: datetime) -> list[tuple[datetime, datetime]]:
        """The opening intervals from ``a`` to ``b``, cut at both."""
        return [
            (instant_of(start_s), instant_of(end_s))
            for start_s, end_s in self.intervals_s(seconds_of(a), seconds_of(b))
        ]

    def skipped(self, a: datetime, b: datetime) -> tuple[tuple[date, str], ...]:
        """The dates from ``a`` to ``b`` that a holiday or closing day closed, with its name; see `skipped_s`."""
        return self.skipped_s(seconds_of(a), seconds_of(b))

    def skipped_s(self, a_s: int, b_s: int) -> tuple[tuple[date, str], ...]:
        """Dates with hours by their weekday that a holiday, a closing day or special hours closed all day.

        Only those whose hours would have met the time from ``a_s`` to ``b_s``; in order.
        """
        if b_s <= a_s:
            self._covering(b_s, a_s)
            return ()
        (first, from_s), (last, until_s) = self.clock_at(a_s), self.clock_at(b_s)
        local_from_s, local_until_s = first * DAY_S + from_s, last * DAY_S + until_s
        names, exceptions = self.closed_days, self.exceptions
        return tuple(
            (date_of_day(day), names.get(day, OWN_CLOSING_DAY))
            for day in range(first - self._passes_midnight, last + 1)
            if exceptions.get(day) == ()
            and any(
                day * DAY_S + end_s > local_from_s and day * DAY_S + start_s < local_until_s
                for start_s, end_s in self.hours.windows_of_weekday(day)
            )
        )

    def digest(self) -> str:
        """A digest of every opening interval and offset from 1990 to 2050.

        Zone and holiday data come from libraries: two machines that disagree about them have other digests. Nights
        that are business days of their own add when each of these closes.
        """
        if self.hours.is_always:  # no day of sixty years need be laid out
            return _digest([(self.first_s, self.until_s)], stretches(self.zone, self.first_s, self.until_s))
        line = laid_out(self.hours, self.exceptions, self.zone, self.first_s, self.until_s)
        return _digest(line.intervals, line.stretches, zip(line.days, line.closes) if self._passes_midnight else ())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Calendar):
            return False
        return self.hours == other.hours and self.public_holidays == other.public_holidays

    def __hash__(self) -> int:
        return hash(self.hours)

    def __repr__(self) -> str:
        return f"Calendar({self.hours!r})"

    def __reduce__(self) -> tuple[object, ...]:
        """Another process gets the statement, and lays out what it needs."""
        return type(self), (self.hours, self.public_holidays)


def _digest(intervals: Iterable[Interval], local: Iterable[Stretch], nights: Iterable[tuple[int, int]] = ()) -> str:
    parts = [f"{start_s}-{end_s}" for start_s, end_s in intervals]
    parts += [f"{stretch.from_s}{stretch.offset_s:+}" for stretch in local]
    parts += [f"{day}>{closes_s}" for day, closes_s in nights]
    return "sha256:" + sha256("\n".join(parts).encode("ascii")).hexdigest()


def calendar_problems(document: object, public_holidays: PublicHolidays | None = None) -> list[Problem]:
    """Every problem of an entry of `calendars`, for the checker to place: unknown zone, closing before opening, ..."""
    return read_opening_hours(document, public_holidays)[1]
