"""A large desk, made fast: some hundred tickets are told to it, and the rows of each are written again under new ids.

What is written has the form that the desk itself writes, links and seals included. A sample of the copies is told to
an empty desk, which has to keep the very same rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select, text

from desk_proof.story import BEGIN, granted, prepaid
from upheld import Desk, Event
from upheld.core.record.journal import begun, canonical
from upheld.desk.record import journal
from upheld.desk.record.journal import Kept, Record
from upheld.desk.redecision import readings
from upheld.desk.storage.tables import JOURNAL, TICKETS

TEMPLATES: Final = 200
AT_ONCE: Final = 5_000
Rows = list[dict[str, Any]]
Row = tuple[dict[str, Any], str]


def course(number: int, ends: str) -> Iterator[Event]:
    """A ticket of somewhere in a year that is resolved, and closed, or left open: then it lies near the year's end."""
    minutes = 525_000 if ends == "open" else 2_600 * number % 525_000
    ticket, at = f"TPL-{ends}-{number}", BEGIN + timedelta(minutes=minutes + number % 600)
    yield Event(ticket, at, "submit", "customer:kim", "", f"customer-{number % 37}")
    if ends != "open":
        yield Event(ticket, at + timedelta(minutes=50), "resolve", "agent:a1")
    if ends == "closed":
        yield Event(ticket, at + timedelta(minutes=70), "close", "customer:kim")


def make(url: str, tickets: int, still_open: int) -> Desk:
    """A desk of so many tickets: so many open ones, a third resolved with a timer that runs, all others closed."""
    desk = Desk.open(url, policy=prepaid(), contracts=granted(0), upgrade=True)
    kinds = ("open", "resolved", "closed")
    desk.submit_many(event for ends in kinds for number in range(TEMPLATES) for event in course(number, ends))
    told = {ends: [_template(*_told(desk, f"TPL-{ends}-{number}")) for number in range(TEMPLATES)] for ends in kinds}
    arrival = desk._read(lambda rows: rows.scalar(text("SELECT max(arrival) FROM upheld_journal"))) or 0
    made_journal, made_tickets = Rows(), Rows()
    for number in range(tickets - 3 * TEMPLATES):
        ends = "open" if number < still_open - TEMPLATES else "resolved" if number % 3 == 0 else "closed"
        kept, standing = told[ends][number % TEMPLATES]
        rows, ticket = _copied(kept, standing, f"{ends}-{number:07}", arrival)
        arrival += len(rows)
        made_journal += rows
        made_tickets.append(ticket)
        if len(made_tickets) >= AT_ONCE:
            _write(desk, made_journal, made_tickets)
            made_journal, made_tickets = [], []
    _write(desk, made_journal, made_tickets)
    _settle(desk, arrival)
    return desk


def checked(desk: Desk, sample: int, seed: int = 0) -> list[str]:
    """What is wrong with a sample of the tickets, told once more to an empty desk."""
    other = Desk.open("sqlite://", policy=prepaid(), contracts=granted(0), upgrade=True)
    names = [*desk._read(lambda rows: rows.scalars(select(TICKETS.c.ticket).order_by(TICKETS.c.ticket)).all())]
    wrong = []
    for name in random.Random(seed).sample(names, sample):
        other.submit_many(desk._database.read(partial(_events, desk=desk, ticket=name)))
        mine, its = (_told(each, name) for each in (desk, other))
        tokens = {row.event.actor_id: again.event.actor_id for row, again in zip(mine[0], its[0], strict=True)}
        if {**mine[1], "link": b""} != {**its[1], "link": b""} or len(tokens) > 2:
            wrong.append(f"{name}: {mine[1]} for {its[1]}")
        link = None
        for row in mine[0]:
            link = journal.linked(link, name, row.kind, Record(row.record))
            wrong += [] if (row.link, row.seal) == (link, journal.sealed(row._asdict())) else [f"{name} {row.seq}"]
        wrong += [] if mine[1]["link"] == link else [f"{name}: its link"]
    other.close()
    return wrong


def _events(rows: Connection, desk: Desk, ticket: str) -> list[Event]:
    return [*readings.events(rows, desk._people, ticket=ticket)]


def _told(desk: Desk, ticket: str) -> tuple[list[Kept], dict[str, Any]]:
    """The rows of a ticket."""

    def work(rows: Connection) -> tuple[list[Kept], dict[str, Any]]:
        row = rows.execute(select(TICKETS).where(TICKETS.c.ticket == ticket)).mappings().one()
        return journal.of_ticket(rows, ticket), {**row, "link": bytes(row["link"])}

    return desk._read(work)


def _template(kept: Sequence[Kept], standing: dict[str, Any]) -> tuple[list[Row], dict[str, Any]]:
    """The rows of a ticket, each with what its link covers."""
    return [(row._asdict(), canonical(row.event)) for row in kept], standing


def _copied(kept: Sequence[Row], standing: dict[str, Any], ticket: str, arrival: int) -> tuple[Rows, dict[str, Any]]:
    """The same rows of another ticket."""
    name, rows, link = standing["ticket"], Rows(), begun(ticket)
    for number, (row, covered) in enumerate(kept, 1):
        link = sha256(link + covered.replace(name, ticket).encode()).digest()
        record = row["record"].replace(name, ticket)
        new = {**row, "ticket": ticket, "arrival": arrival + number, "record": record, "link": link}
        new["seal"] = journal.sealed(new)
        rows.append(new)
    said = {key: held.replace(name, ticket) for key in ("standing", "ahead") if (held := standing[key])}
    return rows, {**standing, "ticket": ticket, "link": link, **said}


def _write(desk: Desk, made_journal: Rows, made_tickets: Rows) -> None:
    def work(rows: Connection) -> None:
        for table, made in ((JOURNAL, made_journal), (TICKETS, made_tickets)):
            if made:
                _put(rows, table, made)

    desk._database.transact(work)


def _put(rows: Connection, table: Table, made: Iterable[dict[str, Any]]) -> None:
    if rows.dialect.name == "sqlite":
        rows.execute(insert(table), [*made])
        return
    names = table.c.keys()
    driver: Any = rows.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for each in made:
            copy.write_row([each[name] for name in names])


def _settle(desk: Desk, arrival: int) -> None:
    """Numbers of arrival go on from here, and the planner knows how much there is."""

    def work(rows: Connection) -> None:
        if rows.dialect.name != "sqlite":
            rows.execute(text(f"SELECT setval('upheld_arrivals', {arrival})"))
        rows.execute(text("ANALYZE"))

    desk._database.transact(work)
