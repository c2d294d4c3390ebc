"""Owed: what the breaches of a replay's tickets cost, reckoned up once all of them stand as they stand in the end.

Nothing is, where the policy has no remedies and promises no availability.

Source: DESIGN section 9, "Remedies" and "Availability".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from upheld.core.condition.domain import Held
from upheld.core.decision.engine import Decided, Engine
from upheld.core.decision.trace import Trace
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.remedies.booking import Booking
from upheld.core.remedies.reckoning import Gathered, Reckoned, Reckoning
from upheld.core.replay.verdict import Log


class Owed:
    """What is owed over the tickets of one replay.

    Args:
        applies: Whether the condition of the objective of an index holds for a ticket as it stands in the end, as of
            an instant, for a clock of a severity.

    Attributes:
        events: Those that a remedy or an availability asks for, or that set what it asks of a ticket.
        reckoned: What came of all tickets, once it is known.
    """

    def __init__(self, engine: Engine, applies: Callable[[int | None, Standing | None, int, str | None], bool]) -> None:
        self._engine = engine
        self._applies = applies
        self._reckoning = Reckoning.of(engine)
        self._gathered = False
        self._facts = () if self._reckoning is None else self._reckoning.facts
        said = frozenset[str]() if self._reckoning is None else frozenset(self._reckoning.events)
        setting = [
            each.id for each in engine.policy.events.values() if {*self._facts} & {one.fact for one in each.sets}
        ]
        self.events = said.union(setting)
        self.reckoned: Reckoned | None = None

    def note(self, event: Event, made: Decided) -> None:
        """Keep an accepted event, if it is one of those asked for."""
        if self._reckoning is None or event.event not in self.events:
            return
        standing = made.standing
        customer = event.customer if standing is None else standing.customer
        ticket = "" if standing is None else standing.id
        self._reckoning.see(event.event, event.at_s, ticket, customer, self._engine.names_after(made, standing))

    def follow(self, log: Log, event: Event | None, trace: Trace) -> None:
        """Keep from when on the facts hold what they hold that an availability asks for, timers that fired included."""
        if not self._facts or log.standing is None:
            return
        for fired in trace.fired:
            self._turn(log, fired.at_s, fired.facts)
        if event is None or trace.refusal is not None:
            return
        self._turn(log, event.at_s, log.standing.facts)
        told = self._engine.policy.events.get(event.event)
        corrected = {*self._facts}.intersection(told.corrects if told is not None else ())
        if corrected:
            right = log.turns[-1][1]
            log.turns[:] = [
                (at_s, tuple(new if name in corrected else old for name, old, new in zip(self._facts, held, right)))
                for at_s, held in log.turns
            ]

    def _turn(self, log: Log, at_s: int, facts: Mapping[str, Held]) -> None:
        """Keep what facts hold from an instant on; what was told of a later one is told anew."""
        while log.turns and log.turns[-1][0] > at_s:
            log.turns.pop()
        held = tuple(facts.get(name) for name in self._facts)
        if not log.turns or log.turns[-1][1] != held:
            log.turns.append((at_s, held))

    def reckon(self, logs: Iterable[Log], as_of_s: int | None) -> Reckoned | None:
        """What is owed as of the end, over these tickets and all else that was noted; ``None`` where nothing can be."""
        if self._reckoning is not None and as_of_s is not None and self.reckoned is None:
            self.gather(logs, as_of_s)
            self.reckoned = self._reckoning.result(as_of_s)
        return self.reckoned

    def gather(self, logs: Iterable[Log], as_of_s: int | None) -> Gathered | None:
        """What is broken on each ticket as of the end, looked at once."""
        if self._reckoning is None or as_of_s is None:
            return None
        for log in () if self._gathered else logs:
            if log.standing is not None:
                rows = self._engine.clocks.rows(log.standing.clocks, as_of_s)
                applies = partial(self._applies, as_of_s, log.standing)
                self._reckoning.add(log.standing, rows, log.stays, log.turns, applies, as_of_s)
        self._gathered = True
        return self._reckoning.gathered()

    def owe(self, bookings: Mapping[str, list[Booking]]) -> None:
        """What the breaches of these tickets cost, where others have been reckoned up with them."""
        self.reckoned = Reckoned((), dict(bookings), ())
