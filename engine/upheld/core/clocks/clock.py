"""Clocks: one run of a commitment on a ticket, and what it has used of its time.

A clock never ticks. It is a few integers - when it started, what was promised, when
it ended - and everything else is computed from them and from the ticket's pauses
when somebody asks. So a replay gives the same answer on any day and any machine,
and a due instant that has passed cannot be undone by what happens later: a pause
that begins after it does not reach back.

Source: DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from upheld.core.condition.domain import Held
from upheld.core.errors import CalendarError
from upheld.core.time.calendar import Calendar

Span = tuple[int, int]
"""From an instant up to, not including, another."""

Ended = Literal["stopped", "cancelled"]

FOREVER: Final = 2**62
"""The end of a pause that still lasts."""


class Aim(NamedTuple):
    """What a clock was promised, once it is known.

    Attributes:
        due_s: When it falls due if nothing pauses it; ``None`` while no release or date is known.
        moves: Whether pauses move it: durations and business days do, fixed dates do not.
        target_s: The opening time allowed, where it is an amount of it.
        text: The target in the words of a policy.
        case: Which case of the commitment's targets it is.
        severity: The ticket's severity when it was fixed; ``None`` where it had none.
        row: Which row of its parameter's table it was read from; ``None`` where from none.
        column: The column of the parameter that gave it, or ``None``.
    """

    due_s: int | None
    moves: bool
    target_s: int | None
    text: str
    case: int
    severity: str | None
    row: int | None
    column: str | None


class End(NamedTuple):
    """How a clock ended.

    Attributes:
        how: Whether it was stopped or cancelled.
        at_s: The instant that counts: a stop's own date, where it carries one.
        seen_s: The instant of what ended it; nothing after it touches the clock.
        trigger: Which of the commitment's stops, or cancels, did; ``None`` for the closing of the ticket.
        returns: Whether a reopening may resume it: a move into resolved or closed ended it.
    """

    how: Ended
    at_s: int
    seen_s: int
    trigger: int | None
    returns: bool


class Clock(NamedTuple):
    """One run of a commitment; it runs, paused or not, until it has an end.

    Attributes:
        commitment: Its index in the policy.
        cycle: Counted from 1 on this ticket.
        start_s: The instant of the event that started it.
        trigger: Which of the commitment's starts did; ``None`` for a reopening.
        aim: What was promised; ``None`` while it is pending.
        end: How it ended, if it did.
        gaps: Times between an end and a resumed reopening, which count as pauses.
        marks: How many of its warning marks were given.
        mark_s: When the next of them would be reached without a pause; ``None`` where there is none.
        held: While it is pending, what its target reads of the starting event.
    """

    commitment: int
    cycle: int
    start_s: int
    trigger: int | None
    aim: Aim | None = None
    end: End | None = None
    gaps: tuple[Span, ...] = ()
    marks: int = 0
    mark_s: int | None = None
    held: tuple[tuple[str, Held], ...] = ()


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
    due, moved_s = aim.due_s, 0
    for from_s, until_s in pauses:
        if until_s <= start_s:
            continue
        if from_s >= due:
            break
        if until_s == FOREVER:
            return None
        moved_s += calendar.between_s(max(from_s, start_s), until_s)
        if moved_s:
            try:
                due = calendar.add_s(aim.due_s, moved_s)
            except CalendarError:
                return None
    return due
