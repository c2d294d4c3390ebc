"""Terms: what one commitment promises, ready to be asked for every clock.

Conditions are predicates by then, and a length of time is a number of opening seconds,
so that a clock's due instant costs a search and an addition. Names of time are read
as at the clock's start, what the starting event told as it told it, and all others as
they are when the target is fixed.

Source: DESIGN section 4, "Starting".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from upheld.core.clocks.clock import Aim, Clock
from upheld.core.condition.condition import Condition, Lookup, names_read
from upheld.core.condition.domain import Held
from upheld.core.condition.predicate import NO_MEMBERS, Predicate, predicate_or_none
from upheld.core.errors import CalendarError
from upheld.core.lifecycle.happening import Happening, is_of_event, is_of_time
from upheld.core.policy.commitment import Commitment, ParameterTarget, TargetCase
from upheld.core.policy.parameter import ParameterValue, column_key
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.time.business_day import worth_s
from upheld.core.time.calendar import Calendar
from upheld.core.time.due import Due, due_at
from upheld.core.time.duration import Duration
from upheld.core.time.target import NextRelease, Target, parse_target

FACTS_OF_EVERY_TICKET: Final = ("severity", "queue")
"""The facts that a policy need not declare."""

NEXT_RELEASE: Final = str(NextRelease())


class Promise(NamedTuple):
    """A target on one calendar.

    Attributes:
        seconds: Where it is a plain amount of opening time.
        dates: Where it is so many business days, counted in dates.
    """

    target: Target
    text: str
    moves: bool
    seconds: int | None
    dates: int = 0


class Case(NamedTuple):
    """One case of the targets: a promise, or the parameter that holds it and the names that choose the column."""

    when: Predicate | None
    promise: Promise | None
    parameter: str
    by: tuple[str, ...]


class Mark(NamedTuple):
    """A share of the time allowed, as a fraction; ``place`` is where the policy lists it."""

    numerator: int
    denominator: int
    place: int


class Terms:
    """What one commitment promises.

    Attributes:
        commitment: The commitment.
        calendar: On whose opening time it counts.
        reads: Every name that its condition and its targets read.
        awaited: The facts among them, which must be set before its target is fixed.
        told: What its target reads of the starting event.
        marks: Its warning marks, the lowest first.
    """

    __slots__ = (
        "_cases",
        "_promises",
        "_schedule",
        "_when",
        "awaited",
        "calendar",
        "commitment",
        "marks",
        "reads",
        "told",
    )

    def __init__(self, policy: Policy, commitment: Commitment, schedule: Schedule) -> None:
        self.commitment = commitment
        self.calendar: Calendar = schedule.calendars[commitment.calendar]
        self.reads = names = _names_read(policy, commitment)
        facts = {*policy.facts, *FACTS_OF_EVERY_TICKET}
        self.awaited = tuple(name for name in names if name in facts)
        self.told = tuple(name for name in names if is_of_event(name))
        places = {share: place for place, share in reversed([*enumerate(commitment.warn_at)])}
        self.marks = tuple(Mark(*share.as_integer_ratio(), places[share]) for share in sorted(places))
        self._schedule = schedule
        self._when = predicate_or_none(commitment.when)
        self._promises: dict[ParameterValue, Promise] = {}
        self._cases = tuple(self._case(case, schedule) for case in commitment.within)

    def is_awaiting(self, lookup: Lookup) -> bool:
        """Whether a fact that it reads is still unset; an empty set counts as unset."""
        for name in self.awaited:
            held = lookup(name)
            if held is None or held == NO_MEMBERS:
                return True
        return False

    def missing(self, lookup: Lookup) -> tuple[str, ...]:
        """The facts that it waits for."""
        return tuple(name for name in self.awaited if lookup(name) in (None, NO_MEMBERS))

    def applies(self, lookup: Lookup) -> bool:
        """Whether the commitment is one for such a ticket."""
        return self._when is None or self._when(lookup)

    def aim(self, start_s: int, customer: str, lookup: Lookup) -> Aim | None:
        """What a clock started at ``start_s`` is promised; ``None`` where no case holds, or a table has no value.

        Raises: CalendarError where that lies outside the years that a calendar covers.
        """
        for number, case in enumerate(self._cases):
            if case.when is None or case.when(lookup):
                return self._aim(number, case, start_s, customer, lookup)
        return None

    def mark_s(self, start_s: int, aim: Aim, given: int) -> int | None:
        """When the mark after so many given ones would be reached without a pause; ``None`` where there is none.

        A mark is a share of the opening time from start to due, rounded up to a whole second.
        """
        if aim.due_s is None or given >= len(self.marks):
            return None
        numerator, denominator, _ = self.marks[given]
        allowed_s = self.calendar.between_s(start_s, aim.due_s) if aim.target_s is None else aim.target_s
        return self.calendar.add_s(start_s, -(-allowed_s * numerator // denominator))

    def due(self, aim: Aim, start_s: int) -> Due:
        """How the unpaused due instant of a clock came about, for explaining it."""
        target = self.commitment.within[aim.case].target
        if target is None or isinstance(target, ParameterTarget):
            target = parse_target(aim.text)
        return self._found(target, start_s)

    def with_release(self, aim: Aim, start_s: int) -> Aim:
        """The same promise, once a release is known that was not when it was made."""
        if aim.text != NEXT_RELEASE:
            return aim
        return aim._replace(due_s=self._due_s(Promise(NextRelease(), aim.text, False, None), start_s))

    def _aim(self, number: int, case: Case, start_s: int, customer: str, lookup: Lookup) -> Aim | None:
        promise, row, column = case.promise, None, None
        if promise is None:
            column = column_key(case.by, lookup)
            if column is None:
                return None
            found = self._schedule.parameter(case.parameter, column, start_s, customer)
            if found is None:
                return None
            row = found.row
            promise = self._promises.get(found.value) or self._promised(found.value)
        severity = lookup("severity")
        due_s = self._due_s(promise, start_s)
        known = None if severity is None else str(severity)
        return Aim(due_s, promise.moves, promise.seconds, promise.text, number, known, row, column)

    def _due_s(self, promise: Promise, start_s: int) -> int | None:
        if promise.seconds is not None:
            return self.calendar.add_s(start_s, promise.seconds)
        if promise.dates:
            return self.calendar.business_day_after(self.calendar.day_at(start_s), promise.dates).closes_s
        return self._found(promise.target, start_s).due_s

    def _found(self, target: Target, start_s: int) -> Due:
        return due_at(
            target,
            self.calendar,
            start_s,
            business_day=self.commitment.business_day,
            releases=self._schedule.releases,
            recurrences=self._schedule.recurrences,
        )

    def _case(self, case: TargetCase, schedule: Schedule) -> Case:
        target, when = case.target, predicate_or_none(case.when)
        if isinstance(target, ParameterTarget):
            return Case(when, None, target.parameter, schedule.column_names(target.parameter, target.by))
        assert target is not None, "a target that cannot be read was refused by the checker"
        return Case(when, promise_of(target, self.calendar, self.commitment.business_day), "", ())

    def _promised(self, value: ParameterValue) -> Promise:
        """The promise that a parameter's value stands for; kept, since there are few."""
        try:
            target = parse_target(str(value))
        except ValueError as error:
            raise CalendarError(f"`{self.commitment.id}` cannot be counted: {error}") from None
        promise = self._promises[value] = promise_of(target, self.calendar, self.commitment.business_day)
        return promise


def promise_of(target: Target, calendar: Calendar, business_day: str | None) -> Promise:
    """The promise that a target makes on a calendar."""
    seconds, dates = None, 0
    if isinstance(target, Duration):
        if target.is_business_day:
            seconds = worth_s(calendar, target.amount) if business_day == "opening-time" else None
            dates = int(target.amount) if business_day == "dates" and target.amount.denominator == 1 else 0
        elif target.has_seconds and (target.unit not in ("d", "w") or calendar.hours.is_always):
            seconds = target.seconds
    return Promise(target, str(target), isinstance(target, Duration), seconds, dates)


def names_at_start(clock: Clock, happening: Happening) -> Lookup:
    """What names hold for a clock: those of time as at its start, those of its starting event as they were."""
    told = dict(clock.held)

    def lookup(name: str) -> Held:
        if is_of_time(name):
            return happening.time_names(name, clock.start_s)
        return told.get(name) if is_of_event(name) else happening.names(name)

    return lookup


def _names_read(policy: Policy, commitment: Commitment) -> tuple[str, ...]:
    """Every name that the condition and the targets of a commitment read."""
    conditions: Iterable[Condition | None] = (commitment.when, *(case.when for case in commitment.within))
    names = dict.fromkeys(name for each in conditions if each is not None for name in names_read(each))
    for case in commitment.within:
        if isinstance(case.target, ParameterTarget):
            names |= dict.fromkeys(policy.parameters[case.target.parameter].names_with(case.target.by))
    return tuple(names)
