"""Object-centric logs as a value: objects, which change, and events, which are about several of them.

Held in memory, since an event says only the ids of its objects, and these may stand anywhere in
the file; so there is a limit on what is held.

    >>> log = ObjectLog("log.json")
    >>> ticket = log.add_object("i1", "Incident")
    >>> ticket.change("priority", "2026-03-02T09:00:00Z", "low")
    >>> ticket.change("priority", "2026-03-02T11:00:00Z", "high")
    >>> ticket.at(instant_s("2026-03-02T10:00:00Z"))
    {'priority': 'low'}

Source: OCEL 2.0 specification (arXiv:2403.01975), sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from upheld.core.errors import HistoryError

MOST_HELD: Final = 5_000_000
"""Events, objects, values and relations of a log."""


@dataclass(slots=True)
class LogObject:
    """An object of a log.

    Attributes:
        id, kind: What it is called, and its type.
        values: What its attributes were, by name: each with its instant, in seconds.
    """

    id: str
    kind: str
    values: dict[str, list[tuple[float, str]]] = field(default_factory=dict)

    def change(self, name: str, at: str, value: str) -> None:
        """From this instant on an attribute holds this; without one, from the beginning. Raises: ValueError."""
        self.values.setdefault(name, []).append((instant_s(at) if at else float("-inf"), value))

    def at(self, at_s: float) -> dict[str, str]:
        """What its attributes held at an instant."""
        held = {}
        for name, values in self.values.items():
            known = [each for each in values if each[0] <= at_s]
            if known:
                held[name] = max(known, key=lambda each: each[0])[1]
        return held


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event of a log.

    Attributes:
        place: Where it stands, for people.
        objects: The ids of those that it is about, each with how.
    """

    place: str
    id: str
    kind: str
    at: str
    values: Mapping[str, str]
    objects: list[tuple[str, str]]


class ObjectLog:
    """A log that is being read.

    Attributes:
        objects: By id.
        events: In the order of the file.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.objects: dict[str, LogObject] = {}
        self.events: list[LogEvent] = []
        self._held = 0

    def add_object(self, object_id: str, kind: str) -> LogObject:
        """One more object; one that is there again goes on."""
        self.hold(1)
        return self.objects.setdefault(object_id, LogObject(object_id, kind))

    def add_event(self, event: LogEvent) -> None:
        """One more event."""
        self.hold(1 + len(event.values) + len(event.objects))
        self.events.append(event)

    def hold(self, number: int) -> None:
        """Count what is held. Raises: HistoryError beyond the limit."""
        self._held += number
        if self._held > MOST_HELD:
            told = f"at most {MOST_HELD} events, objects and values of an object-centric log are read"
            raise HistoryError(self.name, f"{told}: export fewer, or flatten it to XES or CSV")


def instant_s(text: str) -> float:
    """Seconds since 1970; an instant without a zone is of UTC. Raises: ValueError."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("write instants as in `2026-03-02T09:00:00Z`") from None
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
