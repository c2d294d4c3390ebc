"""Survey of an export: its columns, how many rows fill them, which words there are, what they seem to be.

>>> rows = [Row("log.csv:2", {"id": "1", "state": "New"}), Row("log.csv:3", {"id": "1", "state": ""})]
>>> found = survey(iter(rows))
>>> found.rows, found.columns["state"].filled, found.guess.ticket, found.statuses[("New",)]
(2, 1, 'id', 1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import Final

from upheld.history.draft.column_guess import ColumnGuess, ColumnWords, status_words
from upheld.history.importer import Bad, Row
from upheld.history.mapping.date_form import parse_form

HEAD: Final = 1_000
"""Rows by which it is guessed which columns tell the status."""
MOST_COLUMNS: Final = 1_000
MOST_STATUSES: Final = 2_000


@dataclass(slots=True)
class ExportSurvey:
    """What an export holds.

    Attributes:
        guess: What the columns seem to be.
        rows: How many rows there are.
        bad: How many more could not be read.
        columns: By name, in the order in which they were met.
        statuses: How many rows have which words in the columns that tell the status.
        out_of_order: How many rows lie before one of their ticket that stands above them.
        duplicates: How many are exactly like one before, of the same ticket and instant.
    """

    guess: ColumnGuess
    rows: int = 0
    bad: int = 0
    columns: dict[str, ColumnWords] = field(default_factory=dict)
    statuses: Counter[tuple[str, ...]] = field(default_factory=Counter)
    out_of_order: int = 0
    duplicates: int = 0


def survey(rows: Iterator[Row | Bad]) -> ExportSurvey:
    """Look at all rows of an export, once."""
    head = list(islice(rows, HEAD))
    first: dict[str, ColumnWords] = {}
    for row in head:
        if isinstance(row, Row):
            _add(row, first)
    found = ExportSurvey(ColumnGuess(first))
    order = _Order(found)
    status = found.guess.status
    for row in chain(head, rows):
        if isinstance(row, Bad):
            found.bad += 1
            continue
        found.rows += 1
        _add(row, found.columns)
        order.see(row)
        words = status_words(status, row.cells)
        if status and (words in found.statuses or len(found.statuses) < MOST_STATUSES):
            found.statuses[words] += 1
    found.guess = ColumnGuess(found.columns, status)
    return found


class _Order:
    """Counts the rows that stand out of order, and those that are there twice."""

    def __init__(self, found: ExportSurvey) -> None:
        self._found = found
        self._ticket, self._at = found.guess.ticket, found.guess.at
        self._read = parse_form(found.guess.form) if found.guess.form and self._ticket else None
        self._last: dict[str, datetime] = {}
        self._seen: dict[str, tuple[str, set[int]]] = {}

    def see(self, row: Row) -> None:
        """One more."""
        if self._read is None:
            return
        ticket, text = row.cells.get(self._ticket, ""), row.cells.get(self._at, "").strip()
        at = self._read(text)
        if at is None:
            return
        last = self._last.setdefault(ticket, at)
        if (last.tzinfo is None) is (at.tzinfo is None):
            self._found.out_of_order += at < last
            self._last[ticket] = max(last, at)
        alike = hash(frozenset(row.cells.items()))
        seen_at, seen = self._seen.get(ticket, ("", set()))
        if seen_at != text:
            self._seen[ticket] = text, {alike}
        else:
            self._found.duplicates += alike in seen
            seen.add(alike)


def _add(row: Row, columns: dict[str, ColumnWords]) -> None:
    for name, cell in row.cells.items():
        words = columns.get(name)
        if words is None:
            if len(columns) >= MOST_COLUMNS:
                continue
            words = columns[name] = ColumnWords()
        words.add(cell.strip())
