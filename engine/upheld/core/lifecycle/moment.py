"""Moments: what every declared name holds while one event is looked at.

A condition asks for a few names of many. So what a name holds - a fact, the state, the
contract, the weekday - is worked out when it is first asked for, and kept. There are two
moments of an event: before it, for channels, rules and transitions, and after it, for
effects, clocks and charges.

Source: DESIGN section 3, step 6; section 5, "Conditions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol

from upheld.core.condition.domain import Domain, Held, Many, OneOf, shown
from upheld.core.condition.ordered import Date, Instant
from upheld.core.errors import PluginError
from upheld.core.lifecycle.time_names import NamesOfTime
from upheld.core.nearest import said
from upheld.core.policy.labels import Labels
from upheld.core.record.event import Event
from upheld.core.record.message import printable
from upheld.core.record.ticket import Standing

PluginValue = str | int | bool | date | datetime | frozenset[str | int | bool] | None

NO_DATA: Final[Mapping[str, Held]] = {}
"""What the data say of a timer, and of a ticket to which nothing happens."""

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
        labels: What people call names and values.
        readers: How each name is read that is no fact.
    """

    __slots__ = ("channels", "domains", "labels", "plugins", "readers", "time")

    def __init__(
        self,
        time: NamesOfTime,
        plugins: Mapping[str, DecidedByPlugin],
        domains: Mapping[str, Domain],
        channels: frozenset[str],
        labels: Labels,
    ) -> None:
        self.time = time
        self.labels = labels
        self.plugins = plugins
        self.domains = domains
        self.channels = channels
        self.readers = Readers()


class Moment(dict[str, Held]):
    """The names at one moment; it holds those that were asked for. One that holds nothing gives ``None``.

    Attributes:
        world: What it asks besides the ticket and the event.
        at_s: The instant.
        standing: The ticket at this moment; ``None`` before the opening.
        facts: The facts at this moment, ``None`` where one holds nothing.
        before: The facts before the event; those of ``before.<fact>``.
        event: What happened; ``None`` for a timer.
        data: What the event's data say, by ``event.<field>``.
    """

    __slots__ = ("at_s", "before", "data", "event", "facts", "standing", "world")

    def __init__(
        self,
        world: World,
        at_s: int,
        standing: Standing | None,
        facts: Mapping[str, Held],
        before: Mapping[str, Held],
        event: Event | None = None,
        data: Mapping[str, Held] = NO_DATA,
    ) -> None:
        self.world = world
        self.at_s = at_s
        self.standing = standing
        self.facts = facts
        self.before = before
        self.event = event
        self.data = data

    def __missing__(self, name: str) -> Held:
        held = self[name] = self.facts[name] if name in self.facts else self.world.readers[name](self)
        return held

    def with_facts(self, facts: Mapping[str, Held]) -> Moment:
        """The same moment with other facts."""
        made = Moment(self.world, self.at_s, self.standing, facts, self.before, self.event, self.data)
        made.update(self.data)
        return made

    @property
    def customer(self) -> str:
        """Whose contracts count; before the opening, those of whom the event names."""
        if self.standing is not None:
            return self.standing.customer
        return "" if self.event is None else self.event.customer

    def at_time(self, name: str, at_s: int) -> Held:
        """What a name of time holds at another instant."""
        return self.world.time.held(name, at_s, self.customer, self.__getitem__)

    def shown(self, name: str, language: str) -> str:
        """What a name holds, as people read it in a language; with ``""`` as it is written, without labels."""
        held = self[name]
        if held is None or held == frozenset():
            return "–"
        domain = self._domain(name)
        event = "" if self.event is None else self.event.event
        if isinstance(held, frozenset):
            words = domain.of.values if isinstance(domain, Many) and isinstance(domain.of, OneOf) else ()
            ranks = {each: at for at, each in enumerate(words)}
            values = sorted(held, key=lambda each: (ranks.get(str(each), len(ranks)), said(each)))
        else:
            values = [held]
        labels = [dict(self.world.labels.value(name, each, event).texts).get(language) for each in values]
        if language and any(labels):
            return printable(", ".join(label or said(each) for label, each in zip(labels, values, strict=True)))
        if domain is not None:
            return printable(shown(domain, held))
        return printable(", ".join(sorted(map(said, held))) if isinstance(held, frozenset) else said(held))

    def _domain(self, name: str) -> Domain | None:
        family, _, rest = name.partition(".")
        domains, event = self.world.domains, self.event
        if family == "event" and event is not None:
            return domains.get(f"{event.event}.{rest}")
        return domains.get(rest if family == "before" else name)

    def ask_plugin(self, name: str) -> bool:
        """What a plugin answers of a condition of its own.

        Raises: PluginError when there is no such plugin, and when it fails.
        """
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


Reader = Callable[[Moment], Held]
"""What a name holds at a moment."""


class Readers(dict[str, Reader]):
    """How each name that is no fact is read; worked out when a name is first met."""

    def __missing__(self, name: str) -> Reader:
        read = self[name] = _reader(name)
        return read


def _reader(name: str) -> Reader:
    family, _, rest = name.partition(".")
    if name in _OF_TICKET:
        return lambda moment: getattr(moment.standing, name, None) or None
    if name in _OF_EVENT:
        attribute = _OF_EVENT[name]
        return lambda moment: getattr(moment.event, attribute, None) or None
    if name == "level":
        return lambda moment: 1 if moment.standing is None else moment.standing.level
    if name == "record.channel":
        return _channel
    if family == "event":
        return lambda moment: moment.data.get(name)
    if family == "before":
        return lambda moment: moment.before.get(rest)
    if family == "hook":
        return lambda moment: moment.ask_plugin(rest)
    return lambda moment: moment.at_time(name, moment.at_s)


def _channel(moment: Moment) -> Held:
    event = moment.event
    return event.channel if event is not None and event.channel in moment.world.channels else None


_OF_TICKET: Final = frozenset({"state", "core", "channel", "customer", "flagged"})
_OF_EVENT: Final = {"actor": "role", "actor-id": "actor_id", "record.customer": "customer"}
