"""Tickets: everything the engine has to remember of one, and nothing else.

A ticket is a value. Applying an event gives another one, and the old one stays what
it was; it can be compared, pickled, kept in any store and continued anywhere. What
happened to it - refusals, moves, effects - belongs to the log of records.

Inside the engine it is a plain tuple of texts and integers, `Standing`; `Ticket` is what everybody else sees.

>>> standing = Standing("T-1", "sha256:0", "acme", "phone", "open", "open", 0, 60, 0, None, 1, {"severity": "1"})
>>> ticket = Ticket.of(standing)
>>> ticket.severity, ticket.opened_at.isoformat(), ticket == Ticket.of(standing)
('1', '1970-01-01T00:00:00+00:00', True)

"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, NoReturn, final

from upheld.core.condition.domain import Held
from upheld.core.frozen import made
from upheld.core.time.instant import instant_of


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that falls due by itself, for a host that wants to be called then.

    Attributes:
        at: When, as things stand.
        kind: A timer fires; a clock's due instant passes.
        id: The timer, or the commitment.
        cycle: The clock's; ``None`` for a timer.
    """

    at: datetime
    kind: Literal["timer", "clock"]
    id: str
    cycle: int | None = None


class Pending(NamedTuple):
    """A timer that waits for its due instant. The first of them is the next to fire, by instant and then by id."""

    due_s: int
    timer: str


class Standing(NamedTuple):
    """How a ticket stands.

    Attributes:
        id: The ticket's.
        policy: The digest of the policy it was opened under.
        customer: Whose it is, or ``""``; said by the event that opened it, like the channel.
        channel: The channel it came in by, or ``""``.
        state, core: The vendor's state and the core state.
        opened_s: When it was opened.
        last_s: When something last happened to it.
        entered_s: When it came into its state.
        closed_s: When it came into a closed state, if it is in one.
        level: Of escalation, from 1.
        facts: Every fact, ``None`` where it holds nothing; a new fact makes a new mapping.
        flagged: The rules that flagged it so far.
        timers: Those that wait, the next to fire first.
        clocks: What the stratum of clocks remembers.
        charges: What the stratum of charges remembers; ``None`` where nothing was charged.
    """

    id: str
    policy: str
    customer: str
    channel: str
    state: str
    core: str
    opened_s: int
    last_s: int
    entered_s: int
    closed_s: int | None
    level: int
    facts: dict[str, Held]
    flagged: frozenset[str] = frozenset()
    timers: tuple[Pending, ...] = ()
    clocks: Any = None
    charges: Any = None

    def going_on(self, timers: tuple[Pending, ...], clocks: Any) -> Standing:
        """The same with what waits and what runs from now on; as `_replace` would give it, in a third of the time."""
        return made(Standing, (*self[:13], timers, clocks, self.charges))


@final
class Ticket:
    """A ticket as it stands after its events so far; immutable, equal by value, and it may be pickled."""

    __slots__ = ("_standing",)
    _standing: Standing

    def __init__(self) -> None:
        raise TypeError("an engine makes tickets: apply the event that opens one")

    @classmethod
    def of(cls, standing: Standing) -> Ticket:
        """The view of a standing."""
        ticket = cls.__new__(cls)
        object.__setattr__(ticket, "_standing", standing)
        return ticket

    @property
    def standing(self) -> Standing:
        """The plain tuple behind it."""
        return self._standing

    @property
    def id(self) -> str:
        """Its id."""
        return self._standing.id

    @property
    def policy_digest(self) -> str:
        """The digest of the policy that it was opened under, and by which alone it can go on."""
        return self._standing.policy

    @property
    def customer(self) -> str:
        """Whose it is, or ``""`` where nobody said."""
        return self._standing.customer

    @property
    def channel(self) -> str:
        """The channel it came in by, or ``""``."""
        return self._standing.channel

    @property
    def state(self) -> str:
        """The vendor's state."""
        return self._standing.state

    @property
    def core_state(self) -> str:
        """The core state that the vendor's state refines."""
        return self._standing.core

    @property
    def severity(self) -> str | None:
        """Its severity, if it has one."""
        severity = self._standing.facts.get("severity")
        return None if severity is None else str(severity)

    @property
    def queue(self) -> str | None:
        """The queue it is routed to, if any."""
        queue = self._standing.facts.get("queue")
        return None if queue is None else str(queue)

    @property
    def level(self) -> int:
        """Its level of escalation, from 1."""
        return self._standing.level

    @property
    def facts(self) -> Mapping[str, Held]:
        """Every fact that holds something, severity and queue included. Instants are seconds since 1970 UTC."""
        return MappingProxyType({name: held for name, held in self._standing.facts.items() if held is not None})

    @property
    def flagged(self) -> frozenset[str]:
        """The rules that flagged it so far."""
        return self._standing.flagged

    @property
    def opened_at(self) -> datetime:
        """When it was opened."""
        return instant_of(self._standing.opened_s)

    @property
    def entered_at(self) -> datetime:
        """When it came into its state."""
        return instant_of(self._standing.entered_s)

    @property
    def closed_at(self) -> datetime | None:
        """When it came into a closed state, if it is in one."""
        closed_s = self._standing.closed_s
        return None if closed_s is None else instant_of(closed_s)

    @property
    def last_at(self) -> datetime:
        """When something last happened to it; a refusal is nothing that happened."""
        return instant_of(self._standing.last_s)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ticket) and self._standing == other._standing

    def __hash__(self) -> int:
        return hash(self._standing[:11])

    def __repr__(self) -> str:
        return f"Ticket({self.id!r}, state={self.state!r}, last_at={self.last_at.isoformat()})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a ticket cannot be changed: `{name}`")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a ticket cannot be changed: `{name}`")

    def __reduce__(self) -> tuple[object, ...]:
        return Ticket.of, (self._standing,)
