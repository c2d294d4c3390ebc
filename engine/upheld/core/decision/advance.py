"""Advances: a ticket's step from one standing to the next.

Whatever happens - an event, a timer, a state observed - ends in the same place: the new
state, what waits from now on, the clocks, and what is asked of the host. Timers go
through here by themselves, each at its own due instant.

Source: DESIGN section 3, steps 2, 7 and 9.
"""

from __future__ import annotations

from typing import Final

from upheld.core.clocks.clocks import Clocks
from upheld.core.decision.trace import Asked, Moved, Trace
from upheld.core.lifecycle.consequences import Facts
from upheld.core.lifecycle.happening import Happening
from upheld.core.lifecycle.machine import timer_trigger
from upheld.core.lifecycle.moment import Moment, World
from upheld.core.lifecycle.plan import AskPlan, Plan
from upheld.core.lifecycle.timers import Run, Timers
from upheld.core.policy.schedule import Schedule
from upheld.core.record.ticket import Standing

LONGEST_CHAIN: Final = 1_000
"""Timers that may fire before one event; more of them go in a circle, which the checker rules out."""


class Advance:
    """Takes the tickets of one policy from one standing to the next."""

    def __init__(self, plan: Plan, clocks: Clocks, schedule: Schedule, world: World) -> None:
        self.timers = Timers(plan.policy, schedule)
        self._plan = plan
        self._clocks = clocks
        self._world = world
        self._has_timers = bool(plan.policy.timers)
        self._resetting = self.timers.resetting
        self._has_clocks = bool(plan.policy.commitments)

    def arrive(
        self,
        standing: Standing,
        event: str | None,
        origin: str | None,
        after: Moment,
        trace: Trace,
        observing: bool = False,
    ) -> Standing:
        """The standing once timers and clocks know what happened.

        Args:
            standing: As it is after facts and state; timers and clocks still as they were before.
            event: What happened; ``None`` for a timer's move and for a state observed.
            origin: The state before; ``None`` on an opening.
            after: The names after it.
            observing: In audit mode runs of timers are told that end without having fired.
        """
        at_s, state, waiting, clocks = standing.last_s, standing.state, standing.timers, standing.clocks
        lookup = after.__getitem__
        if self._has_timers and (state != origin or event in self._resetting):
            observed: list[Run] | None = [] if observing else None
            waiting = self.timers.after(waiting, event, origin, state, at_s, lookup, standing.customer, observed)
            if observed:
                trace.runs = (*trace.runs, *observed)
        if self._has_clocks:
            happening = Happening(at_s, event, origin, state, lookup, after.at_time, standing.customer)
            clocks, changes = self._clocks.advance(clocks, happening)
            if changes:
                trace.note_changes(changes)
        if waiting is standing.timers and clocks is standing.clocks:
            return standing
        return standing._replace(timers=waiting, clocks=clocks)

    def moved(self, standing: Standing, state: str, at_s: int, facts: Facts) -> Standing:
        """The standing in another state, with the facts that hold in it."""
        core, closed_s = self._plan.core_of[state], at_s if state in self._plan.closed else None
        return standing._replace(state=state, core=core, last_s=at_s, entered_s=at_s, closed_s=closed_s, facts=facts)

    def fire(self, standing: Standing, until_s: int, trace: Trace) -> Standing:
        """The standing once every timer due up to an instant has fired, the earliest first, then by id.

        Each is an event of its own at its own due instant; one of them may start another.
        """
        chain = 0
        while standing.timers and standing.timers[0].due_s <= until_s:
            chain += 1
            assert chain <= LONGEST_CHAIN, f"timers go in a circle: {standing.timers[0].timer}"
            standing = self._fire_first(self.pass_time(standing, standing.timers[0].due_s, trace), trace)
        return standing

    def _fire_first(self, standing: Standing, trace: Trace) -> Standing:
        (due_s, name), *rest = standing.timers
        timer, origin = self.timers[name], standing.state
        target = self._plan.table[origin, timer_trigger(name)][0].target
        trace.runs = (*trace.runs, (name, due_s, due_s))
        standing = standing._replace(last_s=due_s, timers=tuple(rest))
        if target is not None and target != origin:
            trace.moves = (*trace.moves, Moved(due_s, origin, target, timer))
            standing = self.moved(standing, target, due_s, standing.facts)
            after = Moment(self._world, due_s, standing, standing.facts, standing.facts)
            standing = self.arrive(standing, None, origin, after, trace)
        else:
            after = Moment(self._world, due_s, standing, standing.facts, standing.facts)
        self.ask(self._plan.timer_effects[name], after, trace, name)
        return standing

    def pass_time(self, standing: Standing, until_s: int, trace: Trace) -> Standing:
        """The standing once everything has come that comes to clocks by itself up to an instant."""
        if standing.clocks.next_s > until_s:
            return standing
        now = Moment(self._world, until_s, standing, standing.facts, standing.facts)
        state, customer = standing.state, standing.customer
        nothing = Happening(until_s, None, state, state, now.__getitem__, now.at_time, customer)
        clocks, changes = self._clocks.pass_time(standing.clocks, nothing)
        trace.note_changes(changes)
        return standing._replace(clocks=clocks)

    def ask(self, effects: tuple[AskPlan, ...], now: Moment, trace: Trace, timer: str | None = None) -> None:
        """Keep the effects whose condition holds."""
        for effect in effects:
            if effect.when is None or effect.when(now.__getitem__):
                trace.ask(Asked(now.at_s, effect, now, timer))
