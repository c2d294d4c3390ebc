"""Admission: whether anything stands against an event, and if nothing does, which transition it takes.

A well-formed event meets its channel, the rules, the levels of escalation, the
transitions and the facts that cannot change, in this order; the first that is against it
refuses it.

Source: DESIGN section 3, steps 3 to 6.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from upheld.core.lifecycle.channels import Channels
from upheld.core.lifecycle.consequences import Change, Climb, chosen, climbed, fixed, struck, taken
from upheld.core.lifecycle.explanation import Strike
from upheld.core.lifecycle.moment import Moment
from upheld.core.lifecycle.plan import Arrow, EventPlan, Plan
from upheld.core.lifecycle.refusals import Refusals
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.provenance import Grounds
from upheld.core.policy.rule import Channel
from upheld.core.policy.schedule import Schedule
from upheld.core.record.event import Event
from upheld.core.record.reason import Flag, Refusal
from upheld.core.record.ticket import Standing
from upheld.core.time.instant import day_number


class Admitted(NamedTuple):
    """That nothing stands against an event, and what was found on the way: steps 3 to 6.

    Attributes:
        arrow: The transition taken; ``None`` where the event needs none.
        changes: What it does to facts.
    """

    channel: Channel | None
    strikes: list[Strike]
    climb: Climb | None
    arrow: Arrow | None
    changes: tuple[Change, ...]


class Admission:
    """Finds the ways of one policy's events.

    Attributes:
        dated: Whether the policy applies on certain days alone.
    """

    def __init__(self, plan: Plan, channels: Channels, refusals: Refusals, schedule: Schedule) -> None:
        self._plan = plan
        self._channels = channels
        self._refusals = refusals
        self._effective = _effective_s(plan.policy, schedule)
        self.dated = self._effective is not None
        days = plan.policy.effective
        self._days = days if days.clauses or days.assumes else None

    def find(self, standing: Standing | None, event: Event, plan: EventPlan, before: Moment) -> Admitted | Refusal:
        """Steps 3 to 6: channel, rules and escalation, transition, facts."""
        lookup, refusals = before.__getitem__, self._refusals
        channel = None
        if plan.asks_channel and event.role in plan.asks_channel:
            obstacle = self._channels.obstacle(event.channel, plan.name, event.at_s, lookup)
            if obstacle:
                return refusals.channel_not_accepted(plan, event.channel, obstacle, before)
            channel = self._channels[event.channel]
        strikes = struck(plan.rules, lookup) if plan.rules else []
        if strikes and strikes[0][0].refuses:
            return refusals.refused_by_rule(strikes[0], before)
        climb = None
        if plan.escalations:
            level = 1 if standing is None else standing.level
            climb = climbed(plan.escalations, level, lookup)
            if climb is not None and climb.refused:
                return refusals.not_next_level(climb.plan.escalation, level, climb.wanted)
        arrow = self._arrow(standing, plan, before)
        if isinstance(arrow, Refusal):
            return arrow
        if not plan.settings:
            return Admitted(channel, strikes, climb, arrow, ())
        seen = (
            before.with_facts(self._plan.blank).__getitem__ if standing is None and self._plan.has_defaults else lookup
        )
        changes = chosen(plan.settings, seen)
        barred = None if standing is None else fixed(changes, standing.facts, seen)
        return Admitted(channel, strikes, climb, arrow, changes) if barred is None else refusals.immutable(*barred)

    def _arrow(self, standing: Standing | None, plan: EventPlan, before: Moment) -> Arrow | Refusal | None:
        """Step 5: the one transition that holds; ``None`` where the event needs none."""
        state = None if standing is None else standing.state
        arrows = plan.arrows.get(state)
        if arrows is not None:
            holding = taken(arrows, before.__getitem__)
            if len(holding) == 1:
                return holding[0]
            if holding:
                return self._refusals.ambiguous(plan, state or "", holding, before)
        if standing is None:
            return self._refusals.not_opened(plan, before) if plan.type.needs_ticket or arrows is not None else None
        return None if state in plan.rests_in else self._refusals.no_transition(plan, standing, before)

    def flags(self, way: Admitted, event: Event, before: Moment) -> tuple[Flag, ...]:
        """What is accepted against a clause, or outside the days of the policy."""
        flags = tuple(self._refusals.flagged_by_rule(strike, before) for strike in way.strikes)
        return (*flags, *self.outside(event.at_s))

    def start_ahead(self, plan: EventPlan, field: str) -> Flag:
        """The flag of a record that says in a field that a clock began after it."""
        return self._refusals.start_ahead(plan, field)

    def tells_instant(self, refusal: Refusal, event: Event) -> bool:
        """Whether the text of a refusal names an instant: that at which a closed channel opens."""
        return refusal.code == "channel-not-accepted" and self._channels.closes(event.channel)

    def covering(self, at_s: int) -> Grounds | None:
        """What the days on which the policy applies rest on, where it says so and this is one of them."""
        return self._days if self._effective is not None and self.applies(at_s) else None

    def outside(self, at_s: int) -> tuple[Flag, ...]:
        """The flag of a record outside the days on which the policy applies."""
        return () if self.applies(at_s) else (self._refusals.outside_effective(),)

    def applies(self, at_s: int) -> bool:
        """Whether the policy applies at an instant."""
        return self._effective is None or self._effective[0] <= at_s < self._effective[1]


def _effective_s(policy: Policy, schedule: Schedule) -> tuple[float, float] | None:
    """The instants between which the policy applies, half-open; ``None`` where it always does."""
    if policy.since is None and policy.until is None:
        return None
    calendar = schedule.calendars[ALWAYS]
    since_s = -inf if policy.since is None else calendar.instant_s(day_number(policy.since), 0)
    until_s = inf if policy.until is None else calendar.instant_s(day_number(policy.until) + 1, 0)
    return since_s, until_s
