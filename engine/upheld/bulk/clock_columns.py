"""Clock columns: what a verdict says of many clocks at once, by arithmetic on opening seconds.

Which clocks there are, and what ended and paused them, is decided elsewhere, by the engine. What is left is counting,
and it is the same for a million clocks: each column here is the field of that name of
`upheld.core.clocks.row.ClockRow`, and equal to it.

Source: DESIGN section 4, "Status compares instants", "Pauses", "Excuses"; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from upheld.bulk.opening_seconds import NOT_KNOWN_S, Int8s, Int16s, Int32s, Int64s, Openings
from upheld.core.clocks.clock import Aim
from upheld.core.clocks.rules import Cited, ClockRules

NONE: Final = -1
"""Stands in a column of numbers for ``None``: no trigger."""

RUNS, STOPPED, CANCELLED = 0, 1, 2
"""How a clock ended, in ``Clocks.how``."""

STATUSES: Final = ("running", "paused", "upheld", "breached", "cancelled", "excused")
"""What the codes of ``Judged.status`` mean."""


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


class Judged(NamedTuple):
    """One row for each of ``Clocks``, in the same order; ``NOT_KNOWN_S`` where a clock row holds ``None``.

    What is not here is the same for clocks alike and stands in their promise (severity, target, target_s, calendar).

    Attributes:
        status: A place in ``STATUSES``.
        due_s: Moved on by pauses.
        stop_s: ``end_s`` of what was stopped.
        used_s, paused_s, overrun_s: Opening seconds of the clock's calendar.
        remaining_s: Opening seconds left.
        ended_s: ``seen_s`` of what has ended.
        cited: A place in ``citations``.
        citations: Clauses and assumptions, each combination once.
    """

    status: Int8s
    due_s: Int64s
    stop_s: Int64s
    used_s: Int64s
    paused_s: Int64s
    remaining_s: Int64s
    overrun_s: Int64s
    ended_s: Int64s
    cited: Int32s
    citations: Sequence[Cited]


def judged(
    rules: ClockRules,
    openings: Openings,
    promises: Sequence[Promised],
    clocks: Clocks,
    as_of_s: int,
    pauses: Pauses | None = None,
    gaps: Gaps | None = None,
    excuses: Excuses | None = None,
) -> Judged:
    """What a verdict says of each clock, as things stand at an instant: the columns of `clock_row`.

    Args:
        rules: Those of the policy's clocks.
        openings: ``Openings(schedule)``, kept from batch to batch.
        promises: What ``clocks.promise`` counts in.
        clocks: Those to judge.
        as_of_s: Up to when what runs is measured; nothing of the history lies later.
        pauses: Those of the clocks' tickets, all of them: which touch a clock is found here.
        gaps: Those of the clocks.
        excuses: Those of the clocks' tickets; which excuse what, and cover it, is found here.

    Raises: CalendarError for an instant outside the years that a calendar covers.
    """
    raise NotImplementedError


def unpaused_dues(
    rules: ClockRules,
    openings: Openings,
    promises: Sequence[Promised],
    promise: Int32s,
    from_s: Int64s,
    agreed_s: Int64s | None = None,
) -> Int64s:
    """When clocks fall due if nothing pauses them: ``Aim.due_s`` of each, for every kind of target.

    Args:
        rules: Those of the policy's clocks.
        openings: ``Openings(schedule)``, kept from batch to batch.
        promises: What ``promise`` counts in.
        promise: What each clock was promised.
        from_s: From when its time counts; of the same length.
        agreed_s: For targets that are agreed (``within: {at: ...}``), the due instant that the engine gave; of the
            same length, other places anything. Needed where there is such a target.

    Returns: instants; ``NOT_KNOWN_S`` where no release or date is known and for best effort, ``BEYOND_S`` where the
        engine refuses, since it would lie after 2050.
    """
    raise NotImplementedError
