"""Bookings: what may be done on an account - grant, debit, hold, settle, release, waive, reverse.

Each gives the ledger with an entry more, or a `Decline`, which is data; then nothing was
written. Whatever is done at an instant finds lots expired that are over by then, each at
its own instant, so nothing is ever taken from a lot outside its time.

    >>> ledger = grant(Ledger(), 40, at_s=0)
    >>> debit(ledger, 75, "support", at_s=60).text()
    '75 are asked for, and 40 are there'
    >>> ledger = debit(ledger, 75, "support", at_s=60, allowance=Allowance("warn"))
    >>> ledger.available, ledger.overdrawn, ledger.consumed, sum(ledger.balances.values())
    (0, 35, 75, 0)

A later grant does not pay what was overdrawn, both stay shown side by side; unless it is said to.

    >>> ledger.overdrawn, grant(ledger, 40, at_s=90, repays=True).balances["available:3"]
    (35, 5)

Raises: every function LedgerError for an amount that is none, an entry that is not there, and an instant before the
last entry.

A *decline* says why a ledger did not take what it was asked to; data, like the refusal of an event.

    >>> Decline("insufficient-balance", 75, 40).text()
    '75 are asked for, and 40 are there'

A *reversal* corrects a ledger without anything in it being edited.

    >>> from upheld.core.billing.ledger import Ledger
    >>> ledger = debit(grant(Ledger(), 100, at_s=0), 75, "support", at_s=60)
    >>> ledger = reverse(ledger, 2, at_s=120)
    >>> ledger.available, ledger.consumed, len(ledger.entries)
    (100, 0, 3)
    >>> reverse(ledger, 2, at_s=180).text()
    'the entry was reversed before'

Source: DESIGN section 9; THREATS L05 to L09, L14.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from upheld.core.billing.entry import (
    DEBTORS,
    GRANT,
    OVERDRAWN,
    WAIVED,
    Carried,
    Lot,
    Transfer,
    available,
    checked,
    consumed,
    held,
    lot_of,
    repaid,
)
from upheld.core.billing.ledger import Hold, Ledger, Part, expire, written
from upheld.core.errors import LedgerError
from upheld.core.nearest import quoted
from upheld.core.policy.charge import LARGEST_AMOUNT, Overdraft

DeclineCode = Literal["insufficient-balance", "beyond-hold", "not-open", "reversed", "not-reversible", "in-use"]

DECLINES: Final[dict[DeclineCode, str]] = {
    "insufficient-balance": "{wanted} are asked for, and {there} are there",
    "beyond-hold": "{wanted} are to be settled, and {there} are held",
    "not-open": "the hold was settled or released before",
    "reversed": "the entry was reversed before",
    "not-reversible": "what time does, a note and a reversal cannot be reversed",
    "in-use": "{wanted} would have to go back, and {there} are still there",
}
"""Every code of a decline, with what it says."""


class Decline(NamedTuple):
    """Why nothing was written.

    Attributes:
        code: One of ``DECLINES``.
        wanted, there: The amounts that it is about.
    """

    code: DeclineCode
    wanted: int = 0
    there: int = 0

    def text(self) -> str:
        """One line for a person."""
        return DECLINES[self.code].format(wanted=self.wanted, there=self.there)


class Allowance(NamedTuple):
    """How far an account may be overdrawn: by ``limit`` in all, ``None`` for without end."""

    overdraft: Overdraft = "refuse"
    limit: int | None = None

    def left(self, ledger: Ledger) -> int:
        """How much more it may be overdrawn."""
        if self.overdraft == "refuse":
            return 0
        return LARGEST_AMOUNT if self.limit is None else max(self.limit - ledger.overdrawn, 0)


NO_OVERDRAFT: Final = Allowance()


def grant(
    ledger: Ledger,
    amount: int,
    at_s: int,
    expires_s: int | None = None,
    cause: object = None,
    *,
    repays: bool = False,
    carried: Carried | None = None,
) -> Ledger:
    """Put a lot on the account, which may be used until before ``expires_s``; ``repays``: it pays what is overdrawn.

    A lot that is over as it comes pays nothing, since nothing is taken from a lot outside its time.
    """
    checked(amount)
    ledger = expire(ledger, at_s)
    number = len(ledger.entries) + 1
    lot = Lot(number, at_s, expires_s, carried)
    given: tuple[Transfer, ...] = (Transfer(GRANT, available(number), amount),)
    owed = min(amount, ledger.overdrawn)
    if repays and owed and not lot.is_over(at_s):
        given = (*given, Transfer(available(number), repaid(number), owed))
    return expire(written(ledger, "grant", at_s, given, lot=lot, cause=cause), at_s)


def debit(
    ledger: Ledger,
    amount: int,
    category: str,
    at_s: int,
    allowance: Allowance = NO_OVERDRAFT,
    cause: object = None,
) -> Ledger | Decline:
    """Bill an amount: from the lots in the order in which they burn, and what they do not cover as far as allowed."""
    ledger = expire(ledger, at_s)
    parts = _drawn(ledger, checked(amount), allowance)
    if isinstance(parts, Decline):
        return parts
    to = consumed(category)
    return written(ledger, "debit", at_s, tuple(Transfer(part.source, to, part.amount) for part in parts), cause=cause)


def hold(
    ledger: Ledger, amount: int, at_s: int, allowance: Allowance = NO_OVERDRAFT, cause: object = None
) -> Ledger | Decline:
    """Set an amount aside, as if it were billed; the hold has the number of the entry."""
    ledger = expire(ledger, at_s)
    parts = _drawn(ledger, checked(amount), allowance)
    if isinstance(parts, Decline):
        return parts
    number = len(ledger.entries) + 1
    taken = tuple(Transfer(part.source, held(number), part.amount) for part in parts)
    holds = {**ledger.holds, number: Hold(number, parts)}
    return written(ledger, "hold", at_s, taken, cause=cause, holds=holds)


def settle(
    ledger: Ledger, number: int, amount: int, category: str, at_s: int, cause: object = None
) -> Ledger | Decline:
    """Bill so much of a hold, nothing included, and give the rest back."""
    checked(amount, 0)
    return _end_hold(ledger, "settle", number, amount, category, at_s, cause)


def release(ledger: Ledger, number: int, at_s: int, cause: object = None) -> Ledger | Decline:
    """Give back all of a hold, each part to its lot; what came from a lot that is over by now has expired."""
    return _end_hold(ledger, "release", number, 0, "", at_s, cause)


def waive(ledger: Ledger, amount: int, at_s: int, cause: object = None) -> Ledger:
    """Show an amount that was worked and is not billed; no lot is touched."""
    checked(amount)
    return written(expire(ledger, at_s), "waive", at_s, (Transfer(GRANT, WAIVED, amount),), cause=cause)


def note(ledger: Ledger, at_s: int, cause: object) -> Ledger:
    """Keep work that cost nothing more, such as what a quarter of an hour billed before covers."""
    return written(expire(ledger, at_s), "note", at_s, (), cause=cause)


def _drawn(ledger: Ledger, amount: int, allowance: Allowance) -> tuple[Part, ...] | Decline:
    """From where an amount is taken."""
    parts, rest = [], amount
    for lot in ledger.lots:
        path = available(lot.number)
        part = min(ledger.balances[path], rest)
        parts.append(Part(path, part, lot.expires_s))
        rest -= part
        if not rest:
            return tuple(parts)
    left = allowance.left(ledger)
    if rest > left:
        return Decline("insufficient-balance", amount, amount - rest + left)
    return (*parts, Part(OVERDRAWN, rest))


def _end_hold(
    ledger: Ledger,
    kind: Literal["settle", "release"],
    number: int,
    amount: int,
    category: str,
    at_s: int,
    cause: object,
) -> Ledger | Decline:
    ledger = expire(ledger, at_s)
    ending = ledger.holds.get(number)
    if ending is None:
        if ledger.entries.numbered(number).kind != "hold":
            raise LedgerError(f"entry {quoted(number)} is no hold")
        return Decline("not-open")
    if amount > ending.amount:
        return Decline("beyond-hold", amount, ending.amount)
    moved = tuple(ending.settling(amount, category, at_s))
    holds = dict(ledger.holds)
    del holds[number]
    return written(ledger, kind, at_s, moved, of=number, cause=cause, holds=holds)


def reverse(
    ledger: Ledger, number: int, at_s: int, allowance: Allowance = NO_OVERDRAFT, cause: object = None
) -> Ledger | Decline:
    """Write the exact swap of an entry's transfers, at most once for each.

    A hold is reversed while it is open; the reversal of its end opens it again, and may overdraw anew as far as
    allowed. What returns to a lot that is over by now expires at once, by an entry of its own.
    """
    entry = ledger.entries.numbered(number)
    if entry.kind in ("expire", "carry", "note", "reversal"):
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
    if entry.kind == "grant":  # of what it paid, some may have come back
        still = ledger.balances.get(repaid(number), 0)
        swapped = (*((Transfer(repaid(number), available(number), still),) if still else ()), swapped[-1])
    beyond = sum(each.amount * (_owed(each.source) - _owed(each.target)) for each in swapped)
    if beyond > allowance.left(ledger):
        return Decline("insufficient-balance", beyond, allowance.left(ledger))
    changes: dict[str, int] = {}
    for source, target, amount in swapped:
        there = ledger.balances.get(source, 0) + changes.get(source, 0)
        if source not in DEBTORS and there < amount:
            return Decline("in-use", amount, there)
        changes[source] = changes.get(source, 0) - amount
        changes[target] = changes.get(target, 0) + amount
    undone = written(ledger, "reversal", at_s, swapped, of=number, cause=cause, holds=holds)
    return expire(undone, at_s, carries=False)


def _owed(path: str) -> bool:
    """Whether what an account holds makes up what is overdrawn."""
    return path == OVERDRAWN or path.startswith("repaid:")


def _hold_of(ledger: Ledger, number: int) -> Hold:
    """A hold as it was set aside."""
    parts = []
    for each in ledger.entries.numbered(number).transfers:
        number_of_lot = lot_of(each.source)
        lot = None if number_of_lot is None else ledger.entries.numbered(number_of_lot).lot
        parts.append(Part(each.source, each.amount, None if lot is None else lot.expires_s))
    return Hold(number, tuple(parts))
