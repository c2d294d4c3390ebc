"""Repeating: records that are accepted as others were, and of which nothing is told but a move and flags.

Most records of a history are such. The table tells how the ticket stands after one, so that no decision is made of it,
and its log takes what is left to tell. Every other record goes the long way.

Source: DESIGN section 11, "the engine fills tables, lazily".
"""

from __future__ import annotations

from upheld.core.decision.engine import Engine
from upheld.core.decision.table import DecisionTable
from upheld.core.record.event import Event
from upheld.core.remedies.reckoning import Reckoning
from upheld.core.replay.customers import Customers
from upheld.core.replay.unpromised import Promising
from upheld.core.replay.verdict import Log


class Repeating:
    """Takes what repeats in one replay.

    Args:
        reckoning: Some events are noted for it, which are decided the long way.
        customers: Who has accounts: whoever opens a ticket, where the policy bills.
        journal: Whether records are chained, which are all decided the long way.
    """

    def __init__(
        self,
        engine: Engine,
        table: DecisionTable,
        promising: Promising,
        reckoning: Reckoning | None,
        customers: Customers,
        *,
        journal: bool,
    ) -> None:
        self._customers = customers if engine.charging.bills else None
        self._voice = engine.voice
        self._table = table
        self._promising = promising
        self._noted = frozenset(engine.policy.events) if journal else frozenset[str]()
        if reckoning is not None:
            self._noted |= frozenset(reckoning.events)

    def take(self, log: Log, event: Event) -> bool:
        """Take a record, if it is such; else nothing is done."""
        standing, at_s = log.standing, event.at_s
        if (log.events and at_s < log.latest_s) or event.event in self._noted:
            return False
        repeated = self._table.repeat(standing, event)
        if repeated is None:
            return False
        after, outcome = repeated
        origin = None if standing is None else standing.state
        if not log.beginning.begun:
            beginning = self._promising.goes_on(log.beginning, event.event, origin, after)
            if beginning is None:
                return False
            log.beginning = beginning
        if standing is None and self._customers is not None:
            self._customers.of(after.customer)
        if not log.events:
            log.earliest_s = at_s
        log.standing, log.latest_s, log.mark = after, at_s, None
        log.events += 1
        log.repeat(event, origin, outcome, self._voice)
        return True
