"""Telling: what records and the time ask of the world goes into the outbox once, and what proves wrong is taken back.

Time is told ahead: a timer that fires is told when it is due, though the next record may turn out to lie before it.
Such a record is decided as if nobody had looked at the clock, so that a live ticket and its replay agree whatever the
lag. What was told ahead and does not come about then is withdrawn, or corrected where it was delivered already. So is
what a ticket asked for before a late record was put in its place.

Source: DESIGN section 10, "Time", "Late records"; THREATS T09, T10, K03, K05.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select, update

from upheld.core.decision.decision import AskedEffect
from upheld.core.decision.engine import Decided, Engine
from upheld.desk.standing.standings import Held, next_due_s
from upheld.desk.storage.tables import MESSAGES
from upheld.desk.telling.outbox import CORRECTED, CORRECTION, WAITING, WITHDRAWN, correction_of, message_of

Rows = dict[str, dict[str, Any]]
Asked = Iterable[tuple[int | None, AskedEffect]]
"""Effects, each with the record that asks for it; ``None`` where time does."""


def asked_by(made: Decided, seq: int) -> Iterator[tuple[int | None, AskedEffect]]:
    """What comes of a record of this number for its ticket: what it asks for itself, and what time did before it."""
    for effect in made.trace.effects(notices=False):
        yield None if effect.timer is not None or effect.commitment is not None else seq, effect


def tell_record(
    rows: Connection, engine: Engine, held: Held, seq: int, at_s: int, made: Decided
) -> list[dict[str, Any]]:
    """What a record asks for, as messages to be posted; the ticket is held as the record leaves it.

    Args:
        at_s: The record's instant.
    """
    untouched = made.standing is held.standing and not made.trace.asked
    held.standing = made.standing
    if untouched:
        return []
    asked = [*asked_by(made, seq)]
    if held.told_s is None:
        held.ahead, posted = None, [*_rows(held.ticket, asked, {}, ahead=False).values()]
    else:
        posted = tell_anew(rows, engine, held, at_s, asked, lambda row: row["ahead"])
    held.due_s = next_due_s(held.now)
    return posted


def tell_time(rows: Connection, engine: Engine, held: Held, until_s: int) -> list[dict[str, Any]]:
    """What time asks for up to an instant, as messages to be posted; the ticket is held as it is by then."""
    standing = held.now
    assert standing is not None, "a ticket that falls due was opened"
    passed = engine.wait(standing, until_s)
    known = _known(rows, held.ticket) if held.told_s is not None else {}
    held.ahead = None if passed.standing is held.standing else passed.standing
    held.told_s = until_s if held.told_s is None else max(until_s, held.told_s)
    held.due_s = next_due_s(held.now)
    made = _rows(held.ticket, ((None, effect) for effect in passed.trace.effects()), known, ahead=True)
    _revive(rows, [each for each in made if each in known])
    return [row for name, row in made.items() if name not in known]


def tell_anew(
    rows: Connection, engine: Engine, held: Held, at_s: int, asked: Asked, doubted: Callable[[dict[str, Any]], bool]
) -> list[dict[str, Any]]:
    """What is to be told of a ticket that stands otherwise than it was told, as messages to be posted.

    Args:
        held: As it stands by now; time passes on it again as far as it was told.
        at_s: The instant of what changed it.
        asked: What records have asked for, of all that is doubted.
        doubted: Of which messages it is doubted that they come about.
    """
    waited: list[AskedEffect] = []
    held.ahead = None
    if held.standing is not None and held.told_s is not None and held.told_s > at_s:
        passed = engine.wait(held.standing, max(held.told_s, held.standing.last_s))
        held.ahead = None if passed.standing is held.standing else passed.standing
        waited = [*passed.trace.effects()]
    held.due_s = next_due_s(held.now)
    known = _known(rows, held.ticket)
    sure = _rows(held.ticket, asked, known, ahead=False)
    likely = _rows(held.ticket, ((None, effect) for effect in waited), known, ahead=True)
    return [*taken_back(rows, known, sure, likely, at_s, doubted)]


def taken_back(
    rows: Connection,
    known: Rows,
    sure: Rows,
    likely: Rows,
    at_s: int,
    doubted: Callable[[dict[str, Any]], bool],
) -> Iterator[dict[str, Any]]:
    """Take back what does not come about; corrections, and then what is new.

    Args:
        known: What was told before, by id.
        sure, likely: What comes about, and what does if nothing else happens.
        doubted: Of which of what is known it is doubted that it comes about.
    """
    expected = sure | likely
    told = [name for name, row in known.items() if doubted(row) and row["state"] != CORRECTED]
    _mark(rows, [name for name in sure if name in known], {"ahead": False})
    _mark(rows, [name for name in likely if name in known and name not in sure], {"ahead": True})
    _revive(rows, [name for name in expected if name in known])
    wrong = [name for name in told if name not in expected and known[name]["state"] != WITHDRAWN]
    unheard = [name for name in wrong if known[name]["state"] == WAITING and not known[name]["tries"]]
    heard = [name for name in wrong if name not in {*unheard}]
    _mark(rows, unheard, {"state": WITHDRAWN})
    _mark(rows, heard, {"state": CORRECTED, "ahead": False})
    for name in sorted(heard, key=lambda name: int(known[name]["position"])):
        yield correction_of(known[name], at_s)
    yield from (row for name, row in expected.items() if name not in known)


def _rows(ticket: str, asked: Asked, known: Rows, *, ahead: bool) -> Rows:
    """The messages of what is asked for, by id; what was corrected before is told anew under another one."""
    made: Rows = {}
    seen: Counter[tuple[int | None, AskedEffect]] = Counter()
    for seq, effect in asked:
        number, again = seen[seq, effect], 0
        seen[seq, effect] += 1
        row = message_of(effect, ticket, seq, number, ahead=ahead)
        while known.get(row["id"], row)["state"] == CORRECTED:
            again += 1
            row = message_of(effect, ticket, seq, number, ahead=ahead, again=again)
        made[row["id"]] = row
    return made


def _known(rows: Connection, ticket: str) -> Rows:
    """What was asked for on a ticket so far, but for corrections, by id."""
    which = MESSAGES.c.ticket == ticket, MESSAGES.c.customer.is_(None), MESSAGES.c.kind != CORRECTION
    asked = select(MESSAGES).where(*which)
    return {row["id"]: dict(row) for row in rows.execute(asked).mappings()}


def _revive(rows: Connection, names: list[str]) -> None:
    if names:
        which = MESSAGES.c.id.in_(names), MESSAGES.c.state == WITHDRAWN
        rows.execute(update(MESSAGES).where(*which).values(state=WAITING))


def _mark(rows: Connection, names: list[str], values: dict[str, Any]) -> None:
    if names:
        rows.execute(update(MESSAGES).where(MESSAGES.c.id.in_(names)).values(**values))
