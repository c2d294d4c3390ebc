"""Worth: how much a remedy is, on the date on which what it depends on is read.

Exact fractions of minor units until the end, where an amount is rounded once, half up.

    >>> rounded(Fraction(5, 2)), rounded(Fraction(7, 3))
    (3, 2)

Source: DESIGN section 9, "Remedies"; `docs/decisions/0021-remedies.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from upheld.core.billing.amount import parse_money, parse_percent
from upheld.core.billing.rating import minor_units
from upheld.core.condition.condition import Lookup
from upheld.core.lifecycle.happening import TimeLookup
from upheld.core.policy.money import ContractShare, ParameterAmount
from upheld.core.policy.parameter import ParameterValue, column_key
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.provenance import Grounds
from upheld.core.policy.remedy import Worth
from upheld.core.policy.schedule import Schedule
from upheld.core.population.period import days_backwards
from upheld.core.time.instant import day_number


class Priced(NamedTuple):
    """An amount in minor units, exactly, and what it was read from; ``None`` where nothing says it."""

    amount: Fraction | None
    grounds: tuple[Grounds, ...] = ()


class Prices:
    """What amounts of one policy are."""

    def __init__(self, policy: Policy, schedule: Schedule) -> None:
        self._policy = policy
        self._schedule = schedule

    def at(self, worth: Worth | None, unit: str, names: Lookup, at_s: int, customer: str) -> Priced:
        """An amount at an instant.

        Args:
            unit: What its account counts in.
            names: What names hold; those of contracts as at that instant.
        """
        if isinstance(worth, ContractShare):
            held = names(worth.of)
            return self._share(worth.share, held, names, at_s, customer) if isinstance(held, int) else Priced(None)
        if isinstance(worth, ParameterAmount):
            value, grounds = self._of_parameter(worth, names, at_s, customer)
            return Priced(None if value is None else _minor(value, unit), grounds)
        return Priced(None if worth is None else minor_units(worth))

    def in_period(self, worth: Worth | None, unit: str, names: TimeLookup, period: str, customer: str) -> Priced:
        """An amount on the last day of a period on which it is said."""
        found = Priced(None)
        for at_s in self._days_s(worth, period):
            found = self.at(worth, unit, lambda name, at_s=at_s: names(name, at_s), at_s, customer)  # type: ignore[misc]
            if found.amount is not None:
                return found
        return found

    def _days_s(self, worth: Worth | None, period: str) -> Iterator[int]:
        """The first instants of the days to be asked: one is enough for what depends on no date."""
        always = self._schedule.calendars[ALWAYS]
        for day in days_backwards(period):
            yield always.instant_s(day_number(day), 0)
            if not isinstance(worth, ContractShare | ParameterAmount):
                return

    def _share(self, share: Fraction | ParameterAmount, held: int, names: Lookup, at_s: int, customer: str) -> Priced:
        """A share of what a contract says, which is no less than nothing."""
        grounds: tuple[Grounds, ...] = ()
        if isinstance(share, ParameterAmount):
            value, grounds = self._of_parameter(share, names, at_s, customer)
            found = None if value is None else _part(value)
        else:
            found = share
        return Priced(None if found is None or held < 0 else found * held, grounds)

    def _of_parameter(
        self, worth: ParameterAmount, names: Lookup, at_s: int, customer: str
    ) -> tuple[ParameterValue | None, tuple[Grounds, ...]]:
        parameter = self._policy.parameters[worth.parameter]
        column = column_key(parameter.names_with(worth.by), names)
        found = None if column is None else self._schedule.parameter(parameter.id, column, at_s, customer)
        if found is None:
            return None, ()
        row = () if found.row is None else (parameter.rows[found.row],)
        return found.value, (parameter, *row)


def _minor(value: ParameterValue, unit: str) -> Fraction | None:
    """Minor units of a parameter's value; ``None`` for a text that a contract put there and that is no amount."""
    try:
        return minor_units(parse_money(value, unit))
    except ValueError:
        return None


def _part(value: ParameterValue) -> Fraction | None:
    """The share that a parameter holds; ``None`` for what a contract put there and that is none."""
    try:
        return parse_percent(value, or_none=True) if isinstance(value, str) else None
    except ValueError:
        return None


def rounded(amount: Fraction) -> int:
    """Whole minor units, half up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
