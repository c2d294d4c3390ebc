"""Due: what time alone does to tickets, told once, whoever looks and however late; and what records ask for.

Workers claim the tickets whose next due instant has come, some at a time, and step over those that another one holds.
What is told carries its own due instant, and an id that a repeated run has as well.

Time is told ahead: a timer that fires is told when it is due, though the next record may turn out to lie before it.
Such a record is decided as if nobody had looked at the clock, so that a live ticket and its replay agree whatever the
lag. What was told ahead and does not come about then is withdrawn, or corrected where it was delivered already.

Source: DESIGN section 10, "Time", "Late records"; THREATS T05, T08 to T10, D06, K03, K05.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from upheld.core.decision.decision import AskedEffect
from upheld.core.decision.engine import Decided, Engine
from upheld.core.errors import CalendarError
from upheld.core.record.ticket import Limit, Ticket
from upheld.core.time.instant import instant_of
from upheld.desk.adoption import Editions, last_change
from upheld.desk.outbox import CORRECTED, WAITING, WITHDRAWN, correction_of, message_of, post
from upheld.desk.standing import COLUMNS, Held, Standings, next_due_s
from upheld.desk.tables import MESSAGES, TICKETS

Rows = dict[str, dict[str, Any]]

AT_ONCE: Final = 100
"""Tickets of one transaction: others are let in between."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did.

    Attributes:
        tickets: To how many something happened, or might have.
        messages: How many were put into the outbox.
        failed: Tickets whose time cannot go on, each with why; they are not tried again until a record comes.
    """

    tickets: int = 0
    messages: int = 0
    failed: tuple[tuple[str, str], ...] = ()

    def and_then(self, other: Ran) -> Ran:
        """Both together."""
        return Ran(self.tickets + other.tickets, self.messages + other.messages, self.failed + other.failed)


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


def run(
    rows: Connection,
    editions: Editions,
    standings: Standings,
    until_s: int,
    tickets_max: int = AT_ONCE,
    *,
    loud: bool = True,
) -> Ran:
    """Let the time up to an instant pass on some of the tickets that it does something to, the longest due first.

    Args:
        loud: Whether what time asks for is put into the outbox.
    """
    asked = (
        select(*COLUMNS)
        .where(TICKETS.c.due_s <= until_s)
        .order_by(TICKETS.c.due_s, TICKETS.c.ticket)
        .limit(tickets_max)
        .with_for_update(skip_locked=True)
    )
    held = [standings.held(row) for row in rows.execute(asked)]
    if not held:
        return Ran()
    edition = editions.current(rows, last_change(rows))
    posted, failed = [], []
    for each in held:
        assert each.standing is not None, "a ticket that falls due was opened"
        engine = editions.engine(rows, each.standing.policy, edition.contracts)
        try:
            posted += tell_time(rows, engine, each, until_s)
        except CalendarError as error:
            each.due_s = None
            failed.append((each.ticket, str(error)))
    standings.put(rows, held)
    posted = posted if loud else []
    post(rows, posted)
    return Ran(len(held), len(posted), tuple(failed))


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


def is_of_time(effect: AskedEffect) -> bool:
    """Whether time asks for it, and no record."""
    return effect.timer is not None or effect.commitment is not None


def tell_record(
    rows: Connection, engine: Engine, held: Held, seq: int, at_s: int, made: Decided, *, loud: bool = True
) -> list[dict[str, Any]]:
    """What a record asks for, as messages to be posted; the ticket is held as the record leaves it.

    Args:
        at_s: The record's instant.
        loud: Whether anything is told at all: what is loaded was told elsewhere.
    """
    effects = [*made.trace.effects()]
    posted = [
        message_of(effect, held.ticket, seq, number, ahead=False)
        for number, effect in enumerate(each for each in effects if not is_of_time(each))
    ]
    untouched = made.standing is held.standing and not made.trace.asked
    held.standing = made.standing
    if untouched:
        return []
    by_time = [each for each in effects if is_of_time(each)]
    held.ahead = None
    if held.told_s is None:
        posted = [*_rows(held.ticket, by_time, {}, ahead=False).values(), *posted]
    else:
        waited: list[AskedEffect] = []
        if held.standing is not None and held.told_s > at_s:
            passed = engine.wait(held.standing, held.told_s)
            held.ahead = None if passed.standing is held.standing else passed.standing
            waited = [*passed.trace.effects()]
        posted = [*_settle(rows, held, at_s, by_time, waited), *posted]
    held.due_s = next_due_s(held.now)
    return posted if loud else []


def tell_time(rows: Connection, engine: Engine, held: Held, until_s: int) -> list[dict[str, Any]]:
    """What time asks for up to an instant, as messages to be posted; the ticket is held as it is by then."""
    standing = held.now
    assert standing is not None, "a ticket that falls due was opened"
    passed = engine.wait(standing, until_s)
    known = _known(rows, held.ticket) if held.told_s is not None else {}
    held.ahead = None if passed.standing is held.standing else passed.standing
    held.told_s = until_s if held.told_s is None else max(until_s, held.told_s)
    held.due_s = next_due_s(held.now)
    made = _rows(held.ticket, passed.trace.effects(), known, ahead=True)
    _revive(rows, [each for each in made if each in known])
    return [row for name, row in made.items() if name not in known]


def _settle(
    rows: Connection, held: Held, at_s: int, confirmed: list[AskedEffect], waited: list[AskedEffect]
) -> list[dict[str, Any]]:
    """Compare what was told ahead with what comes about; what is new, corrections before it."""
    known = _known(rows, held.ticket)
    told = {name for name, row in known.items() if row["ahead"]}
    sure = _rows(held.ticket, confirmed, known, ahead=False)
    likely = _rows(held.ticket, waited, known, ahead=True)
    expected = sure | likely
    _mark(rows, [name for name in sure if name in told], {"ahead": False})
    _revive(rows, [name for name in expected if name in known])
    wrong = [name for name in told if name not in expected and known[name]["state"] != WITHDRAWN]
    unheard = [name for name in wrong if known[name]["state"] == WAITING and not known[name]["tries"]]
    heard = [name for name in wrong if name not in {*unheard}]
    _mark(rows, unheard, {"state": WITHDRAWN})
    _mark(rows, heard, {"state": CORRECTED, "ahead": False})
    corrections = [correction_of(known[name], at_s) for name in sorted(heard, key=lambda name: known[name]["position"])]
    for each in corrections:
        del each["position"]
    return [*corrections, *(row for name, row in expected.items() if name not in known)]


def _rows(ticket: str, effects: Iterable[AskedEffect], known: Rows, *, ahead: bool) -> Rows:
    """The messages of what time asks for, by id; what was corrected before is told anew under another one."""
    made: Rows = {}
    seen: Counter[AskedEffect] = Counter()
    for effect in effects:
        number, again = seen[effect], 0
        seen[effect] += 1
        row = message_of(effect, ticket, None, number, ahead=ahead)
        while known.get(row["id"], row)["state"] == CORRECTED:
            again += 1
            row = message_of(effect, ticket, None, number, ahead=ahead, again=again)
        made[row["id"]] = row
    return made


def _known(rows: Connection, ticket: str) -> Rows:
    """What time has asked for on a ticket so far, by id."""
    asked = select(MESSAGES).where(MESSAGES.c.ticket == ticket, MESSAGES.c.seq.is_(None))
    return {row["id"]: dict(row) for row in rows.execute(asked).mappings()}


def _revive(rows: Connection, names: list[str]) -> None:
    if names:
        which = MESSAGES.c.id.in_(names), MESSAGES.c.state == WITHDRAWN
        rows.execute(update(MESSAGES).where(*which).values(state=WAITING))


def _mark(rows: Connection, names: list[str], values: dict[str, Any]) -> None:
    if names:
        rows.execute(update(MESSAGES).where(MESSAGES.c.id.in_(names)).values(**values))
