"""What was observed: states and moves of all tickets, who made them and when, counted record by record.

A ticket that still stands somewhere when the history ends is no ticket that ended there: what stands last is counted
apart, and times are told as `fit` tells them, open ones included.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from upheld.core.record.event import Event

Move = tuple[str | None, str]
"""From which state to which; ``None`` where the ticket is opened."""
Path = tuple[str, ...]
"""The states of a ticket in order, none twice in a row."""


def moves_of(path: Path) -> list[Move]:
    """The moves of a path, the opening first."""
    return [*zip((None, *path), path)]


@dataclass(slots=True)
class Course:
    """What is known of a ticket."""

    path: list[str] = field(default_factory=list)
    records: list[Event] = field(default_factory=list)
    last_s: int = 0


@dataclass(slots=True)
class Observed:
    """What a history shows.

    Attributes:
        records: How many records there are of states.
        since_s, until_s: When the first and the last of them was.
        moves: How often each was seen, openings included.
        by: By whom: the roles of each move.
        entered: How many tickets were ever in a state.
        last: How many stand there at the end.
        left_by: Who made the next move out of a state.
        paths: How many tickets took each path.
        examples: The first ticket by id that took it, and the records that moved it.
        roles: How many records are of each role; ``""`` where none is told.
        channels: How many records came in by each channel.
        severities: How many tickets were opened with each severity, ``""`` for none.
        severity_changes: How often a ticket got another one.
        without_channel: Records of each role that tell no channel.
        acts_s: When somebody acted who is no customer and no machine; and for openings, by role.
        openings_s: The same of openings.
        backwards: Records that lie before one of their ticket that stands above them; they are not counted.
    """

    records: int = 0
    since_s: int = 0
    until_s: int = 0
    moves: Counter[Move] = field(default_factory=Counter)
    by: dict[Move, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    entered: Counter[str] = field(default_factory=Counter)
    last: Counter[str] = field(default_factory=Counter)
    left_by: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    paths: Counter[Path] = field(default_factory=Counter)
    examples: dict[Path, tuple[str, list[Event]]] = field(default_factory=dict)
    roles: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    severity_changes: int = 0
    without_channel: Counter[str] = field(default_factory=Counter)
    acts_s: list[int] = field(default_factory=list)
    openings_s: list[int] = field(default_factory=list)
    backwards: int = 0

    @property
    def tickets(self) -> int:
        """How many tickets there are."""
        return sum(self.paths.values())

    @property
    def states(self) -> list[str]:
        """The states that were seen, in the order in which tickets usually come there."""
        place, count = Counter[str](), Counter[str]()
        for path, tickets in self.paths.items():
            for number, state in enumerate(path):
                if state not in path[:number]:
                    place[state] += number * tickets
                    count[state] += tickets
        return sorted(count, key=lambda each: (place[each] / count[each], each))


def observed(events: Iterable[Event], *, tells_roles: bool) -> Observed:
    """Count the records of a history, in the order in which they count.

    Args:
        tells_roles: Whether the export tells who is a customer; where it does not, nobody knows who opened a ticket.
    """
    found, courses, severity = Observed(), dict[str, Course](), dict[str, object]()
    for event in events:
        course = courses.get(event.ticket)
        if course is None:
            course = courses[event.ticket] = Course()
            found.severities[str(event.data.get("severity") or "")] += 1
        elif event.at_s < course.last_s:
            found.backwards += 1
            continue
        course.last_s = event.at_s
        given = event.data.get("severity")
        if given is not None:
            found.severity_changes += event.ticket in severity and severity[event.ticket] != given
            severity[event.ticket] = given
        if event.state:
            _observe(found, course, event, tells_roles=tells_roles)
    for ticket in sorted(courses):
        course = courses[ticket]
        if course.path:
            path = tuple(course.path)
            found.paths[path] += 1
            found.examples.setdefault(path, (ticket, course.records))
            found.last[path[-1]] += 1
            found.entered.update(set(path))
    return found


def _observe(found: Observed, course: Course, event: Event, *, tells_roles: bool) -> None:
    found.since_s = event.at_s if not found.records else min(found.since_s, event.at_s)
    found.until_s = max(found.until_s, event.at_s)
    found.records += 1
    role, state = event.role, event.state
    found.roles[role] += 1
    if event.channel:
        found.channels[event.channel] += 1
    else:
        found.without_channel[role] += 1
    if role not in ("customer", "system"):
        is_unknown = not course.path and not tells_roles
        (found.openings_s if is_unknown else found.acts_s).append(event.at_s)
    origin = course.path[-1] if course.path else None
    if state != origin:
        found.moves[origin, state] += 1
        found.by[origin, state][role] += 1
        if origin is not None:
            found.left_by[origin][role] += 1
        course.path.append(state)
        course.records.append(event)
