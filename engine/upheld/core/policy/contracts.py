"""Contracts: what each customer has signed, from which day to which, and what was released when.

This is the vendor's knowledge beside the policy: who holds which kind of contract, what
it says otherwise than the policy's tables, what was put on the customer's accounts, and
the releases. Days are dates in the policy's zone; the last day is included.

    >>> flex = Contract("flex", date(2024, 1, 1), date(2024, 12, 31))
    >>> contracts = Contracts({"acme": Customer((flex,))})
    >>> [contract.kind for contract in contracts.active("acme", date(2024, 12, 31))]
    ['flex']
    >>> contracts.active("acme", date(2025, 1, 1)), contracts.active("somebody", date(2024, 5, 1))
    ((), ())

Source: DESIGN section 6, "Contracts".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from upheld.core.condition.domain import Held
from upheld.core.frozen import freeze
from upheld.core.policy.parameter import ParameterValue
from upheld.core.time.month import same_day

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract of a customer.

    Attributes:
        kind: One of the policy's contracts.
        since, until: Its days, both included; ``None`` for since ever and for without end.
        attributes: What it says besides, by the names that its kind declares.
        parameters: Values of the policy's parameters that it overrides, by column; the one key ``""`` where the
            parameter is no table.
    """

    kind: str
    since: date | None = None
    until: date | None = None
    attributes: Mapping[str, Held] = field(default_factory=dict, hash=False)
    parameters: Mapping[str, Mapping[str, ParameterValue]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        freeze(self, "attributes", "parameters")

    def is_active(self, day: date) -> bool:
        """Whether it holds on that day; on its last day it does."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Grant:
    """A lot put on an account of a customer.

    Attributes:
        account: One of the policy's accounts.
        at_s: When, in seconds since 1970 UTC.
        amount: In the account's minor unit.
        expires: The last day on which it may be used, or ``None`` for never.
    """

    account: str
    at_s: int
    amount: int
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class CarryOver:
    """What is kept at the end of a period of what is left.

    Attributes:
        at_most: How much of one grant, or ``None`` for all of it.
        months: For how long after the period, or ``None`` for ever.
    """

    at_most: int | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class RecurringGrant:
    """A lot put on an account of a customer at the beginning of each period.

    Attributes:
        account, amount: As of a grant.
        months: How long a period is.
        anchor: The contract's first day, from which periods are counted.
        since, until: Periods that begin on or after the first and up to the last day have one; nothing of it may be
            used after ``until``, but for what is carried over.
        carry: What is kept at the end of a period; ``None``: all of it lapses.
    """

    account: str
    amount: int
    months: int
    anchor: date
    since: date
    until: date | None = None
    carry: CarryOver | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the vendor's product; it counts as released on its whole day."""

    version: str
    date: date


@dataclass(frozen=True, slots=True)
class Customer:
    """What one customer holds, in the order of the file.

    Attributes:
        calendars: Opening times of its own, by the calendar of the policy that they replace.
    """

    contracts: tuple[Contract, ...] = ()
    grants: tuple[Grant, ...] = ()
    recurring: tuple[RecurringGrant, ...] = ()
    calendars: Mapping[str, Mapping[str, object]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        freeze(self, "calendars")


@dataclass(frozen=True, slots=True)
class Contracts:
    """Everybody's contracts, and the releases.

    Attributes:
        customers: By their ids.
        releases: In order of date, those of one day as they were given.
        digest: ``sha256:`` of the file's content, or ``""`` where there was none.
    """

    customers: Mapping[str, Customer] = field(default_factory=dict, hash=False)
    releases: tuple[Release, ...] = ()
    digest: str = ""

    def __post_init__(self) -> None:
        freeze(self, "customers")

    def active(self, customer: str, day: date) -> tuple[Contract, ...]:
        """The customer's contracts that hold on that day; none for a customer that nobody declared."""
        known = self.customers.get(customer)
        return tuple(contract for contract in known.contracts if contract.is_active(day)) if known else ()

    def year_of(self, customer: str, kind: str, day: date) -> tuple[date, date] | None:
        """The contract year in which a day lies: the last anniversary of the contract's first day, and the next one.

        Of the first contract of the kind that holds on that day and says its first day; ``None`` where there is none.
        What began on 29 February has its anniversary on the 28th in common years.

        >>> leap = Contracts({"acme": Customer((Contract("flex", date(2024, 2, 29)),))})
        >>> [[str(each) for each in leap.year_of("acme", "flex", date(2025, 2, day))] for day in (27, 28)]
        [['2024-02-29', '2025-02-28'], ['2025-02-28', '2026-02-28']]
        """
        for contract in self.active(customer, day):
            if contract.kind == kind and contract.since is not None:
                years = day.year - contract.since.year
                last, this, then = (same_day(contract.since, 12 * (years + each)) for each in (-1, 0, 1))
                first, after = (this, then) if this is not None and this <= day else (last, this)
                return None if first is None or after is None else (first, after)
        return None

    def days_of_change(self, customer: str) -> list[date]:
        """The days from which on other contracts of the customer hold than before, in order."""
        known = self.customers.get(customer)
        contracts = known.contracts if known else ()
        since = {each.since for each in contracts if each.since is not None}
        ended = {each.until + _DAY for each in contracts if each.until is not None and each.until < date.max}
        return sorted(since | ended)

    def override(self, customer: str, parameter: str, column: str, day: date) -> ParameterValue | None:
        """What the customer's contracts of that day say instead of a parameter; the first one that says something.

        Source: DESIGN section 4, "Dated parameters": a contract's table overrides by key.
        """
        known = self.customers.get(customer)
        for contract in known.contracts if known else ():
            value = contract.parameters[parameter].get(column) if parameter in contract.parameters else None
            if value is not None and contract.is_active(day):
                return value
        return None

    def hours(self, customer: str, calendar: str) -> Mapping[str, object] | None:
        """The opening times that a customer has instead of those of a calendar; ``None`` where it has none."""
        known = self.customers.get(customer)
        return None if known is None else known.calendars.get(calendar)

    def released(self, day: date) -> str | None:
        """The version of the latest release up to that day, which is included."""
        latest = None
        for release in self.releases:
            if release.date <= day:
                latest = release.version
        return latest
