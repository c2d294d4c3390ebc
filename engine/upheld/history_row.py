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
from collections.abc import Mapping
from typing import Final

from upheld.core.domain import Boolean, Domain, Many
from upheld.core.line import Integer
from upheld.core.plan import fact_domains
from upheld.core.policy import Policy

DATA: Final = "data."
"""The prefix of the columns that hold fields of the data."""

_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)


def record_of_row(row: Mapping[str, str | None], policy: Policy) -> dict[str, object]:
    """The record that a row of a history in CSV states; its columns are those of a record, and ``data.<name>``.

    A cell of a field that holds many values is a list in JSON, ``["a", "b"]``, or one value.
    """
    given = {name: cell for name, cell in row.items() if cell}
    record: dict[str, object] = {name: cell for name, cell in given.items() if not name.startswith(DATA)}
    event = policy.events.get(str(record.get("event")))
    domains = fact_domains(policy) if event is None else {name: each.domain for name, each in event.fields.items()}
    cells = {name.removeprefix(DATA): cell for name, cell in given.items() if name.startswith(DATA)}
    if cells:
        record["data"] = {name: _value(cell, domains.get(name)) for name, cell in cells.items()}
    return record


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
