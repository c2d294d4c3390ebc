"""Working hours: when people act, by weekday, in windows of quarters or halves of an hour.

A part of a day is worked in which people act at least a fifth as often as at their busiest; a weekday, on which they do
at least an eighth. A break shows where it lasts an hour. Where too few acts are known, or a quarter of them lies
outside of whatever hours there seem to be, the history tells no hours.

    >>> nine_to_five = [day * 86_400 + half * 1_800 for day in range(28) for half in range(18, 34) if day % 7 < 5]
    >>> found = working_hours([(day, s % 86_400) for s in nine_to_five for day in [s // 86_400 + 4]] * 5)
    >>> found.weekly["mon"], "sat" in found.weekly
    (('09:00-17:00',), False)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from upheld.core.time.calendar import Calendar
from upheld.core.time.day import WEEKDAYS
from upheld.core.time.instant import date_of_day

LEAST_ACTS: Final = 100
"""Fewer tell no hours."""
LEAST_INSIDE: Final = Fraction(3, 4)
"""The share of acts that hours have to hold."""
WORKED_DAY: Final = Fraction(1, 8)
"""Of the acts on the busiest weekday."""
WORKED_PART: Final = Fraction(1, 5)
"""Of the acts in the busiest parts of a day."""
OWN_HOURS: Final = 400
"""Acts on a weekday from which on it may have hours of its own."""
FINE: Final = 300
"""Acts in a busy half hour, of all weeks together, from which on quarters are told apart."""
DAY_S: Final = 86_400

LocalActs = Sequence[tuple[int, int]]
"""When people acted: the local day, as `day_number` counts, and the second of it."""
Windows = tuple[tuple[int, int], ...]
"""From which part of a day to which."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people work.

    Attributes:
        weekly: By weekday the windows, as a policy writes them; a weekday that is not worked is not there.
        acts: How many acts there are on each weekday, and how many of them within its windows.
        days: The local days, with how many acts each has.
    """

    weekly: Mapping[str, tuple[str, ...]]
    acts: Mapping[str, tuple[int, int]]
    days: Mapping[int, int]

    @property
    def inside(self) -> Fraction:
        """The share of all acts that lie within them."""
        total = sum(number for number, _ in self.acts.values())
        return Fraction(sum(inside for _, inside in self.acts.values()), total)

    @property
    def is_always(self) -> bool:
        """Whether they never close."""
        return len(self.weekly) == 7 and set(self.weekly.values()) == {("00:00-24:00",)}


def local_acts(acts_s: Iterable[int], zone: str) -> list[tuple[int, int]]:
    """Instants on the clock of a zone."""
    calendar = Calendar.always(zone)
    return [calendar.clock_at(at_s) for at_s in acts_s]


def working_hours(acts: LocalActs) -> WorkingHours | None:
    """The hours in which people act; ``None`` where nothing can be told."""
    if len(acts) < LEAST_ACTS:
        return None
    totals = Counter(_weekday(day) for day, _ in acts)
    worked = [day for day in WEEKDAYS if totals[day] >= WORKED_DAY * max(totals.values())]
    step_s = 1800
    pooled = _profile((second for day, second in acts if _weekday(day) in worked), step_s)
    if _busiest(pooled) >= FINE:
        step_s = 900
        pooled = _profile((second for day, second in acts if _weekday(day) in worked), step_s)
    usual, weekly = _windows(pooled), dict[str, Windows]()
    for name in worked:
        own = _windows(_profile((second for day, second in acts if _weekday(day) == name), step_s))
        weekly[name] = own if totals[name] >= OWN_HOURS and _differ(own, usual, 3600 // step_s) else usual
    inside = Counter(
        name
        for day, second in acts
        for name in [_weekday(day)]
        if any(start <= second // step_s < end for start, end in weekly.get(name, ()))
    )
    found = WorkingHours(
        {name: tuple(_window(each, step_s) for each in windows) for name, windows in weekly.items() if windows},
        {name: (totals[name], inside[name]) for name in WEEKDAYS},
        Counter(day for day, _ in acts),
    )
    return found if found.weekly and found.inside >= LEAST_INSIDE else None


def _weekday(day: int) -> str:
    return WEEKDAYS[date_of_day(day).weekday()]


def _profile(seconds: Iterable[int], step_s: int) -> list[int]:
    counted = Counter(second // step_s for second in seconds)
    return [counted[part] for part in range(DAY_S // step_s)]


def _busiest(profile: Sequence[int]) -> Fraction:
    """How many acts there are in one of the busiest parts of a day: the mean of the upper half of those that have any.

    One part alone is not asked: what is done by the clock, such as a report each morning, lies in it.
    """
    filled = sorted((each for each in profile if each), reverse=True)
    core = filled[1 : 1 + max(1, len(filled) // 3)] or filled
    return Fraction(sum(core), max(1, len(core)))


def _windows(profile: Sequence[int]) -> Windows:
    """The parts in a row that are worked; gaps and windows of less than an hour are none."""
    least, hour = WORKED_PART * _busiest(profile), len(profile) // 24
    found: list[tuple[int, int]] = []
    for part, count in enumerate(profile):
        if not count or count < least:
            continue
        if found and part - found[-1][1] < hour:
            found[-1] = (found[-1][0], part + 1)
        else:
            found.append((part, part + 1))
    return tuple((start, end) for start, end in found if end - start >= hour)


def _differ(one: Windows, other: Windows, hour: int) -> bool:
    """Whether windows differ by more than an hour in all: less is chance, such as a break seen on one day alone."""
    parts, others = (frozenset(part for start, end in each for part in range(start, end)) for each in (one, other))
    return len(parts ^ others) > hour


def _window(parts: tuple[int, int], step_s: int) -> str:
    start, end = (f"{part * step_s // 3600:02}:{part * step_s % 3600 // 60:02}" for part in parts)
    return f"{start}-{end}"
