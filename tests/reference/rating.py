"""Rating: DESIGN section 9, "Rating order, fixed", in exact fractions, one step a line."""

from __future__ import annotations

import math
from fractions import Fraction

from reference.account import minor


def billed(rating: dict, work: int) -> int:
    """What so much work of one scope costs in all."""
    amount = work * Fraction(rating.get("factor", 1))
    if amount == 0:
        return 0
    amount = max(amount, minor(rating.get("first-block", 0)))
    amount = _rounded(rating.get("round", {}), amount)
    amount = max(amount, minor(rating.get("minimum", 0)))
    amount = min(amount, minor(rating.get("cap", amount))) if "cap" in rating else amount
    return math.ceil(amount)


def _rounded(how: dict, amount: Fraction) -> Fraction:
    """To multiples; where the policy says nothing, a begun unit counts."""
    if "down-to" in how:
        step = minor(how["down-to"])
        return math.floor(amount / step) * step
    if "to-nearest" in how:
        step = minor(how["to-nearest"])
        return math.floor(amount / step + Fraction(1, 2)) * step
    step = minor(how.get("up-to", 1))
    return math.ceil(amount / step) * step
