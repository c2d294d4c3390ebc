"""Mappings: what the columns and the words of an export mean, as a value.

A mapping makes records of rows. It knows what the export calls things and what the policy
calls them; it decides nothing: whether a record is accepted, or a move conforms, is the
engine's answer. What it cannot place it tells, and never guesses.

Source: DESIGN section 6, "a mapping file that says which column is what".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from upheld.core.policy.provenance import Path
from upheld.document import Document
from upheld.history.mapping.cell import Cell
from upheld.history.mapping.cell_condition import CellCondition

Kind = Literal["state", "event", "skip", "back"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row becomes.

    Attributes:
        kind: An observed state, an event, nothing, or (of a wait) the state before it.
        name: The state or event, or the cell that tells it; ``""`` for the other kinds.
        role, channel: Those of the record, ``""`` for what the columns say.
        data: Fields besides those of the columns, which they win over.
        wait: What ends the wait that begins with this row.
    """

    path: Path
    kind: Kind
    name: str | Cell = ""
    role: str = ""
    channel: str = ""
    data: Mapping[str, Cell] = field(default_factory=dict, hash=False)
    wait: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Which rows are meant, and what they are."""

    when: CellCondition
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RoleCase:
    """Which rows somebody in this role did."""

    when: CellCondition
    role: str
    path: Path


@dataclass(frozen=True, slots=True)
class Closing:
    """How a closing that nobody did is recognised.

    Attributes:
        since: The row from which the delay counts, the last one before.
        local_days: The delay in days of the calendar, or ``None``.
        elapsed_s: The delay in seconds, where it is none in days.
        batch_s: Seconds after midnight at which closings are made; ``None`` for at once.
        tolerance_s: How far from its due instant it may lie.
        zone: Of its days, ``""`` for the mapping's or the policy's.
        outcome: What it becomes.
    """

    when: CellCondition
    since: CellCondition
    local_days: int | None
    elapsed_s: int
    batch_s: int | None
    tolerance_s: int
    zone: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Opening:
    """The record before a first row that is something else; ``at`` is its instant, ``None`` for that of the row."""

    outcome: Outcome
    at: Cell | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMapping:
    """What the columns and the words of an export mean.

    Attributes:
        document: What it was read from, for places.
        format: The format of the exports, or ``""``.
        parts: Which of several tables in one file is meant, by the key that says so: ``sheet``, ``object-type``.
        encoding: What they are written in, as Python calls it, or ``""``.
        head: The line that names the columns of a table, or 0.
        audit: Whether states are observed.
        by_time: Whether the rows of a ticket are sorted by their instants.
        as_is: Whether they are taken as they stand, even newest first.
        drops_duplicates: Whether a row is taken once that is there several times.
        zone, overrides: Where the clock was read, and whether that stands for what is written, too.
        dates: How instants are written.
        nulls: The spellings of nothing in every column.
        snapshots: The columns whose changes count, where each row is a whole record; else none.
        rows_from: By column of an instant what happened then, where each ticket has one row; else none.
        at: The instant of a row; ``None`` where its columns of instants have each a line of their own.
        data: The fields of the data.
        skips_unknown: Whether rows that no status is about are skipped.
    """

    document: Document = field(repr=False, compare=False)
    id: str
    format: str
    parts: Mapping[str, str]
    encoding: str
    head: int
    audit: bool
    by_time: bool
    as_is: bool
    drops_duplicates: bool
    zone: str
    overrides: bool
    dates: tuple[str, ...]
    nulls: frozenset[str]
    snapshots: tuple[str, ...]
    rows_from: Mapping[str, tuple[Status, ...]]
    ticket: Cell
    at: Cell | None
    actor: Cell | None
    channel: Cell | None
    customer: Cell | None
    data: Mapping[str, Cell]
    roles: tuple[RoleCase, ...]
    statuses: tuple[Status, ...]
    skips_unknown: bool
    closings: tuple[Closing, ...]
    opening: Opening | None

    def outcomes(self) -> Iterator[Outcome]:
        """Everything that a row may become."""
        found = [each.outcome for each in self._all_statuses()] + [each.outcome for each in self.closings]
        if self.opening is not None:
            found.append(self.opening.outcome)
        for outcome in found:
            yield outcome
            if outcome.wait is not None:
                yield outcome.wait

    @property
    def remembers(self) -> bool:
        """Whether what a row becomes depends on those of its ticket before."""
        waits = any(outcome.wait is not None for outcome in self.outcomes())
        return waits or self.opening is not None or bool(self.closings)

    def cells(self) -> Iterator[Cell]:
        """Everything that is read off a row."""
        columns = (self.ticket, self.at, self.actor, self.channel, self.customer, *self.data.values())
        yield from (cell for cell in columns if cell is not None)
        if self.opening is not None and self.opening.at is not None:
            yield self.opening.at
        for outcome in self.outcomes():
            if isinstance(outcome.name, Cell):
                yield outcome.name
            yield from outcome.data.values()

    def conditions(self) -> Iterator[CellCondition]:
        """Everything that is asked of a row."""
        yield from (each.when for each in self._all_statuses())
        yield from (each.when for each in self.roles)
        for closing in self.closings:
            yield from (closing.when, closing.since)

    def _all_statuses(self) -> Iterator[Status]:
        yield from self.statuses
        for statuses in self.rows_from.values():
            yield from statuses

    def columns(self) -> dict[str, None]:
        """Every column that it names, in the order of the document's sections; not those that it makes itself."""
        named = [column for cell in self.cells() for column in cell.columns]
        named += [column for condition in self.conditions() for column in condition.columns]
        made = CHANGE_COLUMNS if self.snapshots else (INSTANT_COLUMN,) if self.rows_from else ()
        others = (column for column in named if column not in made)
        return dict.fromkeys((*others, *self.snapshots, *self.rows_from))


CHANGE_COLUMNS = ("field", "from", "to")
"""The columns of a change that a snapshot shows."""
INSTANT_COLUMN = "instant"
"""The column that says which of its instants a row of a ticket is about."""
