"""Subjects: what a name in a condition is called, and what the values it may hold are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from upheld.core.condition.condition import Atom
from upheld.core.condition.domain import Many, OneOf, Scalar, Text
from upheld.core.condition.ordered import Date, Instant
from upheld.core.policy.currency import CURRENCIES, money
from upheld.core.policy.event_type import Fact, Field, Reference
from upheld.core.time.day import parse_date
from upheld.show.words.naming import Naming

_NAMED = frozenset({"severity", "queue", "channel", "state", "core", "level", "customer", "actor-id"})
"""Names that are there without being declared, and so have no label of their own."""

_LIKENED = frozenset({"severity", "queue", "channel"})
"""Those of them that a field called the same is about."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """What names and values are called, in conditions on ``events``."""

    naming: Naming
    events: tuple[str, ...] = ()

    def name(self, name: str) -> str:
        """What a reader calls a name such as ``event.minutes``."""
        family, _, rest = name.partition(".")
        if family == "before" and rest:
            return self.naming.locale.say("before", name=self.name(rest))
        if family == "event" and rest:
            return self._field_name(rest)
        if family == "record" and rest:
            return self.naming.locale.say(name)
        if family == "contract" and rest:
            kind, _, attribute = rest.partition(".")
            contract = self.naming.policy.contracts.get(kind)
            label = self.naming.among(contract.attributes, attribute) if contract else attribute
            return self.naming.locale.say("attribute", name=label, contract=self.contract(kind))
        if name == "release.latest":
            return self.naming.locale.say("latest-release")
        if name == "severity":
            return self.severity()
        if name in self.naming.policy.facts:
            return self.naming.name(self.naming.policy.facts[name])
        return self.naming.locale.say(name) if name in _NAMED else name

    def other(self, name: str, subject: str) -> str:
        """The same of what something called ``subject`` is compared with: never called just like it."""
        called = self.name(name)
        return self.naming.locale.say("of-ticket", name=called) if called == subject else called

    def severity(self) -> str:
        """What this vendor calls severity: as its own events label the field, if they all do so alike."""
        events = self.naming.policy.events.values()
        fields = [event.fields.get("severity") for event in events]
        labels = {self.naming.text(field.label) for field in fields if field is not None and field.label}
        return labels.pop() if len(labels) == 1 else self.naming.locale.say("severity")

    def contract(self, kind: str) -> str:
        """A kind of contract's name."""
        return self.naming.among(self.naming.policy.contracts, kind)

    def is_former(self, name: str, other: str) -> bool:
        """Whether a comparison of the two asks how a fact changes: its new value against the old one."""
        return other == f"before.{name}" or (name == f"event.{other}" and self._is_set(other))

    def order(self, atom: Atom) -> str:
        """How the values of a comparison are ordered in speech: on a scale, as days, as numbers."""
        if atom.scale:
            return "scale"
        holder = self._holder(atom.name)
        return "date" if holder is not None and isinstance(_element(holder), Date | Instant) else "number"

    def is_set_of_values(self, name: str) -> bool:
        """Whether it holds several values, of which a comparison asks for one."""
        holder = self._holder(name)
        return holder is not None and isinstance(holder.domain, Many)

    def _is_set(self, fact: str) -> bool:
        """Whether the events at hand give the fact the value of their field of the same name."""
        settings = [setting for event in self.events for setting in self.naming.policy.events[event].sets]
        return any(
            case.value == Reference(f"event.{fact}")
            for setting in settings
            if setting.fact == fact
            for case in setting.cases
        )

    def _field_name(self, field: str) -> str:
        labels = [self.naming.text(each.label) for each in self._fields(field) if each.label]
        if labels:
            return labels[0]
        return self.name(field) if field in _LIKENED or field in self.naming.policy.facts else field

    def _fields(self, name: str) -> Iterator[Field]:
        """The fields of this name, those of the events at hand first."""
        events = self.naming.policy.events
        for event in (*self.events, *events):
            if event in events and name in events[event].fields:
                yield events[event].fields[name]

    def value(self, name: str, value: Scalar) -> str:
        """What a reader calls a value of a name."""
        locale, naming = self.naming.locale, self.naming
        if isinstance(value, bool):
            return locale.say("yes" if value else "no")
        family, _, rest = name.partition(".")
        if family in ("before", "record") and rest:
            return self.value(rest, value)
        holder = self._holder(name)
        if isinstance(value, int):
            return self._number(holder, value)
        fact = naming.policy.facts.get(rest if family == "event" else name)
        for each in (holder, fact):
            if each is not None and value in each.labels:
                return naming.value(each, value)
        if holder is not None and isinstance(_element(holder), Date):
            return locale.date(parse_date(value))
        return self._undeclared(self._like(holder) if family == "event" and rest else name, value)

    def is_typed(self, name: str) -> bool:
        """Whether it holds what somebody typed, or what the policy does not know: it may tell of people."""
        holder = self._holder(name)
        return isinstance(_element(holder), Text) if holder is not None else name.startswith("event.")

    def constant(self, name: str, value: Scalar) -> str:
        """The same for a value that a condition names: what anybody may have typed stands between quotation marks."""
        told, holder = self.value(name, value), self._holder(name)
        typed = holder is not None and isinstance(_element(holder), Text)
        return self.naming.locale.quoted(told) if typed else told

    def _like(self, field: Fact | Field | None) -> str:
        """The name whose values a field has, where it is one that no fact declares."""
        element = _element(field) if field is not None else None
        if not isinstance(element, OneOf):
            return ""
        severities = tuple(severity.id for severity in self.naming.policy.severities)
        return {severities: "severity", tuple(self.naming.policy.channels): "channel"}.get(element.values, "")

    def _undeclared(self, name: str, value: str) -> str:
        """A value of a name that is there without being declared."""
        naming = self.naming
        match name:
            case "severity":
                return naming.severity(value)
            case "channel":
                return naming.channel(value)
            case "state":
                return naming.state(value)
            case "core":
                return naming.locale.say(f"core.{value}")
            case "actor":
                return naming.role(value)
            case "contract":
                return self.contract(value)
            case "flagged":
                rule = next((rule for rule in naming.policy.rules if rule.id == value), None)
                return naming.locale.quoted(naming.text(rule.message)) if rule and rule.message else value
            case _:
                return naming.locale.tidy(value)

    def _number(self, holder: Fact | Field | None, value: int) -> str:
        if holder is not None and isinstance(_element(holder), Instant):
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
            return f"{self.naming.locale.date(at.date())}, {at:%H:%M} UTC"
        unit = getattr(holder, "unit", "")
        if unit in CURRENCIES:
            return f"{money(value, unit, self.naming.locale.decimal)}\u00a0{unit}"
        return f"{self.naming.locale.number(value)}\u00a0{unit}" if unit else self.naming.locale.number(value)

    def _holder(self, name: str) -> Fact | Field | None:
        family, _, rest = name.partition(".")
        if family == "event" and rest:
            return next(self._fields(rest), None)
        if family == "contract" and rest:
            kind, _, attribute = rest.partition(".")
            contract = self.naming.policy.contracts.get(kind)
            return contract.attributes.get(attribute) if contract else None
        return self.naming.policy.facts.get(name)


def _element(holder: Fact | Field) -> object:
    return holder.domain.of if isinstance(holder.domain, Many) else holder.domain
