"""Remedies and availability: what a broken promise costs the vendor, and the promise to be there.

A *remedy* follows from a breach: a service credit, a penalty. It is `of` commitments (each breached clock, or their
number in a period), an objective or an availability (each broken period). An *availability* is a promise over time
and not over tickets: the share of a period in which a service was up.

Source: DESIGN section 9, "Remedies" and "Availability".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from upheld.core.condition.condition import Condition
from upheld.core.policy.charge import FixedAmount
from upheld.core.policy.event_type import Reference
from upheld.core.policy.money import Cap, ContractShare, CountPeriod, ParameterAmount, PeriodUnit
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.time.duration import Duration

Worth = FixedAmount | ParameterAmount | ContractShare
"""How much a remedy is: minor units or a time, what a parameter holds, or a share of what a contract says."""


@dataclass(frozen=True, slots=True)
class Overrun:
    """Once for ``each`` so much of the overrun: for every unit begun, or for whole ones; ``at_most`` so many."""

    each: Duration
    begun: bool = False
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The customer has to ask: by one of these events, up to so many days after it could be booked."""

    within: Duration
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Grounds):
    """Under its bounds a remedy is ``amount``; bounds that are ``None`` do not bind.

    Attributes:
        below, since, until: Of the share reached: less than the first, from the second up to the third, both included.
        at_least, at_most: Of the number of breaches.
        late, beyond: Of the overrun: so much or more, or only more than it.
    """

    amount: Worth | None
    below: Fraction | None = None
    since: Fraction | None = None
    until: Fraction | None = None
    at_least: int | None = None
    at_most: int | None = None
    late: Duration | None = None
    beyond: bool = False

    def holds_of_share(self, share: Fraction) -> bool:
        """Whether a share reached lies in it."""
        return (
            (self.below is None or share < self.below)
            and (self.since is None or share >= self.since)
            and (self.until is None or share <= self.until)
        )

    def holds_of_number(self, number: int) -> bool:
        """Whether a number of breaches does."""
        return (self.at_least or 0) <= number and (self.at_most is None or number <= self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthCase(Grounds):
    """Under ``when`` a remedy is ``amount``."""

    amount: Worth | None
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy(Item):
    """What the vendor owes for a breach.

    Attributes:
        of: The commitments, or the objective or availability, whose breaches it answers.
        account: Of ``kind: owed-to-customer``.
        amount: ``None`` where steps or cases say it.
        cases: Amounts by what holds of the ticket; the first that holds counts, and where none does nothing is owed.
        counts: Whether the number of breaches in a ``period`` decides, and not each breach.
        contract: The kind of contract whose years are that period; ``""`` unless it is a ``contract-year``.
        by_overrun: Whether steps say how much it is by how late each breach was.
    """

    of: tuple[str, ...]
    account: str
    when: Condition | None = None
    amount: Worth | None = None
    cases: tuple[WorthCase, ...] = ()
    steps: tuple[Step, ...] = ()
    per: Overrun | None = None
    counts: bool = False
    by_overrun: bool = False
    period: CountPeriod = "month"
    contract: str = ""
    cap: Cap | None = None
    claim: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Downtime(Grounds):
    """When a service counts as down, or is excused: while tickets are in ``states``, or as an event ``on`` says.

    Attributes:
        notice: Of what is excused: only what the event told so long before it began.
        at_most: Of what is excused: so much opening time of each period, the first of it.
    """

    states: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    since: Reference
    until: Reference
    when: Condition | None = None
    notice: Duration | None = None
    at_most: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability(Item):
    """The service is up for at least ``share`` of the opening time of ``calendar`` in every ``period``.

    Attributes:
        excused: What takes time out of the promise, such as announced maintenance.
        shortest: Down time counts where it lasts so long in one piece; ``None`` where each second does.
    """

    down: tuple[Downtime, ...]
    calendar: str
    share: Fraction | None
    period: PeriodUnit = "month"
    excused: tuple[Downtime, ...] = ()
    shortest: Duration | None = None
