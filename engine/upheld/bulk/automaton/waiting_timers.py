"""Waiting timers: when the timers of every ticket are due.

Which timers wait is part of a ticket's status; when they are due is not, since no two tickets need agree. It is kept
here, an instant for each ticket and timer, and compared with the instant of the next record: that alone decides what
fires first.

Source: DESIGN section 3, step 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.answers.outcomes import START, STOP, PairOutcome
from upheld.bulk.clocks.opening_seconds import BEYOND_S, Openings
from upheld.bulk.clocks.unpaused_dues import timer_dues
from upheld.bulk.keys.records import Int8s, Int32s, Int64s
from upheld.core.decision.engine import Engine

NEVER_S: Final = 2**62


class Next(NamedTuple):
    """What fires next on some tickets.

    Attributes:
        place: Places among those asked for, of the tickets on which something does.
        timer: Which, in the order of the timers' ids.
        due_s: When.
    """

    place: Int64s
    timer: Int64s
    due_s: Int64s


class WaitingTimers:
    """The timers that wait on tickets.

    Args:
        engine: Whose policy they are of.
        tickets: How many tickets there are.
        openings: The opening seconds of the policy's calendars.

    Attributes:
        names: The timers in the order of their ids: that in which they fire at one instant.
    """

    def __init__(self, engine: Engine, tickets: int, openings: Openings) -> None:
        self._engine = engine
        self._openings = openings
        self.names = sorted(each.id for each in engine.policy.timers)
        self.due_s: Int64s = np.full((tickets, len(self.names)), NEVER_S, np.int64)
        owning = {name for name, each in engine.contracts.customers.items() if each.calendars}
        self._owning = frozenset(owning)
        self._acts: Int8s = np.zeros((0, len(self.names)), np.int8)

    def next(self, tickets: Int64s, until_s: Int64s) -> Next:
        """What fires next, by an instant for each ticket."""
        due_s = self.due_s[tickets]
        timer = due_s.argmin(axis=1)
        first_s = due_s[np.arange(len(tickets)), timer]
        place = np.flatnonzero(first_s <= until_s)
        return Next(place, timer[place], first_s[place])

    def fired(self, tickets: Int64s, timer: Int64s) -> None:
        """Timers that have fired wait no more."""
        self.due_s[tickets, timer] = NEVER_S

    def act(
        self,
        tickets: Int64s,
        outcome: Int32s,
        outcomes: list[PairOutcome],
        at_s: Int64s,
        customers: list[str],
        fired: Int64s | None = None,
    ) -> Int64s:
        """Start and stop what outcomes start and stop, at an instant for each ticket.

        Args:
            fired: The timer of each ticket that has just fired; it starts again only where it repeats.

        Returns: the places of tickets on which something would fall due after 2050.
        """
        self._learn(outcomes)
        acts, beyond = self._acts[outcome], np.zeros(len(tickets), bool)
        for timer in np.flatnonzero(acts.any(axis=0)).tolist():
            self.due_s[tickets[acts[:, timer] == STOP], timer] = NEVER_S
            started = acts[:, timer] == START
            repeats = np.zeros(len(tickets), bool) if fired is None else started & (fired == timer)
            for again, those in ((False, started & ~repeats), (True, repeats)):
                for customer, some in self._by_customer(np.flatnonzero(those), customers):
                    whose = self.names[timer], customer, at_s[some]
                    due_s = timer_dues(self._engine.timers, self._engine.schedule, self._openings, *whose, again=again)
                    beyond[some[due_s == BEYOND_S]] = True
                    self.due_s[tickets[some], timer] = due_s
        return np.flatnonzero(beyond)

    def _by_customer(self, places: Int64s, customers: list[str]) -> Iterator[tuple[str, Int64s]]:
        """Places by the customers that have calendars of their own; all others under ``""``."""
        if not self._owning:
            if len(places):
                yield "", places
            return
        whose = [customers[each] if customers[each] in self._owning else "" for each in places.tolist()]
        for customer in dict.fromkeys(whose):
            yield customer, places[np.array([each == customer for each in whose])]

    def _learn(self, outcomes: list[PairOutcome]) -> None:
        """What new outcomes do to timers."""
        new = outcomes[len(self._acts) :]
        if new:
            acts = np.zeros((len(new), len(self.names)), np.int8)
            for row, each in zip(acts, new):
                for timer, what in each.timers:
                    row[timer] = what
            self._acts = np.concatenate((self._acts, acts))
