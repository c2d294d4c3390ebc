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
from typing import Literal, NamedTuple

from upheld.core.calendar import Calendar
from upheld.core.domain import Held

Span = tuple[int, int]
"""From an instant up to, not including, another."""

Ended = Literal["", "stopped", "cancelled"]
FOREVER = 2**62
"""The end of a pause that still lasts."""


class Aim(NamedTuple):
    """What a clock was promised, once it is known.

    Attributes:
        due_s: When it falls due if nothing pauses it; ``None`` while no release or date is known.
        moves: Whether pauses move it: durations and business days do, fixed dates do not.
        target_s: The opening time allowed, where it is an amount of it.
        text: The target as the policy writes it.
        case: Which case of the commitment's targets it is.
        severity: The ticket's severity when it was fixed; ``None`` where it had none.
        day: The day number on which dated values were read, for what is cited.
        column: The column of the parameter that gave it, or ``None``.
    """

    due_s: int | None
    moves: bool
    target_s: int | None
    text: str
    case: int
    severity: str | None
    day: int
    column: str | None


class Clock(NamedTuple):
    """One run of a commitment.

    Attributes:
        commitment: Its index in the policy.
        cycle: Counted from 1 on this ticket.
        start_s: The instant of the event that started it.
        aim: What was promised; ``None`` while it is pending.
        ended: How it ended, if it did.
        end_s: When: the stop's own date where it carries one.
        missed_s: The due instant that had passed already when the severity changed; final.
        gaps: Times between an end and a resumed reopening, which count as pauses.
        episode: In which life of the ticket a move into resolved or closed ended it; -1 for none.
        marks: How many of its warning marks were given.
        mark_s: When the next of them would be reached without a pause; ``None`` where there is none.
        held: What names of the starting event held, for a pending clock that reads them.
    """

    commitment: int
    cycle: int
    start_s: int
    aim: Aim | None = None
    ended: Ended = ""
    end_s: int | None = None
    missed_s: int | None = None
    gaps: tuple[Span, ...] = ()
    episode: int = -1
    marks: int = 0
    mark_s: int | None = None
    held: tuple[tuple[str, Held], ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended, paused or not."""
        return not self.ended


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


def paused_s(calendar: Calendar, pauses: Sequence[Span], from_s: int, until_s: int) -> int:
    """Opening seconds of ``pauses`` between two instants; the pauses are disjoint."""
    return sum(
        calendar.between_s(max(start_s, from_s), min(end_s, until_s))
        for start_s, end_s in pauses
        if start_s < until_s and end_s > from_s
    )


def used_s(calendar: Calendar, pauses: Sequence[Span], from_s: int, until_s: int) -> int:
    """Opening seconds between two instants, pauses left out."""
    if until_s <= from_s:
        return 0
    return calendar.between_s(from_s, until_s) - paused_s(calendar, pauses, from_s, until_s)


def due_s(aim: Aim, calendar: Calendar, start_s: int, pauses: Sequence[Span]) -> int | None:
    """When the clock falls due, moved on by the opening time paused before; ``None`` while it is not known.

    It is not known while a pause lasts that began before the due instant, or where no release or date is.
    A pause that begins exactly at the due instant comes too late to move it.

    Source: DESIGN section 4, "Pauses"; THREATS K02: the first instant at which the time allowed is used up.
    """
    if aim.due_s is None or not aim.moves:
        return aim.due_s
    due = aim.due_s
    moved = 0
    for from_s, until_s in pauses:
        if until_s <= start_s:
            continue
        if from_s >= due:
            break
        if until_s == FOREVER:
            return None
        moved += calendar.between_s(max(from_s, start_s), until_s)
        due = calendar.add_s(aim.due_s, moved) if moved else aim.due_s
    return due


def left_s(aim: Aim, calendar: Calendar, start_s: int, pauses: Sequence[Span], now_s: int) -> int | None:
    """Opening seconds left until due, as things stand at ``now_s``; ``None`` where no due instant is known."""
    if aim.due_s is None:
        return None
    lasting = next((from_s for from_s, until_s in pauses if until_s == FOREVER), None)
    over = [span for span in pauses if span[1] != FOREVER]
    due = due_s(aim, calendar, start_s, over)
    assert due is not None, "without a lasting pause a known due instant stays known"
    if aim.moves and lasting is not None:
        now_s = max(lasting, start_s)
    return calendar.between_s(now_s, due) if due > now_s else 0
