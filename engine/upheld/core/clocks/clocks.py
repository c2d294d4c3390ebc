"""The stratum of clocks: the clocks of a policy's commitments, ticket by ticket.

Everything here is immutable: a step gives a new state, and the old one stays what it
was. So a ticket can be kept, copied and continued anywhere.
"""

from __future__ import annotations

from collections.abc import Callable

from upheld.core.clocks.plan import StepPlan
from upheld.core.clocks.repeated import MOST_SHAPES, Repeated, noted, shape_of
from upheld.core.clocks.row import ClockRow, clock_rows
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockChange, ClockState, Track
from upheld.core.clocks.step import ClockStep
from upheld.core.lifecycle.happening import Happening
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule

Limit = tuple[int, str, int]
"""When a clock falls due, its commitment, and its cycle."""


class Clocks:
    """The clocks of one policy's commitments, for any number of tickets.

    Attributes:
        step: What a step may do, by its event and the states before and after.
        settled: The same once its conditions are asked.
    """

    def __init__(self, policy: Policy, schedule: Schedule) -> None:
        self.rules = ClockRules(policy, schedule)
        self.step = self.rules.plan.step
        self.settled = self.rules.plan.settled
        tracks, none = (Track(),) * len(self.rules.plan.tracks), (0,) * len(policy.commitments)
        self._blank = ClockState(tracks=tracks, cycles_over=none)

    def begin(self) -> ClockState:
        """The state of a ticket on which nothing has happened."""
        return self._blank

    def rests(self, state: ClockState, plan: StepPlan, at_s: int) -> bool:
        """Whether a step at an instant can do nothing to a ticket's clocks."""
        acts_on = plan.acts_on
        if acts_on == "all" or state.next_s <= at_s:
            return False
        if acts_on != "none":
            for clock in state.clocks:
                if clock.aim is None or (acts_on == "live" and (clock.end is None or clock.beats)):
                    return False
        return True

    def advance(
        self, state: ClockState, happening: Happening, plan: StepPlan | None = None
    ) -> tuple[ClockState, tuple[ClockChange, ...]]:
        """The state after a step, and what the step did; the very same state where it touched nothing.

        Args:
            plan: What it may do; ``None`` for all that such a step may.

        Raises: CalendarError for a date of the event, or a due instant, outside the years that a calendar covers.
        """
        plan = plan or self.step(happening.event, happening.origin, happening.state)
        known = self.known(state, plan)
        again = None if known is None else self._again(known, state, happening.at_s, lambda: happening)
        if known is not None and again is not None:
            return again, () if again is state else known.told(again, happening.at_s)
        step = ClockStep(self.rules, state, happening, plan)
        after = step.take()
        shape = None if plan.repeats is None or len(plan.repeats) >= MOST_SHAPES else shape_of(state, plan)
        if plan.repeats is not None and shape is not None:
            ends_at_once = any(each.commitment in plan.entered for each in step.begins)
            warns_at_once = any(each.what == "warned" for each in step.changes)
            if not (ends_at_once or warns_at_once):
                plan.repeats[shape] = noted(state, step.clocks, after, step.changes, step.begins, step.turns)
        return after, tuple(step.changes)

    def repeated(
        self, state: ClockState, plan: StepPlan, at_s: int, happened: Callable[[], Happening]
    ) -> ClockState | None:
        """The state after a step that was taken before on clocks alike; ``None`` of any other.

        Args:
            happened: What happened, which only the clocks ask for that begin.
        """
        known = self.known(state, plan)
        return None if known is None else self._again(known, state, at_s, happened)

    def _again(
        self, known: Repeated, state: ClockState, at_s: int, happened: Callable[[], Happening]
    ) -> ClockState | None:
        return known.after(self.rules, state, at_s, known.begun(self.rules, at_s, happened))

    def known(self, state: ClockState, plan: StepPlan) -> Repeated | None:
        """What a step did to clocks alike; ``None`` where it was not taken before."""
        shape = shape_of(state, plan) if plan.repeats else None
        return None if plan.repeats is None or shape is None else plan.repeats.get(shape)

    def pass_time(self, state: ClockState, nothing: Happening) -> tuple[ClockState, tuple[ClockChange, ...]]:
        """The state at an instant at which nothing happens, and what came by itself: next cycles, and warnings.

        Args:
            nothing: The instant, and the names as they have been since the last step.
        """
        step = ClockStep(self.rules, state, nothing, self.step(None, nothing.state, nothing.state))
        after = step.pass_time()
        return after, tuple(step.changes)

    def rows(self, state: ClockState, as_of_s: int) -> tuple[ClockRow, ...]:
        """What a verdict shows of the clocks, measured up to an instant that is not before the last step."""
        return clock_rows(self.rules, state, as_of_s)

    def limits(self, state: ClockState) -> tuple[Limit, ...]:
        """When each running clock falls due, or did, as things stand; the earliest first."""
        found = []
        for clock in state.clocks:
            due_s = self.rules.due_s(clock, state.tracks) if clock.runs else None
            if due_s is not None:
                found.append((due_s, self.rules.terms[clock.commitment].commitment.id, clock.cycle))
        return tuple(sorted(found))
