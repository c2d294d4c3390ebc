"""Accounts and charges: what is billed, and from which balance.

Amounts are integers in an account's minor unit: minutes, or centimes.
Source: DESIGN section 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, get_args

from upheld.core.condition.condition import Condition
from upheld.core.policy.currency import CURRENCIES, money
from upheld.core.policy.money import Cap, ParameterAmount
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.policy.wording import Wording
from upheld.core.time.duration import Duration

Overdraft = Literal["refuse", "warn", "allow"]
OVERDRAFTS: Final[tuple[Overdraft, ...]] = get_args(Overdraft)
Scope = Literal["entry", "ticket", "day"]
Rounding = Literal["up", "down", "nearest"]
ChargeKind = Literal["debit", "hold", "waive", "settle", "release", "reverse"]

LEAST_AMOUNT: Final = 1
LARGEST_AMOUNT: Final = 10**15
"""Of what is put on an account or taken from it at one time, in minor units."""

FixedAmount = int | Duration
"""Minor units, or a time on an account that counts time."""


def is_one(number: int, language: str) -> bool:
    """Whether a language takes a number for one thing: in French nothing is one too.

    Source: Unicode CLDR, plural rules; languages that are not written here count as English does.
    """
    return abs(number) < 2 if language == "fr" else abs(number) == 1


@dataclass(frozen=True, slots=True)
class NamedAmount:
    """An amount that a name holds, such as ``event.minutes``."""

    name: str


@dataclass(frozen=True, slots=True)
class WorkedAmount:
    """The time between two instants that names hold: from when until when work was done."""

    since: str
    until: str


Effort = NamedAmount | ParameterAmount | WorkedAmount
"""Work that somebody recorded, or a table that stands for it: on one event it is billed once."""

Amount = FixedAmount | Effort


@dataclass(frozen=True, slots=True)
class Overage:
    """Another account, from which is taken what a balance lacks, by a factor of its own."""

    account: str
    factor: Fraction


MARKS: Final = (("en", "."), ("fr", ","))
"""The decimal mark of each language of the engine's own messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Item):
    """A balance that each customer has.

    Attributes:
        unit: ``min``, a currency code, or what one of the things is called that it counts.
        counts: What one and what several of them are called; ``None`` for time and money.
        owed: It holds what the vendor owes the customer, and not what the customer may use.
        limit: How far it may be overdrawn; ``None`` for without end.
        repays: Whether the next grant pays what is overdrawn.
        overage: Where what the balance lacks is charged; then it is never overdrawn.
        low_balance: Going below it gives a notice.
        expiry_notice: How long before a lot's expiry a notice is given.
        cap: The most that all remedies together may book on it.
    """

    unit: str
    overdraft: Overdraft
    counts: tuple[Wording, Wording] | None = None
    limit: FixedAmount | None = None
    repays: bool = False
    overage: Overage | None = None
    low_balance: FixedAmount | None = None
    expiry_notice: Duration | None = None
    owed: bool = False
    cap: Cap | None = None

    def told(self, amount: int) -> Wording:
        """An amount of it, by language: money, or a number with the unit."""
        if self.unit in CURRENCIES:
            told = {language: f"{money(amount, self.unit, mark)} {self.unit}" for language, mark in MARKS}
        else:
            told = {language: f"{amount} {text}" for language, text in self.counted(amount).texts}
        return Wording(tuple(told.items()))

    def counted(self, number: int) -> Wording:
        """The unit after a number, by language: `incident` or `incidents`."""
        if self.counts is None:
            return Wording.of(self.unit, "en")
        one, several = self.counts
        return Wording(
            tuple(
                (language, (one if is_one(number, language) else several).text(language)) for language in one.languages
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitCase(Grounds):
    """By which factor work counts that lies in opening time of a calendar; with ``""``, all the rest of it."""

    calendar: str
    factor: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(Grounds):
    """How much, from which account.

    The order is fixed: sum over ``scope``, ``factor``, ``first_block``, rounding to ``step``, ``minimum``, ``cap``.
    Work with an interval is cut by ``split`` before all of that; the first case that fits a part of it wins.
    """

    account: str
    amount: Amount | None
    factor: Fraction = Fraction(1)
    first_block: FixedAmount | None = None
    step: FixedAmount | None = None
    rounding: Rounding = "up"
    scope: Scope = "entry"
    minimum: FixedAmount | None = None
    cap: FixedAmount | None = None
    category: str = ""
    split: tuple[SplitCase, ...] = ()

    @property
    def effort(self) -> Effort | None:
        """What no other charge bills once this one has; ``None`` for a fee, which is owed for itself."""
        return self.amount if isinstance(self.amount, (NamedAmount, ParameterAmount, WorkedAmount)) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Item):
    """What is billed on an event: by a rating (debit, hold, waive), by ending holds (settle, release), or taken back.

    Attributes:
        ends: The charges whose holds it ends.
        reverses: The charges of which it takes the last work back.
    """

    on: tuple[str, ...]
    kind: ChargeKind
    rating: Rating | None = None
    ends: tuple[str, ...] = ()
    reverses: tuple[str, ...] = ()
    when: Condition | None = None
