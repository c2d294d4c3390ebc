"""Customers: the accounts of everybody in a replay.

Source: DESIGN section 6, "The summary has".
"""

from __future__ import annotations

from collections.abc import Iterator

from upheld.core.accounts import Accounts
from upheld.core.charging import Charging
from upheld.core.contracts import Contracts


class Customers:
    """Who has which accounts so far.

    Args:
        contracts: Whoever was granted something has accounts, whether they ask for anything or not.
    """

    def __init__(self, charging: Charging, contracts: Contracts) -> None:
        self._charging = charging
        self._granted = [name for name, customer in contracts.customers.items() if customer.grants]
        self._accounts: dict[str, Accounts] = {}

    def of(self, customer: str) -> Accounts:
        """The accounts of a customer; at first, those to which nothing has happened."""
        found = self._accounts.get(customer)
        if found is None:
            found = self._accounts[customer] = self._charging.new_accounts(customer)
        return found

    def keep(self, accounts: Accounts | None) -> None:
        """The accounts as they are by now."""
        if accounts is not None:
            self._accounts[accounts.customer] = accounts

    def known(self) -> tuple[str, ...]:
        """Whoever has accounts, in the order of their names."""
        return tuple(sorted({*self._accounts, *self._granted}))

    def of_at(self, customer: str, at_s: int) -> Accounts:
        """The accounts of a customer at an instant, once nothing more is charged before it."""
        return self._charging.pass_time(self.of(customer), at_s)[0]

    def at(self, at_s: int) -> Iterator[Accounts]:
        """Everybody's accounts at an instant, by customer; tickets of nobody are told only if they cost something."""
        for customer in self.known():
            accounts = self.of_at(customer, at_s)
            if customer or any(book.ledger.entries for book in accounts.books.values()):
                yield accounts
