"""Event types: what may happen to a ticket, by whom, with which data, and which facts it changes.

An *effect* is what the host system is asked to do; it is returned, never performed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from upheld.core.condition.condition import Condition
from upheld.core.condition.domain import Domain
from upheld.core.frozen import freeze
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.policy.wording import Wording

EffectKind = Literal["notify", "route", "create-ticket", "request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Grounds):
    """Something the host is asked to do.

    Attributes:
        kind: What: notify somebody, route to a queue, create tickets, request something of the customer.
        to: Whom or where; ``""`` where the kind says enough.
        about: The text; ``{name}`` stands for what a declared name holds.
        count: How many tickets to create: a number, or the name that holds it.
        less: Taken off ``count``.
        when: Asked only if this holds; ``None`` for always.
    """

    kind: EffectKind
    to: str = ""
    about: Wording = Wording()
    count: int | str = 1
    less: int = 0
    when: Condition | None = None


Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Item):
    """Something known of a ticket.

    Attributes:
        domain: What it may hold.
        default: Its value on a new ticket; ``None`` for unset.
        immutable: Once set, an event that would change it is refused.
        labels: What readers call its values, where it has words for values.
        unit: That of a number: ``min``, or a currency; ``""`` where it says none.
    """

    domain: Domain
    default: Scalar = None
    immutable: bool = False
    labels: Mapping[str, Wording] = field(default_factory=dict)
    unit: str = ""

    def __post_init__(self) -> None:
        freeze(self, "labels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Item):
    """A field of an event's data.

    Attributes:
        unit: That of a number (``min``), or ``""``.
        fact: The fact whose values it takes, some of them at least, ``severity`` included, or ``""``.
        labels: What readers call its values: its own, or those of the fact it is like.
    """

    domain: Domain
    required: bool = False
    default: Scalar = None
    unit: str = ""
    fact: str = ""
    labels: Mapping[str, Wording] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "labels")


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
        corrects: Those of them that were so from the beginning of the ticket, and were only told wrongly.
    """

    by: tuple[str, ...]
    needs_channel: bool = True
    needs_ticket: bool = True
    in_final_states: bool = False
    fields: Mapping[str, Field]
    sets: tuple[Setting, ...] = ()
    corrects: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()

    def __post_init__(self) -> None:
        freeze(self, "fields")
