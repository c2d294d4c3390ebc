"""Rows: one thing that a tracker wrote down, cell by cell, before anybody says what it means.

A row is what a format makes of a file, whatever the file looks like: an event of a log, a
change of a field, a snapshot of a record. A cell is text as it was written; a column that
the row does not have is not there, and an empty cell is.

    >>> row = Row("log.xes: trace 3, event 2", {"trace concept:name": "T-3", "concept:name": "Closed"})
    >>> row.cells["concept:name"]
    'Closed'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
