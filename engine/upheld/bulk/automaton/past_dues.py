"""Past dues: which clocks of tickets have fallen due before a record.

A promise is judged again where something has changed that it follows, unless its due instant has passed. That depends
on instants as nothing else does: so where a record may change such a thing, the clocks of its tickets are put together
as far as they have come, and whether each is past due becomes part of what tells one decision from another.

Source: DESIGN section 4, "A due instant once passed is final".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from upheld.bulk.answers.asking import Asking
from upheld.bulk.answers.clock_operations import MOST_SLOTS
from upheld.bulk.answers.outcomes import PairOutcome, Reader
from upheld.bulk.answers.own_instants import ReadField
from upheld.bulk.answers.statuses import Statuses
from upheld.bulk.automaton.course import BY_ITSELF, Course, Firings, joined
from upheld.bulk.automaton.spells import Spells, spells
from upheld.bulk.clocks.clocks_alike import Marks
from upheld.bulk.clocks.given import RUNS, Clocks, Gaps, Promised
from upheld.bulk.clocks.measured import Measured, dues_moved, pauses_of
from upheld.bulk.clocks.opening_seconds import NOT_KNOWN_S, Openings
from upheld.bulk.clocks.unpaused_dues import unpaused_dues
from upheld.bulk.keys.records import Bools, Int16s, Int32s, Int64s, Records
from upheld.core.clocks.rules import ClockRules
from upheld.core.decision.engine import Engine
from upheld.core.policy.lifecycle import is_reopening

Follows = tuple[tuple[int, int, bool], ...]
"""For a status, the clocks that matter: commitment, slot, and whether it has ended."""


KIND_BITS: Final = 22
PAST_BITS: Final = 8
"""Kinds of records are below the first power of two; above it stands which of so many clocks are past due."""


class PastDues:
    """Tells decisions apart by what is past due, of one history.

    Args:
        outcome: That of each record so far.
        left: Why tickets go to the scalar path; more may.
    """

    def __init__(
        self,
        engine: Engine,
        records: Records,
        asking: Asking,
        statuses: Statuses,
        reader: Reader,
        openings: Openings,
        outcome: Int32s,
        left: Int16s,
        read: ReadField,
    ) -> None:
        self._rules, self._records, self._asking, self._statuses = engine.clocks.rules, records, asking, statuses
        self._reader, self._openings, self._outcome, self._left, self._read = reader, openings, outcome, left, read
        self.fired: list[Firings] = []
        self._known: dict[int, Follows] = {}
        self._timers = len(engine.policy.timers)
        values = records.words["event"].values
        self._judging = np.array([_may_judge_again(engine, str(each)) for each in values], bool)

    def judging(self, rows: Int64s) -> Int64s:
        """The places of the records among some that may have promises judged again."""
        if not self._judging.any():
            return rows[:0]
        return np.flatnonzero(self._judging[self._records.words["event"].codes[rows]])

    def bits(self, rows: Int64s, status: Int32s) -> Int32s:
        """What is added to the kinds of records that may have promises judged again: which clocks are past due."""
        added = np.zeros(len(rows), np.int32)
        some = self.judging(rows)
        if not len(some):
            return added
        follows = [self._follows(each) for each in status[some].tolist()]
        many = some[np.array([len(each) > PAST_BITS for each in follows], bool)]
        self._left[self._records.ticket[rows[many]]] = self._asking.reason("clocks")
        some = some[np.array([0 < len(each) <= PAST_BITS for each in follows], bool)]
        follows = [each for each in follows if 0 < len(each) <= PAST_BITS]
        if len(some):
            promises = self._reader.clocks.promises.promised
            fired = joined(self.fired, self._timers)
            rules, outcomes = self._rules, self._asking.outcomes
            given = (rules, self._openings, promises, self._records, self._outcome, outcomes, fired)
            bits = past_dues(*given, rows[some], follows, self._read)
            added[some] = (1 + bits) << KIND_BITS
        return added

    def _follows(self, status: int) -> Follows:
        """The clocks that matter to what is judged again."""
        if status not in self._known:
            self._known[status] = self._statuses.follows(status)
        return self._known[status]


def _may_judge_again(engine: Engine, event: str) -> bool:
    """Whether an event may have a promise judged again: it changes what one follows, or reopens a ticket."""
    plan, rules = engine.plan.events.get(event), engine.clocks.rules
    if plan is None or not any(each.remembers for each in rules.terms):
        return False
    changed = {each.fact for each in plan.type.sets}
    if any(changed.intersection(each.follows) for each in rules.terms):
        return True
    core_of = engine.plan.core_of
    leading = ((state, each.target or state) for state, found in plan.arrows.items() for each in found)
    return any(
        origin is not None and state is not None and is_reopening(core_of[origin], core_of[state])
        for origin, state in leading
    )


def past_dues(
    rules: ClockRules,
    openings: Openings,
    promises: Sequence[Promised],
    records: Records,
    outcome: Int32s,
    outcomes: Sequence[PairOutcome],
    fired: Firings,
    rows: Int64s,
    follows: Sequence[Follows],
    read: ReadField,
) -> Int64s:
    """Which of the clocks that matter are past due before each of some records of different tickets, as bits.

    Args:
        outcome: That of every record before them.
        fired: The timers that have fired.
        follows: The clocks that matter, for each of these records.
    """
    course = _so_far(records, outcome, fired, rows)
    held = spells(rules, records, course, outcomes, promises, read)
    last: dict[tuple[int, int], int] = {}
    for clock in np.argsort(held.began, kind="stable").tolist():
        last[int(held.clocks.ticket[clock]), int(held.slot[clock])] = clock
    wanted = [
        (last[place, commitment * MOST_SLOTS + slot], place, bit)
        for place, each in enumerate(follows)
        for bit, (commitment, slot, _) in enumerate(each)
    ]
    found = np.zeros(len(rows), np.int64)
    if not wanted:
        return found
    clock, place, bit = (np.array(each, np.int64) for each in zip(*wanted))
    at_s = records.at_s[rows]
    is_past = _are_past(rules, openings, promises, held, clock, at_s[place])
    np.bitwise_or.at(found, place, is_past.astype(np.int64) << bit)
    return found


def _are_past(
    rules: ClockRules, openings: Openings, promises: Sequence[Promised], held: Spells, clock: Int64s, at_s: Int64s
) -> Bools:
    """Whether clocks have fallen due before an instant for each; those that have ended as if they went on with it."""
    taken = Clocks._make(each[clock] for each in held.clocks)
    due_s = unpaused_dues(rules, openings, promises, taken.promise, taken.from_s, _agreed_s(promises)[taken.promise])
    ended = np.flatnonzero(held.is_ended[clock] & (taken.end_s < at_s))
    place = np.full(len(held.began), -1, np.int64)
    place[clock] = np.arange(len(clock))
    own = place[held.gaps.clock]
    gaps = Gaps(
        np.concatenate((own[own >= 0], ended)),
        np.concatenate((held.gaps.from_s[own >= 0], np.minimum(taken.end_s, taken.seen_s)[ended])),
        np.concatenate((held.gaps.until_s[own >= 0], at_s[ended])),
    )
    running = taken._replace(due_s=due_s, how=np.full(len(clock), RUNS, np.int8))
    measured = Measured(rules, openings, promises, running, int(at_s.max()))
    spans = pauses_of(measured, held.pauses, gaps, Marks(len(clock)))
    moved_s = dues_moved(measured, measured.paused(spans)).due_s
    return np.asarray((moved_s != NOT_KNOWN_S) & (moved_s < at_s))


def _agreed_s(promises: Sequence[Promised]) -> Int64s:
    return np.array([each.aim.due_s or 0 for each in promises], np.int64)


def _so_far(records: Records, outcome: Int32s, fired: Firings, rows: Int64s) -> Course:
    """What happened to the tickets of some records before these; tickets are numbered as the records are given."""
    ticket = records.ticket[rows]
    many = rows - records.first[ticket]
    owner = np.repeat(np.arange(len(rows), dtype=np.int32), many)
    before = np.repeat(records.first[ticket] - np.cumsum(many) + many, many) + np.arange(int(many.sum()))
    place = np.full(len(records.first), -1, np.int32)
    place[ticket] = np.arange(len(rows), dtype=np.int32)
    mine = np.flatnonzero(place[fired.ticket] >= 0)
    owners = np.concatenate((owner, place[fired.ticket[mine]]))
    spots = np.concatenate((before, fired.before[mine]))
    is_record = np.arange(len(owners)) < len(owner)
    order = np.lexsort((np.arange(len(owners)), is_record, spots, owners))
    return Course(
        owners[order],
        np.concatenate((records.at_s[before], fired.at_s[mine]))[order],
        np.concatenate((before, np.full(len(mine), BY_ITSELF)))[order],
        np.concatenate((outcome[before], fired.outcome[mine]))[order],
    )
