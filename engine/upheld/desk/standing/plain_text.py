"""Plain text: how tickets and accounts stand, as JSON that says its version, and the values that such texts are.

They are a cache of the journal: a text of another version is no reason to stop, it is decided anew. They are never
pickled: what a row holds is plain JSON, read by the types of the core.

    >>> from upheld.core.record.ticket import Standing
    >>> standing = Standing("T-1", "sha256:0", "acme", "phone", "open", "open", 0, 60, 0, None, 1, {"severity": "1"})
    >>> standing_of(text_of_standing(standing)) == standing
    True

Source: DESIGN section 10, "Standings are stored as JSON with a version, never pickled".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from hashlib import sha256
from typing import Any, Final, NamedTuple

from upheld.core.billing.accounts import Accounts, Book, Due
from upheld.core.billing.entry import Entries, Entry, Lot
from upheld.core.billing.ledger import Hold, Ledger
from upheld.core.frozen import FrozenDict
from upheld.core.record.ticket import Standing
from upheld.core.replay.logs import listed, maker

VERSION: Final = 1
"""Of both texts: one more whenever what the core remembers of a ticket or an account changes its form."""

_written: Final = json.JSONEncoder(default=listed, separators=(",", ":")).encode
_standing: Final = maker(Standing)
_entry: Final = maker(Entry)
_lots: Final = maker(tuple[Lot, ...])
_holds: Final = maker(dict[int, Hold])
_taken: Final = maker(tuple[Due, ...])


def text_of_standing(standing: Standing) -> str:
    """A ticket's standing as text."""
    return _text({"version": VERSION, "ticket": standing})


def standing_of(text: str) -> Standing | None:
    """The standing of a text; ``None`` for one of another version."""
    read = json.loads(text)
    if read.get("version") != VERSION:
        return None
    assert _standing is not None, "a standing is more than what was read"
    standing: Standing = _standing(read["ticket"])
    return standing


class Written(NamedTuple):
    """A customer's accounts as they are kept.

    Attributes:
        text: Of the books, without their entries; it holds a digest of these, so that it tells all of it.
        digests: Of the entries so far, by account.
    """

    accounts: Accounts
    text: str
    digests: Mapping[str, str]


def written(before: Written | None, after: Accounts) -> tuple[Written, list[tuple[str, int, str]]]:
    """Accounts to be kept, and their new entries: account, number, text."""
    entries: list[tuple[str, int, str]] = []
    digests: dict[str, str] = {}
    for name, book in after.books.items():
        known, digest = 0, ""
        if before is not None and name in before.accounts.books:
            known, digest = len(before.accounts.books[name].ledger.entries), before.digests[name]
        if known < len(book.ledger.entries):
            for entry in book.ledger.entries.since(known):
                text = _text(entry)
                digest = following(digest, text)
                entries.append((name, entry.number, text))
        digests[name] = digest
    books = {name: _book(book, digests[name]) for name, book in after.books.items()}
    return Written(after, _text({"version": VERSION, "books": books}), digests), entries


def following(digest: str, entry: str) -> str:
    """The digest of entries, once there is one more."""
    return sha256(f"{digest}{entry}".encode()).hexdigest()


def written_of(
    customer: str, text: str, since: Callable[[str, int], Iterable[str]], before: Written | None = None
) -> Written | None:
    """The accounts of such a text.

    Args:
        since: Gives the entries of an account after a number.
        before: The same accounts as they were known before: no more is asked for and read than was written since.

    Returns: ``None`` for a text of another version, and for entries that are not those it was written with.
    """
    read = json.loads(text)
    if read.get("version") != VERSION:
        return None
    digests: dict[str, str] = {}
    books: dict[str, Book] = {}
    for name, book in read["books"].items():
        entries, digest = Entries(), ""
        if before is not None and name in before.accounts.books:
            entries, digest = before.accounts.books[name].ledger.entries, before.digests[name]
        if digest != book["entries"]:
            added = [*since(name, len(entries))]
            digest = reduce(following, added, digest)
            if digest != book["entries"]:
                return None
            entries = _with(entries, added)
        digests[name], books[name] = digest, _book_of(book, entries)
    return Written(Accounts(customer, FrozenDict(books)), text, digests)


def text_of_accounts(accounts: Accounts) -> str:
    """Accounts with all their entries as text."""
    kept, entries = written(None, accounts)
    parts: dict[str, list[str]] = {name: [] for name in accounts.books}
    for name, _, entry in entries:
        parts[name].append(entry)
    return _text({"customer": accounts.customer, "books": kept.text, "entries": parts})


def accounts_of(text: str) -> Accounts | None:
    """The accounts of such a text; ``None`` for one of another version, and for what is none."""
    try:
        read = json.loads(text)
        entries = read["entries"]
        found = written_of(read["customer"], read["books"], lambda name, number: entries[name][number:])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None
    return None if found is None else found.accounts


def _with(entries: Entries, added: Iterable[str]) -> Entries:
    assert _entry is not None, "an entry is more than what was read"
    more = (_entry(json.loads(each)) for each in added)
    if not entries:
        return Entries.of(more)
    for each in more:
        entries = entries.adding(each)
    return entries


def _book(book: Book, digest: str) -> dict[str, object]:
    ledger = book.ledger
    return {
        "unit": book.unit,
        "entries": digest,
        "balances": ledger.balances,
        "lots": ledger.lots,
        "holds": ledger.holds,
        "reversals": f"{ledger.reversals:x}",
        "last_s": ledger.last_s,
        "totals": ledger.totals,
        "taken": book.taken,
        "noticed": book.noticed,
    }


def _book_of(read: dict[str, Any], entries: Entries) -> Book:
    assert _lots is not None, "lots are more than what was read"
    assert _holds is not None, "and so are holds"
    assert _taken is not None, "and grants"
    ledger = Ledger(
        entries,
        read["balances"],
        _lots(read["lots"]),
        _holds(read["holds"]),
        int(read["reversals"], 16),
        read["last_s"],
        read["totals"],
    )
    noticed = tuple((end_s, number) for end_s, number in read["noticed"])
    return Book(read["unit"], ledger, _taken(read["taken"]), noticed)


def _text(value: object) -> str:
    return _written(value)
