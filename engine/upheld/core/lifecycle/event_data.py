"""Event data: the checks of an event's fields, compiled from the policy.

Validating each record against a JSON Schema would cost four times what deciding it
costs. So the fields of an event become one small function each; whatever they refuse is
told all at once, unknown and missing fields included.

    >>> from upheld.core.condition.domain import OneOf
    >>> from upheld.core.finding import Place
    >>> at = {"path": (), "place": Place("policy.yaml", 1, 1)}
    >>> severity = Field(id="severity", domain=OneOf(("high", "low")), required=True, **at)
    >>> form = DataForm(EventType(id="submit", by=("customer",), fields={"severity": severity}, **at))
    >>> form.read({"severity": "low"})
    {'event.severity': 'low'}
    >>> [problem.kind for problem in form.read({"severty": "low"}).problems]
    ['unknown-field', 'missing-field']

Source: DESIGN section 3, step 1, and "In the same spirit event data is validated by checks compiled from the policy".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from upheld.core.condition.domain import Boolean, Domain, Held, Many, OneOf, Scalar, Text, Wrong
from upheld.core.condition.ordered import Integer
from upheld.core.nearest import nearest, said
from upheld.core.policy.event_type import EventType, Field
from upheld.core.policy.labels import Labels
from upheld.core.policy.wording import Wording
from upheld.core.record.message import Message, all_called, called, joined, value_of

LEAST: Final = -(2**63) + 1
MOST: Final = 2**63 - 1
"""Whole numbers of 64 bits are read, as everywhere."""

Read = Callable[[object], Held | Wrong]


class FieldProblem(NamedTuple):
    """What is wrong with one field.

    Attributes:
        field: The field as declared; ``None`` for one that nobody declared.
        wrong: Why its value is none.
    """

    kind: Literal["unknown-field", "missing-field", "wrong-field"]
    name: str
    field: Field | None = None
    wrong: Wrong | None = None


class DataForm:
    """The data that one type of event takes."""

    __slots__ = ("_blank", "_labels", "_readers", "_required", "type")

    def __init__(self, event_type: EventType, labels: Labels | None = None) -> None:
        fields = event_type.fields
        self.type = event_type
        self._labels = labels
        self._required = tuple((name, f"event.{name}") for name, field in fields.items() if field.required)
        self._readers = {name: (f"event.{name}", _reader(field.domain, name)) for name, field in fields.items()}
        self._blank: dict[str, Held] = {f"event.{name}": field.default for name, field in fields.items()}

    def read(self, data: Mapping[str, object], is_plain: bool = False) -> dict[str, Held] | Unfit:
        """What the names ``event.<field>`` hold, or what can say everything that is wrong.

        A field of ``None`` is no field, and what holds nothing is ``None``. Values whose class is a subclass of text or
        number, such as those of a ``StrEnum``, are taken as what they hold. The mapping that comes back is not to be
        changed: it may be that of all events without data.
        """
        if not data and not self._required:
            return self._blank
        values = self._blank.copy()
        readers = self._readers
        for name, raw in data.items():
            known = readers.get(name)
            if known is None:
                return self._again(data, is_plain)
            if raw is not None:
                held = known[1](raw)
                if isinstance(held, Wrong):
                    return self._again(data, is_plain)
                values[known[0]] = held
        for _, key in self._required:
            if values.get(key) is None:
                return self._again(data, is_plain)
        return values

    def held(self, field: str, raw: object) -> Held | Wrong:
        """What one of its fields holds, where nothing is asked about the others."""
        if raw is None:
            return self._blank[f"event.{field}"]
        return self._readers[field][1](raw)

    def _again(self, data: Mapping[str, object], is_plain: bool) -> dict[str, Held] | Unfit:
        """What does not fit may be of a host's classes: only who has some pays for a second look."""
        if is_plain:
            return Unfit(self, data)
        plain = {str.__str__(name) if isinstance(name, str) else name: _members(raw) for name, raw in data.items()}
        return self.read(plain, True)

    def problems(self, data: Mapping[str, object]) -> tuple[FieldProblem, ...]:
        """Everything that is wrong, in the order of the policy; what nobody declared, by its name; what is missing.

        The order in which a record gives its fields means nothing: neither JSON nor columns promise any.
        """
        found = []
        fields, given = self.type.fields, {key for key, held in self._blank.items() if held is not None}
        for name, field in fields.items():
            raw = data.get(name)
            if raw is not None:
                read = _told_reader(field.domain, name)(raw)
                if isinstance(read, Wrong):
                    found.append(FieldProblem("wrong-field", name, field, read))
                if read is not None:
                    given.add(f"event.{name}")
        for unknown in sorted(map(said, data.keys() - fields.keys())):
            found.append(FieldProblem("unknown-field", unknown))
        for name, key in self._required:
            if key not in given:
                found.append(FieldProblem("missing-field", name, fields[name]))
        return tuple(found)

    def message(self, problems: tuple[FieldProblem, ...]) -> Message:
        """What to tell about them."""
        return joined(map(self._told, problems))

    def _told(self, problem: FieldProblem) -> Message:
        name, fields = problem.name, self.type.fields
        if problem.wrong is not None:
            hint = f": {problem.wrong.hint}" if problem.wrong.hint else ""
            told = f"{problem.wrong.message}{hint}"
            values = {key: value_of(shown) for key, shown in problem.wrong.values}
            if problem.wrong.known and problem.field is not None:
                labels = {} if self._labels is None else self._labels.of_field(problem.field)
                known = ((each, labels.get(each, Wording())) for each in problem.wrong.known)
                values["known"] = all_called(known, to_write=True)
            return Message.from_catalogue(problem.wrong.about, field=self.called(name), problem=told, **values)
        if problem.field is not None:
            return Message.from_catalogue("missing-field", field=self.called(name))
        near = nearest(name, fields)
        advice = Message.from_catalogue("no-fields")
        if near:
            advice = Message.from_catalogue("did-you-mean", near=near)
        elif fields:
            known = ((each, self._label(each)) for each in fields)
            advice = Message.from_catalogue("there-are", known=all_called(known, to_write=True))
        event = called(self.type.id, self.type.label)
        return Message.from_catalogue("unknown-field", event=event, field=name, advice=advice)

    def called(self, field: str) -> Message:
        """What people call a field."""
        return called(field, self._label(field))

    def _label(self, field: str) -> Wording:
        return Wording() if self._labels is None else self._labels.name(f"event.{field}", self.type.id)


@dataclass(frozen=True, slots=True)
class Unfit:
    """Data that do not fit their form; iterates over the fields meant.

    What is wrong is worked out when somebody asks.
    """

    form: DataForm
    data: Mapping[str, object]

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """Everything that is wrong."""
        return self.form.problems(self.data)

    def message(self) -> Message:
        """What to tell about it."""
        return self.form.message(self.problems)

    def __iter__(self) -> Iterator[Field]:
        return (problem.field for problem in self.problems if problem.field is not None)


def _plain(raw: object) -> object:
    """The text or number that a value of a host's class holds, as text and number know it.

    Its class may show it in its own way, and would have to be there wherever the ticket is unpickled.
    """
    if isinstance(raw, str):
        return str.__str__(raw)
    return int.__int__(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


def _members(raw: object) -> object:
    """The same of each of several. Those of a set get an order, so that always the same one is told as wrong."""
    if isinstance(raw, (set, frozenset)):
        return sorted(map(_plain, raw), key=lambda each: (type(each).__name__, said(each)))
    return [*map(_plain, raw)] if isinstance(raw, (list, tuple)) else _plain(raw)


UNTOLD: Final = Wrong("bad-value", "")
"""That a value is wrong, without saying why: a slip of the pen costs as much to explain as ten events to decide."""


def _reader(domain: Domain, name: str) -> Read:
    """The check of one field."""
    if isinstance(domain, Many):
        return _several(_reader(domain.of, name))
    if isinstance(domain, OneOf):
        words = frozenset(domain.values)
        return lambda raw: raw if type(raw) is str and raw in words else UNTOLD
    if isinstance(domain, Boolean):
        return lambda raw: raw if raw is True or raw is False else UNTOLD
    if isinstance(domain, Text):
        return lambda raw: raw if type(raw) is str else UNTOLD
    if isinstance(domain, Integer):
        low = LEAST if domain.low is None else max(domain.low, LEAST)
        high = MOST if domain.high is None else min(domain.high, MOST)
        return lambda raw: raw if type(raw) is int and low <= raw <= high else UNTOLD
    return _told_reader(domain, name)


def _told_reader(domain: Domain, name: str) -> Read:
    """The same check, whose domain says why it refuses."""
    if isinstance(domain, Many):
        return _several(_told_reader(domain.of, name))
    return lambda raw: domain.read(raw, name)


def _several(one: Read) -> Read:
    """A list of values, or one alone; the same value twice is one."""

    def read(raw: object) -> Held | Wrong:
        members: set[Scalar] = set()
        for each in raw if isinstance(raw, (list, tuple, set, frozenset)) else (raw,):
            held = one(each)
            if isinstance(held, Wrong):
                return held
            assert isinstance(held, (str, int)), held
            members.add(held)
        return frozenset(members) or None

    return read
