"""Observations: states that a tracker recorded, where nobody recorded what was done.

An observed state is followed, whatever led there. It fires what enters, leaves or is in
states, never what asks for an event; roles, channels, rules and charges have no say in
it. Where a transition or a timer leads there the move conforms; the state that a ticket
is in already is no move, and any state may be the first.

Source: DESIGN section 3, "Audit mode".
"""

from __future__ import annotations

from upheld.core.decision.advance import Advance
from upheld.core.decision.trace import Moved, Trace
from upheld.core.errors import RecordError
from upheld.core.finding import Place
from upheld.core.frozen import FrozenDict
from upheld.core.lifecycle.consequences import Facts
from upheld.core.lifecycle.event_data import DataForm
from upheld.core.lifecycle.moment import Moment, World
from upheld.core.lifecycle.plan import Plan
from upheld.core.lifecycle.refusals import Refusals
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.commitment import Timer
from upheld.core.policy.event_type import EventType, Field
from upheld.core.policy.lifecycle import Transition
from upheld.core.record.event import Event
from upheld.core.record.reason import Refusal
from upheld.core.record.ticket import Standing

Way = tuple[Transition | Timer | None, bool, tuple[str, ...]]
"""What leads from one state to another: the one thing that does, whether anything does, else the events possible."""


class Observer:
    """Follows the states of one policy's tickets."""

    def __init__(self, plan: Plan, advance: Advance, refusals: Refusals, world: World) -> None:
        self._plan = plan
        self._world = world
        self._advance = advance
        self._refusals = refusals
        self._form = DataForm(_anything_known(plan), plan.labels)
        self._ways: dict[tuple[str | None, str], Way] = {}

    def observe(self, standing: Standing | None, event: Event, begun: Standing, trace: Trace) -> Standing | Refusal:
        """The ticket in the state observed.

        Args:
            begun: A ticket just opened, for the first observation.

        Raises: RecordError for a state that the policy does not have.
        """
        state, at_s = event.state, event.at_s
        if state not in self._plan.core_of:
            near = nearest(state, self._plan.core_of)
            hint = f"did you mean `{near}`?" if near else f"there are {listed(self._plan.core_of)}"
            raise RecordError([f"state {quoted(state)} is not declared: {hint}"])
        if standing is not None and at_s < standing.last_s:
            return self._refusals.out_of_order(standing)
        read = self._form.read(event.data)
        if not isinstance(read, dict):
            return self._refusals.invalid_data(read)
        origin = None if standing is None else standing.state
        old: Facts = self._plan.blank if standing is None else standing.facts
        given = {name.removeprefix("event."): held for name, held in read.items() if held is not None}
        facts = FrozenDict({**old, **given}) if given else old
        new = (begun if standing is None else standing)._replace(facts=facts, last_s=at_s)
        if state != origin:
            trace.moves = (self._moved(origin, state, at_s),)
            new = self._advance.moved(new, state, at_s, facts)
        before = dict.fromkeys(old) if standing is None else old
        after = Moment(self._world, at_s, new, facts, before, event)
        return new.going_on(*self._advance.arrive(new, at_s, None, (origin, state), after, trace, observing=True))

    def _moved(self, origin: str | None, state: str, at_s: int) -> Moved:
        """The move, with the transition or timer that leads there where there is exactly one."""
        way = self._ways.get((origin, state))
        if way is None:
            way = self._ways[origin, state] = self._way(origin, state)
        return Moved(at_s, origin, state, *way)

    def _way(self, origin: str | None, state: str) -> Way:
        leading: list[Transition | Timer] = [*self._plan.leading(origin, state)]
        leading += [timer for timer in self._plan.policy.timers if timer.target == state and origin in timer.states]
        if not leading and origin is not None:
            return None, False, self._plan.possible(origin)
        return leading[0] if len(leading) == 1 else None, True, ()


def _anything_known(plan: Plan) -> EventType:
    """The data that an observed state may carry: any fact."""
    here = Place(plan.policy.id, 1, 1)
    fields = {name: Field(id=name, domain=domain, path=(), place=here) for name, domain in plan.fact_domains.items()}
    for name, fact in plan.policy.facts.items():
        fields[name] = Field(
            id=name, domain=fact.domain, path=fact.path, place=fact.place, clauses=fact.clauses, assumes=fact.assumes
        )
    return EventType(id="state", by=(), fields=fields, path=(), place=here)
