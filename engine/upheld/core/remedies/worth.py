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

from upheld.core.billing.rating import minor_units
from upheld.core.condition.condition import Lookup
from upheld.core.lifecycle.happening import TimeLookup
from upheld.core.policy.charge import ParameterAmount
from upheld.core.policy.money import ContractShare
from upheld.core.policy.parameter import column_key
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.provenance import Grounds
from upheld.core.policy.remedy import Worth
from upheld.core.policy.schedule import Schedule
from upheld.core.population.period import days_backwards
from upheld.core.time.duration import Duration, parse_duration
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

    def at(self, worth: Worth | None, names: Lookup, at_s: int, customer: str) -> Priced:
        """An amount at an instant.

        Args:
            names: What names hold; those of contracts as at that instant.
        """
        if isinstance(worth, ContractShare):
            held = names(worth.of)
            return Priced(worth.share * held if isinstance(held, int) and held >= 0 else None)
        if isinstance(worth, ParameterAmount):
            return self._of_parameter(worth, names, at_s, customer)
        return Priced(None if worth is None else minor_units(worth))

    def in_period(self, worth: Worth | None, names: TimeLookup, period: str, customer: str) -> Priced:
        """An amount on the last day of a period on which it is said."""
        found = Priced(None)
        for at_s in self._days_s(worth, period):
            found = self.at(worth, lambda name, at_s=at_s: names(name, at_s), at_s, customer)  # type: ignore[misc]
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

    def _of_parameter(self, worth: ParameterAmount, names: Lookup, at_s: int, customer: str) -> Priced:
        parameter = self._policy.parameters[worth.parameter]
        column = column_key(parameter.names_with(worth.by), names)
        found = None if column is None else self._schedule.parameter(parameter.id, column, at_s, customer)
        if found is None:
            return Priced(None)
        row = () if found.row is None else (parameter.rows[found.row],)
        return Priced(_minor(found.value), (parameter, *row))


def _minor(value: str | int) -> Fraction | None:
    """Minor units of a parameter's value; ``None`` for a text that a contract put there and that is no time."""
    try:
        length = parse_duration(value) if isinstance(value, str) else value
    except ValueError:
        return None
    return None if isinstance(length, Duration) and not length.has_seconds else minor_units(length)


def rounded(amount: Fraction) -> int:
    """Whole minor units, half up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
