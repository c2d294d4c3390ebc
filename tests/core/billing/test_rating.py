"""Rating: the fixed order, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.billing.rating import Rate, Tally, billable, minor_units, rate_of
from upheld.core.errors import LedgerError
from upheld.core.finding import Place
from upheld.core.policy.charge import Rating
from upheld.core.time.duration import parse_duration

QUARTERS = Rate(step=Fraction(15))
RAW = st.integers(0, 10**6)
SMALL = st.fractions(0, 200, max_denominator=8)
RATES = st.builds(
    Rate,
    factor=st.fractions(0, 5, max_denominator=12),
    first_block=SMALL,
    step=st.sampled_from([Fraction(1), Fraction(5), Fraction(15), Fraction(7, 2), Fraction(60)]),
    rounding=st.sampled_from(["up", "down", "nearest"]),
    minimum=SMALL,
    cap=st.none() | st.integers(200, 5_000).map(Fraction),
)


def test_entries_of_4_7_and_11_minutes_by_the_quarter():
    """By entry 45, by ticket 30."""
    by_entry = sum(Tally().adding(raw, QUARTERS)[1] for raw in (4, 7, 11))
    tally = Tally()
    for raw in (4, 7, 11):
        tally, _ = tally.adding(raw, QUARTERS)

    assert 45 == by_entry
    assert Tally(22, 30) == tally


def test_50_minutes_at_three_halves_by_the_quarter():
    """The factor comes before rounding: 75, and not 90."""
    assert 75 == billable(50, Rate(factor=Fraction(3, 2), step=Fraction(15)))


@pytest.mark.parametrize("raw, billed", [(0, 0), (20, 60), (60, 60), (61, 75)])
def test_first_hour_indivisible_then_quarters(raw, billed):
    """An hour as soon as anything is billed, and nothing for no work."""
    assert billed == billable(raw, Rate(first_block=Fraction(60), step=Fraction(15)))


@pytest.mark.parametrize(
    "rounding, raw, billed",
    [("up", 16, 30), ("down", 29, 15), ("nearest", 22, 15), ("nearest", 23, 30), ("down", 14, 0), ("up", 15, 15)],
)
def test_rounding(rounding, raw, billed):
    """Up, down, or to the nearest."""
    assert billed == billable(raw, Rate(step=Fraction(15), rounding=rounding))


def test_a_half_goes_up():
    """To the nearest multiple, halves up."""
    assert [0, 10] == [billable(raw, Rate(step=Fraction(10), rounding="nearest")) for raw in (4, 5)]


def test_without_rounding_a_begun_unit_counts():
    """5 minutes at 3/2 are 8: an account knows no fractions."""
    assert 8 == billable(5, Rate(factor=Fraction(3, 2)))


def test_minimum_then_cap_after_rounding():
    """Neither has to be a multiple of the step."""
    rate = Rate(step=Fraction(15), minimum=Fraction(20), cap=Fraction(100))

    assert [0, 20, 30, 90, 100] == [billable(raw, rate) for raw in (0, 7, 16, 90, 91)]


def test_what_rounds_down_to_nothing_still_costs_the_minimum():
    """There was work, so at least the minimum is billed."""
    assert 10 == billable(7, Rate(step=Fraction(15), rounding="down", minimum=Fraction(10)))


def test_a_factor_of_nothing_costs_nothing():
    """Not even the minimum."""
    assert 0 == billable(50, Rate(factor=Fraction(0), first_block=Fraction(60), minimum=Fraction(15)))


def test_a_factor_converts_minutes_into_cents():
    """90 EUR an hour are 150 cents a minute."""
    assert 6_750 == billable(45, Rate(factor=Fraction(150)))


def test_the_cap_holds_for_the_scope():
    """Three entries of an hour, at most 100 for the ticket."""
    rate, tally, costs = Rate(cap=Fraction(100)), Tally(), []
    for _ in range(3):
        tally, cost = tally.adding(60, rate)
        costs.append(cost)

    assert [60, 40, 0] == costs


@given(RAW, RAW, RATES)
def test_more_work_never_costs_less(one, other, rate):
    """Monotone in the work (THREATS L10)."""
    assert billable(min(one, other), rate) <= billable(max(one, other), rate)


@given(RAW, RATES)
def test_bounds(raw, rate):
    """Nothing for nothing; at least factor and minimum, at most the cap; a multiple of the step otherwise."""
    billed = billable(raw, rate)
    if not raw * rate.factor:
        assert 0 == billed
        return
    if rate.cap is not None:
        assert billed <= rate.cap
    if rate.cap is None or billed < rate.cap:
        assert billed >= rate.minimum
        assert rate.rounding != "up" or billed >= raw * rate.factor
        if billed > rate.minimum + 1 and rate.step.denominator == 1:
            assert 0 == billed % rate.step


@given(st.lists(RAW, min_size=1, max_size=8), st.randoms(use_true_random=False), RATES)
def test_neither_order_nor_cut_of_the_work_changes_what_a_scope_costs(items, chance, rate):
    """For any partition and order the same total (THREATS L11)."""
    tally, cost = Tally(), 0
    shuffled = chance.sample(items, len(items))
    for raw in shuffled:
        tally, more = tally.adding(raw, rate)
        assert more >= 0
        cost += more

    assert billable(sum(items), rate) == cost == tally.charged


@pytest.mark.parametrize("raw", [-1, 1.5, True, None, "4", 10**15 + 1], ids=repr)
def test_what_is_no_amount_is_refused(raw):
    """As in the ledger."""
    with pytest.raises(LedgerError, match="is no amount"):
        billable(raw, QUARTERS)


def test_a_rate_is_read_off_the_policy():
    """Times are minutes; what is not written changes nothing."""
    written = Rating(
        place=Place("policy.yaml", 1, 1),
        path=("charges",),
        account="hours",
        amount=30,
        factor=Fraction(3, 2),
        first_block=parse_duration("1h"),
        step=parse_duration("15min"),
        cap=600,
    )

    assert Rate(Fraction(3, 2), Fraction(60), Fraction(15), "up", Fraction(0), Fraction(600)) == rate_of(written)
    assert Fraction(3, 2) == minor_units(parse_duration("90s"))
