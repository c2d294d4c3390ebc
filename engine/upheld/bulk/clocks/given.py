"""Given: clocks, pauses and excuses as columns, as the steps of tickets left them.

Source: DESIGN section 4; section 11, step 3.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.clocks.opening_seconds import Int8s, Int16s, Int32s, Int64s
from upheld.core.clocks.clock import Aim

NONE: Final = -1
"""Stands in a column of numbers for ``None``: no trigger."""

RUNS, STOPPED, CANCELLED = 0, 1, 2
"""How a clock ended, in ``Clocks.how``."""


class Promised(NamedTuple):
    """What clocks alike were promised, and by what.

    Attributes:
        commitment: Its index in the policy.
        trigger: Which of its starts began them; ``None`` for a reopening.
        aim: What the engine promised one of them. Its ``due_s`` is that one's, and not read for others.
        customer: Whose tickets they are, where calendars or recurrences differ by customer; else ``""``.
    """

    commitment: int
    trigger: int | None
    aim: Aim
    customer: str = ""


class Clocks(NamedTuple):
    """Clocks whose target is known, in any order, which is kept. All arrays have one length.

    Attributes:
        ticket: A number of the ticket, from 0, as in ``Pauses`` and ``Excuses``.
        promise: A place in the list of promises.
        from_s: From when its time counts: ``Clock.from_s``.
        due_s: When it falls due if nothing pauses it, ``Aim.due_s``; ``NOT_KNOWN_S`` for ``None``. See `unpaused_dues`.
        how: ``RUNS``, ``STOPPED`` or ``CANCELLED``. One that lapsed is cancelled then.
        end_s: The instant that counts, ``End.at_s``; anything while it runs.
        seen_s: The instant of what ended it, ``End.seen_s``; anything while it runs.
        ended_by: ``End.trigger``; ``NONE`` for closing, for lapsing, and while it runs.
    """

    ticket: Int32s
    promise: Int32s
    from_s: Int64s
    due_s: Int64s
    how: Int8s
    end_s: Int64s
    seen_s: Int64s
    ended_by: Int16s

    def at(self, rows: Int64s) -> Clocks:
        """Some of them, or some more than once."""
        ended = (self.how[rows], self.end_s[rows], self.seen_s[rows], self.ended_by[rows])
        return Clocks(self.ticket[rows], self.promise[rows], self.from_s[rows], self.due_s[rows], *ended)


class Pauses(NamedTuple):
    """Times during which tracks of tickets were on, in any order. All arrays have one length.

    Attributes:
        ticket: As in ``Clocks``.
        track: Its place in ``ClockPlan.tracks``.
        from_s, until_s: Half-open; ``FOREVER`` (`upheld.core.clocks.pauses`) for one that lasts.
        begun, ended: Which triggers of the pause did; ``NONE`` for a pause in states.
    """

    ticket: Int32s
    track: Int16s
    from_s: Int64s
    until_s: Int64s
    begun: Int16s
    ended: Int16s


class Gaps(NamedTuple):
    """Times between an end and the reopening that resumed the clock: ``Clock.gaps``. One clock may have several.

    Attributes:
        clock: A place in ``Clocks``.
        from_s, until_s: Half-open.
    """

    clock: Int64s
    from_s: Int64s
    until_s: Int64s


class Excuses(NamedTuple):
    """Times for which the vendor does not answer, as events of tickets declared them, accepted by as-of.

    Attributes:
        ticket: As in ``Clocks``.
        excuse: Its index in the policy.
        from_s, until_s: Half-open; ``FOREVER`` and ``-FOREVER`` for dates outside the years.
    """

    ticket: Int32s
    excuse: Int16s
    from_s: Int64s
    until_s: Int64s


_NO_NUMBERS: Final[Int16s] = np.zeros(0, np.int16)
_NO_TICKETS: Final[Int32s] = np.zeros(0, np.int32)
_NO_INSTANTS: Final[Int64s] = np.zeros(0, np.int64)

NO_PAUSES: Final = Pauses(_NO_TICKETS, _NO_NUMBERS, _NO_INSTANTS, _NO_INSTANTS, _NO_NUMBERS, _NO_NUMBERS)
NO_GAPS: Final = Gaps(_NO_INSTANTS, _NO_INSTANTS, _NO_INSTANTS)
NO_EXCUSES: Final = Excuses(_NO_TICKETS, _NO_NUMBERS, _NO_INSTANTS, _NO_INSTANTS)
