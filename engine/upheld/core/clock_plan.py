"""The clock plan: which clocks an event and a move may touch, worked out once for each kind of step.

Most steps of a ticket touch few of its commitments. So for each combination of
event and move, the triggers that it can pull are looked up once; what is left for
every step is to ask their conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from upheld.core.commitment import Commitment, ParameterTarget, Trigger
from upheld.core.condition import Condition, names_read
from upheld.core.happening import is_of_time
from upheld.core.lifecycle import CLOSED, is_reopening
from upheld.core.policy import Policy


class Pull(NamedTuple):
    """A trigger that this kind of step pulls if its condition holds.

    Attributes:
        index: Of the commitment, or of the track for pauses.
        when: Its condition; ``None`` for always.
        at: The name of the date that counts instead of the step's instant, or ``""``.
        trigger: The trigger itself, for what is cited.
    """

    index: int
    when: Condition | None
    at: str
    trigger: Trigger


class StepPlan(NamedTuple):
    """What one kind of step may do to clocks, in the order in which it does.

    Attributes:
        cancels, stops: Commitments whose clocks it may end.
        closes: Whether it enters a closed state, which ends all but duties.
        ends: Whether it enters a state that a reopening may leave again.
        pauses_end, pauses_begin: Tracks.
        reopens: Whether it is a reopening.
        starts: Commitments.
    """

    cancels: tuple[Pull, ...]
    stops: tuple[Pull, ...]
    closes: bool
    ends: bool
    pauses_end: tuple[Pull, ...]
    pauses_begin: tuple[Pull, ...]
    reopens: bool
    starts: tuple[Pull, ...]

    @property
    def is_idle(self) -> bool:
        """Whether it can touch nothing."""
        return not (
            self.cancels
            or self.stops
            or self.closes
            or self.pauses_end
            or self.pauses_begin
            or self.starts
            or self.reopens
        )


class Track(NamedTuple):
    """A pause of one commitment: its index, and which of the commitment's pauses it is."""

    commitment: int
    pause: int


class ClockPlan:
    """The commitments of one policy, ready for the clocks.

    Attributes:
        commitments: In the policy's order; clocks know them by index.
        tracks: Every pause of every commitment.
        needed: By commitment, the names that must be set before its target is fixed.
        kept: By commitment, the names of the starting event that its target reads.
        follows_severity: By commitment, whether a change of severity gives it a new target.
    """

    def __init__(self, policy: Policy) -> None:
        self.commitments = policy.commitments
        self._policy = policy
        self.tracks = tuple(
            Track(index, number) for index, each in enumerate(policy.commitments) for number in range(len(each.pause))
        )
        reads = [_reads(policy, each) for each in policy.commitments]
        self.needed = tuple(tuple(n for n in names if not is_of_time(n) and n not in _SETS) for names in reads)
        self.kept = tuple(tuple(n for n in names if n.partition(".")[0] in _OF_THE_EVENT) for names in reads)
        self.follows_severity = tuple(each.on_severity_change == "retarget" for each in policy.commitments)
        self._steps: dict[tuple[str | None, str | None, str], StepPlan] = {}

    def step(self, event: str | None, origin: str | None, state: str) -> StepPlan:
        """What a step of this kind may do."""
        key = (event, origin, state)
        plan = self._steps.get(key)
        if plan is None:
            plan = self._steps[key] = self._plan(event, origin, state)
        return plan

    def _plan(self, event: str | None, origin: str | None, state: str) -> StepPlan:
        def pulled(triggers: Iterable[Trigger]) -> Iterator[Trigger]:
            return (each for each in triggers if _pulls(each, event, origin, state))

        def pulls(indexed: Iterable[tuple[int, Iterable[Trigger]]]) -> tuple[Pull, ...]:
            return tuple(
                Pull(index, each.when, each.at.name if each.at else "", each)
                for index, triggers in indexed
                for each in pulled(triggers)
            )

        every = list(enumerate(self.commitments))
        cores = {name: each.core for name, each in self._policy.states.items()}
        before, after = cores.get(origin or ""), cores.get(state, "")
        moved = origin != state
        return StepPlan(
            cancels=pulls((index, each.cancel) for index, each in every),
            stops=pulls((index, each.stop) for index, each in every),
            closes=moved and after in CLOSED,
            ends=moved and after in ("resolved", *CLOSED),
            pauses_end=(*pulls(self._until()), *self._left(origin, state)),
            pauses_begin=(*pulls(self._from()), *self._entered(origin, state)),
            reopens=before is not None and is_reopening(before, after),
            starts=pulls((index, each.start) for index, each in every),
        )

    def _until(self) -> Iterator[tuple[int, Iterable[Trigger]]]:
        return ((n, self.commitments[track.commitment].pause[track.pause].ends) for n, track in enumerate(self.tracks))

    def _from(self) -> Iterator[tuple[int, Iterable[Trigger]]]:
        return (
            (n, self.commitments[track.commitment].pause[track.pause].begins) for n, track in enumerate(self.tracks)
        )

    def _by_state(self, before: str | None, after: str | None) -> tuple[Pull, ...]:
        """Tracks by state in which a ticket is ``after`` and was not ``before``."""
        found = []
        for number, track in enumerate(self.tracks):
            pause = self.commitments[track.commitment].pause[track.pause]
            if after in pause.states and before not in pause.states:
                trigger = Trigger(path=pause.path, place=pause.place, clauses=pause.clauses, assumes=pause.assumes)
                found.append(Pull(number, None, "", trigger))
        return tuple(found)

    def _entered(self, origin: str | None, state: str) -> tuple[Pull, ...]:
        return self._by_state(origin, state)

    def _left(self, origin: str | None, state: str) -> tuple[Pull, ...]:
        return self._by_state(state, origin)


_OF_THE_EVENT = ("event", "before", "actor", "actor-id", "record")
"""The first parts of names that only the starting event can tell."""

_SETS = ("flagged",)
"""Names that hold a set, which is never unset but only empty."""


def _pulls(trigger: Trigger, event: str | None, origin: str | None, state: str) -> bool:
    if trigger.on:
        return event in trigger.on
    if origin == state:
        return False
    return state in trigger.enters if trigger.enters else origin in trigger.leaves


def _reads(policy: Policy, commitment: Commitment) -> tuple[str, ...]:
    """Every name that the condition and the targets of a commitment read."""
    names: dict[str, None] = dict.fromkeys(names_read(commitment.when) if commitment.when else ())
    for case in commitment.within:
        names |= dict.fromkeys(names_read(case.when) if case.when else ())
        if isinstance(case.target, ParameterTarget):
            by = case.target.by or policy.parameters[case.target.parameter].by
            names |= {by: None} if by else {}
    return tuple(names)
