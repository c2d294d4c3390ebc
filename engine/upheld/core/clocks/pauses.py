"""Pauses of a clock: what they take from its time, and how they move its due instant.

What is used is the opening time of the run, less that of the pauses; what is due is moved
on by the opening time paused before it. Nothing is accumulated: both are computed from
spans whenever somebody asks.

Source: DESIGN section 4, "Pauses"; THREATS K01, K02.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from upheld.core.clocks.clock import Aim, Span
from upheld.core.errors import CalendarError
from upheld.core.time.calendar import Calendar

FOREVER: Final = 2**62
"""The end of a pause that still lasts."""


def united(spans: Iterable[Span]) -> list[Span]:
    """The same time as disjoint spans in order.

    >>> united([(5, 9), (1, 3), (3, 4), (8, 12)])
    [(1, 4), (5, 12)]
    """
    found: list[Span] = []
    for from_s, until_s in sorted(spans):
        if found and from_s <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until_s))
        elif from_s < until_s:
            found.append((from_s, until_s))
    return found


def until(spans: Iterable[Span], end_s: int) -> list[Span]:
    """What of some spans lies before an instant.

    >>> until([(1, 4), (5, 12), (20, 30)], 8)
    [(1, 4), (5, 8)]
    """
    return [(from_s, min(until_s, end_s)) for from_s, until_s in spans if from_s < end_s]


def paused_s(calendar: Calendar, pauses: Sequence[Span], from_s: int, until_s: int) -> int:
    """Opening seconds of ``pauses`` between two instants; the pauses are disjoint."""
    if not pauses:
        return 0
    return sum(calendar.between_s(max(start_s, from_s), min(end_s, until_s)) for start_s, end_s in pauses)


def used_s(calendar: Calendar, pauses: Sequence[Span], from_s: int, until_s: int) -> int:
    """Opening seconds between two instants, pauses left out."""
    if until_s <= from_s:
        return 0
    return calendar.between_s(from_s, until_s) - paused_s(calendar, pauses, from_s, until_s)


def due_s(aim: Aim, calendar: Calendar, start_s: int, pauses: Sequence[Span]) -> int | None:
    """When the clock falls due, moved on by the opening time paused before; ``None`` while it is not known.

    It is not known while a pause lasts that began before the due instant, where no release or date is known, and
    where it would lie after 2050, later than anything that can happen. The due instant is the first at which the
    time allowed is used up; a pause that begins just then comes too late to move it.

    Args:
        pauses: Disjoint, in order.

    Source: DESIGN section 4, "Pauses"; THREATS K02.
    """
    if aim.due_s is None or not aim.moves or not pauses:
        return aim.due_s
    due, moved_s, is_moved = aim.due_s, 0, True
    try:
        for from_s, until_s in pauses:
            if until_s <= start_s:
                continue
            if from_s >= due and not is_moved:  # it is moved on only where that may decide: most pauses lie well before
                due, is_moved = calendar.add_s(aim.due_s, moved_s), True
            if from_s >= due:
                break
            if until_s == FOREVER:
                return None
            moved_s += calendar.between_s(max(from_s, start_s), until_s)
            is_moved = not moved_s
        return due if is_moved else calendar.add_s(aim.due_s, moved_s)
    except CalendarError:
        return None
