"""Values of a policy in words, whatever part of it they stand in: what a field held before, and what it holds now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from upheld.core.change.difference import CONDITIONS, ENTERED
from upheld.core.change.pairing import PLACED
from upheld.core.condition.domain import Domain
from upheld.core.policy.charge import Account, Charge, NamedAmount, Rating, WorkedAmount
from upheld.core.policy.commitment import Commitment, Mark, ParameterTarget, Trigger
from upheld.core.policy.event_type import Addition, Effect, EventType, Fact, Field, Reference, SettingCase
from upheld.core.policy.handling import Closure, QueueLine
from upheld.core.policy.lifecycle import Transition
from upheld.core.policy.money import ContractShare, ParameterAmount
from upheld.core.policy.parameter import Parameter
from upheld.core.policy.policy import OpeningHours, RecurringDays
from upheld.core.policy.provenance import Item
from upheld.core.policy.remedy import Remedy
from upheld.core.policy.wording import Wording
from upheld.core.time.duration import Duration
from upheld.core.time.target import (
    Agreed,
    BestEffort,
    ClosingOfSameDay,
    NextOccurrence,
    NextOpening,
    NextRelease,
)
from upheld.show.page.blocks import Line
from upheld.show.policy.billing import told_worth
from upheld.show.policy.contact import told_kind
from upheld.show.policy.handling import order_line, told_closure
from upheld.show.policy.hours import opening_lines, recurring_line, stated
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View

_TARGETS: Final = (Duration, NextOpening, NextRelease, ClosingOfSameDay, NextOccurrence, Agreed, BestEffort)

_SECTIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("on", "accepts", "refuses"), "events"),
    **dict.fromkeys(("states", "origins", "enters", "leaves"), "states"),
    **dict.fromkeys(("during", "calendar"), "calendars"),
    "account": "accounts",
    "contract": "contracts",
    "overrides": "parameters",
    "parameter": "parameters",
    "reverses": "charges",
}
"""The section in which the names that a field holds are declared."""

_SUBJECTS: Final = frozenset(("fact", "corrects", "by", "across"))
"""Fields that hold a name that conditions read."""

_PROMISES: Final = frozenset(("commitments", "objectives", "availability"))
"""Sections that come first where a name is that of several items."""


@dataclass(frozen=True, slots=True)
class Said:
    """Puts values into the words of one version of the policy.

    Attributes:
        view: That version, and the reader's language.
        around: The parts around the value, the policy first.
        in_all: Whether texts are told in every language that they have, and not in the reader's alone.
    """

    view: View
    around: tuple[object, ...]
    in_all: bool = False

    def text(self, field: str, value: object) -> str:
        """What a field of the innermost part holds, in words; ``–`` for nothing."""
        told = self._told(field, value)
        return told if told else self.view.say("change.none")

    def lines(self, field: str, value: object) -> tuple[str, ...]:
        """What a part says line by line; nothing for a value, or a part, that is told in one sentence."""
        if not isinstance(value, ENTERED):
            return ()
        found = tuple(self._fields(value))
        return found if len(found) > 1 and self.view.say("then").join(found) == self.text(field, value) else ()

    def _told(self, field: str, value: object) -> str:
        view = self.view
        match value:
            case None | () | "":
                return view.say("change.always") if field in ("when", "condition", "during") else ""
            case bool():
                return view.say("yes" if value else "no")
            case Wording() if not value.texts:
                return ""
            case Wording() if self.in_all:
                on = view.circumstances.on(self._events)
                told = ((code, view.quote(Wording(((code, text),)), on)) for code, text in value.texts)
                return view.say("then").join(view.say("compared", subject=code, what=text) for code, text in told)
            case Wording():
                return view.quote(value, view.circumstances.on(self._events))
            case _ if isinstance(value, CONDITIONS):
                return view.circumstances.on(self._events).text(value)
            case _ if field in _AMOUNTS and isinstance(value, (int, Duration, ContractShare, ParameterAmount)):
                return told_worth(view, value, self._unit)
            case Duration() if not isinstance(self.around[-1], (Account, Rating)):
                return view.times.target(value) if value.amount else view.locale.duration(value)
            case _ if isinstance(value, _TARGETS):
                return view.times.target(value)
            case Fraction():
                return view.locale.number(value) if field == "factor" else view.locale.percent(value)
            case date():
                return view.locale.date(value)
            case tuple() if field == "levels" and not self.in_all:
                return view.locale.listed([view.naming.text(label) or name for name, label in value])
            case tuple():
                return view.locale.listed([self._told(field, each) or str(each) for each in value])
            case str():
                return self._named(field, value)
            case int():
                return view.locale.number(value)
            case Mapping():
                return view.say("then").join(self._entries(field, value))
        return self._part(field, value)

    def _part(self, field: str, value: object) -> str:
        """A part that has a sentence of its own; else all that its fields say."""
        view, on = self.view, self.view.circumstances.on(self._events)
        match value:
            case Trigger():
                return view.trigger(value)
            case Effect():
                return plain(view.effect(value, self._events))
            case Reference() | Addition() | NamedAmount():
                return view.locale.quoted(on.subject(value.name))
            case ParameterTarget() | ParameterAmount():
                name = view.naming.among(view.policy.parameters, value.parameter)
                return view.say("amount-by", name=view.locale.quoted(name))
            case WorkedAmount():
                since, until = (view.locale.quoted(on.subject(name)) for name in (value.since, value.until))
                return view.say("amount-worked", since=since, until=until)
            case OpeningHours():
                return view.say("then").join(opened(view, value))
            case RecurringDays():
                return plain(recurring_line(view, value))
            case Mark():
                return self._mark(value)
            case Closure():
                return told_closure(view, value)
            case Domain():
                holder = self.around[-1]
                assert isinstance(holder, (Fact, Field)), "what has a domain holds values"
                return told_kind(view, self._subjects, holder) or view.say("change.any-text")
        return view.say("then").join(self._fields(value)) if is_dataclass(value) else str(value)

    def _mark(self, mark: Mark) -> str:
        view, holder = self.view, self.around[-1]
        cases = holder.within if isinstance(holder, Commitment) and mark.cases is not None else ()
        named = [view.circumstances.when(case.when) for place, case in enumerate(cases) if mark.is_of(place)]
        when = "".join(each or view.say("in-other-cases") for each in named)
        if mark.kind == "used":
            return view.say("warned-at", marks=view.locale.percent(mark.share)) + when
        if mark.kind == "left" and mark.length is not None:
            return view.say("warned-before", lengths=view.locale.duration(mark.length)) + when
        return view.say("told-when-breached")

    def _fields(self, value: Any) -> Iterator[str]:
        """Everything that a part says, field by field, but for what it does not say."""
        inner, unsaid = replace(self, around=(*self.around, value)), PLACED | {"id", "clauses", "assumes"}
        unsaid |= {"label"} if isinstance(value, Item) and not isinstance(value, (Field, Fact)) else set()
        for each in fields(value):
            held = getattr(value, each.name)
            if each.name in unsaid or held in (each.default, date.min):
                continue
            if told := inner._told(each.name, held):
                subject = self.view.say(f"change.field.{each.name}")
                yield self.view.say("compared", subject=subject, what=told) if subject else told

    def _entries(self, field: str, value: Mapping[str, object]) -> Iterator[str]:
        for key, held in value.items():
            what = self._told(field, held)
            yield self.view.say("compared", subject=self._key(key), what=what) if key else what

    def _key(self, key: str) -> str:
        """What a column of a table is called: a severity, a plan and a severity."""
        table = next((part for part in reversed(self.around) if isinstance(part, Parameter)), None)
        return column(self.view, table, key) if table is not None else key

    def _named(self, field: str, value: str) -> str:
        """A name, or a word, as readers call it."""
        view, naming, key = self.view, self.view.naming, f"change.{field}.{value}"
        if key in view.locale.messages:
            return view.say(key)
        section = _SECTIONS.get(field, "")
        if field == "by" and isinstance(self.around[-1], QueueLine):
            return plain(order_line(view, self.around[-1]))
        if field == "by" and isinstance(self.around[-1], EventType):
            section = "roles"
        elif field in _SUBJECTS and value:
            return view.locale.quoted(self._subjects.name(value))
        if field == "target":
            section = "states"
        if section == "calendars":
            return view.locale.quoted(naming.calendar(value))
        if section:
            return view.locale.quoted(naming.among(getattr(view.policy, section), value))
        if field in ("value", "default"):
            return view.locale.quoted(self._subjects.value(self._fact, value))
        if field in ("is", "values"):
            return view.times.value(value)
        return self._anywhere(field, value)

    def _anywhere(self, field: str, value: str) -> str:
        """What a list names that may hold parts of several sections: the promise, the charge, the transition."""
        naming = self.view.naming
        if field in ("of", "ends", "passes", "account"):
            found = [item for item in self.view.policy.items() if item.id == value]
            for item in sorted(found, key=lambda item: item.path[0] not in _PROMISES):
                if isinstance(item, Transition):
                    return self.view.locale.quoted(naming.transition(item))
                if item.path[0] not in ("events", "facts"):
                    return self.view.locale.quoted(naming.name(item))
        return self.view.locale.tidy(value)

    @property
    def _events(self) -> tuple[str, ...]:
        """The events whose data conditions here read."""
        for part in reversed(self.around):
            if isinstance(part, EventType):
                return (part.id,)
            if (on := getattr(part, "on", ())) and isinstance(on, tuple):
                return on
        return ()

    @property
    def _subjects(self) -> Subjects:
        return Subjects(self.view.naming, self._events)

    @property
    def _fact(self) -> str:
        """The fact or the field whose value it is."""
        inner = self.around[-1]
        if isinstance(inner, SettingCase):
            return str(getattr(self.around[-2], "fact", ""))
        if isinstance(inner, Field):
            return f"event.{inner.id}"
        return inner.id if isinstance(inner, Item) else ""

    @property
    def _unit(self) -> str:
        """The unit of the account on which an amount stands."""
        for part in reversed(self.around):
            if isinstance(part, Account):
                return part.unit
            name = part.rating.account if isinstance(part, Charge) and part.rating else getattr(part, "account", "")
            if isinstance(part, (Charge, Rating, Remedy)) and name in self.view.policy.accounts:
                return self.view.policy.accounts[name].unit
        return ""


_AMOUNTS: Final = frozenset(("amount", "first_block", "step", "minimum", "cap", "limit", "low_balance"))
"""Fields whose value is an amount of an account."""


def column(view: View, table: Parameter, key: str) -> str:
    """A column of a table, by the words of the names that choose it."""
    subjects, keys = Subjects(view.naming), key.split(".")
    return ", ".join(subjects.value(name, each) for name, each in zip(table.names, reversed(keys)) if each)


def opened(view: View, calendar: OpeningHours) -> Iterator[str]:
    """Opening hours line by line, the clock they are told on first."""
    found = stated(calendar)
    yield view.say("times-of").strip(" ,;") + " " + view.naming.zone(found.zone if found is not None else "")
    yield from map(plain, opening_lines(view, calendar))


def plain(line: Line) -> str:
    """The words of a line alone."""
    return "".join(getattr(piece, "text", "") for piece in line)
