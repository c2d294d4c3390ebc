"""One change in words: what it is about, what was said before and what is said now, and a ticket that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import Final

from upheld.core.change.affected_ticket import Affected, affected
from upheld.core.change.difference import CONDITIONS, Change, Way, differences
from upheld.core.condition.condition import All, Atom, Condition, Not
from upheld.core.condition.domain import Held
from upheld.core.condition.scope import Scope
from upheld.core.policy.commitment import CalendarCase, TargetCase, Trigger
from upheld.core.policy.event_type import Effect, EventType, Setting, SettingCase
from upheld.core.policy.event_type import Field as EventField
from upheld.core.policy.handling import Escalation, QueueLine
from upheld.core.policy.lifecycle import Transition
from upheld.core.policy.parameter import ParameterRow
from upheld.core.policy.policy import OpeningHours, RecurringDays
from upheld.core.policy.provenance import Grounds, Item, Path
from upheld.core.policy.remedy import Step, WorthCase
from upheld.core.policy.rule import Rule
from upheld.core.proof.example import Example
from upheld.core.time.duration import Duration
from upheld.core.time.target import parse_target
from upheld.loader.assembly import Assembled
from upheld.show.change.told_value import Said, column, opened, plain
from upheld.show.policy.handling import order_line
from upheld.show.policy.hours import recurring_line
from upheld.show.policy.remedies import told_step
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View

Scopes = Callable[[Path, Condition], Scope | None]
"""The names that can be read where a condition of the later version stands; ``None`` where that is not known."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words.

    Attributes:
        change: It.
        name: What the part is called that it is about.
        about: Which of its sayings, from the outside inwards: ``time allowed, when Severity is 1``; ``""`` for all.
        before, after: What is said, in words; ``""`` where the part was not there, or is not there any more.
        parts: What a part that is new, or gone, says line by line; nothing where one sentence says it.
        turn: ``shorter``, ``longer``, ``lower``, ``higher``, or ``""`` where that cannot be said.
        examples: Tickets that are treated otherwise, in words: those that no longer fit, and those that now do.
        clauses, assumes: What it rests on, in either version.
    """

    change: Change
    name: str
    about: str
    before: str
    after: str
    parts: tuple[str, ...]
    turn: str
    examples: tuple[str, ...]
    clauses: tuple[str, ...]
    assumes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """Puts changes into words.

    Attributes:
        earlier, later: The two versions, in the reader's language.
        scopes: Where conditions of the later version stand.
        earlier_scopes: Where those of the earlier one do.
    """

    earlier: View
    later: View
    scopes: Scopes
    earlier_scopes: Scopes

    def told(self, change: Change) -> Iterator[Told]:
        """A change in words; hours that differ on several days are told day by day."""
        itself = (change.ways[0].key,)
        clauses = [itself] if change.section == "clauses" else [each.clauses for each in change.grounds]
        assumes = [itself] if change.section == "assumptions" else [each.assumes for each in change.grounds]
        for about, before, after in self._said(change):
            yield Told(
                change,
                self._name(change),
                about,
                before,
                after,
                self._parts(change),
                _turn(change),
                tuple(self._examples(change)),
                tuple(dict.fromkeys(chain(*clauses))),
                tuple(dict.fromkeys(chain(*assumes))),
            )

    def _said(self, change: Change) -> Iterator[tuple[str, str, str]]:
        """What it is about, and what either version says."""
        field = change.ways[-1].field
        item = change.ways[-1].before
        if field == "document" and isinstance(item, (OpeningHours, RecurringDays)):
            yield from self._hours(change)
            return
        about = self._about(change)
        views = self.earlier, self.later
        before, after = (self._value(view, change, view is self.later) for view in views)
        if before == after:
            before, after = (self._value(view, change, view is self.later, in_all=True) for view in views)
        yield about, before, after

    def _parts(self, change: Change) -> tuple[str, ...]:
        if change.kind not in ("added", "removed"):
            return ()
        later = change.kind == "added"
        said = self._saying(self.later if later else self.earlier, change, later)
        return said.lines(change.ways[-1].field, change.after if later else change.before)

    def _saying(self, view: View, change: Change, later: bool, *, in_all: bool = False) -> Said:
        return Said(view, tuple(way.after if later else way.before for way in change.ways), in_all)

    def _value(self, view: View, change: Change, later: bool, *, in_all: bool = False) -> str:
        value = change.after if later else change.before
        if change.kind in ("added", "removed") and value is None:
            return ""
        said = self._saying(view, change, later, in_all=in_all)
        if change.kind == "moved":
            assert isinstance(value, tuple), "what is moved are parts of a list"
            return view.locale.listed([self.called(view, each) for each in value])
        return said.text(change.ways[-1].field, value)

    def _hours(self, change: Change) -> Iterator[tuple[str, str, str]]:
        """Opening hours, line by line: those that only one version has."""
        one, other = change.ways[-1].before, change.ways[-1].after
        if isinstance(one, RecurringDays) and isinstance(other, RecurringDays):
            lines = [[plain(recurring_line(self.earlier, one))], [plain(recurring_line(self.later, other))]]
        else:
            assert isinstance(one, OpeningHours), "what is no recurrence has hours"
            assert isinstance(other, OpeningHours), "what is no recurrence has hours"
            lines = [list(opened(view, each)) for view, each in ((self.earlier, one), (self.later, other))]
        gone = [text for text in lines[0] if text not in lines[1]]
        new = [text for text in lines[1] if text not in lines[0]]
        if gone or new:
            then = self.later.say("then")
            yield "", then.join(gone) or self.later.say("change.none"), then.join(new) or self.later.say("change.none")

    def _name(self, change: Change) -> str:
        item = change.item
        if not isinstance(item, Grounds):  # what stands at the top of a policy: its zone, its vendor
            return self.later.say("change.policy")
        view = self.earlier if change.kind == "removed" and len(change.ways) == 1 else self.later
        if change.kind == "moved" and len(change.ways) == 1:
            return self.later.say("change.all")
        return self.called(view, item)

    def called(self, view: View, part: object) -> str:
        """What a part of the policy is called."""
        if isinstance(part, Transition):
            target = f" → {view.naming.state(part.target)}" if part.target else ""
            return view.naming.transition(part) + target
        if isinstance(part, Rule) and not part.label and part.message:
            return view.quote(part.message, view.circumstances.on(part.on))
        if isinstance(part, Item):
            return view.naming.name(part)
        if isinstance(part, QueueLine):
            return plain(order_line(view, part))
        if isinstance(part, Escalation):
            return view.say("escalation")
        if isinstance(part, tuple) and part and isinstance(part[0], str):
            return part[0]
        return Said(view, ()).text("", part)

    def _about(self, change: Change) -> str:
        """From the part inwards, what the change is about: ``time allowed, when Severity is 1``."""
        if change.kind == "moved" and len(change.ways) == 1:
            return ""
        told: list[str] = []
        inner = change.ways[1:] if isinstance(change.item, Grounds) else change.ways
        for number, way in enumerate(inner):
            told += self._met(way) if number else []
            if way.key and way.field in ("fields", "attributes"):
                told.append(self.later.locale.quoted(self._datum(change, way)))
            elif not (way.field in _CASED and number + 1 < len(inner)):
                told.append(self.later.say(f"change.field.{way.field}"))
                told += [self._column(way)] if way.key else []
        return ", ".join(each for each in told if each)

    def _datum(self, change: Change, way: Way) -> str:
        """What a field of an event is called, or what a kind of contract states."""
        held = change.after or change.before if change.ways[-1] is way else change.ways[-1].after
        view = self.earlier if change.kind == "removed" and change.ways[-1] is way else self.later
        if isinstance(held, EventField) and not held.label and isinstance(change.item, EventType):
            return Subjects(view.naming, (change.item.id,)).name(f"event.{held.id}")
        return held.name(view.language) if isinstance(held, Item) else way.key

    def _met(self, way: Way) -> list[str]:
        """A part without a name, by what it is known."""
        part, view = way.after, self.later
        events = tuple(getattr(part, "on", ())) if isinstance(part, Trigger) else ()
        match part:
            case TargetCase() | CalendarCase() | SettingCase() | WorthCase() if way.field != "when" and part.when:
                return [view.circumstances.on(events).when(part.when).strip(" ()")]
            case Step() if way.field == "amount":
                return [told_step(view, part)]
            case Trigger():
                return [view.naming.events(part.on)] if part.on else [view.trigger(part)]
            case Setting():
                return [view.locale.quoted(Subjects(view.naming).name(part.fact))]
            case ParameterRow() if way.field != "since" and part.since != date.min:
                return [view.say("from-day", day=view.locale.date(part.since)).strip(" ()")]
            case Effect():
                return [Said(view, ()).text("", part)] if way.field != "about" else []
        return []

    def _column(self, way: Way) -> str:
        """A column of a table, by the words of the names that choose it."""
        parameter = next((each for each in (way.after,) if isinstance(each, ParameterRow)), None)
        if parameter is None:
            return way.key
        table = next(
            (each for each in self.later.policy.parameters.values() if any(row is parameter for row in each.rows)), None
        )
        if table is None:
            return way.key
        return column(self.later, table, way.key)

    def _examples(self, change: Change) -> Iterator[str]:
        """Tickets that a changed condition treats otherwise."""
        found = self._affected(change)
        for key, example in (("change.no-longer", found.no_longer), ("change.now", found.now)):
            if example is not None:
                yield self.later.say(key, ticket=self._ticket(example))
        if not found.is_decided:
            yield self.later.say("change.undecided")

    def _affected(self, change: Change) -> Affected:
        before, after = change.before, change.after
        if change.ways[-1].field not in _CONDITIONAL:
            return Affected()
        if not all(each is None or isinstance(each, CONDITIONS) for each in (before, after)):
            return Affected()
        scope = self._scope(change.ways[-1])
        one, other = (each if isinstance(each, CONDITIONS) else None for each in (before, after))
        return Affected(is_decided=False) if scope is None else affected(one, other, scope)

    def _scope(self, way: Way) -> Scope | None:
        """The names that can be read where the condition stands, in the later version or else the earlier."""
        sides = ((way.after, self.scopes), (way.before, self.earlier_scopes))
        for part, scopes in sides:
            condition = getattr(part, way.field)
            if condition is not None and isinstance(part, Grounds):
                found = scopes(part.path, condition)
                if found is not None:
                    return found
        return None

    def _ticket(self, example: Example) -> str:
        """A ticket, by what is known of it, as conditions tell it."""
        known = tuple(_holds(name, held) for name, held in example.facts.items())
        return self.later.circumstances.text(All(known)) if known else self.later.say("change.any-ticket")


def told_changes(earlier: Assembled, later: Assembled, language: str) -> list[Told]:
    """What differs between two versions, change by change, in the reader's language."""
    views = View(earlier.policy, language), View(later.policy, language)
    telling = Telling(*views, _scopes(later), _scopes(earlier))
    return [told for change in differences(earlier.policy, later.policy) for told in telling.told(change)]


def _scopes(assembled: Assembled) -> Scopes:
    """The names that can be read where a condition of the policy stands."""
    by_condition: dict[Condition, list[tuple[Path, Scope]]] = {}
    for reading in assembled.readings:
        by_condition.setdefault(reading.condition, []).append((reading.path, reading.scope))

    def scope(path: Path, condition: Condition) -> Scope | None:
        found = by_condition.get(condition, ())
        return next((scope for where, scope in found if where[: len(path)] == path), None)

    return scope


_CONDITIONAL: Final = frozenset(("when", "condition", "first"))
_CASED: Final = frozenset(("within", "hours", "cases", "steps", "sets", "rows", "start", "stop", "cancel"))
"""Fields of parts that are told by what they say themselves."""


def _holds(name: str, held: Held) -> Condition:
    """The condition that a name holds just this."""
    if held is None:
        return Not(Atom(name, "set"))
    if isinstance(held, frozenset):
        return All(tuple(Atom(name, "has", (each,)) for each in sorted(held, key=str)))
    return Atom(name, "is", (held,))


def _turn(change: Change) -> str:
    """Whether a time has become shorter or longer, a number lower or higher."""
    one, other = (_measure(each) for each in (change.before, change.after))
    if one is None or other is None or one[0] != other[0] or one[1] == other[1]:
        return ""
    words: Mapping[str, tuple[str, str]] = {"number": ("lower", "higher")}
    lesser, greater = words.get(one[0], ("shorter", "longer"))
    return lesser if other[1] < one[1] else greater


def _measure(value: object) -> tuple[str, Fraction] | None:
    """A length or a number, with what it can be compared with."""
    if isinstance(value, str):
        try:
            value = parse_target(value)
        except ValueError:
            return None
    if isinstance(value, Duration):
        if value.months:
            return "months", Fraction(value.months)
        return ("s", Fraction(value.seconds)) if value.has_seconds else (value.unit, value.amount)
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return "number", Fraction(value)
    return None
