"""Customers: the accounts of everybody in a replay, and the order in which records are charged.

Only accounts tie tickets together. So where a policy bills, records wait, and are decided
in the order of their instants, then of their tickets; those of one ticket keep the order
in which they arrived, since that is the order in which they count. A history that a desk
kept says in which order it charged them, which counts instead.

    >>> from upheld.core.time.instant import instant_of
    >>> arrivals = Arrivals()
    >>> for ticket, minute in (("T-2", 5), ("T-1", 9), ("T-2", 3), ("T-1", 10)):
    ...     arrivals.add(Event(ticket, instant_of(10**9 + 60 * minute), "work"))
    >>> [(event.ticket, event.at.minute - 46) for event in arrivals.drained()]
    [('T-2', 5), ('T-2', 3), ('T-1', 9), ('T-1', 10)]

Source: DESIGN section 3, "Determinism"; section 6, "The summary has"; section 10, the column `arrival`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import NamedTuple

from upheld.core.billing.accounts import Accounts, Balance
from upheld.core.billing.charging import Charging
from upheld.core.billing.statement import Statement, ended_by, statement
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.remedies.booking import Booking
from upheld.core.remedies.credit import credited, credits_to, with_credits


class Arrivals:
    """Records that wait for their turn."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Event]] = {}

    def add(self, event: Event) -> None:
        """One more."""
        self._waiting.setdefault(event.ticket, deque()).append(event)

    def drained(self) -> Iterator[Event]:
        """All that wait, each in its turn; none waits afterwards."""
        waiting, self._waiting = self._waiting, {}
        heads = [(events[0].arrival, events[0].at_s, ticket) for ticket, events in waiting.items()]
        heapify(heads)
        while heads:
            *_, ticket = heappop(heads)
            events = waiting[ticket]
            yield events.popleft()
            if events:
                heappush(heads, (events[0].arrival, events[0].at_s, ticket))


class Stand(NamedTuple):
    """How the accounts of a customer stand, and whether anything was ever written into one."""

    balances: list[Balance]
    has_entries: bool


class Customers:
    """Who has which accounts so far.

    Args:
        contracts: Whoever was granted something has accounts, whether they ask for anything or not.
        others: What charges to the same accounts by other policies.
        accounts: What is known of them so far, where several replays keep them together.
    """

    def __init__(
        self,
        charging: Charging,
        contracts: Contracts,
        others: tuple[Charging, ...] = (),
        accounts: dict[str, Accounts] | None = None,
    ) -> None:
        self._charging = charging
        self._others = others
        self._granted = [
            name for name, customer in contracts.customers.items() if customer.grants or customer.recurring
        ]
        self._accounts: dict[str, Accounts] = {} if accounts is None else accounts
        self._untouched: dict[str, Accounts] = {}
        self._stands: dict[str, Stand] = {}

    def of(self, customer: str, charging: Charging | None = None) -> Accounts:
        """The accounts of a customer; at first, those to which nothing has happened.

        Args:
            charging: Whose accounts these are at first; by default the replay's own.
        """
        found = self._accounts.get(customer) or self._untouched.get(customer)
        if found is None:
            found = self._untouched[customer] = (charging or self._charging).new_accounts(customer)
        return found

    def keep(self, accounts: Accounts | None) -> None:
        """The accounts as they are by now."""
        if accounts is not None and accounts is not self._untouched.get(accounts.customer):
            self._accounts[accounts.customer] = accounts

    def known(self) -> tuple[str, ...]:
        """Whoever has accounts, in the order of their names."""
        return tuple(sorted({*self._accounts, *self._untouched, *self._granted}))

    def of_at(self, customer: str, at_s: int) -> Accounts:
        """The accounts of a customer at an instant, once nothing more is charged before it."""
        accounts = self.of(customer)
        for charging in (self._charging, *self._others):
            accounts = charging.pass_time(accounts, at_s)[0]
        return accounts

    def statements(
        self,
        customer: str,
        at_s: int,
        from_s: int | None,
        end_s: int,
        bookings: Collection[Booking],
        owed: Collection[str],
    ) -> Iterator[Statement]:
        """Every account of a customer, line by line, as it stands at an instant.

        Args:
            from_s, end_s: A period, half-open; ``None`` for from the account's first entry on.
            bookings: What breaches cost that is owed to the customer.
            owed: The accounts that hold it.
        """
        accounts = self.of_at(customer, at_s)
        for each in accounts.balances():
            ledger = accounts.ledger(each.account)
            credits = credits_to(bookings, customer, each.account)
            begun = [*(entry.at_s for entry in islice(ledger.entries, 1)), *(one.booked_s or 0 for one in credits[:1])]
            first_s = min(begun, default=end_s) if from_s is None else from_s
            made = statement(customer, each.account, each.unit, ledger, first_s, end_s)
            yield credited(made, credits, ended_by(ledger, first_s)) if each.account in owed else made

    def at(
        self, at_s: int, owed: Collection[str] = (), bookings: Collection[Booking] = ()
    ) -> Iterator[tuple[str, list[Balance]]]:
        """How everybody's accounts stand at an instant; tickets of nobody are told only if they cost something.

        Args:
            owed: The accounts that hold what is owed by remedies.
            bookings: Those of all remedies.
        """
        credited = {each.breach.customer for each in bookings}
        for customer in sorted({*self.known(), *credited}):
            balances, has_entries = self._stands.get(customer) or self._stand(customer, at_s)
            if customer or customer in credited or has_entries:
                yield (
                    customer,
                    [
                        with_credits(each, credits_to(bookings, customer, each.account))
                        if each.account in owed
                        else each
                        for each in balances
                    ],
                )

    def stands(self, at_s: int) -> dict[str, Stand | None]:
        """The same of whoever was met; ``None`` of those to whom nothing has happened."""
        untouched = self._charging.new_accounts
        return {
            customer: self._stand(customer, at_s) if accounts != untouched(customer) else None
            for customer, accounts in {**self._untouched, **self._accounts}.items()
        }

    def learn(self, stands: Mapping[str, Stand | None]) -> None:
        """How accounts stand that somebody else keeps."""
        for customer, stand in stands.items():
            self.of(customer)
            if stand is not None:
                self._stands[customer] = stand

    def _stand(self, customer: str, at_s: int) -> Stand:
        has_entries = any(book.ledger.entries for book in self.of_at(customer, at_s).books.values())
        accounts = self.of(customer)
        return Stand(self._charging.balances(accounts, at_s), has_entries)


def owed_accounts(policy: Policy) -> frozenset[str]:
    """The accounts that hold what the vendor owes."""
    return frozenset(name for name, account in policy.accounts.items() if account.owed)
