"""Changes: what somebody did to a ticket, as the trackers that keep changes tell it.

Jira, Zendesk and Redmine keep what was changed, in *entries*: what one person did at one
instant. Their rows are alike: the ticket, the instant, who, what kind of change, the field,
what it held and what it holds. Beside it stands what the ticket's other fields held *at that
time*, so that nothing of a ticket's end is known at its beginning: going back from what they
hold today, each change of a field tells what it held before.

    >>> at = datetime.fromisoformat("2026-03-02T10:00Z")
    >>> entries = [Entry("2", at, "2026-03-02T10:00Z", "kim", (Change("changed", "priority", "Low", "High"),))]
    >>> past({"priority": "High", "project": "Desk"}, entries)
    {'priority': 'Low', 'project': 'Desk'}
    >>> course = Course("T-1", past({"priority": "High", "project": "Desk"}, entries))
    >>> [row] = course.rows("log.json: ticket `T-1`", entries[0])
    >>> row.cells["from"], row.cells["to"], row.cells["ticket priority"], row.cells["ticket project"]
    ('Low', 'High', 'High', 'Desk')
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeVar

from upheld.core.nearest import quoted
from upheld.history.importer import Row

CREATED: Final = "created"
CHANGED: Final = "changed"
COMMENTED: Final = "commented"
WORKED: Final = "worked"

PUBLIC: Final = "public"
PRIVATE: Final = "private"

TICKET: Final = "ticket "
"""The prefix of the columns that tell of the ticket, and not of the change."""

Thing = TypeVar("Thing")

_NO_CELLS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing changed, said or done.

    Attributes:
        kind: ``created``, ``changed``, ``commented``, ``worked``, or the tracker's own word for another.
        name: The field's name or id; of a comment ``comment``.
        before: What it held.
        after: What it holds; of a comment ``public`` or ``private``.
        cells: Further columns.
    """

    kind: str
    name: str
    before: str = ""
    after: str = ""
    cells: Mapping[str, str] = field(default_factory=lambda: _NO_CELLS)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did to a ticket at one instant.

    Attributes:
        id: The tracker's id of it.
        instant: When.
        at: The same, as it was written.
        author: Who: an id.
        changes: What, in the tracker's order.
        cells: Further columns of all its changes.
    """

    id: str
    instant: datetime
    at: str
    author: str
    changes: Sequence[Change]
    cells: Mapping[str, str] = field(default_factory=lambda: _NO_CELLS)


def in_order(things: Sequence[Thing], instant: Callable[[Thing], datetime]) -> list[Thing]:
    """Things in the order of time, from a list that has them so or the other way round; equal instants keep it."""
    backwards = bool(things) and instant(things[0]) > instant(things[-1])
    return sorted(reversed(things) if backwards else things, key=instant)


def is_requester(who: str, asked: str) -> dict[str, str]:
    """The column that tells whether somebody is who asked for the ticket; empty where nobody knows."""
    return {"author is requester": ("yes" if who == asked else "no") if who and asked else ""}


def past(present: Mapping[str, str], entries: Sequence[Entry]) -> dict[str, str]:
    """What the fields of a ticket held before all its ``entries``, from what they hold after them."""
    held = dict(present)
    for entry in reversed(entries):
        for change in reversed(entry.changes):
            if change.name in held and change.kind == CHANGED:
                held[change.name] = change.before
    return held


class Course:
    """The course of a ticket: what its fields hold, entry by entry.

    Fields that ``past`` has not are known once they change, where ``grows``; else they are left out.
    """

    __slots__ = ("_grows", "_held", "_ticket")

    def __init__(self, ticket: str, held: Mapping[str, str], *, grows: bool = False) -> None:
        self._ticket = ticket
        self._held = dict(held)
        self._grows = grows

    def rows(self, place: str, entry: Entry) -> Iterator[Row]:
        """A row for each change of the next entry, with what the ticket holds once the entry is applied."""
        for change in entry.changes:
            if change.kind in (CREATED, CHANGED) and (self._grows or change.name in self._held):
                self._held[change.name] = change.after
        ticket = {TICKET + name: value for name, value in self._held.items()}
        where = f"{place}, entry {quoted(entry.id)}"
        for change in entry.changes:
            yield Row(
                where,
                {
                    "ticket": self._ticket,
                    "at": entry.at,
                    "author": entry.author,
                    "kind": change.kind,
                    "field": change.name,
                    "from": change.before,
                    "to": change.after,
                    "entry": entry.id,
                    "text": "",
                    "minutes": "",
                    **entry.cells,
                    **change.cells,
                    **ticket,
                },
            )
