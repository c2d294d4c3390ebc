"""Advances: a ticket's step from one standing to the next.

Whatever happens - an event, a timer, a state observed - ends in the same place: the new
state, what waits from now on, the clocks, and what is asked of the host. Timers go
through here by themselves, each at its own due instant.

Source: DESIGN section 3, steps 2, 7 and 9.
"""

from __future__ import annotations

from typing import Final

from upheld.core.clocks.clocks import Clocks
from upheld.core.clocks.plan import StepPlan
from upheld.core.clocks.state import ClockState
from upheld.core.condition.domain import Held
from upheld.core.decision.trace import Asked, Fired, Moved, Raised, Trace
from upheld.core.frozen import made
from upheld.core.lifecycle.consequences import Climb, Facts, changed, chosen, fixed, raised
from upheld.core.lifecycle.happening import Happening
from upheld.core.lifecycle.machine import timer_trigger
from upheld.core.lifecycle.moment import Moment, World
from upheld.core.lifecycle.plan import AskPlan, Plan
from upheld.core.lifecycle.timers import Run, Timers
from upheld.core.policy.commitment import Timer
from upheld.core.policy.event_type import SettingCase
from upheld.core.policy.schedule import Schedule
from upheld.core.record.ticket import Pending, Standing

NO_NAMES: Final[dict[str, Held]] = {}
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

    def arrive(
        self,
        was: Standing,
        at_s: int,
        event: str | None,
        moving: tuple[str | None, str],
        after: Moment | None,
        trace: Trace,
        *,
        step: StepPlan | None = None,
        observing: bool = False,
    ) -> tuple[tuple[Pending, ...], ClockState]:
        """What waits and what runs once timers and clocks know what happened.

        Args:
            was: The ticket, with its timers and clocks as they were before.
            event: What happened; ``None`` for a timer's move and for a state observed.
            moving: The states before and after; ``None`` before an opening.
            after: The names after it; ``None`` where nothing asks for any.
            step: What it may do to clocks; ``None`` for all that such an event and move may.
            observing: In audit mode runs of timers are told that end without having fired.
        """
        (origin, state), timers, clocks, customer = moving, was.timers, was.clocks, was.customer
        lookup = NO_NAMES.__getitem__ if after is None else after.__getitem__
        if self._has_timers and (state != origin or event in self._resetting):
            observed: list[Run] | None = [] if observing else None
            timers = self.timers.after(timers, event, origin, state, at_s, lookup, customer, observed)
            if observed:
                trace.runs = (*trace.runs, *observed)
        step = step or self._clocks.step(event, origin, state)
        if not self._clocks.rests(clocks, step, at_s):
            time_names = _no_time if after is None else after.at_time
            happening = made(Happening, (at_s, event, origin, state, lookup, time_names, customer))
            clocks, changes = self._clocks.advance(clocks, happening, step)
            if changes:
                trace.note_changes(changes)
        return timers, clocks

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
            chain += self.timers[standing.timers[0].timer].every is None
            assert chain <= LONGEST_CHAIN, f"timers go in a circle: {standing.timers[0].timer}"
            standing = self.fire_first(self.pass_time(standing, standing.timers[0].due_s, trace), trace)
        return standing

    def fire_first(self, standing: Standing, trace: Trace) -> Standing:
        """The standing once the first of its timers has fired."""
        (due_s, name), *rest = standing.timers
        timer, origin, was = self.timers[name], standing.state, standing.facts
        before, met = self._met(standing, name, due_s)
        target = self._plan.table[origin, timer_trigger(name)][0].target if met else None
        trace.runs, earlier = (*trace.runs, (name, due_s, due_s)), len(trace.changes)
        standing = standing._replace(last_s=due_s, timers=tuple(rest))
        facts, cases, climb = self._changed(standing, timer, due_s)
        if timer.every is not None and (climb is not None or timer.effects or timer.sets):
            again = Pending(self.timers.due_s(timer, due_s, standing.customer, again=True), name)
            standing = standing._replace(timers=tuple(sorted((*rest, again))))
        if not met:
            standing = self.pass_time(standing, due_s, trace)
            changes = trace.changes[earlier:]
            trace.fired = (*trace.fired, Fired(timer, due_s, was, was, (), None, changes, before, met=False))
            return standing
        standing = standing._replace(facts=facts, level=standing.level if climb is None else climb.level)
        if target is not None and target != origin:
            trace.moves = (*trace.moves, Moved(due_s, origin, target, timer))
            standing = self.moved(standing, target, due_s, facts)
        after = Moment(self._world, due_s, standing, facts, was)
        if standing.state != origin or facts is not was or climb is not None:
            moving = origin, standing.state
            standing = standing.going_on(*self.arrive(standing, due_s, None, moving, after, trace))
        else:
            standing = self.pass_time(standing, due_s, trace)
        changes = trace.changes[earlier:]
        level = climb and climb.level
        trace.fired = (*trace.fired, Fired(timer, due_s, was, facts, cases, level, changes, before))
        self.ask(self._plan.timer_effects[name], after, trace, name)
        if climb is not None:
            trace.ask(Asked(due_s, Raised(climb.plan.escalation, climb.level, timer), timer=name))
        return standing

    def _met(self, standing: Standing, timer: str, at_s: int) -> tuple[Moment | None, bool]:
        """The moment at which a timer with a condition has come due, and whether that holds."""
        when = self._plan.timer_whens.get(timer)
        if when is None:
            return None, True
        before = Moment(self._world, at_s, standing, standing.facts, standing.facts)
        return before, when(before.__getitem__)

    def _changed(
        self, standing: Standing, timer: Timer, at_s: int
    ) -> tuple[Facts, tuple[tuple[str, SettingCase], ...], Climb | None]:
        """The facts that a timer leaves, by which cases, and the level that it raises the ticket to.

        It reads everything as before it. There is nobody whom it could refuse: an immutable fact that is set stays.
        """
        settings, climbs = self._plan.timer_settings[timer.id], timer.climbs
        if not settings and climbs is None:
            return standing.facts, (), None
        lookup = Moment(self._world, at_s, standing, standing.facts, standing.facts).__getitem__
        facts, cases = standing.facts, list[tuple[str, SettingCase]]()
        for change in chosen(settings, lookup):
            if fixed((change,), standing.facts, lookup) is None:
                facts = changed((change,), facts, lookup)
                cases.append((change.setting.fact, change.case.case))
        climb = None if climbs is None else raised(self._plan.escalations, climbs, standing.level, lookup)
        return facts, tuple(cases), climb

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


def _no_time(name: str, at_s: int) -> Held:
    """What names of time hold where nothing asks for any."""
    raise KeyError(name)
