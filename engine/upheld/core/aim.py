"""Aims: what a clock was promised, found when everything that the promise reads is known.

Names of time are read as at the clock's start, all others as they are when it is
fixed. Source: DESIGN section 4, "Starting".
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from upheld.core.clock import Aim, Clock
from upheld.core.commitment import Commitment, ParameterTarget, TargetCase
from upheld.core.condition import Lookup, evaluate
from upheld.core.domain import Held
from upheld.core.due import due_at
from upheld.core.happening import Happening, is_of_time
from upheld.core.instant import day_number
from upheld.core.target import Target, parse_target
from upheld.core.times import Times


@lru_cache(maxsize=4096)
def target_of(text: str) -> Target:
    """The target that a parameter's value says; the checker has read it before."""
    return parse_target(text)


def names_at_start(clock: Clock, happening: Happening) -> Lookup:
    """What names hold for a clock: those of time as at its start, those of its starting event as they were."""
    held = dict(clock.held)

    def lookup(name: str) -> Held:
        if is_of_time(name):
            return happening.time_names(name, clock.start_s)
        return held[name] if name in held else happening.names(name)

    return lookup


def find_aim(commitment: Commitment, clock: Clock, happening: Happening, times: Times) -> Aim | None:
    """What the clock is promised; ``None`` where no case holds, or a table has no value."""
    lookup = names_at_start(clock, happening)
    for number, case in enumerate(commitment.within):
        if case.when is None or evaluate(case.when, lookup):
            return _aim(commitment, number, case, clock, happening, times, lookup)
    return None


def _aim(
    commitment: Commitment,
    number: int,
    case: TargetCase,
    clock: Clock,
    happening: Happening,
    times: Times,
    lookup: Lookup,
) -> Aim | None:
    target, column = case.target, None
    if isinstance(target, ParameterTarget):
        by = target.by or times.column_name(target.parameter)
        column = str(lookup(by)) if by else ""
        found = times.parameter(target.parameter, column, clock.start_s, happening.customer)
        target = target_of(str(found.value)) if found else None
    if target is None:
        return None
    due = due_at(
        target,
        times.calendars[commitment.calendar],
        clock.start_s,
        business_day=commitment.business_day,
        releases=times.releases,
        recurrences=times.recurrences,
    )
    severity = lookup("severity")
    return Aim(
        due.due_s,
        not due.is_fixed,
        due.target_s,
        str(target),
        number,
        None if severity is None else str(severity),
        day_number(times.date_at(clock.start_s)),
        column,
    )


def mark_s(commitment: Commitment, clock: Clock, times: Times) -> int | None:
    """When the clock's next warning mark would be reached without a pause; ``None`` where there is none.

    A mark is a share of the opening time from start to due, rounded up to a whole second.
    """
    aim = clock.aim
    if aim is None or aim.due_s is None or clock.marks >= len(commitment.warn_at):
        return None
    calendar = times.calendars[commitment.calendar]
    allowed_s = aim.target_s if aim.target_s is not None else calendar.between_s(clock.start_s, aim.due_s)
    return calendar.add_s(clock.start_s, ceil(allowed_s * sorted(commitment.warn_at)[clock.marks]))
