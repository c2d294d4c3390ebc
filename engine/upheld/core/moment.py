"""Moments: what every declared name holds while one event is looked at.

A condition asks for a few names of many. So facts and the event's data lie ready, and
all else - the state, the contract, the weekday - is worked out when it is first asked
for, and kept. There are two moments of an event: before it, for channels, rules and
transitions, and after it, for effects, clocks and charges.

Source: DESIGN section 3, step 6; section 5, "Conditions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol

from upheld.core.domain import Domain, Held, shown
from upheld.core.errors import PluginError
from upheld.core.event import Event
from upheld.core.line import Date, Instant
from upheld.core.message import printable
from upheld.core.nearest import said
from upheld.core.ticket import Standing
from upheld.core.time_names import NamesOfTime

PluginValue = str | int | bool | date | datetime | frozenset[str | int | bool] | None

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class DecidedByPlugin(Protocol):
    """A condition that a plugin decides, with the names it reads."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the policy language that it reads."""

    def holds(self, facts: Mapping[str, PluginValue]) -> bool:
        """Its answer. Raises: PluginError when the plugin fails."""


class World:
    """What moments ask besides the ticket and the event: time, contracts, plugins, and what names may hold.

    Attributes:
        channels: The policy's channels; a channel that nobody declared is none.
        domains: What facts may hold, and fields as ``<event>.<field>``, for showing them.
    """

    __slots__ = ("channels", "domains", "plugins", "time")

    def __init__(
        self,
        time: NamesOfTime,
        plugins: Mapping[str, DecidedByPlugin],
        domains: Mapping[str, Domain],
        channels: frozenset[str],
    ) -> None:
        self.time = time
        self.plugins = plugins
        self.domains = domains
        self.channels = channels


class Moment(dict[str, Held]):
    """The names at one moment. Asking for one that holds nothing gives ``None``.

    Attributes:
        at_s: The instant.
        standing: The ticket at this moment; ``None`` before the opening.
        before: The facts before the event; those of ``before.<fact>``.
        event: What happened; ``None`` for a timer.
        customer: Whose contracts count.
    """

    __slots__ = ("at_s", "before", "customer", "event", "standing", "world")

    at_s: int
    standing: Standing | None
    before: Mapping[str, Held]
    event: Event | None
    customer: str
    world: World

    def __missing__(self, name: str) -> Held:
        read = _READERS.get(name)
        if read is not None:
            held = read(self)
        else:
            family, _, rest = name.partition(".")
            if family == "before":
                held = self.before.get(rest)
            elif family == "hook":
                held = self._ask_plugin(rest)
            else:
                held = self.world.time.held(name, self.at_s, self.customer, self.__getitem__)
        self[name] = held
        return held

    def opened(self, facts: Mapping[str, Held]) -> Moment:
        """The same moment with the facts that a new ticket has from the opening on, before anything sets them."""
        moment = Moment({**self, **facts})
        for name in Moment.__slots__:
            setattr(moment, name, getattr(self, name))
        return moment

    def at_time(self, name: str, at_s: int) -> Held:
        """What a name of time holds at another instant."""
        return self.world.time.held(name, at_s, self.customer, self.__getitem__)

    def shown(self, name: str) -> str:
        """What a name holds, as people read it."""
        held = self[name]
        if held is None or held == frozenset():
            return "–"
        domain = self._domain(name)
        if domain is not None:
            return printable(shown(domain, held))
        return printable(", ".join(sorted(map(said, held))) if isinstance(held, frozenset) else said(held))

    def _domain(self, name: str) -> Domain | None:
        family, _, rest = name.partition(".")
        if family == "event" and self.event is not None:
            return self.world.domains.get(f"{self.event.event}.{rest}")
        return self.world.domains.get(rest if family == "before" else name)

    def _ask_plugin(self, name: str) -> bool:
        plugin = self.world.plugins.get(name)
        if plugin is None:
            raise PluginError(f"no installed plugin decides condition `{name}`")
        return plugin.holds({each: self._for_plugin(each) for each in plugin.reads})

    def _for_plugin(self, name: str) -> PluginValue:
        """What a plugin sees of a name: instants and dates as such."""
        held, domain = self[name], self._domain(name)
        if isinstance(domain, Instant) and isinstance(held, int):
            return _EPOCH + timedelta(seconds=held)
        if isinstance(domain, Date) and isinstance(held, str):
            return date.fromisoformat(held)
        return held


def _of_ticket(read: Callable[[Standing], Held]) -> Callable[[Moment], Held]:
    return lambda moment: None if moment.standing is None else read(moment.standing) or None


def _of_event(read: Callable[[Event], str]) -> Callable[[Moment], Held]:
    return lambda moment: None if moment.event is None else read(moment.event) or None


def _channel(moment: Moment) -> Held:
    event = moment.event
    return event.channel if event is not None and event.channel in moment.world.channels else None


def _level(moment: Moment) -> Held:
    return 1 if moment.standing is None else moment.standing.level


_READERS: Final[dict[str, Callable[[Moment], Held]]] = {
    "state": _of_ticket(lambda standing: standing.state),
    "core": _of_ticket(lambda standing: standing.core),
    "channel": _of_ticket(lambda standing: standing.channel),
    "customer": _of_ticket(lambda standing: standing.customer),
    "flagged": _of_ticket(lambda standing: standing.flagged),
    "level": _level,
    "actor": _of_event(lambda event: event.role),
    "actor-id": _of_event(lambda event: event.actor_id),
    "record.channel": _channel,
    "record.customer": _of_event(lambda event: event.customer),
}
