"""What a desk has exported is decided alike on every path: record by record, by two processes, and as columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from upheld import ArgumentError, Desk, Event, load_contracts, load_policy, replay
from upheld.bulk.reading.files import read_batches
from upheld.bulk.reading.history_table import history_table
from upheld.bulk.sample import verified
from upheld.bulk.tables import COLUMNS, SCALAR, tables_from
from upheld.cli import main
from upheld.engine import Engine
from upheld.history.file import HistoryFiles
from upheld.replaying import instant_s

MONTH = Path(__file__).resolve().parents[2] / "examples" / "proconcept"
POLICY = load_policy("proconcept")
CONTRACTS = load_contracts(MONTH / "contracts.yaml", POLICY)
TELLINGS = 4
"""How often the month is told, so that what was granted runs out."""


def submitted() -> list[Event]:
    """The month several times, the last ticket first: charges are not taken in the order of their instants."""
    lines = (MONTH / "history.jsonl").read_text(encoding="utf-8").splitlines()
    tickets: dict[str, list[Event]] = {}
    for telling in range(TELLINGS):
        for record in map(json.loads, lines):
            at = datetime.fromisoformat(record["at"]) + timedelta(minutes=7 * telling)
            event = Event.from_record({**record, "ticket": f"{record['ticket']}-{telling}", "at": at.isoformat()})
            tickets.setdefault(event.ticket, []).append(event)
    return [event for events in reversed(tickets.values()) for event in events]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: Any) -> Iterator[tuple[Path, dict[str, Any], list[Event]]]:
    """The file, the verdicts of the desk and its records."""
    path = tmp_path_factory.mktemp("desk") / "history.jsonl"
    desk = Desk.open("sqlite://", policy=POLICY, contracts=CONTRACTS, upgrade=True)
    desk.submit_many(submitted())
    desk.export(path)
    yield path, desk.verdicts(), list(desk.events())
    desk.close()


def as_csv(path: Path) -> Path:
    """The same records as a table."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [
        {name: held for name, held in record.items() if name != "data"}
        | {f"data.{name}": held for name, held in record.get("data", {}).items()}
        for record in records
    ]
    columns = [*dict.fromkeys(name for row in rows for name in row)]
    cells = [columns, *([_cell(row.get(name, "")) for name in columns] for row in rows)]
    table = path.with_suffix(".csv")
    table.write_text("".join(",".join(each) + "\n" for each in cells), encoding="utf-8")
    return table


def _cell(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return '"' + text.replace('"', '""') + '"' if set(text) & set('",') else text


def test_the_order_of_charges_matters(exported: tuple[Path, dict[str, Any], list[Event]]) -> None:
    """What the test below rests on: without the numbers of arrival the verdicts are others."""
    _, verdicts, events = exported

    assert json.dumps(verdicts) == json.dumps(replay(POLICY, events, CONTRACTS))
    assert verdicts["tickets"] != replay(POLICY, [replace(each, arrival=0) for each in events], CONTRACTS)["tickets"]


@pytest.mark.parametrize("kind", ("jsonl", "csv"))
def test_every_path_decides_an_export_as_the_desk_did(
    kind: str, exported: tuple[Path, dict[str, Any], list[Event]], tmp_path: Path
) -> None:
    """From a file of lines and from a table; two processes to the byte, columns row by row, also a sample of them."""
    path, verdicts, _ = exported
    file = path if kind == "jsonl" else as_csv(path)
    asked = ["replay", str(file), "--policy", "proconcept", "--contracts", str(MONTH / "contracts.yaml")]
    told = [CliRunner().invoke(main, [*asked, "--format", "json", "--jobs", jobs]).stdout_bytes for jobs in "12"]

    assert told[0] == told[1]
    assert verdicts["tickets"] == json.loads(told[0])["tickets"]

    engine = Engine(POLICY, CONTRACTS)
    history = history_table(read_batches(HistoryFiles(str(file)), POLICY))
    columns, scalar = tables_from(history, engine), tables_from(history, engine, why=SCALAR)

    assert columns.path == COLUMNS
    assert (scalar.header, scalar.summary) == (columns.header, columns.summary)
    assert verdicts["summary"] == columns.summary
    for name, table in scalar.tables.items():
        assert table.to_pylist() == columns[name].to_pylist(), name

    compared = verified(columns, history, engine, None, instant_s(verdicts["as_of"]), Decimal("0.3"))
    assert 20 < compared < len(verdicts["tickets"]) / 2


def test_records_and_accounts_are_two_files(opened: Callable[..., Desk], url: str, tmp_path: Path) -> None:
    """One would take the place of the other; on standard output there is room for one of them."""
    desk, one = opened(POLICY, contracts=CONTRACTS), tmp_path / "one.jsonl"
    desk.submit_many(submitted()[:8])
    with pytest.raises(ArgumentError, match="records and accounts are two files"):
        desk.export(one, accounts=tmp_path / "." / "one.jsonl")
    assert 8 == desk.export(one, accounts=tmp_path / "accounts.jsonl")
    assert 8 == len(one.read_text().splitlines())
    both = CliRunner().invoke(main, ["desk", "export", "--db", url, "--accounts", "-"])

    assert (2, "") == (both.exit_code, both.stdout)
    assert "records and accounts are two files" in both.stderr
    assert 0 == CliRunner().invoke(main, ["desk", "export", str(one), "--db", url, "--accounts", "-"]).exit_code
