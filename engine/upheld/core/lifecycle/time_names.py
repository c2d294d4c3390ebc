"""Names of time: what `contract`, `opening`, `day`, `parameter` and the like hold at an instant.

They depend on when they are asked and on whose ticket it is, and on nothing that
happened to it; a dated parameter also on the column that another name chooses.

    opening-left.<calendar>   opening seconds left on the local date: all of them before opening, none after
                              closing, whether it is open now or not
    release.latest            the latest version released, up to and including that date

Source: DESIGN section 5, "Conditions"; section 4, "Dated parameters".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from typing import Final

from upheld.core.condition.condition import Lookup
from upheld.core.condition.domain import Held
from upheld.core.lifecycle.happening import is_of_time
from upheld.core.policy.contracts import Contract, Contracts
from upheld.core.policy.parameter import column_key
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule

NameOfTime = Callable[[int, str, Lookup], Held]
"""What it holds at an instant, for a customer, given what the other names hold."""

Active = tuple[tuple[Contract, ...], frozenset[str]]
"""The contracts of a customer on a day, and their kinds."""

NO_CONTRACTS: Final[Active] = ((), frozenset())


class NamesOfTime:
    """The names of time of one policy."""

    def __init__(self, policy: Policy, schedule: Schedule, contracts: Contracts) -> None:
        self._policy = policy
        self._schedule = schedule
        self._contracts = contracts
        self._names: dict[str, NameOfTime] = {}
        self._periods: dict[str, tuple[list[date], list[Active]]] = {}

    def held(self, name: str, at_s: int, customer: str, lookup: Lookup) -> Held:
        """What ``name`` holds at an instant; ``None`` where it is no name of time."""
        return self.reader(name)(at_s, customer, lookup)

    def reader(self, name: str) -> NameOfTime:
        """What reads a name, for who reads it often."""
        read = self._names.get(name)
        if read is None:
            read = self._names[name] = self._reader(name)
        return read

    def day(self, at_s: int) -> date:
        """The date in the policy's zone."""
        return self._schedule.date_at(at_s)

    def active(self, customer: str, at_s: int) -> tuple[Contract, ...]:
        """The customer's contracts at an instant, by its date in the policy's zone."""
        return self._known(customer, at_s)[0]

    def _known(self, customer: str, at_s: int) -> Active:
        """They and their kinds."""
        found = self._periods.get(customer)
        if found is None:
            if customer not in self._contracts.customers:
                return NO_CONTRACTS
            days = self._contracts.days_of_change(customer)
            held = [self._contracts.active(customer, day) for day in (date.min, *days)]
            active = [(contracts, frozenset(each.kind for each in contracts)) for contracts in held]
            found = self._periods[customer] = days, active
        days, active = found
        return active[bisect_right(days, self._schedule.date_at(at_s))]

    def _reader(self, name: str) -> NameOfTime:
        family, _, rest = name.partition(".")
        if name == "contract":
            return lambda at_s, customer, lookup: self._known(customer, at_s)[1]
        if family == "contract":
            return self._attribute(*rest.partition(".")[::2])
        if name == "release.latest":
            return lambda at_s, customer, lookup: self._contracts.released(self._schedule.date_at(at_s))
        if family == "parameter":
            return self._parameter(rest)
        if rest not in self._schedule.calendars or not is_of_time(family):
            return lambda at_s, customer, lookup: None
        read = self._schedule.reader(family, rest)
        return lambda at_s, customer, lookup: read(at_s, customer)

    def _attribute(self, kind: str, attribute: str) -> NameOfTime:
        """An attribute of the customer's contracts of a kind: what all of them list, or what the first one says."""

        def read(at_s: int, customer: str, lookup: Lookup) -> Held:
            said = [
                held
                for each in self.active(customer, at_s)
                if each.kind == kind and (held := each.attributes.get(attribute)) is not None
            ]
            sets = [held for held in said if isinstance(held, frozenset)]
            if sets:
                return frozenset(member for held in sets for member in held)
            return said[0] if said else None

        return read

    def _parameter(self, parameter: str) -> NameOfTime:
        names = self._schedule.column_names(parameter) if parameter in self._policy.parameters else ()

        def read(at_s: int, customer: str, lookup: Lookup) -> Held:
            column = column_key(names, lookup)
            if column is None:
                return None
            found = self._schedule.parameter(parameter, column, at_s, customer)
            return None if found is None else found.value

        return read
