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
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple, Protocol

from upheld.core.condition.domain import Domain, Held, shown
from upheld.core.condition.ordered import Date, Instant
from upheld.core.errors import PluginError
from upheld.core.lifecycle.time_names import NamesOfTime
from upheld.core.nearest import said
from upheld.core.record.event import Event
from upheld.core.record.message import printable
from upheld.core.record.ticket import Standing

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
        readers: How each name is read that is no fact.
    """

    __slots__ = ("channels", "domains", "plugins", "readers", "time")

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
        self.readers = Readers()


class Scene(NamedTuple):
    """Where names get what they hold from.

    Attributes:
        at_s: The instant.
        standing: The ticket at this moment; ``None`` before the opening.
        facts: The facts at this moment, ``None`` where one holds nothing.
        before: The facts before the event; those of ``before.<fact>``.
        values: What the event's data say, by ``event.<field>``.
        event: What happened; ``None`` for a timer.
        customer: Whose contracts count.
    """

    at_s: int
    standing: Standing | None
    facts: Mapping[str, Held]
    before: Mapping[str, Held]
    values: Mapping[str, Held]
    event: Event | None
    customer: str
    world: World


class Moment(dict[str, Held]):
    """The names at one moment; it holds those that were asked for. One that holds nothing gives ``None``."""

    __slots__ = ("scene",)
    scene: Scene

    def __missing__(self, name: str) -> Held:
        scene = self.scene
        facts = scene[2]
        held = self[name] = facts[name] if name in facts else scene[7].readers[name](scene, self)
        return held

    def with_facts(self, facts: Mapping[str, Held]) -> Moment:
        """The same moment with other facts."""
        scene = self.scene
        made = moment(_make(Scene, (*scene[:2], facts, *scene[3:])))
        made.update(scene[4])
        return made

    @property
    def at_s(self) -> int:
        """The instant."""
        return self.scene.at_s

    def at_time(self, name: str, at_s: int) -> Held:
        """What a name of time holds at another instant."""
        scene = self.scene
        return scene.world.time.held(name, at_s, scene.customer, self.__getitem__)

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
        domains, event = self.scene.world.domains, self.scene.event
        if family == "event" and event is not None:
            return domains.get(f"{event.event}.{rest}")
        return domains.get(rest if family == "before" else name)

    def ask_plugin(self, name: str) -> bool:
        """What a plugin answers of a condition of its own.

        Raises: PluginError when there is no such plugin, and when it fails.
        """
        plugin = self.scene.world.plugins.get(name)
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


Reader = Callable[[Scene, Moment], Held]
"""What a name holds in a scene; the moment answers for other names."""

_make: Final = tuple.__new__
_new: Final = Moment.__new__
_set_scene: Final = Moment.__dict__["scene"].__set__


def moment(scene: Scene) -> Moment:
    """The names of a scene; nothing is worked out before somebody asks."""
    made = _new(Moment)
    _set_scene(made, scene)
    return made


class Readers(dict[str, Reader]):
    """How each name that is no fact is read; worked out when a name is first met."""

    def __missing__(self, name: str) -> Reader:
        read = self[name] = _reader(name)
        return read


def _reader(name: str) -> Reader:
    family, _, rest = name.partition(".")
    if name in _OF_TICKET:
        of_ticket = itemgetter(Standing._fields.index(name))
        return lambda scene, moment: None if scene[1] is None else of_ticket(scene[1]) or None
    if name in _OF_EVENT:
        said_by = attrgetter(_OF_EVENT[name])
        return lambda scene, moment: None if scene[5] is None else said_by(scene[5]) or None
    if name == "level":
        return lambda scene, moment: 1 if scene.standing is None else scene.standing.level
    if name == "record.channel":
        return _channel
    if family == "event":
        return lambda scene, moment: scene.values.get(name)
    if family == "before":
        return lambda scene, moment: scene.before.get(rest)
    if family == "hook":
        return lambda scene, moment: moment.ask_plugin(rest)
    return lambda scene, moment: moment.at_time(name, scene.at_s)


def _channel(scene: Scene, moment: Moment) -> Held:
    event = scene.event
    return event.channel if event is not None and event.channel in scene.world.channels else None


_OF_TICKET: Final = frozenset({"state", "core", "channel", "customer", "flagged"})
_OF_EVENT: Final = {"actor": "role", "actor-id": "actor_id", "record.customer": "customer"}
