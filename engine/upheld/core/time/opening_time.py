"""Opening time: counting it, in whole seconds, on integer instants.

This is what an engine calls millions of times; `upheld.core.time.calendar` puts
datetimes around it, `upheld.core.time.timeline` lays out the years it counts on.

Every boundary follows from one meaning: windows are half-open, and a due instant is the
first at which the time allowed has passed. So what falls on closing stays at closing,
counting back ends as late as it can, and counting nothing moves nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from upheld.core.time.instant import DAY_S, text_of, text_of_day, text_of_length
from upheld.core.time.timeline import Interval, Timeline, Years
from upheld.core.time.zone import Stretch


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """A date with some opening time.

    Attributes:
        day: Its number; see `upheld.core.time.instant.date_of_day`.
        opens_s: Its first opening.
        closes_s: Its closing, the end of its last window, perhaps on the next morning.
    """

    day: int
    opens_s: int
    closes_s: int


class OpeningTime(Years):
    """The opening time of some opening hours; instants are seconds since 1970 UTC.

    Every method raises CalendarError for an instant outside the years, and where the answer would lie outside.
    """

    __slots__ = ()

    def between_s(self, a_s: int, b_s: int) -> int:
        """Opening seconds from ``a_s`` to ``b_s``; none when ``b_s`` is not the later."""
        line = self._line
        if not line.from_s <= a_s <= b_s <= line.until_s:
            if b_s < a_s:
                self._covering(b_s, a_s)
                return 0
            line = self._covering(a_s, b_s)
        starts, ends, shifts = line.starts, line.ends, line.shifts
        i = bisect_right(starts, a_s) - 1
        j = bisect_right(starts, b_s) - 1
        a_end_s, b_end_s = ends[i], ends[j]
        return (b_s if b_s < b_end_s else b_end_s) + shifts[j] - (a_s if a_s < a_end_s else a_end_s) - shifts[i]

    def add_s(self, start_s: int, seconds: int) -> int:
        """The first instant by which ``seconds`` of opening time have passed since ``start_s``.

        Negative seconds count back, to the last instant from which so much lies before ``start_s``. None leave
        ``start_s`` where it is, in closed time too.
        """
        line = self._line
        if not line.from_s <= start_s < line.until_s:
            line = self._at(start_s)
        i = bisect_right(line.starts, start_s) - 1
        end_s = line.ends[i]
        target_s = (start_s if start_s < end_s else end_s) + line.shifts[i] + seconds
        totals = line.totals
        if seconds > 0:
            if target_s > totals[-1]:
                return self._add_further_s(line, start_s, seconds)
            return target_s - line.shifts[bisect_left(totals, target_s)]
        if seconds == 0:
            return start_s
        if target_s < 0:
            return self._add_further_s(line, start_s, seconds)
        return target_s - line.shifts[bisect_right(totals, target_s)]

    def is_open_s(self, at_s: int) -> bool:
        """Whether it is open at that instant; at closing it no longer is."""
        line = self._at(at_s)
        return at_s < line.ends[bisect_right(line.starts, at_s) - 1]

    def next_opening_s(self, at_s: int) -> int:
        """The instant itself when open, else the next at which it is."""
        line = self._at(at_s)
        while True:
            i = bisect_right(line.starts, at_s)
            if at_s < line.ends[i - 1]:
                return at_s
            if i < len(line.starts):
                return line.starts[i]
            line = self._later(line, f"does not open again after `{text_of(at_s)}`")

    def previous_closing_s(self, at_s: int) -> int:
        """The instant itself when it was open just before, else the last closing before it."""
        line = self._covering(at_s, at_s)
        while True:
            i = bisect_left(line.starts, at_s) - 1
            if i > 0:
                return min(at_s, line.ends[i])
            line = self._earlier(line, f"was not open before `{text_of(at_s)}`")

    def intervals_s(self, a_s: int, b_s: int) -> list[Interval]:
        """The opening intervals from ``a_s`` to ``b_s``, cut at both; windows that touch are one interval."""
        if b_s <= a_s:
            self._covering(b_s, a_s)
            return []
        line = self._covering(a_s, b_s)
        i = bisect_right(line.starts, a_s) - 1
        j = bisect_left(line.starts, b_s)
        cut = ((max(a_s, start_s), min(b_s, end_s)) for start_s, end_s in zip(line.starts[i:j], line.ends[i:j]))
        return [(start_s, end_s) for start_s, end_s in cut if start_s < end_s]

    def opening_left_s(self, at_s: int) -> int:
        """Opening seconds left on the date to which that instant belongs."""
        today = self.business_day(self.day_at(at_s))
        return 0 if today is None else self.between_s(at_s, today.closes_s)

    def clock_at(self, at_s: int) -> tuple[int, int]:
        """What the local clock shows: the number of the date, and the seconds since its midnight."""
        return divmod(at_s + self.stretch_at(at_s).offset_s, DAY_S)

    def stretch_at(self, at_s: int) -> Stretch:
        """The time around that instant, as far as it is laid out, in which the local clock is as far from UTC."""
        line = self._covering(at_s, at_s)
        return line.stretches[_stretch_at(line, at_s)]

    def day_at(self, at_s: int) -> int:
        """The number of the date to which that instant belongs.

        That is the local date; but of the date before, while a window that began then and passes midnight is open.
        """
        day, time_s = self.clock_at(at_s)
        if self._passes_midnight:
            before = self.windows_of(day - 1)
            if before and time_s < before[-1][1] - DAY_S:
                return day - 1
        return day

    def instant_s(self, day: int, time_s: int) -> int:
        """The first instant at which the local clock shows that date and time of day, or has passed them.

        So a time that comes twice is its first coming, and one that is skipped is the moment of the change.
        """
        wanted_s = day * DAY_S + time_s
        line = self._around(day)
        for stretch in line.stretches[_stretch_at(line, wanted_s - DAY_S) :]:
            if wanted_s < stretch.until_s + stretch.offset_s:
                return max(stretch.from_s, wanted_s - stretch.offset_s)
        assert wanted_s == line.until_s + line.stretches[-1].offset_s, (day, time_s)
        return line.until_s

    def business_day(self, day: int) -> BusinessDay | None:
        """The business day of that date, or None when the date has no opening time."""
        line = self._around(day)
        i = bisect_left(line.days, day)
        return _business_day(line, i) if i < len(line.days) and line.days[i] == day else None

    def business_day_after(self, day: int, n: int = 1) -> BusinessDay:
        """The ``n``-th business day strictly after that date; counted back, before it, when ``n`` is negative."""
        assert n != 0, "the date itself may be no business day"
        line = self._around(day)
        while True:
            i = bisect_right(line.days, day) + n - 1 if n > 0 else bisect_left(line.days, day) + n
            if 0 <= i < len(line.days):
                found = _business_day(line, i)
                whole = self._around(found.day)
                if whole is line:
                    return found
                line = whole
            elif n > 0:
                line = self._later(line, f"has no {n} business days after `{text_of_day(day)}`")
            else:
                line = self._earlier(line, f"has no {-n} business days before `{text_of_day(day)}`")

    def _add_further_s(self, line: Timeline, start_s: int, seconds: int) -> int:
        """Lay out more years, then count again."""
        if seconds > 0:
            self._later(line, f"is not open for {text_of_length(seconds)} after `{text_of(start_s)}`")
        else:
            self._earlier(line, f"was not open for {text_of_length(-seconds)} before `{text_of(start_s)}`")
        return self.add_s(start_s, seconds)


def _stretch_at(line: Timeline, at_s: int) -> int:
    """The place of the last stretch that has begun by an instant; the first before all of them."""
    return max(bisect_left(line.stretches, (at_s + 1, 0, 0)) - 1, 0)


def _business_day(line: Timeline, i: int) -> BusinessDay:
    return BusinessDay(line.days[i], line.opens[i], line.closes[i])
