"""Carrying: which tickets that were charged may leave, and what they leave on their customers' accounts.

A customer's charges are one sequence over all tickets. What may leave is a first part of it, each ticket whole: then
the accounts after it are a ground on which all that stays is decided as before. So a ticket stays that was charged
after one that stays. And it stays until its charges are on statements that are closed, since what is not out yet may
have to be taken back, by a record that a ticket which left cannot have.

Source: DESIGN section 10; decision 0063.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.state import Cause
from upheld.core.decision.engine import Engine
from upheld.desk.record import journal
from upheld.desk.record.adoption import last_change
from upheld.desk.record.journal import MOVE, Kept
from upheld.desk.redecision.deciding import Redecided, Redecision, in_order
from upheld.desk.redecision.readings import Reader
from upheld.desk.storage.tables import JOURNAL, TICKETS

CHARGED, HELD_BACK = "charged", "held-back"


class Parting(NamedTuple):
    """What becomes of a customer's tickets that were charged.

    Attributes:
        leaving: Those that may leave, with their rows in the journal.
        stay: Why the others do.
        accounts: As they stand after the charges of those that leave; ``None`` where there were none at all.
        more: Whether others may leave too, and were too many.
    """

    leaving: dict[str, list[Kept]]
    stay: dict[str, str]
    accounts: Accounts | None = None
    more: bool = False


def part(rows: Connection, reader: Reader, customer: str, tickets: Sequence[str], most: int) -> Parting:
    """Which of a customer's tickets that are old enough may leave, at most so many."""
    asked = journal.EVERY.where(JOURNAL.c.customer == customer).order_by(JOURNAL.c.arrival)
    kept: dict[str, list[Kept]] = {}
    for row in map(journal.kept, rows.execute(asked)):
        kept.setdefault(row.ticket, []).append(row)
    charged = _charged(rows, reader, customer, kept)
    edge_s = reader.editions.closed_s(rows, last_change(rows))
    is_open = {row.ticket for row in charged if edge_s is None or row.at_s >= edge_s}
    stay = {ticket: CHARGED for ticket in tickets if ticket in is_open}
    may_leave = _first_part(charged, [ticket for ticket in tickets if ticket not in stay])
    leaving = may_leave if len(may_leave) <= most else _first_part(charged, may_leave[:most])
    made = Redecision(rows, reader.editions, reader.people)
    codes_hold = all(_code(each) == each.row.code for each in made.run(_rows(kept, leaving)))
    accounts = made.accounts_of(customer)
    is_out = accounts is None or (edge_s is not None and _last_charge_s(accounts) < edge_s)
    if leaving and not (codes_hold and is_out and _goes_on(rows, reader, customer, kept, leaving, accounts)):
        leaving = may_leave = []
    stay |= dict.fromkeys({*tickets} - {*may_leave} - stay.keys(), HELD_BACK)
    own = {ticket: kept[ticket] for ticket in leaving}
    return Parting(own, stay, accounts if leaving else None, len(leaving) < len(may_leave))


def _charged(rows: Connection, reader: Reader, customer: str, kept: Mapping[str, list[Kept]]) -> list[Kept]:
    """The records on which something may have been charged, in the order in which they count."""
    theirs = select(JOURNAL.c.ticket).where(JOURNAL.c.customer == customer)
    asked = select(TICKETS.c.ticket, TICKETS.c.policy).where(TICKETS.c.ticket.in_(theirs))
    policies = {row.ticket: row.policy for row in rows.execute(asked)}
    engines = {ticket: engines_of(rows, reader, own, policies.get(ticket, "")) for ticket, own in kept.items()}
    records = {ticket: [row for row in own if row.kind != MOVE] for ticket, own in kept.items()}
    return [
        row
        for row in in_order(records)
        if any(engine.charging.concerns(row.event.event) for engine in engines[row.ticket])
    ]


def engines_of(rows: Connection, reader: Reader, own: Sequence[Kept], policy: str) -> list[Engine]:
    """Whatever may have decided records of a ticket, or decides them now."""
    return [*reader.editions.of(rows, own), reader.engine(rows, policy)]


def _first_part(charged: Sequence[Kept], tickets: Sequence[str]) -> list[str]:
    """Those of the tickets whose charges, all of them, come before those of any other, in the order of their last."""
    first, last = dict[str, int](), dict[str, int]()
    for place, row in enumerate(charged):
        first.setdefault(row.ticket, place)
        last[row.ticket] = place
    ordered, wanted = sorted(tickets, key=lambda ticket: (last.get(ticket, -1), ticket)), {*tickets}
    edge = min((place for ticket, place in first.items() if ticket not in wanted), default=len(charged))
    while ordered and last.get(ordered[-1], -1) >= edge:
        edge = min(edge, first[ordered.pop()])
    return ordered


def _goes_on(
    rows: Connection,
    reader: Reader,
    customer: str,
    kept: Mapping[str, list[Kept]],
    leaving: Sequence[str],
    accounts: Accounts | None,
) -> bool:
    """Whether what stays, decided on the ground of what is carried, leads to the accounts as they are."""
    begun = {} if accounts is None else {customer: accounts}
    rest = Redecision(rows, reader.editions, reader.people, begun=begun)
    gone = {*leaving}
    for _ in rest.run(_rows(kept, [ticket for ticket in kept if ticket not in gone])):
        pass
    return rest.accounts_of(customer) == reader.standings.look_accounts(rows, customer)


def _rows(kept: Mapping[str, list[Kept]], tickets: Sequence[str]) -> list[Kept]:
    return [row for ticket in tickets for row in kept[ticket]]


def _last_charge_s(accounts: Accounts) -> int:
    entries = (entry for book in accounts.books.values() for entry in book.ledger.entries)
    return max((entry.at_s for entry in entries if isinstance(entry.cause, Cause)), default=0)


def _code(each: Redecided) -> str | None:
    refusal = each.made.trace.refusal
    return None if refusal is None else refusal.code
