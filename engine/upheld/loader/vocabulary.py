"""The vocabulary of a policy: every name that its conditions may read, place by place.

A condition on a rule may read the data of the rule's event, one on a queue may not;
on the event that opens a ticket every fact is still unset. So each place gets a
scope of its own, cut from what the policy declares. What a name may hold is read off how
its fact or field is declared.

Source: DESIGN section 5, "Conditions".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from upheld.core.condition.condition import Condition, names_read
from upheld.core.condition.domain import Boolean, Domain, Many, OneOf, Presence, Text, Wrong
from upheld.core.condition.ordered import Date, Instant, Integer
from upheld.core.condition.scope import Scope, calendar_names
from upheld.core.nearest import listed, nearest
from upheld.core.policy.lifecycle import CORE_STATES
from upheld.core.policy.policy import ALWAYS
from upheld.document.tree import Data, mapping, sequence, words

KINDS = ("one-of", "boolean", "integer", "text", "date", "instant")
"""The keys by which a fact or a field says what it may hold."""


def domain_of(spec: Data) -> Domain | None:
    """What a fact or a field declared like this may hold; ``None`` when it does not say exactly one kind."""
    kinds = [kind for kind in KINDS if kind in spec]
    if len(kinds) != 1:
        return None
    low, high = spec.get("at-least"), spec.get("at-most")
    bounds = (low if isinstance(low, int) else None, high if isinstance(high, int) else None)
    domain: Domain = {
        "one-of": OneOf(words(spec.get("one-of")), ordered=bool(spec.get("ordered"))),
        "boolean": Boolean(),
        "integer": Integer(*bounds),
        "text": Text(),
        "date": Date(),
        "instant": Instant(),
    }[kinds[0]]
    return Many(domain) if spec.get("many") else domain


def unsettled(domain: Domain) -> Domain:
    """The same domain, which may also hold nothing."""
    return replace(domain, may_be_unset=True)


def union(one: Domain, other: Domain) -> Domain:
    """What either may hold: words together; of kinds that do not go together, any text."""
    unset = one.may_be_unset or other.may_be_unset
    if unsettled(one) == unsettled(other):
        return one if one.may_be_unset else other
    if isinstance(one, OneOf) and isinstance(other, OneOf):
        return OneOf(tuple(dict.fromkeys((*one.values, *other.values))), may_be_unset=unset)
    return Text(may_be_unset=unset)


class Vocabulary:
    """The declared names of one document, which has the schema's shape.

    Attributes:
        facts: What each fact of a ticket may hold, ``severity``, ``queue`` and the like included.
    """

    def __init__(self, document: Data) -> None:
        self._document = document
        self._scopes: dict[tuple[tuple[str, ...], bool], Scope] = {}
        self.severities = self._ids("severities")
        self.facts: dict[str, Domain] = self._facts()

    def _ids(self, section: str) -> tuple[str, ...]:
        return words([mapping(entry).get("id") for entry in sequence(self._document.get(section))])

    def _section(self, section: str) -> Data:
        return mapping(self._document.get(section))

    def _facts(self) -> dict[str, Domain]:
        facts: dict[str, Domain] = {"severity": OneOf(self.severities, ordered=True)}
        for name, spec in self._section("facts").items():
            domain = domain_of(mapping(spec)) or Text()
            settled = mapping(spec).get("default") is not None and not self._may_be_dropped(name)
            facts[name] = domain.required() if settled else domain
        facts.setdefault("queue", OneOf(self._queues()))
        return facts

    def _settings(self, fact: str) -> Iterable[object]:
        for setter in self._setters():
            yield from sequence(mapping(mapping(setter).get("sets")).get(fact))

    def _setters(self) -> Iterable[object]:
        """Everything that changes facts: events and timers."""
        return (*self._section("events").values(), *sequence(self._document.get("timers")))

    def _may_be_dropped(self, fact: str) -> bool:
        """Whether something sets the fact to nothing; what takes it from an unset name leaves it as it is."""
        for setter in self._setters():
            sets = mapping(mapping(setter).get("sets"))
            cases = sequence(sets[fact]) or [None] if fact in sets else []
            if any((mapping(case).get("is", case) if isinstance(case, Mapping) else case) is None for case in cases):
                return True
        return False

    def _queues(self) -> tuple[str, ...]:
        """The queues that anything sets, where the policy does not declare them."""
        values = [mapping(case).get("is") if isinstance(case, Mapping) else case for case in self._settings("queue")]
        return tuple(dict.fromkeys(v for v in values if isinstance(v, str) and not v.startswith("event.")))

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The names of the escalation levels; the longest list where there are several."""
        lists = [words(mapping(entry).get("levels")) for entry in sequence(self._document.get("escalation"))]
        return max(lists, key=len, default=())

    @cached_property
    def openers(self) -> frozenset[str]:
        """The events that can do nothing but open a ticket."""
        opening, moving = set[str](), set[str]()
        for entry in sequence(self._document.get("transitions")):
            (opening if mapping(entry).get("opens") else moving).update(words(mapping(entry).get("on")))
        return frozenset(opening - moving)

    @cached_property
    def ticket(self) -> Scope:
        """What can be read of a ticket, whatever event is looked at."""
        states = self._section("states")
        rules = map(mapping, sequence(self._document.get("rules")))
        flagging = [rule.get("id") for rule in rules if "flag" in rule or rule.get("otherwise") == "flag"]
        names: dict[str, Domain] = {
            **self.facts,
            "channel": OneOf(words(self._section("channels"))),
            "state": OneOf(words(states)),
            "core": OneOf(CORE_STATES),
            "customer": Text(),
            "flagged": Many(OneOf(words(flagging))),
            **self._contracts(),
            "release.latest": Text(),
        }
        if self.levels:
            names["level"] = Integer(1, len(self.levels), may_be_unset=False)
        for calendar in self.calendars:
            names |= calendar_names(calendar)
        names |= {f"parameter.{parameter}": Presence() for parameter in self._section("parameters")}
        return Scope(names, {state: str(mapping(spec).get("core")) for state, spec in states.items()})

    def _contracts(self) -> dict[str, Domain]:
        names: dict[str, Domain] = {"contract": Many(OneOf(words(self._section("contracts"))))}
        for kind, spec in self._section("contracts").items():
            for attribute, of in mapping(mapping(spec).get("attributes")).items():
                names[f"contract.{kind}.{attribute}"] = domain_of(self.attribute(mapping(of))) or Text()
        return names

    def attribute(self, spec: Data) -> Data:
        """How an attribute of a contract is declared; one that names a calendar is one of the policy's."""
        if spec.get("calendar") is not True:
            return spec
        return {key: value for key, value in spec.items() if key != "calendar"} | {"one-of": [*self.calendars]}

    @property
    def calendars(self) -> tuple[str, ...]:
        """The policy's calendars, and ``always``."""
        return tuple(dict.fromkeys((*words(self._section("calendars")), ALWAYS)))

    @cached_property
    def _record(self) -> Scope:
        """What can be read while an event is looked at, but for its data."""
        names: dict[str, Domain] = {
            **{f"before.{name}": domain for name, domain in self.facts.items()},
            "actor": OneOf(words(self._section("roles")), may_be_unset=False),
            "actor-id": Text(),
            "record.channel": OneOf(words(self._section("channels"))),
            "record.customer": Text(),
        }
        return self.ticket.plus(names)

    def field_domain(self, name: str, spec: Data) -> Domain | None:
        """What a field of an event's data may hold: its own kind, that of ``like``, or that of the fact of its name."""
        own = domain_of(spec)
        if own is None and not any(kind in spec for kind in KINDS):
            like = spec.get("like", name)
            own = self.facts.get(str(like))
            if like == "channel" and own is None:
                own = OneOf(words(self._section("channels")))
        if own is None:
            return None
        settled = spec.get("required") or spec.get("default") is not None
        return unsettled(own).required() if settled else unsettled(own)

    def _fields(self, events: Iterable[str]) -> dict[str, Domain]:
        """The data of these events: what only some of them take may be unset."""
        declared = self._section("events")
        all_fields = [mapping(mapping(declared[event]).get("data")) for event in events if event in declared]
        names: dict[str, Domain] = {}
        for fields in all_fields:
            for name, spec in fields.items():
                domain = self.field_domain(name, mapping(spec)) or Text()
                both = names.get(f"event.{name}", domain)
                names[f"event.{name}"] = union(both, domain)
        for name, domain in names.items():
            if any(name.removeprefix("event.") not in fields for fields in all_fields):
                names[name] = unsettled(domain)
        return names

    def on_events(self, events: Iterable[str], *, before: bool = False) -> Scope:
        """What can be read when one of these events is looked at.

        Args:
            before: The ticket is read as it was before the event; one that opens a ticket then finds it empty.
        """
        known = self._likely(events)
        if (known, before) not in self._scopes:
            scope = self._record.plus(self._fields(known)).only(self._actors(known))
            opening = before and known and all(event in self.openers for event in known)
            self._scopes[known, before] = self.unopened(scope) if opening else scope
        return self._scopes[known, before]

    def _likely(self, events: Iterable[str]) -> tuple[str, ...]:
        """The events, one that nobody declared as the one that is like it, or as any: its own finding is enough."""
        declared = self._section("events")
        named = tuple(events)
        if all(event in declared for event in named):
            return named
        likely = [event if event in declared else nearest(event, declared) for event in named]
        return tuple(declared) if None in likely else tuple(dict.fromkeys(map(str, likely)))

    def _actors(self, events: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Who may be the actor of one of these events; nothing where that is not known."""
        roles, declared = words(self._section("roles")), self._section("events")
        by = {role for event in events for role in words(mapping(declared.get(event)).get("by"))}
        actors = tuple(role for role in roles if role in by)
        return {"actor": actors} if actors and by <= set(roles) else {}

    def whereabouts(self, name: str) -> str:
        """Where a name can be read that cannot be read at some place; ``""`` for one that can be read nowhere."""
        if name not in self.any_event:
            return ""
        field = name.removeprefix("event.")
        owners = [
            event
            for event, spec in self._section("events").items()
            if name != field and field in mapping(mapping(spec).get("data"))
        ]
        if owners:
            return f"`{name}` is data of {listed(owners)}, which is not looked at here; a fact could keep it"
        return f"`{name}` can be read only where an event is looked at"

    def on_event(self, event: str, conditions: Iterable[Condition], *, before: bool = False) -> Scope:
        """What these conditions can read when this one event is looked at.

        A condition that stands for several events may read data that only another of them takes: here it is unset.
        """
        return self.covering(self.on_events([event], before=before), conditions, unset=True)

    def covering(self, scope: Scope, conditions: Iterable[Condition], *, unset: bool = False) -> Scope:
        """``scope`` with every other name that these conditions read; with ``unset`` those hold nothing."""
        read = dict.fromkeys(name for condition in conditions for name in names_read(condition))
        missing = {name: unsettled(self.any_event[name]) for name in read if name not in scope}
        wider = scope.plus(missing)
        return wider.unset(missing) if unset else wider

    def on_setting(self, event: str) -> Scope:
        """What decides which case of a setting counts: a new ticket has its facts' defaults before anything is set."""
        scope = self.on_events([event], before=True)
        if event not in self.openers:
            return scope
        held = {}
        for name, spec in self._section("facts").items():
            value = self.facts[name].read(mapping(spec).get("default"), name)
            if not isinstance(value, Wrong) and not isinstance(self.facts[name], Many):
                held[name] = value
        return scope.plus({name: self.facts[name] for name in held}).fixed(held)

    def unopened(self, scope: Scope) -> Scope:
        """``scope`` as it is before there is a ticket: no state and no facts."""
        empty = (*self.facts, "state", "core", "channel", *(f"before.{name}" for name in self.facts))
        blank = [name for name in dict.fromkeys(empty) if name in scope]
        return scope.plus({name: unsettled(scope[name]) for name in blank}).unset(blank)

    def on_start(self, events: Iterable[str]) -> Scope:
        """What a commitment may read: the data of the events that start it too, where events do."""
        known = tuple(events)
        return self.on_events(known) if known else self.ticket

    @cached_property
    def any_event(self) -> Scope:
        """Every name there is: what a named condition may read."""
        return self.on_events(self._section("events"))

    @cached_property
    def any_move(self) -> Scope:
        """What can be read when a ticket moves: by any event, or by a timer, which nobody did."""
        actors = self.any_event.held("actor") or words(self._section("roles"))
        return self.any_event.only({"actor": (*actors, None)})
