"""Forecasts: when each promise would fall due if it started at some instant.

It is what a support agent asks daily, and it is answered by the very rules that judge
a clock afterwards. What nobody said is neither guessed nor taken for nothing: a promise
that depends on it is told, with the names that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from upheld.core.clocks.alike import citations, grounds_of
from upheld.core.clocks.clock import Aim, Clock
from upheld.core.clocks.rules import ClockRules
from upheld.core.condition.domain import Held
from upheld.core.errors import CalendarError
from upheld.core.lifecycle.barrier import Barrier, Barriers
from upheld.core.lifecycle.knowledge import Knowledge
from upheld.core.policy.commitment import Commitment, ParameterTarget, Trigger
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.time.calendar import Calendar
from upheld.core.time.due import due_at
from upheld.core.time.target import NextOccurrence, NextRelease, Target, parse_target
from upheld.core.time.timeline import Interval


@dataclass(frozen=True, slots=True)
class Forecast:
    """When one promise would fall due.

    Attributes:
        starts: What may start it, as far as is known.
        aim: What it promises; ``None`` where the policy gives no target, or that needs what nobody said.
        target: The same as a target, in the policy's or a contract's words.
        day: The date of the release or the recurrence that it waits for, before it moved to a business day.
        missing: The names that would have to be said.
        intervals: The opening intervals from start to due, in seconds since 1970 UTC.
        skipped: The dates in between that a holiday or closing day closes, with its name.
        clauses, assumptions: What it rests on.
        barred: What would refuse every event that starts it, so that it does not begin.
        zone: That of the hours in which it counts: the customer's own where there are any.
    """

    commitment: Commitment
    starts: tuple[Trigger, ...]
    aim: Aim | None = None
    target: Target | None = None
    day: date | None = None
    missing: tuple[str, ...] = ()
    intervals: tuple[Interval, ...] = ()
    skipped: tuple[tuple[date, str], ...] = ()
    clauses: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    barred: tuple[Barrier, ...] = ()
    zone: str = ""

    @property
    def calendar(self) -> str:
        """The calendar that it counts on; ``""`` where that is not known."""
        return "" if self.aim is None else self.aim.calendar


@dataclass(frozen=True, slots=True)
class Forecasts:
    """All that may start at an instant.

    Attributes:
        at_s: The instant, in seconds since 1970 UTC.
        promises: In the policy's order.
        waiting: For missing facts that opening the ticket would set, the names that decide how.
        contract: The kinds of contract that the customer holds; ``None`` where nobody knows.
        barred: What would refuse every event that opens a ticket, so that none of them begins at once.
    """

    at_s: int
    promises: tuple[Forecast, ...]
    waiting: Mapping[str, tuple[str, ...]]
    contract: Held = None
    barred: tuple[Barrier, ...] = ()
    zone: str = ""

    @property
    def barriers(self) -> tuple[Barrier, ...]:
        """All that would be refused, each once."""
        return tuple(dict.fromkeys(chain(self.barred, *(each.barred for each in self.promises))))


def forecast(
    policy: Policy, schedule: Schedule, at_s: int, said: Mapping[str, Held], contracts: Contracts | None = None
) -> Forecasts:
    """The promises that would start at an instant.

    Args:
        at_s: Seconds since 1970 UTC.
        said: What is known: facts, ``severity``, ``channel``, ``queue``, ``contract``, ``customer``, and the like;
            ``None`` for what is known to hold nothing.
        contracts: What customers have signed, if that is known.

    Raises: CalendarError for an instant outside 1990 to 2050, and for a promise due after.
    """
    schedule.date_at(at_s)
    rules, knowledge = ClockRules(policy, schedule), Knowledge(policy, schedule, at_s, said, contracts)
    barriers = Barriers(policy, schedule, knowledge)
    promises = tuple(_barred(each, policy, barriers) for each in _forecasts(rules, at_s, knowledge))
    needed = {name for each in promises for name in each.missing}
    waiting = {fact: names for fact, names in knowledge.waiting.items() if fact in needed}
    contract = None if knowledge.missing("contract") else knowledge.holds("contract")
    return Forecasts(at_s, promises, waiting, contract, barriers.before(barriers.opening))


def _barred(promise: Forecast, policy: Policy, barriers: Barriers) -> Forecast:
    """The same with what would refuse all that starts it; what leaves a state may come by any event."""
    events: dict[str, None] = {}
    for trigger in promise.starts:
        entering = (each for each in policy.transitions if each.target is not None and each.target in trigger.enters)
        events |= dict.fromkeys((*trigger.on, *(event for each in entering for event in each.on)))
        if trigger.leaves or any(timer.target in trigger.enters for timer in policy.timers if timer.target):
            return promise
    found = barriers.before(events)
    return replace(promise, barred=found) if found else promise


def _forecasts(rules: ClockRules, at_s: int, asked: Knowledge) -> Iterator[Forecast]:
    for index, terms in enumerate(rules.terms):
        triggers = terms.commitment.start
        judgements = [asked.on(trigger.on).judged(trigger.when) for trigger in triggers]
        knowledge = asked.on(terms.commitment.starting_events) if all(each.on for each in triggers) else asked
        knowledge = knowledge.at_first(terms.commitment.asks, terms.commitment.starting_events)
        starts = [number for number, judgement in enumerate(judgements) if judgement.holds is not False]
        applies = knowledge.judged(terms.commitment.when)
        if not starts or applies.holds is False:
            continue
        missing = (
            ()
            if any(judgement.holds for judgement in judgements)
            else [name for each in judgements for name in each.missing]
        )
        awaited = [name for name in terms.awaited if knowledge.holds(name) is None]
        needed = tuple(dict.fromkeys((*missing, *applies.missing, *awaited, *_of_cases(rules, index, knowledge))))
        triggers = tuple(triggers[number] for number in starts)
        try:
            aim = None if needed else terms.aim(at_s, knowledge.customer, knowledge.holds)
            if aim is None:
                yield Forecast(terms.commitment, triggers, missing=needed)
            else:
                start = starts[0] if len(starts) == 1 else None
                yield _found(rules, Clock(index, 1, at_s, at_s, at_s, start, aim), triggers, aim)
        except CalendarError as error:
            raise CalendarError(f"`{terms.commitment.id}` cannot be told: {error}") from None


def _of_cases(rules: ClockRules, index: int, knowledge: Knowledge) -> Iterator[str]:
    """The missing names that decide which target counts, and on which calendar."""
    commitment = rules.terms[index].commitment
    for hours in commitment.hours:
        judgement = knowledge.judged(hours.when)
        yield from judgement.missing
        if judgement.holds:
            break
    for case in commitment.within:
        judgement = knowledge.judged(case.when)
        yield from judgement.missing
        if judgement.holds is not False and isinstance(case.target, ParameterTarget):
            for name in rules.schedule.column_names(case.target.parameter, case.target.by):
                yield from knowledge.missing(name)
        if judgement.holds:
            return


def _found(rules: ClockRules, clock: Clock, starts: tuple[Trigger, ...], aim: Aim) -> Forecast:
    terms = rules.terms[clock.commitment]
    case = terms.commitment.within[aim.case]
    target = parse_target(aim.text) if isinstance(case.target, ParameterTarget) else case.target
    assert target is not None, "a target that cannot be read was refused by the checker"
    clauses, assumptions = citations(rules, grounds_of(rules, clock, aim))
    due_s, calendar = aim.due_s, terms.calendar(aim)
    return Forecast(
        terms.commitment,
        starts,
        aim,
        target,
        _day(rules.schedule, calendar, clock.start_s, target),
        (),
        () if due_s is None else tuple(calendar.intervals_s(clock.start_s, due_s)),
        () if due_s is None else calendar.skipped_s(clock.start_s, due_s),
        clauses,
        assumptions,
        zone=calendar.zone.key,
    )


def _day(schedule: Schedule, calendar: Calendar, at_s: int, target: Target) -> date | None:
    """The date of the release or the recurrence; other targets have none."""
    if not isinstance(target, NextRelease | NextOccurrence):
        return None
    return due_at(target, calendar, at_s, releases=schedule.releases, recurrences=schedule.recurrences).day
