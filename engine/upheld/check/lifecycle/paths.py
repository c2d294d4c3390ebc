"""Paths: which states lead to which, by events and by timers.

Conditions are left aside: a move that some ticket may make counts. So what cannot
be reached here cannot be reached at all.

A state that nobody declared is taken for the one that its author probably meant: its own
finding is enough, and a state that only a misspelt move leads to is not called
unreachable besides. Where that is unclear, so are the paths.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from upheld.core.nearest import nearest
from upheld.core.policy.lifecycle import Transition
from upheld.core.policy.policy import Policy


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


@dataclass(frozen=True, slots=True)
class Move:
    """A transition between states that are declared.

    Attributes:
        by: The transition.
        on: The events that cause it.
        origins: The states it leaves; ``None`` where it opens the ticket.
        targets: The state it enters; none where it stays, or where that is unclear.
    """

    by: Transition
    on: frozenset[str]
    origins: tuple[str | None, ...]
    targets: tuple[str, ...]


class Paths:
    """The moves of one policy as a graph.

    Attributes:
        unclear: Some move leaves or enters a state that nobody declared and that is like none: nothing can be said of
            what cannot be reached.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.unclear = False
        self._events: dict[str, str] = {event: event for event in policy.events}
        self._likely: dict[str, tuple[str, ...]] = {state: (state,) for state in policy.states}
        self.moves = tuple(self._move(transition) for transition in policy.transitions)
        self.steps = tuple(dict.fromkeys(self._steps()))
        self._onward: dict[str | None, list[Step]] = {}
        for step in self.steps:
            self._onward.setdefault(step.origin, []).append(step)

    def _move(self, transition: Transition) -> Move:
        on = frozenset(map(self.event, transition.on))
        targets = self._meant(transition.target) if transition.target is not None else ()
        if transition.opens:
            self.unclear = self.unclear or transition.target is None
            return Move(transition, on, (None,), targets)
        origins = [state for origin in transition.origins for state in self._meant(origin)]
        return Move(transition, on, tuple(dict.fromkeys(origins or self.policy.states)), targets)

    def event(self, name: str) -> str:
        """The event itself where it is declared, else the one that is like it, if any."""
        if name not in self._events:
            self._events[name] = nearest(name, self.policy.events) or name
        return self._events[name]

    def _meant(self, state: str) -> tuple[str, ...]:
        """The state itself where it is declared, else the one that is like it, if any."""
        if state not in self._likely:
            near = nearest(state, self.policy.states)
            self._likely[state] = (near,) if near is not None else ()
        if not self._likely[state]:
            self.unclear = True
        return self._likely[state]

    def _steps(self) -> Iterator[Step]:
        for move in self.moves:
            for origin in move.origins:
                for target in move.targets:
                    if origin != target:
                        yield Step(origin, target, move.by.id, move.by.on)
        for timer in self.policy.timers:
            origins = [state for name in timer.states for state in self._meant(name)]
            for target in self._meant(timer.target) if timer.target is not None else ():
                yield from (Step(origin, target, timer.id) for origin in origins if origin != target)

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
        return frozenset(event for move in self.moves for event in move.on)

    def opens_only(self, event: str) -> bool:
        """Whether all that an event does is to open a ticket."""
        return self.accepting(event) == {None}

    def accepting(self, event: str) -> frozenset[str | None]:
        """The states in which an event may be accepted; ``None`` where it may open a ticket."""
        event = self.event(event)
        if event not in self.moving_events:
            return frozenset(name for name, state in self.policy.states.items() if not state.final)
        return frozenset(origin for move in self._on(event) for origin in move.origins)

    def _on(self, event: str) -> Iterator[Move]:
        return (move for move in self.moves if event in move.on)

    def after(self, event: str) -> frozenset[str]:
        """The states in which a ticket may be once an event was accepted."""
        event = self.event(event)
        if event not in self.moving_events:
            return frozenset(name for name in self.accepting(event) if name is not None)
        stays = (origin for move in self._on(event) if not move.targets for origin in move.origins)
        targets = (target for move in self._on(event) for target in move.targets)
        return frozenset(state for state in (*stays, *targets) if state is not None)

    def again(self, event: str) -> bool:
        """Whether an event may be accepted twice on one ticket."""
        after = self.after(event)
        accepting = {state for state in self.accepting(event) if state is not None}
        return bool(accepting & (after | set(self.reach(after))))

    def entered_again(self, states: Collection[str]) -> bool:
        """Whether a ticket may enter one of these states twice."""
        return any(state in self.reach([state]) for state in states)
