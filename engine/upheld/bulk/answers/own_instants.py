"""Own instants: when starts, stops, and the edges of pauses, count that carry a date of their own.

Which record began or ended a clock is read off outcomes; when that counts may stand in the record. The engine's own
reading of such a date is asked once for each value.

Source: DESIGN section 4, "Starting", "A stop may carry its own date", "Retroactive".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

from upheld.bulk.clocks.given import Promised
from upheld.bulk.distinct import distinct_rows
from upheld.bulk.keys.records import Int32s, Int64s, Records
from upheld.core.clocks.clock import Clock
from upheld.core.clocks.own_dates import StartDates, own_edge_s, own_start_s, own_stop_s
from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.plan import Ending, Pull
from upheld.core.clocks.rules import ClockRules
from upheld.core.condition.domain import Held, Wrong
from upheld.core.errors import CalendarError
from upheld.core.lifecycle.happening import Happening
from upheld.core.policy.commitment import Trigger

ReadField = Callable[[str, str, int], Held | Wrong]
"""What a record says in a field of its event."""

STOPPED: Final = 1
_NONE: Final = -FOREVER
_EVENT: Final = "event."


class OwnInstants:
    """Reads the dates that records of one history carry.

    Attributes:
        far: The tickets with a date in years that no calendar covers, ``ahead`` those with a start after its record.
    """

    def __init__(self, rules: ClockRules, records: Records, promises: Sequence[Promised], read: ReadField) -> None:
        self._rules, self._records, self._promises, self._read = rules, records, promises, read
        commitments = rules.policy.commitments
        self._any = any(each.at is not None for one in commitments for each in one.triggers)
        self._dates = StartDates(rules)
        self.far: list[int] = []
        self.ahead: list[int] = []

    def starts(self, row: Int64s, at_s: Int64s, commitment: int, trigger: Int32s) -> Int64s:
        """When clocks of a commitment count from, each begun by a record at an instant; never after it.

        A customer's own hours are not asked for.
        """
        found = at_s.copy()
        for number, by in enumerate(self._rules.policy.commitments[commitment].start if self._any else ()):
            here = np.flatnonzero((trigger == number) & (row >= 0))
            if by.at is not None and len(here):
                pull = Pull(commitment, None, number, by.at.name)
                own_s = self._each(row[here], by.at.name, partial(own_start_s, self._rules, pull=pull))
                found[here] = np.where(own_s == _NONE, at_s[here], np.minimum(own_s, at_s[here]))
        return found

    def note_ahead(self, row: Int64s, field: str) -> None:
        """Note the tickets of which a record gives a start a date after itself, which is flagged."""
        name = f"{_EVENT}{field}"
        own_s = self._each(row, name, lambda now: self._dates.begins_s(now.names(name)))
        self.ahead += self._records.ticket[row[own_s > self._records.at_s[row]]].tolist()

    def stops(self, row: Int64s, at_s: Int64s, how: Int32s, trigger: Int32s, promise: Int32s) -> Int64s:
        """When ends count, each by a record at an instant; those without a date of their own at that instant."""
        found = at_s.copy()
        if not self._any or not len(row):
            return found
        told = np.flatnonzero((row >= 0) & (trigger >= 0) & (promise >= 0))
        first, which = distinct_rows((promise[told], how[told], trigger[told]))
        for number, (place, kind, of) in enumerate(np.stack((promise, how, trigger), axis=1)[told[first]].tolist()):
            promised = self._promises[place]
            commitment = self._rules.policy.commitments[promised.commitment]
            by: Trigger = (commitment.stop if kind == STOPPED else commitment.voids)[of]
            if by.at is not None:
                here = told[which == number]
                ending = Ending("stopped", None, of, by.at.name)
                clock = Clock(promised.commitment, 1, _NONE, _NONE, _NONE, None, promised.aim)
                own_s = self._each(row[here], by.at.name, partial(self._stop_s, clock, ending))
                found[here] = np.where(own_s == _NONE, at_s[here], own_s)
        return found

    def edges(self, row: Int64s, at_s: Int64s, track: int, trigger: Int32s, *, ends: bool) -> Int64s:
        """When pauses of a track begin, or end, each by a record at an instant; never after it."""
        found = at_s.copy()
        of = self._rules.plan.tracks[track]
        pause = self._rules.policy.commitments[of.commitment].pause[of.pause]
        triggers = pause.ends if ends else pause.begins
        for number, by in enumerate(triggers if self._any else ()):
            here = np.flatnonzero((trigger == number) & (row >= 0))
            if by.at is not None and len(here):
                pull = Pull(track, None, number, by.at.name)
                own_s = self._each(row[here], by.at.name, partial(self._edge_s, pull, int(ends)))
                found[here] = np.minimum(own_s, at_s[here])
        return found

    def _stop_s(self, clock: Clock, ending: Ending, now: Happening) -> int:
        return own_stop_s(self._rules, now._replace(at_s=_NONE), clock, ending)

    def _edge_s(self, pull: Pull, days_later: int, now: Happening) -> int:
        return own_edge_s(self._rules, now, pull, days_later)

    def _each(self, row: Int64s, name: str, ask: Callable[[Happening], int]) -> Int64s:
        """What is asked of each record, once for those that say the same."""
        field, event = name.removeprefix(_EVENT), self._records.words["event"]
        column = self._records.data.get(field)
        codes = np.zeros(len(row), np.int32) if column is None else column.codes[row]
        pairs = event.codes[row], codes
        first, which = distinct_rows(pairs)
        answers = np.full(len(first), _NONE, np.int64)
        for place, sample in enumerate(row[first].tolist()):
            held = self._read(str(event.values[event.codes[sample]]), field, sample)
            now = Happening(FOREVER, None, None, "", {name: held}.get, _no_time)  # type: ignore[arg-type]
            try:
                answers[place] = ask(now)
            except CalendarError:
                self.far += self._records.ticket[row[which == place]].tolist()
        return answers[which]


def own_field(trigger: Trigger) -> str:
    """The field of the record that holds the trigger's own date; ``""`` where none does."""
    return trigger.at.name.removeprefix(_EVENT) if trigger.at is not None and trigger.at.name.startswith(_EVENT) else ""


def _no_time(name: str, at_s: int) -> None:
    """A date is read off the record alone."""
