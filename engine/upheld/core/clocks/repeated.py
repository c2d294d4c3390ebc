"""Repeated steps: what a step did to the clocks of one ticket, done to those of another that stand alike.

Most steps end clocks, begin others, or pause them, and which they are follows from what clocks there are and which
pauses last, once the conditions of the step are asked. So it is found once, by a `ClockStep`, and noted without
instants. What judges again or reopens, and what carries dates of its own, is taken step by step each time; so is what a
clock is promised that begins.

Source: DESIGN section 11, "the engine fills tables, lazily".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from upheld.core.clocks.clock import Clock, End, Ended
from upheld.core.clocks.judging import begun_clock
from upheld.core.clocks.plan import StepPlan
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import NO_MARK, ChangeKind, ClockChange, ClockState
from upheld.core.frozen import made
from upheld.core.lifecycle.happening import Happening

Shape = tuple[object, ...]
"""Of the clocks of a ticket, all that decides what a step of this kind does, but for its plan."""

MOST_SHAPES: Final = 1_000
"""Shapes of which a plan remembers what it does."""


class Begin(NamedTuple):
    """A clock that a step begins, if anything is promised."""

    commitment: int
    cycle: int
    trigger: int | None
    starts: tuple[int, ...]


class Turn(NamedTuple):
    """A track of pauses that a step turns on, or off."""

    track: int
    trigger: int | None
    is_on: bool


class Repeated(NamedTuple):
    """What a step does to clocks of one shape.

    Attributes:
        ends: The places of the clocks that it ends, each with how it does.
        turns: The pauses that it begins and ends, in order.
        changes: What is told of all these.
        begins: What it begins.
        left, over: The places of the clocks that something may still happen to, and of those that are over by it.
        cycles_over: By commitment, the last cycle that is over by then.
    """

    ends: tuple[tuple[int, Ended, int | None, bool], ...]
    turns: tuple[Turn, ...]
    changes: tuple[tuple[ChangeKind, int, int], ...]
    begins: tuple[Begin, ...]
    left: tuple[int, ...]
    over: tuple[int, ...]
    cycles_over: tuple[int, ...]

    def begun(self, rules: ClockRules, at_s: int, happened: Callable[[], Happening]) -> list[Clock]:
        """The clocks that it begins, those of which anything is promised.

        Args:
            happened: What happened, which only they ask for.
        """
        if not self.begins:
            return []
        now = happened()
        found = [
            begun_clock(rules, now, index, cycle, at_s, trigger, starts)
            for index, cycle, trigger, starts in self.begins
        ]
        return [clock for clock in found if clock is not None]

    def after(self, rules: ClockRules, state: ClockState, at_s: int, begun: list[Clock]) -> ClockState | None:
        """The state after the step; the same where it touched nothing, ``None`` where something comes by itself then.

        Args:
            begun: The clocks that it begins.
        """
        clocks, tracks = state.clocks, state.tracks
        if not (begun or self.ends or self.turns):
            return state
        ended, next_s, over = [*clocks], state.next_s, state.over
        for place, how, trigger, returns in self.ends:
            ended[place] = clocks[place].ended(made(End, (how, at_s, at_s, trigger, returns, None)))
        if self.turns:
            turned = [*tracks]
            for number, trigger, is_on in self.turns:
                track = turned[number]
                turned[number] = track.beginning(at_s, at_s, trigger) if is_on else track.ending(at_s, trigger)
            tracks = tuple(turned)
        if rules.goes_on:
            known = set(map(id, clocks))
            every, next_s = rules.looked_ahead([*ended, *begun], tracks, at_s, lambda clock: id(clock) not in known)
            if next_s <= at_s:
                return None
            ended, begun = every, every[len(clocks) :]
        for place in self.over:
            over = over.adding(ended[place])
        left = (*[ended[place] for place in self.left], *begun)
        return made(ClockState, (left, tracks, state.excuses, next_s, over, self.cycles_over))

    def told(self, after: ClockState, at_s: int) -> tuple[ClockChange, ...]:
        """What it did that led to this state."""
        begun = (clock for clock in after.clocks[len(self.left) :] if not clock.waits)
        started = (made(ClockChange, ("started", clock.commitment, clock.cycle, at_s, NO_MARK)) for clock in begun)
        return (*(made(ClockChange, (*told, at_s, NO_MARK)) for told in self.changes), *started)


def shape_of(state: ClockState, plan: StepPlan) -> Shape | None:
    """The shape of the clocks of a ticket; ``None`` where it does not say what a step does.

    That is so where one does not apply for now or goes on beating, and where the step may fix or judge some anew.
    """
    if state.clocks and plan.changes:
        return None
    fixes, shape = bool(plan.fixes), list[object]((state.cycles_over,))
    for clock in state.clocks:
        if clock.lapsed_s is not None or clock.beats or (fixes and clock.aim is None):
            return None
        shape.append((clock.commitment, clock.cycle, clock.end is None, clock.aim is None))
    if plan.continues or plan.pauses:
        shape += [track.lasting is None for track in state.tracks]
    return tuple(shape)


def noted(
    before: ClockState,
    ended: Sequence[Clock],
    after: ClockState,
    changes: Sequence[ClockChange],
    begins: Sequence[Begin],
    turns: Sequence[Turn],
) -> Repeated:
    """What a step did, to be repeated.

    Args:
        ended: The clocks that there were, after it.
        begins: What it began, or tried to.
        turns: The pauses that it began and ended.
    """
    ends, over = [], []
    kept = set(map(id, after.clocks))
    for place, (was, now) in enumerate(zip(before.clocks, ended)):
        if now is not was:
            assert now.end is not None, "such a step ends clocks, and does nothing else to them"
            ends.append((place, now.end.how, now.end.trigger, now.end.returns))
        if id(now) not in kept:
            over.append(place)
    told = [(each.what, each.commitment, each.cycle) for each in changes if each.what != "started"]
    left = tuple(place for place in range(len(before.clocks)) if place not in over)
    return Repeated(tuple(ends), tuple(turns), tuple(told), tuple(begins), left, tuple(over), after.cycles_over)
