"""Notices: what is told of a customer's accounts, each once, whether a charge brings it or time alone.

A charge asks for what has come about by then on the accounts that it touches. Time alone is told ahead, as it is of
tickets: a record may still turn out to lie before it, and use up what would have ended. So a notice is the customer's,
and not that of the ticket whose charge happened to come first; what does not come about is withdrawn, or corrected.

By time alone it is told by the policy and the contracts in force. Accounts themselves are not touched by it: what is
kept of them is how they stand after their last charge.

Source: DESIGN section 9; section 10, "Time"; THREATS L17; decision 0062.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from upheld.core.billing.accounts import NO_END
from upheld.core.billing.state import Notice
from upheld.core.decision.engine import Engine
from upheld.desk.standing.standings import Customer, Standings
from upheld.desk.storage.tables import ACCOUNTS, MESSAGES
from upheld.desk.telling.effects import Rows, taken_back
from upheld.desk.telling.outbox import CORRECTED, CORRECTION, WITHDRAWN, document_of, row_of

FAR_S: Final = 2**32
"""Up to here, in 2106, it is looked whether accounts that nobody looks at have something to tell."""
_GONE: Final = (WITHDRAWN, CORRECTED)


class Noted(NamedTuple):
    """A notice that a record brought, with the place of that record."""

    ticket: str
    seq: int
    notice: Notice


def tell_charges(
    rows: Connection, engine: Engine, customer: Customer, noted: Iterable[Noted], at_s: int, anew_s: int | None = None
) -> list[dict[str, Any]]:
    """What charges have brought, as messages to be posted; the customer is held as it is told then.

    Args:
        engine: That of what is in force.
        customer: With the accounts as charges have left them.
        at_s: The instant of the last of them.
        anew_s: All charges since this instant are decided anew: all is doubted that was told after it.
    """

    def doubted(row: Mapping[str, Any]) -> bool:
        return bool(row["ahead"]) or (anew_s is not None and row["at_s"] > anew_s)

    if not engine.charging.tells and customer.told_s is None and anew_s is None:
        customer.due_s = None
        return [*_by_id(engine, customer.customer, noted, {}, ahead=False).values()]
    accounts = customer.accounts or engine.accounts(customer.customer)
    if customer.told_s is None and anew_s is None:
        coming, next_s = engine.charging.foretell(accounts, at_s)
        customer.due_s = _due_s(coming[0].at_s if coming else next_s)
        return [*_by_id(engine, customer.customer, noted, {}, ahead=False).values()]
    told_s = at_s if customer.told_s is None else customer.told_s
    coming, next_s = engine.charging.foretell(accounts, told_s)
    if customer.told_s is None:
        coming, next_s = (), coming[0].at_s if coming else next_s
    known = _known(rows, customer.customer, everything=anew_s is not None)
    sure = _by_id(engine, customer.customer, noted, known, ahead=False)
    likely = _by_id(engine, customer.customer, (Noted("", 0, each) for each in coming), known, ahead=True)
    posted = [*taken_back(rows, known, sure, likely, at_s, doubted)]
    customer.due_s = _due_s(next_s)
    if not likely and not any(row["state"] in _GONE or row["id"] not in sure for row in known.values()):
        customer.told_s = None
    return posted


def tell_time(rows: Connection, engine: Engine, customer: Customer, until_s: int) -> list[dict[str, Any]]:
    """What time alone brings up to an instant, as messages to be posted; the customer is held as it is told then."""
    accounts = customer.accounts or engine.accounts(customer.customer)
    told_s = until_s if customer.told_s is None else max(until_s, customer.told_s)
    coming, next_s = engine.charging.foretell(accounts, told_s)
    known = _known(rows, customer.customer)
    likely = _by_id(engine, customer.customer, (Noted("", 0, each) for each in coming), known, ahead=True)
    posted = [*taken_back(rows, known, {}, likely, until_s, _is_ahead)]
    customer.due_s = _due_s(next_s)
    customer.told_s = told_s if known or likely else None
    return posted


def missed(rows: Connection, engine: Engine, standings: Standings) -> Iterator[str]:
    """The customers to whose accounts time will do something that nobody will look at in time."""
    if not engine.charging.tells:
        return
    for customer in standings.every_account(rows):
        accounts = customer.accounts or engine.accounts(customer.customer)
        from_s, until_s = (-1 if customer.told_s is None else customer.told_s), customer.due_s
        coming, _ = engine.charging.foretell(accounts, FAR_S if until_s is None else until_s - 1)
        if any(from_s < each.at_s < (FAR_S if until_s is None else until_s) for each in coming):
            yield customer.customer


def expect(rows: Connection, engine: Engine) -> None:
    """Have time looked at that was granted something and has no accounts yet."""
    if engine.charging.tells:
        known = {*rows.scalars(select(ACCOUNTS.c.customer))}
        granted = (name for name, each in engine.contracts.customers.items() if each.grants or each.recurring)
        made = [{"customer": name, "version": 0, "due_s": 0} for name in sorted({*granted} - known)]
        if made:
            dialect = sqlite if rows.dialect.name == "sqlite" else postgresql
            rows.execute(dialect.insert(ACCOUNTS).on_conflict_do_nothing(), made)


def _due_s(next_s: int) -> int | None:
    return None if next_s >= NO_END else next_s


def _is_ahead(row: Mapping[str, Any]) -> bool:
    return bool(row["ahead"])


def _known(rows: Connection, customer: str, *, everything: bool = False) -> Rows:
    """What was told of a customer's accounts and may still prove wrong, or did, by id; or everything that was."""
    which: list[ColumnElement[bool]] = [MESSAGES.c.customer == customer, MESSAGES.c.kind != CORRECTION]
    if not everything:
        which.append(or_(MESSAGES.c.ahead, MESSAGES.c.state.in_(_GONE)))
    return {row["id"]: dict(row) for row in rows.execute(select(MESSAGES).where(*which)).mappings()}


def _by_id(engine: Engine, customer: str, noted: Iterable[Noted], known: Rows, *, ahead: bool) -> Rows:
    """The messages of notices; several that say the same, of grants that end alike, are told as often."""
    made: Rows = {}
    seen: Counter[str] = Counter()
    for each in noted:
        effect = engine.voice.noticed(each.notice)
        document = {**document_of(effect), "customer": customer or None, "account": each.notice.account.id}
        told = json.dumps(document)
        name = _name(customer, told, seen[told], known)
        seen[told] += 1
        row = row_of(effect, document, name, each.ticket, each.seq or None, ahead=ahead)
        made[name] = {**row, "customer": customer}
    return made


def _name(customer: str, told: str, number: int, known: Rows) -> str:
    """The id of a message; one that was corrected before is told anew under another one."""
    again = 0
    while True:
        name = sha256(json.dumps([customer, told, number, again]).encode()).hexdigest()[:32]
        if name not in known or known[name]["state"] != CORRECTED:
            return name
        again += 1
