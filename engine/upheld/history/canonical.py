"""Canonical histories: files whose columns are those of a record, which no mapping has to explain.

A cell of CSV holds text alone, so what it says is read as the field that it stands for: digits
are a number where the policy declares one. An empty cell is no field. What cannot be read
so is left as it is, and the engine says why it is no value.

So may a table in any other format have the columns of a history, and JSON its objects; whatever else has other columns
needs a mapping.

    >>> from upheld import load_policy
    >>> row = {"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "work", "actor": "agent", "data.minutes": "45"}
    >>> record_of_row({**row, "customer": "", "data.note": ""}, load_policy("base"))["data"]
    {'minutes': 45}

Source: DESIGN section 6, "History"; section 3, step 1, "an empty CSV cell is no field"; schemas/history.schema.json.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from itertools import chain, compress
from operator import itemgetter
from typing import Final

from upheld.core.condition.domain import Boolean, Domain, Many
from upheld.core.condition.ordered import Integer
from upheld.core.errors import HistoryError
from upheld.core.lifecycle.plan import fact_domains
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.policy import Policy
from upheld.core.record.event import COLUMNS, Event
from upheld.history.event_record import event_if_plain
from upheld.history.file import HistoryFile
from upheld.history.format import json_row
from upheld.history.format.csv_table import Table
from upheld.history.format.json_text import JsonText, list_in
from upheld.history.importer import Bad, Placed, ProvidedImporter, Row
from upheld.history.recurring import RecurringRows, records_of_lines

TEXTS: Final = tuple(name for name in COLUMNS if name != "data")
_PLAIN: Final = ("ticket", "at", "event", "state", "actor", "channel", "customer", "arrival")
DATA: Final = "data."
"""The prefix of the columns that hold fields of the data."""

_MOST_DIGITS: Final = 19
_JSON: Final = JsonText(
    integer=lambda text: int(text) if len(text) <= _MOST_DIGITS else float(text),
    real=float,
    constant=float,
    twice="key {} is given twice: each may be given once",
    deep="this is nested too deeply: a record holds plain values, and lists of them",
)
"""How JSON is read that may be no history: a number that no record holds ends nothing, and is told of its record."""

Slot = tuple[str, bool, Domain | None]
"""The name of a column, whether it is a field of the data, and the domain of a field that has to be looked into."""
_NO_ZONE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+)?", re.ASCII)
"""An instant as tables have it that know no zones."""
_ZONELESS: Final = (
    "is no instant, since a cell has no zone: write date, time and offset as text, or say the zone in a mapping, "
    "`zone: {assume: …}`"
)
_MOST_BAD: Final = 100
"""Bad rows that are kept until there is one that shows the columns."""
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)


def from_json_lines(file: HistoryFile, policy: Policy) -> Iterator[Placed | Bad]:
    """Each record of a history in JSON Lines. Raises: HistoryError."""
    return records_of_lines(file)


def from_csv(file: HistoryFile, policy: Policy) -> Iterator[Placed | Bad]:
    """Each record of a history in CSV; cells are read as the policy declares their fields.

    Raises: HistoryError for a head that is not that of a history, and as the file's lines do.
    """
    table = Table(file)
    names = table.header
    check_columns(f"{file.name}:{table.line}", table.written)
    table.note()
    rows = RowRecords(names, policy)
    recurring = RecurringRows(table.separator, names.index("ticket"), names.index("at"))
    for place, found in table.cells(recurring.event):
        if isinstance(found, Event):
            yield place, found
        elif isinstance(found, Bad):
            yield found
        else:
            event = rows.event(found) if table.alone else None
            if event is not None:
                recurring.keep(table.alone, event, table.line)
            yield place, rows.record(found) if event is None else event


def from_json(file: HistoryFile, policy: Policy) -> Iterator[Placed | Bad]:
    """Each record of a history in JSON of any shape, a list or pages. Raises: HistoryError where it holds others."""
    is_known = False
    for found in json_row.objects(file, _JSON):
        if not is_known and not isinstance(found, Bad):
            is_known = are_of_history(found[1])
            if not is_known:
                raise _unmapped(file, "json")
        yield found


def from_rows(rows: Iterator[Row | Bad], file: HistoryFile, name: str, policy: Policy) -> Iterator[Placed | Bad]:
    """Each record that the rows of some other format state, if their columns are those of a history.

    Raises: HistoryError where they are others.
    """
    bad: list[Bad] = []
    first = next(rows, None)
    while isinstance(first, Bad) and len(bad) < _MOST_BAD:
        bad.append(first)
        first = next(rows, None)
    if first is None and not bad:
        return
    if not isinstance(first, Row) or not are_of_history(first.cells):
        raise _unmapped(file, name)
    check_columns(first.place, tuple(first.cells))
    yield from bad
    makers: dict[tuple[str, ...], RowRecords] = {}
    for row in chain((first,), rows):
        if isinstance(row, Bad):
            yield row
            continue
        columns = tuple(row.cells)
        if columns not in makers:
            makers = {columns: RowRecords(columns, policy)}
        record = makers[columns].record(tuple(row.cells.values()))
        at = row.cells.get("at", "")
        yield Bad(row.place, f"{quoted(at)} {_ZONELESS}") if _NO_ZONE.fullmatch(at) else (row.place, record)


def are_of_history(columns: Container[str]) -> bool:
    """Whether columns are meant to be those of a history."""
    return "ticket" in columns and "at" in columns and ("event" in columns or "state" in columns)


def records(file: HistoryFile, chosen: ProvidedImporter, policy: Policy) -> Iterator[Placed | Bad]:
    """Each record of a history in whatever format. Raises: HistoryError for what needs a mapping, and as readers do."""
    read = RECORDS.get(chosen.name)
    return read(file, policy) if read is not None else from_rows(chosen.rows(file), file, chosen.name, policy)


RECORDS: Final[Mapping[str, Callable[[HistoryFile, Policy], Iterator[Placed | Bad]]]] = {
    "jsonl": from_json_lines,
    "csv": from_csv,
    "json": from_json,
}
"""What reads the formats that are more than rows of texts."""


def _unmapped(file: HistoryFile, name: str) -> HistoryError:
    advice = "say what its columns mean with `--map`; `upheld map` drafts such a file"
    return HistoryError(file.name, f"format `{name}` needs a mapping: {advice}")


class RowRecords:
    """The records that the rows of a table state; its columns are those of a record, and ``data.<name>``.

    A cell of a field that holds many values is a list in JSON, ``["a", "b"]``, or one value.
    """

    def __init__(self, columns: Sequence[str], policy: Policy) -> None:
        self._event = columns.index("event") if "event" in columns else len(columns)
        self._texts = itemgetter(*(columns.index(name) if name in columns else len(columns) for name in _PLAIN))
        self._facts = _slots(columns, fact_domains(policy))
        self._events = {
            name: _slots(columns, {key: each.domain for key, each in event.fields.items()})
            for name, event in policy.events.items()
        }

    def event(self, cells: Sequence[str]) -> Event | None:
        """The event of a row with a cell for each column, where nothing about it needs a second look."""
        ticket, at, what, state, actor, channel, customer, arrival = self._texts((*cells, ""))
        if arrival or (what and state):
            return None
        data: dict[str, object] = {}
        for (name, is_field, domain), cell in compress(zip(self._events.get(what, self._facts), cells), cells):
            if is_field:
                data[name] = cell if domain is None else _value(cell, domain)
        return event_if_plain(ticket, at, what, state, actor, channel, customer, data or None)

    def record(self, cells: Sequence[str | None]) -> dict[str, object]:
        """The record that a row states; a cell that it lacks at its end is empty."""
        event = cells[self._event] if self._event < len(cells) else None
        record: dict[str, object] = {}
        data: dict[str, object] = {}
        slots = self._events.get(event or "", self._facts)
        for (name, is_field, domain), cell in compress(zip(slots, cells), cells):
            if is_field:
                data[name] = cell if domain is None else _value(str(cell), domain)
            else:
                record[name] = cell
        if data:
            record["data"] = data
        return record


def record_of_row(row: Mapping[str, str | None], policy: Policy) -> dict[str, object]:
    """The record that one row of a history in CSV states, by its columns."""
    return RowRecords(tuple(row), policy).record(tuple(row.values()))


def check_columns(place: str, names: tuple[str, ...]) -> None:
    """A column that nobody knows is more likely a word misspelt than one to leave out."""
    for number, name in enumerate(names, 1):
        if not name:
            raise HistoryError(place, f"column {number} has no name: give it one")
        if name in names[: number - 1]:
            raise HistoryError(place, f"column {quoted(name)} is there twice: rename one of them")
        if name not in TEXTS and not (name.startswith(DATA) and name != DATA):
            near = nearest(name, [*TEXTS, DATA])
            hint = f"did you mean `{near}`?" if near else f"a history has {listed(TEXTS)} and `{DATA}…`"
            raise HistoryError(place, f"unknown column {quoted(name)}: {hint} (`--map` explains those of other tools)")
    for name in ("ticket", "at"):
        if name not in names:
            raise HistoryError(place, f"column `{name}` is missing: a history has {listed(TEXTS)} and `{DATA}…`")
    if "event" not in names and "state" not in names:
        raise HistoryError(place, "column `event` is missing, or `state` in a history of observed states")


def _slots(columns: Sequence[str], domains: Mapping[str, Domain]) -> list[Slot]:
    """What each column is; a domain where a text alone does not say what its cell holds."""
    slots: list[Slot] = []
    for column in columns:
        name = column.removeprefix(DATA)
        domain = domains.get(name)
        looked_into = domain if isinstance(domain, (Boolean, Integer, Many)) else None
        slots.append((name, name != column, looked_into))
    return slots


def _value(cell: str, domain: Domain | None) -> object:
    """What a cell says of a field; the text itself where it says nothing that the field could hold."""
    if isinstance(domain, Boolean) and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    if isinstance(domain, Integer) and _NUMBER.fullmatch(cell):
        return int(cell)
    if isinstance(domain, Many):
        members = list_in(cell)
        return _value(cell, domain.of) if members is None else members
    return cell
