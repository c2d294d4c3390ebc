"""Clocks alike: those that cite the same, and one of each kind judged by the engine itself.

What a clock cites depends on what it was promised, on what began and ended it, on which pauses touched it and on what
excuses it; on no instant. So the engine is asked about one clock of each kind, and what it says of the rest of that
clock is compared with what was counted: a difference stops everything.

Source: DESIGN section 11, "one implementation"; `upheld.core.clocks.row`, "citations".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from upheld.bulk.clocks.given import CANCELLED, NONE, RUNS, STOPPED, Clocks, Excuses, Gaps, Pauses, Promised
from upheld.bulk.clocks.opening_seconds import NOT_KNOWN_S, Int32s, Int64s
from upheld.bulk.distinct import distinct_rows
from upheld.core.clocks.clock import Clock, End, Ended, Span
from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.row import ClockRow, clock_row
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState, Excused, Paused, Track

WORD: Final = 62
"""Kinds of pauses and excuses that one integer tells."""

HOW: Final[dict[int, Ended]] = {STOPPED: "stopped", CANCELLED: "cancelled"}


class Marks:
    """Which kinds of things are known of which clocks, as sets of bits; a clock alone has none.

    Args:
        clocks: How many there are.
    """

    def __init__(self, clocks: int) -> None:
        self._clocks = clocks
        self._words: list[Int64s] = []
        self._kinds = 0

    def add(self, clock: Int64s, kind: Int64s) -> None:
        """Note of each of these clocks a thing of that kind, a small number; those of another call are other kinds."""
        if not clock.size:
            return
        number = numbered(kind).astype(np.int64) + self._kinds
        self._kinds = int(number.max()) + 1
        while len(self._words) * WORD < self._kinds:
            self._words.append(np.zeros(self._clocks, np.int64))
        for place, word in enumerate(self._words):
            here = np.flatnonzero(number // WORD == place)
            np.bitwise_or.at(word, clock[here], np.left_shift(1, number[here] % WORD))

    def combined(self, kind: Int64s) -> Int32s:
        """A number for each clock, the same for those with the same kind and the same marks; from 0 without a hole."""
        found = numbered(kind)
        marked = np.zeros(self._clocks, np.bool_)
        for word in self._words:
            marked |= word != 0
        rows = np.flatnonzero(marked)
        if rows.size:
            part = found[rows]
            for word in self._words:
                part = distinct_rows((part, word[rows]))[1]
            found[rows] = part + int(found.max()) + 1
            found = numbered(found)
        return found


def numbered(kind: Int64s | Int32s) -> Int32s:
    """The same kinds, numbered from 0 without a hole."""
    occurs = np.bincount(kind) > 0
    return np.asarray((np.cumsum(occurs) - 1).astype(np.int32)[kind])


def kinds_of(clocks: Clocks) -> Int64s:
    """A number for each clock, the same for those of one promise that ended alike."""
    ended_by = np.where(clocks.how == RUNS, NONE, clocks.ended_by).astype(np.int64) + 1
    ends = int(ended_by.max(initial=0)) + 1
    return (clocks.promise.astype(np.int64) * (CANCELLED + 1) + clocks.how) * ends + ended_by


def rows_of(
    rules: ClockRules,
    promises: Sequence[Promised],
    clocks: Clocks,
    places: Int64s,
    as_of_s: int,
    pauses: Pauses,
    gaps: Gaps,
    excuses: Excuses,
) -> Iterator[ClockRow]:
    """What the engine itself says of the clocks at some places, one by one; see `clock_columns.judged`."""
    tracks, excused = _tracks(rules, clocks, places, pauses), _excused(clocks, places, excuses)
    gaps_of: dict[int, list[Span]] = {}
    for number in np.flatnonzero(np.isin(gaps.clock, places)):
        span = (int(gaps.from_s[number]), int(gaps.until_s[number]))
        gaps_of.setdefault(int(gaps.clock[number]), []).append(span)
    for place in map(int, places):
        promised, how = promises[int(clocks.promise[place])], int(clocks.how[place])
        ticket, from_s, due_s = int(clocks.ticket[place]), int(clocks.from_s[place]), int(clocks.due_s[place])
        aim = promised.aim._replace(due_s=None if due_s == NOT_KNOWN_S else due_s)
        end = None
        if how != RUNS:
            trigger = None if clocks.ended_by[place] == NONE else int(clocks.ended_by[place])
            end = End(HOW[how], int(clocks.end_s[place]), int(clocks.seen_s[place]), trigger, False)
        clock = Clock(
            promised.commitment,
            1,
            from_s,
            from_s,
            from_s,
            promised.trigger,
            aim,
            (),
            end,
            tuple(gaps_of.get(place, ())),
        )
        state = ClockState((clock,), tuple(tracks[ticket]), tuple(excused[ticket]))
        yield clock_row(rules, state, clock, aim, as_of_s)


def _tracks(rules: ClockRules, clocks: Clocks, places: Int64s, pauses: Pauses) -> dict[int, list[Track]]:
    """The tracks of the tickets of these clocks."""
    tickets = clocks.ticket[places]
    found = {int(ticket): [Track()] * len(rules.plan.tracks) for ticket in tickets}
    lasting: list[tuple[list[Track], int, Paused]] = []
    for row in np.flatnonzero(np.isin(pauses.ticket, tickets)):
        begun, ended = (None if each[row] == NONE else int(each[row]) for each in (pauses.begun, pauses.ended))
        pause = Paused(int(pauses.from_s[row]), int(pauses.until_s[row]), int(pauses.from_s[row]), begun, ended)
        tracks, number = found[int(pauses.ticket[row])], int(pauses.track[row])
        if pause.until_s == FOREVER:
            lasting.append((tracks, number, pause))
        else:
            tracks[number] = tracks[number].adding(pause)
    for tracks, number, pause in lasting:
        assert tracks[number].lasting is None, "a track lasts once"
        tracks[number] = tracks[number]._replace(lasting=pause)
    return found


def _excused(clocks: Clocks, places: Int64s, excuses: Excuses) -> dict[int, list[Excused]]:
    """The excuses of the tickets of these clocks."""
    tickets = clocks.ticket[places]
    found: dict[int, list[Excused]] = {int(ticket): [] for ticket in tickets}
    for row in np.flatnonzero(np.isin(excuses.ticket, tickets)):
        each = Excused(int(excuses.excuse[row]), int(excuses.from_s[row]), int(excuses.until_s[row]))
        found[int(excuses.ticket[row])].append(each)
    return found
