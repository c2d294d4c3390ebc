"""Indices: what workers and readers ask of a large desk is found without looking through a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from small_desk import contracts, desk, event, instant, submit
from sqlalchemy import event as events_of
from sqlalchemy import text

from upheld import Desk
from upheld.desk.storage.database import Database

LARGE = ("upheld_journal", "upheld_tickets", "upheld_messages", "upheld_entries", "upheld_keys", "upheld_accounts")
ASKED: dict[str, Callable[[Desk], object]] = {
    "queue": lambda one: one.queue(instant("04T12:00")),
    "due": lambda one: one.due(),
    "run_due": lambda one: one.run_due(instant("05T12:00")),
    "claim": lambda one: one.outbox.claim(),
    "submit": lambda one: one.submit(event("04T12:00", "take"), key="take"),
    "submit_many": lambda one: one.submit_many([(event("04T12:00", "take"), "a"), (submit(ticket="T-3"), "b")]),
    "insert": lambda one: one.submit(event("04T10:15", "comment"), key="late", late="insert"),
    "ticket": lambda one: one.ticket("T-1"),
    "story": lambda one: one.story("T-1"),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_table_is_looked_through(opened: Callable[..., Desk], database: Database, name: str) -> None:
    """By the plans of the databases for every statement that is run (DESIGN section 10, the speeds)."""
    one = opened(desk(), contracts=contracts())
    one.submit_many([submit(customer="acme"), submit("04T10:30", ticket="T-2")])
    seen: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
        seen.append((statement, parameters[0] if isinstance(parameters, list) else parameters))

    events_of.listen(one._database._engine, "before_cursor_execute", note)
    ASKED[name](one)
    asked = [each for each in seen if any(table in each[0] for table in LARGE) and "INSERT" not in each[0]]

    assert asked
    assert [] == [
        (statement, plan) for statement, given in asked for plan in looked_through(database, statement, given)
    ]


PARTIAL = tuple(
    f"INDEX ix_upheld_{name}"
    for name in ("tickets_open", "tickets_due_s", "messages_next_s", "journal_inserted", "journal_accepted")
)
"""Indices of what is open, due, waiting: such a one may be gone through from its beginning."""


def looked_through(database: Database, statement: str, given: Any) -> list[str]:
    """The lines of a statement's plan that go through a whole table."""

    def work(rows: Any) -> list[str]:
        if database.is_sqlite:
            found = rows.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            return [row[3] for row in found if row[3].startswith("SCAN upheld") and not row[3].endswith(PARTIAL)]
        rows.execute(text("SET LOCAL enable_seqscan = off"))
        return [row[0] for row in rows.exec_driver_sql(f"EXPLAIN {statement}", given) if "Seq Scan on upheld" in row[0]]

    return database.transact(work)
