"""Moves: tickets that go on under another policy than the one that they were opened under.

Source: DESIGN section 10, "Policies".
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from upheld.core.policy.policy import Policy
from upheld.desk.intake.batch import Batch, Parts
from upheld.desk.record import journal
from upheld.desk.record.adoption import last_change
from upheld.desk.record.journal import Record
from upheld.desk.redecision.revision import Moved, Reviser
from upheld.desk.storage.database import now_s


def looked_at(rows: Connection, desk: Parts, tickets: Sequence[str], policy: Policy) -> tuple[Moved, ...]:
    """What would become of tickets under another policy; nothing is written."""
    reviser = Reviser(desk.editions, desk.standings, desk.people, locks=False)
    digest = desk.editions.know(policy)
    return tuple(reviser.looked_at(rows, ticket, digest) for ticket in tickets)


def moved(rows: Connection, desk: Parts, tickets: Sequence[str], policy: Policy) -> tuple[Moved, ...]:
    """Move tickets to another policy, each with a record of its own; those that cannot be moved stay."""
    digest, at_s = desk.editions.keep(rows, policy), now_s(rows)
    held_all = desk.standings.hold(rows, tickets)
    changed = last_change(rows)
    desk.people.see(changed)
    batch = Batch(desk, rows, desk.editions.current(rows, changed), held_all, {}, {})
    reviser = Reviser(desk.editions, desk.standings, desk.people)
    arrivals, found = [*journal.arrivals(rows, len(tickets), desk.is_sqlite)], []
    for ticket in tickets:
        held = batch.held[ticket]
        told, revised = reviser.moved(rows, held, digest)
        found.append(told)
        if revised is None or revised.standing is None:
            continue
        record = Record(journal.text_of_move(ticket, at_s, digest))
        customer = revised.standing.customer
        batch.keep(held, batch.row(held, at_s, journal.MOVE, record, arrivals.pop(0), customer, None))
        batch.messages += reviser.keep(rows, held, revised, at_s)
        batch.write()
        if revised.accounts:
            batch.held |= desk.standings.hold(rows, batch.held.keys() - {ticket})
    return tuple(found)
