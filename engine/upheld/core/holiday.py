"""Public holidays: a port, so that the core needs no library of them.

Which days are public holidays is a country's business and changes by decree. The
core asks a source for the dates of a region; `upheld.public_holidays` is the one
that everybody uses, a mapping in a test is another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from upheld.core.problem import Problem


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
