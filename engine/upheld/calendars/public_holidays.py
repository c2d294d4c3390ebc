"""Public holidays from the `holidays` library, and the calendar that knows them.

The library is imported when a calendar first asks: it is slow to load, and most
commands need no holiday. Records name holidays in English where the library does, never
in the language of whoever runs the command: a replay is the same on every machine. A page
asks for the name in its reader's language (`name_in`). For some countries the library
knows fewer years than a calendar covers; it names what it knows.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from upheld.core.finding import Problem
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.time.calendar import Calendar as CoreCalendar
from upheld.core.time.calendar import calendar_problems as core_calendar_problems
from upheld.core.time.instant import FIRST_YEAR, LAST_YEAR
from upheld.core.time.opening_hours import PublicHolidays, Region

if TYPE_CHECKING:
    from holidays import HolidayBase

LANGUAGE = "en_US"


class HolidaysLibrary:
    """The source of public holidays that everybody uses."""

    def problem(self, region: Region) -> Problem | None:
        """Why the library knows nothing of ``region``, or None.

        Only the codes of ISO 3166 are taken, not the library's aliases for them: a policy is read by people.
        """
        entity = _entity(region.country)
        if entity is None or entity.country != region.country:
            near = entity.country if entity is not None else nearest(region.country, known_countries())
            hint = f"did you mean `{near}`?" if near else "write the two letters of ISO 3166, such as `GB` or `FR`"
            message = f"no public holidays are known of country {quoted(region.country)}"
            return Problem(("country",), "unknown-value", message, hint)
        known = sorted(entity.subdivisions)
        if not region.subdivision or region.subdivision in known:
            return None
        near = nearest(region.subdivision, known)
        hint = f"did you mean `{near}`?" if near else f"there are {listed(known, most=60)}"
        message = f"no public holidays are known of subdivision {quoted(region.subdivision)} of `{region.country}`"
        return Problem(("subdivision",), "unknown-value", message, hint if known else "leave `subdivision` out")

    def dates(self, region: Region) -> Mapping[date, str]:
        """Every public holiday from the year before the first that a calendar covers to the one after the last."""
        return _dates(region)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HolidaysLibrary)

    def __hash__(self) -> int:
        return hash(HolidaysLibrary)


LIBRARY = HolidaysLibrary()

_CODE = re.compile(r"[A-Z]{2,3}", re.ASCII)


class Calendar(CoreCalendar):
    """`upheld.core.time.calendar.Calendar`, with the public holidays of the `holidays` library.

    >>> desk = Calendar.from_document({
    ...     "zone": "Etc/UTC",
    ...     "weekly": {"mon-fri": ["09:00-17:30"]},
    ...     "holidays": {"country": "GB", "subdivision": "ENG"},
    ... })
    >>> from datetime import UTC, datetime
    >>> print(desk.next_opening(datetime(2024, 3, 28, 18, 0, tzinfo=UTC)))
    2024-04-02 09:00:00+00:00
    """

    __slots__ = ()

    @classmethod
    def from_document(cls, document: object, public_holidays: PublicHolidays | None = LIBRARY) -> Self:
        """The calendar that an entry of a policy's `calendars` states; see the core's `Calendar.from_document`."""
        return super().from_document(document, public_holidays)


def calendar_problems(document: object) -> list[Problem]:
    """Every problem of an entry of `calendars`, its countries and subdivisions included."""
    return core_calendar_problems(document, LIBRARY)


@contextmanager
def _unwarned() -> Iterator[None]:
    """No warnings of the library, of its own future when it is imported or of years that it does not know.

    They are not the business of who wrote a policy, and would end a command where warnings are errors.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@lru_cache(maxsize=64)
def _entity(country: str) -> HolidayBase | None:
    """What the library knows of a country, by its code or by another code for it; no other country is loaded."""
    with _unwarned():
        import holidays

        if not _CODE.fullmatch(country):
            return None
        try:
            return holidays.country_holidays(country, language=LANGUAGE)
        except NotImplementedError:
            return None


def known_countries() -> list[str]:
    """The codes of all countries that it knows."""
    with _unwarned():
        import holidays

        return sorted(holidays.list_supported_countries(include_aliases=False))


def name_in(language: str, name: str, regions: Iterable[Region], day: date) -> str:
    """What a reader calls a day that calendars call ``name``, in their language where the library speaks it.

    A name that is not the library's stays what it is.

    >>> print(name_in("fr", "a feast of our own", [Region("FR")], date(2024, 5, 1)))
    a feast of our own
    """
    asked = tuple(regions)
    return _names(asked, day, language) if _names(asked, day, LANGUAGE) == name else name


def _names(regions: tuple[Region, ...], day: date, language: str) -> str:
    names = (_near(region, day.year, language).get(day) for region in regions)
    return ", ".join(dict.fromkeys(name for name in names if name))


@lru_cache(maxsize=64)
def _near(region: Region, year: int, language: str) -> Mapping[date, str]:
    """The holidays of a year; a neighbour may have days in it."""
    return _holidays(region, range(year - 1, year + 2), language)


def dates_in(country: str, years: range) -> frozenset[date]:
    """The public holidays of a known country in some years, none that only a part of it has."""
    return frozenset(_holidays(Region(country), years, LANGUAGE))


@lru_cache(maxsize=64)
def _dates(region: Region) -> Mapping[date, str]:
    return _holidays(region, range(FIRST_YEAR - 1, LAST_YEAR + 2), LANGUAGE)


def _holidays(region: Region, years: range, language: str) -> Mapping[date, str]:
    entity = _entity(region.country)
    assert entity is not None, f"{region} was not checked"
    with _unwarned():
        import holidays

        found = holidays.country_holidays(
            region.country,
            subdiv=region.subdivision or None,
            years=years,
            language=_spoken(entity, language),
        )
    return {day: found[day] for day in sorted(found)}


def _spoken(entity: HolidayBase, language: str) -> str | None:
    """Of the library's languages for a country the one to take for a reader's; where it has none, that of records."""
    known = entity.supported_languages
    alike = [each for each in (LANGUAGE, *sorted(known)) if each.partition("_")[0] == language]
    wanted = (language, *alike, LANGUAGE)
    return next((each for each in wanted if each in known or not known), entity.default_language)
