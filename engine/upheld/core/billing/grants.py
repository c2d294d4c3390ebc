"""Grants: what the contracts file puts on accounts, and what happens to accounts by time alone.

Grants are made and lots expire at their own instants, whoever looks and whenever; a notice
is given once for each time that a balance goes below what the policy names, and once for
each lot that comes to its end. At one instant all of that comes before any charge.

Source: DESIGN section 3, "Determinism"; section 4, "Dates of contracts and expiries"; THREATS L17.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterator
from datetime import date
from heapq import heappop, heappush
from typing import NamedTuple

from upheld.core.billing.accounts import NO_END, Accounts, Balance, Book, Due
from upheld.core.billing.booking import grant
from upheld.core.billing.entry import Lot, available, checked, lot_of
from upheld.core.billing.ledger import Ledger, expire
from upheld.core.billing.rating import minor_units
from upheld.core.billing.recurring import AHEAD_S, dues_of
from upheld.core.billing.state import Notice
from upheld.core.errors import LedgerError
from upheld.core.frozen import FrozenDict
from upheld.core.policy.charge import Account
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.time.instant import DAY_S, END_DAY, FIRST_DAY, day_number


class Quiet(NamedTuple):
    """What is known of a book, remembered for the last one of each account.

    Attributes:
        until_s: Before this instant nothing falls due by itself in it.
        in_order: Whether the grants made in it are the first of those that the contracts file gives.
    """

    book: Book
    until_s: int
    in_order: bool

    def is_of(self, book: Book) -> bool:
        """Whether it is said of that book: the same ledger, out of which the same was given and told."""
        mine = self.book
        return mine.ledger is book.ledger and mine.taken is book.taken and mine.noticed is book.noticed


class Grants:
    """The grants of everybody, and the passing of time on accounts, under one policy."""

    def __init__(self, policy: Policy, schedule: Schedule, contracts: Contracts) -> None:
        self._accounts = policy.accounts
        self._low = {
            name: minor_units(each.low_balance) if each.low_balance is not None else None
            for name, each in policy.accounts.items()
        }
        self._ahead_s = {
            name: each.expiry_notice.seconds if each.expiry_notice else None for name, each in policy.accounts.items()
        }
        self._telling = tuple(
            each
            for name, each in policy.accounts.items()
            if self._low[name] is not None or self._ahead_s[name] is not None
        )
        self._always = schedule.calendars[ALWAYS]
        self._contracts = contracts
        books = {name: Book(each.unit) for name, each in policy.accounts.items()}
        self._empty: FrozenDict[str, Book] = FrozenDict(books)
        self._due: dict[str, tuple[dict[str, tuple[Due, ...]], int]] = {}
        self._midnights_s: dict[int, int] = {}
        self._quiet: dict[tuple[str, str], Quiet] = {}

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

    @property
    def tells(self) -> bool:
        """Whether anything is ever told of an account."""
        return bool(self._telling)

    def foretell(self, accounts: Accounts, until_s: int) -> tuple[tuple[Notice, ...], int]:
        """What there is to tell of accounts up to an instant if nothing is charged; and when there may be more."""
        notices: list[Notice] = []
        next_s = NO_END
        for account in self._telling:
            passed = self.pass_on(accounts.customer, account, self.book(accounts, account), until_s, notices)
            quiet = self._quiet[accounts.customer, account.id]  # which another thread may have looked at since
            next_s = min(next_s, quiet.until_s if quiet.is_of(passed) else until_s + 1)
        return tuple(sorted(notices, key=lambda notice: notice.at_s)), next_s

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
        ledger = book.ledger
        quiet = self._quiet.get((customer, account.id))
        if quiet is not None and quiet.is_of(book) and until_s < quiet.until_s:
            return book
        until_s = max(until_s, ledger.last_s)
        waiting, taken, later_s, in_order = self._waiting(customer, account.id, book, until_s)
        ends = _Ends(self._ahead_s[account.id], book)
        while True:
            next_s = min(waiting[-1].at_s if waiting else NO_END, ends.next_s(ledger))
            if ledger.lots and ledger.lots[0].expires_s is not None:
                next_s = min(next_s, ledger.lots[0].expires_s)
            at_s = max(next_s, ledger.last_s)
            if at_s > until_s:
                break
            before, ledger = ledger, expire(ledger, at_s)
            for entry in ledger.entries.since(len(before.entries)):
                if entry.kind == "carry":
                    ends.add(entry.lot)
            while waiting and waiting[-1].at_s <= at_s:
                due = waiting.pop()
                number = len(ledger.entries)
                end_s = None if due.no_end else due.expires_s
                ledger = grant(ledger, due.amount, at_s, end_s, repays=account.repays, carried=due.carried)
                ends.add(ledger.entries.numbered(number + 1).lot)
            notices.extend(self.went_low(account, before, ledger, at_s))
            for lot in ends.told(ledger, at_s):
                left = ledger.balances[available(lot.number)] - (lot.carried.most if lot.carried else 0)
                if left > 0:
                    notices.append(Notice(at_s, "expiry", account, left, lot.number, lot.expires_s))
        unchanged = ledger is book.ledger and ends.noticed is book.noticed
        passed = book if unchanged else Book(book.unit, ledger, taken, ends.noticed)
        self._quiet[customer, account.id] = Quiet(passed, min(next_s, later_s), in_order)
        return passed

    def gone(self, accounts: Accounts) -> Iterator[tuple[Account, Due]]:
        """The grants that were made in accounts and that the contracts do not know any more."""
        for name, book in accounts.books.items():
            if book.taken and name in self._accounts:
                due = self._of(accounts.customer, book.taken[-1].at_s)[0].get(name, ())
                yield from (
                    (self._accounts[name], each) for each in sorted((Counter(book.taken) - Counter(due)).elements())
                )

    def written(self, customer: str, account: str, book: Book, ledger: Ledger) -> Book:
        """The book with something written into its ledger; where that opens no lot, nothing falls due earlier in it."""
        after = Book(book.unit, ledger, book.taken, book.noticed)
        quiet = self._quiet.get((customer, account))
        if quiet is not None and quiet.is_of(book):
            entries = ledger.entries.since(len(book.ledger.entries))
            if not any(lot_of(each.target) is not None for entry in entries for each in entry.transfers):
                self._quiet[customer, account] = quiet._replace(book=after)
        return after

    def balance(self, customer: str, account: Account, book: Book, at_s: int) -> Balance:
        """How an account stands at an instant; where nothing happened on it yet, without making its grants."""
        known = self._contracts.customers.get(customer)
        recurs = known is not None and any(each.account == account.id for each in known.recurring)
        if recurs or book.taken or book.ledger.entries:
            book = self.pass_on(customer, account, book, at_s, [])
            return Accounts(customer, {account.id: book}).balance(account.id)
        there = gone = 0
        for each in known.grants if known is not None else ():
            if each.account == account.id and each.at_s <= at_s:
                if each.expires is None or self._end_of_day_s(each.expires) > at_s:
                    there += checked(each.amount)
                else:
                    gone += checked(each.amount)
        return Balance(account.id, account.unit, there, 0, 0, 0, gone, 0)

    def went_low(self, account: Account, before: Ledger, after: Ledger, at_s: int) -> list[Notice]:
        """The notice that a balance went below what the policy names; none where it was below, or is not."""
        low = self._low[account.id]
        if low is None or not _left(before) >= low > _left(after):
            return []
        return [Notice(at_s, "low-balance", account, after.available)]

    def _waiting(
        self, customer: str, account: str, book: Book, until_s: int
    ) -> tuple[list[Due], tuple[Due, ...], int, bool]:
        """The grants to be made by an instant, the last first, and all that will have been made then.

        Equal ones are counted, so that a file in which a grant is added later, even one of an earlier day, does
        what its reader expects. As a rule those made are the first ones, and were known to be so the last time.

        Returns: besides, when the next one will be, and whether those made are the first ones.
        """
        lists, horizon_s = self._of(customer, until_s)
        due = lists.get(account, ())
        number = bisect_right(due, until_s, key=lambda each: each.at_s)
        later_s = due[number].at_s if number < len(due) else horizon_s
        made, taken = len(book.taken), book.taken
        quiet = self._quiet.get((customer, account))
        if (quiet is not None and quiet.in_order and quiet.book.taken is taken) or due[:made] == taken:
            return list(due[made:number][::-1]), due[:number] if number > made else taken, later_s, True
        waiting = sorted((Counter(due[:number]) - Counter(taken)).elements(), reverse=True)
        return waiting, tuple(sorted((*taken, *waiting))), later_s, False

    def _of(self, customer: str, until_s: int) -> tuple[dict[str, tuple[Due, ...]], int]:
        """What is due to a customer on each account, and up to when it is made; what recurs, no further than needed."""
        known = self._contracts.customers.get(customer)
        if known is None:
            return {}, NO_END
        found = self._due.get(customer)
        if found is None or found[1] <= until_s:
            lists: dict[str, list[Due]] = {}
            for each in known.grants:
                end_s = NO_END if each.expires is None else self._end_of_day_s(each.expires)
                lists.setdefault(each.account, []).append(Due(each.at_s, each.expires is None, end_s, each.amount))
            horizon_s = until_s + AHEAD_S if known.recurring else NO_END
            for recurring in known.recurring:
                lists.setdefault(recurring.account, []).extend(dues_of(recurring, horizon_s - 1, self._midnight_s))
            found = self._due[customer] = {name: tuple(sorted(each)) for name, each in lists.items()}, horizon_s
        return found

    def _end_of_day_s(self, day: date) -> int:
        """The first instant after a day in the policy's zone."""
        return self._midnight_s(day_number(day) + 1)

    def _midnight_s(self, day: int) -> int:
        """The first instant of a day in the policy's zone, by its number; far days need no zone."""
        found = self._midnights_s.get(day)
        if found is None:
            near = FIRST_DAY <= day < END_DAY
            found = self._midnights_s[day] = self._always.instant_s(day, 0) if near else day * DAY_S
        return found


class _Ends:
    """The coming ends of one book's lots: which one is to be told next, and which ones were."""

    def __init__(self, ahead_s: int | None, book: Book) -> None:
        self.noticed = book.noticed
        self._ahead_s = ahead_s
        self._coming: list[tuple[int, int, Lot]] = []
        if ahead_s is not None:
            told = set(book.noticed)
            for lot in book.ledger.lots:
                if lot.expires_s is None:
                    break
                if (lot.expires_s, lot.number) not in told:
                    self._coming.append((lot.expires_s, lot.number, lot))

    def add(self, lot: Lot | None) -> None:
        """One lot more."""
        assert lot is not None, "a grant makes a lot"
        if self._ahead_s is not None and lot.expires_s is not None:
            heappush(self._coming, (lot.expires_s, lot.number, lot))

    def next_s(self, ledger: Ledger) -> int:
        """When the next one is to be told."""
        while self._coming and available(self._coming[0][1]) not in ledger.balances:
            heappop(self._coming)
        return self._coming[0][0] - (self._ahead_s or 0) if self._coming else NO_END

    def told(self, ledger: Ledger, at_s: int) -> Iterator[Lot]:
        """Those to be told at an instant, in the order in which they burn; each is noticed from then on."""
        while self.next_s(ledger) <= at_s:
            end_s, number, lot = heappop(self._coming)
            still = [*self.noticed[bisect_left(self.noticed, (at_s + 1,)) :]]
            insort(still, (end_s, number))
            self.noticed = tuple(still)
            yield lot


def _left(ledger: Ledger) -> int:
    """What a customer can still use, or owes."""
    return ledger.available - ledger.overdrawn
