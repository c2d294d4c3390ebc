"""Unpaused dues: when many clocks, or timers, fall due if nothing pauses them.

An amount of opening time is counted for all at once. All else is asked of the engine, `upheld.core.time.due`, but not
once for each clock: closing of a business day is the same for all starts of a date; the next of some days is the same
for all between two starts of a date for which it is; and what keeps the local time lies as far from all of these as
from both, unless a clock was changed in between.

Source: DESIGN section 4, durations and symbolic targets; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from upheld.bulk.clocks.given import Promised
from upheld.bulk.clocks.opening_seconds import (
    BEYOND_S,
    NOT_KNOWN_S,
    Int32s,
    Int64s,
    Openings,
    OpeningSeconds,
    answered,
    once_a_day,
    rows_of_each,
)
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.terms import promise_of
from upheld.core.lifecycle.timers import Timers
from upheld.core.policy.commitment import ParameterTarget
from upheld.core.policy.schedule import Schedule
from upheld.core.time.due import due_at
from upheld.core.time.duration import Duration
from upheld.core.time.target import (
    Agreed,
    BestEffort,
    ClosingOfSameDay,
    NextOccurrence,
    NextOpening,
    NextRelease,
    Target,
    parse_target,
)

Ask = Callable[[int], int | None]
"""The engine's own answer for one start; ``None`` where no due instant is known."""


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
    found = np.full(from_s.size, NOT_KNOWN_S)
    for number, rows in rows_of_each(promise, len(promises)):
        promised = promises[number]
        target = target_of(rules, promised)
        if isinstance(target, Agreed):
            assert agreed_s is not None, "what was agreed is told by the caller"
            found[rows] = agreed_s[rows]
        elif not isinstance(target, BestEffort):
            found[rows] = _dues_of(rules, openings, promised, target, from_s[rows])
    return found


def timer_dues(
    timers: Timers,
    schedule: Schedule,
    openings: Openings,
    name: str,
    customer: str,
    from_s: Int64s,
    *,
    again: bool = False,
) -> Int64s:
    """When the delay of a timer is over that starts at each instant: ``Timers.due_s`` of each.

    Args:
        timers: Those of the policy.
        schedule: That of the policy.
        openings: ``Openings(schedule)``.
        name: The timer's.
        customer: Whose tickets they are, where that makes a difference; else ``""``.
        from_s: When each delay starts.
        again: Whether it has fired then, and repeats.

    Returns: instants; ``BEYOND_S`` where the engine refuses.
    """
    timer = timers[name]
    delay = timer.every if again else timer.after
    assert delay is not None, f"timer `{name}` has no delay; the checker rules this out"
    if not delay.amount:
        return from_s
    opening = openings[schedule.calendar_for(timer.calendar, customer)]
    promise = promise_of(delay, opening.calendar, timer.business_day)

    def ask(start_s: int) -> int:
        return timers.due_s(timer, start_s, customer, again=again)

    return _dues(opening, delay, promise.seconds, promise.dates > 0, ask, from_s)


def target_of(rules: ClockRules, promised: Promised) -> Target:
    """What was promised, as a target; one that stands in a table is read from its words."""
    target = rules.terms[promised.commitment].commitment.within[promised.aim.case].target
    return parse_target(promised.aim.text) if target is None or isinstance(target, ParameterTarget) else target


def _dues_of(rules: ClockRules, openings: Openings, promised: Promised, target: Target, from_s: Int64s) -> Int64s:
    """The dues of clocks that were promised the same."""
    opening, meaning = openings[promised.aim.calendar], rules.terms[promised.commitment].commitment.business_day
    schedule = rules.schedule
    recurrences = schedule.recurrences_for(promised.customer)

    def ask(start_s: int) -> int | None:
        releases = schedule.releases
        calendar = opening.calendar
        due = due_at(target, calendar, start_s, business_day=meaning, releases=releases, recurrences=recurrences)
        return due.due_s

    if isinstance(target, NextOccurrence):
        opening = OpeningSeconds(recurrences[target.recurrence].calendar)
        return _between(opening.day_at(from_s), from_s, ask)
    in_dates = promise_of(target, opening.calendar, meaning).dates > 0
    return _dues(opening, target, promised.aim.target_s, in_dates, ask, from_s)


def _dues(
    opening: OpeningSeconds, target: Target, seconds: int | None, in_dates: bool, ask: Ask, from_s: Int64s
) -> Int64s:
    """The dues of a target that is no recurrence.

    Args:
        seconds: Where it is an amount of opening time.
        in_dates: Whether it is so many business days, up to closing.
    """
    if seconds is not None:
        return opening.add(from_s, seconds)
    if in_dates or isinstance(target, NextOpening | NextRelease):
        return once_a_day(opening.day_at(from_s), from_s, ask)
    opens_s = from_s
    if isinstance(target, ClosingOfSameDay) or (isinstance(target, Duration) and target.is_business_day):
        opens_s = opening.next_opening(from_s)
    due_s = np.full(from_s.size, BEYOND_S)
    rows = np.flatnonzero(opens_s != BEYOND_S)
    opens_s = opens_s[rows]
    day = opening.day_at(opens_s)
    if isinstance(target, ClosingOfSameDay):
        due_s[rows] = once_a_day(day, opens_s, ask)
    else:
        due_s[rows] = _between(day * 2 + (opening.clock_at(opens_s)[0] - day), opens_s, ask, opening)
    return due_s


def _between(day: Int64s, at_s: Int64s, ask: Ask, keeping_time: OpeningSeconds | None = None) -> Int64s:
    """What is asked about instants of a date, where two with the same answer tell that of all in between.

    Args:
        day: A number of the date of each.
        keeping_time: The local clock, where not the answer but the time up to it is the same, as long as neither the
            instants nor the answers lie on both sides of a change of it.
    """
    order = np.lexsort((at_s, day))
    day, at_s = day[order], at_s[order]
    is_new = np.ones(day.size, np.bool_)
    is_new[1:] = (day[1:] != day[:-1]) | (at_s[1:] != at_s[:-1])
    place, day, at_s = np.cumsum(is_new) - 1, day[is_new], at_s[is_new]
    first = np.flatnonzero(np.append(True, day[1:] != day[:-1])[: day.size])
    last = np.append(first[1:], day.size)[: first.size] - 1
    answers = np.empty(day.size, np.int64)
    for low, high in zip(first.tolist(), last.tolist()):
        answers[low], answers[high] = answered(ask, int(at_s[low])), answered(ask, int(at_s[high]))
        _fill(answers, at_s, low, high, ask, keeping_time)
    found = np.empty(order.size, np.int64)
    found[order] = answers[place]
    return found


def _fill(answers: Int64s, at_s: Int64s, low: int, high: int, ask: Ask, keeping_time: OpeningSeconds | None) -> None:
    """Fill in the answers between two places of which they are known."""
    asked = [(low, high)]
    while asked:
        low, high = asked.pop()
        if high - low < 2:
            continue
        between = slice(low + 1, high)
        if keeping_time is None and answers[low] == answers[high]:
            answers[between] = answers[low]
        elif keeping_time is not None and _keeps_time(answers[[low, high]], at_s[[low, high]], keeping_time):
            answers[between] = at_s[between] + (answers[low] - at_s[low])
        else:
            middle = (low + high) // 2
            answers[middle] = answered(ask, int(at_s[middle]))
            asked += [(low, middle), (middle, high)]


def _keeps_time(answers: Int64s, at_s: Int64s, opening: OpeningSeconds) -> bool:
    """Whether two answers lie equally far from their instants, and no change of the clock between either."""
    if (answers == BEYOND_S).any() or answers[1] - answers[0] != at_s[1] - at_s[0]:
        return False
    return all(len(set(opening.stretch_at(each).tolist())) == 1 for each in (at_s, answers))
