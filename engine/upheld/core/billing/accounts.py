"""Accounts: what one customer has with the vendor, a ledger for each account of the policy.

Accounts are a value, like a ticket: charges give other ones. They outlive tickets and
versions of a policy; nothing but they ties a customer's tickets together.

    >>> accounts = Accounts("acme", {"flex": Book("min")})
    >>> accounts.balance("flex")
    Balance(account='flex', unit='min', available=0, held=0, overdrawn=0, consumed=0, expired=0, waived=0)
    >>> accounts.balance("flexi")
    Traceback (most recent call last):
        ...
    upheld.core.errors.LedgerError: customer `acme` has no account `flexi`: did you mean `flex`?

Source: DESIGN section 8; section 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from upheld.core.billing.entry import Carried
from upheld.core.billing.ledger import Ledger
from upheld.core.errors import LedgerError
from upheld.core.frozen import FrozenDict, freeze
from upheld.core.nearest import listed, nearest, quoted

EMPTY: Final = Ledger()
NO_END: Final = 2**62
"""After every instant: when what never ends is over."""


class Due(NamedTuple):
    """A grant of a contracts file, as instants; in the order in which grants are made.

    Attributes:
        at_s: When it is made.
        no_end: Whether it never expires.
        expires_s: Else its end: the first instant at which it may no longer be used.
        amount: In the account's minor unit.
        kept: How much of it goes on at its end, until before ``kept_until_s``.
    """

    at_s: int
    no_end: bool
    expires_s: int
    amount: int
    kept: int = 0
    kept_until_s: int = 0

    @property
    def carried(self) -> Carried | None:
        """What goes on at its end."""
        end_s = None if self.kept_until_s == NO_END else self.kept_until_s
        return Carried(self.kept, end_s) if self.kept else None


class Book(NamedTuple):
    """One account of a customer.

    Attributes:
        unit: What it counts in.
        taken: The contracts file's grants that are in it.
        noticed: The lots whose coming end was told and is still to come: their ends and numbers, in order.
    """

    unit: str
    ledger: Ledger = EMPTY
    taken: tuple[Due, ...] = ()
    noticed: tuple[tuple[int, int], ...] = ()


class Balance(NamedTuple):
    """How an account stands, in its minor unit; none is below zero."""

    account: str
    unit: str
    available: int
    held: int
    overdrawn: int
    consumed: int
    expired: int
    waived: int


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one customer; they cannot be changed, are equal by value, and may be pickled.

    Attributes:
        customer: Whose they are; ``""`` for tickets of nobody in particular.
        books: By account, in the policy's order; a charge makes a new mapping.

    Raises: LedgerError for what is no customer's id, and for books that are none.
    """

    customer: str
    books: Mapping[str, Book] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not isinstance(self.customer, str):
            raise LedgerError(f"{quoted(self.customer)} is no customer: accounts are of a customer's id, a text")
        if self.books.__class__ is FrozenDict:  # those of other accounts, or of the engine
            return
        object.__setattr__(self, "customer", str.__str__(self.customer))
        if not isinstance(self.books, Mapping) or not all(_is_book(book) for book in self.books.values()):
            raise LedgerError("the books of accounts are a mapping of accounts to `Book(unit, ledger)`")
        freeze(self, "books")

    def ledger(self, account: str) -> Ledger:
        """The ledger of an account. Raises: LedgerError where there is no such account."""
        return self._book(account).ledger

    def balance(self, account: str) -> Balance:
        """How an account stands. Raises: LedgerError where there is no such account."""
        book = self._book(account)
        ledger = book.ledger
        used = (ledger.available, ledger.held, ledger.overdrawn, ledger.consumed, ledger.expired, ledger.waived)
        return Balance(account, book.unit, *used)

    def balances(self) -> Iterator[Balance]:
        """How every account stands."""
        return map(self.balance, self.books)

    def having(self, account: str, book: Book) -> Accounts:
        """These, with one book replaced."""
        return Accounts(self.customer, FrozenDict({**self.books, account: book}))

    def correcting(self, account: str, ledger: Ledger) -> Accounts:
        """These, after a host wrote into a ledger by itself, such as a reversal.

        Raises: LedgerError where there is no such account, and where the ledger does not go on from the one here.
        """
        book = self._book(account)
        if not isinstance(ledger, Ledger):
            raise LedgerError(f"{quoted(ledger)} is no ledger")
        if not ledger.entries.goes_on_from(book.ledger.entries):
            raise LedgerError(f"the ledger given does not go on from that of account {quoted(account)}")
        return self.having(account, book._replace(ledger=ledger))

    def _book(self, account: str) -> Book:
        book = self.books.get(account) if isinstance(account, str) else None
        if book is None:
            near = nearest(account, self.books) if isinstance(account, str) else None
            hint = f"did you mean `{near}`?" if near else f"there are {listed(self.books) or 'none'}"
            raise LedgerError(f"customer {quoted(self.customer)} has no account {quoted(account)}: {hint}")
        return book


def _is_book(book: object) -> bool:
    return isinstance(book, Book) and isinstance(book.unit, str) and isinstance(book.ledger, Ledger)
