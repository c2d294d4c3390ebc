"""Opening time the slow and obvious way: look at the local clock once a minute, and count.

Written from the design alone and sharing no code with the engine, so that what both
get wrong has to be wrong twice. It reads the same documents, of whole minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class SlowCalendar:
    """A calendar that answers by counting minutes."""

    def __init__(
        self,
        zone: str,
        weekly: Mapping[str, Sequence[str]],
        holidays: Collection[date] = (),
        closed: Collection[str] = (),
        special: Mapping[str, Sequence[str] | Mapping[str, str]] | None = None,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.weekly = weekly
        self.holidays = holidays
        self.closed = closed
        self.special = special or {}
        self._minutes_of: dict[date, frozenset[int]] = {}

    def minutes(self, day: date) -> frozenset[int]:
        """The minutes since the midnight of a date that lie in one of its windows; those of a night go on from 1440."""
        if day not in self._minutes_of:
            self._minutes_of[day] = frozenset(self._minutes(day))
        return self._minutes_of[day]

    def _minutes(self, day: date) -> set[int]:
        every_year = f"*-{day.month:02}-{day.day:02}"
        closings = []
        for key in (day.isoformat(), every_year):
            entry = self.special.get(key)
            if isinstance(entry, Mapping):
                closings = closings or [minute(entry["closes"])]
            elif entry is not None:
                return cut(entry, closings)
        if day in self.holidays or day.isoformat() in self.closed or every_year in self.closed:
            return set()
        return cut(self.weekly.get(DAYS[day.weekday()], []), closings)

    def date_of(self, at_s: int) -> date:
        """The date to which an instant belongs: that of the night which lasts into it, else the local one."""
        local = datetime.fromtimestamp(at_s, self.zone)
        before = local.date() - timedelta(days=1)
        return before if 1440 + local.hour * 60 + local.minute in self.minutes(before) else local.date()

    def is_open(self, at_s: int) -> bool:
        """Whether the local clock stands in a window of the local date, or in a night of the date before."""
        local = datetime.fromtimestamp(at_s, self.zone)
        return self.date_of(at_s) < local.date() or local.hour * 60 + local.minute in self.minutes(local.date())

    def is_business_day(self, day: date) -> bool:
        """Whether some instant of the date is open."""
        return self.last_open_minute_s(day) is not None

    def last_open_minute_s(self, day: date) -> int | None:
        """The end of the last open minute of the date."""
        midnight_s = int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("UTC")).timestamp())
        if not self.minutes(day):
            return None
        for at_s in range(midnight_s + 64 * 3600, midnight_s - 20 * 3600, -60):
            if self.date_of(at_s) == day and self.is_open(at_s):
                return at_s + 60
        return None

    def business_day_after(self, day: date, n: int) -> date:
        """The n-th business day after a date, one by one."""
        step = timedelta(days=1 if n > 0 else -1)
        for _ in range(abs(n)):
            day += step
            while not self.is_business_day(day):
                day += step
        return day


def minute(time: str) -> int:
    """Minutes since midnight."""
    return int(time[:2]) * 60 + int(time[3:])


def cut(windows: Sequence[str], closings: Sequence[int]) -> set[int]:
    """The minutes in the windows, before the earliest closing; a window that ends first ends on the next day."""
    found: set[int] = set()
    for window in windows:
        start, end = (minute(time) for time in window.split("-"))
        found.update(range(start, end if start < end else end + 1440))
    return {each for each in found if each < min(closings, default=2880)}
