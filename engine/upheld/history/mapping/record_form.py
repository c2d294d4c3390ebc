"""Record forms: the record of a history that a row makes, once it is known what the row is.

An event gets the fields that the policy says it takes, an observed state those that are
facts; whatever else the columns hold stays out, where the engine would refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from upheld.core.condition.domain import Boolean, Domain, Many, OneOf
from upheld.core.condition.ordered import Integer
from upheld.core.nearest import said
from upheld.core.policy.policy import Policy
from upheld.core.time.instant import text_of
from upheld.history.format.json_text import list_in
from upheld.history.mapping.cell import NO_WORD, Cell, Cells, Convert, OnUnknown, Read, Unknown, kebab
from upheld.history.mapping.cell_condition import FirstThatHolds, shown
from upheld.history.mapping.mapping import HistoryMapping, Outcome
from upheld.history.mapping.mapping_file import SYSTEM
from upheld.history.mapping.mapping_names import field_domains
from upheld.history.mapping.tally import Tally

Record = dict[str, object]

MOST_DIGITS: Final = 19


class _Field(NamedTuple):
    name: str
    read: Read
    unknown: OnUnknown


class RecordForm:
    """Makes records of the rows of one export.

    Args:
        tally: Is told of words that are passed over.
    """

    def __init__(self, mapping: HistoryMapping, policy: Policy, tally: Tally) -> None:
        self._mapping = mapping
        self._policy = policy
        self._tally = tally
        self._role = FirstThatHolds([(case.when, case.role) for case in mapping.roles])
        self._roles = frozenset((*policy.roles, SYSTEM))
        self._actor = None if mapping.actor is None else mapping.actor.reader(shown)
        channel, customer = mapping.channel, mapping.customer
        for name, cell in (("channel", channel), ("customer", customer)):
            self._note_guess(name, cell)
        self._customer = () if customer is None else (_field("customer", customer, shown),)
        named = () if channel is None else (_field("channel", channel, _name(policy.channels)),)
        self._channel_and_customer = named + self._customer
        self._names: dict[int, Read] = {}
        self._fields: dict[tuple[int, str], tuple[_Field, ...]] = {}

    def record(self, outcome: Outcome, ticket: str, at_s: int, cells: Cells) -> Record | Unknown | None:
        """The record of a row; ``None`` where it means nothing, or the first word that nobody knows."""
        kind = outcome.kind
        name = outcome.name if isinstance(outcome.name, str) else self._name(outcome, outcome.name, cells)
        if not name or isinstance(name, Unknown):
            return name or None
        actor = self.actor(outcome.role, cells)
        if isinstance(actor, Unknown):
            return actor
        record: Record = {"ticket": ticket, "at": text_of(at_s), kind: name}
        if actor:
            record["actor"] = actor
        if outcome.channel:
            record["channel"] = outcome.channel
        for field in self._customer if outcome.channel else self._channel_and_customer:
            unknown = self._put(field, cells, record)
            if unknown is not None:
                return unknown
        data: Record = {}
        for field in self._fields_of(outcome, name):
            unknown = self._put(field, cells, data)
            if unknown is not None:
                return unknown
        if data:
            record["data"] = data
        return record

    def actor(self, role: str, cells: Cells) -> str | Unknown:
        """Who did it: the role and, where the export tells, who in it."""
        read = None if self._actor is None else self._actor(cells)
        if isinstance(read, Unknown):
            return read
        who = "" if read is None else str(read)
        if not role and not self._mapping.roles:
            return who if not who or who.partition(":")[0] in self._roles else Unknown("actor", who)
        found = role or self._role(cells)
        if found is None:
            return Unknown("actor", who)
        return f"{found}:{who}" if who and who.isprintable() else found

    def _put(self, field: _Field, cells: Cells, into: Record) -> Unknown | None:
        """Put what a cell says; a word that nobody knows comes back, unless the mapping skips such."""
        value = field.read(cells)
        if value.__class__ is Unknown:
            assert isinstance(value, Unknown)
            if field.unknown != "skip":
                return value
            self._tally.unknown[value] += 1
        elif value is not None:
            into[field.name] = value
        return None

    def _name(self, outcome: Outcome, cell: Cell, cells: Cells) -> str | Unknown | None:
        """The state or event that a cell tells."""
        read = self._names.get(id(outcome))
        if read is None:
            section = self._policy.states if outcome.kind == "state" else self._policy.events
            read = self._names[id(outcome)] = cell.reader(_name(section))
        value = read(cells)
        if isinstance(value, Unknown):
            if cell.unknown != "skip":
                return value
            self._tally.unknown[value] += 1
            return None
        return None if value is None else str(value)

    def _fields_of(self, outcome: Outcome, name: str) -> tuple[_Field, ...]:
        key = id(outcome), name
        found = self._fields.get(key)
        if found is None:
            event = name if outcome.kind == "event" else ""
            domains = {} if event and event not in self._policy.events else field_domains(self._policy, event)
            cells = {**self._mapping.data, **outcome.data}
            found = tuple(_field(each, cells[each], _value(domains[each])) for each in cells if each in domains)
            for each in found:
                self._note_guess(each.name, cells[each.name])
            self._fields[key] = found
        return found

    def _note_guess(self, name: str, cell: Cell | None) -> None:
        """Tell, once, that a value which every record has is nobody's word."""
        if cell is not None and cell.guessed:
            place = self._mapping.document.place(cell.path)
            at = f"{place.file}:{place.line}"
            self._tally.notices.note_once("guessed-value", name, at, field=name, value=said(cell.constant))


def _field(name: str, cell: Cell, convert: Convert) -> _Field:
    return _Field(name, cell.reader(convert), cell.unknown)


def _name(section: Mapping[str, object]) -> Convert:
    """One of the policy's names, as it is written or in kebab-case."""
    return _word(frozenset(section))


def _word(words: frozenset[str]) -> Convert:
    def convert(text: str) -> object:
        if text in words:
            return text
        near = kebab(text)
        return near if near in words else NO_WORD

    return convert


def _value(domain: Domain) -> Convert:
    """What is written, as the field holds it; the text itself where the engine has to say why it is none."""
    if isinstance(domain, Many):
        return _several(_value(domain.of))
    if isinstance(domain, OneOf):
        return _word(frozenset(domain.values))
    if isinstance(domain, Boolean):
        return lambda text: {"true": True, "false": False}.get(text.lower(), text)
    if isinstance(domain, Integer):
        return _whole
    return str


def _whole(text: str) -> object:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < MOST_DIGITS else text


def _several(one: Convert) -> Convert:
    """A list in JSON, or one value alone."""

    def convert(text: str) -> object:
        members = list_in(text)
        if members is None:
            return one(text)
        values = [one(each) if isinstance(each, str) else each for each in members]
        return NO_WORD if NO_WORD in values else values

    return convert
