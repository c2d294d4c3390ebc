"""Clock warnings: when clocks reach their marks, and are reminded of.

A mark lies so much opening time after the start, the breach a second after the due instant, and reminders count from
there. Pauses move them as they move what is due, so each mark of each clock is counted as a clock of its own that falls
due then; the lengths are `Terms.lengths_to_marks`.

A clock gives its marks in the order in which they would be reached without a pause: since none lies beyond the due
instant but the breach and the reminders, no pause lets one overtake another. What a pause holds back and yet does not
move, since no opening time lay in it, is told by the record that ends the pause; what is reached while the clock is
over, by the reopening that resumes it; and what lies before the target was known, by the record that made it known.

Source: DESIGN section 4, "Warnings"; `upheld.core.clocks.rules`, `ClockRules.warned`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.clocks.clocks_alike import Marks
from upheld.bulk.clocks.given import RUNS, Clocks, Gaps, Pauses, Promised
from upheld.bulk.clocks.measured import Measured, dues_moved, pauses_of
from upheld.bulk.clocks.opening_seconds import (
    BEYOND_S,
    NOT_KNOWN_S,
    Bools,
    Int64s,
    Openings,
    OpeningSeconds,
    rows_of_each,
)
from upheld.bulk.clocks.pause_spans import LASTS_S, Spans, parts_of, united
from upheld.bulk.distinct import distinct
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.terms import Terms
from upheld.core.policy.commitment import Reminders
from upheld.core.time.business_day import opening_length_s

ROWS_OF_A_BLOCK: Final = 1 << 20
"""Marks and reminders that are looked at in one go: a clock that is late for a year may have thousands."""


class Warnings(NamedTuple):
    """Marks that clocks gave, by clock and in the order in which it gave them. All arrays but the last have one length.

    Attributes:
        clock: A place in ``Clocks``.
        mark: The number of the mark among those of the commitment; from there on, that of the reminder.
        at_s: When it was given: when it was reached, or due for a breach; or the instant of the record that tells it.
        told: Whether the record at that instant tells it, after all else that it does.
        unsure: The clocks of which instants do not say what they gave: something that counts was told in the second in
            which they ended, and the order of records decides.
    """

    clock: Int64s
    mark: Int64s
    at_s: Int64s
    told: Bools
    unsure: Int64s


class _Rows(NamedTuple):
    """Marks of clocks; ``after_s`` is from when they are moved, ``due_s`` and ``order_s`` when they are reached.

    A breach has the due instant, which lies a second before. In ``order_s`` nothing is paused at all.
    """

    clock: Int64s
    mark: Int64s
    after_s: Int64s
    due_s: Int64s
    order_s: Int64s
    moves: Bools
    is_breach: Bools


def warnings(
    rules: ClockRules,
    openings: Openings,
    promises: Sequence[Promised],
    clocks: Clocks,
    as_of_s: int,
    pauses: Pauses,
    gaps: Gaps,
    known_s: Int64s | None = None,
    rows_max: int = ROWS_OF_A_BLOCK,
) -> Warnings:
    """The marks that clocks gave up to their end, or to an instant; as the engine tells them one after the other.

    No start, stop or pause may carry a date of its own, and no promise may have been judged again. A mark that would be
    reached after 2050 is not given, where the engine refuses the start.

    Args:
        rules, openings, promises, clocks, as_of_s, pauses, gaps: As in `clock_columns.judged`.
        known_s: When the target of each clock became known; by default at once.
        rows_max: About so many marks and reminders are looked at in one go.
    """
    limit_s, found = np.where(clocks.how == RUNS, as_of_s, clocks.seen_s), []
    known_s = clocks.from_s if known_s is None else known_s
    for low, high in _blocks(_most(rules, openings, promises, clocks, limit_s), rows_max):
        here = (low <= gaps.clock) & (gaps.clock < high)
        own = Gaps(gaps.clock[here] - low, gaps.from_s[here], gaps.until_s[here])
        some = clocks.at(np.arange(low, high))
        part = _warned(rules, openings, promises, some, as_of_s, pauses, own, known_s[low:high])
        found.append(part._replace(clock=part.clock + low, unsure=part.unsure + low))
    return Warnings(*(np.concatenate(each) for each in zip(*found)))


def _most(
    rules: ClockRules, openings: Openings, promises: Sequence[Promised], clocks: Clocks, limit_s: Int64s
) -> Int64s:
    """How many marks and reminders each clock can have given by an instant."""
    found = np.zeros(clocks.ticket.size, np.int64)
    for number, rows in _known(rules, promises, clocks):
        aim, commitment = promises[number].aim, rules.terms[promises[number].commitment].commitment
        late_s = np.maximum(clocks.due_s[rows], clocks.from_s[rows])
        count = _count(commitment.reminders, openings[aim.calendar], late_s, limit_s[rows])
        found[rows] = len(commitment.marks) + count
    return found


def _blocks(sizes: Int64s, rows_max: int) -> Iterator[tuple[int, int]]:
    """Where blocks of clocks begin and end that have about so many rows as memory bears; one at least."""
    before = np.cumsum(sizes) - sizes
    cuts = np.flatnonzero(np.diff(before // rows_max)) + 1
    edges = [0, *cuts.tolist(), sizes.size]
    yield from zip(edges, edges[1:])


def _warned(
    rules: ClockRules,
    openings: Openings,
    promises: Sequence[Promised],
    clocks: Clocks,
    as_of_s: int,
    pauses: Pauses,
    gaps: Gaps,
    known_s: Int64s,
) -> Warnings:
    """The same of so many clocks as fit into memory."""
    measured = Measured(rules, openings, promises, clocks, as_of_s)
    spans = pauses_of(measured, pauses, gaps, Marks(clocks.ticket.size))
    limit_s = np.where(measured.runs, as_of_s, clocks.seen_s)
    due_s = dues_moved(measured, measured.paused(spans)).due_s
    parts = [*_marks(rules, openings, promises, clocks), *_reminders(rules, openings, promises, clocks, due_s, limit_s)]
    if not parts:
        none: Int64s = np.zeros(0, np.int64)
        return Warnings(none, none, none, np.zeros(0, np.bool_), none)
    rows = _Rows(*(np.concatenate(each) for each in zip(*parts)))
    order = np.lexsort((rows.mark, rows.order_s, rows.clock))
    rows = _Rows(*(each[order[rows.due_s[order] != BEYOND_S]] for each in rows))
    reached_s, held_until_s = _reached(rules, openings, promises, clocks, as_of_s, rows, spans)
    limit_s, clock = limit_s[rows.clock], rows.clock
    held_until_s = np.maximum(np.where(rows.moves, held_until_s, 0), _over_until(gaps, rows.clock, reached_s))
    is_held = held_until_s >= reached_s
    at_s = np.where(is_held, held_until_s, reached_s - rows.is_breach)
    early_s, is_tied = _running_from(clocks, gaps, known_s)
    told = is_held | (reached_s <= early_s[clock])
    at_s = np.where(told, np.maximum(at_s, early_s[clock]), at_s)
    given: Bools = (reached_s != NOT_KNOWN_S) & (reached_s <= limit_s)
    ended_s = np.where(measured.runs, LASTS_S, clocks.seen_s)
    is_tied |= early_s == ended_s
    is_unsure = given & (
        (is_tied[clock] & (reached_s <= early_s[clock])) | (is_held & (held_until_s == ended_s[clock]))
    )
    given &= (early_s[clock] < ended_s[clock]) & (~is_held | (held_until_s < ended_s[clock]))
    return Warnings(clock[given], rows.mark[given], at_s[given], told[given], np.unique(clock[is_unsure]))


def _marks(rules: ClockRules, openings: Openings, promises: Sequence[Promised], clocks: Clocks) -> Iterator[_Rows]:
    """The marks of all clocks that have any."""
    for number, rows in _known(rules, promises, clocks):
        aim, terms = promises[number].aim, rules.terms[promises[number].commitment]
        opening, from_s, due_s = openings[aim.calendar], clocks.from_s[rows], clocks.due_s[rows]
        allowed_s = opening.between(from_s, due_s) if aim.target_s is None else np.full(rows.size, aim.target_s)
        for mark, has, length_s in _lengths(terms, opening, allowed_s, aim.case):
            own_s = opening.add(from_s[has], np.maximum(length_s, 0))
            is_breach = length_s < 0
            reached_s = np.where(is_breach, due_s[has], own_s)
            moves = np.full(has.size, aim.moves)
            marks = np.full(has.size, mark)
            yield _Rows(rows[has], marks, from_s[has], reached_s, reached_s + is_breach, moves, is_breach)


def _lengths(
    terms: Terms, opening: OpeningSeconds, allowed_s: Int64s, case: int
) -> Iterator[tuple[int, Int64s, Int64s]]:
    """For each mark, the clocks that have it, and how long after their start; -1 for a breach."""
    allowed, _, which = distinct(allowed_s)
    found: dict[int, list[tuple[int, int]]] = {}
    for place, each in enumerate(allowed.tolist()):
        for mark, length_s in terms.lengths_to_marks(opening.calendar, each, case):
            found.setdefault(mark, []).append((place, -1 if length_s is None else length_s))
    for mark, lengths in found.items():
        of = np.full(allowed.size, NOT_KNOWN_S)
        for place, length_s in lengths:
            of[place] = length_s
        length = of[which]
        has = np.flatnonzero(length != NOT_KNOWN_S)
        yield mark, has, length[has]


def _reminders(
    rules: ClockRules, openings: Openings, promises: Sequence[Promised], clocks: Clocks, due_s: Int64s, limit_s: Int64s
) -> Iterator[_Rows]:
    """The reminders that could be given up to some instants, if nothing more were paused."""
    for number, rows in _known(rules, promises, clocks):
        aim, commitment = promises[number].aim, rules.terms[promises[number].commitment].commitment
        reminders, opening = commitment.reminders, openings[aim.calendar]
        rows = rows[due_s[rows] != NOT_KNOWN_S]
        if reminders is None or not rows.size:
            continue
        late_s = np.maximum(due_s[rows], clocks.from_s[rows])
        count = _count(reminders, opening, late_s, limit_s[rows])
        place = np.repeat(np.arange(rows.size), count)
        one = np.arange(place.size) - np.repeat(np.cumsum(count) - count, count)
        unmoved_s = np.maximum(clocks.due_s[rows], clocks.from_s[rows])[place]
        after_s = (one + 1) * opening_length_s(opening.calendar, reminders.every)
        yes, no = np.ones(place.size, np.bool_), np.zeros(place.size, np.bool_)
        yield _Rows(
            rows[place],
            one + len(commitment.marks),
            late_s[place],
            opening.add(late_s[place], after_s),
            opening.add(unmoved_s, after_s),
            yes,
            no,
        )


def _count(reminders: Reminders | None, opening: OpeningSeconds, late_s: Int64s, limit_s: Int64s) -> Int64s:
    """How many reminders fit between two instants."""
    if reminders is None:
        return np.zeros(late_s.size, np.int64)
    every_s = opening_length_s(opening.calendar, reminders.every)
    count: Int64s = opening.between(late_s, np.maximum(limit_s, late_s)) // every_s
    return count if reminders.at_most is None else np.minimum(count, reminders.at_most)


def _running_from(clocks: Clocks, gaps: Gaps, known_s: Int64s) -> tuple[Int64s, Bools]:
    """From when clocks ran with a target that was known, and whether that was in the second in which they ended.

    One that had ended before runs from its reopening on.
    """
    found = known_s.copy()
    is_tied = np.zeros(found.size, np.bool_)
    is_tied[gaps.clock[gaps.from_s == found[gaps.clock]]] = True
    within = np.flatnonzero((gaps.from_s <= found[gaps.clock]) & (found[gaps.clock] < gaps.until_s))
    np.maximum.at(found, gaps.clock[within], gaps.until_s[within])
    return found, is_tied


def _known(rules: ClockRules, promises: Sequence[Promised], clocks: Clocks) -> Iterator[tuple[int, Int64s]]:
    """The clocks that warn and whose due instant is known, promise by promise."""
    for number, rows in rows_of_each(clocks.promise, len(promises)):
        rows = rows[clocks.due_s[rows] != NOT_KNOWN_S]
        if rows.size and rules.terms[promises[number].commitment].warns:
            yield number, rows


def _reached(
    rules: ClockRules,
    openings: Openings,
    promises: Sequence[Promised],
    clocks: Clocks,
    as_of_s: int,
    rows: _Rows,
    spans: Spans,
) -> tuple[Int64s, Int64s]:
    """When marks are reached, moved on by pauses, and the end of the last pause that moves each; 0 for none."""
    of = clocks.at(rows.clock)._replace(from_s=rows.after_s, due_s=rows.due_s)
    measured = Measured(rules, openings, promises, of, as_of_s)
    measured.moves = rows.moves
    own = united([_repeated(spans, rows.clock)], of.from_s, measured.touched_until_s)
    due_s = dues_moved(measured, measured.paused(own)).due_s
    held_until_s = np.zeros(due_s.size, np.int64)
    parts = parts_of(own)
    if parts.clock.size:
        counts = own.from_s < due_s[own.clock]
        held_until_s[parts.clock] = np.maximum.reduceat(np.where(counts, own.until_s, 0), parts.first)
    return np.where(due_s == NOT_KNOWN_S, NOT_KNOWN_S, due_s + rows.is_breach), held_until_s


def _over_until(gaps: Gaps, clock: Int64s, reached_s: Int64s) -> Int64s:
    """When the clock went on that was over when a mark would have been reached; 0 where it was not over."""
    found = np.zeros(clock.size, np.int64)
    order = np.argsort(gaps.clock, kind="stable")
    own = _repeated(Spans(*(each[order] for each in gaps)), clock)
    within = (own.from_s < reached_s[own.clock]) & (reached_s[own.clock] <= own.until_s)
    np.maximum.at(found, own.clock[within], own.until_s[within])
    return found


def _repeated(spans: Spans, clock: Int64s) -> Spans:
    """The spans of some clocks, for rows of which several may be of one clock."""
    bounds = np.searchsorted(spans.clock, np.stack((clock, clock + 1)))
    count = bounds[1] - bounds[0]
    place = np.arange(int(count.sum())) + np.repeat(bounds[0] - np.cumsum(count) + count, count)
    return Spans(np.repeat(np.arange(clock.size), count), spans.from_s[place], spans.until_s[place])
