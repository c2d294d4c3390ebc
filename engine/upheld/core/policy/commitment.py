"""Commitments: promised times, and what is said over many of them.

A *commitment* is a promise in a policy; a *clock* is one run of it on a ticket.
A *duty* is a commitment whose stop is an action owed to the customer, so that
closing the ticket does not end it. An *objective* is a promise over all clocks
of a commitment; without a share it is an *indicator*, reported and never broken.

Source: DESIGN sections 2 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from upheld.core.condition.condition import ALWAYS, All, Any, Condition, names_asked
from upheld.core.policy.event_type import Effect, Reference, Setting
from upheld.core.policy.money import PeriodUnit
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.time.duration import Duration
from upheld.core.time.target import Target

Cycles = Literal["one", "ignore-while-running", "many"]
BusinessDay = Literal["opening-time", "dates", "same-time"]
OnChange = Literal["keep", "retarget", "restart"]
OnReopen = Literal["resume", "new-cycle", "ignore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Grounds):
    """An event, or a move: exactly one of ``on``, ``enters`` and ``leaves`` is given.

    Attributes:
        on: Any of these events.
        enters: A move into one of these states from outside it.
        leaves: A move out of one of these states.
        at: The name of the date or instant that counts instead of the event's own.
    """

    on: tuple[str, ...] = ()
    enters: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    when: Condition | None = None
    at: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Grounds):
    """When a clock stands still: while in ``states``, or between two triggers."""

    states: tuple[str, ...] = ()
    begins: tuple[Trigger, ...] = ()
    ends: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterTarget:
    """A target that a parameter holds; ``by`` names the column's name, or ``""`` for the parameter's own."""

    parameter: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCase(Grounds):
    """Under ``when``, the time allowed is ``target`` (``None`` where the document's could not be read)."""

    target: Target | ParameterTarget | None
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCase(Grounds):
    """Under ``when``, what counts is the opening time of ``calendar``: an id, ``always``, or ``""`` for none given."""

    calendar: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One cycle after another: each ``stop`` begins the next, or each ``due`` instant, until one of these triggers."""

    every: Literal["stop", "due"]
    until: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """When an effect warns of a clock, once each.

    Attributes:
        kind: At a ``share`` of the time used, at a ``length`` of time left, at the breach, or after a length of time
            more since it was due.
        times: For the last, how many such lengths.
        cases: Of the time allowed, those in which it warns; ``None`` for all.
    """

    kind: Literal["used", "left", "breached", "late"]
    share: Fraction = Fraction()
    length: Duration | None = None
    times: int = 0
    cases: tuple[int, ...] | None = None

    def is_of(self, case: int) -> bool:
        """Whether it warns of a clock to which this case of the time allowed applies."""
        return self.cases is None or case in self.cases


@dataclass(frozen=True, slots=True)
class Reminders:
    """Effects ``every`` so much time after a clock was due, while it is not stopped; ``at_most`` so many, or no end."""

    every: Duration
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Item):
    """A promised time.

    Attributes:
        start, stop, cancel: Any of these triggers.
        pause: The tracks that pause it.
        within: The time allowed; the first case that holds counts.
        hours: The opening time it counts in; the first case that holds counts.
        business_day: What ``bd`` means.
        cycles, on_change, on_reopen: ``None`` where the policy does not say, since it cannot matter.
        rhythm: Where one cycle follows another; then ``cycles`` says nothing.
        promised: Whether anybody promised it; else it is measured for an indicator.
        marks: When an effect warns of a clock: its shares, its times left, and its breach, in the policy's order.
        reminders: Effects after the breach.
    """

    start: tuple[Trigger, ...]
    stop: tuple[Trigger, ...]
    within: tuple[TargetCase, ...]
    cancel: tuple[Trigger, ...] = ()
    pause: tuple[Pause, ...] = ()
    hours: tuple[CalendarCase, ...] = ()
    when: Condition | None = None
    business_day: BusinessDay | None = None
    cycles: Cycles | None = None
    on_change: OnChange | None = None
    on_reopen: OnReopen | None = None
    duty: bool = False
    promised: bool = True
    rhythm: Rhythm | None = None
    marks: tuple[Mark, ...] = ()
    reminders: Reminders | None = None

    @property
    def calendars(self) -> tuple[str, ...]:
        """The calendars that it may count on, each once; none where none was given."""
        return tuple(dict.fromkeys(case.calendar for case in self.hours if case.calendar))

    @property
    def voids(self) -> tuple[Trigger, ...]:
        """What cancels a clock: the triggers that make it void, and those that end its rhythm."""
        return (*self.cancel, *(self.rhythm.until if self.rhythm is not None else ()))

    @property
    def warned(self) -> tuple[Duration, ...]:
        """How long before and after due it is warned of."""
        before = tuple(each.length for each in self.marks if each.length is not None)
        return before if self.reminders is None else (*before, self.reminders.every)

    def mark(self, number: int) -> Mark:
        """One of its marks, counted from 0; those after the last are reminders."""
        if number < len(self.marks):
            return self.marks[number]
        assert self.reminders is not None, "a number beyond the marks is that of a reminder"
        return Mark("late", length=self.reminders.every, times=number - len(self.marks) + 1)

    @property
    def starting_events(self) -> tuple[str, ...]:
        """The events that may start a clock."""
        return tuple(event for trigger in self.start for event in trigger.on)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What decides what a clock is promised: its own condition, and those of its targets and calendars."""
        found = (self.when, *(each.when for each in self.within), *(each.when for each in self.hours))
        return tuple(each for each in found if each is not None)

    @property
    def asks(self) -> frozenset[str]:
        """The names of which a case asks whether they hold anything: it says what counts until they do."""
        cases = (*(each.when for each in self.within), *(each.when for each in self.hours))
        return frozenset(name for each in cases if each is not None for name in names_asked(each))

    @property
    def beginning(self) -> Condition:
        """What must hold for a clock to begin: its own condition, and that of a start."""
        return All((self.when or ALWAYS, Any(tuple(trigger.when or ALWAYS for trigger in self.start))))

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Every trigger, those of its pauses included."""
        pauses = (trigger for pause in self.pause for trigger in (*pause.begins, *pause.ends))
        return (*self.start, *self.stop, *self.voids, *pauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse(Item):
    """An event that declares a time, ``since`` to ``until``, for which the vendor does not answer."""

    on: tuple[str, ...]
    of: tuple[str, ...]
    since: Reference
    until: Reference
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective(Item):
    """A promise over all clocks of the commitments ``of``: ``share`` of them within ``within``, each ``period``.

    Attributes:
        within: ``None`` where the time is that which each clock has itself.
    """

    of: tuple[str, ...]
    within: Duration | None = None
    period: PeriodUnit = "month"
    share: Fraction | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer(Item):
    """What happens by itself, ``after`` a time in one of ``states``; after none, at once.

    Attributes:
        when: What has to hold once its time has come; else it does nothing.
        every: After how much more it happens again, each time; ``None`` for once.
        reset: Events that start the delay anew.
        target: The state it moves the ticket to, or ``None``.
        sets: The facts it changes.
        climbs: The level of escalation that it raises the ticket to, or how many levels up; ``None`` for none.
    """

    states: tuple[str, ...]
    after: Duration | None
    calendar: str
    when: Condition | None = None
    every: Duration | None = None
    business_day: BusinessDay | None = None
    reset: tuple[Trigger, ...] = ()
    target: str | None = None
    sets: tuple[Setting, ...] = ()
    climbs: str | int | None = None
    effects: tuple[Effect, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it changes the ticket, and does not only ask something of the host."""
        return self.target is not None or bool(self.sets) or self.climbs is not None
