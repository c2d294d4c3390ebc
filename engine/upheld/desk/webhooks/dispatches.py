"""Dispatches: one message for one endpoint, each sent until it is received or dead, in order for each ticket.

The outbox hands a message over once; it becomes a dispatch of every endpoint that is told it. From then on endpoints
do not wait for one another: each has its own tries, its own rests and its own end.

One worker at a time serves an endpoint, whichever waited for longest. That is a lease, and so is the rest after a
failure: both are only a later instant at which it may be served. So a receiver that hangs holds one worker, and one
that is down is asked once in a while, however much waits for it.

Source: DESIGN section 10, "Outbox"; section 13; THREATS D07.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, exists, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import DISPATCHES, ENDPOINTS, IS_WAITING, TICKETS
from upheld.desk.telling.outbox import DEAD, DONE, MOST_TRIES, WAITING, Message, delay_s, messages_by_id
from upheld.desk.webhooks.endpoints import DAY_S, Endpoint, all_of, endpoint_of

CLAIMED: Final = 10
"""Dispatches of one turn: few, so that all are tried long before the lease ends."""
LEASE_S: Final = 300
LONGEST_REST_S: Final = 300
FAILING_S: Final = 5 * DAY_S
"""After failing so long without a break an endpoint is disabled."""
LONGEST_WHY: Final = 200


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A message for an endpoint.

    Attributes:
        id: Stable: the same in every try, and another one for each endpoint.
        tries: How many times it was claimed, this one included.
    """

    endpoint: Endpoint
    message: Message
    customer: str
    tries: int

    @property
    def id(self) -> str:
        """Names it to its receiver."""
        return f"msg_{sha256(f'{self.endpoint.id} {self.message.id}'.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try.

    Attributes:
        why: It failed; ``""`` where it did not.
        is_gone: Whether the receiver said that it wants nothing any more.
        after_s: After how long it wants to be asked again, where it said so.
    """

    why: str = ""
    is_gone: bool = False
    after_s: int = 0


class Dispatches:
    """What waits for the endpoints of a desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fan_out(self, message: Message) -> str:
        """Make a message a dispatch of every endpoint that is told it; a way to deliver, which never fails.

        Again it makes none that was made already.
        """

        def work(rows: Connection) -> str:
            its = select(TICKETS.c.customer).where(TICKETS.c.ticket == message.ticket)
            customer = (rows.scalar(its) if message.customer is None else message.customer) or ""
            endpoints = all_of(rows, self._database.now_s(rows))
            told = [each for each in endpoints if each.disabled_at is None and each.is_told(message.document, customer)]
            row = {"message": message.id, "ticket": message.ticket, "position": message.position, "state": WAITING}
            made = [{**row, "endpoint": each.id, "tries": 0, "next_s": 0, "why": ""} for each in told]
            if made:
                dialect = sqlite if rows.dialect.name == "sqlite" else postgresql
                rows.execute(dialect.insert(DISPATCHES).on_conflict_do_nothing(), made)
            return ""

        return self._database.transact(work)

    def claim(self, limit: int = CLAIMED, lease_s: int = LEASE_S) -> tuple[Dispatch, ...]:
        """What to send to one endpoint now, whose turn it is; nobody else serves it until that is settled."""

        def work(rows: Connection) -> tuple[Dispatch, ...]:
            now_s = self._database.now_s(rows)
            row = rows.execute(_whose_turn(now_s)).mappings().one_or_none()
            if row is None:
                return ()
            endpoint = endpoint_of(dict(row), now_s)
            leased = {"next_s": now_s + lease_s}
            rows.execute(update(ENDPOINTS).where(ENDPOINTS.c.id == endpoint.id).values(**leased))
            return _claimed(rows, endpoint, now_s, limit)

        return self._database.transact(work)

    def settle(self, dispatch: Dispatch, outcome: Outcome) -> bool:
        """Note what became of a try. Returns: whether that counts; not where the lease had run out meanwhile."""

        def work(rows: Connection) -> bool:
            now_s = self._database.now_s(rows)
            which = _is(dispatch)
            if not outcome.why:
                if not rows.execute(update(DISPATCHES).where(*which).values(state=DONE, why="")).rowcount:
                    return False
                _note(rows, dispatch.endpoint, {"failures": 0, "failing_s": None, "why": ""})
                return True
            values: dict[str, Any] = {"why": outcome.why[:LONGEST_WHY]}
            if dispatch.tries >= MOST_TRIES:
                values["state"] = DEAD
            else:
                values["next_s"] = now_s + max(delay_s(dispatch.tries), outcome.after_s)
            if not rows.execute(update(DISPATCHES).where(*which).values(**values)).rowcount:
                return False
            _note_failure(rows, dispatch.endpoint, outcome, now_s)
            return True

        return self._database.transact(work)

    def release(self, endpoint: Endpoint, untried: tuple[Dispatch, ...] = ()) -> None:
        """Give an endpoint back: others may serve it at once, or after its rest; and what was claimed and not tried."""

        def work(rows: Connection) -> None:
            for each in untried:
                rows.execute(update(DISPATCHES).where(*_is(each)).values(next_s=0, tries=each.tries - 1))
            now_s = self._database.now_s(rows)
            asked = select(ENDPOINTS.c.failures).where(ENDPOINTS.c.id == endpoint.id)
            failures = rows.scalar(asked.with_for_update()) or 0
            _note(rows, endpoint, {"next_s": now_s + (min(2**failures, LONGEST_REST_S) if failures else 0)})

        self._database.transact(work)


def _whose_turn(now_s: int) -> Any:
    waits = exists().where(DISPATCHES.c.endpoint == ENDPOINTS.c.id, *_due(now_s))
    asked = select(ENDPOINTS).where(ENDPOINTS.c.disabled_s.is_(None), ENDPOINTS.c.next_s <= now_s, waits)
    return asked.order_by(ENDPOINTS.c.next_s, ENDPOINTS.c.id).limit(1).with_for_update(skip_locked=True)


def _due(now_s: int) -> tuple[Any, ...]:
    earlier = DISPATCHES.alias("earlier")
    blocked = exists().where(
        earlier.c.endpoint == DISPATCHES.c.endpoint,
        earlier.c.ticket == DISPATCHES.c.ticket,
        earlier.c.ticket != "",
        earlier.c.position < DISPATCHES.c.position,
        text(f"earlier.{IS_WAITING}"),
    )
    return text(f"{DISPATCHES.name}.{IS_WAITING}"), DISPATCHES.c.next_s <= now_s, ~blocked


def _claimed(rows: Connection, endpoint: Endpoint, now_s: int, limit: int) -> tuple[Dispatch, ...]:
    columns = DISPATCHES.c.message, DISPATCHES.c.tries, TICKETS.c.customer
    beside = DISPATCHES.outerjoin(TICKETS, TICKETS.c.ticket == DISPATCHES.c.ticket)
    asked = select(*columns).select_from(beside).where(DISPATCHES.c.endpoint == endpoint.id, *_due(now_s))
    found = rows.execute(asked.order_by(DISPATCHES.c.next_s, DISPATCHES.c.position).limit(limit)).all()
    names = [row.message for row in found]
    which = DISPATCHES.c.endpoint == endpoint.id, DISPATCHES.c.message.in_(names)
    rows.execute(update(DISPATCHES).where(*which).values(tries=DISPATCHES.c.tries + 1))
    messages = messages_by_id(rows, names)
    made = ((messages[row.message], row) for row in found)
    return tuple(Dispatch(endpoint, each, each.customer or row.customer or "", row.tries + 1) for each, row in made)


def _is(dispatch: Dispatch) -> tuple[ColumnElement[bool], ...]:
    held = DISPATCHES.c.endpoint == dispatch.endpoint.id, DISPATCHES.c.message == dispatch.message.id
    return *held, DISPATCHES.c.tries == dispatch.tries, DISPATCHES.c.state == WAITING


def _note(rows: Connection, endpoint: Endpoint, values: Mapping[str, Any]) -> None:
    rows.execute(update(ENDPOINTS).where(ENDPOINTS.c.id == endpoint.id).values(**values))


def _note_failure(rows: Connection, endpoint: Endpoint, outcome: Outcome, now_s: int) -> None:
    """Note that an endpoint failed; one that is gone, or fails for days, is disabled, and what waits for it is dead."""
    asked = select(ENDPOINTS.c.failures, ENDPOINTS.c.failing_s).where(ENDPOINTS.c.id == endpoint.id)
    found = rows.execute(asked.with_for_update()).one_or_none()
    if found is None:
        return
    since_s = now_s if found.failing_s is None else found.failing_s
    why = outcome.why[:LONGEST_WHY]
    _note(rows, endpoint, {"failures": min(found.failures + 1, 60), "failing_s": since_s, "why": why})
    if outcome.is_gone or now_s - since_s >= FAILING_S:
        _note(rows, endpoint, {"disabled_s": now_s})
        which = DISPATCHES.c.endpoint == endpoint.id, DISPATCHES.c.state == WAITING
        rows.execute(update(DISPATCHES).where(*which).values(state=DEAD))
