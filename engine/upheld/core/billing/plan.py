"""Charges made ready: for each event of a policy, what may be billed on it, and how.

Source: DESIGN section 9; section 5, "Everything that decides carries clauses or assumes".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from upheld.core.billing.amount import parse_money
from upheld.core.billing.booking import Allowance
from upheld.core.billing.rating import ONE, Rate, minor_units, parts_of_second, rate_of
from upheld.core.billing.worked_time import Cut, Piece, Unworked, fault_of, pieces_of, weighed
from upheld.core.condition.condition import Lookup
from upheld.core.condition.predicate import Predicate, predicate_or_none
from upheld.core.lifecycle.happening import Happening, is_of_time
from upheld.core.policy.charge import Account, Charge, NamedAmount, Rating, Scope, WorkedAmount
from upheld.core.policy.currency import MINUTES
from upheld.core.policy.money import ParameterAmount
from upheld.core.policy.parameter import column_key
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Grounds
from upheld.core.policy.schedule import Schedule


class Raw(NamedTuple):
    """The work behind a charge.

    Attributes:
        value: What was found: an amount, if the data are in order; ``None`` where nothing is set. Worked time is
            counted in the parts of its rate.
        grounds: The parts of the policy it was read from.
        pieces: Those of worked time.
    """

    value: object
    grounds: tuple[Grounds, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @property
    def recorded(self) -> int:
        """The work as it was recorded, in whole units, begun minutes of worked time counted."""
        if self.pieces:
            return -(-sum(piece.until_s - piece.from_s for piece in self.pieces) // 60)
        return self.value if isinstance(self.value, int) else 0


ReadRaw = Callable[[Lookup, int, str], Raw]
"""The work, by the names that hold at an event, its instant and the customer."""


class Pocket(NamedTuple):
    """An account that may have to pay, and how far it may be overdrawn.

    Attributes:
        factor: By which what the account before it lacks is multiplied.
    """

    account: Account
    allowance: Allowance
    factor: Fraction = ONE


class RatePlan(NamedTuple):
    """A charge that bills, sets aside or waives.

    Attributes:
        pockets: The accounts that pay, one after another: of each what is there, of the last one the rest.
    """

    rating: Rating
    account: Account
    rate: Rate
    scope: Scope
    read: ReadRaw
    pockets: tuple[Pocket, ...]
    category: str


class ChargePlan(NamedTuple):
    """One charge of the policy.

    Attributes:
        place: Where it stands among the policy's charges.
        rates: How it is rated; ``None`` where it ends holds.
        ends: Else the charges whose holds it ends, by place.
        reverses: Else the charges of which it takes the last work back, by place.
        may_return: Whether another one may take back what it bills.
    """

    place: int
    charge: Charge
    when: Predicate | None
    rates: RatePlan | None
    ends: frozenset[int]
    reverses: frozenset[int] = frozenset()
    may_return: bool = False

    def begun_s(self, happening: Happening) -> int | None:
        """When the work began that it bills; ``None`` where that is not told, or cannot be."""
        amount = None if self.rates is None else self.rates.rating.amount
        begun_s = happening.names(amount.since) if isinstance(amount, WorkedAmount) else None
        return begun_s if isinstance(begun_s, int) and begun_s <= happening.at_s else None

    def names(self, happening: Happening, begun_s: int | None) -> Lookup:
        """What its condition reads: names of time as when the work began, since what counts is when it was done."""
        if begun_s is None:
            return happening.names
        return lambda name: happening.time_names(name, begun_s) if is_of_time(name) else happening.names(name)


def plan_charges(policy: Policy, schedule: Schedule) -> tuple[ChargePlan, ...]:
    """The charges of a policy that the checker found no errors in, in its order."""
    places = {charge.id: place for place, charge in enumerate(policy.charges)}
    reversed_by_some = {name for charge in policy.charges for name in charge.reverses}
    return tuple(
        ChargePlan(
            place,
            charge,
            predicate_or_none(charge.when),
            None if charge.rating is None else _rates(policy, schedule, charge, charge.rating),
            frozenset(places[name] for name in charge.ends if name in places),
            frozenset(places[name] for name in charge.reverses if name in places),
            charge.id in reversed_by_some,
        )
        for place, charge in enumerate(policy.charges)
    )


def _rates(policy: Policy, schedule: Schedule, charge: Charge, rating: Rating) -> RatePlan:
    read, pockets = _reader(policy, schedule, rating), tuple(_pockets(policy, rating.account))
    category = rating.category or charge.id
    return RatePlan(rating, pockets[0].account, rate_of(rating), rating.scope, read, pockets, category)


def _pockets(policy: Policy, name: str) -> Iterator[Pocket]:
    """An account, and those to which what it lacks goes; the checker found no circle among them."""
    factor = ONE
    while True:
        account = policy.accounts[name]
        limit = None if account.limit is None else int(minor_units(account.limit))
        yield Pocket(account, Allowance(account.overdraft, limit), factor)
        if account.overage is None:
            return
        name, factor = account.overage.account, account.overage.factor


def _reader(policy: Policy, schedule: Schedule, rating: Rating) -> ReadRaw:
    amount = rating.amount
    if isinstance(amount, NamedAmount):
        name = amount.name
        return lambda names, at_s, customer: Raw(names(name))
    if isinstance(amount, ParameterAmount):
        return _table(policy, schedule, rating, amount)
    if isinstance(amount, WorkedAmount):
        return _worked(policy, schedule, rating, amount)
    fixed = Raw(None if amount is None else _whole(minor_units(amount)))
    return lambda names, at_s, customer: fixed


def _worked(policy: Policy, schedule: Schedule, rating: Rating, amount: WorkedAmount) -> ReadRaw:
    """The time between two instants, cut along calendars."""
    per_s = parts_of_second(rating)
    grounds: dict[str, tuple[Grounds, ...]] = {
        each.calendar: (each, *((policy.calendars[each.calendar],) if each.calendar in policy.calendars else ()))
        for each in rating.split
    }

    def cuts(customer: str) -> list[Cut]:
        keys = [each.calendar and schedule.calendar_for(each.calendar, customer) for each in rating.split]
        calendars = [schedule.calendars[key] if key else None for key in keys]
        made = zip(rating.split, calendars, strict=True)
        return [Cut(each.calendar, calendar, each.factor) for each, calendar in made] or [Cut("", None, ONE)]

    def read(names: Lookup, at_s: int, customer: str) -> Raw:
        from_s, until_s = names(amount.since), names(amount.until)
        if from_s is None and until_s is None:
            return Raw(None)
        fault = fault_of(from_s, until_s, at_s)
        if fault is not None or not isinstance(from_s, int) or not isinstance(until_s, int):
            ends = (each if isinstance(each, int) else None for each in (from_s, until_s))
            return Raw(Unworked(fault or "half", *ends))
        pieces = pieces_of(from_s, until_s, cuts(customer))
        met = dict.fromkeys(piece.calendar for piece in pieces)
        return Raw(weighed(pieces, per_s), tuple(part for name in met for part in grounds.get(name, ())), pieces)

    return read


def _table(policy: Policy, schedule: Schedule, rating: Rating, amount: ParameterAmount) -> ReadRaw:
    """An amount of a parameter on the event's date, or what the customer's contract says instead."""
    parameter = policy.parameters[amount.parameter]
    by = parameter.names_with(amount.by)
    unit = policy.accounts[rating.account].unit if rating.factor == ONE else MINUTES

    def read(names: Lookup, at_s: int, customer: str) -> Raw:
        column = column_key(by, names)
        found = None if column is None else schedule.parameter(parameter.id, column, at_s, customer)
        if found is None:
            return Raw(None)
        row = () if found.row is None else (parameter.rows[found.row],)
        return Raw(found.value if isinstance(found.value, int) else _amount(found.value, unit), (parameter, *row))

    return read


@lru_cache(maxsize=1_024)
def _amount(text: str, unit: str) -> object:
    """Money such as ``50.00`` or a time such as ``90min`` in minor units; else the text itself, which is no amount."""
    try:
        return _whole(minor_units(parse_money(text, unit)))
    except ValueError:
        return text


def _whole(amount: Fraction) -> object:
    """A whole number as such; another one stays a fraction, which is no amount."""
    return amount.numerator if amount.denominator == 1 else amount
