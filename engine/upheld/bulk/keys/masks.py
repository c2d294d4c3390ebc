"""Masks: which parts of a status, of a record and of its occasion decisions about one event can depend on.

A comment is decided alike whatever the severity, and a refusal of what is not possible in a state whatever the channel.
An answer for which it matters whether the severity is the highest is decided alike for all others.
So what is kept of a decision is kept by what its event reads, and diverse tickets share it.

Source: DESIGN section 11, "Keys are masks over the names an event's conditions read, so that diverse facts do not
multiply pairs".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from upheld.bulk.keys.placeholders import is_placeholder
from upheld.core.condition.condition import Atom
from upheld.core.condition.domain import Many
from upheld.core.decision.engine import Engine
from upheld.core.policy.event_type import Addition, EventType, Reference, Setting

SIGNED: Final = ("contract", "release", "parameter")
"""The families of names of time that contracts, releases and tables answer; all others a calendar answers."""


class Compared(NamedTuple):
    """A fact of which no more matters than what some comparisons with constants say.

    Attributes:
        fact: Its name.
        place: Its place among facts.
        asked: The comparisons.
    """

    fact: str
    place: int
    asked: frozenset[Atom]


class Mask(NamedTuple):
    """The parts of a status that matter, besides the state.

    Attributes:
        facts: The places of the facts whose value matters.
        compared: The other facts that matter.
        clocks: The commitments whose clocks may be touched; empty where nothing is asked but whether the event is
            accepted, since no condition reads a clock.
    """

    level: bool
    customer: bool
    channel: bool
    flagged: bool
    facts: tuple[int, ...]
    compared: tuple[Compared, ...] = ()
    clocks: frozenset[int] = frozenset()


class Masks:
    """The masks of one policy's events.

    Attributes:
        known: Each that some events have, once; ``None``, the first, for records that are refused whatever the ticket.
        charging: The names that charges read.
        names: The names that matter to each event, and to each timer under the name that `of_timer` gives it.
        brought: The fields of each event that matter to nothing but the facts which are taken from them, and these.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read = engine.names_read_but(is_placeholder)
        self._facts = {name: place for place, name in enumerate(engine.plan.blank)}
        self.known: list[Mask | None] = [None]
        timers = {of_timer(each.id): self._names_of_timers() for each in engine.policy.timers}
        self.names: Mapping[str, frozenset[str]] = {name: self._names(name) for name in engine.policy.events} | timers
        masks = {name: self._mask(name, each) for name, each in self.names.items()}
        self._of = {name: self._number(each) for name, each in masks.items()}
        self.charging = frozenset(name for each in engine.policy.events for name in self._read.reading(each).charging)
        self.brought = {name: self._brought(each) for name, each in engine.policy.events.items()}
        self._with_clocks = {
            name: self._number(each._replace(clocks=self._touched(name))) for name, each in masks.items()
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
        promises = str(event) not in self._engine.policy.events or bool(self._read.reading(str(event)).judging)
        return self._dated or self._own_hours or promises or any(name.partition(".")[0] in SIGNED for name in names)

    def keeps(self, name: str) -> bool:
        """Whether what an opening says of the customer, or the channel, matters to what comes after it."""
        opening = set(self._engine.plan.possible(None))
        return name in self.charging or any(
            name in names and (event not in opening or [*self._engine.plan.events[event].arrows] != [None])
            for event, names in self.names.items()
        )

    def _names(self, event: str) -> frozenset[str]:
        reading, type_ = self._read.reading(event), self._engine.policy.events[event]
        replaced = {each.fact for each in type_.sets} - _added(type_)
        by_timers = self._names_of_timers() if self._at_once else frozenset()
        return reading.deciding | reading.judging | reading.telling | (reading.setting - replaced) | by_timers

    @property
    def _at_once(self) -> bool:
        """Whether a timer may fire with the record that begins it."""
        return any(not (each.after and each.after.amount) for each in self._engine.policy.timers)

    def _brought(self, type_: EventType) -> Mapping[str, tuple[str, ...]]:
        reading, plan = self._read.reading(type_.id), self._engine.plan
        facts = self._engine.policy.facts
        apart = _added(type_) | {name for name, each in facts.items() if each.immutable}
        apart |= {name for name, domain in plan.fact_domains.items() if isinstance(domain, Many)}
        found = {}
        for field, each in type_.fields.items():
            name, taking = f"event.{field}", facts_from(type_, field)
            asked = name in reading.deciding | reading.judging | reading.telling | reading.charging
            if taking and not (asked or self._at_once or apart.intersection(taking) or isinstance(each.domain, Many)):
                found[field] = taking
        return found

    def _names_of_timers(self) -> frozenset[str]:
        """What timers read: all of them together."""
        settings = [setting for each in self._engine.policy.timers for setting in each.sets]
        facts = self._engine.policy.facts
        kept = {each.fact for each in settings if each.fact in facts and facts[each.fact].immutable}
        kept |= {each.fact for each in settings if any(isinstance(case.value, Addition) for case in each.cases)}
        levels = {"level"} if any(each.climbs is not None for each in self._engine.policy.timers) else set()
        return frozenset(self._read.by_itself) | kept | levels

    def _mask(self, event: str, names: frozenset[str]) -> Mask:
        told = {name.removeprefix("before.") for name in names}
        facts = {name: place for name, place in self._facts.items() if name in told}
        asked = {} if self._at_once or event not in self._engine.policy.events else self._read.reading(event).compared
        compared = tuple(Compared(name, facts.pop(name), asked[name]) for name in [*facts] if name in asked)
        seen = ("level" in told, "customer" in told, "channel" in told, "flagged" in told)
        return Mask(*seen, tuple(facts.values()), compared)

    def _number(self, mask: Mask) -> int:
        if mask not in self.known:
            self.known.append(mask)
        return self.known.index(mask)

    def _touched(self, name: str) -> frozenset[int]:
        """The commitments of which clocks, or pauses, may be touched: by any step that an event, or a timer, may be."""
        rules, found = self._engine.clocks.rules, set[int]()
        for event, origin, state in self._steps(name):
            step = rules.plan.step(event, origin, state)
            found.update(step.endings, step.entered, step.starts, step.changes)
            found.update(each.commitment for each in step.corrects)
            found.update(rules.plan.tracks[each.of].commitment for each in (*step.continues, *step.pauses))
            if step.reopens:
                found.update(index for index, how in enumerate(rules.plan.on_reopen) if how not in (None, "ignore"))
        changed = {each.fact for each in self._settings(name)}
        found.update(index for index, each in enumerate(rules.terms) if changed.intersection(each.awaited))
        return frozenset(found)

    def _steps(self, name: str) -> Iterator[tuple[str | None, str | None, str]]:
        """The steps that something may be: the event, if it is one, and the states before and after.

        What it begins may fire at once.
        """
        plan, policy = self._engine.plan.events.get(name), self._engine.policy
        for timer in policy.timers:
            if plan is None or not (timer.after and timer.after.amount):
                yield from ((None, origin, timer.target or origin) for origin in timer.states)
        for origin, found in plan.arrows.items() if plan is not None else ():
            for each in found:
                state = each.target or origin
                assert state is not None, "a transition that opens a ticket leads somewhere"
                yield name, origin, state
        yield from ((name, state, state) for state in (plan.rests_in if plan is not None else ()))

    def _settings(self, name: str) -> Iterator[Setting]:
        plan = self._engine.plan.events.get(name)
        yield from plan.type.sets if plan is not None else ()
        for timer in self._engine.policy.timers:
            yield from timer.sets


def facts_from(type_: EventType, field: str) -> tuple[str, ...]:
    """The facts that an event may take from one of its fields."""
    values = ((each.fact, case.value) for each in type_.sets for case in each.cases)
    name = f"event.{field}"
    return tuple(dict.fromkeys(fact for fact, held in values if isinstance(held, Reference) and held.name == name))


def _added(type_: EventType) -> set[str]:
    """The facts to which an event may add."""
    return {each.fact for each in type_.sets if any(isinstance(case.value, Addition) for case in each.cases)}


def of_timer(timer: str) -> str:
    """The name under which a timer stands among events; no event has a blank in its name."""
    return f"timer {timer}"
