"""Decisions: the answer to one event.

It holds the new ticket, and all that was done: moves, clocks, effects, flags, reasons.
Most of it is kept as a reference and worked out when somebody asks: whoever only wants
the new ticket pays for the new ticket.

Source: DESIGN section 3, from "A refused event leaves the ticket as it was" on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import final

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.state import ChargeRow
from upheld.core.policy.event_type import EffectKind
from upheld.core.record.reason import Answered, Flag, Reason, Refusal
from upheld.core.record.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Move:
    """A ticket's way from one state to another.

    Attributes:
        at: When; a timer moves at its own due instant.
        origin: The state left; ``None`` where the ticket was opened.
        state: The state entered.
        transition, timer: What moved it; neither where a tracker's move was observed that not exactly one leads to.
        conforms: ``False`` for an observed move to which no transition leads.
        possible: Then, the events that would have been possible.
    """

    at: datetime
    origin: str | None
    state: str
    transition: str | None = None
    timer: str | None = None
    conforms: bool = True
    possible: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedEffect:
    """What the host is asked to do; nothing here does it.

    Attributes:
        at: When it was asked for.
        kind: Notify somebody, route to a queue, create tickets, request something of the customer.
        to: Whom or where; ``""`` where the kind says enough.
        about: The text, in the engine's language.
        count: How many tickets to create; 1 for all other kinds.
        timer: The timer that asks, or ``None``.
        commitment, cycle: The clock that a warning is about, or ``None``.
    """

    at: datetime
    kind: EffectKind
    to: str
    about: str
    count: int = 1
    timer: str | None = None
    commitment: str | None = None
    cycle: int | None = None
    clauses: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedClock:
    """What a decision did to a clock.

    Attributes:
        at: When.
        what: ``started``, ``fixed`` (its target is known), ``stopped``, ``paused`` and the like.
        commitment, cycle: Which clock.
    """

    at: datetime
    what: str
    commitment: str
    cycle: int


@dataclass(frozen=True, slots=True)
class TimerRun:
    """A run of a timer that is over.

    Attributes:
        timer: Its id.
        due_at: When it was due.
        observed_at: When it fired; in audit mode when the move it stands for was observed, ``None`` if it never was.
    """

    timer: str
    due_at: datetime
    observed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Details:
    """All that a decision can tell besides the ticket it leads to; made when somebody asks for any of it."""

    moves: tuple[Move, ...] = ()
    clock_changes: tuple[ChangedClock, ...] = ()
    effects: tuple[AskedEffect, ...] = ()
    timers: tuple[TimerRun, ...] = ()
    reasons: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
    charges: tuple[ChargeRow, ...] = ()


@final
class Decision:
    """The answer to one event.

    Attributes are read only. A refused event leaves the ticket as it was, but for timers that were due before it:
    their moves and effects are told here too.
    """

    __slots__ = ("_accounts", "_details", "_flags", "_refusal", "_ticket")

    def __init__(
        self,
        ticket: Ticket | None,
        refusal: Refusal | None,
        flags: tuple[Flag, ...],
        details: Callable[[], Details],
        accounts: Accounts | None = None,
    ) -> None:
        self._ticket = ticket
        self._refusal = refusal
        self._flags = flags
        self._details: Details | Callable[[], Details] = details
        self._accounts = accounts

    @property
    def accepted(self) -> bool:
        """Whether the event was accepted."""
        return self._refusal is None

    @property
    def refusal(self) -> Refusal | None:
        """Why not, if not."""
        return self._refusal

    @property
    def ticket(self) -> Ticket | None:
        """The ticket after the event; ``None`` where there is none."""
        return self._ticket

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What was accepted against a clause."""
        return self._flags

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves, those of timers first; ``to: stay`` is none."""
        return self._told().moves

    @property
    def clock_changes(self) -> tuple[ChangedClock, ...]:
        """What started, stopped, paused and so on."""
        return self._told().clock_changes

    @property
    def effects(self) -> tuple[AskedEffect, ...]:
        """What the host is asked to do, in the order in which it came up."""
        return self._told().effects

    @property
    def timers(self) -> tuple[TimerRun, ...]:
        """The runs of timers that ended: fired, or in audit mode left behind after they were due."""
        return self._told().timers

    @property
    def charges(self) -> tuple[ChargeRow, ...]:
        """What it cost, in the policy's order."""
        return self._told().charges

    @property
    def accounts(self) -> Accounts | None:
        """The customer's accounts after the event; those given, or ``None``, where nothing touched them."""
        return self._accounts

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every part of the policy that had a say, in the order in which it was asked."""
        return self._told().reasons

    @property
    def against(self) -> tuple[Reason, ...]:
        """Why not: the transitions on this event that were not taken, each with the facts it failed on."""
        return self._told().against

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self._value() == other._value()

    def __hash__(self) -> int:
        return hash((self._ticket, self._refusal))

    def __repr__(self) -> str:
        verdict = "accepted" if self._refusal is None else repr(self._refusal)
        return f"Decision({verdict}, ticket={self._ticket!r})"

    def _told(self) -> Details:
        """All that it can tell, worked out once."""
        if not isinstance(self._details, Details):
            self._details = self._details()
        return self._details

    def _value(self) -> tuple[object, ...]:
        return (self._ticket, self._refusal, self._flags, self._told(), self._accounts)

    def __reduce__(self) -> tuple[object, ...]:
        return Decision, (self._ticket, self._refusal, self._flags, Answered(self._told()), self._accounts)
