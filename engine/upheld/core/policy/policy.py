"""The policy: a vendor's support contract, read and ready to be applied.

A policy is a value: frozen, compared by content, with no file behind it. The
loader makes it from a document; the checker says whether it makes sense; the
engine applies it. Names that a document uses wrongly are kept as they were
written, so that every check can still run: an unknown name is one finding, and
no reason for the others to be silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from upheld.core.condition.condition import Condition
from upheld.core.frozen import freeze
from upheld.core.policy.charge import Account, Charge
from upheld.core.policy.commitment import Commitment, Excuse, Objective, Timer
from upheld.core.policy.event_type import EventType, Fact
from upheld.core.policy.handling import Escalation, Invariant, QueueLine
from upheld.core.policy.lifecycle import Role, State, Transition
from upheld.core.policy.parameter import Parameter
from upheld.core.policy.provenance import Assumption, Clause, Grounds, Item, Source, Waiver
from upheld.core.policy.remedy import Availability, Remedy
from upheld.core.policy.rule import Channel, Rule
from upheld.core.policy.wording import Wording

ALWAYS = "always"
"""The calendar that is built in: open 24 hours a day, 7 days a week."""

Status = Literal["draft", "active", "retired"]

SECTIONS: Final = (
    *("sources", "clauses", "assumptions", "facts", "parameters", "conditions", "contracts", "calendars"),
    *("recurrences", "roles", "channels", "states", "events", "accounts"),
)
"""The parts of a policy that are found by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity(Item):
    """One degree of the severity scale; ``says`` is its definition, for customers."""

    says: Wording = Wording()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractKind(Item):
    """A kind of contract that a customer may hold.

    Attributes:
        attributes: What such a contract may say besides its dates.
        overrides: The parameters whose values it may override.
    """

    attributes: Mapping[str, Fact]
    overrides: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        freeze(self, "attributes")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours(Item):
    """A calendar as the policy writes it; ``document`` is what ``Calendar.from_document`` takes."""

    document: Mapping[str, object]

    def __post_init__(self) -> None:
        freeze(self, "document")

    @property
    def per_customer(self) -> bool:
        """Whether a customer may have its own instead, in the contracts file."""
        return self.document.get("per-customer") is True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringDays(Item):
    """A recurrence as the policy writes it, on the business days of ``calendar``."""

    calendar: str
    document: Mapping[str, object]

    def __post_init__(self) -> None:
        freeze(self, "document")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCondition(Item):
    """A condition that was given a name; ``used`` by its name."""

    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who makes the promises."""

    name: str
    country: str = ""
    language: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A vendor's support contract.

    Attributes:
        id, version: Its name and version; verdicts report both.
        digest: ``sha256:`` of its content, comments and layout apart: two files that say the same have the same.
        status: A report on a draft says so.
        extends: ``name@version`` of the policy it started from, or ``""``.
        since, until: The days on which it applies, both included, in ``zone``; ``None`` for without end.
        effective: What those days rest on.
        zone: Of dates in contracts, periods and reports.
        languages: Those in which every label is given.
        severities: Highest first.
        transitions, rules, charges, queue: In the order in which they are tried.
        document: Its content as canonical JSON, of which the digest is taken: what it was made from can be kept.
    """

    id: str
    version: str
    digest: str
    status: Status
    extends: str
    since: date | None
    until: date | None
    effective: Grounds
    zone: str
    vendor: Vendor
    title: Wording
    languages: tuple[str, ...]
    sources: Mapping[str, Source]
    clauses: Mapping[str, Clause]
    assumptions: Mapping[str, Assumption]
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    conditions: Mapping[str, NamedCondition]
    contracts: Mapping[str, ContractKind]
    calendars: Mapping[str, OpeningHours]
    recurrences: Mapping[str, RecurringDays]
    roles: Mapping[str, Role]
    severities: tuple[Severity, ...]
    channels: Mapping[str, Channel]
    states: Mapping[str, State]
    events: Mapping[str, EventType]
    transitions: tuple[Transition, ...]
    rules: tuple[Rule, ...]
    commitments: tuple[Commitment, ...]
    excuses: tuple[Excuse, ...]
    objectives: tuple[Objective, ...]
    timers: tuple[Timer, ...]
    accounts: Mapping[str, Account]
    charges: tuple[Charge, ...]
    escalation: tuple[Escalation, ...]
    queue: tuple[QueueLine, ...]
    invariants: tuple[Invariant, ...]
    waivers: tuple[Waiver, ...] = field(default=())
    availability: tuple[Availability, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    document: str = field(default="", repr=False, compare=False)

    def __post_init__(self) -> None:
        freeze(self, *SECTIONS)

    def items(self) -> Iterator[Item]:
        """Every named item, section by section in the policy's order."""
        for section in (
            self.sources,
            self.clauses,
            self.assumptions,
            self.facts,
            self.parameters,
            self.conditions,
            self.contracts,
            self.calendars,
            self.recurrences,
            self.roles,
            self.severities,
            self.channels,
            self.states,
            self.events,
            self.transitions,
            self.rules,
            self.commitments,
            self.excuses,
            self.objectives,
            self.availability,
            self.timers,
            self.accounts,
            self.charges,
            self.remedies,
            self.invariants,
        ):
            yield from section.values() if isinstance(section, Mapping) else section

    def setters(self) -> Iterator[EventType | Timer]:
        """Everything that changes facts."""
        yield from self.events.values()
        yield from self.timers

    def deciding(self) -> Iterator[Grounds]:
        """Everything that must cite a clause or an assumption, named or not.

        A parameter or a commitment also counts as grounded through its rows or cases; see the checker.
        Source: DESIGN section 5, "Everything that decides carries clauses or assumes".
        """
        for section in (self.parameters, self.calendars, self.recurrences, self.channels):
            yield from section.values()
        yield from self.severities
        yield from self.transitions
        yield from self.rules
        yield from self.commitments
        yield from self.excuses
        yield from self.objectives
        yield from self.availability
        yield from self.timers
        yield from self.charges
        yield from self.remedies
        yield from self.escalation
        yield from self.queue
