"""Carried: how a customer's accounts stood after the charges of tickets that left, with every entry they had.

It takes the place of those tickets' records, which were the ground of it: whatever is decided anew begins with it. So
it is no cache, and is sealed as a row of the journal is. It knows people by their tokens, as the journal does.

Source: DESIGN section 10; decision 0063.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from upheld.core.billing.accounts import Accounts, Book
from upheld.core.billing.entry import Entries, Entry
from upheld.core.billing.state import Cause
from upheld.core.errors import DeskError
from upheld.core.frozen import FrozenDict
from upheld.core.nearest import quoted
from upheld.desk.people.names import SIGN
from upheld.desk.standing.plain_text import accounts_of, text_of_accounts
from upheld.desk.storage.tables import CARRIED, PEOPLE

SEAL: Final = 16
"""Bytes of a seal."""


def carried_of(rows: Connection, customer: str) -> Accounts | None:
    """What is carried of a customer, people by their names; ``None`` where nothing is."""
    text = rows.scalar(select(CARRIED.c.accounts).where(CARRIED.c.customer == customer))
    return None if text is None else _read(rows, customer, text)


def all_carried(rows: Connection, *, people: bool = True) -> Iterator[Accounts]:
    """What is carried of every customer, in order. Args: people: by their names, else by their tokens."""
    for row in rows.execute(select(CARRIED).order_by(CARRIED.c.customer)).all():
        yield _read(rows, row.customer, row.accounts, people=people)


def carry(rows: Connection, accounts: Accounts) -> None:
    """Carry accounts from now on, in the place of what was carried of the customer before."""
    text = text_of_accounts(_acted(accounts, _tokens(rows, accounts)))
    rows.execute(delete(CARRIED).where(CARRIED.c.customer == accounts.customer))
    row = {"customer": accounts.customer, "accounts": text, "seal": _sealed(accounts.customer, text)}
    rows.execute(insert(CARRIED).values(**row))


def changed(rows: Connection) -> Iterator[str]:
    """The customers of whom what is carried is not as it was written."""
    for row in rows.execute(select(CARRIED).order_by(CARRIED.c.customer)).all():
        if _sealed(row.customer, row.accounts) != bytes(row.seal) or accounts_of(row.accounts) is None:
            yield row.customer


def naming(rows: Connection, token: str) -> list[str]:
    """The customers of whom something is carried that names whoever a token stands for."""
    named = CARRIED.c.accounts.contains(token, autoescape=True)
    return [*rows.scalars(select(CARRIED.c.customer).where(named).order_by(CARRIED.c.customer))]


def _sealed(customer: str, text: str) -> bytes:
    return sha256(f"{customer}\n{text}".encode()).digest()[:SEAL]


def _read(rows: Connection, customer: str, text: str, *, people: bool = True) -> Accounts:
    accounts = accounts_of(text)
    if accounts is None or accounts.customer != customer:
        raise DeskError(f"what is carried of customer {quoted(customer)} is not as it was written: `verify` tells more")
    return _acted(accounts, _names(rows, accounts)) if people else accounts


def _actors(accounts: Accounts) -> set[str]:
    causes = (entry.cause for book in accounts.books.values() for entry in book.ledger.entries)
    return {cause.actor for cause in causes if isinstance(cause, Cause)}


def _tokens(rows: Connection, accounts: Accounts) -> Callable[[str], str]:
    asked = select(PEOPLE.c.person, PEOPLE.c.token).where(PEOPLE.c.person.in_(sorted(_actors(accounts))))
    known = {row.person: row.token for row in rows.execute(asked)}
    return lambda actor: known.get(actor, actor)  # else it is a role, or was forgotten


def _names(rows: Connection, accounts: Accounts) -> Callable[[str], str]:
    tokens = sorted(each for each in _actors(accounts) if each.startswith(SIGN))
    known = {row.token: row.person for row in rows.execute(select(PEOPLE).where(PEOPLE.c.token.in_(tokens)))}
    return lambda actor: known.get(actor, actor)


def _acted(accounts: Accounts, called: Callable[[str], str]) -> Accounts:
    """The same accounts, with other names of who acted."""

    def acted(entry: Entry) -> Entry:
        cause = entry.cause
        if not isinstance(cause, Cause) or called(cause.actor) == cause.actor:
            return entry
        return entry._replace(cause=cause._replace(actor=called(cause.actor)))

    def kept(book: Book) -> Book:
        return book._replace(ledger=replace(book.ledger, entries=Entries.of(map(acted, book.ledger.entries))))

    return Accounts(accounts.customer, FrozenDict({name: kept(book) for name, book in accounts.books.items()}))
