"""The clock plan: what an event and a move may do to clocks, worked out once for each kind of step.

Most steps of a ticket touch few of its commitments. So for each combination of
event and move, the triggers that it can pull are looked up once; what is left for
every step is to ask their conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Literal, NamedTuple, TypeVar

from upheld.core.clocks.clock import Ended
from upheld.core.clocks.terms import Terms
from upheld.core.condition.condition import Lookup
from upheld.core.condition.predicate import Predicate, predicate_or_none
from upheld.core.policy.commitment import Excuse, Trigger
from upheld.core.policy.event_type import Addition, Reference
from upheld.core.policy.lifecycle import CLOSED, ENDED, is_reopening
from upheld.core.policy.policy import Policy


class Ending(NamedTuple):
    """Something that may end the clocks of a commitment: a cancel, a stop, or the closing of the ticket.

    Attributes:
        how: What it does.
        when: Its condition; ``None`` for always.
        trigger: Which of the commitment's cancels or stops it is; ``None`` for closing.
        at: The name of the date that counts instead of the step's instant, or ``""``.
        ends_rhythm: Whether it says that no cycle follows any more.
    """

    how: Ended
    when: Predicate | None
    trigger: int | None
    at: str
    ends_rhythm: bool = False


class Pull(NamedTuple):
    """A trigger that may be pulled: ``of`` which commitment for a start, of which track for a pause.

    Attributes:
        at: The name of the date that counts instead of the step's instant, or ``""``.
    """

    of: int
    when: Predicate | None
    trigger: int | None
    at: str = ""


class ExcusePlan(NamedTuple):
    """An excuse that may be declared; ``number`` is its index in the policy."""

    number: int
    when: Predicate | None
    excuse: Excuse


class Correction(NamedTuple):
    """A commitment that follows what an event may correct.

    Attributes:
        commitment: Its index in the policy.
        facts: Those that it may correct.
        fields: The fields of the event that tell it, of which one has to be given; none where it tells it anyway.
    """

    commitment: int
    facts: frozenset[str]
    fields: tuple[str, ...]


ActsOn = Literal["none", "pending", "live", "all"]


class StepPlan(NamedTuple):
    """What one kind of step may do to clocks.

    Attributes:
        endings: By commitment, in the order in which they are tried: cancels, stops, closing.
        entered: Of these, what the state entered ends, closing included: it ends a clock that begins by the same step,
            too, where an event that is both its start and its stop ends only the clocks before.
        may_return: Whether a reopening may resume what ends here: it moves into resolved or closed.
        reopens: Whether it is a reopening.
        fixes: The commitments whose targets may become known by it, since it may set what they wait for.
        changes: The commitments whose clocks may be judged again, since it may change what they follow.
        corrects: Those of which all clocks are judged again from their start, each with the names whose being set by
            the event says so.
        continues, pauses: Tracks that it may end, and begin.
        starts: By commitment, in the order in which they are tried.
        excuses: Excuses.
        acts_on: Which clocks it may do something to: none; those whose targets are not known yet; those that are not
            over; or it may do more than that, such as begin one.
        reads: Whether it looks up a name.
        repeats: What it did so far, by the shape of the clocks; ``None`` where that does not say it.
    """

    endings: dict[int, tuple[Ending, ...]]
    entered: dict[int, tuple[Ending, ...]]
    may_return: bool
    reopens: bool
    fixes: tuple[int, ...]
    changes: tuple[int, ...]
    corrects: tuple[Correction, ...]
    continues: tuple[Pull, ...]
    pauses: tuple[Pull, ...]
    starts: dict[int, tuple[Pull, ...]]
    excuses: tuple[ExcusePlan, ...]
    acts_on: ActsOn = "all"
    reads: bool = True
    repeats: dict[object, Any] | None = None

    def weighed(self, rhythms: Sequence[str | None]) -> StepPlan:
        """The same with what follows from it: on which clocks it acts, and whether it reads names.

        Args:
            rhythms: By commitment: a stop may begin the next cycle.
        """
        does_more = any((self.reopens, self.corrects, self.continues, self.pauses, self.starts, self.excuses))
        on_live = bool(self.endings or self.changes)
        acts_on: ActsOn = "all" if does_more else "live" if on_live else "pending" if self.fixes else "none"
        pulled: list[Pull | Ending] = [*self.continues, *self.pauses]
        pulled += chain(*self.endings.values(), *self.entered.values())
        asks = any(each.when is not None or each.at for each in pulled)
        judges = any((self.reopens, self.fixes, self.changes, self.corrects, self.starts, self.excuses))
        judges |= any(rhythms[index] is not None for index in self.endings)
        return self._replace(acts_on=acts_on, reads=asks or judges)

    def ends_rhythm(self, index: int, names: Lookup, *, by_entering: bool = False) -> bool:
        """Whether it says that no cycle of a rhythm follows any more; or whether the state that it enters does."""
        endings = (self.entered if by_entering else self.endings).get(index, ())
        return any(each.ends_rhythm and (each.when is None or each.when(names)) for each in endings)

    def is_plain(self, rhythms: Sequence[str | None]) -> bool:
        """Whether it does the same to all clocks of one shape, once its conditions are asked, but for instants."""
        if self.reopens or self.corrects or self.excuses or any(rhythms):
            return False
        pulled: list[Pull | Ending] = [*self.continues, *self.pauses]
        pulled += chain(*self.endings.values(), *self.entered.values(), *self.starts.values())
        return not any(each.at for each in pulled)


class TrackOf(NamedTuple):
    """The track of a pause: its commitment, and which of the commitment's pauses it is."""

    commitment: int
    pause: int


Conditional = TypeVar("Conditional", Ending, Pull, ExcusePlan)

Ready = list[tuple[Trigger, Pull]]
"""Triggers in the policy's order, each ready to be pulled."""


class ClockPlan:
    """The triggers of one policy's commitments and excuses.

    Attributes:
        tracks: Every pause of every commitment.
        tracks_of: By commitment, the indices of its tracks.
        on_reopen, cycles, rhythms: By commitment, what it says of reopenings and second starts, and what begins its
            next cycle by itself.
    """

    def __init__(self, policy: Policy, terms: Sequence[Terms]) -> None:
        self._policy = policy
        self._terms = terms
        commitments = [*enumerate(policy.commitments)]
        self.tracks = tuple(TrackOf(i, number) for i, each in commitments for number in range(len(each.pause)))
        self.tracks_of = tuple(
            tuple(number for number, track in enumerate(self.tracks) if track.commitment == i) for i, _ in commitments
        )
        self.on_reopen = tuple(each.on_reopen for each in policy.commitments)
        self.cycles = tuple(each.cycles for each in policy.commitments)
        pauses = [policy.commitments[track.commitment].pause[track.pause] for track in self.tracks]
        self._states = [pause.states for pause in pauses]
        self._begins = _ready((number, pause.begins) for number, pause in enumerate(pauses))
        self._continues = _ready((number, pause.ends) for number, pause in enumerate(pauses))
        self._starts = _ready((i, each.start) for i, each in commitments)
        self._stops = _ready((i, each.stop) for i, each in commitments)
        self._cancels = _ready((i, each.cancel) for i, each in commitments)
        voids = _ready((i, each.voids) for i, each in commitments)
        cancels = [len(each.cancel) for each in policy.commitments]
        self._untils = [each for each in voids if (each[1].trigger or 0) >= cancels[each[1].of]]
        self.rhythms = tuple(each.rhythm.every if each.rhythm is not None else None for each in policy.commitments)
        self._excuses = [
            ExcusePlan(number, predicate_or_none(each.when), each) for number, each in enumerate(policy.excuses)
        ]
        self._steps: dict[tuple[str | None, str | None, str], StepPlan] = {}

    def step(self, event: str | None, origin: str | None, state: str) -> StepPlan:
        """What a step of this kind may do."""
        key = (event, origin, state)
        plan = self._steps.get(key)
        if plan is None:
            plan = self._steps[key] = self._plan(event, origin, state)
        return plan

    def settled(self, step: StepPlan, lookup: Lookup) -> StepPlan:
        """The same step with its conditions asked: what does not hold is left out, and what holds asks no more.

        Where a start is kept whose promise may come to apply, its conditions are asked again then: all of them stay.
        """

        def settled(pulled: tuple[Conditional, ...], all_stay: bool = False) -> tuple[Conditional, ...]:
            asked = [(each, each.when is None or each.when(lookup)) for each in pulled]
            return tuple(each._replace(when=None if holds else _never) for each, holds in asked if holds or all_stay)

        endings, entered = (
            {index: kept for index, each in found.items() if (kept := settled(each))}
            for found in (step.endings, step.entered)
        )
        starts = {index: settled(each, self._terms[index].remembers) for index, each in step.starts.items()}
        left = step._replace(
            endings=endings,
            entered=entered,
            continues=settled(step.continues),
            pauses=settled(step.pauses),
            starts={index: pulls for index, pulls in starts.items() if pulls},
            excuses=settled(step.excuses),
        )
        return left.weighed(self.rhythms)._replace(repeats={} if left.is_plain(self.rhythms) else None)

    def _plan(self, event: str | None, origin: str | None, state: str) -> StepPlan:
        def pulled(ready: Ready) -> tuple[Pull, ...]:
            return tuple(pull for trigger, pull in ready if pulls(trigger, event, origin, state))

        cores = {name: each.core for name, each in self._policy.states.items()}
        before, after = cores.get(origin or ""), cores.get(state, "")
        moved = origin != state
        closes = moved and after in CLOSED
        endings = self._endings(event, origin, state, closes=closes)
        entered = self._endings(None, None, state, closes=closes) if moved else {}
        may_return = moved and after in ENDED
        reopens = before is not None and is_reopening(before, after)
        continues = (*pulled(self._continues), *self._entered(state, origin))
        pauses = (*pulled(self._begins), *self._entered(origin, state))
        starts: dict[int, tuple[Pull, ...]] = {}
        for pull in pulled(self._starts):
            starts[pull.of] = (*starts.get(pull.of, ()), pull)
        fixes, changes = self._fixes(event), self._changes(event)
        corrects = tuple(self._corrects(event))
        excuses = tuple(each for each in self._excuses if event in each.excuse.on)
        does = (reopens, fixes, changes, corrects, continues, pauses, starts, excuses)
        return StepPlan(endings, entered, may_return, *does).weighed(self.rhythms)

    def _endings(
        self, event: str | None, origin: str | None, state: str, *, closes: bool
    ) -> dict[int, tuple[Ending, ...]]:
        """Explicit cancel, stop, end of a rhythm, cancel by closing; duties go on when a ticket is closed."""
        found: dict[int, list[Ending]] = {}
        ways: tuple[tuple[Ended, Ready], ...] = (
            ("cancelled", self._cancels),
            ("stopped", self._stops),
            ("cancelled", self._untils),
        )
        for how, ready in ways:
            for trigger, pull in ready:
                if pulls(trigger, event, origin, state):
                    ends_rhythm = ready is self._untils
                    found.setdefault(pull.of, []).append(Ending(how, pull.when, pull.trigger, pull.at, ends_rhythm))
        if closes:
            for index, commitment in enumerate(self._policy.commitments):
                if not commitment.duty:
                    found.setdefault(index, []).append(Ending("cancelled", None, None, ""))
        return {index: tuple(endings) for index, endings in found.items()}

    def _entered(self, before: str | None, after: str | None) -> Iterator[Pull]:
        """The tracks by state in which a ticket is ``after`` and was not ``before``."""
        return (
            Pull(number, None, None)
            for number, states in enumerate(self._states)
            if after in states and before not in states
        )

    def _fixes(self, event: str | None) -> tuple[int, ...]:
        """The commitments that wait for what a step may set."""
        return tuple(index for index, terms in enumerate(self._terms) if self._may_set(event, terms.awaited))

    def _changes(self, event: str | None) -> tuple[int, ...]:
        """The commitments that follow what a step may change."""
        return tuple(
            index
            for index, terms in enumerate(self._terms)
            if terms.on_change != "keep" and self._may_set(event, terms.follows)
        )

    def _may_set(self, event: str | None, facts: Sequence[str]) -> bool:
        """Whether a step may set one of these facts; a timer, or a state observed, may set any."""
        known = self._policy.events.get(event or "")
        return bool(facts) and (known is None or any(setting.fact in facts for setting in known.sets))

    def _corrects(self, event: str | None) -> Iterator[Correction]:
        known = self._policy.events.get(event or "")
        corrected = set(known.corrects) if known is not None else set[str]()
        for index, terms in enumerate(self._terms):
            facts = corrected.intersection(terms.corrected)
            if facts and known is not None:
                values = [case.value for each in known.sets if each.fact in facts for case in each.cases]
                fields = [value.name for value in values if isinstance(value, Reference | Addition)]
                yield Correction(index, frozenset(facts), tuple(fields) if len(fields) == len(values) else ())


def _ready(indexed: Iterable[tuple[int, Iterable[Trigger]]]) -> Ready:
    return [
        (trigger, Pull(index, predicate_or_none(trigger.when), number, trigger.at.name if trigger.at else ""))
        for index, triggers in indexed
        for number, trigger in enumerate(triggers)
    ]


def pulls(trigger: Trigger, event: str | None, origin: str | None, state: str) -> bool:
    """Whether a step is what a trigger names; ``to: stay`` neither leaves nor enters."""
    if trigger.on:
        return event in trigger.on
    if origin == state:
        return False
    return state in trigger.enters if trigger.enters else origin in trigger.leaves


def _never(lookup: Lookup) -> bool:
    """The condition of what does not hold."""
    return False
