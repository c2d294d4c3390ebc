"""Submissions: records decided and kept, all that comes of one in the same transaction as the record itself.

A batch is one transaction as well, with one answer for each record. What is locked is locked before the first record is
decided: tickets, then customers, each in order. What is done here is done through the connection alone, so that a
transaction that others were in the way of is run again as if nothing had been.

Source: DESIGN section 10, "One transaction per event", "Exactly once"; THREATS D01, D02.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from upheld.core.errors import FarAhead
from upheld.core.nearest import quoted
from upheld.core.record.event import Event
from upheld.core.time.instant import text_of
from upheld.desk.intake.batch import Batch, Parts
from upheld.desk.intake.sent import Answer, Sent
from upheld.desk.people.names import unnamed
from upheld.desk.record import journal, keys
from upheld.desk.record.adoption import alone, ask_last_change, change_of, last_change
from upheld.desk.record.journal import Record
from upheld.desk.redecision.revision import is_late
from upheld.desk.storage.database import now_s
from upheld.desk.storage.statement import together


def submitted(
    rows: Connection, desk: Parts, sent: Sequence[Sent], *, loud: bool = True, ahead_s: int | None = None
) -> tuple[list[Answer], dict[str, str]]:
    """Records decided and kept, in this order: all of them, or none.

    A function of a connection, so that it may be run again after a deadlock: it does nothing that a rollback does not
    undo.

    Args:
        loud: Whether what they ask for is to be delivered; else it was, elsewhere.
        ahead_s: How far ahead of the database's time one may lie; a known key has its first answer all the same.

    Returns: one answer for each; and the tokens of people, to be remembered once all is through.
    Raises: KeyConflict where a key came with another record; FarAhead; TicketError where one is of a ticket whose
        records were taken out; what an engine raises that cannot decide.
    """
    _make_room(rows, desk, sent)
    tickets = sorted({each.event.ticket for each in sent})
    given = [keys.key_of(each.key, each.source) for each in sent]
    with together(rows):
        locked = desk.standings.lock(rows, tickets)  # and then see what is in force
        last = ask_last_change(rows)
        answers = [keys.ask(rows, [*dict.fromkeys(key for key in given if key is not None)])]
    held = desk.standings.held_of(rows, tickets, locked)
    changed = change_of(last)
    desk.people.see(changed)
    tokens = desk.people.tokens(rows, (each.event.actor_id for each in sent if each.event.actor_id))
    kept = [unnamed(each.event, tokens) for each in sent]
    records = [Record(journal.text_of_record(each), each) for each in kept]
    named = [
        keys.key_of_content(each.source, record.text) if each.key is keys.CONTENT else key
        for each, record, key in zip(sent, records, given, strict=True)
    ]
    if contents := [*dict.fromkeys(key for key in named if key is not None and key not in given)]:
        answers.append(keys.ask(rows, contents))
    edition, closed_s = desk.editions.current(rows, changed), desk.editions.closed_s(rows, changed)
    batch = Batch(desk, rows, edition, held, {}, keys.found(answers), loud, closed_s)
    if ahead_s is not None:
        new = [each.event for each, key in zip(sent, named, strict=True) if key not in batch.first]
        _check_clocks(rows, new, ahead_s)
    arrivals = _ready(batch, sent, sum(key is None or key not in batch.first for key in named))
    made = [batch.take(each, record, key, arrivals) for each, record, key in zip(sent, records, named, strict=True)]
    batch.write(last=True)
    return made, tokens


def _check_clocks(rows: Connection, events: Sequence[Event], ahead_s: int) -> None:
    """Raises: FarAhead for the first record whose clock must be wrong."""
    latest_s = now_s(rows) + ahead_s
    for event in events:
        if event.at_s > latest_s:
            told = f"instant {text_of(event.at_s)} of ticket {quoted(event.ticket)} lies further ahead than"
            raise FarAhead([f"{told} {ahead_s} s: is the clock of whoever sends it wrong?"])


def _ready(batch: Batch, sent: Sequence[Sent], number: int) -> list[int]:
    """Lock the customers of a batch whose tickets are locked; numbers of arrival for so many records."""
    rows, standings, customers = batch.rows, batch.desk.standings, sorted(_charged(batch, sent))
    with together(rows):
        left = journal.ask_left(rows, [ticket for ticket, each in batch.held.items() if not each.seq])
        locked = standings.lock_accounts(rows, customers)
        arrivals = journal.ask_arrivals(rows, number)  # when all is locked
    batch.left = journal.left_of(left)
    batch.customers = standings.accounts_of(rows, customers, locked)
    return journal.arrivals_of(arrivals, number, batch.desk.is_sqlite)


def _make_room(rows: Connection, desk: Parts, sent: Sequence[Sent]) -> None:
    """Let nobody else write where a late record may change accounts, and so other tickets, which others may hold."""
    late = [each.event for each in sent if each.late == "insert"]
    if desk.is_sqlite or not any(is_late(rows, event.ticket, event.at_s) for event in late):
        return
    edition = desk.editions.current(rows, last_change(rows))
    if desk.editions.engine(rows, edition.policy, edition.contracts).charging.bills:
        alone(rows)


def _charged(batch: Batch, sent: Sequence[Sent]) -> set[str]:
    """The customers whose accounts these records may touch."""
    concerned: set[str] = set()
    for event in (each.event for each in sent):
        if batch.engine(batch.held[event.ticket]).charging.concerns(event.event):
            concerned.add(event.ticket)
    found: set[str] = set()
    for event in (each.event for each in sent if each.event.ticket in concerned):
        standing = batch.held[event.ticket].standing
        found.add(event.customer if standing is None else standing.customer)
    return found
