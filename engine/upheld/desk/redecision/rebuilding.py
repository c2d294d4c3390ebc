"""Rebuilding: from the journal it is written anew how tickets and accounts stand, also when somebody is forgotten.

What `verification` compares with the journal is what is written here.

Source: DESIGN section 10, "Journal"; THREATS F12.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from upheld.core.billing.accounts import Accounts
from upheld.desk.people.names import forget
from upheld.desk.record.adoption import FORGET, alone, changed
from upheld.desk.record.journal import Kept
from upheld.desk.redecision.deciding import Redecision
from upheld.desk.redecision.readings import Reader
from upheld.desk.redecision.verification import AT_ONCE, Progress, code_of, groups
from upheld.desk.standing import carried
from upheld.desk.standing.standings import Customer, Held, next_due_s
from upheld.desk.storage.tables import ACCOUNTS, ENTRIES, JOURNAL, MESSAGES, TICKETS


def rebuild(
    rows: Connection,
    reader: Reader,
    on_progress: Progress | None = None,
    tickets: Sequence[str] | None = None,
    customers: Sequence[str] = (),
) -> int:
    """Write from the journal how tickets and accounts stand, and what it keeps of its decisions.

    Args:
        tickets: Only these, with those that share accounts with them; and all of these ``customers``.

    Returns: how many tickets there are.
    Raises: what deciding raises, where the journal was changed; nothing is done then.
    """
    alone(rows)
    number = rows.scalar(select(func.count()).select_from(JOURNAL)) or 0
    edition, seen, written = reader.current(rows), 0, 0
    wrong: list[tuple[Kept, dict[str, Any]]] = []
    if tickets is None:
        rows.execute(delete(ENTRIES))
        rows.execute(update(ACCOUNTS).values(books=None, due_s=0))
    opened, unopened, charged = set[str](), dict[str, Held](), set[str]()
    for own, ends, split in groups(rows, reader, tickets, customers):
        redecision = Redecision(rows, reader.editions, reader.people)
        for each in redecision.run(own):
            code = code_of(each.made.trace.refusal)
            if (each.row.code, each.row.customer) != (code, each.customer):
                wrong.append((each.row, {"code": code, "customer": each.customer}))
        held = []
        for ticket, last in ends.items():
            standing = redecision.standings.get(ticket)
            kept = Held(ticket, False, last.seq, last.link, redecision.policies.get(ticket, edition.policy), standing)
            if standing is not None or ticket not in split:
                opened.add(ticket)
                held.append(_told(rows, reader, kept, edition.contracts))
            elif ticket not in unopened or last.customer == own[0].customer:
                unopened[ticket] = kept
        _replace(rows, reader, held)
        _replace_accounts(rows, reader, redecision.accounts)
        charged |= redecision.accounts.keys()
        seen, written = seen + len(own), written + len(held)
        if on_progress is not None:
            on_progress(seen, number)
    _replace_accounts(
        rows,
        reader,
        {each.customer: each for each in _carried_alone(rows, charged, None if tickets is None else customers)},
    )
    never = [unopened[ticket] for ticket in sorted((unopened.keys() & (tickets or unopened.keys())) - opened)]
    _replace(rows, reader, (_told(rows, reader, each, edition.contracts) for each in never))
    written += len(never)
    for row, values in wrong:
        which = JOURNAL.c.ticket == row.ticket, JOURNAL.c.seq == row.seq
        rows.execute(update(JOURNAL).where(*which).values(**values))
    return written


def erase(rows: Connection, reader: Reader, person: str) -> int:
    """Forget a person, and decide anew whatever names them; how many tickets did."""
    reader.current(rows)
    token = forget(rows, person)
    if token is None:
        return 0
    reader.people.see(changed(rows, FORGET, {"token": token}))
    named = JOURNAL.c.record.contains(f':{token}"', autoescape=True)
    tickets = [*rows.scalars(select(JOURNAL.c.ticket).where(named).distinct())]
    said = re.compile(rf"(?<!\w){re.escape(json.dumps(person)[1:-1])}(?!\w)")
    for row in rows.execute(select(MESSAGES.c.id, MESSAGES.c.document).where(MESSAGES.c.ticket.in_(tickets))):
        values = {"document": said.sub(token, row.document)}
        if values["document"] != row.document:
            rows.execute(update(MESSAGES).where(MESSAGES.c.id == row.id).values(**values))
    rebuild(rows, reader, tickets=tickets, customers=carried.naming(rows, token))
    return len(tickets)


def _carried_alone(rows: Connection, charged: Set[str], customers: Sequence[str] | None) -> list[Accounts]:
    """What is carried of customers to whom nothing else was charged. Args: customers: only of these."""
    found = carried.all_carried(rows)
    return [
        each for each in found if each.customer not in charged and (customers is None or each.customer in customers)
    ]


def _replace_accounts(rows: Connection, reader: Reader, decided: Mapping[str, Accounts]) -> None:
    asked = select(ACCOUNTS.c.customer, ACCOUNTS.c.version, ACCOUNTS.c.told_s)
    there = {row.customer: row for row in rows.execute(asked.where(ACCOUNTS.c.customer.in_(sorted(decided))))}
    made = []
    for name, accounts in decided.items():
        is_new, version, told_s = (True, 0, None) if name not in there else (False, *there[name][1:])
        made.append(Customer(name, is_new, version, None, accounts, told_s=told_s, due_s=0))
    reader.standings.replace_accounts(rows, made)


def _told(rows: Connection, reader: Reader, held: Held, contracts: str) -> Held:
    """The ticket with what time has told of it so far."""
    found = rows.scalar(select(TICKETS.c.told_s).where(TICKETS.c.ticket == held.ticket))
    if found is None:
        ahead = MESSAGES.c.ticket == held.ticket, MESSAGES.c.ahead
        found = rows.scalar(select(func.max(MESSAGES.c.at_s)).where(*ahead))
    held.told_s = found
    if held.standing is not None:
        engine = reader.editions.engine(rows, held.standing.policy, contracts)
        if found is not None and found > held.standing.last_s:
            now = engine.wait(held.standing, found).standing
            held.ahead = None if now == held.standing else now
        held.due_s = next_due_s(held.now)
    return held


def _replace(rows: Connection, reader: Reader, held: Iterable[Held]) -> None:
    made = [*held]
    for some in (made[start : start + AT_ONCE] for start in range(0, len(made), AT_ONCE)):
        rows.execute(delete(TICKETS).where(TICKETS.c.ticket.in_([each.ticket for each in some])))
        for each in some:
            each.is_new = True
        reader.standings.put(rows, some)
