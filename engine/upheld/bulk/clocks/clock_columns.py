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
    STOPPED,
    Clocks,
    Excuses,
    Gaps,
    Pauses,
    Promised,
)
from upheld.bulk.clocks.measured import Dues, Measured, dues_moved, pauses_of
from upheld.bulk.clocks.opening_seconds import (
    NOT_KNOWN_S,
    Bools,
    Int8s,
    Int32s,
    Int64s,
    Openings,
)
from upheld.bulk.clocks.pause_spans import Spans, met, united
from upheld.bulk.distinct import distinct
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
    measured = Measured(rules, openings, promises, clocks, as_of_s)
    marks = Marks(clocks.ticket.size)
    spans = pauses_of(measured, pauses, gaps, marks)
    paused = measured.paused(spans)
    due = dues_moved(measured, paused)
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
    places = distinct(kind).first
    examples = rows_of(rules, promises, clocks, places, as_of_s, pauses, gaps, excuses)
    return found._replace(citations=[compared(found, place, row) for place, row in zip(places, examples)])


def _excused(measured: Measured, due: Dues, breached: Int64s, spans: Spans, excuses: Excuses, marks: Marks) -> Bools:
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
