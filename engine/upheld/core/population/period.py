"""Periods: months, quarters and years of a zone, and those of contracts, by the names that verdicts call them.

    >>> period_of(date(2026, 5, 31), "quarter"), period_of(date(2026, 5, 31), "month")
    ('2026-Q2', '2026-05')
    >>> first_day("2026-Q2"), first_day(following("2026-Q4"))
    (datetime.date(2026, 4, 1), datetime.date(2027, 1, 1))
    >>> contract_year(date(2026, 3, 15), date(2027, 3, 15)), first_day("2026-03-15/2027-03-14")
    ('2026-03-15/2027-03-14', datetime.date(2026, 3, 15))

Source: DESIGN section 4, "Objectives"; section 9, "Remedies".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from upheld.core.policy.money import PeriodUnit
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import date_of_day, day_number


def period_of(day: date, unit: PeriodUnit) -> str:
    """The period in which a day lies: ``2026-05``, ``2026-Q2`` or ``2026``."""
    if unit == "year":
        return f"{day.year:04}"
    if unit == "quarter":
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    return f"{day.year:04}-{day.month:02}"


def contract_year(first: date, after: date) -> str:
    """The year of a contract between two anniversaries, as its first and its last day."""
    return f"{first.isoformat()}/{date_of_day(day_number(after) - 1).isoformat()}"


def first_day(period: str) -> date:
    """Its first day."""
    if "/" in period:
        return date.fromisoformat(period.partition("/")[0])
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return date(int(year), int(part[1:]) * 3 - 2, 1)
    return date(int(year), int(part or 1), 1)


def following(period: str) -> str:
    """The period after it."""
    day = first_day(period)
    if "-" not in period:
        return f"{day.year + 1:04}"
    months = 3 if "Q" in period else 1
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return period_of(date(year, month + 1, 1), "quarter" if months == 3 else "month")


def edges_s(period: str, always: Calendar) -> tuple[int, int]:
    """Its first instant and the first after it, in the zone of a calendar."""
    first, after = _edges(period)
    return always.instant_s(first, 0), always.instant_s(after, 0)


def _edges(period: str) -> tuple[int, int]:
    """The numbers of its first day and of the first after it."""
    if "/" in period:
        return day_number(first_day(period)), day_number(date.fromisoformat(period.partition("/")[2])) + 1
    return day_number(first_day(period)), day_number(first_day(following(period)))


def days_backwards(period: str) -> Iterator[date]:
    """Its days, the last one first."""
    first, after = _edges(period)
    return (date_of_day(day) for day in range(after - 1, first - 1, -1))


def periods_between(first: str, last: str) -> Iterator[str]:
    """The periods from one to another, both included."""
    while first_day(first) <= first_day(last):
        yield first
        first = following(first)
