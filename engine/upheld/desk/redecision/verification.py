"""Verification: whether the journal is as it was written, and whether everything else is what it says.

First each row by itself and in its chain, then every decision anew: the codes of refusals, how tickets and accounts
stand, and when time does something.

Source: DESIGN section 10, "Journal"; THREATS D04, L02.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select

from upheld.core.billing.accounts import Accounts
from upheld.core.errors import UpheldError
from upheld.core.record.ticket import Standing
from upheld.desk.record import journal
from upheld.desk.record.adoption import ADOPT
from upheld.desk.record.journal import EVERY, RECORD, Kept, Record
from upheld.desk.redecision.deciding import Redecision
from upheld.desk.redecision.readings import Reader
from upheld.desk.standing import carried
from upheld.desk.standing.standings import next_due_s
from upheld.desk.storage.tables import ACCOUNTS, CARRIED, CHANGES, JOURNAL, KEYS, LEFT, TICKETS
from upheld.desk.telling.notices import missed

Progress = Callable[[int, int], None]
"""Is told how many records were looked at so far, and how many there are."""
MOST: Final = 100
"""Differences that are told; after so many nothing more is looked for."""
AT_ONCE: Final = 500
_BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, UpheldError)
"""What reading a record may raise that was changed by hand."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the journal has it, or that the journal itself has not as it was written.

    Attributes:
        ticket: Whose; ``""`` for what is of no ticket.
        seq: The row of the journal; ``None`` for what is none.
        says: What is wrong.
    """

    ticket: str
    seq: int | None
    says: str

    def __str__(self) -> str:
        place = f"ticket `{self.ticket}`" if self.ticket else "the desk"
        return f"{place}{'' if self.seq is None else f', record {self.seq}'}: {self.says}"


def differences(rows: Connection, reader: Reader, on_progress: Progress | None = None) -> Iterator[Difference]:
    """Everything that is not as it should be; decisions are made anew only where the journal is whole."""
    number = rows.scalar(select(func.count()).select_from(JOURNAL)) or 0
    seen, whole = 0, True
    for name in carried.changed(rows):
        whole = False
        yield Difference("", None, f"what is carried of customer `{name}` is not as it was written")
    for found in _chains(rows):
        if isinstance(found, Difference):
            whole = False
            yield found
        else:
            seen += found
            if on_progress is not None:
                on_progress(seen // 2, number)
    if not whole:
        return
    for each in _redecided(rows, reader):
        if isinstance(each, Difference):
            yield each
        else:
            seen += each
            if on_progress is not None:
                on_progress(seen // 2, number)
    yield from _keys(rows)
    yield from _left(rows)


def _chains(rows: Connection) -> Iterator[Difference | int]:
    """What is wrong with rows of the journal, and after each ticket how many it had."""
    asked = EVERY.order_by(JOURNAL.c.ticket, JOURNAL.c.seq)
    groups = ((name, [*own]) for name, own in groupby(journal.found(rows, asked), key=lambda row: row.ticket))
    tickets = 0
    while some := [*islice(groups, AT_ONCE)]:
        names = [name for name, _ in some]
        heads = select(TICKETS.c.ticket, TICKETS.c.seq, TICKETS.c.link).where(TICKETS.c.ticket.in_(names))
        ends = {row.ticket: (row.seq, bytes(row.link)) for row in rows.execute(heads)}
        tickets += len(ends)
        for name, own in some:
            yield from wrong_in(own)
            last = own[-1]
            if name not in ends:
                yield Difference(name, None, "its standing is gone: `rebuild` writes it anew")
            elif ends[name] != (last.seq, last.link):
                yield Difference(name, last.seq, f"its standing is after record {ends[name][0]}: a record is gone")
            yield len(own)
    yield from _without_records(rows, tickets)


def wrong_in(own: list[Kept]) -> Iterator[Difference]:
    """What is wrong with the rows of a ticket; after the first bad link the others are compared with what is there."""
    link, arrival = None, 0
    for number, row in enumerate(own, 1):
        wrong = _wrong(row, link, arrival)
        if row.seq != number and not wrong:
            wrong = f"it should be record {number}: one before it is gone, or is there twice"
        if wrong:
            yield Difference(row.ticket, row.seq, wrong)
        link, arrival = row.link, row.arrival


def _wrong(row: Kept, link: bytes | None, arrival: int) -> str:
    """What is wrong with a row, after one with this link and number of arrival."""
    if journal.sealed(row._asdict()) != row.seal:
        return "it is not as it was written"
    try:
        if row.kind == RECORD and (row.event.ticket, row.event.at_s) != (row.ticket, row.at_s):
            return "its record is of another ticket, or of another instant"
        if journal.linked(link, row.ticket, row.kind, Record(row.record)) != row.link:
            return "it does not follow from the record before: one was changed, taken out or put in"
    except _BROKEN:
        return "its record cannot be read"
    return "" if row.arrival > arrival else "it came before the record before it"


def _without_records(rows: Connection, tickets: int) -> Iterator[Difference]:
    if (rows.scalar(select(func.count()).select_from(TICKETS).where(TICKETS.c.seq > 0)) or 0) == tickets:
        return
    some = select(JOURNAL.c.seq).where(JOURNAL.c.ticket == TICKETS.c.ticket).exists()
    for name in rows.scalars(select(TICKETS.c.ticket).where(TICKETS.c.seq > 0, ~some).order_by(TICKETS.c.ticket)):
        yield Difference(name, None, "its records are gone")


def _redecided(rows: Connection, reader: Reader) -> Iterator[Difference | int]:
    """What is not as it is decided anew, and after each group of tickets how many records that had."""
    edition = reader.current(rows)
    editions = rows.scalar(select(func.count()).where(CHANGES.c.kind == ADOPT))
    contracts = edition.contracts if editions == 1 else ""  # of what one edition has decided all
    customers: set[str] = set()
    opened, unopened = set[str](), dict[str, Kept]()
    for own, ends, split in groups(rows, reader):
        redecision = Redecision(rows, reader.editions, reader.people)
        try:
            for each in redecision.run(own):
                code = code_of(each.made.trace.refusal)
                if code != each.row.code:
                    said = f"decided anew it is {_toldcode_of(code)}, and it was {_toldcode_of(each.row.code)}"
                    yield Difference(each.row.ticket, each.row.seq, said)
                elif each.customer != each.row.customer:
                    said = f"it is of customer `{each.customer}`, and is kept as one of `{each.row.customer}`"
                    yield Difference(each.row.ticket, each.row.seq, said)
        except UpheldError as error:
            yield Difference(own[0].ticket, None, f"it cannot be decided anew: {error}")
            opened |= split
            continue
        for ticket, last in ends.items():
            standing = redecision.standings.get(ticket)
            if standing is not None or ticket not in split:
                opened.add(ticket)
                yield from _standing(rows, reader, standing, last, contracts)
            else:
                unopened[ticket] = last
        for name, accounts in redecision.accounts.items():
            customers.add(name)
            yield from _accounts(rows, reader, name, accounts)
        yield len(own)
    for ticket in sorted(unopened.keys() - opened):
        yield from _standing(rows, reader, None, unopened[ticket], contracts)
    kept = select(ACCOUNTS.c.customer).where(ACCOUNTS.c.books.is_not(None)).union(select(CARRIED.c.customer))
    for name in sorted({*rows.scalars(kept)} - customers):
        yield from _accounts(rows, reader, name, carried.carried_of(rows, name))
    with suppress(UpheldError):  # of accounts that cannot be read, which was told
        for name in missed(rows, reader.engine(rows), reader.standings):
            yield Difference("", None, f"nobody looks at the accounts of customer `{name}` in time: `rebuild` mends it")


def _accounts(rows: Connection, reader: Reader, customer: str, accounts: Accounts | None) -> Iterator[Difference]:
    try:
        if reader.standings.look_accounts(rows, customer) != accounts:
            told = "" if accounts is not None else ": nothing was"
            yield Difference("", None, f"the accounts of customer `{customer}` are not what was charged{told}")
    except UpheldError as error:
        yield Difference("", None, str(error))


def _standing(
    rows: Connection, reader: Reader, standing: Standing | None, last: Kept, contracts: str
) -> Iterator[Difference]:
    try:
        held = reader.standings.look(rows, last.ticket)
    except UpheldError as error:
        yield Difference(last.ticket, None, str(error))
        return
    except _BROKEN:
        yield Difference(last.ticket, None, "its standing cannot be read: `rebuild` writes it anew")
        return
    if held is None:
        return
    if held.standing != standing:
        yield Difference(last.ticket, None, "it does not stand as its records say: `rebuild` writes it anew")
        return
    if standing is not None and contracts:
        engine = reader.editions.engine(rows, standing.policy, contracts)
        now = standing if held.told_s is None else engine.wait(standing, max(held.told_s, standing.last_s)).standing
        if held.now != now:
            yield Difference(last.ticket, None, "time has not passed on it as told: `rebuild` writes it anew")
        elif held.due_s != next_due_s(now):
            yield Difference(last.ticket, None, "its next due instant is another: `rebuild` writes it anew")


class _Group(NamedTuple):
    """A part of the journal that can be decided by itself: a ticket, or where something is billed a customer.

    Attributes:
        ends: By ticket, its last record, which may be of another customer.
        split: Tickets with records of other customers as well: what counts before the opening may name anybody, and may
            come after it. One group opens such a ticket, or none does.
    """

    own: list[Kept]
    ends: dict[str, Kept]
    split: set[str]


def groups(
    rows: Connection, reader: Reader, tickets: Sequence[str] | None = None, customers: Sequence[str] = ()
) -> Iterator[_Group]:
    """The journal in parts.

    Args:
        tickets: Only the parts that hold one of these, and those of these ``customers``.
    """
    some = None if tickets is None else JOURNAL.c.ticket.in_(tickets)
    is_shared = _bills(rows, reader)
    if is_shared:
        every = EVERY
        if some is not None:
            theirs = JOURNAL.c.customer.in_(select(JOURNAL.c.customer).where(some).distinct())
            every = EVERY.where(theirs | JOURNAL.c.customer.in_(customers))
        asked = every.order_by(JOURNAL.c.customer, JOURNAL.c.arrival)
        grouped = groupby(journal.found(rows, asked), key=lambda row: row.customer)
    else:
        asked = (EVERY if some is None else EVERY.where(some)).order_by(JOURNAL.c.ticket, JOURNAL.c.seq)
        grouped = groupby(journal.found(rows, asked), key=lambda row: row.ticket)
    for _, found in grouped:
        own = [*found]
        ends = {row.ticket: row for row in sorted(own, key=lambda row: row.seq)}
        split = {row.ticket: row for row in _split(rows, [*ends])} if is_shared else {}
        yield _Group(own, {**ends, **split}, {*split})


def _split(rows: Connection, tickets: Sequence[str]) -> Iterator[Kept]:
    """The last record of each of these tickets that has records of several customers."""
    for start in range(0, len(tickets), AT_ONCE):
        asked = select(JOURNAL.c.ticket).where(JOURNAL.c.ticket.in_(tickets[start : start + AT_ONCE]))
        several = asked.group_by(JOURNAL.c.ticket).having(func.count(JOURNAL.c.customer.distinct()) > 1)
        for ticket in rows.scalars(several).all():
            yield journal.of_ticket(rows, ticket)[-1]


def _bills(rows: Connection, reader: Reader) -> bool:
    numbers = rows.scalars(select(JOURNAL.c.edition).distinct()).all()
    editions = [reader.editions.edition(rows, number) for number in numbers]
    terms = {(each.policy, each.contracts) for each in editions}
    signed = reader.current(rows).contracts
    terms |= {(each, signed) for each in rows.scalars(select(TICKETS.c.policy).distinct()) if each}
    return any(reader.editions.engine(rows, *each).charging.bills for each in sorted(terms))


def _left(rows: Connection) -> Iterator[Difference]:
    """Tickets that left, and are there all the same."""
    there = select(JOURNAL.c.ticket).where(JOURNAL.c.ticket == LEFT.c.ticket).exists()
    for row in rows.execute(select(LEFT.c.ticket, LEFT.c.archive).where(there).order_by(LEFT.c.ticket)):
        yield Difference(row.ticket, None, f"it left the desk for `{row.archive}`, and has records all the same")


def _keys(rows: Connection) -> Iterator[Difference]:
    """Keys whose record is not there."""
    there = select(JOURNAL.c.seq).where(JOURNAL.c.ticket == KEYS.c.ticket, JOURNAL.c.seq == KEYS.c.seq).exists()
    left = select(LEFT.c.seq).where(LEFT.c.ticket == KEYS.c.ticket, LEFT.c.seq >= KEYS.c.seq).exists()
    for row in rows.execute(select(KEYS.c.key, KEYS.c.ticket, KEYS.c.seq).where(~there, ~left)):
        yield Difference(row.ticket, row.seq, f"key `{row.key}` came with it, and it is not there")


def code_of(refusal: Any) -> str | None:
    """Why a record was refused, as the journal keeps it."""
    return None if refusal is None else str(refusal.code)


def _toldcode_of(code: str | None) -> str:
    return "accepted" if code is None else f"refused (`{code}`)"
