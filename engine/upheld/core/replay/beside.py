"""Beside: tickets of other policies, whose charges go to the accounts that a replay's own tickets are charged to.

A replay judges by one policy. Where a vendor has changed it, older tickets go on under the older version, and yet a
customer has one balance. So these are decided too, each by its own policy, for what they leave on the accounts alone.

Source: DESIGN section 10, "Policies"; section 9.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.engine import Engine
from upheld.core.errors import ArgumentError
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.customers import Customers
from upheld.core.time.instant import text_of


class Beside:
    """The tickets of other policies.

    Args:
        engines: What decides each of them.
        accounts: Those that replays side by side share, by customer; then nothing is decided here twice.
        begun: Accounts as they stood before the first record, after tickets whose records are not given.

    Attributes:
        last_s: The latest instant of an accepted record, or of an entry of those accounts; ``None`` for none.
    """

    def __init__(
        self,
        engines: Mapping[str, Engine] | None = None,
        accounts: dict[str, Accounts] | None = None,
        begun: Iterable[Accounts] = (),
    ) -> None:
        self.engines = engines or {}
        self.begun = tuple(begun)
        self._accounts: dict[str, Accounts] = {} if accounts is None else accounts
        self._accounts.update((each.customer, each) for each in self.begun)
        ledgers = [book.ledger for each in self.begun for book in each.books.values() if book.ledger.entries]
        self.last_s: int | None = max((each.last_s for each in ledgers), default=None)
        self._begun_s = self.last_s
        self._standings: dict[str, Standing | None] = {}

    def customers(self, engine: Engine) -> Customers:
        """Who has which accounts, to which this engine charges and those of the other tickets do."""
        others = tuple(dict.fromkeys(each.charging for each in self.engines.values()))
        return Customers(engine.charging, engine.contracts, others, self._accounts)

    def check(self, as_of_s: int | None) -> None:
        """Raises: ArgumentError where accounts as of an instant are not known, since it begins with later ones."""
        if as_of_s is not None and self._begun_s is not None and as_of_s < self._begun_s:
            last = text_of(self._begun_s)
            raise ArgumentError(
                f"what accounts were as of {text_of(as_of_s)} is not known: those it begins with, of tickets that left,"
                f" have an entry of {last}; give an as-of from then on"
            )

    def anew(self) -> Beside:
        """The same before the first record."""
        return Beside(self.engines, begun=self.begun)

    def without(self, events: list[Event]) -> list[Event]:
        """The records that are of none of them."""
        return [event for event in events if event.ticket not in self.engines] if self.engines else events

    def take(self, event: Event, customers: Customers) -> None:
        """Decide a record of one of them; what it costs is on the customer's accounts then."""
        engine, standing = self.engines[event.ticket], self._standings.get(event.ticket)
        accounts = None
        if engine.charging.concerns(event.event):
            accounts = customers.of(event.customer if standing is None else standing.customer, engine.charging)
        made = engine.decide(standing, event, accounts)
        if accounts is not None:
            customers.keep(made.accounts)
        self._standings[event.ticket] = made.standing
        if made.trace.refusal is None:
            self.last_s = event.at_s if self.last_s is None else max(self.last_s, event.at_s)
