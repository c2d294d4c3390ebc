"""Entries: what was written into a ledger, once and for all.

An entry is a few transfers, and a transfer takes an amount from one account and gives it
to another. So whatever is written, the accounts of a ledger add up to nothing. Accounts
are named by paths:

    grant                   where lots come from; below zero by all that was ever granted
    available:{lot}         what is left of a lot; its lot is the number of the entry that granted it
    held:{hold}             what is set aside; its hold is the number of the entry that set it aside
    consumed:{category}     what was billed
    expired                 what was left of lots at their end
    overdrawn               below zero by what was billed or held beyond all lots
    repaid:{lot}            what a later lot paid of that
    waived                  what was worked and not billed

    >>> Transfer(available(1), consumed("support"), 45)
    Transfer(source='available:1', target='consumed:support', amount=45)

A *lot* is what was granted at one time, and until when it may be used. Lots burn in the
order of their expiry, those without end last; then in that of their dates, then of their
numbers.

    >>> spring, endless, winter = Lot(1, 0, 9000), Lot(2, 0), Lot(3, 50, 4000)
    >>> [lot.number for lot in sorted((spring, endless, winter), key=burn_order)]
    [3, 1, 2]
    >>> winter.is_over(3999), winter.is_over(4000)
    (False, True)

Source: DESIGN section 9; THREATS L05, L13.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter
from typing import Final, Literal, NamedTuple

from upheld.core.errors import LedgerError
from upheld.core.nearest import quoted
from upheld.core.policy.charge import LARGEST_AMOUNT, LEAST_AMOUNT
from upheld.core.series import Series


class Carried(NamedTuple):
    """What of a lot goes on as another one at its end: at most so much, until before an instant or for ever."""

    most: int
    expires_s: int | None


class Lot(NamedTuple):
    """A lot.

    Attributes:
        number: That of the entry which granted it.
        at_s: When it was granted, in seconds since 1970 UTC.
        expires_s: The first instant at which it may no longer be used, or ``None`` for never.
        carried: What goes on after that.
    """

    number: int
    at_s: int
    expires_s: int | None = None
    carried: Carried | None = None

    def is_over(self, at_s: int) -> bool:
        """Whether it has expired by then; at its last instant it has."""
        return self.expires_s is not None and self.expires_s <= at_s


def burn_order(lot: Lot) -> tuple[bool, int, int, int]:
    """The key by which lots are used up: expiry, date, number."""
    return (lot.expires_s is None, lot.expires_s or 0, lot.at_s, lot.number)


GRANT: Final = "grant"
EXPIRED: Final = "expired"
OVERDRAWN: Final = "overdrawn"
WAIVED: Final = "waived"
DEBTORS: Final = frozenset({GRANT, OVERDRAWN})
"""The accounts that may be below zero; no other ever is."""

EntryKind = Literal["grant", "debit", "hold", "settle", "release", "waive", "expire", "carry", "reversal", "note"]
"""``carry``: what was left of a lot goes on as another one. ``note``: work that cost nothing more."""


def available(lot: int) -> str:
    """The path of what is left of a lot."""
    return f"available:{lot}"


def repaid(lot: int) -> str:
    """The path of what a lot paid of what was overdrawn."""
    return f"repaid:{lot}"


def held(hold: int) -> str:
    """The path of what a hold sets aside."""
    return f"held:{hold}"


def consumed(category: str) -> str:
    """The path of what was billed under a heading."""
    return f"consumed:{category}"


def lot_of(path: str) -> int | None:
    """The lot that an account is what is left of; ``None`` for any other account."""
    family, _, number = path.partition(":")
    return int(number) if family == "available" else None


def checked(amount: object, least: int = LEAST_AMOUNT, most: int = LARGEST_AMOUNT) -> int:
    """The amount, if it is one: a whole number of minor units, from ``least`` to ``most``.

    Raises: LedgerError for anything else: floats, truth values, negative or huge numbers.
    """
    if type(amount) is not int:
        raise LedgerError(f"{quoted(amount)} is no amount: amounts are whole numbers of the account's smallest unit")
    if amount < least:
        raise LedgerError(f"{quoted(amount)} is no amount: it is at least {least}")
    if amount > most:
        raise LedgerError(f"{quoted(amount)} is no amount: the largest is {most}")
    return amount


class Transfer(NamedTuple):
    """An amount, more than nothing, that goes from one account to another."""

    source: str
    target: str
    amount: int

    def swapped(self) -> Transfer:
        """The same back again."""
        return Transfer(self.target, self.source, self.amount)


class Entry(NamedTuple):
    """One thing written into a ledger.

    Attributes:
        number: Its place, counted from 1.
        at_s: When, in seconds since 1970 UTC; never before the entry before it.
        kind: What was done.
        transfers: What moved, in order; none in a ``note``.
        of: The hold that is settled or released, the lot that expired or was carried over, or the entry reversed.
        lot: The lot granted or carried over.
        cause: Why: whatever the ledger was told.
    """

    number: int
    at_s: int
    kind: EntryKind
    transfers: tuple[Transfer, ...]
    of: int | None = None
    lot: Lot | None = None
    cause: object = None

    def amount_from(self, family: str) -> int:
        """What was taken from an account, or from a family of them such as ``available``."""
        return sum(each.amount for each in self.transfers if each.source.partition(":")[0] == family)


class Entries(Series[Entry]):
    """All entries of a ledger, in order; they are numbered from 1."""

    __slots__ = ()

    def numbered(self, number: int) -> Entry:
        """The entry with a number.

        Raises: LedgerError where there is none.
        """
        if type(number) is not int or not 1 <= number <= self.size:
            raise LedgerError(f"there is no entry {quoted(number)} in this ledger: the last is {self.size}")
        return self[number - 1]

    def since(self, number: int) -> Iterator[Entry]:
        """The entries after a number, in order."""
        return (self[place] for place in range(number, self.size))

    def before(self, at_s: int) -> int:
        """How many were written before an instant."""
        return bisect_left(self, at_s, key=attrgetter("at_s"))
