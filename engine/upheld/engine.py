"""The engine as products embed it: a policy and its customers' contracts, and nothing to put together.

    >>> from datetime import datetime
    >>> from upheld import Engine, Event, load_policy
    >>> engine = Engine(load_policy("base"))
    >>> decision = engine.apply(None, Event("T-1", datetime.fromisoformat("2026-03-02T09:00Z"), "submit", "customer"))
    >>> decision.accepted, decision.ticket.state
    (True, 'open')
    >>> later = Event("T-1", datetime.fromisoformat("2026-03-02T10:00Z"), "close", "customer")
    >>> engine.apply(decision.ticket, later).refusal.message
    '`close` is not possible in state `open`; possible are `qualify`, `request-information`, `propose-workaround`, \
`start-fix`, `resolve`, `withdraw`'

What the core does not know is added here: the public holidays of this installation, and
the conditions of installed plugins.

Source: DESIGN section 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import cast

from upheld.calendars.schedule import schedule_of
from upheld.core.billing.accounts import Accounts
from upheld.core.decision.decision import AskedEffect
from upheld.core.decision.engine import Engine as CoreEngine
from upheld.core.errors import ArgumentError, LedgerError
from upheld.core.lifecycle.moment import DecidedByPlugin
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.time.instant import seconds_of
from upheld.plugins import installed_conditions


class Engine(CoreEngine):
    """Decides the events of one policy's tickets; see `upheld.core.decision.engine.Engine`.

    It may be pickled and copied: what comes out is put together anew, with the plugins that are installed there.

    Args:
        policy: A policy, as `load_policy` gives it.
        contracts: What customers have signed, and what was released; see `load_contracts`.
        language: Of messages: ``en`` or ``fr``; by default the vendor's, if it is one of them.
        audit: Records come from a tracker: states may be observed, and timers do not fire by themselves.

    Raises: ArgumentError for what is no policy, no contracts and no language that there is, and for an ``audit``
        that is neither true nor false; PluginError when an installed plugin is broken.
    """

    def __init__(
        self, policy: Policy, contracts: Contracts | None = None, *, language: str = "", audit: bool = False
    ) -> None:
        if not isinstance(policy, Policy):
            raise ArgumentError(f"{quoted(policy)} is no policy: give what `load_policy` returns")
        if contracts is not None and not isinstance(contracts, Contracts):
            raise ArgumentError(f"{quoted(contracts)} is no contracts: give what `load_contracts` returns")
        check_switch("audit", audit)
        known = contracts or Contracts()
        schedule = schedule_of(policy, [release.date for release in known.releases], known.override, known.hours)
        plugins = cast(Mapping[str, DecidedByPlugin], installed_conditions())
        super().__init__(policy, schedule, known, plugins=plugins, language=language, audit=audit)

    def pass_accounts_time(self, accounts: Accounts, until: datetime) -> tuple[Accounts, tuple[AskedEffect, ...]]:
        """A customer's accounts at an instant, which is included, though nothing was charged: for who shows a balance.

        Grants are made and lots expire up to then. Whether this is called, how often and how late changes no charge.

        Returns: the accounts, and the notices that they gave on the way, which are given once.
        Raises: LedgerError for what is no accounts, and for those that count in another unit than the policy;
            CalendarError for a naive instant.
        """
        if not isinstance(accounts, Accounts):
            raise LedgerError(f"{quoted(accounts)} is no customer's accounts: give those of the last decision")
        passed, notices = self.charging.pass_time(accounts, seconds_of(until))
        return passed, tuple(map(self._voice.noticed, notices))

    def __reduce__(self) -> tuple[object, ...]:
        return partial(type(self), language=self.language, audit=self.audit), (self.policy, self.contracts)


def check_switch(name: str, value: object) -> None:
    """Raises: ArgumentError for a word such as ``no``, which would count as true."""
    if not isinstance(value, bool):
        raise ArgumentError(f"`{name}` is `True` or `False`, and {quoted(value)} is neither")
