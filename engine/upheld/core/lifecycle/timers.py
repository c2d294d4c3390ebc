"""Timers: what waits on a ticket, and what a move or an event does to it.

A timer runs from the moment the ticket comes into one of its states until it fires or
the ticket leaves that state; coming into another of its states starts it anew, and so
does a reset, also after it has fired. One without a delay fires at that very instant, and one
that repeats waits anew once it has fired. So what waits depends on moves, resets and a
calendar, and on nothing else.

Source: DESIGN section 3, step 2: "A timer depends only on entering its state, its resets and a calendar".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from upheld.core.condition.condition import Lookup
from upheld.core.condition.predicate import Predicate, predicate_or_none
from upheld.core.policy.commitment import Timer
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.record.ticket import Pending
from upheld.core.time.calendar import Calendar
from upheld.core.time.due import due_at
from upheld.core.time.duration import Duration

Run = tuple[str, int, int | None]
"""A run that is over: timer, when it was due, and when it fired or its move was observed."""


class ResetPlan(NamedTuple):
    """A timer that may start anew, and when."""

    timer: Timer
    when: Predicate | None


class MovePlan(NamedTuple):
    """What a move from one state to another does.

    Attributes:
        enters: The timers that run in the state entered; all others end.
        resets: Those that the move resets.
    """

    enters: tuple[Timer, ...]
    resets: tuple[ResetPlan, ...]


class Timers:
    """The timers of one policy."""

    def __init__(self, policy: Policy, schedule: Schedule) -> None:
        self._timers = {timer.id: timer for timer in policy.timers}
        self._schedule = schedule
        self._delays = {
            (each.id, each.calendar, again): self._delay(each, each.calendar, again=again)
            for each in policy.timers
            for again in (False, *([True] if each.every else ()))
        }
        self._moves: dict[tuple[str | None, str], MovePlan] = {}
        self._resets: dict[str, tuple[ResetPlan, ...]] = {}
        for name in policy.events if policy.timers else ():
            resets = tuple(
                ResetPlan(timer, predicate_or_none(trigger.when))
                for timer in policy.timers
                for trigger in timer.reset
                if name in trigger.on
            )
            if resets:
                self._resets[name] = resets

    def __getitem__(self, name: str) -> Timer:
        return self._timers[name]

    @property
    def resetting(self) -> frozenset[str]:
        """The events that may reset one."""
        return frozenset(self._resets)

    def resets(self, event: str, origin: str | None, state: str) -> bool:
        """Whether an event, or the move that it makes, may reset one."""
        return event in self._resets or (origin != state and bool(self._move(origin, state).resets))

    def due_s(self, timer: Timer, start_s: int, customer: str, *, again: bool = False) -> int:
        """When the delay that starts at an instant is over, on the calendar as it is for a customer.

        Args:
            again: Whether it has fired at that instant, and repeats.
        """
        calendar = self._schedule.calendar_for(timer.calendar, customer)
        delay = self._delays.get((timer.id, calendar, again)) or self._delay(timer, calendar, again=again)
        return delay(start_s)

    def _delay(self, timer: Timer, calendar: str, *, again: bool) -> Callable[[int], int]:
        delay = timer.every if again else timer.after
        assert delay is not None, f"timer `{timer.id}` has no delay; the checker rules this out"
        return _delay(delay, timer, self._schedule.calendars[calendar])

    def after(
        self,
        waiting: tuple[Pending, ...],
        event: str | None,
        origin: str | None,
        state: str,
        at_s: int,
        lookup: Lookup,
        customer: str,
        observed: list[Run] | None = None,
    ) -> tuple[Pending, ...]:
        """What waits once something happened at an instant.

        Args:
            event: What happened; ``None`` for a timer's move or an observed one.
            origin, state: The states before and after.
            lookup: What names hold after it.
            customer: Whose ticket it is.
            observed: In audit mode, where runs are told that end after they were due, or whose move was observed.
        """
        resets = self._resets.get(event, ()) if event is not None else ()
        if origin != state:
            move = self._move(origin, state)
            if waiting and observed is not None:
                self._observe(waiting, state, at_s, observed)
            waiting = tuple(Pending(self.due_s(timer, at_s, customer), timer.id) for timer in move.enters)
            resets += move.resets
        for reset in resets:
            if state in reset.timer.states and (reset.when is None or reset.when(lookup)):
                waiting = self._reset(waiting, reset.timer, at_s, customer, observed)
        return tuple(sorted(waiting)) if len(waiting) > 1 else waiting

    def _reset(
        self, waiting: tuple[Pending, ...], timer: Timer, at_s: int, customer: str, observed: list[Run] | None
    ) -> tuple[Pending, ...]:
        others = []
        for each in waiting:
            if each.timer != timer.id:
                others.append(each)
            elif observed is not None and each.due_s <= at_s:
                observed.append((timer.id, each.due_s, None))
        return (*others, Pending(self.due_s(timer, at_s, customer), timer.id))

    def _observe(self, waiting: tuple[Pending, ...], state: str, at_s: int, observed: list[Run]) -> None:
        """Tell of the runs that a tracker's move ends: the move they stand for, or one after they were due."""
        for due_s, name in waiting:
            is_its_move = self._timers[name].target == state
            if is_its_move or due_s <= at_s:
                observed.append((name, due_s, at_s if is_its_move else None))

    def _move(self, origin: str | None, state: str) -> MovePlan:
        plan = self._moves.get((origin, state))
        if plan is None:
            plan = self._moves[origin, state] = self._plan(origin, state)
        return plan

    def _plan(self, origin: str | None, state: str) -> MovePlan:
        timers = self._timers.values()
        return MovePlan(
            tuple(timer for timer in timers if state in timer.states),
            tuple(
                ResetPlan(timer, predicate_or_none(trigger.when))
                for timer in timers
                for trigger in timer.reset
                if state in trigger.enters or origin in trigger.leaves
            ),
        )


def _delay(delay: Duration, timer: Timer, calendar: Calendar) -> Callable[[int], int]:
    """From when a delay of a timer starts to when it is over; the plain forms without a detour."""
    if not delay.amount:
        return lambda start_s: start_s
    days = int(delay.amount) if delay.is_business_day and delay.amount.denominator == 1 else 0
    if days and timer.business_day == "dates":
        return lambda start_s: calendar.business_day_after(calendar.day_at(start_s), days).closes_s
    if delay.unit in ("s", "min", "h"):
        seconds = delay.seconds
        return lambda start_s: calendar.add_s(start_s, seconds)

    def over_s(start_s: int) -> int:
        due_s = due_at(delay, calendar, start_s, business_day=timer.business_day).due_s
        assert due_s is not None, "a length of time ends at some instant"
        return due_s

    return over_s
