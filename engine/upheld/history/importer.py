"""Importers: a format of histories, and what finds the rows in its files.

A row is one thing that a tracker wrote down, before anybody says what it means: an event of a log, a
change of a field, a snapshot of a record. A cell is text as it was written; a column that the row does
not have is not there, and an empty cell is.

    >>> row = Row("log.xes: trace 3, event 2", {"trace concept:name": "T-3", "concept:name": "Closed"})
    >>> row.cells["concept:name"]
    'Closed'

Source: DESIGN section 6, "Other formats come in through importers"; section 8, hooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from upheld.core.record.event import Event
from upheld.history.file import HistoryFile

PlacedRecord = tuple[str, Mapping[str, object]]
"""The place of a record, and its columns: what a row becomes once somebody said what it means."""

Placed = tuple[str, Mapping[str, object] | Event]
"""The same, or already the event that it states."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a tracker wrote down.

    Attributes:
        place: Where it stands, for people: ``file:line``, or what a file without lines counts.
        cells: By column; the text as it was written.
    """

    place: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bad:
    """One thing that could not be read; a history that has one is not complete.

    Attributes:
        place: Where it stands.
        problem: What is wrong: lower case, no full stop, the user's word in backticks, what to do next.
    """

    place: str
    problem: str


@dataclass(frozen=True, slots=True)
class ProvidedImporter:
    """A format of histories: how the rows of a file are found; what they mean is a mapping's to say.

    Attributes:
        name: What ``--from`` calls it: kebab-case, ASCII, at most 64 characters.
        title: What people call it, such as ``XES (IEEE 1849)``.
        suffixes: How names of such files end, ``.xes``; one that is packed may end in ``.gz`` or the like besides.
        rows: Reads a file, from its beginning, once: a row for each thing that the tracker wrote down, in the order
            of the file. What it cannot read is a ``Bad`` with its place, and it goes on with the next where it can.
            Holds no more of the file in memory than it must. Raises ``HistoryError`` when nothing after can be read.
        begins: Whether a file that begins with these bytes is one of the format, for names that do not tell;
            ``None`` where that cannot be said.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    rows: Callable[[HistoryFile], Iterator[Row | Bad]]
    begins: Callable[[bytes], bool] | None = None
