"""Statements: an account in a period, line by line, from its opening to its closing balance.

The balance is what is available or held, less what is overdrawn. A line is an entry of the
ledger: what it changed, for which ticket and work, by which rule and clause, and from which
lots. So opening + in - out = closing, and what one period closes with the next one opens.

    >>> from upheld.core.billing.booking import debit, grant
    >>> ledger = debit(grant(Ledger(), 600, at_s=0), 45, "support", at_s=3600)
    >>> period = statement("acme", "flex", "min", ledger, 0, 86_400)
    >>> period.opening, period.into, period.out, period.closing
    (0, 600, 45, 555)
    >>> [(line.kind, line.change, line.balance, line.lots) for line in period.lines]
    [('grant', 600, 600, (1,)), ('debit', -45, 555, (1,))]

Source: DESIGN section 9, "A statement per account and period"; THREATS L15, F16.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise, takewhile
from typing import Final, Literal

from upheld.core.billing.entry import Entry, EntryKind, Transfer, lot_of
from upheld.core.billing.ledger import Ledger
from upheld.core.billing.state import Cause, Lacking
from upheld.core.billing.worked_time import Piece
from upheld.core.time.instant import text_of

OWNED: Final = frozenset({"available", "held", "overdrawn", "repaid"})
"""The families of accounts that make up a balance; what is overdrawn is below zero there."""
LAPSES: Final = frozenset({"expire", "carry"})
"""The kinds of entry that the end of a period brings: they are of the period that ends, not of the one that begins."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry.

    Attributes:
        number: Its number in the ledger.
        at_s: When it was written; ``worked_s`` when the work was recorded, where that was earlier.
        kind: What was done.
        of: The entry reversed, the hold ended or the lot expired.
        ticket, event, actor, rule: What caused it; ``""`` for grants and expiries.
        raw: The work as it was recorded.
        billed: What was billed; below zero where a reversal takes it back.
        held: What was set aside by it, or below zero given free.
        repaid: What a grant paid of what was overdrawn; below zero where that came back to it.
        carried: What goes on of a lot that is over.
        change: What it does to the balance.
        balance: What the balance is after it.
        lots: The lots that it touched, in order.
        pieces: Those of worked time.
        lacking: What another account lacked, where this one pays for it.
        period: That of a remedy, or of the breach it answers.
        breaches, share: What fell short in that period: how many breaches there were, or the share reached, `99.5%`.
    """

    number: int
    at_s: int
    worked_s: int
    kind: EntryKind | Literal["remedy"]
    of: int | None
    ticket: str
    event: str
    actor: str
    rule: str
    raw: int
    billed: int
    held: int
    repaid: int
    carried: int
    change: int
    balance: int
    lots: tuple[int, ...]
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...]
    pieces: tuple[Piece, ...] = ()
    lacking: Lacking | None = None
    period: str = ""
    breaches: int = 0
    share: str = ""

    def as_document(self) -> dict[str, object]:
        """The line for JSON; instants are UTC."""
        row: dict[str, object] = {"number": self.number, "at": text_of(self.at_s), "worked_at": text_of(self.worked_s)}
        row |= {"kind": self.kind, "of": self.of}
        row |= {name: getattr(self, name) or None for name in ("ticket", "event", "actor", "rule")}
        row |= {
            name: getattr(self, name) for name in ("raw", "billed", "held", "repaid", "carried", "change", "balance")
        }
        row |= {name: getattr(self, name) for name in ("period", "breaches", "share") if getattr(self, name)}
        row |= {name: list(getattr(self, name)) for name in ("lots", "clauses", "assumptions")}
        row |= {"pieces": [piece.as_document() for piece in self.pieces]} if self.pieces else {}
        return row | ({"lacking": self.lacking._asdict()} if self.lacking else {})


@dataclass(frozen=True, slots=True)
class Statement:
    """An account of a customer in a period, half-open.

    Attributes:
        opening, closing: The balance before and after it.
        from_first, to_last: Whether it begins with the account's first entry, and ends with what is known so far,
            instead of where somebody asked for.
        into, out: What its lines add and take, neither below zero.
        lines: In order.
        owed: The account holds what the vendor owes the customer.
    """

    customer: str
    account: str
    unit: str
    from_s: int
    until_s: int
    opening: int
    lines: tuple[StatementLine, ...]
    from_first: bool = False
    to_last: bool = False
    owed: bool = False

    @property
    def into(self) -> int:
        """What was added."""
        return sum(line.change for line in self.lines if line.change > 0)

    @property
    def out(self) -> int:
        """What was taken."""
        return -sum(line.change for line in self.lines if line.change < 0)

    @property
    def closing(self) -> int:
        """The balance after the last line."""
        return self.lines[-1].balance if self.lines else self.opening

    def cut(self, edges_s: Iterable[int]) -> tuple[Statement, ...]:
        """The same as several statements, one after another, each opening with what the one before closed with.

        Args:
            edges_s: Where one ends and the next begins, in order; those outside of the period cut nothing.
        """
        edges = [self.from_s, *(edge for edge in edges_s if self.from_s < edge < self.until_s), self.until_s]
        found: list[Statement] = []
        rest = list(self.lines)
        for from_s, until_s in pairwise(edges):
            opening = found[-1].closing if found else self.opening
            lines = tuple(takewhile(partial(_is_of, end_s=until_s), rest))
            del rest[: len(lines)]
            first, last = self.from_first and not found, self.to_last and until_s == self.until_s
            part = replace(self, from_s=from_s, until_s=until_s, opening=opening, lines=lines)
            found.append(replace(part, from_first=first, to_last=last))
        return tuple(found)

    def as_document(self) -> dict[str, object]:
        """The statement for JSON."""
        row: dict[str, object] = {"customer": self.customer, "account": self.account, "unit": self.unit}
        row |= {"owed_to_customer": True} if self.owed else {}
        row |= {"from": text_of(self.from_s), "until": text_of(self.until_s)}
        row |= {"opening": self.opening, "in": self.into, "out": self.out, "closing": self.closing}
        return row | {"lines": [line.as_document() for line in self.lines]}


def statement(customer: str, account: str, unit: str, ledger: Ledger, from_s: int, until_s: int) -> Statement:
    """The statement of a ledger from an instant to another, which is not included.

    The ledger should have been brought to the end of the period, so that what expires in it is shown.
    """
    end = ended_by(ledger, until_s)
    first = min(ended_by(ledger, from_s), end)
    later = sum(_moved(entry.transfers, OWNED) for entry in ledger.entries.since(first))
    opening = balance = ledger.available + ledger.held - ledger.overdrawn - later
    lines = []
    for entry in islice(ledger.entries.since(first), end - first):
        balance += _moved(entry.transfers, OWNED)
        lines.append(_line(entry, balance))
    return Statement(customer, account, unit, from_s, until_s, opening, tuple(lines))


def ended_by(ledger: Ledger, edge_s: int) -> int:
    """How many entries belong to what ends at an instant: what lapses just then is of it."""
    number = ledger.entries.before(edge_s)
    return number + sum(1 for _ in takewhile(partial(_is_of, end_s=edge_s), ledger.entries.since(number)))


def _is_of(written: Entry | StatementLine, end_s: int) -> bool:
    """Whether something belongs to what ends at an instant."""
    return written.at_s < end_s or (written.at_s == end_s and written.kind in LAPSES)


def _line(entry: Entry, balance: int) -> StatementLine:
    told = entry.cause if isinstance(entry.cause, Cause) else None
    paths = (path for each in entry.transfers for path in each[:2])
    lots = dict.fromkeys(lot for path in paths if (lot := lot_of(path)) is not None)
    return StatementLine(
        entry.number,
        entry.at_s,
        entry.at_s if told is None else told.at_s,
        entry.kind,
        entry.of,
        "" if told is None else told.ticket,
        "" if told is None else told.event,
        "" if told is None else told.actor,
        "" if told is None else told.rule,
        0 if told is None else told.raw,
        _moved(entry.transfers, frozenset({"consumed"})),
        _moved(entry.transfers, frozenset({"held"})),
        _moved(entry.transfers, frozenset({"repaid"})),
        sum(each.amount for each in entry.transfers) if entry.kind == "carry" else 0,
        _moved(entry.transfers, OWNED),
        balance,
        tuple(lots),
        () if told is None else told.clauses,
        () if told is None else told.assumptions,
        () if told is None else told.pieces,
        None if told is None else told.lacking,
    )


def _moved(transfers: tuple[Transfer, ...], families: frozenset[str]) -> int:
    """What transfers do to some families of accounts together."""
    change = 0
    for source, target, amount in transfers:
        change += amount * ((target.partition(":")[0] in families) - (source.partition(":")[0] in families))
    return change
