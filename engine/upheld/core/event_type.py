"""Event types: what may happen to a ticket, by whom, with which data, and which facts it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from upheld.core.condition import Condition
from upheld.core.domain import Domain
from upheld.core.effect import Effect
from upheld.core.item import Grounds, Item
from upheld.core.wording import Wording

Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Item):
    """Something known of a ticket.

    Attributes:
        domain: What it may hold.
        default: Its value on a new ticket; ``None`` for unset.
        immutable: Once set, an event that would change it is refused.
        labels: What readers call its values, where it has words for values.
    """

    domain: Domain
    default: Scalar = None
    immutable: bool = False
    labels: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Item):
    """A field of an event's data.

    Attributes:
        unit: That of a number (``min``), or ``""``.
        fact: The fact whose values it takes, some of them at least, or ``""``.
        labels: What readers call its values: its own, or those of the fact it is like.
    """

    domain: Domain
    required: bool = False
    default: Scalar = None
    unit: str = ""
    fact: str = ""
    labels: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reference:
    """What another name holds, such as ``event.minutes``."""

    name: str


@dataclass(frozen=True, slots=True)
class Addition:
    """What another name holds, added to a fact that holds several values."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingCase(Grounds):
    """One case of a setting: under ``when``, the fact takes ``value`` (``None``: becomes unset)."""

    value: Scalar | Reference | Addition
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Grounds):
    """How an event changes a fact: the first case that holds counts; when none does, the fact stays."""

    fact: str
    cases: tuple[SettingCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType(Item):
    """Something that may happen.

    Attributes:
        by: The roles that may do it.
        needs_channel: Whether a customer needs a channel for it.
        needs_ticket: Whether a ticket must be open.
        in_final_states: Whether it is accepted on a ticket that has ended, having no transitions.
        fields: The data it takes, by name; any other is refused.
        sets: The facts it changes.
    """

    by: tuple[str, ...]
    needs_channel: bool = True
    needs_ticket: bool = True
    in_final_states: bool = False
    fields: Mapping[str, Field]
    sets: tuple[Setting, ...] = ()
    effects: tuple[Effect, ...] = ()
