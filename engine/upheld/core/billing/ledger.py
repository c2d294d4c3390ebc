"""The ledger of one account of one customer: what was granted, used, held, expired and overdrawn.

A ledger is a value: an entry more makes another one, and the old one stays what it was.
What is available, held or consumed are sums of transfers, so all accounts together always
add up to nothing; and there is one function, `written`, that changes a balance. What may be
written is said in `upheld.core.billing.booking`.

    >>> given = Transfer("grant", "available:1", 40)
    >>> ledger = written(Ledger(), "grant", 0, (given,), lot=Lot(1, 0, expires_s=9000))
    >>> ledger.available, ledger.balances
    (40, {'grant': -40, 'available:1': 40})
    >>> gone = expire(ledger, 9000)
    >>> gone.available, gone.expired, ledger.available
    (0, 40, 40)

A *hold* is what is set aside until it is settled or released. It remembers its parts, so
that each returns to where it came from: to its lot, or, when that has expired meanwhile, to
what has expired; and never to another lot.

    >>> hold = Hold(7, (Part("available:1", 100, 9000), Part("available:2", 40)))
    >>> [str(Transfer(*each)[:2]) for each in hold.settling(115, "support", 10_000)]
    ["('held:7', 'consumed:support')", "('held:7', 'consumed:support')", "('held:7', 'available:2')"]

Source: DESIGN section 9; THREATS L01 to L05, L07, L08.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from upheld.core.billing.entry import (
    DEBTORS,
    EXPIRED,
    OVERDRAWN,
    WAIVED,
    Entries,
    Entry,
    EntryKind,
    Lot,
    Transfer,
    available,
    burn_order,
    consumed,
    held,
    lot_of,
    repaid,
)
from upheld.core.errors import LedgerError
from upheld.core.frozen import FrozenDict, freeze
from upheld.core.nearest import quoted


class Part(NamedTuple):
    """What was taken from one lot, or beyond all of them.

    Attributes:
        source: The account it was taken from.
        amount: How much.
        expires_s: When its lot expires, if it does.
    """

    source: str
    amount: int
    expires_s: int | None = None

    def home(self, at_s: int) -> str:
        """The account to which it returns."""
        return EXPIRED if self.expires_s is not None and self.expires_s <= at_s else self.source


class Hold(NamedTuple):
    """Something set aside.

    Attributes:
        number: That of the entry which set it aside.
        parts: In the order in which lots burn; what no lot covers stands last.
    """

    number: int
    parts: tuple[Part, ...]

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(part.amount for part in self.parts)

    def settling(self, amount: int, category: str, at_s: int) -> Iterator[Transfer]:
        """Bill so much of it, in the order of its parts, and give the rest back."""
        path, to, rest = held(self.number), consumed(category), amount
        for part in self.parts:
            billed = min(part.amount, rest)
            rest -= billed
            if billed:
                yield Transfer(path, to, billed)
        rest = amount
        for part in self.parts:
            billed = min(part.amount, rest)
            rest -= billed
            if billed < part.amount:
                yield Transfer(path, part.home(at_s), part.amount - billed)


EMPTY: Final = Entries()
NEVER: Final = -(2**62)
"""Before every instant: when the last entry of an empty ledger was written."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger after its entries so far. Nothing in it can be changed; it may be pickled.

    Attributes:
        entries: All of them.
        balances: Of each account that is not at 0, by its path.
        lots: Those of which something is left, in the order in which they burn.
        holds: Those that are open, by number.
        reversals: A bit for each entry that was reversed.
        last_s: When the last entry was written, in seconds since 1970 UTC.
        totals: What the accounts of each family hold together, so that nobody adds up all lots to know what is left.
    """

    entries: Entries = EMPTY
    balances: dict[str, int] = field(default_factory=dict, hash=False)
    lots: tuple[Lot, ...] = ()
    holds: dict[int, Hold] = field(default_factory=dict, hash=False)
    reversals: int = 0
    last_s: int = NEVER
    totals: dict[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        freeze(self, "balances", "holds", "totals")

    @property
    def available(self) -> int:
        """What is left of all lots."""
        return self.totals.get("available", 0)

    @property
    def held(self) -> int:
        """What is set aside."""
        return self.totals.get("held", 0)

    @property
    def consumed(self) -> int:
        """What was billed, under all headings."""
        return self.totals.get("consumed", 0)

    @property
    def expired(self) -> int:
        """What was left of lots at their end."""
        return self.totals.get(EXPIRED, 0)

    @property
    def overdrawn(self) -> int:
        """What was billed or is held beyond all lots, less what later ones paid of it."""
        return -self.totals.get(OVERDRAWN, 0) - self.totals.get("repaid", 0)

    @property
    def waived(self) -> int:
        """What was worked and not billed."""
        return self.totals.get(WAIVED, 0)

    @property
    def last(self) -> Entry:
        """The last entry; there is one as soon as anything was done."""
        return self.entries.numbered(len(self.entries))

    def is_reversed(self, number: int) -> bool:
        """Whether an entry was reversed."""
        return bool(self.reversals >> number & 1)


def expire(ledger: Ledger, at_s: int, *, carries: bool = True) -> Ledger:
    """Take away what is left of lots that are over by then, each at its own instant where that is not past.

    What is held stays held; where it is given back later, it has expired.

    Args:
        carries: Whether what a lot is carried over for goes on as another lot; what only comes back does not.
    """
    _in_order(ledger, at_s)
    while ledger.lots and ledger.lots[0].is_over(at_s):
        lot = ledger.lots[0]
        path, end_s = available(lot.number), lot.expires_s
        assert end_s is not None, "a lot that is over has an end"
        end_s, left = max(end_s, ledger.last_s), ledger.balances[path]
        kept = min(left, lot.carried.most) if lot.carried is not None and carries else 0
        if lot.carried is not None and kept:
            number = len(ledger.entries) + 1
            on, new = (Transfer(path, available(number), kept),), Lot(number, end_s, lot.carried.expires_s)
            ledger = written(ledger, "carry", end_s, on, of=lot.number, lot=new)
        if left > kept:
            gone = (Transfer(path, EXPIRED, left - kept),)
            ledger = written(ledger, "expire", end_s, gone, of=lot.number)
    return ledger


def _in_order(ledger: Ledger, at_s: int) -> None:
    if type(at_s) is not int:
        raise LedgerError(f"{quoted(at_s)} is no instant: give whole seconds since 1970 UTC")
    if at_s < ledger.last_s:
        raise LedgerError(f"instant {at_s} lies before {ledger.last_s}, when the last entry was written")


def written(
    ledger: Ledger,
    kind: EntryKind,
    at_s: int,
    transfers: tuple[Transfer, ...],
    *,
    of: int | None = None,
    lot: Lot | None = None,
    cause: object = None,
    holds: dict[int, Hold] | None = None,
) -> Ledger:
    """The ledger with one more entry: the only place where a balance ever changes.

    Where less is overdrawn after it than lots have paid of that, the rest goes back to them in the same entry.
    """
    if "repaid" in ledger.totals and any(each.target == OVERDRAWN for each in transfers):
        transfers = (*transfers, *_given_back(ledger, transfers, at_s))
    entry = Entry(len(ledger.entries) + 1, at_s, kind, transfers, of, lot, cause)
    entries, lots, totals = ledger.entries.adding(entry), ledger.lots, ledger.totals
    balances = ledger.balances
    if transfers:
        balances, totals = dict(balances), dict(totals)
    for source, target, amount in transfers:
        for path, change in ((source, -amount), (target, amount)):
            balance = balances.get(path, 0) + change
            assert balance >= 0 or path in DEBTORS, path
            if balance:
                balances[path] = balance
            else:
                balances.pop(path, None)
            family = path.partition(":")[0]
            totals[family] = totals.get(family, 0) + change
    for path in dict.fromkeys(path for each in transfers for path in each[:2]):
        touched = lot_of(path) if (path in balances) != (path in ledger.balances) else None
        if touched is not None:
            lots = _with(lots, entries.numbered(touched).lot, path in balances)
    undone = ledger.reversals | (1 << of if kind == "reversal" and of is not None else 0)
    holds = ledger.holds if holds is None else FrozenDict(holds)
    return Ledger(entries, FrozenDict(balances), lots, holds, undone, at_s, FrozenDict(totals))


def _given_back(ledger: Ledger, transfers: tuple[Transfer, ...], at_s: int) -> Iterator[Transfer]:
    """What lots have paid of something that is no longer overdrawn: to each its own, the last to pay first."""
    rest = sum(amount for _, target, amount in transfers if target == OVERDRAWN) - ledger.overdrawn
    payers = (int(path.partition(":")[2]) for path in ledger.balances if path.startswith("repaid:"))
    for number in sorted(payers, reverse=True):
        lot, path = ledger.entries.numbered(number).lot, repaid(number)
        assert lot is not None, "what was repaid came of a lot"
        if rest > 0:
            back = min(rest, ledger.balances[path])
            rest -= back
            yield Transfer(path, EXPIRED if lot.is_over(at_s) else available(number), back)


def _with(lots: tuple[Lot, ...], lot: Lot | None, is_open: bool) -> tuple[Lot, ...]:
    """The open lots with or without one of them."""
    assert lot is not None, "what is available is of a lot"
    place = bisect_left(lots, burn_order(lot), key=burn_order)
    return (*lots[:place], lot, *lots[place:]) if is_open else (*lots[:place], *lots[place + 1 :])
