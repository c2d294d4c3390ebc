"""Asking: what the engine says of a record, or a timer, on a ticket of a status.

The engine is asked about a ticket to which it happens just now. How that ticket stands is known where another one came
into its status before and is older; else its records are decided anew, one by one, from the first on, or from where it
was asked about last. Either way what tells its status must be what was expected: a status that told too little would be
found.

Source: DESIGN section 11, "each pair is decided once, by `Engine.decide`".
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice
from typing import Final

import numpy as np

from upheld.bulk.answers.clock_operations import Leaves
from upheld.bulk.answers.outcomes import PairOutcome, Reader
from upheld.bulk.answers.statuses import NO_TICKET, Statuses
from upheld.bulk.keys.masks import Masks, of_timer
from upheld.bulk.keys.records import Bools, Int16s, Int32s, Records
from upheld.core.clocks.clock import NOTHING_GIVEN
from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.state import ClockState
from upheld.core.decision.engine import Engine
from upheld.core.record.ticket import Pending, Standing
from upheld.core.replay.unpromised import NOTHING_KNOWN, Beginning, Promising

STANDINGS_MAX: Final = 4_096
"""How many standings of tickets are remembered, for records that are asked about one after the other."""
FAR_S: Final = 2**60
"""A timer that waits is due so late while a record is asked about: what is due before it has fired already."""


class Asking:
    """Asks the engine, and keeps what it said.

    Args:
        customer: Whose each ticket is, a place in the column of customers.

    Attributes:
        outcomes: What it said so far. The first two stand for late records, and for those that are accepted.
        changes, refuses: Which outcomes change a status, and which are refusals.
        leaves: With which a ticket goes to the scalar path, as places in ``reasons``.
        asked: How often it was asked.
    """

    def __init__(
        self, engine: Engine, records: Records, customer: Int32s, statuses: Statuses, reader: Reader, masks: Masks
    ) -> None:
        self._engine, self._records, self._customer = engine, records, customer
        self._table = engine.table()
        self._owning = {name for name, each in engine.contracts.customers.items() if each.calendars}
        self._statuses, self._reader, self._masks = statuses, reader, masks
        self.outcomes: list[PairOutcome] = [PairOutcome(0), PairOutcome(-1)]
        self.changes: Bools = np.zeros(1024, bool)
        self.refuses: Bools = np.zeros(1024, bool)
        self.leaves: Int16s = np.zeros(1024, np.int16)
        self.refuses[0] = True
        self.reasons: list[str] = [""]
        self.asked = 0
        self._leaving: dict[str, int] = {}
        self._reached: dict[int, Standing] = {}
        self._alike: dict[int, dict[int, list[int]]] = {}
        self._sorted: dict[int, int] = {}
        self._seen: OrderedDict[int, tuple[int, Standing | None]] = OrderedDict()

    def decided(self, status: int, row: int, occasion: int, *, itself: bool = False) -> int:
        """The number of the outcome of a record, on the ticket whose it is and which is in a status.

        Args:
            itself: Whether no other ticket will do, since due instants matter.
        """
        self.asked += 1
        event, ticket = self._records.row(row), int(self._records.ticket[row])
        if not itself:
            status = self._as_good(status, self._masks.with_clocks(event.event), ticket, event.at_s)
        before = self._standing(status, ticket, row, event.at_s, itself=itself)
        made = self._engine.decide(before, event)
        try:
            if made.trace.refusal is not None:
                return self._kept(self._reader.refused(event, made))
            outcome = self._reader.accepted(
                status,
                before,
                self._reader.without_brought(event, before, made),
                event.at_s,
                occasion,
                self._touched(event.event),
                event,
            )
        except Leaves as leaves:
            return self.leaving(str(leaves))
        return self._kept(outcome, standing=made.standing)

    def fired(self, status: int, ticket: int, row: int, timer: str, due_s: int, occasion: int) -> int:
        """The number of the outcome of a timer that fires on a ticket, before one of its records."""
        self.asked += 1
        before = self._standing(status, ticket, row, due_s, timer)
        assert before is not None, "a timer waits on a ticket"
        made = self._engine.fire_first(before)
        try:
            outcome = self._reader.accepted(status, before, made, due_s, occasion, self._touched(of_timer(timer)))
        except Leaves as leaves:
            return self.leaving(str(leaves))
        return self._kept(outcome, standing=made.standing)

    def leaving(self, reason: str) -> int:
        """The number of the outcome with which a ticket goes to the scalar path."""
        if reason not in self._leaving:
            self._leaving[reason] = self._kept(PairOutcome(-1, leaves=reason), self.reason(reason))
        return self._leaving[reason]

    def reason(self, reason: str) -> int:
        """The place of a reason."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason)

    def standing_of(self, ticket: int) -> Standing | None:
        """How a ticket stands after all of its records, if no timer fires on it."""
        return self._replayed(ticket, int(self._records.first[ticket + 1]))

    def beginning_of(self, ticket: int, as_of_s: int | None, promising: Promising) -> tuple[Beginning, Standing | None]:
        """How promises begin on a ticket, and how it stands as of an instant; all of it decided anew."""
        known, standing, lasting, late_s = NOTHING_KNOWN, None, None, -FAR_S
        for row in range(int(self._records.first[ticket]), int(self._records.first[ticket + 1])):
            event = self._records.row(row)
            made = self._engine.decide(standing, event)
            standing = made.standing
            if made.trace.refusal is not None:
                late_s = max(late_s, event.at_s)
                continue
            known = known if known.begun else promising.see(known, event, made)
            lasting, late_s = standing, -FAR_S
        if as_of_s is not None:
            standing = lasting if late_s > as_of_s else standing
            standing = None if standing is None else self._engine.wait(standing, as_of_s).standing
        return known, standing

    def _touched(self, name: str) -> frozenset[int]:
        seen = self._masks.known[self._masks.with_clocks(name)]
        assert seen is not None, "nothing is accepted that the policy does not have"
        return seen.clocks

    def _standing(
        self, status: int, ticket: int, row: int, at_s: int, timer: str = "", *, itself: bool = False
    ) -> Standing | None:
        """How a ticket in a status stands before a record, or before a timer that is due before it.

        A ticket will do that was in this status earlier. What waits is due later, but for that timer.
        """
        if status == NO_TICKET:
            return None
        reached = None if itself else self._standing_before(status, ticket, at_s)
        if reached is None:
            reached = self._replayed(ticket, row)
            assert reached is not None, "a ticket in a status was opened"
            while reached.timers and reached.timers[0] < (Pending(at_s, timer) if timer else Pending(at_s + 1, "")):
                made = self._engine.fire_first(reached)
                assert made.standing is not None, "time ends no ticket"
                reached = made.standing
            known = self._statuses[status]
            told = self._statuses.of(reached, known.slots, known.begun_on)
            assert told == known, f"a status tells too little: {told} is not {known}"
            if status not in self._reached or reached.last_s < self._reached[status].last_s:
                self._reached[status] = reached
        waiting = sorted(each.timer for each in reached.timers)
        due = [Pending(at_s if each == timer else FAR_S, each) for each in waiting]
        ready = _made_ready(reached._replace(timers=tuple(sorted(due))))
        if itself and self._past(ready, at_s) != self._past(reached, at_s):
            ready = ready._replace(clocks=ready.clocks._replace(tracks=reached.clocks.tracks))
        return ready

    def _standing_before(self, status: int, ticket: int, at_s: int) -> Standing | None:
        """How a ticket stood that was in a status before an instant, as if it were another one's; ``None`` for none."""
        reached = self._reached.get(status)
        if reached is None or reached.last_s > at_s:
            return None
        customer = str(self._records.words["customer"].values[self._customer[ticket]] or "")
        if reached.customer == customer:
            return reached
        return reached._replace(customer=customer) if self._may_be_of(status, reached.customer, customer) else None

    def _as_good(self, status: int, mask: int, ticket: int, at_s: int) -> int:
        """A status that is no other to a mask, and in which a ticket was before an instant; itself where none was.

        What is asked of one is kept for all of them, so it does not matter about which the engine is asked. But the
        ticket stands there as if it were this one's customer's: both say the same of him.
        """
        if status == NO_TICKET or self._standing_before(status, ticket, at_s) is not None:
            return status
        alike, number = self._alike.setdefault(mask, {}), self._sorted.get(mask, 0)
        if number < len(self._reached):
            new = [*islice(self._reached, number, None)]
            for each, of in zip(new, self._statuses.masked_by(mask, new)):
                alike.setdefault(of, []).append(each)
            self._sorted[mask] = len(self._reached)
        others = alike.get(self._statuses.masked_by(mask, [status])[0], ())
        whose = self._statuses.customer(status)
        same = (each for each in others if self._statuses.customer(each) == whose)
        return next((each for each in same if self._standing_before(each, ticket, at_s) is not None), status)

    def _may_be_of(self, status: int, *customers: str) -> bool:
        """Whether a ticket in a status may be one's as well as another's: neither has hours of its own.

        A clock that is judged later asks for what its customer had signed when it began, and others signed other days.
        """
        return self._owning.isdisjoint(customers) and not self._statuses[status].awaits

    def _past(self, standing: Standing, at_s: int) -> list[bool]:
        """Which clocks have fallen due before an instant."""
        rules, tracks = self._engine.clocks.rules, standing.clocks.tracks
        dues = (rules.due_s(each, tracks) if each.runs else None for each in standing.clocks.clocks)
        return [due_s is not None and due_s < at_s for due_s in dues]

    def _replayed(self, ticket: int, row: int) -> Standing | None:
        """How a ticket stands before a record, decided from its first one on, or from where it was asked about last."""
        place, standing = self._seen.pop(ticket, (int(self._records.first[ticket]), None))
        while place < row:
            standing = self._engine.decide(standing, self._records.row(place), table=self._table).standing
            place += 1
        self._seen[ticket] = (place, standing)
        if len(self._seen) > STANDINGS_MAX:
            self._seen.popitem(last=False)
        return standing

    def _kept(self, outcome: PairOutcome, leaves: int = 0, standing: Standing | None = None) -> int:
        """The number of an outcome from now on, with which a ticket came to stand so."""
        if outcome.change is not None and standing is not None:
            after = outcome.change.status
            if outcome.brings:
                told = self._statuses[after]
                after = self._statuses.number(self._statuses.of(standing, told.slots, told.begun_on))
            if after not in self._reached or standing.last_s < self._reached[after].last_s:
                self._reached[after] = standing
        number = len(self.outcomes)
        self.outcomes.append(outcome)
        if number == len(self.changes):
            self.changes = np.concatenate((self.changes, np.zeros(number, bool)))
            self.refuses = np.concatenate((self.refuses, np.zeros(number, bool)))
            self.leaves = np.concatenate((self.leaves, np.zeros(number, np.int16)))
        self.changes[number], self.leaves[number] = outcome.change is not None, leaves
        self.refuses[number] = outcome.refused >= 0
        return number


def _made_ready(standing: Standing) -> Standing:
    """The standing so that what a record does to it can be told from what it keeps.

    Lasting pauses began a second earlier: so each that ends has some length, and is told. Nothing comes by itself to a
    clock: warnings are counted for all clocks at once.
    """
    clocks: ClockState = standing.clocks
    tracks, live = clocks.tracks, clocks.clocks
    if any(each.lasting for each in tracks):
        tracks = tuple(
            each
            if each.lasting is None
            else each._replace(lasting=each.lasting._replace(from_s=each.lasting.from_s - 1))
            for each in tracks
        )
    if any(each.next is not None or each.given or each.reminded for each in live):
        live = tuple(
            each._replace(next=None, quiet_s=FOREVER, given=NOTHING_GIVEN, reminded=0, counted=None) for each in live
        )
    if tracks is clocks.tracks and live is clocks.clocks and clocks.next_s == FOREVER:
        return standing
    return standing._replace(clocks=clocks._replace(tracks=tracks, clocks=live, next_s=FOREVER))
