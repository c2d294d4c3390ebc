"""What the clocks of one ticket remember between two steps, and what a step does to them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from upheld.core.clocks.clock import Clock
from upheld.core.clocks.pauses import FOREVER
from upheld.core.frozen import made
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
        reach_s: The latest end of it and of those before it on its track; kept by the track.
    """

    from_s: int
    until_s: int
    known_s: int
    begun: int | None
    ended: int | None
    reach_s: int = FOREVER


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
        over: Those that have ended, in the order in which they began: a date may put one before others.
        lasting: The one that lasts; ``None`` while the track is off.
    """

    over: Series[Paused] = Series()
    lasting: Paused | None = None

    def adding(self, pause: Paused) -> Track:
        """The track with one more that has ended, and none that lasts."""
        over = self.over
        if not over or over[-1].from_s <= pause.from_s:
            return Track(_reaching(over, pause))
        row, over = sorted((*over, pause), key=lambda each: (each.from_s, each.until_s)), Series[Paused]()
        for each in row:
            over = _reaching(over, each)
        return Track(over)

    def beginning(self, since_s: int, at_s: int, trigger: int | None) -> Track:
        """The track with a pause that lasts, which was told at an instant to have begun at another."""
        return made(Track, (self.over, Paused(since_s, FOREVER, at_s, trigger, None)))

    def ending(self, until_s: int, trigger: int | None) -> Track:
        """The track once the pause has ended that lasts; one that took no time was none."""
        last = self.lasting
        assert last is not None, "it lasts"
        return self.adding(last._replace(until_s=until_s, ended=trigger)) if last.from_s < until_s else Track(self.over)

    def touching(self, from_s: int, until_s: int) -> Iterator[Paused]:
        """Those that end after one instant and begin before another; the others cost next to nothing."""
        first = bisect_right(self.over, from_s, key=lambda each: each.reach_s)
        last = bisect_left(self.over, until_s, key=lambda each: each.from_s)
        yield from (each for each in self.over[first:last] if each.until_s > from_s)
        if self.lasting is not None and self.lasting.from_s < until_s:
            yield self.lasting


def _reaching(over: Series[Paused], pause: Paused) -> Series[Paused]:
    reach_s = pause.until_s if not over else max(over[-1].reach_s, pause.until_s)
    return over.adding(pause._replace(reach_s=reach_s))


class ClockState(NamedTuple):
    """Everything the clocks of one ticket remember.

    Clocks that are over for good are kept apart, so that an event costs what runs and not what ran once.

    Attributes:
        clocks: Those that something may still happen to, in the order in which they started: they run, their target is
            not known yet, or a reopening resumes them.
        tracks: By track of the plan.
        excuses: As declared.
        next_s: Before when nothing happens to a clock by itself, neither a warning nor a rhythm's next cycle;
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
