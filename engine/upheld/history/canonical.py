"""Canonical histories: files whose columns are those of a record, which no mapping has to explain.

Source: DESIGN section 6, "History"; schemas/history.schema.json.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.policy import Policy
from upheld.core.record.event import COLUMNS
from upheld.history import json_lines
from upheld.history.csv_record import DATA, RowRecords
from upheld.history.csv_rows import Table
from upheld.history.file import HistoryFile
from upheld.history.json_lines import Taken
from upheld.history.row import Bad

TEXTS: Final = tuple(name for name in COLUMNS if name != "data")


def from_json_lines(file: HistoryFile, policy: Policy) -> Iterator[Taken | Bad]:
    """Each record of a history in JSON Lines. Raises: HistoryError."""
    return json_lines.records(file)


def from_csv(file: HistoryFile, policy: Policy) -> Iterator[Taken | Bad]:
    """Each record of a history in CSV; cells are read as the policy declares their fields.

    Raises: HistoryError for a head that is not that of a history, and as the file's lines do.
    """
    table = Table(file)
    names = table.header
    _check(f"{file.name}:{table.line}", names)
    record = RowRecords(names, policy).record
    for place, cells in table.cells():
        yield cells if isinstance(cells, Bad) else (place, record(cells))


RECORDS: Final[Mapping[str, Callable[[HistoryFile, Policy], Iterator[Taken | Bad]]]] = {
    "jsonl": from_json_lines,
    "csv": from_csv,
}
"""What reads each of the canonical formats."""


def _check(place: str, names: tuple[str, ...]) -> None:
    """A column that nobody knows is more likely a word misspelt than one to leave out."""
    for name in names:
        if name not in TEXTS and not (name.startswith(DATA) and name != DATA):
            near = nearest(name, [*TEXTS, DATA])
            hint = f"did you mean `{near}`?" if near else f"a history has {listed(TEXTS)} and `{DATA}…`"
            raise HistoryError(place, f"unknown column {quoted(name)}: {hint} (`--map` explains those of other tools)")
    for name in ("ticket", "at"):
        if name not in names:
            raise HistoryError(place, f"column `{name}` is missing: a history has {listed(TEXTS)} and `{DATA}…`")
    if "event" not in names and "state" not in names:
        raise HistoryError(place, "column `event` is missing, or `state` in a history of observed states")
