"""Pause spans: which pauses touch which clocks, united for each, and how far they move its due instant.

All spans of all clocks stand in one table, by clock and then in order, so that what is asked of the k-th span of a
clock is asked of all at once. The meaning is that of `upheld.core.clocks.pauses`: what is used is the opening time less
that of the pauses, and what is due is moved on by the opening time paused before it.

Source: DESIGN section 4, "Pauses"; THREATS K01, K02.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.clocks.opening_seconds import Bools, Int32s, Int64s, OpeningOfEach

BITS: Final = 33
"""What an instant of the years takes; see `united`."""

LASTS_S: Final = (1 << BITS) - 1
"""The end of a span that lasts for ever; later than any instant of the years."""


class Spans(NamedTuple):
    """Spans of clocks. All arrays have one length.

    Attributes:
        clock: Whose, as a place among the clocks.
        from_s, until_s: Half-open.
    """

    clock: Int64s
    from_s: Int64s
    until_s: Int64s

    @property
    def lasting(self) -> Bools:
        """Which of them last."""
        found: Bools = self.until_s >= LASTS_S
        return found


class Parts(NamedTuple):
    """Where the spans of each clock lie that has any.

    Attributes:
        clock: These clocks, in order.
        first: The place of the first span of each.
        which: For each span, the place of its clock in ``clock``.
    """

    clock: Int64s
    first: Int64s
    which: Int64s


class Moved(NamedTuple):
    """What pauses do to the due instants of the clocks that have any, in the order of `Parts`.

    Attributes:
        seconds: The opening seconds by which each is moved on; of a pause that lasts, those up to the clock's end.
        is_paused: Whether it is not known, since a pause lasts that began before it.
    """

    seconds: Int64s
    is_paused: Bools


def met(ticket: Int32s, of: Int32s, rows: Int64s) -> tuple[Int64s, Int64s]:
    """Every pair of a clock and a row that are of one ticket.

    Args:
        ticket: That of each clock.
        of: That of each thing which belongs to a ticket: a pause, an excuse.
        rows: Which of these are meant.

    Returns: for each pair the place of the clock, in order, and the row.
    """
    if not rows.size or not ticket.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    tickets = of[rows]
    bounds = np.zeros(max(int(tickets.max()), int(ticket.max())) + 2, np.int64)
    np.cumsum(np.bincount(tickets, minlength=len(bounds) - 1), out=bounds[1:])
    first = bounds[ticket]
    count = bounds[ticket + 1] - first
    clock = np.repeat(np.arange(len(ticket)), count)
    place = np.arange(len(clock)) + np.repeat(first - np.cumsum(count) + count, count)
    if (tickets[1:] < tickets[:-1]).any():
        rows = rows[np.argsort(tickets, kind="stable")]
    return clock, rows[place]


def united(spans: Sequence[Spans], from_s: Int64s, until_s: Int64s) -> Spans:
    """The same time as disjoint spans, by clock and in order; cut to between two instants of each clock.

    Args:
        spans: In any order.
        from_s: For each clock, from when its time counts.
        until_s: For each clock, up to when; ``LASTS_S`` for no end.
    """
    clock = np.concatenate([each.clock for each in spans]).astype(np.int64, copy=False)
    start_s = np.maximum(np.concatenate([each.from_s for each in spans]), from_s[clock])
    end_s = np.minimum(np.concatenate([np.minimum(each.until_s, LASTS_S) for each in spans]), until_s[clock])
    some = np.flatnonzero(start_s < end_s)
    clock, start_s, end_s = clock[some], start_s[some], end_s[some]
    assert not clock.size or (int(clock.max()) < 1 << 63 - BITS and int(start_s.min()) >= 0), "a span has no place"
    key = clock << BITS | start_s
    if clock.size and (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        clock, start_s, end_s, key = clock[order], start_s[order], end_s[order], key[order]
    reached = np.maximum.accumulate(clock << BITS | end_s) if clock.size else key
    is_first = np.ones(clock.size, np.bool_)
    is_first[1:] = key[1:] > reached[:-1]
    first = np.flatnonzero(is_first)
    last = np.append(first[1:], clock.size)[: first.size] - 1
    return Spans(clock[first], start_s[first], reached[last] & LASTS_S)


def parts_of(spans: Spans) -> Parts:
    """Where the spans of each clock lie."""
    is_first = np.ones(spans.clock.size, np.bool_)
    is_first[1:] = spans.clock[1:] != spans.clock[:-1]
    first = np.flatnonzero(is_first)
    return Parts(spans.clock[first], first, np.cumsum(is_first) - 1)


def summed(parts: Parts, seconds: Int64s) -> Int64s:
    """The sum of what each clock's spans have, in the order of ``parts``."""
    return np.add.reduceat(seconds, parts.first) if parts.first.size else np.zeros(0, np.int64)


class PausedTime:
    """The opening time of the pauses of clocks: counted once, asked for several times.

    Args:
        spans: Disjoint, by clock and in order.
        opening: The opening time of each span's clock.
        end_s: Where each span's clock ends: that of its stop or cancel, or as-of.
        end_before: The opening seconds before that.

    Attributes:
        spans, parts: The spans, and where those of each clock lie.
        before_from, before_until: The opening seconds before each span's beginning and end; of what lasts, its clock's.
    """

    def __init__(self, spans: Spans, opening: OpeningOfEach, end_s: Int64s, end_before: Int64s) -> None:
        self.spans = spans
        self.parts = parts_of(spans)
        self._end_before = end_before
        self.before_from = opening.before(spans.from_s)
        self.before_until = opening.before(np.where(spans.lasting, np.maximum(end_s, spans.from_s), spans.until_s))

    def after(self, from_before: Int64s) -> Int64s:
        """Opening seconds paused, for each clock of ``parts``, from some opening seconds of each span on to its end."""
        until = np.minimum(self.before_until, self._end_before)
        return summed(self.parts, np.maximum(until - np.maximum(self.before_from, from_before), 0))

    def moved(self, due_s: Int64s, due_before: Int64s) -> Moved:
        """How far pauses move due instants, which count as moved by all pauses before.

        Args:
            due_s: For each clock of ``parts``, when it falls due if nothing pauses it.
            due_before: The opening seconds before that.

        A pause counts that begins before the due instant as moved so far. In opening seconds that is one comparison:
        the due instant is the first with so many before it, so what begins earlier has fewer. Only while nothing has
        moved it may it lie in closed time. One that comes too late lies no earlier after it than the due instant could
        be moved by it, so that all later ones come too late as well.
        """
        spans, parts = self.spans, self.parts
        if not parts.clock.size:
            return Moved(np.zeros(0, np.int64), np.zeros(0, np.bool_))
        taken = self.before_until - self.before_from
        so_far = np.cumsum(taken) - taken
        so_far -= so_far[parts.first][parts.which]
        counts = np.where(
            so_far == 0, spans.from_s < due_s[parts.which], self.before_from < due_before[parts.which] + so_far
        )
        lasts = np.logical_or.reduceat(counts & spans.lasting, parts.first)
        return Moved(summed(parts, np.where(counts, taken, 0)), lasts)
