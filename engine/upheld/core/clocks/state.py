"""What the clocks of one ticket remember between two steps, and what a step does to them."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from upheld.core.clocks.clock import FOREVER, Clock

ChangeKind = Literal[
    "started", "fixed", "dropped", "stopped", "cancelled", "resumed", "retargeted", "paused", "continued", "warned"
]
"""``fixed``: the target of a pending clock became known; ``dropped``: it became known that it is no clock at all."""


class Paused(NamedTuple):
    """A time during which a track of pauses was on.

    Attributes:
        from_s, until_s: Half-open; one that lasts ends at ``FOREVER``.
        begun, ended: Which triggers of the pause did; ``None`` for a pause in states.
    """

    from_s: int
    until_s: int
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


Track = tuple[Paused, ...]
"""The pauses of one track, in order."""


class ClockState(NamedTuple):
    """Everything the clocks of one ticket remember.

    Attributes:
        clocks: In the order in which they started.
        tracks: By track of the plan.
        excuses: As declared.
        mark_s: When the first clock reaches its next warning mark, as things stand; ``FOREVER`` for never.
    """

    clocks: tuple[Clock, ...] = ()
    tracks: tuple[Track, ...] = ()
    excuses: tuple[Excused, ...] = ()
    mark_s: int = FOREVER


NO_SHARE: Final = -1


class ClockChange(NamedTuple):
    """Something that a step did to a clock: ``what`` to which ``cycle`` of which commitment, and when.

    Attributes:
        share: For a warning, which of the commitment's ``warn_at`` was reached; else ``NO_SHARE``.
    """

    what: ChangeKind
    commitment: int
    cycle: int
    at_s: int
    share: int = NO_SHARE
