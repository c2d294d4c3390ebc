"""Standings: how tickets and customers stand in the database, held while something happens to them.

Rows are locked ticket first, then customer, each in the order of their ids, so that nobody waits for somebody who waits
for him. A ticket or customer that is not there yet has a row made for the lock. What a row's text says is remembered by
that very text, so that nothing remembered can be wrong.

Source: DESIGN section 10, "Concurrency", "Journal"; THREATS D02.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from upheld.core.billing.accounts import Accounts
from upheld.core.errors import DeskError
from upheld.core.nearest import quoted
from upheld.core.record.journal import begun
from upheld.core.record.ticket import Standing
from upheld.desk.standing.plain_text import Written, standing_of, text_of_standing, written, written_of
from upheld.desk.storage.statement import Answer, Prepared, Several
from upheld.desk.storage.tables import ACCOUNTS, ENTRIES, TICKETS

T = TypeVar("T")

FOREVER: Final = 2**62
"""From here on an instant means never."""
TICKETS_REMEMBERED: Final = 20_000
CUSTOMERS_REMEMBERED: Final = 2_000


@dataclass(slots=True)
class Held:
    """A ticket that is held: as it was in its row, and as what happens to it leaves it.

    Attributes:
        is_new: Whether its row has to be made.
        seq, link: Of its last record; 0 before the first.
        policy: The digest it goes on under; ``""`` before its first record.
        standing: After its last record.
        ahead: The same once the time up to ``told_s`` has passed, where that is another.
        told_s: Up to when what comes by itself was told; ``None`` where only its records told.
        due_s: When time alone does something that was not told.
    """

    ticket: str
    is_new: bool
    seq: int
    link: bytes
    policy: str
    standing: Standing | None = None
    ahead: Standing | None = None
    told_s: int | None = None
    due_s: int | None = None

    @property
    def now(self) -> Standing | None:
        """How it stands, as far as anything was told."""
        return self.standing if self.ahead is None else self.ahead


@dataclass(slots=True)
class Customer:
    """A customer whose accounts are held.

    Attributes:
        told_s: Up to when what time alone does was told; ``None`` where nothing of that is in doubt.
        due_s: When time alone may do something that was not told.
    """

    customer: str
    is_new: bool
    version: int
    kept: Written | None
    accounts: Accounts | None = None
    is_changed: bool = False
    told_s: int | None = None
    due_s: int | None = None


class Remembered(Generic[T]):
    """What texts say, of those that were last in use."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[str, T] = OrderedDict()
        self._lock = Lock()

    def get(self, text: str) -> T | None:
        """What a text says, if that is remembered."""
        with self._lock:
            found = self._found.get(text)
            if found is not None:
                self._found.move_to_end(text)
            return found

    def put(self, text: str, value: T) -> None:
        """Remember what a text says."""
        with self._lock:
            self._found[text] = value
            if len(self._found) > self._most:
                self._found.popitem(last=False)


class Standings:
    """The standings of one desk."""

    def __init__(self, *, is_sqlite: bool) -> None:
        self._is_sqlite = is_sqlite
        self._tickets: Remembered[Standing] = Remembered(TICKETS_REMEMBERED)
        self._customers: Remembered[Written] = Remembered(CUSTOMERS_REMEMBERED)
        self._seen: Remembered[Written] = Remembered(CUSTOMERS_REMEMBERED)

    def hold(self, rows: Connection, tickets: Iterable[str]) -> dict[str, Held]:
        """Lock tickets, for as long as the transaction lasts."""
        wanted = sorted({*tickets})
        return self.held_of(rows, wanted, self.lock(rows, wanted))

    def lock(self, rows: Connection, tickets: Sequence[str]) -> Answer:
        """Begin to lock tickets, sorted: what is asked together with it is asked once they are locked."""
        return _TICKETS.ask(rows, tickets)

    def held_of(self, rows: Connection, tickets: Sequence[str], locked: Answer) -> dict[str, Held]:
        """Tickets whose rows were locked; those that have none get one."""
        held = {row[0]: self.held(row) for row in locked()}
        missing = [ticket for ticket in tickets if ticket not in held]
        if self._is_sqlite:
            return held | {ticket: Held(ticket, True, 0, begun(ticket), "") for ticket in missing}
        if missing:
            given = {"tickets": missing, "links": [begun(ticket) for ticket in missing]}
            held |= {row[0]: Held(row[0], False, 0, begun(row[0]), "") for row in _BLANK.run(rows, given)}
            others = [ticket for ticket in missing if ticket not in held]  # somebody else made them meanwhile
            held |= self.hold(rows, others) if others else {}
        return held

    def look(self, rows: Connection, ticket: str) -> Held | None:
        """A ticket as it stands, which is not locked."""
        row = rows.execute(_LOOK, {"ticket": ticket}).one_or_none()
        return None if row is None or not row[1] else self.held(row)

    def held(self, row: Any) -> Held:
        """The ticket of a row of `COLUMNS`."""
        ticket, seq, link, policy, standing, ahead, told_s, due_s = row
        return Held(
            ticket, False, seq, bytes(link), policy, self._said(ticket, standing), self._said(ticket, ahead), told_s,
            due_s,
        )  # fmt: skip

    def _said(self, ticket: str, text: str | None) -> Standing | None:
        if text is None:
            return None
        found = self._tickets.get(text)
        if found is None:
            found = standing_of(text)
            if found is None:
                raise DeskError(f"ticket {quoted(ticket)} was kept by another release: `rebuild` decides it anew")
            self._tickets.put(text, found)
        return found

    def put(self, rows: Connection, changed: Iterable[Held]) -> None:
        """Write tickets that are held."""
        new: list[dict[str, Any]] = []
        old: list[dict[str, Any]] = []
        for held in changed:
            columns = self._columns(held)
            if held.is_new:
                new.append(columns)
            else:
                old.append({f"its_{name}": value for name, value in columns.items()})
            held.is_new = False
        _ADD.run_each(rows, new)
        _PUT.run_each(rows, old)

    def _columns(self, held: Held) -> dict[str, Any]:
        standing, ahead = held.standing, held.ahead
        now = held.now
        return {
            "ticket": held.ticket,
            "seq": held.seq,
            "link": held.link,
            "policy": held.policy,
            "customer": "" if standing is None else standing.customer,
            "core": None if now is None else now.core,
            "standing": None if standing is None else self._written(standing),
            "ahead": None if ahead is None else self._written(ahead),
            "told_s": held.told_s,
            "due_s": held.due_s,
        }

    def _written(self, standing: Standing) -> str:
        text = text_of_standing(standing)
        self._tickets.put(text, standing)
        return text

    def accounts(self, rows: Connection, customers: Iterable[str]) -> dict[str, Customer]:
        """Lock customers, for as long as the transaction lasts."""
        wanted = sorted({*customers})
        return self.accounts_of(rows, wanted, self.lock_accounts(rows, wanted))

    def lock_accounts(self, rows: Connection, customers: Sequence[str]) -> Answer:
        """Begin to lock customers, sorted, those that have no row given one."""
        if customers and not self._is_sqlite:
            _BLANK_CUSTOMERS.ask(rows, {"customers": [*customers]})
        return _CUSTOMERS.ask(rows, customers)

    def accounts_of(self, rows: Connection, customers: Sequence[str], locked: Answer) -> dict[str, Customer]:
        """Customers whose rows were locked."""
        held = {row[0]: self._customer(rows, row) for row in locked()}
        return {customer: held.get(customer) or Customer(customer, True, 0, None) for customer in customers}

    def look_accounts(self, rows: Connection, customer: str) -> Accounts | None:
        """A customer's accounts as they stand, which are not locked; ``None`` where nothing was charged."""
        row = rows.execute(_LOOK_CUSTOMER, {"customer": customer}).one_or_none()
        return None if row is None else self._customer(rows, row).accounts

    def _customer(self, rows: Connection, row: Any) -> Customer:
        customer, version, text, told_s, due_s = row
        if text is None:
            return Customer(customer, False, version, None, told_s=told_s, due_s=due_s)

        def since(account: str, number: int) -> list[str]:
            given = {"customer": customer, "account": account, "number": number}
            return [row[0] for row in _SINCE.run(rows, given)]

        found = self._customers.get(f"{customer} {text}")
        if found is None:
            before = self._seen.get(customer)  # others go on from there
            found = None if before is None else written_of(customer, text, since, before)
            found = found or written_of(customer, text, since)
            if found is None:
                advice = "`verify` tells more, and `rebuild` decides them anew"
                raise DeskError(f"the accounts of customer {quoted(customer)} are not as they were kept: {advice}")
            self._customers.put(f"{customer} {text}", found)
        self._seen.put(customer, found)
        return Customer(customer, False, version, found, found.accounts, told_s=told_s, due_s=due_s)

    def put_accounts(self, rows: Connection, customers: Iterable[Customer]) -> None:
        """Write the accounts that changed, and their new entries."""
        for each in customers:
            if not each.is_changed or each.accounts is None:
                continue
            kept, entries = written(each.kept, each.accounts)
            told = {"told_s": each.told_s, "due_s": each.due_s}
            columns = {"customer": each.customer, "version": each.version + 1, "books": kept.text, **told}
            (_ADD_CUSTOMER if each.is_new else _PUT_CUSTOMER).run_each(rows, [columns])
            made = [
                {"customer": each.customer, "account": name, "number": number, "entry": text}
                for name, number, text in entries
            ]
            _WRITE.run_each(rows, made)
            self._customers.put(f"{each.customer} {kept.text}", kept)
            each.kept, each.version, each.is_new, each.is_changed = kept, each.version + 1, False, False

    def put_told(self, rows: Connection, customers: Iterable[Customer]) -> None:
        """Write what was told of accounts that did not change."""
        made = [{"its_customer": each.customer, "told_s": each.told_s, "due_s": each.due_s} for each in customers]
        _PUT_TOLD.run_each(rows, made)

    def replace_accounts(self, rows: Connection, decided: Iterable[Customer]) -> None:
        """Write accounts that are held as they were decided anew, with all their entries."""
        held = [*decided]
        for each in held:
            rows.execute(delete(ENTRIES).where(ENTRIES.c.customer == each.customer))
            each.kept, each.is_changed = None, each.accounts is not None
            if each.accounts is None and not each.is_new:
                values = {"books": None, "told_s": each.told_s, "due_s": each.due_s}
                rows.execute(update(ACCOUNTS).where(ACCOUNTS.c.customer == each.customer).values(**values))
        self.put_accounts(rows, held)

    def next_accounts(
        self, rows: Connection, until_s: int, customers_max: int
    ) -> tuple[list[Customer], list[tuple[Customer, str]]]:
        """Customers to whose accounts time may do something by an instant, the longest due first; nobody else's.

        Returns: besides, those whose accounts cannot be read, each with why.
        """
        asked = select(*_BOOKS).where(ACCOUNTS.c.due_s <= until_s).order_by(ACCOUNTS.c.due_s, ACCOUNTS.c.customer)
        held, unread = list[Customer](), list[tuple[Customer, str]]()
        for row in rows.execute(asked.limit(customers_max).with_for_update(skip_locked=True)).all():
            try:
                held.append(self._customer(rows, row))
            except DeskError as error:
                unread.append((Customer(row[0], False, row[1], None, told_s=row[3]), str(error)))
        return held, unread

    def every_account(self, rows: Connection) -> Iterator[Customer]:
        """All customers that have accounts, in order."""
        return (self._customer(rows, row) for row in rows.execute(select(*_BOOKS).order_by(ACCOUNTS.c.customer)).all())


def next_due_s(standing: Standing | None) -> int | None:
    """When time alone next does something to a ticket: a timer fires, a clock warns, a rhythm goes on."""
    if standing is None:
        return None
    due_s = standing.timers[0].due_s if standing.timers else FOREVER
    due_s = min(due_s, standing.clocks.next_s)
    return None if due_s >= FOREVER else due_s


_NAMES: Final = ("ticket", "seq", "link", "policy", "standing", "ahead", "told_s", "due_s")
COLUMNS: Final = tuple(TICKETS.c[name] for name in _NAMES)
"""What `Standings.held` reads of a row."""

_LOOK: Final = select(*COLUMNS).where(TICKETS.c.ticket == bindparam("ticket"))
_TICKETS: Final = Several(select(*COLUMNS).with_for_update(), TICKETS.c.ticket)
_ADD: Final = Prepared(insert(TICKETS), TICKETS.c.keys())
_PUT: Final = Prepared(
    update(TICKETS)
    .where(TICKETS.c.ticket == bindparam("its_ticket"))
    .values({column.name: bindparam(f"its_{column.name}") for column in TICKETS.c if column.name != "ticket"})
)
_BLANK: Final = Prepared(
    text(
        f"INSERT INTO {TICKETS.name} (ticket, seq, link, policy, customer) SELECT ticket, 0, link, '', '' FROM"
        " unnest(CAST(:tickets AS text[]), CAST(:links AS bytea[])) AS new (ticket, link)"
        " ON CONFLICT DO NOTHING RETURNING ticket"
    )
)
_BLANK_CUSTOMERS: Final = Prepared(
    text(
        f"INSERT INTO {ACCOUNTS.name} (customer, version, due_s)"
        " SELECT customer, 0, 0 FROM unnest(CAST(:customers AS text[])) AS new (customer) ON CONFLICT DO NOTHING"
    )
)
_ADD_CUSTOMER: Final = Prepared(insert(ACCOUNTS), ACCOUNTS.c.keys())
_PUT_CUSTOMER: Final = Prepared(
    update(ACCOUNTS)
    .where(ACCOUNTS.c.customer == bindparam("customer"))
    .values({name: bindparam(name) for name in ("version", "books", "told_s", "due_s")})
)
_PUT_TOLD: Final = Prepared(
    update(ACCOUNTS)
    .where(ACCOUNTS.c.customer == bindparam("its_customer"))
    .values(told_s=bindparam("told_s"), due_s=bindparam("due_s"))
)
_WRITE: Final = Prepared(insert(ENTRIES), ENTRIES.c.keys())
_BOOKS: Final = tuple(ACCOUNTS.c[name] for name in ("customer", "version", "books", "told_s", "due_s"))
_CUSTOMERS: Final = Several(select(*_BOOKS).with_for_update(), ACCOUNTS.c.customer)
_LOOK_CUSTOMER: Final = select(*_BOOKS).where(ACCOUNTS.c.customer == bindparam("customer"))
_SINCE: Final = Prepared(
    select(ENTRIES.c.entry)
    .where(ENTRIES.c.customer == bindparam("customer"), ENTRIES.c.account == bindparam("account"))
    .where(ENTRIES.c.number > bindparam("number"))
    .order_by(ENTRIES.c.number)
)
