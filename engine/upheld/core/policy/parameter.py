"""Parameters: dated values and tables, which a customer's contract may override by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from upheld.core.condition.condition import Lookup
from upheld.core.frozen import freeze
from upheld.core.policy.provenance import Grounds, Item

ParameterValue = str | int


def column_key(names: tuple[str, ...], lookup: Lookup) -> str | None:
    """The column that names choose by what they hold, ``""`` where none choose; ``None`` where one holds nothing.

    >>> column_key(("severity", "plan"), {"severity": "high", "plan": "gold"}.get)
    'gold.high'
    """
    if len(names) == 1:
        only = lookup(names[0])
        return None if only is None else str(only)
    held = [lookup(name) for name in names]
    return None if None in held else ".".join(str(each) for each in reversed(held))


def column_path(column: str) -> tuple[str, ...]:
    """The keys in a row under which a column's value is written."""
    return tuple(column.split(".")) if column else ("is",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow(Grounds):
    """The values that count from one day to another, both included.

    Attributes:
        since: First day, in the policy's zone.
        until: Last day, or ``None`` for the eve of the next row.
        values: By column, which `column_key` tells; the one key ``""`` where the parameter is no table.
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
        across: A second name that chooses, a plan's for example: each of its values has columns of its own; or ``""``.
        partial: Columns may be missing.
        rows: Oldest first.
    """

    by: str
    partial: bool
    rows: tuple[ParameterRow, ...]
    across: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that choose the column."""
        return tuple(name for name in (self.by, self.across) if name)

    def names_with(self, by: str) -> tuple[str, ...]:
        """The same where another name takes the place of the first, if there is one."""
        return (by, *self.names[1:]) if by else self.names

    def number_on(self, day: date) -> int | None:
        """Which row counts on a day of the policy's zone: the last one begun, unless it has ended."""
        for number in range(len(self.rows) - 1, -1, -1):
            row = self.rows[number]
            if row.since <= day:
                return None if row.until is not None and row.until < day else number
        return None
