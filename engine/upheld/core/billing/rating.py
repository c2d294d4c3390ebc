"""Rating: what work costs, exactly, in an order that never changes.

Work items of one scope - an entry, a ticket, a day on it - are summed, and then: factor,
first block, rounding, minimum, cap, less what was charged for that scope before. Inside
one counts in a fraction of the account's smallest unit of which every figure of the rate
is a multiple, at the end in whole units, so nothing is rounded twice and no cent depends
on how work was cut into entries.

    >>> quarters = Rate(step=Fraction(15))
    >>> [billable(minutes, quarters) for minutes in (4, 7, 11)], billable(4 + 7 + 11, quarters)
    ([15, 15, 15], 30)
    >>> tally, costs = Tally(), []
    >>> for minutes in (4, 7, 11):
    ...     tally, cost = tally.adding(minutes, quarters)
    ...     costs.append(cost)
    >>> costs
    [15, 0, 15]

Source: DESIGN section 9, "Rating order"; THREATS L10, L11.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from upheld.core.billing.entry import checked
from upheld.core.policy.charge import LARGEST_AMOUNT, FixedAmount, Rating, Rounding, WorkedAmount
from upheld.core.time.duration import Duration

ONE: Final = Fraction(1)


class Exact(NamedTuple):
    """The figures of a rate as whole numbers, each of so many ``parts`` of the account's smallest unit."""

    parts: int
    factor: int
    first_block: int
    step: int
    minimum: int
    cap: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """How a sum of work becomes an amount, in the account's smallest unit.

    Attributes:
        factor: Multiplies the sum; it also converts, as minutes into cents.
        first_block: What is billed at least once anything is, before rounding.
        step: The result is a multiple of it; where the policy rounds to none, a whole unit, begun ones counted.
        rounding: Up, down, or to the nearest multiple, halves up.
        minimum, cap: After rounding, whether multiples or not.
        per: How many parts of work, as it is summed, make one unit of it.
    """

    factor: Fraction = ONE
    first_block: Fraction = Fraction(0)
    step: Fraction = ONE
    rounding: Rounding = "up"
    minimum: Fraction = Fraction(0)
    cap: Fraction | None = None
    per: int = 1
    exact: Exact = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = (self.factor / self.per, self.first_block, self.step, self.minimum, self.cap or ONE)
        parts = math.lcm(*(each.denominator for each in given))
        factor, first_block, step, minimum, cap = (int(each * parts) for each in given)
        exact = Exact(parts, factor, first_block, step, minimum, None if self.cap is None else cap)
        object.__setattr__(self, "exact", exact)


class Tally(NamedTuple):
    """What has come together in one scope: the work, and what was charged for it."""

    raw: int = 0
    charged: int = 0

    def adding(self, raw: int, rate: Rate) -> tuple[Tally, int]:
        """The scope with one more work item, and what that costs on top."""
        total = self.raw + raw
        amount = billable(total, rate)
        return Tally(total, amount), amount - self.charged


def billable(raw: int, rate: Rate) -> int:
    """What so much work in one scope costs in all; no work costs nothing, and neither does any at factor 0.

    Raises: LedgerError where ``raw`` is no amount.
    """
    parts, factor, first_block, step, minimum, cap = rate.exact
    amount = checked(raw, 0, LARGEST_AMOUNT * rate.per) * factor
    if not amount:
        return 0
    amount = max(_rounded(max(amount, first_block), step, rate.rounding), minimum)
    return -(-(amount if cap is None else min(amount, cap)) // parts)


def _rounded(amount: int, step: int, rounding: Rounding) -> int:
    if rounding == "up":
        return -(-amount // step) * step
    if rounding == "down":
        return amount // step * step
    return (2 * amount + step) // (2 * step) * step


def rate_of(rating: Rating) -> Rate:
    """The rate that a policy writes."""
    return Rate(
        rating.factor,
        minor_units(rating.first_block),
        minor_units(rating.step) or ONE,
        rating.rounding,
        minor_units(rating.minimum),
        None if rating.cap is None else minor_units(rating.cap),
        60 * parts_of_second(rating) if isinstance(rating.amount, WorkedAmount) else 1,
    )


def parts_of_second(rating: Rating) -> int:
    """Into how many parts a second of work is cut, so that each case of a split counts a whole number of them."""
    return math.lcm(*(case.factor.denominator for case in rating.split))


def minor_units(amount: FixedAmount | None) -> Fraction:
    """An amount in minor units, which are minutes where it is a time; nothing where there is none.

    >>> minor_units(600), minor_units(Duration(Fraction(3, 2), "h"))
    (Fraction(600, 1), Fraction(90, 1))
    """
    if isinstance(amount, Duration):
        return Fraction(amount.seconds, 60)
    return Fraction(amount or 0)
