"""Exact binomial intervals: what a number of tickets can tell of a share, and of the time that a share of them keeps.

Nothing is approximated by a bell curve: thirty tickets have the interval of thirty tickets.

    >>> low, high = share_interval(29, 30)
    >>> f"{low:.3f} to {high:.3f}"
    '0.828 to 0.999'
    >>> order_interval(100, Fraction(95, 100))
    (90, 100)
    >>> order_interval(30, Fraction(95, 100))
    (26, None)
    >>> fewest(Fraction(95, 100))
    72

Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26 (1934), for a share; H. A. David and H. N. Nagaraja, "Order Statistics" (2003), section 7.1,
for a quantile, which rests on no assumption about how times are spread.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from typing import Final

ALPHA: Final = 0.05
"""The intervals hold what is true in at least 95 of 100 histories, half of the rest on either side."""

_STEPS: Final = 60
"""Halvings of an interval of shares: as fine as a float tells."""


def share_interval(kept: int, judged: int, alpha: float = ALPHA) -> tuple[float, float]:
    """From which share to which, where so many of so many were kept; all shares where none was judged."""
    assert 0 <= kept <= judged, (kept, judged)
    low = 0.0 if not kept else _where(lambda share: at_least(kept, judged, share) > alpha / 2)
    high = 1.0 if kept == judged else _where(lambda share: at_least(kept + 1, judged, share) > 1 - alpha / 2)
    return low, high


@lru_cache(maxsize=1024)
def order_interval(number: int, share: Fraction, alpha: float = ALPHA) -> tuple[int | None, int | None]:
    """Which of so many times in order, counted from 1, bound the time within which a share of all tickets is done.

    Returns: the lower and the upper; ``None`` where so few cannot bound it on that side.
    """
    wanted = float(share)
    low = high = None
    for rank in _ranks(number, wanted):
        # The rank-th time lies above the quantile where fewer than rank of all lie below it.
        below = 1 - at_least(rank, number, wanted)
        if below <= alpha / 2:
            low = rank
        if below >= 1 - alpha / 2:
            high = rank
            break
    return low, high


def coverage(number: int, share: Fraction, ranks: tuple[int | None, int | None]) -> float:
    """In which share of histories of so many tickets the times of these ranks lie on either side of what is true.

    Ranks are whole numbers, so it is rarely just what was asked for; it rests on nothing but that tickets are alike.

    >>> f"{coverage(400, Fraction(95, 100), (371, 389)):.4f}"
    '0.9619'
    """
    low, high = ranks
    below = 1.0 if low is None else at_least(low, number, float(share))
    return below - (0.0 if high is None else at_least(high, number, float(share)))


def fewest(share: Fraction, alpha: float = ALPHA) -> int:
    """How many tickets it takes to bound the time of a share from above: the longest of all lies above it."""
    return int(log(alpha / 2) / log(float(share))) + 1


def at_least(kept: int, number: int, share: float) -> float:
    """How likely it is that at least so many of a number are kept where each is with a share."""
    if kept <= 0:
        return 1.0
    if share <= 0 or kept > number:
        return 0.0
    if share >= 1:
        return 1.0
    if kept > number * share:
        return min(1.0, _summed(range(kept, number + 1), number, share))
    return max(0.0, 1 - _summed(range(kept - 1, -1, -1), number, share))


def _summed(counts: range, number: int, share: float) -> float:
    """The likelihood of these counts, the likeliest first; the rest once nothing is added any more."""
    total = 0.0
    for count in counts:
        found = exp(_log_likelihood(count, number, share))
        total += found
        if found < total * 1e-17:
            break
    return total


def _log_likelihood(count: int, number: int, share: float) -> float:
    choices = lgamma(number + 1) - lgamma(count + 1) - lgamma(number - count + 1)
    return choices + count * log(share) + (number - count) * log1p(-share)


def _ranks(number: int, share: float) -> range:
    """The ranks among which the bounds lie: ten standard deviations around the expected one."""
    middle, reach = number * share, 10 * sqrt(number * share * (1 - share)) + 10
    return range(max(1, int(middle - reach)), min(number, int(middle + reach)) + 1)


def _where(holds: Callable[[float], bool]) -> float:
    """The share at which something begins to hold that holds for every higher one."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2
