"""Grants that recur: what a contract puts on an account at the beginning of each of its months, quarters or years.

Periods are counted from the *anchor*, the contract's first day, and each from there anew: a contract of the 31st has
its months on the last days of shorter ones, and does not drift. What is left of a grant at the end of its period
lapses, or is carried over in part. Periods are made as far as somebody looks, never all of them.

    >>> from datetime import date
    >>> [str(months_after(date(2024, 1, 31), number)) for number in (1, 2, 3)]
    ['2024-02-29', '2024-03-31', '2024-04-30']

Source: DESIGN section 9, "Retainers".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from upheld.core.billing.accounts import NO_END, Due
from upheld.core.policy.charge import LARGEST_AMOUNT
from upheld.core.policy.contracts import RecurringGrant
from upheld.core.time.instant import END_DAY, FIRST_DAY, date_of_day, day_number
from upheld.core.time.month import same_day

AHEAD_S: Final = 400 * 86_400
"""How much further than asked for periods are made, so that they are not made anew for every record."""


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or its last day where it is shorter; at most the last date."""
    return same_day(day, months) or date.max


def dues_of(grant: RecurringGrant, until_s: int, midnight_s: Callable[[int], int]) -> Iterator[Due]:
    """The grants of all periods that begin up to an instant, the first one first; none before 1990 or after 2050.

    Args:
        midnight_s: The instant at which a day begins, by its number.
    """
    last = END_DAY - 1 if grant.until is None else day_number(grant.until)
    number = _first(grant)
    while (start := day_number(_begins(grant, number))) < min(last + 1, END_DAY):
        if midnight_s(start) > until_s:
            return
        whole = day_number(_begins(grant, number + 1))
        end = whole if grant.until is None else min(whole, last + 1)
        kept, kept_until_s = 0, 0
        if grant.carry is not None:
            kept = LARGEST_AMOUNT if grant.carry.at_most is None else grant.carry.at_most
            kept_until_s = NO_END
            if grant.carry.months is not None:
                later = months_after(grant.anchor, (number + 1) * grant.months + grant.carry.months)
                later = later if end == whole else months_after(date_of_day(end), grant.carry.months)
                kept_until_s = midnight_s(day_number(later))
        yield Due(midnight_s(start), False, midnight_s(end), grant.amount, kept, kept_until_s)
        number += 1


def _begins(grant: RecurringGrant, number: int) -> date:
    return months_after(grant.anchor, number * grant.months)


def _first(grant: RecurringGrant) -> int:
    """The number of the first period that begins on or after the grant's first day."""
    since = max(grant.since, date_of_day(FIRST_DAY))
    apart = (since.year - grant.anchor.year) * 12 + since.month - grant.anchor.month
    number = max(apart // grant.months, 0)
    return number if _begins(grant, number) >= since else number + 1
