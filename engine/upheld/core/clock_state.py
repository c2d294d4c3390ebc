"""What the clocks of one ticket remember between two steps, and what a step does to them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from upheld.core.clock import Clock, Span

ChangeKind = Literal[
    "started", "fixed", "stopped", "cancelled", "resumed", "retargeted", "paused", "continued", "warned"
]


class Excused(NamedTuple):
    """A time for which the vendor does not answer, as an event declared it.

    Attributes:
        excuse: Its index in the policy.
        from_s, until_s: Half-open.
    """

    excuse: int
    from_s: int
    until_s: int


class ClockState(NamedTuple):
    """Everything the clocks of one ticket remember.

    Attributes:
        clocks: In the order in which they started.
        tracks: By track of the plan, its pauses in order; one that lasts ends at ``FOREVER``.
        excuses: As declared.
        episode: How often the ticket was reopened.
    """

    clocks: tuple[Clock, ...] = ()
    tracks: tuple[tuple[Span, ...], ...] = ()
    excuses: tuple[Excused, ...] = ()
    episode: int = 0


class ClockChange(NamedTuple):
    """Something that a step did to a clock: ``what`` to which ``cycle`` of which commitment, and when.

    Attributes:
        share: For a warning, the index of the mark reached.
    """

    what: ChangeKind
    commitment: int
    cycle: int
    at_s: int
    share: int = -1
