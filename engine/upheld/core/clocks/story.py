"""Clock stories: where the time of a clock went, and how its due instant came about.

A row says that five hours were used; a story says which five hours. It is made of the
same intervals that the row was counted from, so that the two cannot differ: what is
counted, paused and late adds up to the row's seconds.

Source: DESIGN section 7, `upheld explain`: a clock's intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from upheld.core.clocks.clock import Aim, Clock, End, Span
from upheld.core.clocks.pauses import FOREVER, paused_s, until
from upheld.core.clocks.row import ClockRow, clock_row, measured_pauses, pauses_touching
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState
from upheld.core.condition.condition import Lookup
from upheld.core.errors import CalendarError
from upheld.core.policy.commitment import Commitment, Excuse, ParameterTarget, Pause, TargetCase, Trigger
from upheld.core.policy.parameter import Parameter, ParameterRow
from upheld.core.time.calendar import Calendar
from upheld.core.time.target import Target
from upheld.core.time.timeline import Interval

PartKind = Literal["counted", "paused", "late"]
"""``late``: counted after the due instant."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of opening time of a clock's run; half-open, in seconds since 1970 UTC."""

    what: PartKind
    from_s: int
    until_s: int


@dataclass(frozen=True, slots=True)
class Standstill:
    """A pause that touched a clock, from its own beginning to its own end, closed time included.

    Attributes:
        until_s: ``None`` while it lasts.
        pause: What the policy says of it; ``None`` for the time between an end and a reopening.
        began, ended: The triggers that did; ``None`` for a pause in states.
    """

    from_s: int
    until_s: int | None
    pause: Pause | None
    began: Trigger | None = None
    ended: Trigger | None = None


@dataclass(frozen=True, slots=True)
class DeclaredExcuse:
    """A time for which the vendor does not answer, as an event declared it; half-open."""

    excuse: Excuse
    from_s: int
    until_s: int


@dataclass(frozen=True, slots=True)
class ClockStory:
    """The story of one clock.

    Attributes:
        row: What the verdict says of it.
        began: What started it; ``None`` for a reopening.
        counting_s: From when its time counted: the next opening, where that is in closed time.
        end: How it ended, if it did; ``ended`` by which of the commitment's triggers, none for the ticket's closing.
        lapsed: Whether that is because it does not apply any more.
        case: The case of the commitment's targets that applied, and the ``target`` that it gave.
        unpaused_due_s: When it would have been due without any pause; ``None`` where no release or date is known.
        because: What gave that instant where it is no length of time, such as "release of 2024-03-28"; else ``""``.
        day: The date of that release or recurrence, before it moved to a business day; else ``None``.
        moved_s: By how much opening time pauses have moved it so far.
        parameter, column, table: The parameter that held the target, its column, and its row; no row where the
            customer's own contract said it.
        parts: Its opening time from the start to the end, or to as-of, in order.
        ahead: The opening intervals still to come until it is due; none once it has ended or is paused.
        standstills: The pauses that touched it, in order of their beginning.
        skipped: The dates on its way that a holiday or closing day closed, with its name.
        excuses: Those declared of its commitment, whether they excuse it or not.
    """

    row: ClockRow
    began: Trigger | None
    counting_s: int
    end: End | None
    lapsed: bool
    ended: Trigger | None
    case: TargetCase
    target: Target
    unpaused_due_s: int | None
    because: str
    day: date | None
    moved_s: int
    parameter: Parameter | None
    column: str | None
    table: ParameterRow | None
    parts: tuple[Part, ...]
    ahead: tuple[Interval, ...]
    standstills: tuple[Standstill, ...]
    skipped: tuple[tuple[date, str], ...]
    excuses: tuple[DeclaredExcuse, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A clock whose target is not known yet, and the facts that it waits for."""

    commitment: Commitment
    cycle: int
    start_s: int
    awaits: tuple[str, ...]


def clock_stories(rules: ClockRules, state: ClockState, as_of_s: int) -> tuple[ClockStory, ...]:
    """The stories of all clocks that a verdict shows, in its order."""
    fixed = [(clock, aim) for clock in state.every() if (aim := rules.aim(clock)) is not None]
    fixed.sort(key=lambda pair: (pair[0].commitment, pair[0].cycle))
    return tuple(_story(rules, state, clock, aim, as_of_s) for clock, aim in fixed)


def waiting_clocks(rules: ClockRules, state: ClockState, lookup: Lookup) -> tuple[Waiting, ...]:
    """The clocks that a verdict does not show, since facts are unset that their targets read."""
    return tuple(
        Waiting(terms.commitment, clock.cycle, clock.start_s, terms.missing(lookup))
        for clock in state.clocks
        if clock.aim is None and clock.lapsed_s is None
        for terms in (rules.terms[clock.commitment],)
    )


def _story(rules: ClockRules, state: ClockState, clock: Clock, aim: Aim, as_of_s: int) -> ClockStory:
    terms = rules.terms[clock.commitment]
    calendar, start_s = terms.calendar(aim), clock.from_s
    row = clock_row(rules, state, clock, aim, as_of_s)
    end_s = as_of_s if clock.ending is None else clock.ending.at_s
    pauses = until(measured_pauses(rules, state, clock, as_of_s), end_s)
    moving = [span for span in pauses if aim.moves and (row.due_s is None or span[0] < row.due_s)]
    last_s = max(end_s, row.due_s or end_s)
    case, due = terms.commitment.within[aim.case], terms.due(aim, start_s)
    parameter = rules.policy.parameters[case.target.parameter] if isinstance(case.target, ParameterTarget) else None
    runs_on = row.status == "running" and row.due_s is not None
    return ClockStory(
        row,
        None if clock.trigger is None else terms.commitment.start[clock.trigger],
        _counting_s(calendar, start_s),
        clock.ending,
        clock.lapsed_s is not None,
        _ended(terms.commitment, clock.ending),
        case,
        due.target,
        aim.due_s,
        due.because,
        due.day,
        paused_s(calendar, moving, start_s, end_s),
        parameter,
        aim.column or None,
        parameter.rows[aim.row] if parameter is not None and aim.row is not None else None,
        tuple(_parts(calendar, pauses, start_s, end_s, row.due_s)),
        tuple(calendar.intervals_s(end_s, row.due_s)) if runs_on and row.due_s is not None else (),
        tuple(sorted(_standstills(rules, state, clock, as_of_s), key=lambda each: each.from_s)),
        calendar.skipped_s(start_s, last_s),
        _excuses(rules, state, terms.commitment),
    )


def _counting_s(calendar: Calendar, start_s: int) -> int:
    """The first open instant from the start on; the start itself where no calendar knows one."""
    try:
        return calendar.next_opening_s(start_s)
    except CalendarError:
        return start_s


def _ended(commitment: Commitment, end: End | None) -> Trigger | None:
    if end is None or end.trigger is None:
        return None
    return (commitment.stop if end.how == "stopped" else commitment.voids)[end.trigger]


def _excuses(rules: ClockRules, state: ClockState, commitment: Commitment) -> tuple[DeclaredExcuse, ...]:
    declared = (DeclaredExcuse(rules.policy.excuses[each.excuse], each.from_s, each.until_s) for each in state.excuses)
    return tuple(each for each in declared if commitment.id in each.excuse.of)


def _parts(calendar: Calendar, pauses: Sequence[Span], start_s: int, end_s: int, due_s: int | None) -> Iterator[Part]:
    """Opening time from start to end, cut where a pause begins or ends and where it is due."""
    cuts = {start_s, max(start_s, end_s), *(edge for span in pauses for edge in span), due_s or start_s}
    inside = sorted(edge for edge in cuts if start_s <= edge <= end_s)
    for from_s, until_s in pairwise(inside):
        paused = any(begin <= from_s < end for begin, end in pauses)
        late = due_s is not None and from_s >= due_s
        what: PartKind = "paused" if paused else "late" if late else "counted"
        yield from (Part(what, opens_s, closes_s) for opens_s, closes_s in calendar.intervals_s(from_s, until_s))


def _standstills(rules: ClockRules, state: ClockState, clock: Clock, as_of_s: int) -> Iterator[Standstill]:
    for pause, each in pauses_touching(rules, state, clock, as_of_s):
        began = None if each.begun is None else pause.begins[each.begun]
        ended = None if each.ended is None else pause.ends[each.ended]
        yield Standstill(each.from_s, None if each.until_s == FOREVER else each.until_s, pause, began, ended)
    for from_s, until_s in clock.gaps:
        yield Standstill(from_s, until_s, None)
