"""Measured: what is counted of clocks before they are judged, or warned of.

Source: DESIGN section 4, "Pauses"; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from upheld.bulk.clocks.clocks_alike import Marks
from upheld.bulk.clocks.given import NONE, RUNS, Clocks, Gaps, Pauses, Promised
from upheld.bulk.clocks.opening_seconds import BEYOND_S, NOT_KNOWN_S, Bools, Int64s, OpeningOfEach, Openings
from upheld.bulk.clocks.pause_spans import LASTS_S, PausedTime, Spans, met, united
from upheld.core.clocks.rules import ClockRules


class Measured:
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

    def paused(self, spans: Spans) -> PausedTime:
        """The opening time of the pauses of all clocks."""
        of = spans.clock
        return PausedTime(spans, self.opening_of(of), self.end_s[of], self.end_before[of])

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


class Dues(NamedTuple):
    """When clocks fall due, moved on by their pauses.

    Attributes:
        due_s: The instant; ``NOT_KNOWN_S`` also while a pause lasts that began before it.
        is_known: Whether it is known, or would be if all pauses ended with the clock.
        before: The opening seconds before it, or before what it would be; anything where it is not known.
    """

    due_s: Int64s
    is_known: Bools
    before: Int64s


def pauses_of(measured: Measured, pauses: Pauses, gaps: Gaps, marks: Marks) -> Spans:
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


def dues_moved(measured: Measured, paused: PausedTime) -> Dues:
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
    return Dues(due_s, is_known, before)
