"""Breaches: what may be owed for one broken promise, before anybody looks at caps or claims.

Of a commitment, one for each breached clock; of a period, one for each that is broken, also while it lasts.

Source: DESIGN section 9, "Remedies"; `docs/decisions/0021-remedies.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from upheld.core.clocks.row import ClockRow
from upheld.core.condition.condition import Lookup
from upheld.core.condition.predicate import Predicate, predicate_or_none
from upheld.core.lifecycle.happening import TimeLookup
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.money import Cap
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.provenance import Grounds
from upheld.core.policy.remedy import Overrun, Remedy, Step, Worth, WorthCase
from upheld.core.policy.schedule import Schedule
from upheld.core.population.period import contract_year, days_backwards, edges_s, period_of
from upheld.core.remedies.worth import Priced, Prices
from upheld.core.time.business_day import worth_s
from upheld.core.time.duration import Duration


class Limit(NamedTuple):
    """The most for all that has the same key together: a remedy or an account, a customer, a period."""

    key: tuple[object, ...]
    most: Fraction | None


class Breach(NamedTuple):
    """What may be owed for one broken promise.

    Attributes:
        place: That of the remedy in the policy.
        period: The month of a clock's due instant, or the period that is broken.
        ticket, commitment, cycle: Of the clock; ``""`` and 0 for a period.
        at_s: When it was broken: the due instant, or the end of the period.
        settled_s: When it could grow no further; ``None`` while it can.
        amount: What it is before any cap; ``None`` where nothing says how much.
        units: How often the amount counts, where it counts by the overrun.
        number, share: Of a period: how many breaches, or the share that was reached.
        limits: The caps over it.
        grounds: The parts of the policy that decided.
    """

    place: int
    customer: str
    period: str
    ticket: str
    commitment: str
    cycle: int
    at_s: int
    settled_s: int | None
    amount: Fraction | None
    units: int | None
    number: int | None
    share: Fraction | None
    limits: tuple[Limit, ...]
    grounds: tuple[Grounds, ...]


Price = Callable[[Worth | None], Priced]
"""What an amount is of one breach."""


class Breaches:
    """Finds the breaches that one remedy answers."""

    def __init__(self, place: int, remedy: Remedy, policy: Policy, schedule: Schedule, contracts: Contracts) -> None:
        self.place = place
        self.remedy = remedy
        self._when: Predicate | None = predicate_or_none(remedy.when)
        self._cases = [(predicate_or_none(case.when), case) for case in remedy.cases]
        self._account = policy.accounts[remedy.account]
        self._schedule = schedule
        self._contracts = contracts
        self._prices = Prices(policy, schedule)

    def concerns(self, row: ClockRow, names: Lookup) -> bool:
        """Whether a clock is a breach that it answers; the names are those of its ticket."""
        if row.status != "breached" or row.commitment.id not in self.remedy.of:
            return False
        return self._when is None or self._when(names)

    def of_clock(self, row: ClockRow, ticket: str, customer: str, names: Lookup) -> Breach | None:
        """What is owed for a breached clock; the names are those at its due instant.

        ``None`` where no step is about so much of an overrun, or no case about such a ticket.
        """
        remedy, due_s = self.remedy, due_of(row)
        held: list[Step | WorthCase] = [step for step in remedy.steps if self._is_so_late(step, row, customer)]
        held += [case for when, case in self._cases if when is None or when(names)][:1]
        if (remedy.steps or remedy.cases) and not held:
            return None

        def price(worth: Worth | None) -> Priced:
            return self._prices.at(worth, self._account.unit, names, due_s, customer)

        priced, clock = price(held[-1].amount if held else remedy.amount), (ticket, row.commitment.id, row.cycle)
        units = None if remedy.per is None else self._units(remedy.per, row, customer)
        return Breach(
            self.place,
            customer,
            period_of(self._schedule.date_at(due_s), "month"),
            *clock,
            due_s,
            row.ended_s,
            None if priced.amount is None else priced.amount * (1 if units is None else units),
            units,
            None,
            None,
            tuple(self._limits(customer, (self._schedule.date_at(due_s),), price, clock)),
            (remedy, *held[-1:], *priced.grounds),
        )

    def period(self, customer: str, due_s: int) -> str:
        """The period in which a breach counts whose number decides."""
        day, unit = self._schedule.date_at(due_s), self.remedy.period
        if unit != "contract-year":
            return period_of(day, unit)
        return self._contract_year(self.remedy.contract, customer, (day,))

    def of_number(self, customer: str, period: str, number: int, names: TimeLookup, as_of_s: int) -> Breach | None:
        """What is owed for so many breaches in a period; ``None`` where no step is about so many."""
        held = [step for step in self.remedy.steps if step.holds_of_number(number)]
        end_s = self._end_s(period)
        settled_s = end_s if as_of_s >= end_s else None
        return self._of_period(held[-1], customer, period, settled_s, names, number=number) if held else None

    def of_share(
        self, customer: str, period: str, share: Fraction, settled_s: int | None, names: TimeLookup
    ) -> Breach | None:
        """What is owed for a share reached in a broken period; ``None`` where no step is about it."""
        held = [step for step in self.remedy.steps if step.holds_of_share(share)]
        if self.remedy.steps and not held:
            return None
        return self._of_period(held[-1] if held else None, customer, period, settled_s, names, share=share)

    def _of_period(
        self,
        step: Step | None,
        customer: str,
        period: str,
        settled_s: int | None,
        names: TimeLookup,
        *,
        number: int | None = None,
        share: Fraction | None = None,
    ) -> Breach:
        def price(worth: Worth | None) -> Priced:
            return self._prices.in_period(worth, self._account.unit, names, period, customer)

        end_s, of_step = self._end_s(period), () if step is None else (step,)
        priced = price(self.remedy.amount if step is None else step.amount)
        limits = tuple(self._limits(customer, tuple(days_backwards(period)), price, (period,)))
        grounds = (self.remedy, *of_step, *priced.grounds)
        whose = (self.place, customer, period, "", "", 0, end_s, settled_s)
        return Breach(*whose, priced.amount, None, number, share, limits, grounds)

    def _end_s(self, period: str) -> int:
        return edges_s(period, self._schedule.calendars[ALWAYS])[1]

    def _units(self, per: Overrun, row: ClockRow, customer: str) -> int:
        """How many units of the overrun count; the first has begun with the breach."""
        each_s = self._opening_s(per.each, row, customer)
        units = max(-(-row.overrun_s // each_s), 1) if per.begun else row.overrun_s // each_s
        return units if per.at_most is None else min(units, per.at_most)

    def _is_so_late(self, step: Step, row: ClockRow, customer: str) -> bool:
        if step.late is None:
            return True
        late_s = self._opening_s(step.late, row, customer)
        return row.overrun_s > late_s if step.beyond else row.overrun_s >= late_s

    def _opening_s(self, length: Duration, row: ClockRow, customer: str) -> int:
        """A length of the overrun, on the calendar on which the clock counted."""
        if not length.is_business_day:
            return length.seconds
        return worth_s(self._schedule.calendars[self._schedule.calendar_for(row.calendar, customer)], length.amount)

    def _limits(self, customer: str, days: Sequence[date], price: Price, alone: tuple[object, ...]) -> Iterator[Limit]:
        """The caps of the remedy and of its account over a breach.

        Args:
            days: The days of the breach, the last one first: that of the due instant, or those of a period.
        """
        for whose, cap in ((self.remedy, self.remedy.cap), (self._account, self._account.cap)):
            if cap is not None:
                together = alone if cap.period == "breach" else (self._period(cap, customer, days),)
                yield Limit((whose.address, customer, *together), price(cap.amount).amount)

    def _period(self, cap: Cap, customer: str, days: Sequence[date]) -> str:
        """What a cap counts together; the calendar year where no contract says when one of its own begins."""
        assert cap.period != "breach", "of that each stands by itself"
        if cap.period != "contract-year":
            return period_of(days[0], cap.period)
        return self._contract_year(cap.contract, customer, days)

    def _contract_year(self, kind: str, customer: str, days: Sequence[date]) -> str:
        """The contract year of the first of these days on which there is one; else the calendar year."""
        years = (self._contracts.year_of(customer, kind, day) for day in days)
        found = next((year for year in years if year is not None), None)
        return period_of(days[0], "year") if found is None else contract_year(*found)


def due_of(row: ClockRow) -> int:
    """When a breached clock fell due."""
    assert row.due_s is not None, "a breached clock had a due instant"
    return row.due_s
