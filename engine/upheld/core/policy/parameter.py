"""Parameters: dated values and tables, which a customer's contract may override by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from upheld.core.frozen import freeze
from upheld.core.policy.provenance import Grounds, Item

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

    def __post_init__(self) -> None:
        freeze(self, "values")


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

    def number_on(self, day: date) -> int | None:
        """Which row counts on a day of the policy's zone: the last one begun, unless it has ended."""
        for number in range(len(self.rows) - 1, -1, -1):
            row = self.rows[number]
            if row.since <= day:
                return None if row.until is not None and row.until < day else number
        return None
