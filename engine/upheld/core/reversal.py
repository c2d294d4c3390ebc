"""Reversals: how a ledger is corrected, without anything in it being edited.

    >>> from upheld.core.booking import debit, grant
    >>> ledger = debit(grant(Ledger(), 100, at_s=0), 75, "support", at_s=60)
    >>> ledger = reverse(ledger, 2, at_s=120)
    >>> ledger.available, ledger.consumed, len(ledger.entries)
    (100, 0, 3)
    >>> reverse(ledger, 2, at_s=180).text()
    'the entry was reversed before'

Source: DESIGN section 9; THREATS L09.
"""

from __future__ import annotations

from upheld.core.booking import NO_OVERDRAFT, Allowance
from upheld.core.decline import Decline
from upheld.core.entry import DEBTORS, OVERDRAWN, lot_of
from upheld.core.hold import Hold, Part
from upheld.core.ledger import Ledger, expire, written


def reverse(
    ledger: Ledger, number: int, at_s: int, allowance: Allowance = NO_OVERDRAFT, cause: object = None
) -> Ledger | Decline:
    """Write the exact swap of an entry's transfers, at most once for each.

    A hold is reversed while it is open; the reversal of its end opens it again, and may overdraw anew as far as
    allowed. What returns to a lot that is over by now expires at once, by an entry of its own.
    """
    entry = ledger.entries.numbered(number)
    if entry.kind in ("expire", "note", "reversal"):
        return Decline("not-reversible")
    if ledger.is_reversed(number):
        return Decline("reversed")
    ledger = expire(ledger, at_s)
    holds = dict(ledger.holds)
    if entry.kind == "hold" and holds.pop(number, None) is None:
        return Decline("not-open")
    if entry.kind in ("settle", "release"):
        assert entry.of is not None, "the end of a hold names it"
        holds[entry.of] = _hold_of(ledger, entry.of)
    swapped = tuple(each.swapped() for each in reversed(entry.transfers))
    for each in swapped:
        there = ledger.balances.get(each.source, 0)
        if each.source not in DEBTORS and there < each.amount:
            return Decline("in-use", each.amount, there)
        if each.source == OVERDRAWN and each.amount > allowance.left(ledger):
            return Decline("insufficient-balance", each.amount, allowance.left(ledger))
    undone = written(ledger, "reversal", at_s, swapped, of=number, cause=cause, holds=holds)
    return expire(undone, at_s)


def _hold_of(ledger: Ledger, number: int) -> Hold:
    """A hold as it was set aside."""
    parts = []
    for each in ledger.entries.numbered(number).transfers:
        number_of_lot = lot_of(each.source)
        lot = None if number_of_lot is None else ledger.entries.numbered(number_of_lot).lot
        parts.append(Part(each.source, each.amount, None if lot is None else lot.expires_s))
    return Hold(number, tuple(parts))
