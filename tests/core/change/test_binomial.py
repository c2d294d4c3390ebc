"""Exact intervals, against sums of every single case in fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.change.binomial import ALPHA, at_least, fewest, order_interval, share_interval


def likely(kept: int, number: int, share: Fraction) -> Fraction:
    """How likely exactly so many are kept, in fractions."""
    return comb(number, kept) * share**kept * (1 - share) ** (number - kept)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(1, 99))
def test_at_least_sums_up_every_case(kept: int, number: int, percent: int) -> None:
    """However far in the tail."""
    share = Fraction(percent, 100)
    expected = sum(likely(each, number, share) for each in range(kept, number + 1))

    assert float(expected) == pytest.approx(at_least(kept, number, float(share)), abs=1e-12)


@given(st.integers(1, 200), st.sampled_from([50, 80, 90, 95, 99]))
def test_the_bounds_of_a_quantile_are_the_narrowest_that_leave_out_half_of_the_rest(number: int, percent: int) -> None:
    """On either side; and where there is none, none of the ranks would do."""
    share = Fraction(percent, 100)
    below = [Fraction(0)]  # below[r]: fewer than r of all lie below the quantile
    for rank in range(number):
        below.append(below[-1] + likely(rank, number, share))
    low, high = order_interval(number, share)

    assert low == max((rank for rank in range(1, number + 1) if below[rank] <= ALPHA / 2), default=None)
    assert high == min((rank for rank in range(1, number + 1) if 1 - below[rank] <= ALPHA / 2), default=None)


@pytest.mark.parametrize("percent", [50, 90, 95, 99])
def test_fewest_is_the_first_number_with_an_upper_bound(percent: int) -> None:
    """One ticket less has none."""
    share = Fraction(percent, 100)
    number = fewest(share)

    assert order_interval(number, share)[1] is not None
    assert order_interval(number - 1, share)[1] is None


@given(st.integers(1, 400).flatmap(lambda judged: st.tuples(st.integers(0, judged), st.just(judged))))
def test_the_interval_of_a_share_ends_where_what_was_seen_becomes_unlikely(seen: tuple[int, int]) -> None:
    """So many or more at the lower end, so many or fewer at the upper: each in one of forty histories."""
    kept, judged = seen
    low, high = share_interval(kept, judged)

    assert low <= kept / judged <= high
    if kept:
        assert at_least(kept, judged, low) == pytest.approx(ALPHA / 2, rel=1e-6)
    if kept < judged:
        assert 1 - at_least(kept + 1, judged, high) == pytest.approx(ALPHA / 2, rel=1e-6)


def test_of_nothing_nothing_is_known() -> None:
    """Every share is possible."""
    assert (0.0, 1.0) == share_interval(0, 0)
    assert (None, None) == order_interval(1, Fraction(95, 100))
