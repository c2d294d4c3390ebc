"""The core lifecycle, and how a vendor's states refine it.

Every vendor state names one core state, and every vendor move must project on a
legal core move or stay inside its core state. So reports compare vendors, and a
policy cannot say that a closed ticket is being fixed.

    >>> is_core_move("open", "in-fix"), is_core_move("in-fix", "open")
    (True, False)
    >>> is_core_move("resolved", "qualified"), is_reopening("resolved", "qualified")
    (True, True)

Source: DESIGN section 3, "Vendor states refine core states".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from upheld.core.condition.condition import Condition
from upheld.core.policy.event_type import Effect
from upheld.core.policy.provenance import Item
from upheld.core.policy.wording import Wording

CORE_STATES = ("open", "qualified", "workaround", "in-fix", "resolved", "closed", "auto-closed")
CLOSED = frozenset({"closed", "auto-closed"})
ENDED = CLOSED | {"resolved"}

CORE_MOVES: dict[str, tuple[str, ...]] = {
    "open": ("qualified", "workaround", "in-fix", "resolved", "closed"),
    "qualified": ("workaround", "in-fix", "resolved", "closed"),
    "workaround": ("qualified", "in-fix", "resolved", "closed"),
    "in-fix": ("workaround", "qualified", "resolved", "closed"),
    "resolved": ("closed", "auto-closed", "open", "qualified", "in-fix"),
    "closed": ("open", "qualified", "in-fix"),
    "auto-closed": ("open", "qualified", "in-fix"),
}

Side = Literal["vendor", "customer", "third-party"]


def is_core_move(origin: str, target: str) -> bool:
    """Whether a ticket may go from core state ``origin`` to ``target``; staying is always legal."""
    return origin == target or target in CORE_MOVES[origin]


def is_reopening(origin: str, target: str) -> bool:
    """Whether a move from core ``origin`` to core ``target`` brings an ended ticket back, a legal move or not."""
    return origin in ENDED and target not in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Item):
    """Who may be the actor of an event, on whose side, and whether its events need a channel."""

    side: Side
    needs_channel: bool


def usual_turn(core: str) -> Side:
    """Whose turn it is in a state of which nothing is said: the customer's once the ticket is resolved."""
    return "customer" if core == "resolved" else "vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Item):
    """A vendor's state.

    Attributes:
        core: The core state it refines.
        waits_for: Whose turn it is.
        final: A ticket may end here.
    """

    core: str
    says: Wording = Wording()
    waits_for: Side = "vendor"
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Item):
    """A move that an event may cause.

    Attributes:
        on: The events that cause it.
        origins: The states it leaves, in the policy's order; empty when it ``opens`` the ticket.
        target: The state it enters, or ``None`` when the ticket stays where it is.
        when: What must hold; ``None`` for always.
    """

    on: tuple[str, ...]
    origins: tuple[str, ...]
    target: str | None
    opens: bool = False
    when: Condition | None = None
    effects: tuple[Effect, ...] = ()
