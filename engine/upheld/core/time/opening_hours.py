"""Opening hours: the rules of a calendar, as its author states them, for any date.

Which windows a date has is decided by the first that speaks: special hours of that
very date, special hours of every year, own closing days and public holidays, the
hours of the weekday. A day that only closes early does not decide, but shortens what
those that speak after it give. What a very date says of that counts instead of what every
year does, what one day says instead of what several in a row or a rule do, and any of them
instead of what is said of the days before public holidays. Where two say it alike, the earlier
closing counts, since keys have no order; two rules never give one day windows of their own.

    >>> round_the_clock = always("Europe/Paris")
    >>> round_the_clock.is_always, round_the_clock.nominal_day_s
    (True, 86400)

Which days are public holidays is a country's business and changes by decree. So that the
core needs no library of them, it asks a source for the dates of a region;
`upheld.calendars.public_holidays` is the one that everybody uses, a mapping in a test is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from upheld.core.errors import CalendarError
from upheld.core.finding import Problem
from upheld.core.time.day import WEEKDAYS, Day, NamedDay, closeness
from upheld.core.time.instant import DAY_S, END_DAY, FIRST_DAY, day_number
from upheld.core.time.window import Windows, cut_at


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """Whose public holidays: a country, and a subdivision of it where holidays differ inside.

    Attributes:
        country: Two-letter code of ISO 3166-1, ``GB``.
        subdivision: Its code within the country, ``ENG``, or ``""`` for what holds in all of it.
    """

    country: str
    subdivision: str = ""

    def __str__(self) -> str:
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country


class PublicHolidays(Protocol):
    """A source of public holidays; the same region gives the same answer within one run."""

    def problem(self, region: Region) -> Problem | None:
        """Why nothing is known of ``region``, or None; the path ends in ``country`` or ``subdivision``."""

    def dates(self, region: Region) -> Mapping[date, str]:
        """Every public holiday of the years that a calendar covers, with its name."""


ROUND_THE_CLOCK: Final[Windows] = ((0, DAY_S),)
OWN_CLOSING_DAY: Final = "own closing day"


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a service is open, by its own words.

    Attributes:
        zone: IANA name of the zone whose clock the windows are read on.
        weekly: Windows of Monday to Sunday; sorted, disjoint, none of no length, the last perhaps past midnight.
        holidays: Whose public holidays are closed all day.
        closed: Own closing days.
        special: Special hours by day, which win over all the rest; no windows is closed.
        early: Days that close early, each with the local time of it; what would be closed anyway stays closed.
        eves_close_s: The local time at which each day before a public holiday closes early; ``None`` where it does not.
        stated_nominal_day_s: What a business day is worth where the author says so.
    """

    zone: str
    weekly: tuple[Windows, ...]
    holidays: tuple[Region, ...] = ()
    closed: tuple[NamedDay, ...] = ()
    special: tuple[tuple[NamedDay, Windows], ...] = ()
    early: tuple[tuple[NamedDay, int], ...] = ()
    eves_close_s: int | None = None
    stated_nominal_day_s: int | None = None

    def __post_init__(self) -> None:
        assert len(self.weekly) == len(WEEKDAYS), self.weekly
        for windows in (*self.weekly, *(windows for _, windows in self.special)):
            assert all(0 <= start < DAY_S and start < end <= start + DAY_S for start, end in windows), windows
            assert all(a[1] <= b[0] for a, b in zip(windows, windows[1:])), windows

    @property
    def nominal_day_s(self) -> int | None:
        """Opening seconds that one business day is worth; None where weekdays differ and nothing is stated."""
        if self.stated_nominal_day_s is not None:
            return self.stated_nominal_day_s
        worths = {sum(end - start for start, end in windows) for windows in self.weekly if windows}
        return worths.pop() if len(worths) == 1 else None

    @property
    def is_always(self) -> bool:
        """Whether it is open at every instant, so that opening time is elapsed time."""
        exceptions = self.holidays or self.closed or self.special or self.early or self.eves_close_s is not None
        return set(self.weekly) == {ROUND_THE_CLOCK} and not exceptions

    @property
    def passes_midnight(self) -> bool:
        """Whether some window ends on the day after the one on which it begins."""
        each = (*self.weekly, *(windows for _, windows in self.special))
        return any(windows[-1][1] > DAY_S for windows in each if windows)

    def windows_of_weekday(self, day: int) -> Windows:
        """What the weekday of ``day`` would be open, were it nothing special."""
        return self.weekly[(day + 3) % 7]  # day 0, 1970-01-01, was a Thursday

    def exceptions(self, closed_days: Mapping[int, str]) -> dict[int, Windows]:
        """The windows of every day, by number, that the weekday does not decide; see `closed_days`."""
        found: dict[int, Windows] = dict.fromkeys(closed_days, ())
        of_a_date = dict(self._special_days(of_every_year=False))
        closings: dict[int, int] = {}
        yearly = [day for day, _ in self.special if isinstance(day, Day) and day.year is None]
        windows_of_a_day = {number for day in yearly for number in day.day_numbers()}
        for days, closing_s in sorted(self.early, key=lambda each: (closeness(each[0]), -each[1])):
            numbers: Iterable[int] = days.day_numbers()
            if days.year is None:
                numbers = set(numbers) - windows_of_a_day
            closings.update(dict.fromkeys(numbers, closing_s))

        def close(number: int, closing_s: int) -> None:
            found[number] = cut_at(found.get(number, self.windows_of_weekday(number)), closing_s)

        if self.eves_close_s is not None:
            eves = {day - 1 for day, name in closed_days.items() if name != OWN_CLOSING_DAY}
            for number in sorted(eves - closings.keys()):
                close(number, self.eves_close_s)
        found.update(self._special_days(of_every_year=True))
        for number, closing_s in closings.items():
            close(number, closing_s)
        return found | of_a_date

    def _special_days(self, *, of_every_year: bool) -> Iterator[tuple[int, Windows]]:
        for day, windows in sorted(self.special, key=lambda each: closeness(each[0])):
            if (day.year is None) is of_every_year:
                yield from ((number, windows) for number in day.day_numbers())

    def closed_days(self, public_holidays: PublicHolidays | None) -> Mapping[int, str]:
        """Every closing day with its name: that of the public holiday, else that it is the author's own.

        Raises: CalendarError when there are holidays to ask for and nobody to ask.
        """
        names: dict[int, str] = {}
        for day in self.closed:
            names.update(dict.fromkeys(day.day_numbers(), OWN_CLOSING_DAY))
        if not self.holidays:
            return names
        if public_holidays is None:
            raise CalendarError(
                f"the public holidays of `{self.holidays[0]}` need a source: use `upheld.Calendar`, which has one"
            )
        named: dict[int, list[str]] = {}
        for region in self.holidays:
            for day_of_year, name in public_holidays.dates(region).items():
                those = named.setdefault(day_number(day_of_year), [])
                if name not in those:
                    those.append(name)
        return names | {number: ", ".join(those) for number, those in named.items()}

    def ever_opens(self, public_holidays: PublicHolidays | None) -> bool:
        """Whether some date from 1990 to 2050 has a window; most often the first working day answers."""
        exceptions = self.exceptions(self.closed_days(public_holidays))
        return any(exceptions.get(day, self.windows_of_weekday(day)) for day in range(FIRST_DAY, END_DAY))


def is_round_the_clock(word: str) -> bool:
    """Whether somebody calls a calendar by what is written for time without closing, such as ``24/7`` or ``24x7``.

    >>> is_round_the_clock("24x7"), is_round_the_clock("247"), is_round_the_clock("support")
    (True, True, False)
    """
    return "".join(filter(str.isalnum, word.lower())).replace("x", "") in ("247", "2424", "24h", "247365")


def always(zone: str) -> OpeningHours:
    """Open round the clock; the zone still says where its dates begin."""
    return OpeningHours(zone, (ROUND_THE_CLOCK,) * len(WEEKDAYS))
