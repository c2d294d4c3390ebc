"""What charging remembers of one ticket between two events, and what it tells of one.

Source: DESIGN section 6, "Charge kinds"; section 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.rating import Tally
from upheld.core.billing.worked_time import Piece
from upheld.core.policy.charge import Account, Charge
from upheld.core.series import Series
from upheld.core.time.instant import text_of

RowKind = Literal["hold", "release", "debit", "waive", "reversal"]


class OpenHold(NamedTuple):
    """Something set aside for a ticket: by which of the policy's charges, on which account, as which entry."""

    charge: int
    account: str
    number: int


class ScopeKey(NamedTuple):
    """What is rated together on a ticket: all of one charge, or all of a day (its ordinal)."""

    charge: int
    day: int | None


class Lacking(NamedTuple):
    """What the balance of another account lacked, and what this one pays for it."""

    account: str
    amount: int


class Booked(NamedTuple):
    """An entry: of which account, its number in the ledger, and the amount."""

    account: str
    number: int
    amount: int


class Billed(NamedTuple):
    """Work that a charge billed and that may be taken back.

    Attributes:
        charge: By its place in the policy.
        booked: The entries, one for each account that paid.
        key: What it was summed with; ``None`` for what stands by itself.
        raw, recorded: The work, as it is summed and as it was recorded.
        amount: What it cost on top of what was charged before.
        below: The number of the work of the same charge that is the last one once this is taken back; 0 for none.
    """

    charge: int
    booked: tuple[Booked, ...]
    key: ScopeKey | None
    raw: int
    recorded: int
    amount: int
    below: int


class ChargeState(NamedTuple):
    """Everything charging remembers of one ticket.

    Attributes:
        tallies: What came together in each scope that may still go on.
        holds: Those that are open.
        billed: The work that some charge may take back, or has.
        tops: By charge, the number in ``billed`` of its last work that was not taken back.
    """

    tallies: tuple[tuple[ScopeKey, Tally], ...] = ()
    holds: tuple[OpenHold, ...] = ()
    billed: Series[Billed] = Series()
    tops: tuple[tuple[int, int], ...] = ()


class Cause(NamedTuple):
    """Why an entry was written; a ledger keeps it for the statement.

    Attributes:
        ticket: Whose work it was; ``""`` for a grant.
        at_s: When the work was recorded; the entry may be later, where a ledger had gone on.
        event, actor: What was recorded, and by whom: the actor's id, or the role.
        rule: The policy's charge.
        raw: The work, as it was recorded; below zero where it is taken back.
        amount: What it cost, alike.
        clauses, assumptions: What that rests on.
        pieces: Those of worked time.
        lacking: What another account lacked, where this one pays for it.
    """

    ticket: str
    at_s: int
    event: str
    actor: str
    rule: str
    raw: int
    amount: int
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...]
    pieces: tuple[Piece, ...] = ()
    lacking: Lacking | None = None


class ChargeRow(NamedTuple):
    """One line of what an event costs.

    Attributes:
        at_s: When the event was recorded.
        rule: The policy's charge; of a hold that ends, the one that ends it.
        kind: A settled hold is told as a debit of what was billed, and as a release of all that was set aside.
        amount: In the account's minor unit.
        raw: The work behind it, as it was recorded; below zero where it is taken back.
        overdrawn: How much of the amount no lot covered.
        category: The heading under which it was billed.
        pieces: Those of worked time.
        lacking: What another account lacked, where this one pays for it.
    """

    at_s: int
    rule: str
    account: str
    unit: str
    kind: RowKind
    amount: int
    raw: int
    overdrawn: int
    category: str
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...]
    pieces: tuple[Piece, ...] = ()
    lacking: Lacking | None = None

    def as_document(self, seq: int | None) -> dict[str, object]:
        """The row as a verdict shows it; of worked time with its pieces, of an overage with what was lacking."""
        row: dict[str, object] = {
            "seq": seq,
            "at": text_of(self.at_s),
            "rule": self.rule,
            "account": self.account,
            "unit": self.unit,
            "kind": self.kind,
            "amount": self.amount,
            "category": self.category,
            "clauses": list(self.clauses),
            "assumptions": list(self.assumptions),
        }
        row |= {"pieces": [piece.as_document() for piece in self.pieces]} if self.pieces else {}
        return row | ({"lacking": self.lacking._asdict()} if self.lacking else {})


class Notice(NamedTuple):
    """Something that a customer and the vendor should know of an account.

    Attributes:
        kind: ``low-balance``: it went below what the policy names; ``expiry``: a lot ends soon.
        amount: What is available, or left of the lot.
        lot: The lot that ends, and ``expires_s`` when.
    """

    at_s: int
    kind: Literal["low-balance", "expiry"]
    account: Account
    amount: int
    lot: int | None = None
    expires_s: int | None = None


class Overdrawing(NamedTuple):
    """A charge went beyond what was there, which the account allows with a warning."""

    charge: Charge
    account: Account
    amount: int


class PassedOver(NamedTuple):
    """A charge that held and did not bill, since another one before it billed the same."""

    charge: Charge
    by: Charge


class Shortage(NamedTuple):
    """Why the whole event is refused.

    Attributes:
        code: ``insufficient-balance``: the account holds too little; ``invalid-data``: the amount is none.
        wanted: The amount.
        there: What the account could have given.
    """

    code: Literal["insufficient-balance", "invalid-data"]
    charge: Charge
    account: Account
    wanted: object
    there: int = 0


NOT_TOLD: Final[Mapping[str, int]] = {}


class Charged(NamedTuple):
    """What an event did: the ticket's state and the customer's accounts after it, and what there is to tell.

    Where ``refusal`` is given nothing was done: state and accounts are those from before. ``done_s`` is when work
    began that a charge looked at, by the charge's id, where somebody told it.
    """

    state: ChargeState
    accounts: Accounts
    rows: tuple[ChargeRow, ...] = ()
    notices: tuple[Notice, ...] = ()
    overdrawn: tuple[Overdrawing, ...] = ()
    billed: tuple[Charge, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    refusal: Shortage | None = None
    done_s: Mapping[str, int] = NOT_TOLD
