"""Notices: what is told of a customer's accounts, each once, whether a charge brings it or time alone.

A charge asks for what has come about by then on the accounts that it touches. Time alone is told ahead, as it is of
tickets: a record may still turn out to lie before it, and use up what would have ended. So a notice is the customer's,
and not that of the ticket whose charge happened to come first; what does not come about is withdrawn, or corrected.

It is told by the policy and the contracts in force, whichever version the charged ticket goes by. What was told by a
policy that was in force before stays as long as that one would say it still: it is as true as before. Accounts
themselves are not touched by time: what is kept of them is how they stand after their last charge.

Source: DESIGN section 9; section 10, "Time"; THREATS L17; decisions 0062 and 0079.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from upheld.core.billing.accounts import NO_END, Accounts
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


class Said(NamedTuple):
    """A notice as a policy that was in force before would tell it."""

    voice: Engine
    noted: Noted


def told_otherwise(voices: Sequence[Engine], accounts: Accounts | None, until_s: int) -> list[Said]:
    """What all but the first of these engines tell of accounts up to an instant, if nothing is charged."""
    if accounts is None:
        return []
    told = ((each, each.charging.foretell(accounts, until_s)[0]) for each in voices[1:])
    return [Said(voice, Noted("", 0, notice)) for voice, coming in told for notice in coming]


def tell_charges(
    rows: Connection,
    voices: Sequence[Engine],
    customer: Customer,
    noted: Sequence[Noted],
    said: Sequence[Said],
    at_s: int,
    anew_s: int | None = None,
) -> list[dict[str, Any]]:
    """What charges have brought, as messages to be posted; the customer is held as it is told then.

    Args:
        voices: As `Editions.voices` gives them.
        said: What those after the first would have told by then.
        customer: With the accounts as charges have left them.
        at_s: The instant of the last of them.
        anew_s: All charges since this instant are decided anew: all is doubted that was told after it.
    """

    def doubted(row: Mapping[str, Any]) -> bool:
        return bool(row["ahead"]) or (anew_s is not None and row["at_s"] > anew_s)

    engine = voices[0]
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
    sure = _expected(engine, customer.customer, noted, said, known, ahead=False)
    later = told_otherwise(voices, accounts, told_s) if customer.told_s is not None else []
    likely = _expected(engine, customer.customer, [Noted("", 0, each) for each in coming], later, known, ahead=True)
    posted = [*taken_back(rows, known, sure, likely, at_s, doubted)]
    customer.due_s = _due_s(next_s)
    if not likely and not any(row["state"] in _GONE or row["id"] not in sure for row in known.values()):
        customer.told_s = None
    return posted


def tell_time(rows: Connection, voices: Sequence[Engine], customer: Customer, until_s: int) -> list[dict[str, Any]]:
    """What time alone brings up to an instant, as messages to be posted; the customer is held as it is told then."""
    engine = voices[0]
    accounts = customer.accounts or engine.accounts(customer.customer)
    told_s = until_s if customer.told_s is None else max(until_s, customer.told_s)
    coming, next_s = engine.charging.foretell(accounts, told_s)
    known = _known(rows, customer.customer)
    said = told_otherwise(voices, accounts, told_s) if known else []
    likely = _expected(engine, customer.customer, [Noted("", 0, each) for each in coming], said, known, ahead=True)
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


def _expected(
    engine: Engine, customer: str, noted: Sequence[Noted], said: Sequence[Said], known: Rows, *, ahead: bool
) -> Rows:
    """The messages of notices, by id; of those that another policy has told the ones that it told, in their place."""
    kept: Rows = {}
    told: Counter[tuple[object, ...]] = Counter()
    for voice in dict.fromkeys(each.voice for each in said):
        own = [each.noted for each in said if each.voice is voice]
        for each, (name, row) in zip(own, _by_id(voice, customer, own, known, ahead=ahead).items(), strict=True):
            if name in known and known[name]["state"] not in _GONE and name not in kept:
                kept[name] = row
                told[_what(each.notice)] += 1
    new = []
    for each in noted:
        if told[_what(each.notice)]:
            told[_what(each.notice)] -= 1
        else:
            new.append(each)
    return kept | _by_id(engine, customer, new, known, ahead=ahead)


def _what(notice: Notice) -> tuple[object, ...]:
    """What a notice tells, whoever tells it and however early: the end of a lot is one thing."""
    at_s = None if notice.kind == "expiry" else notice.at_s
    return notice.kind, notice.account.id, notice.amount, notice.lot, notice.expires_s, at_s


def _by_id(engine: Engine, customer: str, noted: Iterable[Noted], known: Rows, *, ahead: bool) -> Rows:
    """The messages of notices; several that say the same, of grants that end alike, are told as often."""
    made: Rows = {}
    seen: Counter[str] = Counter()
    for each in noted:
        account = engine.policy.accounts.get(each.notice.account.id, each.notice.account)
        effect = engine.voice.noticed(each.notice._replace(account=account))
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
