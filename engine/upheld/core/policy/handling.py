"""Handling: through whom a ticket is escalated, and in which order tickets are worked on."""

from __future__ import annotations

from dataclasses import dataclass

from upheld.core.condition.condition import Condition
from upheld.core.policy.event_type import Reference
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.policy.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation(Grounds):
    """The levels a ticket may go through, one at a time; it starts at the first.

    Attributes:
        levels: Their names in order, each with its label.
        wanted: The field that names the level asked for, counted from 1.
    """

    levels: tuple[tuple[str, Wording], ...]
    on: tuple[str, ...]
    wanted: Reference | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Received in the closed time just before a business day's first opening window, while that window lasts.

    ``holding``: only a closed time that holds this weekday, or ``""``.
    """

    calendar: str
    holding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine(Grounds):
    """One criterion of the order of work.

    Attributes:
        first: Tickets for which this holds come before the others.
        closure: … and that came in during this closed time.
        by: The name to sort by: ``received``, ``severity``, a fact; ``""`` for a ``first`` line.
        order: The values of ``by``, the first to be handled first.
    """

    first: Condition | None = None
    closure: Closure | None = None
    by: str = ""
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant(Item):
    """Every path from opening to one of ``ends`` passes one of ``passes`` (transitions, timers or states)."""

    ends: tuple[str, ...]
    passes: tuple[str, ...]
