"""Clock columns: what a verdict says of many clocks at once, by arithmetic on opening seconds.

Which clocks there are, and what ended and paused them, is decided elsewhere, by the engine. What is left is counting,
and it is the same for a million clocks: each column here is the field of that name of
`upheld.core.clocks.row.ClockRow`, and equal to it.

Source: DESIGN section 4, "Status compares instants", "Pauses", "Excuses"; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.clocks.clocks_alike import Marks, kinds_of, rows_of
from upheld.bulk.clocks.given import (
    CANCELLED,
    NO_EXCUSES,
    NO_GAPS,
    NO_PAUSES,
    NONE,
    RUNS,
    STOPPED,
    Clocks,
    Excuses,
    Gaps,
    Pauses,
    Promised,
)
from upheld.bulk.clocks.opening_seconds import (
    BEYOND_S,
    NOT_KNOWN_S,
    Bools,
    Int8s,
    Int32s,
    Int64s,
    OpeningOfEach,
    Openings,
)
from upheld.bulk.clocks.pause_spans import LASTS_S, PausedTime, Spans, met, united
from upheld.core.clocks.row import ClockRow
from upheld.core.clocks.rules import Cited, ClockRules

STATUSES: Final = ("running", "paused", "upheld", "breached", "cancelled", "excused")
"""What the codes of ``Judged.status`` mean."""

RUNNING, PAUSED, UPHELD, BREACHED, CANCELLED_CODE, EXCUSED = range(len(STATUSES))

MAY_BE_NONE: Final = ("due_s", "stop_s", "remaining_s", "ended_s")
"""The columns with ``NOT_KNOWN_S`` where a clock row holds ``None``."""


class Judged(NamedTuple):
    """One row for each of ``Clocks``, in the same order; ``NOT_KNOWN_S`` where a clock row holds ``None``.

    What is not here is the same for clocks alike and stands in their promise (severity, target, target_s, calendar).

    Attributes:
        status: A place in ``STATUSES``.
        due_s: Moved on by pauses.
        stop_s: ``end_s`` of what was stopped.
        used_s, paused_s, overrun_s: Opening seconds of the clock's calendar.
        remaining_s: Opening seconds left.
        ended_s: ``seen_s`` of what has ended.
        cited: A place in ``citations``.
        citations: Clauses and assumptions, each combination once.
    """

    status: Int8s
    due_s: Int64s
    stop_s: Int64s
    used_s: Int64s
    paused_s: Int64s
    remaining_s: Int64s
    overrun_s: Int64s
    ended_s: Int64s
    cited: Int32s
    citations: Sequence[Cited]


def judged(
    rules: ClockRules,
    openings: Openings,
    promises: Sequence[Promised],
    clocks: Clocks,
    as_of_s: int,
    pauses: Pauses = NO_PAUSES,
    gaps: Gaps = NO_GAPS,
    excuses: Excuses = NO_EXCUSES,
) -> Judged:
    """What a verdict says of each clock, as things stand at an instant: the columns of `clock_row`.

    Args:
        rules: Those of the policy's clocks.
        openings: ``Openings(schedule)``, kept from batch to batch.
        promises: What ``clocks.promise`` counts in.
        clocks: Those to judge.
        as_of_s: Up to when what runs is measured; nothing of the history lies later.
        pauses: Those of the clocks' tickets, all of them: which touch a clock is found here.
        gaps: Those of the clocks.
        excuses: Those of the clocks' tickets; which excuse what, and cover it, is found here.

    Raises: CalendarError for an instant outside the years that a calendar covers.
    """
    measured = _Measured(rules, openings, promises, clocks, as_of_s)
    marks = Marks(clocks.ticket.size)
    spans = _pauses_of(measured, pauses, gaps, marks)
    paused = PausedTime(
        spans, measured.opening_of(spans.clock), measured.end_s[spans.clock], measured.end_before[spans.clock]
    )
    due = _due(measured, paused)
    breached: Bools = (due.due_s != NOT_KNOWN_S) & (measured.end_s > due.due_s)
    excused = _excused(measured, due, np.flatnonzero(breached), spans, excuses, marks)
    lasts = np.zeros(clocks.ticket.size, np.bool_)
    lasts[spans.clock[spans.lasting]] = True
    ways = [excused, breached, clocks.how == STOPPED, clocks.how == CANCELLED, lasts]
    status = np.select(ways, [EXCUSED, BREACHED, UPHELD, CANCELLED_CODE, PAUSED], RUNNING).astype(np.int8)
    late_before = np.maximum(due.before, measured.from_before)
    kind = marks.combined(kinds_of(clocks))
    found = Judged(
        status=status,
        due_s=np.where(status == PAUSED, NOT_KNOWN_S, due.due_s),
        stop_s=np.where(clocks.how == STOPPED, clocks.end_s, NOT_KNOWN_S),
        used_s=measured.used_since(measured.from_before, paused),
        paused_s=measured.per_clock(paused, paused.after(measured.from_before[spans.clock])),
        remaining_s=np.where(due.is_known, np.maximum(due.before - measured.end_before, 0), NOT_KNOWN_S),
        overrun_s=np.where(breached, measured.used_since(late_before, paused), 0),
        ended_s=np.where(measured.runs, NOT_KNOWN_S, clocks.seen_s),
        cited=kind,
        citations=(),
    )
    places = np.unique(kind, return_index=True)[1]
    examples = rows_of(rules, promises, clocks, places, as_of_s, pauses, gaps, excuses)
    return found._replace(citations=[compared(found, place, row) for place, row in zip(places, examples)])


class _Measured:
    """What is measured of clocks whatever pauses them; arrays of one number for each clock.

    Attributes:
        end_s: The instant that counts, or as-of.
        touched_until_s: Up to when pauses touch it: to what ended it, or for ever.
        from_before, end_before: The opening seconds before its time counts, and before its end.
    """

    def __init__(
        self, rules: ClockRules, openings: Openings, promises: Sequence[Promised], clocks: Clocks, as_of_s: int
    ) -> None:
        self.rules, self.clocks, self.as_of_s = rules, clocks, as_of_s
        keys = sorted({each.aim.calendar for each in promises})
        number = {key: place for place, key in enumerate(keys)}
        self._openings = [openings[key] for key in keys]
        self._calendar = np.array([number[each.aim.calendar] for each in promises], np.int32)[clocks.promise]
        self.opening = OpeningOfEach(self._openings, self._calendar)
        self.commitment = np.array([each.commitment for each in promises], np.int32)[clocks.promise]
        self.moves = np.array([each.aim.moves for each in promises], np.bool_)[clocks.promise]
        self.runs: Bools = clocks.how == RUNS
        self.end_s = np.where(self.runs, as_of_s, clocks.end_s)
        self.touched_until_s = np.where(self.runs, LASTS_S, np.minimum(clocks.end_s, clocks.seen_s))
        self.from_before = self.opening.before(clocks.from_s)
        self.end_before = self.opening.before(self.end_s)

    def opening_of(self, clock: Int64s) -> OpeningOfEach:
        """The opening time of some of the clocks."""
        return OpeningOfEach(self._openings, self._calendar[clock])

    def per_clock(self, paused: PausedTime, seconds: Int64s) -> Int64s:
        """What was counted for clocks with pauses, for all; nothing for the others."""
        found = np.zeros(self.end_s.size, np.int64)
        found[paused.parts.clock] = seconds
        return found

    def used_since(self, since_before: Int64s, paused: PausedTime) -> Int64s:
        """Opening seconds up to the end from where so many lie before, pauses left out."""
        used_s: Int64s = np.maximum(self.end_before - since_before, 0)
        used_s[paused.parts.clock] -= paused.after(since_before[paused.spans.clock])
        return used_s


class _Due(NamedTuple):
    """When clocks fall due, moved on by their pauses.

    Attributes:
        due_s: The instant; ``NOT_KNOWN_S`` also while a pause lasts that began before it.
        is_known: Whether it is known, or would be if all pauses ended with the clock.
        before: The opening seconds before it, or before what it would be; anything where it is not known.
    """

    due_s: Int64s
    is_known: Bools
    before: Int64s


def _pauses_of(measured: _Measured, pauses: Pauses, gaps: Gaps, marks: Marks) -> Spans:
    """The pauses of all clocks, united; which kinds of them touch a clock is marked."""
    clocks = measured.clocks
    until_s = np.where(measured.runs, measured.as_of_s + 1, measured.touched_until_s)
    parts = [Spans(gaps.clock, gaps.from_s, gaps.until_s)]
    for track, of in enumerate(measured.rules.plan.tracks):
        rows = np.flatnonzero(pauses.track == track)
        if not rows.size:
            continue
        places = np.flatnonzero(measured.commitment == of.commitment)
        pairs = met(clocks.ticket[places], pauses.ticket, rows)
        clock, row = places[pairs[0]], pairs[1]
        touches = (pauses.until_s[row] > clocks.from_s[clock]) & (pauses.from_s[row] < until_s[clock])
        clock, row = clock[touches], row[touches]
        parts.append(Spans(clock, pauses.from_s[row], pauses.until_s[row]))
        begun, ended = pauses.begun[row].astype(np.int64) - NONE, pauses.ended[row] - NONE
        marks.add(clock, begun * (int(ended.max(initial=0)) + 1) + ended)
    spans = united(parts, clocks.from_s, measured.touched_until_s)
    marks.add(gaps.clock, np.zeros(gaps.clock.size, np.int64))
    marks.add(spans.clock, np.zeros(spans.clock.size, np.int64))
    return spans


def _due(measured: _Measured, paused: PausedTime) -> _Due:
    """When each clock falls due."""
    clocks, own = measured.clocks, paused.parts.clock
    assert not (clocks.due_s == BEYOND_S).any(), "the engine refuses to begin a clock that falls due after 2050"
    due_s = clocks.due_s.copy()
    is_known: Bools = due_s != NOT_KNOWN_S
    unmoved_s = np.where(is_known, due_s, clocks.from_s)
    before = measured.opening.before(unmoved_s)
    if own.size:
        moved = paused.moved(unmoved_s[own], before[own])
        moving = measured.moves[own] & is_known[own]
        later = own[moving & (moved.seconds > 0)]
        before[later] += moved.seconds[moving & (moved.seconds > 0)]
        due_s[later] = measured.opening_of(later).first_with(before[later])
        is_known &= due_s != BEYOND_S
        due_s[~is_known] = NOT_KNOWN_S
        due_s[own[moving & moved.is_paused]] = NOT_KNOWN_S
    return _Due(due_s, is_known, before)


def _excused(measured: _Measured, due: _Due, breached: Int64s, spans: Spans, excuses: Excuses, marks: Marks) -> Bools:
    """Whether each clock's excuses together cover its overrun, and one of them meets the time after it was due."""
    clocks, declared = measured.clocks, measured.rules.policy.excuses
    excused = np.zeros(clocks.ticket.size, np.bool_)
    ids = [each.id for each in measured.rules.policy.commitments]
    pairs = []
    for number in np.unique(excuses.excuse):
        of = np.array([each in declared[number].of for each in ids], np.bool_)
        places = breached[of[measured.commitment[breached]]]
        clock, row = met(clocks.ticket[places], excuses.ticket, np.flatnonzero(excuses.excuse == number))
        pairs.append((places[clock], row))
    clock = np.concatenate([np.zeros(0, np.int64), *(each[0] for each in pairs)])
    row = np.concatenate([np.zeros(0, np.int64), *(each[1] for each in pairs)])
    meets = (excuses.from_s[row] < measured.end_s[clock]) & (excuses.until_s[row] > due.due_s[clock])
    clock, row = clock[meets], row[meets]
    if not clock.size:
        return excused
    excused[clock] = True
    paused = excused[spans.clock]
    late_s = np.maximum(due.due_s, clocks.from_s)
    told = Spans(clock, excuses.from_s[row], excuses.until_s[row])
    untold = Spans(*(each[paused] for each in spans))
    covered = united([told, untold], late_s, measured.end_s)
    opening = measured.opening_of(covered.clock)
    left_s = np.maximum(measured.end_before - np.maximum(due.before, measured.from_before), 0)
    np.subtract.at(left_s, covered.clock, opening.before(covered.until_s) - opening.before(covered.from_s))
    excused &= left_s == 0
    kept = excused[clock]
    marks.add(clock[kept], excuses.excuse[row[kept]].astype(np.int64))
    return excused


def compared(found: Judged, place: int, row: ClockRow) -> Cited:
    """What the engine's row of the clock at a place cites; all else that it says has been counted alike.

    Raises: AssertionError where it has not.
    """
    engine = {
        "status": STATUSES.index(row.status),
        **{name: getattr(row, name) for name in ("used_s", "paused_s", "overrun_s")},
        **{name: NOT_KNOWN_S if (s := getattr(row, name)) is None else s for name in MAY_BE_NONE},
    }
    counted = {name: int(getattr(found, name)[place]) for name in engine}
    assert counted == engine, f"clock {place} is {engine} by the engine, {counted} by columns"
    return row.clauses, row.assumptions
