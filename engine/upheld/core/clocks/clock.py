"""Clocks: one run of a commitment on a ticket.

A clock never ticks. It is a few integers - when it started, what was promised, when
it ended - and everything else is computed from them and from the ticket's pauses
when somebody asks. So a replay gives the same answer on any day and any machine,
and a due instant that has passed cannot be undone by what happens later: a pause
that begins after it does not reach back.

Source: DESIGN section 4.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from upheld.core.condition.domain import Held
from upheld.core.frozen import made

Ended = Literal["stopped", "cancelled"]

NOTHING_GIVEN: Final[frozenset[int]] = frozenset()

Span = tuple[int, int]
"""From an instant up to, not including, another."""


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
        calendar: On whose opening time it counts.
        hours: Which of the commitment's calendars that is.
    """

    due_s: int | None
    moves: bool
    target_s: int | None
    text: str
    case: int
    severity: str | None
    row: int | None
    column: str | None
    calendar: str
    hours: int


class End(NamedTuple):
    """How a clock ended.

    Attributes:
        how: Whether it was stopped or cancelled.
        at_s: The instant that counts: a stop's own date, where it carries one.
        seen_s: The instant of what ended it; nothing after it touches the clock.
        trigger: Which of the commitment's stops, or cancels, did; ``None`` for the closing of the ticket.
        returns: Whether a reopening may resume it: a move into resolved or closed ended it.
        day: The date that a stop carried, of which the first opening counts; ``None`` where it carried none.
    """

    how: Ended
    at_s: int
    seen_s: int
    trigger: int | None
    returns: bool
    day: str | None = None


class Counted(NamedTuple):
    """Pauses of a clock that were counted, and need not be again while nothing told later reaches back to them.

    Attributes:
        calendar: On whose opening time.
        from_s, until_s: Between which instants.
        paused_s: The opening seconds of them.
    """

    calendar: str
    from_s: int
    until_s: int
    paused_s: int


class Clock(NamedTuple):
    """One run of a commitment; it runs, paused or not, until it has an end, as long as it applies.

    Attributes:
        commitment: Its index in the policy.
        cycle: Counted from 1 on this ticket.
        begun_s: The instant of what began it, whether it applied then or not.
        start_s: The instant at which it started: the same, unless only a change made it apply.
        from_s: The instant from which its time counts: its start, unless a change counted it anew.
        trigger: Which of the commitment's starts did; ``None`` for a reopening.
        starts: All that its event was, where their conditions may be judged again: any of them will do.
        aim: What was promised; ``None`` while it is pending, and where it has not applied yet.
        end: How it ended, if it did.
        gaps: Times between an end and a resumed reopening, which count as pauses.
        given: Which of its commitment's marks were given.
        reminded: How many reminders were.
        next: The number of the mark that comes next, and when it would be reached without a pause.
        held: What it reads of the starting event.
        read: What the names that it follows held when it was judged.
        lapsed_s: Since when it does not apply, judged by what may change again; ``None`` while it does, or is pending.
        beats: Whether its due instant begins the next cycle.
        quiet_s: Before when nothing happens to it by itself: an instant at which to look again.
        counted: What its pauses took so far, where something may come by itself; ``None`` for nothing counted.
    """

    commitment: int
    cycle: int
    begun_s: int
    start_s: int
    from_s: int
    trigger: int | None
    aim: Aim | None = None
    starts: tuple[int, ...] = ()
    end: End | None = None
    gaps: tuple[Span, ...] = ()
    given: frozenset[int] = NOTHING_GIVEN
    reminded: int = 0
    next: tuple[int, int] | None = None
    held: tuple[tuple[str, Held], ...] = ()
    read: tuple[Held, ...] = ()
    lapsed_s: int | None = None
    beats: bool = False
    quiet_s: int = 0
    counted: Counted | None = None

    @property
    def runs(self) -> bool:
        """Whether it is neither over nor without an application."""
        return self.end is None and self.lapsed_s is None

    @property
    def is_pending(self) -> bool:
        """Whether what its promise reads is not known yet."""
        return self.aim is None and self.lapsed_s is None

    @property
    def waits(self) -> bool:
        """Whether it has not begun: what started it would, and the promise does not apply so far."""
        return self.aim is None and self.lapsed_s is not None

    @property
    def goes_on(self) -> bool:
        """Whether a rhythm goes on with it: it is not over, or its due instant begins the next."""
        return not self.waits and (self.end is None or (self.beats and self.lapsed_s is None))

    @property
    def ending(self) -> End | None:
        """How its time came to an end, if it did; ceasing to apply cancels it."""
        if self.lapsed_s is None:
            return self.end
        return End("cancelled", self.lapsed_s, self.lapsed_s, None, False)

    def ended(self, end: End) -> Clock:
        """The same with an end; as `_replace` would give it, in half the time."""
        return made(Clock, (*self[:8], end, *self[9:]))

    def counting_from(self, edge_s: int) -> Clock:
        """The same where something is told of its pauses that reaches back to an instant."""
        return self if self.counted is None or self.counted.until_s <= edge_s else self._replace(counted=None)
