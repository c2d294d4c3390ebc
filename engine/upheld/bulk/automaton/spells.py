"""Spells: the clocks, pauses and excuses of all tickets, put together from what their records did.

Each operation names a slot, and the record that did it names the instant. A clock is what one operation began and the
next ones on the same slot of the same ticket did to it; so each operation finds its clock by a search among those that
began before it.

Source: DESIGN section 11, "the clock operations"; section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from upheld.bulk.answers.clock_operations import (
    BEGIN,
    COME,
    CONTINUE,
    DROP,
    END,
    EXCUSE,
    FIX,
    JUDGE,
    LAPSE,
    MOST_SLOTS,
    PAUSE,
    RESUME,
    REVIVE,
    SINCE,
    WAIT,
)
from upheld.bulk.answers.outcomes import PairOutcome
from upheld.bulk.answers.own_instants import OwnInstants, ReadField
from upheld.bulk.automaton.course import Course
from upheld.bulk.clocks.given import CANCELLED, NO_EXCUSES, NO_PAUSES, RUNS, Clocks, Excuses, Gaps, Pauses, Promised
from upheld.bulk.keys.records import Bools, Int32s, Int64s, Records
from upheld.core.clocks.own_dates import own_excuses
from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.plan import ExcusePlan
from upheld.core.clocks.rules import ClockRules
from upheld.core.lifecycle.happening import Happening


class Spells(NamedTuple):
    """What there was on tickets, clocks in the order of tickets, of the policy, and of cycles.

    Attributes:
        clocks: Those whose target is known; their ``due_s`` is for the caller to fill in.
        commitment, cycle, start_s, slot: Of each of them.
        began: At which step each began, in the order in which they did; and ``known_s`` when its target was known.
        is_judged: Whether it was judged again; and ``is_ended``, whether it was stopped or cancelled.
        pauses, gaps, excuses: What bears on them.
        far: The tickets with a date of their own in years that no calendar covers.
    """

    clocks: Clocks
    commitment: Int32s
    cycle: Int32s
    start_s: Int64s
    began: Int64s
    known_s: Int64s
    slot: Int32s
    is_judged: Bools
    is_ended: Bools
    pauses: Pauses
    gaps: Gaps
    excuses: Excuses
    far: Int64s


class _Done(NamedTuple):
    """Operations, in the order in which they were done; arrays of one length."""

    row: Int64s
    what: np.ndarray
    slot: Int32s
    a: Int32s
    b: Int32s

    def only(self, which: np.ndarray) -> _Done:
        """Some of them."""
        return _Done(*(each[which] for each in self))


def spells(
    rules: ClockRules,
    records: Records,
    course: Course,
    outcomes: Sequence[PairOutcome],
    promises: Sequence[Promised],
    read: ReadField,
) -> Spells:
    """Put together what records and timers did.

    Args:
        course: What happened to the tickets.
        read: Reads the dates of stops, pauses and excuses.
    """
    own = OwnInstants(rules, records, promises, read)
    done = _operations(course.outcome, outcomes)
    places = np.flatnonzero(done.what == BEGIN)
    of_tracks = (done.what == PAUSE) | (done.what == CONTINUE)
    later_places = np.flatnonzero((done.what != BEGIN) & (done.what != EXCUSE) & ~of_tracks)
    begun, later = done.only(places), done.only(later_places)
    clock = _clocks_of(begun, later)
    run = _Run(course, begun, places)
    ended_s = run.go_on(later, clock, later_places, own)
    ticket = course.ticket[begun.row]
    order, cycle = _cycles(ticket, begun.a, run.counted, len(rules.policy.commitments))
    order = order[run.promise[order] >= 0]
    ends = (run.how[order], run.end_s[order], run.seen_s[order], run.ended_by[order])
    clocks = Clocks(ticket[order], run.promise[order], run.from_s[order], run.from_s[order], *ends)
    place = np.full(len(begun.row), -1, np.int64)
    place[order] = np.arange(len(order))
    turns = np.flatnonzero((later.what == END) | (later.what == RESUME))
    gaps = _gaps(np.minimum(ended_s, course.at_s[later.row[turns]]), place[clock[turns]], later.what[turns] == END)
    pauses = _pauses(course, done.only(of_tracks), own)
    declared = done.only(done.what == EXCUSE)
    excuses = _excuses(rules, records, declared._replace(row=course.row[declared.row]), read)
    held = (begun.a[order], cycle[order], run.start_s[order], order, run.known_s[order])
    told = (begun.slot[order], run.is_judged[order], run.is_ended[order])
    return Spells(clocks, *held, *told, pauses, gaps, excuses, np.array(own.far, np.int64))


class _Run:
    """What became of clocks that began, all of them; arrays of one number for each.

    Attributes:
        promise: What was promised last; -1 for nothing.
        counted: Where among all operations its cycle was counted; -1 for a clock that never came to apply.
        start_s, from_s, known_s: As of a clock.
        how, end_s, seen_s, ended_by: As it ended, or does not apply any more.
        is_judged: Whether it was judged again.
        is_ended: Whether it was stopped or cancelled, whatever became of it besides.
    """

    def __init__(self, course: Course, begun: _Done, places: Int64s) -> None:
        self._at_s, self._row = course.at_s, course.row
        self.begun_s = course.at_s[begun.row]
        self.start_s, self.from_s, self.known_s = self.begun_s.copy(), self.begun_s.copy(), self.begun_s.copy()
        self.promise, self.counted = begun.b.copy(), places.copy()
        self.how, self.ended_by = np.full(len(places), RUNS, np.int8), np.full(len(places), -1, np.int16)
        self.end_s, self.seen_s = np.zeros(len(places), np.int64), np.zeros(len(places), np.int64)
        self.is_judged, self.is_ended = np.zeros(len(places), bool), np.zeros(len(places), bool)

    def go_on(self, later: _Done, clock: Int64s, places: Int64s, own: OwnInstants) -> Int64s:
        """Let everything be done to them; of several of one kind the last one stays.

        Returns: when each end, and each resuming, counts.
        """
        what, at_s = later.what, self._at_s[later.row]
        self._begin_at_dates(later.only(what == SINCE), clock[what == SINCE], own)
        for each in np.flatnonzero(np.bincount(what, minlength=1)).tolist():
            here = np.flatnonzero(what == each)
            of = clock[here]
            if each == FIX:
                self.promise[of], self.known_s[of] = later.b[here], at_s[here]
            elif each == DROP:
                self.counted[of] = -1
        judged = np.flatnonzero((what == JUDGE) | (what == COME))
        of, anew = clock[judged], later.a[judged] == 1
        self.promise[of], self.is_judged[of] = later.b[judged], True
        self.from_s[of] = np.where(anew, at_s[judged], self.begun_s[of])
        come = np.flatnonzero(what == COME)
        self.start_s[clock[come]] = np.where(later.a[come] == 1, at_s[come], self.begun_s[clock[come]])
        counted = np.flatnonzero((what == COME) | (what == WAIT))
        self.counted[clock[counted]] = np.where(what[counted] == COME, places[counted], -1)
        turns = np.flatnonzero((what == END) | (what == RESUME))
        of, ends = clock[turns], what[turns] == END
        self.how[of] = np.where(ends, later.a[turns], RUNS)
        self.ended_by[of] = np.where(ends, later.b[turns], -1)
        row = np.where(ends, self._row[later.row[turns]], -1)
        counts_s = own.stops(row, at_s[turns], later.a[turns], later.b[turns], self.promise[of])
        ended_s: Int64s = np.where(counts_s == at_s[turns], counts_s, np.maximum(counts_s, self.from_s[of]))
        self.end_s[of] = ended_s
        self.seen_s[of], self.is_ended[of] = at_s[turns], ends
        lapsing = np.flatnonzero((what == LAPSE) | (what == REVIVE))
        of, lapses = clock[lapsing], what[lapsing] == LAPSE
        lapsed = np.zeros(len(self.how), bool)
        lapsed_s = np.zeros(len(self.how), np.int64)
        lapsed[of], lapsed_s[of] = lapses, at_s[lapsing]
        self.is_judged[of] = True
        self.how[lapsed], self.ended_by[lapsed] = CANCELLED, -1
        self.end_s[lapsed] = self.seen_s[lapsed] = lapsed_s[lapsed]
        return ended_s

    def _begin_at_dates(self, since: _Done, clock: Int64s, own: OwnInstants) -> None:
        """Let clocks count from the dates that their records carry."""
        commitment, at_s = since.slot // MOST_SLOTS, self._at_s[since.row]
        for each in np.flatnonzero(np.bincount(commitment, minlength=1)).tolist():
            here = np.flatnonzero(commitment == each)
            own_s = own.starts(self._row[since.row[here]], at_s[here], each, since.a[here])
            for held in (self.begun_s, self.start_s, self.from_s):
                held[clock[here]] = own_s


def _operations(outcome: Int32s, outcomes: Sequence[PairOutcome]) -> _Done:
    """Every operation of every record."""
    counts = np.array([*(len(each.operations) for each in outcomes), 0], np.int64)  # the last for no outcome, -1
    every = np.array([one for each in outcomes for one in each.operations], np.int32).reshape(-1, 4)
    doing = np.flatnonzero((counts > 0)[outcome])
    row, place = expanded(doing, outcome[doing], counts)
    found = every[place]
    return _Done(row, found[:, 0], found[:, 1], found[:, 2], found[:, 3])


def expanded(rows: Int64s, outcome: Int32s, counts: Int64s) -> tuple[Int64s, Int64s]:
    """For what each outcome has several of, laid end to end: the record of each, and its place.

    >>> expanded(np.array([4, 9]), np.array([1, 0]), np.array([1, 2]))
    (array([4, 4, 9]), array([1, 2, 0]))
    """
    first = np.concatenate(([0], np.cumsum(counts)))
    many = counts[outcome]
    if (many == 1).all():
        return rows, first[outcome]
    total = int(many.sum())
    begins = np.cumsum(many) - many
    place = np.arange(total) - np.repeat(begins - first[outcome], many)
    return np.repeat(rows, many), place


def _clocks_of(begun: _Done, later: _Done) -> Int64s:
    """To which of the clocks that began each later operation was done: the last on its slot."""
    found = np.zeros(len(later.row), np.int64)
    for slot in np.flatnonzero(np.bincount(later.slot)):
        clocks, here = np.flatnonzero(begun.slot == slot), np.flatnonzero(later.slot == slot)
        found[here] = clocks[np.searchsorted(begun.row[clocks], later.row[here], side="right") - 1]
    return found


def _cycles(ticket: Int32s, commitment: Int32s, counted: Int64s, commitments: int) -> tuple[Int64s, Int32s]:
    """The clocks that have a cycle in the order of tickets, commitments, and cycles; and these, counted from 1."""
    kept = np.flatnonzero(counted >= 0)
    key = ticket[kept].astype(np.int64) * commitments + commitment[kept]
    is_sorted = bool(np.all(counted[kept][1:] >= counted[kept][:-1]))
    places = np.argsort(key, kind="stable") if is_sorted else np.lexsort((counted[kept], key))
    order, key = kept[places], key[places]
    cycle = np.zeros(len(ticket), np.int32)
    if len(order):
        new = np.concatenate(([True], key[1:] != key[:-1]))
        first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
        cycle[order] = np.arange(len(order)) - first + 1
    return order, cycle


def _gaps(at_s: Int64s, clock: Int64s, ends: Bools) -> Gaps:
    """The times between an end and what resumed the clock after it, each at an instant."""
    resumed = np.zeros(int(clock.max(initial=-1)) + 2, bool)
    resumed[clock[~ends]] = True
    of = np.flatnonzero(resumed[clock] & (clock >= 0))
    of = of[np.argsort(clock[of], kind="stable")]
    again = np.flatnonzero(~ends[of])
    from_s, until_s = at_s[of[again - 1]], at_s[of[again]]
    has_length = from_s < until_s
    return Gaps(clock[of[again]][has_length], from_s[has_length], until_s[has_length])


def _pauses(course: Course, done: _Done, own: OwnInstants) -> Pauses:
    """The times during which tracks were on."""
    found = []
    for track in np.flatnonzero(np.bincount(done.slot)).tolist():
        begins = done.only((done.slot == track) & (done.what == PAUSE))
        ends = done.only((done.slot == track) & (done.what == CONTINUE))
        from_s = own.edges(course.row[begins.row], course.at_s[begins.row], track, begins.a, ends=False)
        until_s, ended = np.full(len(begins.row), FOREVER, np.int64), np.full(len(begins.row), -1, np.int16)
        of = np.searchsorted(begins.row, ends.row, side="left") - 1
        until_s[of] = own.edges(course.row[ends.row], course.at_s[ends.row], track, ends.a, ends=True)
        ended[of] = ends.a
        has_length = from_s < until_s
        parts = (course.ticket[begins.row], np.full(len(from_s), track, np.int16), from_s, until_s)
        found.append([each[has_length] for each in (*parts, begins.a.astype(np.int16), ended)])
    return Pauses(*(np.concatenate(each) for each in zip(*found))) if found else NO_PAUSES


def _excuses(rules: ClockRules, records: Records, done: _Done, read: ReadField) -> Excuses:
    """The times that were excused; each pair of dates is read once."""
    if not len(done.row):
        return NO_EXCUSES
    ticket, number, from_s, until_s = [], [], [], []
    event = records.words["event"]
    known: dict[tuple[object, ...], tuple[int, int] | None] = {}
    for row, excuse in zip(done.row.tolist(), done.slot.tolist()):
        plan = rules.policy.excuses[excuse]
        fields = [each.name.removeprefix("event.") for each in (plan.since, plan.until)]
        cells = [0 if name not in records.data else int(records.data[name].codes[row]) for name in fields]
        key = (event.codes[row], excuse, *cells)
        if key not in known:
            name = str(event.values[event.codes[row]])
            held = {f"event.{field}": read(name, field, row) for field in fields}
            now = Happening(0, None, None, "", held.__getitem__, _no_time)  # type: ignore[arg-type]
            told = own_excuses(rules, now, (ExcusePlan(excuse, None, plan),))
            known[key] = (told[0].from_s, told[0].until_s) if told else None
        span = known[key]
        if span is not None:
            ticket.append(records.ticket[row])
            number.append(excuse)
            from_s.append(span[0])
            until_s.append(span[1])
    return Excuses(
        np.array(ticket, np.int32), np.array(number, np.int16), np.array(from_s, np.int64), np.array(until_s, np.int64)
    )


def _no_time(name: str, at_s: int) -> None:
    """An excuse reads nothing but its dates."""
