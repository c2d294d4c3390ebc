"""Parameters: dated values and tables, which a customer's contract may override by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from upheld.core.item import Grounds, Item

ParameterValue = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow(Grounds):
    """The values that count from one day to another, both included.

    Attributes:
        since: First day, in the policy's zone.
        until: Last day, or ``None`` for the eve of the next row.
        values: By column; the one key ``""`` where the parameter is no table.
    """

    since: date
    until: date | None
    values: Mapping[str, ParameterValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Item):
    """A dated value or table.

    Attributes:
        by: The name that chooses the column, or ``""``.
        partial: Columns may be missing.
        rows: Oldest first.
    """

    by: str
    partial: bool
    rows: tuple[ParameterRow, ...]

    def row_on(self, day: date) -> ParameterRow | None:
        """The row that counts on a day of the policy's zone: the last one begun, unless it has ended."""
        begun = [row for row in self.rows if row.since <= day]
        if not begun or (begun[-1].until is not None and begun[-1].until < day):
            return None
        return begun[-1]
