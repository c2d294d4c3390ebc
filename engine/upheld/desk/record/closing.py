"""Closing: up to when statements are out, so that what stands on them is not charged otherwise any more.

Accounts are decided anew where a record comes late to its place, or a ticket goes on under another policy; what a
customer was told once and for all stays. It is for a reversal, which stands on the next statement.

Source: DESIGN section 10, "Late records"; THREATS L15, L16.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Connection

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.charging import Charging
from upheld.core.billing.entry import Entry
from upheld.core.billing.state import Cause
from upheld.core.billing.statement import ended_by
from upheld.core.errors import ArgumentError, ClosedStatement
from upheld.core.nearest import quoted
from upheld.core.time.instant import text_of
from upheld.desk.record.adoption import CLOSE, changed, closed_s


def close(rows: Connection, until_s: int) -> None:
    """Close statements up to an instant. Raises: ArgumentError for one before what is closed already."""
    before_s = closed_s(rows)
    if before_s is not None and until_s < before_s:
        raise ArgumentError(f"statements are closed up to {text_of(before_s)} already: none is opened again")
    if until_s != before_s:
        changed(rows, CLOSE, {"until_s": until_s})


def keep_closed(before: Accounts | None, after: Accounts, edge_s: int) -> None:
    """Raises: ClosedStatement where a charge was written that belongs on a statement which is closed."""
    for name, book in after.books.items():
        known = 0 if before is None or name not in before.books else len(before.books[name].ledger.entries)
        for entry in book.ledger.entries.since(known):
            if entry.at_s < edge_s and isinstance(entry.cause, Cause):
                where = f"a statement of customer {quoted(after.customer)} that is closed up to {text_of(edge_s)}"
                raise ClosedStatement(
                    f"a charge of {text_of(entry.at_s)} belongs on {where}: send it with a later instant"
                )


def is_reopened(charging: Charging, before: Accounts | None, after: Accounts | None, edge_s: int) -> bool:
    """Whether accounts that were decided anew say something else on a statement that is closed."""
    return [*closed_entries(charging, before, edge_s)] != [*closed_entries(charging, after, edge_s)]


def closed_entries(charging: Charging, accounts: Accounts | None, edge_s: int) -> Iterator[tuple[str, Entry]]:
    """What stands on statements that are closed up to an instant, account by account."""
    if accounts is None:
        return
    for name, book in sorted(charging.pass_time(accounts, edge_s)[0].books.items()):
        for entry in islice(book.ledger.entries, ended_by(book.ledger, edge_s)):
            yield name, entry
