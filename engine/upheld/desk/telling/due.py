"""Due: what time alone does to tickets, told once, whoever looks and however late.

Workers claim the tickets whose next due instant has come, some at a time, and step over those that another one holds.
What is told carries its own due instant, and an id that a repeated run has as well.

Source: DESIGN section 10, "Time"; THREATS T05, T08, T09, D06, K03.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from upheld.core.errors import CalendarError, LedgerError
from upheld.core.nearest import quoted
from upheld.core.record.ticket import Limit, Ticket
from upheld.core.time.instant import instant_of, seconds_of, text_of
from upheld.desk.record.adoption import Editions, last_change
from upheld.desk.standing.standings import COLUMNS, Standings
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import TICKETS
from upheld.desk.telling import notices
from upheld.desk.telling.effects import tell_time
from upheld.desk.telling.outbox import post, told_elsewhere

AT_ONCE: Final = 100
"""Tickets, or accounts, of one transaction: others are let in between."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did.

    Attributes:
        tickets: To how many something happened, or might have.
        messages: How many were put into the outbox.
        failed: Tickets whose time cannot go on, each with why; they are not tried again until a record comes. Without a
            ticket, accounts: these are not until something is charged, or they are decided anew.
        customers: To the accounts of how many something happened, or might have.
    """

    tickets: int = 0
    messages: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    customers: int = 0

    def and_then(self, other: Ran) -> Ran:
        """Both together."""
        return Ran(
            self.tickets + other.tickets,
            self.messages + other.messages,
            self.failed + other.failed,
            self.customers + other.customers,
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A ticket to which time will do something.

    Attributes:
        at: When.
        limits: When its timers fire and its clocks fall due, the earliest first.
    """

    ticket: str
    at: datetime
    limits: tuple[Limit, ...]

    def as_document(self) -> dict[str, Any]:
        """It as JSON."""
        limits = [{**asdict(each), "at": text_of(seconds_of(each.at))} for each in self.limits]
        return {"ticket": self.ticket, "at": text_of(seconds_of(self.at)), "limits": limits}


def let_pass(
    database: Database, editions: Editions, standings: Standings, until_s: int, limit: int | None, *, loud: bool
) -> Ran:
    """Let the time up to an instant pass on tickets, and then on accounts, in transactions of some of them each.

    Args:
        limit: Tickets and customers after which it stops.
        loud: Whether what time asks for is to be delivered; else it was, elsewhere.
    """
    edition = database.read(lambda rows: editions.current(rows, last_change(rows)) if last_change(rows) else None)
    if edition is not None and edition != editions.expected:
        database.transact(lambda rows: notices.expect(rows, editions.engine(rows, edition.policy, edition.contracts)))
        editions.expected = edition
    passing, ran = _Passing(editions, standings, until_s, loud), Ran()
    for some in (passing.on_tickets, passing.on_accounts):
        ran = ran.and_then(_in_steps(database, some, None if limit is None else limit - ran.tickets))
    return ran


class _Passing(NamedTuple):
    """The time up to an instant, which passes on some tickets or accounts in one transaction, the longest due first."""

    editions: Editions
    standings: Standings
    until_s: int
    loud: bool

    def on_tickets(self, at_most: int, rows: Connection) -> Ran:
        """On tickets that it does something to."""
        asked = (
            select(*COLUMNS)
            .where(TICKETS.c.due_s <= self.until_s)
            .order_by(TICKETS.c.due_s, TICKETS.c.ticket)
            .limit(at_most)
            .with_for_update(skip_locked=True)
        )
        held = [self.standings.held(row) for row in rows.execute(asked)]
        if not held:
            return Ran()
        edition = self.editions.current(rows, last_change(rows))
        posted, failed = [], []
        for each in held:
            assert each.standing is not None, "a ticket that falls due was opened"
            engine = self.editions.engine(rows, each.standing.policy, edition.contracts)
            try:
                posted += tell_time(rows, engine, each, self.until_s)
            except CalendarError as error:
                each.due_s = None
                failed.append((each.ticket, str(error)))
        self.standings.put(rows, held)
        return Ran(len(held), self._posted(rows, posted), tuple(failed))

    def on_accounts(self, at_most: int, rows: Connection) -> Ran:
        """On the accounts of customers that it may do something to."""
        held, unread = self.standings.next_accounts(rows, self.until_s, at_most)
        if not held and not unread:
            return Ran()
        failed = [why for _, why in unread]
        edition, posted = self.editions.current(rows, last_change(rows)), list[dict[str, Any]]()
        voices = self.editions.voices(rows, edition)
        for each in held:
            try:
                posted += notices.tell_time(rows, voices, each, self.until_s)
            except (CalendarError, LedgerError) as error:
                each.due_s = None
                failed.append(f"customer {quoted(each.customer)}: {error}")
        held += (each for each, _ in unread)
        self.standings.put_told(rows, held)
        return Ran(0, self._posted(rows, posted), tuple(("", why) for why in failed), len(held))

    def _posted(self, rows: Connection, made: list[dict[str, Any]]) -> int:
        """Put messages into the outbox, as delivered where somebody else has done so; how many are to be delivered."""
        post(rows, made if self.loud else told_elsewhere(made))
        return len(made) if self.loud else 0


def _in_steps(database: Database, some: Callable[[int, Connection], Ran], limit: int | None) -> Ran:
    """Let time pass on so many at most in each transaction, until nothing is due, or the limit is reached."""
    ran = Ran()
    while limit is None or ran.tickets + ran.customers < limit:
        most = AT_ONCE if limit is None else min(AT_ONCE, limit - ran.tickets - ran.customers)
        made = database.transact(partial(some, most))
        ran = ran.and_then(made)
        if made.tickets + made.customers < most:
            break
    return ran


def next_due(
    rows: Connection, editions: Editions, standings: Standings, until_s: int | None, tickets_max: int
) -> tuple[Due, ...]:
    """The tickets to which time does something next, the earliest first."""
    asked = select(*COLUMNS).where(TICKETS.c.due_s.is_not(None))
    asked = asked if until_s is None else asked.where(TICKETS.c.due_s <= until_s)
    found = [*rows.execute(asked.order_by(TICKETS.c.due_s, TICKETS.c.ticket).limit(tickets_max))]
    if not found:
        return ()
    edition = editions.current(rows, last_change(rows))
    made = []
    for held in map(standings.held, found):
        now = held.now
        assert now is not None, "a ticket that falls due was opened"
        assert held.due_s is not None, "it was asked for"
        engine = editions.engine(rows, now.policy, edition.contracts)
        made.append(Due(held.ticket, instant_of(held.due_s), engine.due(Ticket.of(now))))
    return tuple(made)
