"""Grants that recur, as a contracts file states them: each within the contract from whose first day it counts.

Source: DESIGN section 9, "Retainers".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from upheld.core.policy.contracts import CarryOver, Contract, RecurringGrant
from upheld.core.policy.provenance import Path as Keys

MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
ONCE: Final = ("at", "expires")
RECURS: Final = ("from", "until", "counted-from", "carry-over")
"""Keys of a grant that is made once, and of one that recurs."""


class Stated(NamedTuple):
    """A grant that recurs, before anybody knows in which contract: its days may be left to that."""

    path: Keys
    account: str
    amount: int
    months: int
    since: date | None
    until: date | None
    carry: CarryOver | None
    anchor: date | None = None


class Outside(NamedTuple):
    """Why a grant that recurs lies in no contract: the key that says so, the message and what to do."""

    key: str
    message: str
    hint: str


def settled(stated: Stated, contracts: Sequence[Contract]) -> RecurringGrant | Outside:
    """The grant within its contract: the one that begins or holds on its first day, with those that go on from it.

    A customer who has signed nothing may be granted something all the same; then the grant counts from its own day.
    """
    since = stated.since
    if not contracts:
        if since is None:
            return Outside(
                "every", "this grant recurs, and no contract says since when", "say its first day by `from:`"
            )
        return _backwards(stated, since) or _made(stated, since, since, stated.until)
    begins = sorted({each.since for each in contracts if each.since is not None})
    if since is None:
        if len(begins) != 1:
            message = "this grant recurs, and it is not plain from which day on"
            return Outside("every", message, "say its first day by `from:`, which is in one of the contracts")
        since = begins[0]
    if backwards := _backwards(stated, since):
        return backwards
    holding = sorted((each for each in contracts if each.is_active(since)), key=lambda each: each.since != since)
    own = holding[0] if holding else None
    if own is None:
        told = f"the first begins on `{begins[0]}`" if begins and since < begins[0] else "the last one is over by then"
        message = f"this grant recurs from `{since}` on, outside of every contract: {told}"
        return Outside("from", message, "begin it on a day on which a contract holds, or leave `from:` out")
    last = _last_day(own, contracts)
    if last is not None and stated.until is not None and stated.until > last:
        message = f"this grant recurs until `{stated.until}`, and its contract ends on `{last}`"
        return Outside("until", message, "end it with the contract: leave `until:` out, or prolong the contract")
    return _made(stated, own.since or since, since, stated.until or last)


def _backwards(stated: Stated, since: date) -> Outside | None:
    if stated.until is None or stated.until >= since:
        return None
    message = f"this grant ends on `{stated.until}`, before it begins on `{since}`"
    return Outside("until", message, "swap the two days")


def _made(stated: Stated, anchor: date, since: date, until: date | None) -> RecurringGrant:
    anchor = stated.anchor or anchor
    return RecurringGrant(stated.account, stated.amount, stated.months, anchor, since, until, stated.carry)


def _last_day(own: Contract, contracts: Sequence[Contract]) -> date | None:
    """The last day of a contract and of those that go on from it without a gap; ``None`` for without end."""
    last = own.until
    for _ in contracts:
        if last is None or last == date.max:
            return last
        after = last + timedelta(days=1)
        following = [each.until for each in contracts if each.is_active(after)]
        if not following:
            return last
        last = None if None in following else max(each for each in following if each is not None)
    return last
