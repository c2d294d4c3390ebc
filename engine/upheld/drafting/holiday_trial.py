"""Holiday trials: of which country the public holidays are that a history keeps, if it keeps any.

A day on which people usually work is quiet where they act at most a fifth as often as on the same weekday of the weeks
around it. Each country's holidays are laid upon the quiet days: one is told where at least four fifths of its holidays
are quiet, chance would make that so in less than one of a hundred histories although so many countries are tried, and
no other country does as well. Where several do, all are told and none is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Final

from upheld.calendars.public_holidays import dates_in, known_countries
from upheld.core.change.binomial import at_least
from upheld.core.time.day import WEEKDAYS
from upheld.core.time.instant import date_of_day, day_number
from upheld.drafting.working_hours import WorkingHours

QUIET: Final = Fraction(1, 5)
WEEKS_AROUND: Final = 4
LEAST_USUAL: Final = 5
"""Acts on a usual day; where there are fewer a quiet day tells nothing."""
LEAST_HOLIDAYS: Final = 3
LEAST_SHARE: Final = Fraction(4, 5)
CHANCE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying.

    Attributes:
        quiet: Quiet days on which people usually work.
        days: How many such days could be judged.
        tried: How many countries.
        countries: Those that did best and well enough, in the order of their codes; the one found, if it is one.
        holidays: How many of their holidays could be judged.
        kept: How many of these were quiet.
        worked: The dates of the others.
    """

    quiet: int
    days: int
    tried: int
    countries: tuple[str, ...] = ()
    holidays: int = 0
    kept: int = 0
    worked: tuple[date, ...] = ()

    @property
    def country(self) -> str:
        """The country, ``""`` where none was found, or several."""
        return self.countries[0] if len(self.countries) == 1 else ""


def holiday_trial(hours: WorkingHours, countries: Sequence[str] = ()) -> Trial:
    """Try countries on the days on which people worked.

    Args:
        countries: The only ones to try; by default all that are known.
    """
    judged = _judged(hours.days, frozenset(hours.weekly))
    quiet = frozenset(day for day, is_quiet in judged.items() if is_quiet)
    tried = list(countries) or known_countries()
    nothing = Trial(len(quiet), len(judged), len(tried))
    if len(quiet) < LEAST_HOLIDAYS or not judged:
        return nothing
    years = range(date_of_day(min(judged)).year, date_of_day(max(judged)).year + 1)
    usual, best = len(quiet) / len(judged), dict[str, tuple[int, list[int]]]()
    for country in tried:
        holidays = sorted(judged.keys() & {day_number(each) for each in dates_in(country, years)})
        kept = len(quiet.intersection(holidays))
        if kept < LEAST_HOLIDAYS or Fraction(kept, len(holidays)) < LEAST_SHARE:
            continue
        if at_least(kept, len(holidays), usual) * len(tried) < CHANCE:
            best[country] = 2 * kept - len(holidays), holidays
    if not best:
        return nothing
    most = max(score for score, _ in best.values())
    found = sorted(country for country, (score, _) in best.items() if score == most)
    holidays = best[found[0]][1]
    worked = tuple(date_of_day(day) for day in holidays if day not in quiet)
    return Trial(len(quiet), len(judged), len(tried), tuple(found), len(holidays), len(holidays) - len(worked), worked)


def _judged(days: Mapping[int, int], worked: frozenset[str]) -> dict[int, bool]:
    """Days on which people usually work, and whether each was quiet."""
    found = dict[int, bool]()
    for day in range(min(days), max(days) + 1):
        if WEEKDAYS[date_of_day(day).weekday()] in worked:
            around = [days.get(day + 7 * week, 0) for week in range(-WEEKS_AROUND, WEEKS_AROUND + 1) if week]
            usual = median(around)
            if usual >= LEAST_USUAL:
                found[day] = days.get(day, 0) <= QUIET * Fraction(usual)
    return found
