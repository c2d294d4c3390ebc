"""Repeating: records that are accepted as others were, and of which nothing is told but a move and flags.

Most records of a history are such. The table tells how the ticket stands after one, so that no decision is made of it,
and its log takes what is left to tell. Every other record goes the long way.

Source: DESIGN section 11, "the engine fills tables, lazily".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from upheld.core.condition.condition import Lookup
from upheld.core.decision.engine import Engine
from upheld.core.decision.outcome import Outcome
from upheld.core.decision.table import DecisionTable, Said
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.customers import Customers
from upheld.core.replay.repeating.automaton import Automaton
from upheld.core.replay.unpromised import Promising
from upheld.core.replay.verdict import Log


class Repeating:
    """Takes what repeats in one replay.

    Args:
        customers: Who has accounts: whoever opens a ticket, where the policy bills.
        noted: The events of which more is kept than the table knows; they are all decided.
        accepted: Takes the instants of the records that are taken.
    """

    def __init__(
        self,
        engine: Engine,
        table: DecisionTable,
        promising: Promising,
        customers: Customers,
        noted: Collection[str],
        accepted: list[int],
    ) -> None:
        self._accepted = accepted
        self._customers = customers if engine.charging.bills else None
        self._voice = engine.voice
        self._table = table
        self._promising = promising
        self._automaton = None if engine.charging.bills else Automaton(engine, table, promising)
        self._noted = noted

    def take_all(self, log: Log, events: Sequence[Event], decide: Callable[[Log, Event], None]) -> None:
        """Take records of a ticket one after another; ``decide`` those that do not repeat."""
        place, count, automaton = 0, len(events), self._automaton
        status = None
        if automaton is not None and (count > 1 or log.standing is None):  # for one record more it takes too long
            status = automaton.status(log)
        while place < count:
            if status is not None and automaton is not None:
                first = place
                place, status = automaton.walk(log, status, events, place)
                self._accepted += [event.at_s for event in events[first:place]]
                if place == count:
                    return
            event, was = events[place], log.standing
            repeated = self._repeat(log, event)
            if repeated is None:
                decide(log, event)
            if status is not None and automaton is not None:
                if repeated is None:
                    status = automaton.status(log)
                else:
                    status = automaton.note(status, log, was, event, *repeated)
            place += 1

    def _repeat(self, log: Log, event: Event) -> tuple[Said, Outcome] | None:
        """Take a record by what the table knows: what it says and its outcome; ``None`` where nothing is done."""
        if (log.events and event.at_s < log.latest_s) or event.event in self._noted:
            return None
        repeated = self._table.repeat(log.standing, event)
        if repeated is None:
            return None
        after, outcome, said = repeated
        self._take(log, event, after, outcome, said)
        return said, outcome

    def _take(self, log: Log, event: Event, after: Standing, outcome: Outcome, said: Said) -> None:
        standing, at_s = log.standing, event.at_s
        origin = None if standing is None else standing.state
        if not log.beginning.begun:

            def names() -> Lookup:
                return self._table.outcomes.after(after, standing, event, said.values).__getitem__

            log.beginning = self._promising.goes_on(log.beginning, event.event, origin, after, names)
        if standing is None and self._customers is not None:
            self._customers.of(after.customer)
        if not log.events:
            log.earliest_s = at_s
        log.standing, log.latest_s, log.mark = after, at_s, None
        log.events += 1
        log.repeat(event, origin, outcome, self._voice)
        self._accepted.append(at_s)
