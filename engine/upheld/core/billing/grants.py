"""Grants: what the contracts file puts on accounts, and what happens to accounts by time alone.

Grants are made and lots expire at their own instants, whoever looks and whenever; a notice
is given once for each time that a balance goes below what the policy names, and once for
each lot that comes to its end. At one instant all of that comes before any charge.

Source: DESIGN section 3, "Determinism"; section 4, "Dates of contracts and expiries"; THREATS L17.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Final

from upheld.core.billing.accounts import Accounts, Book, Due
from upheld.core.billing.booking import grant
from upheld.core.billing.entry import Lot, available
from upheld.core.billing.ledger import Ledger, expire
from upheld.core.billing.rating import minor_units
from upheld.core.billing.state import Notice
from upheld.core.errors import LedgerError
from upheld.core.frozen import FrozenDict
from upheld.core.policy.charge import Account
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.time.instant import DAY_S, END_DAY, FIRST_DAY, day_number

NO_END: Final = 2**62


class Grants:
    """The grants of everybody, and the passing of time on accounts, under one policy."""

    def __init__(self, policy: Policy, schedule: Schedule, contracts: Contracts) -> None:
        self._accounts = policy.accounts
        self._empty = FrozenDict({name: Book(each.unit) for name, each in policy.accounts.items()})
        self._low = {
            name: minor_units(each.low_balance) if each.low_balance is not None else None
            for name, each in policy.accounts.items()
        }
        self._ahead_s = {
            name: each.expiry_notice.seconds if each.expiry_notice else None for name, each in policy.accounts.items()
        }
        self._always = schedule.calendars[ALWAYS]
        self._contracts = contracts
        self._due: dict[str, dict[str, tuple[Due, ...]]] = {}

    def begin(self, customer: str) -> Accounts:
        """The accounts of a customer to whom nothing has happened."""
        return Accounts(customer, self._empty)

    def pass_time(self, accounts: Accounts, until_s: int) -> tuple[Accounts, tuple[Notice, ...]]:
        """The accounts at an instant, everything that is due then included, and what there is to tell."""
        notices: list[Notice] = []
        for account in self._accounts.values():
            book = self.book(accounts, account)
            passed = self.pass_on(accounts.customer, account, book, until_s, notices)
            if passed is not book or account.id not in accounts.books:
                accounts = accounts.having(account.id, passed)
        return accounts, tuple(sorted(notices, key=lambda notice: notice.at_s))

    def book(self, accounts: Accounts, account: Account) -> Book:
        """The book of an account, an empty one where the policy has it anew.

        Raises: LedgerError where it counts in another unit than the policy does by now.
        """
        book = accounts.books.get(account.id) or Book(account.unit)
        if book.unit != account.unit:
            raise LedgerError(
                f"account `{account.id}` was kept in {book.unit}, and the policy counts in {account.unit}"
            )
        return book

    def pass_on(self, customer: str, account: Account, book: Book, until_s: int, notices: list[Notice]) -> Book:
        """One book at an instant, or at its last one where that is later."""
        ledger, noticed = book.ledger, book.noticed
        until_s = max(until_s, ledger.last_s)
        waiting, taken = self._waiting(customer, account.id, book, until_s)
        while True:
            ends = self._notice_times(account, ledger, noticed)
            steps = [each.at_s for each in waiting[:1]] + [at_s for at_s, _ in ends]
            steps += [lot.expires_s for lot in ledger.lots[:1] if lot.expires_s is not None]
            at_s = max(min(steps, default=NO_END), ledger.last_s)
            if at_s > until_s:
                break
            before, ledger = ledger, expire(ledger, at_s)
            while waiting and waiting[0].at_s <= at_s:
                due = waiting.pop(0)
                ledger = grant(ledger, due.amount, at_s, None if due.no_end else due.expires_s)
            notices.extend(self.went_low(account, before, ledger, at_s))
            for soon_s, lot in self._notice_times(account, ledger, noticed):
                if soon_s <= at_s:
                    noticed = (*noticed, lot.number)
                    left = ledger.balances[available(lot.number)]
                    notices.append(Notice(at_s, "expiry", account, left, lot.number, lot.expires_s))
        unchanged = ledger is book.ledger and noticed is book.noticed
        return book if unchanged else Book(book.unit, ledger, taken, noticed)

    def went_low(self, account: Account, before: Ledger, after: Ledger, at_s: int) -> list[Notice]:
        """The notice that a balance went below what the policy names; none where it was below, or is not."""
        low = self._low[account.id]
        if low is None or not _left(before) >= low > _left(after):
            return []
        return [Notice(at_s, "low-balance", account, after.available)]

    def _notice_times(self, account: Account, ledger: Ledger, noticed: tuple[int, ...]) -> list[tuple[int, Lot]]:
        """When the coming end of each open lot is to be told, where it was not."""
        ahead_s = self._ahead_s[account.id]
        if ahead_s is None:
            return []
        return [
            (lot.expires_s - ahead_s, lot)
            for lot in ledger.lots
            if lot.expires_s is not None and lot.number not in noticed
        ]

    def _waiting(self, customer: str, account: str, book: Book, until_s: int) -> tuple[list[Due], tuple[Due, ...]]:
        """The grants to be made by an instant, and all that will have been made then.

        Equal ones are counted, so that a file in which a grant is added later, even one of an earlier day, does
        what its reader expects.
        """
        due = self._of(customer).get(account, ())
        due = due[: bisect_right(due, until_s, key=lambda each: each.at_s)]
        missing = Counter(due) - Counter(book.taken) if due != book.taken else Counter[Due]()
        waiting = sorted(missing.elements())
        return waiting, tuple(sorted((*book.taken, *waiting)))

    def _of(self, customer: str) -> dict[str, tuple[Due, ...]]:
        known = self._contracts.customers.get(customer)
        if known is None:
            return {}
        found = self._due.get(customer)
        if found is None:
            lists: dict[str, list[Due]] = {}
            for each in known.grants:
                end_s = NO_END if each.expires is None else self._end_of_day_s(day_number(each.expires))
                lists.setdefault(each.account, []).append(Due(each.at_s, each.expires is None, end_s, each.amount))
            found = self._due[customer] = {name: tuple(sorted(each)) for name, each in lists.items()}
        return found

    def _end_of_day_s(self, day: int) -> int:
        """The first instant after a day in the policy's zone; far days need no zone."""
        after = day + 1
        return self._always.instant_s(after, 0) if FIRST_DAY <= after < END_DAY else after * DAY_S


def _left(ledger: Ledger) -> int:
    """What a customer can still use, or owes."""
    return ledger.available - ledger.overdrawn
