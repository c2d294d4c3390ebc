"""Payment: what an accepted event costs, and whether the customer's accounts can bear it.

It takes what happened to the stratum of charges, and says in the words of a decision what
came of it: a bill, flags where an account is overdrawn, or the refusal of the whole event.

The *bill* keeps what the event cost, and why, as references until somebody asks.

Source: DESIGN section 3, step 8, and "A `Decision` carries".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.charging import Charging
from upheld.core.billing.state import Charged, ChargeState, Overdrawing, Shortage
from upheld.core.billing.worked_time import Unworked
from upheld.core.condition.condition import Lookup
from upheld.core.errors import TicketError
from upheld.core.lifecycle.explanation import plainly, reason
from upheld.core.lifecycle.happening import Happening, is_of_time
from upheld.core.lifecycle.moment import Moment
from upheld.core.nearest import said
from upheld.core.policy.charge import Account, Charge
from upheld.core.policy.wording import Wording
from upheld.core.record.event import Event
from upheld.core.record.message import Message, called, value_of
from upheld.core.record.reason import Flag, Reason, Refusal
from upheld.core.record.ticket import Standing
from upheld.core.time.instant import text_of

MOST_TOLD: Final = 4_096
"""Amounts that were overdrawn and told, kept in case they come again."""


@dataclass(frozen=True, slots=True)
class Repeated(Message):
    """A message that is told many times: it is put into the words of each language once."""

    said: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def text(self, language: str) -> str:
        """As of any message."""
        found = self.said.get(language)
        if found is None:
            found = self.said[language] = Message.text(self, language)
        return found


class Bill(NamedTuple):
    """What an event cost, and the moment after it, which the conditions of charges see."""

    charged: Charged
    moment: Moment

    def reasons(self) -> Iterator[Reason]:
        """The charges that billed, and those that held and did not, since another one billed the same."""
        for charge in self.charged.billed:
            yield reason("charge", charge, (charge.when,), _names(self.charged, charge, self.moment))
        for charge, by in self.charged.passed_over:
            yield plainly("charge", charge, holds=False, facts=(("billed-by", by.id),))

    def assumed(self) -> Iterator[str]:
        """The assumptions that its rows rest on."""
        for row in self.charged.rows:
            yield from row.assumptions


class Payment:
    """Has the events of one policy's tickets paid for."""

    def __init__(self, charging: Charging, language: str) -> None:
        self._charging = charging
        self._language = language
        self._overdrawn: dict[tuple[str, str, int], Message] = {}

    def owned(self, accounts: Accounts | None, customer: str) -> Accounts:
        """The customer's accounts; those of a customer to whom nothing has happened where none are given.

        Raises: TicketError for those of another customer.
        """
        if accounts is None:
            return self._charging.new_accounts(customer)
        if accounts.customer != customer:
            raise TicketError(
                f"the accounts are of customer `{accounts.customer}`, and the ticket of customer `{customer}`"
            )
        return accounts

    def charge(
        self, event: Event, standing: Standing | None, origin: str | None, after: Moment, accounts: Accounts | None
    ) -> Bill | Refusal:
        """What an accepted event costs, one on which something may be charged.

        Args:
            standing: The ticket after the event; ``None`` where the event needs none.
            after: The names after the event.
        """
        customer = event.customer if standing is None else standing.customer
        state: ChargeState | None = None if standing is None else standing.charges
        now = "" if standing is None else standing.state
        happening = Happening(event.at_s, event.event, origin, now, after.__getitem__, after.at_time, customer)
        own = self.owned(accounts, customer)
        charged = self._charging.advance(state or self._charging.begin(), happening, own, event.ticket)
        if charged.refusal is not None:
            return self._refused(charged, charged.refusal, after)
        return Bill(charged, after)

    def flags(self, bill: Bill) -> tuple[Flag, ...]:
        """A flag for each charge that overdraws an account, which the account allows with a warning."""
        return tuple(self._flag(bill.charged, each, bill.moment) for each in bill.charged.overdrawn)

    def _flag(self, charged: Charged, each: Overdrawing, moment: Moment) -> Flag:
        grounds = (each.charge, each.account)
        why = partial(_why, each.charge, _names(charged, each.charge, moment))
        return Flag("overdrawn", None, grounds, partial(self._told_overdrawn, each), why, self._language)

    def _told_overdrawn(self, each: Overdrawing) -> Message:
        """What is told of it; the same amounts come again and again."""
        key = each.charge.id, each.account.id, each.amount
        if key not in self._overdrawn:
            if len(self._overdrawn) >= MOST_TOLD:
                self._overdrawn.clear()
            values = {**_named(each.charge, each.account), "amount": Message((each.account.told(each.amount),))}
            self._overdrawn[key] = Repeated.from_catalogue("overdrawn", **values)
        return self._overdrawn[key]

    def _refused(self, charged: Charged, shortage: Shortage, moment: Moment) -> Refusal:
        charge, account = shortage.charge, shortage.account
        values = _named(charge, account)
        if isinstance(shortage.wanted, Unworked):
            ends = {"from": _told(shortage.wanted.from_s), "until": _told(shortage.wanted.until_s)}
            fault = Message.from_catalogue(f"work-{shortage.wanted.fault}")
            tell = partial(Message.from_catalogue, "no-work", why=fault, **ends, **values)
        elif shortage.code == "invalid-data":
            tell = partial(Message.from_catalogue, "no-amount", value=value_of(said(shortage.wanted)), **values)
        else:
            wanted = account.told(shortage.wanted) if isinstance(shortage.wanted, int) else Wording()
            told = {"wanted": Message((wanted,)), "there": Message((account.told(shortage.there),))}
            tell = partial(Message.from_catalogue, "insufficient-balance", **told, **values)
        why = partial(_why, charge, _names(charged, charge, moment))
        return Refusal(shortage.code, None, (charge, account), tell, why, self._language)


def _told(at_s: int | None) -> str:
    return "–" if at_s is None else text_of(at_s)


def _named(charge: Charge, account: Account) -> dict[str, str | Message]:
    return {"charge": called(charge.id, charge.label), "account": called(account.id, account.label)}


def _names(charged: Charged, charge: Charge, moment: Moment) -> Lookup:
    """The names that a charge's condition read; those of time as when the work was done, where that is told."""
    done_s = charged.done_s.get(charge.id)
    if done_s is None:
        return moment.__getitem__
    return lambda name: moment.at_time(name, done_s) if is_of_time(name) else moment[name]


def _why(charge: Charge, names: Lookup) -> tuple[Reason, ...]:
    return (reason("charge", charge, (charge.when,), names, holds=False),)
