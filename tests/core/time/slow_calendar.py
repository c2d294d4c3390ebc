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
        special: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.weekly = weekly
        self.holidays = holidays
        self.closed = closed
        self.special = special or {}
        self._minutes_of: dict[date, frozenset[int]] = {}

    def windows(self, day: date) -> Sequence[str]:
        """The windows of a date."""
        every_year = f"*-{day.month:02}-{day.day:02}"
        if day.isoformat() in self.special:
            return self.special[day.isoformat()]
        if every_year in self.special:
            return self.special[every_year]
        if day in self.holidays or day.isoformat() in self.closed or every_year in self.closed:
            return []
        return self.weekly.get(DAYS[day.weekday()], [])

    def minutes(self, day: date) -> frozenset[int]:
        """The minutes of a date, from midnight on its own clock, that lie in a window."""
        if day not in self._minutes_of:
            found: set[int] = set()
            for window in self.windows(day):
                start, end = (int(time[:2]) * 60 + int(time[3:]) for time in window.split("-"))
                found.update(range(start, end))
            self._minutes_of[day] = frozenset(found)
        return self._minutes_of[day]

    def is_open(self, at_s: int) -> bool:
        """Whether the local clock stands in a window of the local date."""
        local = datetime.fromtimestamp(at_s, self.zone)
        return local.hour * 60 + local.minute in self.minutes(local.date())

    def is_business_day(self, day: date) -> bool:
        """Whether some instant of the date is open."""
        return self.last_open_minute_s(day) is not None

    def last_open_minute_s(self, day: date) -> int | None:
        """The end of the last open minute of the date."""
        midnight_s = int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("UTC")).timestamp())
        for at_s in range(midnight_s + 40 * 3600, midnight_s - 20 * 3600, -60):
            if datetime.fromtimestamp(at_s, self.zone).date() == day and self.is_open(at_s):
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
