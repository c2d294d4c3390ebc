"""Spells: the clocks, pauses and excuses of all tickets, put together from what their records did.

Each operation names a slot, and the record that did it names the instant. A clock is what one operation began and the
next ones on the same slot of the same ticket did to it; so each operation finds its clock by a search among those that
began before it.

Source: DESIGN section 11, "the clock operations"; section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from upheld.bulk.automaton.course import Course
from upheld.bulk.automaton.outcomes import BEGIN, CONTINUE, DROP, END, EXCUSE, FIX, PAUSE, RESUME, Outcome
from upheld.bulk.automaton.records import Bools, Int32s, Int64s, Records
from upheld.bulk.clocks.given import NO_EXCUSES, NO_PAUSES, RUNS, Clocks, Excuses, Gaps, Pauses
from upheld.core.clocks.own_dates import own_excuses
from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.plan import ExcusePlan
from upheld.core.clocks.rules import ClockRules
from upheld.core.condition.domain import Held, Wrong
from upheld.core.lifecycle.happening import Happening

ReadField = Callable[[str, str, int], Held | Wrong]
"""What a record says in a field of its event."""


class Spells(NamedTuple):
    """What there was on tickets, clocks in the order of tickets, of the policy, and of cycles.

    Attributes:
        clocks: Those whose target is known; their ``due_s`` is for the caller to fill in.
        commitment, cycle: Of each of them.
        began: At which step each began, in the order in which they did; and ``known_s`` when its target was known.
        pauses, gaps, excuses: What bears on them.
    """

    clocks: Clocks
    commitment: Int32s
    cycle: Int32s
    began: Int64s
    known_s: Int64s
    pauses: Pauses
    gaps: Gaps
    excuses: Excuses


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
    rules: ClockRules, records: Records, course: Course, outcomes: Sequence[Outcome], read: ReadField
) -> Spells:
    """Put together what records and timers did.

    Args:
        course: What happened to the tickets.
        read: Reads the dates of excuses.
    """
    done = _operations(course.outcome, outcomes)
    begun, later = done.only(done.what == BEGIN), done.only(np.isin(done.what, (FIX, END, RESUME, DROP)))
    clock = _clocks_of(begun, later)
    promise, dropped = begun.b.copy(), np.zeros(len(begun.row), bool)
    fixed = later.what == FIX
    promise[clock[fixed]] = later.b[fixed]
    known_s = course.at_s[begun.row]
    known_s[clock[fixed]] = course.at_s[later.row[fixed]]
    dropped[clock[later.what == DROP]] = True
    how, ended_by = np.full(len(begun.row), RUNS, np.int8), np.full(len(begun.row), -1, np.int16)
    end_s = np.zeros(len(begun.row), np.int64)
    turns = np.flatnonzero((later.what == END) | (later.what == RESUME))
    of, ends = clock[turns], later.what[turns] == END
    how[of] = np.where(ends, later.a[turns], RUNS)  # of several the last one stays
    ended_by[of] = np.where(ends, later.b[turns], -1)
    end_s[of] = course.at_s[later.row[turns]]
    ticket = course.ticket[begun.row]
    order, cycle = _cycles(ticket, begun.a, dropped, len(rules.policy.commitments))
    order = order[promise[order] >= 0]
    from_s = course.at_s[begun.row[order]]
    clocks = Clocks(
        ticket[order], promise[order], from_s, from_s, how[order], end_s[order], end_s[order], ended_by[order]
    )
    place = np.full(len(begun.row), -1, np.int64)
    place[order] = np.arange(len(order))
    gaps = _gaps(course.at_s, place[of], ends, later.row[turns])
    pauses = _pauses(course, done.only((done.what == PAUSE) | (done.what == CONTINUE)))
    declared = done.only(done.what == EXCUSE)
    excuses = _excuses(rules, records, declared._replace(row=course.row[declared.row]), read)
    return Spells(clocks, begun.a[order], cycle[order], order, known_s[order], pauses, gaps, excuses)


def _operations(outcome: Int32s, outcomes: Sequence[Outcome]) -> _Done:
    """Every operation of every record."""
    counts = np.array([len(each.operations) for each in outcomes], np.int64)
    every = np.array([one for each in outcomes for one in each.operations], np.int32).reshape(-1, 4)
    doing = np.flatnonzero(counts[outcome] * (outcome >= 0))
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


def _cycles(ticket: Int32s, commitment: Int32s, dropped: Bools, commitments: int) -> tuple[Int64s, Int32s]:
    """The clocks in order, without those that were dropped; and the cycle of each, counted from 1."""
    kept = np.flatnonzero(~dropped)
    key = ticket[kept].astype(np.int64) * commitments + commitment[kept]
    places = np.argsort(key, kind="stable")
    order, key = kept[places], key[places]
    cycle = np.zeros(len(ticket), np.int32)
    if len(order):
        new = np.concatenate(([True], key[1:] != key[:-1]))
        first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
        cycle[order] = np.arange(len(order)) - first + 1
    return order, cycle


def _gaps(at_s: Int64s, clock: Int64s, ends: Bools, row: Int64s) -> Gaps:
    """The times between an end and what resumed the clock after it."""
    resumed = np.zeros(int(clock.max(initial=-1)) + 2, bool)
    resumed[clock[~ends]] = True
    of = np.flatnonzero(resumed[clock] & (clock >= 0))
    of = of[np.argsort(clock[of], kind="stable")]
    again = np.flatnonzero(~ends[of])
    from_s, until_s = at_s[row[of[again - 1]]], at_s[row[of[again]]]
    has_length = from_s < until_s
    return Gaps(clock[of[again]][has_length], from_s[has_length], until_s[has_length])


def _pauses(course: Course, done: _Done) -> Pauses:
    """The times during which tracks were on."""
    found = []
    for track in np.flatnonzero(np.bincount(done.slot)):
        begins = done.only((done.slot == track) & (done.what == PAUSE))
        ends = done.only((done.slot == track) & (done.what == CONTINUE))
        from_s, until_s = course.at_s[begins.row], np.full(len(begins.row), FOREVER, np.int64)
        ended = np.full(len(begins.row), -1, np.int16)
        of = np.searchsorted(begins.row, ends.row, side="left") - 1
        until_s[of], ended[of] = course.at_s[ends.row], ends.a
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
