"""The stratum of clocks: the clocks of a policy's commitments, ticket by ticket.

Everything here is immutable: a step gives a new state, and the old one stays what it
was. So a ticket can be kept, copied and continued anywhere.
"""

from __future__ import annotations

from upheld.core.clock_rules import ClockRules
from upheld.core.clock_state import ClockChange, ClockState
from upheld.core.clock_step import ClockStep
from upheld.core.happening import Happening
from upheld.core.policy import Policy
from upheld.core.times import Times


class Clocks:
    """The clocks of one policy's commitments, for any number of tickets."""

    def __init__(self, policy: Policy, times: Times) -> None:
        self.rules = ClockRules(policy, times)
        self._excusing = {event for excuse in policy.excuses for event in excuse.on}
        self._blank = ClockState(tracks=((),) * len(self.rules.plan.tracks))

    def begin(self) -> ClockState:
        """The state of a ticket on which nothing has happened."""
        return self._blank

    def advance(self, state: ClockState, happening: Happening) -> tuple[ClockState, tuple[ClockChange, ...]]:
        """The state after a step, and what the step did."""
        plan = self.rules.plan.step(happening.event, happening.origin, happening.state)
        if plan.is_idle and not state.clocks and happening.event not in self._excusing:
            return state, ()
        step = ClockStep(self.rules, state, happening, plan)
        step.take()
        return step.state(), tuple(step.changes)

    def pass_time(self, state: ClockState, until_s: int) -> tuple[ClockState, tuple[ClockChange, ...]]:
        """The state at an instant at which nothing happens, and the warnings reached by then."""
        clocks, changes = self.rules.warned(state.clocks, state.tracks, until_s)
        return (state._replace(clocks=tuple(clocks)), tuple(changes)) if changes else (state, ())

    def limits(self, state: ClockState) -> tuple[tuple[int, str, int], ...]:
        """When each running clock falls due, as things stand: due instant, commitment and cycle, earliest first."""
        found = []
        for clock in state.clocks:
            due = self.rules.due_s(clock, state.tracks) if not clock.ended and clock.missed_s is None else None
            if due is not None:
                found.append((due, self.rules.plan.commitments[clock.commitment].id, clock.cycle))
        return tuple(sorted(found))
