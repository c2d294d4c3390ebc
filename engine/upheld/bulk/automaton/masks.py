"""Masks: which parts of a status, of a record and of its occasion decisions about one event can depend on.

A comment is decided alike whatever the severity, and a refusal of what is not possible in a state whatever the channel. So
what is kept of a decision is kept by what its event reads, and diverse tickets share it.

Source: DESIGN section 11, "Keys are masks over the names an event's conditions read, so that diverse facts do not multiply
pairs".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from upheld.core.decision.engine import Engine
from upheld.core.policy.event_type import Addition

SIGNED: Final = ("contract", "release", "parameter")
"""The families of names of time that contracts, releases and tables answer; all others a calendar answers."""


class Mask(NamedTuple):
    """The parts of a status that matter, besides the state.

    Attributes:
        facts: The places of facts.
        clocks: The commitments whose clocks may be touched; empty where nothing is asked but whether the event is
            accepted, since no condition reads a clock.
    """

    level: bool
    customer: bool
    channel: bool
    flagged: bool
    facts: tuple[int, ...]
    clocks: frozenset[int] = frozenset()


class Masks:
    """The masks of one policy's events.

    Attributes:
        known: Each that some events have, once; ``None``, the first, for records that are refused whatever the ticket.
        names: The names that matter to each event.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read = engine.names_read
        self._facts = {name: place for place, name in enumerate(engine.plan.blank)}
        self.known: list[Mask | None] = [None]
        self.names: Mapping[str, frozenset[str]] = {name: self._names(name) for name in engine.policy.events}
        self._of = {name: self._number(self._mask(each)) for name, each in self.names.items()}
        self._with_clocks = {
            name: self._number(self._mask(each)._replace(clocks=self._touched(name))) for name, each in self.names.items()
        }
        policy = engine.policy
        self._dated = policy.since is not None or policy.until is not None
        self._own_hours = any(each.calendars for each in engine.contracts.customers.values())

    def of(self, event: object) -> int:
        """The number of the mask of whether an event is accepted; 0 for one that the policy does not have."""
        return self._of.get(str(event), 0)

    def with_clocks(self, event: object) -> int:
        """The number of the mask of what an accepted event does."""
        return self._with_clocks.get(str(event), 0)

    def reads(self, event: object, name: str) -> bool:
        """Whether what a name holds matters to an event."""
        return name in self.names.get(str(event), ())

    def reads_signed(self, event: object) -> bool:
        """Whether contracts, tables, releases, or the days of the policy matter to an event."""
        names = self.names.get(str(event))
        if names is None:
            return False
        promises = bool(self._read.reading(str(event)).judging)
        return self._dated or self._own_hours or promises or any(name.partition(".")[0] in SIGNED for name in names)

    def keeps(self, name: str) -> bool:
        """Whether what an opening says of the customer, or the channel, matters to what comes after it."""
        opening = set(self._engine.plan.possible(None))
        return any(
            name in names and (event not in opening or len(self._engine.plan.events[event].arrows) > 1)
            for event, names in self.names.items()
        )

    def _names(self, event: str) -> frozenset[str]:
        reading, type_ = self._read.reading(event), self._engine.policy.events[event]
        adding = {each.fact for each in type_.sets if any(isinstance(case.value, Addition) for case in each.cases)}
        replaced = {each.fact for each in type_.sets} - adding
        return reading.deciding | reading.judging | reading.telling | (reading.setting - replaced)

    def _mask(self, names: frozenset[str]) -> Mask:
        told = {name.removeprefix("before.") for name in names}
        facts = tuple(place for name, place in self._facts.items() if name in told)
        return Mask("level" in told, "customer" in told, "channel" in told, "flagged" in told, facts)

    def _number(self, mask: Mask) -> int:
        if mask not in self.known:
            self.known.append(mask)
        return self.known.index(mask)

    def _touched(self, event: str) -> frozenset[int]:
        """The commitments of which clocks, or pauses, may be touched: by any step that an event may be."""
        plan, rules = self._engine.plan.events[event], self._engine.clocks.rules
        leading = {(state, each.target or state) for state, found in plan.arrows.items() for each in found}
        staying = {(state, state) for state in plan.rests_in}
        found = set[int]()
        for origin, state in leading | staying:
            if state is None:
                continue
            step = rules.plan.step(event, origin, state)
            found.update(step.endings, step.entered, step.starts, step.changes)
            found.update(each.commitment for each in step.corrects)
            found.update(rules.plan.tracks[each.of].commitment for each in (*step.continues, *step.pauses))
            if step.reopens:
                found.update(index for index, how in enumerate(rules.plan.on_reopen) if how not in (None, "ignore"))
        changed = {each.fact for each in plan.type.sets}
        found.update(index for index, each in enumerate(rules.terms) if changed.intersection(each.awaited))
        return frozenset(found)
