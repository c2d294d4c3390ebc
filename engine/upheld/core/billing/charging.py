"""The stratum of charges: what events cost, rated and written into the customer's ledgers.

It has the shape of the clocks' stratum: compiled once for a policy, and then a function
from a ticket's state, what happened and the customer's accounts to the next ones. Nothing
before it reads what it decides, except that a balance which is too small refuses the whole
event; then nothing of the event was done, here or elsewhere.

Of the charges on one event that bill the same amount, the first that holds does, and the
others are told as passed over: no minute is billed twice by two rules.

Source: DESIGN section 3, step 8; section 9.
"""

from __future__ import annotations

from upheld.core.billing.accounts import Accounts, Balance
from upheld.core.billing.grants import Grants
from upheld.core.billing.plan import ChargePlan, plan_charges
from upheld.core.billing.state import Charged, ChargeState, Notice
from upheld.core.billing.step import ChargeStep
from upheld.core.lifecycle.happening import Happening
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule

BLANK = ChargeState()


class Charging:
    """The charges of one policy, for any number of tickets and customers.

    Attributes:
        bills: Whether the policy has accounts at all.
    """

    def __init__(self, policy: Policy, schedule: Schedule, contracts: Contracts) -> None:
        self.bills = bool(policy.accounts)
        self.schedule = schedule
        self._accounts = tuple(policy.accounts.values())
        self.grants = Grants(policy, schedule, contracts)
        self.charges = plan_charges(policy, schedule)
        self._on: dict[str, tuple[ChargePlan, ...]] = {
            event: tuple(plan for plan in self.charges if event in plan.charge.on) for event in policy.events
        }

    def begin(self) -> ChargeState:
        """The state of a ticket on which nothing was charged."""
        return BLANK

    def new_accounts(self, customer: str) -> Accounts:
        """The accounts of a customer to whom nothing has happened."""
        return self.grants.begin(customer)

    def concerns(self, event: str) -> bool:
        """Whether anything may be charged, settled or released on an event."""
        return bool(self._on.get(event))

    def advance(self, state: ChargeState, happening: Happening, accounts: Accounts, ticket: str) -> Charged:
        """What an accepted event costs.

        Grants and expiries up to its instant come first. Where accounts have gone on to a later instant, since
        another ticket's event came before this one, entries are written at that one and keep the event's own in
        their cause.

        Args:
            happening: With the names as after the event.
            accounts: Those of the ticket's customer.
            ticket: Its id, for the statement.
        """
        plans = self._on.get(happening.event or "", ())
        if not plans:
            return Charged(state, accounts)
        step = ChargeStep(self.charges, self.schedule, self.grants, state, happening, accounts, ticket)
        done_s = {plan.charge.id: at_s for plan in plans if (at_s := plan.begun_s(happening)) is not None}
        for plan in plans:
            if plan.when is None or plan.when(plan.names(happening, done_s.get(plan.charge.id))):
                step.take(plan)
                if step.refusal is not None:
                    return Charged(state, accounts, refusal=step.refusal, done_s=done_s)
        return step.result()._replace(done_s=done_s)

    def pass_time(self, accounts: Accounts, until_s: int) -> tuple[Accounts, tuple[Notice, ...]]:
        """The accounts at an instant at which nothing is charged: grants, expiries, and what there is to tell."""
        return self.grants.pass_time(accounts, until_s)

    @property
    def tells(self) -> bool:
        """Whether anything is ever told of an account."""
        return self.grants.tells

    def foretell(self, accounts: Accounts, until_s: int) -> tuple[tuple[Notice, ...], int]:
        """What there is to tell of accounts up to an instant if nothing is charged; and when there may be more."""
        return self.grants.foretell(accounts, until_s)

    def balances(self, accounts: Accounts, at_s: int) -> list[Balance]:
        """How every account of a customer stands at an instant; nothing is written into one that was never touched."""
        return [
            self.grants.balance(accounts.customer, account, self.grants.book(accounts, account), at_s)
            for account in self._accounts
        ]
