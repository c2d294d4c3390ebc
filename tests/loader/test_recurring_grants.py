"""Grants that recur: each in a contract, whose first day it counts from."""

from __future__ import annotations

from datetime import date

import pytest

from upheld.core.policy.contracts import CarryOver, Contract, RecurringGrant
from upheld.loader.contracts.recurring import Outside, Stated, settled

JAN, FEB, MAY, JUNE, DEC = date(2024, 1, 31), date(2024, 2, 15), date(2024, 5, 31), date(2024, 6, 1), date(2024, 12, 31)
FIRST, SECOND = Contract("gold", JAN, MAY), Contract("gold", JUNE, DEC)
LATER = Contract("gold", date(2024, 8, 1))


def stated(since: date | None = None, until: date | None = None, carry: CarryOver | None = None) -> Stated:
    return Stated(("grants", 0), "time", 600, 1, since, until, carry)


@pytest.mark.parametrize(
    "contracts, since, until, anchor, first, last",
    [
        ([FIRST], None, None, JAN, JAN, MAY),
        ([FIRST], FEB, None, JAN, FEB, MAY),
        ([FIRST], None, FEB, JAN, JAN, FEB),
        ([SECOND, FIRST], JAN, None, JAN, JAN, DEC),
        ([FIRST, SECOND], FEB, DEC, JAN, FEB, DEC),
        ([FIRST, SECOND], JUNE, None, JUNE, JUNE, DEC),
        ([FIRST, LATER], FEB, None, JAN, FEB, MAY),
        ([Contract("gold"), FIRST], None, FEB, JAN, JAN, FEB),
        ([FIRST, Contract("flex", FEB)], FEB, MAY, FEB, FEB, MAY),
        ([Contract("gold", JAN)], None, None, JAN, JAN, None),
        ([Contract("gold")], FEB, None, FEB, FEB, None),
        ([], FEB, MAY, FEB, FEB, MAY),
    ],
)
def test_a_grant_takes_its_days_from_its_contract(contracts, since, until, anchor, first, last) -> None:
    """And from those that go on from it; who has signed nothing says them."""
    carry = CarryOver(60, 3)

    assert RecurringGrant("time", 600, 1, anchor, first, last, carry) == settled(stated(since, until, carry), contracts)


@pytest.mark.parametrize(
    "contracts, since, until, key, said",
    [
        ([], None, None, "every", "no contract says since when"),
        ([FIRST, SECOND], None, None, "every", "not plain from which day on"),
        ([Contract("gold")], None, None, "every", "not plain from which day on"),
        ([FIRST], date(2024, 1, 1), None, "from", "outside of every contract: the first begins on `2024-01-31`"),
        ([FIRST], JUNE, None, "from", "outside of every contract: the last one is over by then"),
        ([FIRST], None, DEC, "until", "its contract ends on `2024-05-31`"),
        ([FIRST, LATER], FEB, DEC, "until", "its contract ends on `2024-05-31`"),
        ([FIRST], MAY, FEB, "until", "before it begins on `2024-05-31`"),
        ([], MAY, FEB, "until", "before it begins on `2024-05-31`"),
    ],
)
def test_a_grant_outside_its_contract_is_told(contracts, since, until, key, said) -> None:
    """At the day that lies outside."""
    found = settled(stated(since, until), contracts)

    assert isinstance(found, Outside)
    assert key == found.key
    assert said in found.message
