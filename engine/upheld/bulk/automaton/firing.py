"""Firing: timers that are due, as steps of their own.

Which timer fires next on a ticket, and whether before its next record, is a matter of instants, and they are compared
for all tickets at once. What it does then is asked of the engine once, as of a record.

Source: DESIGN section 3, step 2.
"""

from __future__ import annotations

import numpy as np

from upheld.bulk.answers.asking import Asking
from upheld.bulk.answers.status_changes import StatusChanges
from upheld.bulk.answers.statuses import Statuses
from upheld.bulk.automaton.course import Firings
from upheld.bulk.automaton.lateness import Lateness
from upheld.bulk.automaton.waiting_timers import WaitingTimers
from upheld.bulk.clocks.opening_seconds import Openings
from upheld.bulk.keys.masks import Masks, of_timer
from upheld.bulk.keys.occasions import Occasions
from upheld.bulk.keys.pairs import Pairs
from upheld.bulk.keys.records import Column, Int16s, Int32s, Int64s, Records
from upheld.core.decision.engine import Engine


class Firing:
    """Lets timers fire on the tickets of one history.

    Args:
        customer: Whose each ticket is.
        status, left: Those of each ticket; they are changed as timers fire.

    Attributes:
        waiting: The timers that wait.
        fired: Those that have fired.
    """

    def __init__(
        self,
        engine: Engine,
        records: Records,
        asking: Asking,
        statuses: Statuses,
        changes: StatusChanges,
        masks: Masks,
        occasions: Occasions,
        openings: Openings,
        customer: Int32s,
        status: Int32s,
        left: Int16s,
    ) -> None:
        self._records, self._asking, self._statuses, self._changes = records, asking, statuses, changes
        self._masks, self._occasions, self._customer = masks, occasions, customer
        self._status, self._left = status, left
        self._owning = any(each.calendars for each in engine.contracts.customers.values())
        self.waiting = WaitingTimers(engine, len(records.first) - 1, openings)
        self.fired: list[Firings] = []
        self._striking = Pairs()

    def fire(self, tickets: Int64s, until_s: Int64s, before: Int64s, late: Lateness | None) -> None:
        """Let timers fire on tickets up to an instant for each, the earliest first, then by id."""
        while len(tickets):
            found = self.waiting.next(tickets, until_s)
            if not len(found.place):
                return
            tickets, until_s, before = tickets[found.place], until_s[found.place], before[found.place]
            now, due_s = self._status[tickets], self.waiting.due_s[tickets]
            outcome = self._struck(tickets, now, found.timer, found.due_s, before)
            self.fired.append(Firings(before, tickets, found.due_s, outcome, now, due_s))
            self.waiting.fired(tickets, found.timer)
            self._left[tickets] = np.maximum(self._left[tickets], self._asking.leaves[outcome])
            self._status[tickets] = self._changes.after(now, outcome)
            self.act(tickets, outcome, found.due_s, found.timer)
            if late is not None:
                late.go_on(tickets, found.due_s, np.ones(len(tickets), bool))
            staying = self._left[tickets] == 0
            tickets, until_s, before = tickets[staying], until_s[staying], before[staying]

    def act(self, tickets: Int64s, outcome: Int32s, at_s: Int64s, fired: Int64s | None = None) -> None:
        """Start and stop timers, those of each ticket on which one has fired among them."""
        names = self._records.words["customer"].values
        whose = [str(names[each] or "") for each in self._customer[tickets].tolist()] if self._owning else []
        beyond = self.waiting.act(tickets, outcome, self._asking.outcomes, at_s, whose, fired)
        self._left[tickets[beyond]] = self._asking.reason("far")

    def _struck(self, tickets: Int64s, now: Int32s, timer: Int64s, due_s: Int64s, before: Int64s) -> Int32s:
        """The outcomes of timers that fire."""
        names = [of_timer(each) for each in self.waiting.names]
        whose = Column(self._customer[tickets], self._records.words["customer"].values)
        occasion = self._occasions.numbers(due_s, whose, Column(timer.astype(np.int32), names))
        of_clocks = np.array([self._masks.with_clocks(each) for each in names], np.int32)[timer]
        masked = self._statuses.masked(of_clocks, now)
        kind = (occasion.astype(np.int64) * len(names) + timer).astype(np.int32)

        def learn(places: Int64s) -> Int32s:
            numbers = [
                self._asking.fired(
                    int(now[each]),
                    int(tickets[each]),
                    int(before[each]),
                    self.waiting.names[int(timer[each])],
                    int(due_s[each]),
                    int(occasion[each]),
                )
                for each in places.tolist()
            ]
            return np.array(numbers, np.int32)

        return self._striking.outcomes(masked, kind, learn)
