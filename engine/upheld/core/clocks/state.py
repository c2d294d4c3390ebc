"""What the clocks of one ticket remember between two steps, and what a step does to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from upheld.core.clocks.clock import Clock
from upheld.core.clocks.pauses import FOREVER
from upheld.core.series import Series

ChangeKind = Literal[
    "started",
    "fixed",
    "dropped",
    "stopped",
    "cancelled",
    "resumed",
    "retargeted",
    "restarted",
    "corrected",
    "lapsed",
    "revived",
    "paused",
    "continued",
    "warned",
]
"""``fixed``: the target of a pending clock became known; ``dropped``: it became known that it is no clock at all;
``lapsed``: it does not apply any more, which cancels it; ``revived``: it applies again."""


class Paused(NamedTuple):
    """A time during which a track of pauses was on.

    Attributes:
        from_s, until_s: Half-open; one that lasts ends at ``FOREVER``.
        known_s: When it was told that it began.
        begun, ended: Which triggers of the pause did; ``None`` for a pause in states.
    """

    from_s: int
    until_s: int
    known_s: int
    begun: int | None
    ended: int | None


class Excused(NamedTuple):
    """A time for which the vendor does not answer, as an event declared it.

    Attributes:
        excuse: Its index in the policy.
        from_s, until_s: Half-open.
    """

    excuse: int
    from_s: int
    until_s: int


class Track(NamedTuple):
    """The pauses of one track.

    Attributes:
        over: Those that have ended, in order.
        lasting: The one that lasts; ``None`` while the track is off.
    """

    over: Series[Paused] = Series()
    lasting: Paused | None = None

    def every(self) -> Iterator[Paused]:
        """All of them, in order."""
        yield from self.over
        if self.lasting is not None:
            yield self.lasting


class ClockState(NamedTuple):
    """Everything the clocks of one ticket remember.

    Clocks that are over for good are kept apart, so that an event costs what runs and not what ran once.

    Attributes:
        clocks: Those that something may still happen to, in the order in which they started: they run, their target is
            not known yet, or a reopening resumes them.
        tracks: By track of the plan.
        excuses: As declared.
        next_s: When something happens to a clock by itself, as things stand: a warning, or a rhythm's next cycle;
            ``FOREVER`` for never.
        over: The others.
        cycles_over: By commitment, the last cycle of those; 0 for none.
    """

    clocks: tuple[Clock, ...] = ()
    tracks: tuple[Track, ...] = ()
    excuses: tuple[Excused, ...] = ()
    next_s: int = FOREVER
    over: Series[Clock] = Series()
    cycles_over: tuple[int, ...] = ()

    def every(self) -> Iterator[Clock]:
        """All clocks that there are and were."""
        yield from self.over
        yield from self.clocks


NO_MARK: Final = -1


class ClockChange(NamedTuple):
    """Something that a step did to a clock: ``what`` to which ``cycle`` of which commitment, and when.

    Attributes:
        mark: For a warning, the number of the commitment's mark; else ``NO_MARK``.
    """

    what: ChangeKind
    commitment: int
    cycle: int
    at_s: int
    mark: int = NO_MARK
