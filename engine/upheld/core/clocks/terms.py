"""Terms: what one commitment promises, ready to be asked for every clock.

Conditions are predicates by then, and a length of time is a number of opening seconds,
so that a clock's due instant costs a search and an addition. Names of time are read
as at the clock's start, what the starting event told as it told it, and all others as
they are when the target is fixed.

Source: DESIGN section 4, "Starting".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from upheld.core.clocks.clock import Aim, Clock
from upheld.core.condition.condition import ALWAYS as EVERYTHING
from upheld.core.condition.condition import Lookup, names_read
from upheld.core.condition.domain import Held
from upheld.core.condition.predicate import NO_MEMBERS, Predicate, predicate_or_none
from upheld.core.errors import CalendarError
from upheld.core.frozen import made
from upheld.core.lifecycle.happening import Happening, is_of_event, is_of_time
from upheld.core.policy.commitment import Commitment, ParameterTarget, TargetCase
from upheld.core.policy.parameter import ParameterValue, column_key
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.time.business_day import opening_length_s, worth_s
from upheld.core.time.calendar import Calendar
from upheld.core.time.due import Due, due_at
from upheld.core.time.duration import Duration
from upheld.core.time.target import Agreed, NextRelease, Target, parse_target

FACTS_OF_EVERY_TICKET: Final = ("severity", "queue")
"""The facts that a policy need not declare."""

AT_START: Final = "at-start:"
"""Stands before a name that is read as it was when the clock started; no name has a colon."""

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
    """One case of the targets: the target, or the parameter that holds it and the names that choose the column."""

    when: Predicate | None
    target: Target | None
    parameter: str
    by: tuple[str, ...]


class Choice(NamedTuple):
    """What names alone decide of a promise.

    Attributes:
        hours, case: Which of the commitment's calendars, and which case of its targets.
        column: The column of the parameter that holds the target; ``None`` where it is no parameter.
        agreed: The instant or the date that was agreed, where that is the target.
        severity: The ticket's.
    """

    hours: int
    case: int
    column: str | None
    agreed: int | str | None
    severity: str | None


class Hours(NamedTuple):
    """One case of the calendars."""

    when: Predicate | None
    calendar: str


class Terms:
    """What one commitment promises.

    Attributes:
        commitment: The commitment.
        on_change: What a change of the names that it follows does to its clocks.
        reads: Every name that its conditions, its targets and its calendars read.
        awaited: The facts among them which must be set before its target is fixed: all but those of which a case asks
            whether they are.
        follows: Those among them that may change while a clock runs, where it matters that they do.
        remembers: Whether a start is kept whose promise does not apply yet.
        corrected: The names that it follows which some event corrects.
        told: What it reads of the starting event.
        fixed: What the conditions of its starts read as it was then, where they are looked at again.
        warns: Whether it has marks or reminders.
    """

    __slots__ = (
        "_cases",
        "_followed",
        "_hours",
        "_promises",
        "_schedule",
        "_starts",
        "_when",
        "awaited",
        "commitment",
        "corrected",
        "fixed",
        "follows",
        "on_change",
        "reads",
        "remembers",
        "told",
        "warns",
    )

    def __init__(self, policy: Policy, commitment: Commitment, schedule: Schedule) -> None:
        self.commitment = commitment
        self.on_change = commitment.on_change or "keep"
        self.reads = names = _names_read(policy, commitment)
        facts = {*policy.facts, *FACTS_OF_EVERY_TICKET}
        self.awaited = tuple(name for name in names if name in facts and name not in commitment.asks)
        began = dict.fromkeys(name for start in commitment.start for name in names_read(start.when or EVERYTHING))
        judged = dict.fromkeys((*names, *(name for name in began if name in facts)))
        changing = tuple(name for name in judged if name in facts)
        corrected = {fact for event in policy.events.values() for fact in event.corrects}
        self.corrected = frozenset(corrected.intersection(changing))
        self.remembers = bool(changing) and (self.on_change != "keep" or bool(self.corrected))
        self.follows = changing if self.remembers else ()
        self._followed = dict[tuple[int, ...], tuple[str, ...]]()
        self._starts = tuple(predicate_or_none(start.when) for start in commitment.start)
        self.told = tuple(name for name in names if is_of_event(name))
        self.fixed = tuple(name for name in began if name not in facts) if self.remembers else ()
        self.warns = bool(commitment.marks or commitment.reminders)
        self._schedule = schedule
        self._when = predicate_or_none(commitment.when)
        self._hours = tuple(Hours(predicate_or_none(each.when), each.calendar or ALWAYS) for each in commitment.hours)
        self._promises: dict[tuple[str, int, ParameterValue | None], Promise] = {}
        self._cases = tuple(self._case(case) for case in commitment.within)
        for hours in self._hours if len(self._hours) == 1 else ():
            for number, each in enumerate(self._cases):
                if each.target is not None:
                    self._promise(hours.calendar, number, each.target)

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

    def followed(self, starts: tuple[int, ...]) -> tuple[str, ...]:
        """What a clock follows that these starts began; where one of them has no condition, none is asked."""
        known = self._followed.get(starts)
        if known is None:
            asked = [self.commitment.start[number].when for number in starts]
            read = {name for each in asked if each is not None and None not in asked for name in names_read(each)}
            known = tuple(name for name in self.follows if name in self.reads or name in read)
            self._followed[starts] = known
        return known

    def begun_by(self, starts: tuple[int, ...], lookup: Lookup) -> int | None:
        """The first of a clock's starts whose condition holds; ``None`` where none does."""
        fixed = self.fixed
        for number in starts:
            holds = self._starts[number]
            if holds is None or holds(lambda name: lookup(AT_START + name if name in fixed else name)):
                return number
        return None

    def judged(self, from_s: int, customer: str, lookup: Lookup) -> Aim | None:
        """What a clock is promised that counts from ``from_s``; ``None`` where nothing is, for such a ticket.

        Raises: CalendarError where that lies outside the years that a calendar covers.
        """
        return self.aim(from_s, customer, lookup) if self._when is None or self._when(lookup) else None

    def aim(self, start_s: int, customer: str, lookup: Lookup) -> Aim | None:
        """What a clock started at ``start_s`` is promised; ``None`` where no case holds, or a table has no value.

        Raises: CalendarError where that lies outside the years that a calendar covers.
        """
        choice = self._choice(lookup)
        return None if choice is None else self.aimed(choice, start_s, customer)

    def choice(self, lookup: Lookup) -> Choice | None:
        """What names decide of such a promise; ``None`` where nothing is promised."""
        return self._choice(lookup) if self._when is None or self._when(lookup) else None

    def _choice(self, lookup: Lookup) -> Choice | None:
        for place, hours in enumerate(self._hours):
            if hours.when is None or hours.when(lookup):
                for number, case in enumerate(self._cases):
                    if case.when is None or case.when(lookup):
                        return _chosen(place, number, case, lookup)
                return None
        return None

    def calendar(self, aim: Aim | None, customer: str = "") -> Calendar:
        """On whose opening time a customer's clock counts; while that is not known, the one of the last case."""
        if aim is not None:
            return self._schedule.calendars[aim.calendar]
        return self._schedule.calendars[self._schedule.calendar_for(self._hours[-1].calendar, customer)]

    def next_mark(self, from_s: int, aim: Aim, given: frozenset[int], reminded: int) -> tuple[int, int] | None:
        """The mark that comes next, and when it would be reached without a pause; ``None`` where none is left.

        A share is one of the opening time from start to due, rounded up to a whole second. A breach lies a second after
        the due instant, at which it could still be stopped in time; reminders count from there.
        """
        if aim.due_s is None or not self.warns:
            return None
        calendar, marks = self.calendar(aim), self.commitment.marks
        allowed_s = calendar.between_s(from_s, aim.due_s) if aim.target_s is None else aim.target_s
        found: list[tuple[int, int]] = []
        for number, after_s in self.lengths_to_marks(calendar, allowed_s, aim.case):
            if number not in given:
                found.append((aim.due_s + 1 if after_s is None else calendar.add_s(from_s, after_s), number))
        reminders = self.commitment.reminders
        if reminders is not None and (reminders.at_most is None or reminded < reminders.at_most):
            late_s = (reminded + 1) * opening_length_s(calendar, reminders.every)
            found.append((calendar.add_s(max(aim.due_s, from_s), late_s), len(marks) + reminded))
        reached_s, number = min(found, default=(0, -1))
        return (number, reached_s) if number >= 0 else None

    def lengths_to_marks(self, calendar: Calendar, allowed_s: int, case: int) -> Iterator[tuple[int, int | None]]:
        """The opening time from start to each mark of a promise of so much, by a case; ``None`` for the breach."""
        for number, mark in enumerate(self.commitment.marks):
            if not mark.is_of(case):
                continue
            if mark.kind == "used":
                yield number, -(-allowed_s * mark.share.numerator // mark.share.denominator)
            elif mark.length is not None and (left_s := opening_length_s(calendar, mark.length)) < allowed_s:
                yield number, allowed_s - left_s
            elif mark.kind == "breached":
                yield number, None

    def due(self, aim: Aim, start_s: int) -> Due:
        """How the unpaused due instant of a clock came about, for explaining it."""
        target = self.commitment.within[aim.case].target
        if target is None or isinstance(target, ParameterTarget):
            target = parse_target(aim.text)
        if isinstance(target, Agreed):
            return Due(target, start_s, aim.due_s, self.calendar(aim))
        return self._found(aim.calendar, target, start_s, aim.calendar.partition("@")[2])

    def with_release(self, aim: Aim, start_s: int) -> Aim:
        """The same promise, once a release is known that was not when it was made."""
        if aim.text != NEXT_RELEASE:
            return aim
        return aim._replace(due_s=self._found(aim.calendar, NextRelease(), start_s, "").due_s)

    def aimed(self, choice: Choice, start_s: int, customer: str) -> Aim | None:
        """What a clock is promised of which names have decided so much; ``None`` where a table has no value.

        Raises: CalendarError where that lies outside the years that a calendar covers.
        """
        place, number, column, agreed, severity = choice
        calendar, case, row = (
            self._schedule.calendar_for(self._hours[place].calendar, customer),
            self._cases[number],
            None,
        )
        if column is None:
            promise = self._promise(calendar, number, case.target)
        else:
            found = self._schedule.parameter(case.parameter, column, start_s, customer)
            if found is None:
                return None
            row = found.row
            promise = self._promise(calendar, number, None, found.value)
        due_s = self._due_s(calendar, promise, start_s, customer, agreed)
        what = (due_s, promise.moves, promise.seconds, promise.text, number, severity, row, column, calendar, place)
        return made(Aim, what)

    def _due_s(
        self, calendar: str, promise: Promise, start_s: int, customer: str, agreed: int | str | None
    ) -> int | None:
        time = self._schedule.calendars[calendar]
        if promise.seconds is not None:
            return time.add_s(start_s, promise.seconds)
        if promise.dates:
            return time.business_day_after(time.day_at(start_s), promise.dates).closes_s
        return self._found(calendar, promise.target, start_s, customer, agreed).due_s

    def _found(
        self, calendar: str, target: Target, start_s: int, customer: str, agreed: int | str | None = None
    ) -> Due:
        return due_at(
            target,
            self._schedule.calendars[calendar],
            start_s,
            business_day=self.commitment.business_day,
            releases=self._schedule.releases,
            recurrences=self._schedule.recurrences_for(customer),
            agreed=agreed,
        )

    def _case(self, case: TargetCase) -> Case:
        target, when = case.target, predicate_or_none(case.when)
        if isinstance(target, ParameterTarget):
            return Case(when, None, target.parameter, self._schedule.column_names(target.parameter, target.by))
        assert target is not None, "a target that cannot be read was refused by the checker"
        return Case(when, target, "", ())

    def _promise(
        self, calendar: str, number: int, target: Target | None, value: ParameterValue | None = None
    ) -> Promise:
        """The promise that a case's target, or its parameter's value, makes on a calendar; kept, since there are few.

        They are kept by the case: a target's hash costs more than all the rest of a clock's start.
        """
        known = self._promises.get((calendar, number, value))
        if known is not None:
            return known
        try:
            target = target or parse_target(str(value))
        except ValueError as error:
            raise CalendarError(f"`{self.commitment.id}` cannot be counted: {error}") from None
        promise = promise_of(target, self._schedule.calendars[calendar], self.commitment.business_day)
        self._promises[calendar, number, value] = promise
        return promise


def _chosen(place: int, number: int, case: Case, lookup: Lookup) -> Choice | None:
    """The case that holds, with what it reads; ``None`` where that is not there."""
    target, column, agreed = case.target, None, None
    if target is None:
        column = column_key(case.by, lookup)
        if column is None:
            return None
    elif isinstance(target, Agreed):
        held = lookup(target.name)
        agreed = held if isinstance(held, int | str) else None
        if agreed is None:
            return None
    severity = lookup("severity")
    return Choice(place, number, column, agreed, None if severity is None else str(severity))


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


def names_at_start(clock: Clock, happening: Happening, from_s: int) -> Lookup:
    """What names hold for a clock: those of time as where it counts from, those of its starting event as they were."""
    told = dict(clock.held)

    def lookup(name: str) -> Held:
        if is_of_time(name):
            return happening.time_names(name, from_s)
        return told.get(name) if name.startswith(AT_START) or is_of_event(name) else happening.names(name)

    return lookup


def _names_read(policy: Policy, commitment: Commitment) -> tuple[str, ...]:
    """Every name that the condition, the targets and the calendars of a commitment read."""
    names = dict.fromkeys(name for each in commitment.conditions for name in names_read(each))
    for case in commitment.within:
        if isinstance(case.target, ParameterTarget):
            names |= dict.fromkeys(policy.parameters[case.target.parameter].names_with(case.target.by))
        elif isinstance(case.target, Agreed):
            names |= {case.target.name: None}
    return tuple(names)
