"""Paths: which states lead to which, by events and by timers.

Conditions are left aside: a move that some ticket may make counts. So what cannot
be reached here cannot be reached at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from upheld.core.lifecycle import Transition
from upheld.core.policy import Policy


@dataclass(frozen=True, slots=True)
class Step:
    """A move from one state to another.

    Attributes:
        origin: The state it leaves; ``None`` when it opens the ticket.
        target: The state it enters.
        by: The transition or timer that causes it.
        events: The events that do; none for a timer.
    """

    origin: str | None
    target: str
    by: str
    events: tuple[str, ...] = ()


class Paths:
    """The moves of one policy as a graph. States that nobody declared are left out."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.steps = tuple(step for step in _steps(policy) if self._known(step))
        self._onward: dict[str | None, list[Step]] = {}
        for step in self.steps:
            self._onward.setdefault(step.origin, []).append(step)

    def _known(self, step: Step) -> bool:
        states = self.policy.states
        return step.target in states and (step.origin is None or step.origin in states)

    def onward(self, state: str | None) -> list[Step]:
        """The moves out of a state, or those that open a ticket."""
        return self._onward.get(state, [])

    def reach(self, states: Iterable[str | None], avoid: Callable[[Step], bool] | None = None) -> dict[str, Step]:
        """Every state that can be entered from these, with the step that first does; ``avoid`` rules steps out."""
        found: dict[str, Step] = {}
        waiting: deque[str | None] = deque(states)
        while waiting:
            for step in self.onward(waiting.popleft()):
                if step.target not in found and not (avoid and avoid(step)):
                    found[step.target] = step
                    waiting.append(step.target)
        return found

    @cached_property
    def reachable(self) -> dict[str, Step]:
        """Every state that some ticket may enter."""
        return self.reach([None])

    def route(self, found: dict[str, Step], state: str) -> list[Step]:
        """How ``reach`` came to a state, step by step from the opening."""
        steps: list[Step] = []
        at: str | None = state
        while at is not None and at in found and found[at] not in steps:
            steps.append(found[at])
            at = found[at].origin
        return steps[::-1]

    @cached_property
    def moving_events(self) -> frozenset[str]:
        """The events that have a transition anywhere; all others are accepted in every state that is not final."""
        return frozenset(event for transition in self.policy.transitions for event in transition.on)

    def accepting(self, event: str) -> frozenset[str | None]:
        """The states in which an event may be accepted; ``None`` where it may open a ticket."""
        if event not in self.moving_events:
            return frozenset(name for name, state in self.policy.states.items() if not state.final)
        return frozenset(origin for each in self._on(event) for origin in ([None] if each.opens else each.origins))

    def _on(self, event: str) -> Iterator[Transition]:
        return (each for each in self.policy.transitions if event in each.on)

    def after(self, event: str) -> frozenset[str]:
        """The states in which a ticket may be once an event was accepted."""
        if event not in self.moving_events:
            return frozenset(name for name in self.accepting(event) if name is not None)
        stays = (origin for each in self._on(event) if each.target is None for origin in each.origins)
        targets = (each.target for each in self._on(event) if each.target is not None)
        return frozenset((*stays, *targets)) & frozenset(self.policy.states)

    def again(self, event: str) -> bool:
        """Whether an event may be accepted twice on one ticket."""
        after = self.after(event)
        accepting = {state for state in self.accepting(event) if state is not None}
        return bool(accepting & (after | set(self.reach(after))))

    def entered_again(self, states: Collection[str]) -> bool:
        """Whether a ticket may enter one of these states twice."""
        return any(state in self.reach([state]) for state in states)


def _steps(policy: Policy) -> Iterator[Step]:
    for transition in policy.transitions:
        if transition.target is not None:
            for origin in [None] if transition.opens else transition.origins:
                if origin != transition.target:
                    yield Step(origin, transition.target, transition.id, transition.on)
    for timer in policy.timers:
        if timer.target is not None:
            for state in timer.states:
                if state != timer.target:
                    yield Step(state, timer.target, timer.id)
