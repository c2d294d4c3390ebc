"""Opening seconds: the opening time of a calendar, counted for many instants at once.

The same intervals, running totals, local times and business days that `upheld.core.time.timeline` lays out, as
arrays; what is asked of them is what `upheld.core.time.opening_time` answers for one instant. No opening hours are read
here, so none can be read differently.

Years are laid out when somebody first asks about them, as there. Opening seconds are counted from an origin that stays
when more years come: their differences mean something, they themselves do not.

Source: DESIGN section 4; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from upheld.core.errors import CalendarError
from upheld.core.policy.schedule import Schedule
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import DAY_S
from upheld.core.time.timeline import Timeline
from upheld.core.time.zone import Stretch

Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NOT_KNOWN_S: Final = -(2**63)
"""Stands in a column of instants, or of seconds, where the engine has ``None``."""

BEYOND_S: Final = 2**63 - 1
"""Stands in a column of instants for one after 2050, where the engine raises CalendarError."""


NOTHING: Final = Timeline(0, 0, (0,), (0,), (0,), (0,), (Stretch(0, 0, 0),), (), (), ())
"""What has been laid out before somebody asks."""

CELLS: Final = 4
"""Cells of a grid for each number; a power of two more or less."""

MOST: Final = 4
"""Numbers of one cell that are worth passing one by one."""


class Rungs:
    """Numbers in order, and a grid over them, so that finding the place of another is no search.

    Args:
        rungs: In order; a difference of places in memory is what counts, not how many there are.
    """

    def __init__(self, rungs: Int64s) -> None:
        self._first = int(rungs[0])
        width = max(1, (int(rungs[-1]) - self._first) // (CELLS * rungs.size))
        self._shift = width.bit_length() - 1
        self._last_cell = (int(rungs[-1]) - self._first) >> self._shift
        cells = self._first + (np.arange(self._last_cell + 2, dtype=np.int64) << self._shift)
        below = np.searchsorted(rungs, cells, side="left")
        self._below = below[:-1] - 1
        self._most = int(np.diff(below).max(initial=0))
        self._rungs = np.append(rungs, BEYOND_S)

    def place(self, numbers: Int64s) -> Int64s:
        """The place of the last rung that is not above each number; -1 where all are."""
        if self._most > MOST:
            return np.asarray(np.searchsorted(self._rungs[:-1], numbers, side="right") - 1)
        place: Int64s = self._below[np.clip((numbers - self._first) >> self._shift, 0, self._last_cell)]
        for _ in range(self._most):
            place += self._rungs[place + 1] <= numbers
        return place


class OpeningSeconds:
    """The opening time of one calendar, as arrays. Instants are seconds since 1970 UTC, all arrays int64.

    Every method raises CalendarError for an instant outside 1990 to 2050, as the calendar does for one; answers after
    2050 are ``BEYOND_S``. An array may be empty, and of any shape.

    Attributes:
        calendar: Whose.
    """

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._line: Timeline | None = None
        self._origin_s = 0
        self._take(NOTHING, 0)

    def covers(self, at_s: Int64s) -> Bools:
        """Whether each instant lies in the years that a calendar covers, so that it may be asked about."""
        found: Bools = (at_s >= self.calendar.first_s) & (at_s < self.calendar.until_s)
        return found

    def before(self, at_s: Int64s) -> Int64s:
        """Opening seconds from an origin, the same for all calls, to each instant; negative before it."""
        self._cover(at_s)
        place = self._intervals.place(at_s)
        return np.minimum(at_s, self._ends[place]) + self._shifts[place]

    def between(self, a_s: Int64s, b_s: Int64s) -> Int64s:
        """Opening seconds from each ``a_s`` to ``b_s``; none where that is not the later."""
        found: Int64s = np.maximum(self.before(b_s) - self.before(a_s), 0)
        return found

    def add(self, start_s: Int64s, seconds: Int64s | int) -> Int64s:
        """The first instant by which so much opening time has passed since each start; no seconds leave it."""
        assert np.all(np.greater_equal(seconds, 0)), "nothing in bulk counts back"
        return np.where(np.equal(seconds, 0), start_s, self.first_with(self.before(start_s) + seconds))

    def first_with(self, seconds: Int64s) -> Int64s:
        """The first instant before which so many opening seconds lie, as `before` counts them."""
        if not seconds.size:
            return np.zeros(seconds.shape, np.int64)
        self._reach(int(seconds.max()))
        place = self._amounts.place(seconds - 1) + 1
        found = seconds - self._shifts[np.minimum(place, len(self._totals) - 1)]
        return np.where(place < len(self._totals), found, BEYOND_S)

    def is_open(self, at_s: Int64s) -> Bools:
        """Whether it is open at each instant; at closing it no longer is."""
        self._cover(at_s)
        return np.asarray(at_s < self._ends[self._intervals.place(at_s)])

    def next_opening(self, at_s: Int64s) -> Int64s:
        """Each instant itself when open, else the next at which it is."""
        is_open = self.is_open(at_s)
        if is_open.all():
            return at_s
        place = self._intervals.place(at_s) + 1
        while (place[~is_open] == len(self._starts)).any() and self._lay_further():
            place = self._intervals.place(at_s) + 1
        opens = np.append(self._starts, BEYOND_S)[place]
        return np.where(is_open, at_s, opens)

    def clock_at(self, at_s: Int64s) -> tuple[Int64s, Int64s]:
        """What the local clock shows at each: the number of the date, and the seconds since its midnight."""
        self._cover(at_s)
        local_s = at_s + self._offsets[self._stretch_at(at_s)]
        day = local_s // DAY_S
        return day, local_s - day * DAY_S

    def stretch_at(self, at_s: Int64s) -> Int64s:
        """A number for the time between two changes of the local clock in which each lies; the same for both ends."""
        self._cover(at_s)
        return self._stretches[self._stretch_at(at_s)]

    def _stretch_at(self, at_s: Int64s) -> Int64s:
        return np.maximum(np.searchsorted(self._stretches, at_s, side="right") - 1, 0)

    def day_at(self, at_s: Int64s) -> Int64s:
        """The number of the date to which each instant belongs; of the date before in a night that began then."""
        day, time_s = self.clock_at(at_s)
        if not self.calendar.hours.passes_midnight:
            return day
        return day - (time_s < once_a_day(day, day, self._night_ends_s))

    def opening_left(self, at_s: Int64s) -> Int64s:
        """Opening seconds left on the date to which each instant belongs."""
        day = self.day_at(at_s)
        closes_s = once_a_day(day, day, self._closes_s)
        return self.between(at_s, np.where(closes_s == NOT_KNOWN_S, at_s, closes_s))

    def _closes_s(self, day: int) -> int | None:
        found = self.calendar.business_day(day)
        return None if found is None else found.closes_s

    def _night_ends_s(self, day: int) -> int:
        """When the night before a date ends, since its midnight; not after it where none lasts into it."""
        windows = self.calendar.windows_of(day - 1)
        return windows[-1][1] - DAY_S if windows else 0

    def _cover(self, at_s: Int64s) -> None:
        """Have all instants laid out."""
        if at_s.size:
            from_s, until_s = int(at_s.min()), int(at_s.max())
            line = self._line
            if line is None or from_s < line.from_s or line.until_s < until_s:
                self._lay(from_s, until_s)

    def _reach(self, seconds: int) -> None:
        """Have so many opening seconds laid out, as far as the years go."""
        assert self._line is not None, "opening seconds come from `before`"
        while seconds > self._totals[-1] and self._lay_further():
            pass

    def _lay_further(self) -> bool:
        """Lay out twice as long, if the years go on."""
        line = self._line
        assert line is not None, "there is something to go on from"
        if line.until_s >= self.calendar.until_s:
            return False
        self._lay(line.from_s, min(self.calendar.until_s, 2 * line.until_s - line.from_s))
        return True

    def _lay(self, from_s: int, until_s: int) -> None:
        line = self.calendar.line(from_s, until_s)
        if self._line is None:
            self._origin_s = line.from_s
        origin = self.calendar.between_s(line.from_s, self._origin_s)
        self._line = line
        self._take(line, origin)

    def _take(self, line: Timeline, origin: int) -> None:
        """The timeline as arrays, with its opening seconds counted from the origin."""
        self._starts = np.array(line.starts, np.int64)
        self._ends = np.array(line.ends, np.int64)
        self._totals = np.array(line.totals, np.int64) - origin
        self._shifts = np.array(line.shifts, np.int64) - origin
        self._intervals, self._amounts = Rungs(self._starts), Rungs(self._totals)
        self._stretches = np.array([each.from_s for each in line.stretches], np.int64)
        self._offsets = np.array([each.offset_s for each in line.stretches], np.int64)


class Openings(dict[str, OpeningSeconds]):
    """The opening time of the calendars of a policy that are asked about, by key; a customer's is ``id@customer``."""

    def __init__(self, schedule: Schedule) -> None:
        self._calendars = schedule.calendars

    def __missing__(self, key: str) -> OpeningSeconds:
        self[key] = found = OpeningSeconds(self._calendars[key])
        return found


class OpeningOfEach:
    """The opening time of each row's own calendar.

    Args:
        openings: The calendars that occur.
        which: For each row, a place in ``openings``.
    """

    def __init__(self, openings: Sequence[OpeningSeconds], which: Int32s) -> None:
        self._parts: list[tuple[OpeningSeconds, Int64s | None]]
        if len(openings) == 1:
            self._parts = [(openings[0], None)]
        else:
            self._parts = [(openings[number], rows) for number, rows in rows_of_each(which, len(openings))]

    def before(self, at_s: Int64s) -> Int64s:
        """See `OpeningSeconds.before`; what two calendars count cannot be compared."""
        return self._each(OpeningSeconds.before, at_s)

    def first_with(self, seconds: Int64s) -> Int64s:
        """See `OpeningSeconds.first_with`."""
        return self._each(OpeningSeconds.first_with, seconds)

    def _each(self, ask: Callable[[OpeningSeconds, Int64s], Int64s], row: Int64s) -> Int64s:
        if len(self._parts) == 1 and self._parts[0][1] is None:
            return ask(self._parts[0][0], row)
        found = np.empty(row.shape, np.int64)
        for opening, rows in self._parts:
            assert rows is not None, "there is one calendar, or each has its rows"
            found[rows] = ask(opening, row[rows])
        return found


def rows_of_each(which: npt.NDArray[np.integer[Any]], count: int) -> Iterator[tuple[int, Int64s]]:
    """For each number below ``count`` that occurs, the rows where it stands, in order."""
    order = np.argsort(which, kind="stable")
    bounds = np.concatenate(([0], np.cumsum(np.bincount(which, minlength=count))))
    for number in range(count):
        if bounds[number] < bounds[number + 1]:
            yield number, order[bounds[number] : bounds[number + 1]]


def once_a_day(day: Int64s, at_s: Int64s, ask: Callable[[int], int | None]) -> Int64s:
    """What is asked once for each date that occurs: about one of the instants that are given with it."""
    if not day.size:
        return np.zeros(day.shape, np.int64)
    place = day - day.min()
    some_s = np.full(int(place.max()) + 1, NOT_KNOWN_S)
    some_s[place] = at_s
    answers = [each if each == NOT_KNOWN_S else answered(ask, each) for each in some_s.tolist()]
    found: Int64s = np.array(answers, np.int64)[place]
    return found


def answered(ask: Callable[[int], int | None], key: int) -> int:
    """An answer as it stands in a column."""
    try:
        answer = ask(key)
    except CalendarError:
        return BEYOND_S
    return NOT_KNOWN_S if answer is None else answer
