"""History rows: a line of CSV as a record, cell by cell.

A cell holds text alone, so what it says is read as the field that it stands for: digits
are a number where the policy declares one. An empty cell is no field. What cannot be read
so is left as it is, and the engine says why it is no value.

    >>> from upheld import load_policy
    >>> row = {"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "work", "actor": "agent", "data.minutes": "45"}
    >>> record_of_row({**row, "customer": "", "data.note": ""}, load_policy("base"))["data"]
    {'minutes': 45}

Source: DESIGN section 6, "History"; section 3, step 1, "an empty CSV cell is no field".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from upheld.core.domain import Boolean, Domain, Many
from upheld.core.line import Integer
from upheld.core.plan import fact_domains
from upheld.core.policy import Policy

DATA: Final = "data."
"""The prefix of the columns that hold fields of the data."""

Reading = list[tuple[int, str, Domain | None]]
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)


class RowRecords:
    """The records that the rows of a table state; its columns are those of a record, and ``data.<name>``.

    A cell of a field that holds many values is a list in JSON, ``["a", "b"]``, or one value.
    """

    def __init__(self, columns: Sequence[str], policy: Policy) -> None:
        self._columns = [(place, name) for place, name in enumerate(columns) if not name.startswith(DATA)]
        self._fields = [(place, name.removeprefix(DATA)) for place, name in enumerate(columns) if name.startswith(DATA)]
        self._width = len(columns)
        facts = fact_domains(policy)
        events = {
            name: {key: each.domain for key, each in event.fields.items()} for name, event in policy.events.items()
        }
        self._facts: Reading = self._reading(facts)
        self._events = {name: self._reading(domains) for name, domains in events.items()}

    def _reading(self, domains: Mapping[str, Domain]) -> Reading:
        """The columns of fields, each with its domain where it has to be looked into."""
        return [(place, name, _looked_into(domains.get(name))) for place, name in self._fields]

    def record(self, cells: Sequence[str | None]) -> dict[str, object]:
        """The record that a row states; a cell that it lacks at its end is empty."""
        if len(cells) < self._width:
            cells = (*cells, *[None] * (self._width - len(cells)))
        record: dict[str, object] = {name: cell for place, name in self._columns if (cell := cells[place])}
        data = {
            name: cell if domain is None else _value(cell, domain)
            for place, name, domain in self._events.get(str(record.get("event")), self._facts)
            if (cell := cells[place])
        }
        if data:
            record["data"] = data
        return record


def record_of_row(row: Mapping[str, str | None], policy: Policy) -> dict[str, object]:
    """The record that one row of a history in CSV states, by its columns."""
    return RowRecords(tuple(row), policy).record(tuple(row.values()))


def _looked_into(domain: Domain | None) -> Domain | None:
    """The domain, where a text alone does not say what its cell holds."""
    return domain if isinstance(domain, (Boolean, Integer, Many)) else None


def _value(cell: str, domain: Domain | None) -> object:
    """What a cell says of a field; the text itself where it says nothing that the field could hold."""
    if isinstance(domain, Boolean) and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    if isinstance(domain, Integer) and _NUMBER.fullmatch(cell):
        return int(cell)
    if isinstance(domain, Many):
        members = _list(cell)
        return _value(cell, domain.of) if members is None else members
    return cell


def _list(cell: str) -> list[object] | None:
    """The list in JSON that a cell holds, or ``None``."""
    if not cell.startswith("["):
        return None
    try:
        members = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return members if isinstance(members, list) else None
