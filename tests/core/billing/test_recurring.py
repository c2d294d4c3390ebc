"""Periods: counted from the contract's first day, each anew, and no more of them than somebody looks at."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from upheld.core.billing.accounts import NO_END
from upheld.core.billing.recurring import dues_of, months_after
from upheld.core.policy.charge import LARGEST_AMOUNT
from upheld.core.policy.contracts import CarryOver, RecurringGrant
from upheld.core.time.instant import DAY_S, date_of_day

DAYS = st.dates(date(1995, 1, 1), date(2045, 12, 31))
LENGTHS = st.sampled_from([1, 3, 12])


def days_of(grant: RecurringGrant, until_s: int = NO_END) -> list[tuple[date, date]]:
    """The first day of each period, and the day after its last."""
    dues = dues_of(grant, until_s, lambda day: day * DAY_S)
    return [(date_of_day(due.at_s // DAY_S), date_of_day(due.expires_s // DAY_S)) for due in dues]


@given(DAYS, LENGTHS, st.integers(0, 900))
def test_periods_follow_one_another_and_do_not_drift(anchor: date, months: int, later: int) -> None:
    """Each begins on the contract's day of the month, or the last one of a shorter month."""
    since = months_after(anchor, later % 100)
    found = days_of(RecurringGrant("time", 60, months, anchor, since))

    assert all(end == begin for (_, end), (begin, _) in zip(found, found[1:], strict=False))
    for first, _ in found:
        assert first.day == anchor.day or (first.day < anchor.day and months_after(first, 1).day >= first.day)
        assert 1 == date.fromordinal(first.toordinal() + 1).day or first.day == anchor.day
        assert 0 == ((first.year - anchor.year) * 12 + first.month - anchor.month) % months
    assert not found or found[0][0] >= since


def test_periods_of_the_calendar_begin_with_its_months() -> None:
    """A contract of 15 January has its first hours on 1 February, whichever first of a month they are counted from."""
    for anchor in (date(2026, 1, 1), date(2026, 2, 1)):
        grant = RecurringGrant("time", 60, 1, anchor, date(2026, 1, 15), date(2026, 3, 20))
        found = [(date(2026, 2, 1), date(2026, 3, 1)), (date(2026, 3, 1), date(2026, 3, 21))]

        assert found == days_of(grant)


def test_there_are_no_more_periods_than_asked_for() -> None:
    """A contract of ten thousand years costs what is looked at, and ends with the years that are known."""
    endless = RecurringGrant("time", 60, 1, date(1, 1, 1), date(1, 1, 1), date.max)

    assert [(date(1990, 1, 1), date(1990, 2, 1))] == days_of(endless, days(1990, 1, 20) * DAY_S)
    assert (61 * 12, (date(2050, 12, 1), date(2051, 1, 1))) == (len(days_of(endless)), days_of(endless)[-1])
    assert [] == days_of(RecurringGrant("time", 60, 12, date(9999, 1, 31), date(9999, 1, 31)))


def days(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()


def test_what_is_carried_over_ends_so_many_months_after_the_period() -> None:
    """Counted from the contract's day like everything else; for ever and all of it, where nothing else is said."""
    first, *_ = dues_of(with_carry(CarryOver(90, 3)), NO_END, lambda day: day * DAY_S)
    other, *_ = dues_of(with_carry(CarryOver()), NO_END, lambda day: day * DAY_S)

    assert (date(2024, 2, 29), 90) == (date_of_day(first.expires_s // DAY_S), first.kept)
    assert date(2024, 5, 31) == date_of_day(first.kept_until_s // DAY_S)
    assert (LARGEST_AMOUNT, NO_END) == (other.kept, other.kept_until_s)


def with_carry(carry: CarryOver) -> RecurringGrant:
    return RecurringGrant("time", 60, 1, date(2024, 1, 31), date(2024, 1, 31), None, carry)
