"""Timelines: opening intervals in order, each with the opening time before it.

"How much opening time lies between", "when has so much passed" become a binary
search and an addition, however many years lie in between. An instant is open when
the local clock, read at that instant, stands inside a window of the local date: so
a day on which clocks change has the hours it really had, the hour that came twice
counts twice, and the one that was skipped not at all.

A timeline covers a span of UTC time; `joined` makes one of adjacent ones, so that
only the years that somebody asks for need be laid out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from upheld.core.instant import DAY_S, END_DAY, FIRST_DAY
from upheld.core.opening_hours import OpeningHours
from upheld.core.window import Windows
from upheld.core.zone import Stretch, stretches

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
        stretches: The local time; see `upheld.core.zone`.
        days: Numbers of the local dates with opening time, sorted.
        opens: When each of those dates is first open.
        closes: When it is last open: the end of its last window.
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
    for stretch in local:
        first_day = (stretch.from_s + stretch.offset_s) // DAY_S
        last_day = (stretch.until_s - 1 + stretch.offset_s) // DAY_S
        for day in range(first_day, last_day + 1):
            windows = exceptions.get(day)
            if windows is None:
                windows = hours.windows_of_weekday(day)
            midnight_s = day * DAY_S - stretch.offset_s
            for opening_s, closing_s in windows:
                start_s = max(midnight_s + opening_s, stretch.from_s)
                end_s = min(midnight_s + closing_s, stretch.until_s)
                if start_s < end_s:
                    intervals.append((start_s, end_s))
                    if not FIRST_DAY <= day < END_DAY:
                        continue
                    known = business_days.get(day, (start_s, end_s))
                    business_days[day] = (min(known[0], start_s), max(known[1], end_s))
    return _timeline(from_s, until_s, intervals, local, business_days)


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
            known = business_days.get(day, (opens_s, closes_s))
            business_days[day] = (min(known[0], opens_s), max(known[1], closes_s))
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
    return Timeline(
        from_s,
        until_s,
        tuple(starts),
        tuple(ends),
        tuple(totals),
        tuple(shifts),
        tuple(local),
        tuple(days),
        tuple(business_days[day][0] for day in days),
        tuple(business_days[day][1] for day in days),
    )
