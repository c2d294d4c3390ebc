"""One table, in every format that holds tables: the verdicts are the same."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner
from table_files.object_logs import in_json, in_sqlite, in_xml
from table_files.old_workbook import xls
from table_files.workbooks import DATE_TIME, Raw, Value, ods, xlsx

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

DESK = str(Path(__file__).resolve().parent.parent / "small_desk.yaml")
MAPPING = """\
upheld: 1
mapping: desk
{part}
zone: {{assume: Europe/Paris}}
columns:
  ticket: Number
  at: When
  data: {{type: {{constant: fault}}, severity: {{column: Prio, words: {{1: high, 2: low}}}}}}
statuses:
  - {{when: {{What: New}}, event: submit, role: customer, channel: portal}}
  - {{when: {{What: Taken}}, event: take, role: agent}}
"""
HEAD = ("Number", "When", "What", "Prio")
ROWS = [
    ("T-1", "2024-03-04T10:00:00", "New", 1),
    ("T-1", "2024-03-04T10:30:00", "Taken", 1),
    ("T-2", "2024-03-05T00:00:00", "New", 2),
    ("T-2", "2024-03-05T16:30:00", "Taken", 2),
]
SPACE = "urn:schemas-microsoft-com:office:spreadsheet"


def serial(text: str) -> float:
    """Days as workbooks count them."""
    return (datetime.fromisoformat(text) - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001


def sheet() -> list[tuple[Value, ...]]:
    return [HEAD, *((ticket, (serial(at), DATE_TIME), what, prio) for ticket, at, what, prio in ROWS)]


def open_sheet() -> list[tuple[Value, ...]]:
    def at(text: str) -> Raw:
        kind = f'office:value-type="date" office:date-value="{text}"'
        return Raw(f"<table:table-cell {kind}><text:p>shown otherwise</text:p></table:table-cell>")

    return [HEAD, *((ticket, at(when), what, prio) for ticket, when, what, prio in ROWS)]


def parquet() -> bytes:
    ticket, at, what, prio = zip(*ROWS)
    target, instants = io.BytesIO(), [datetime.fromisoformat(text) for text in at]
    pyarrow.parquet.write_table(pa.table(dict(zip(HEAD, (ticket, instants, what, prio)))), target)
    return target.getvalue()


def page() -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (HEAD, *ROWS))
    return f"<html><body><table><tr><td>Tickets</td></tr></table><table>{rows}</table></body></html>".encode()


def xml() -> bytes:
    def cell(value: str | int) -> str:
        kind = "Number" if isinstance(value, int) else "DateTime" if value.startswith("20") else "String"
        return f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>'

    rows = "".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in (HEAD, *ROWS))
    table = f'<Worksheet ss:Name="S"><Table>{rows}</Table></Worksheet>'
    return f'<Workbook xmlns="{SPACE}" xmlns:ss="{SPACE}">{table}</Workbook>'.encode()


FILES = {
    "list.csv": "\n".join(",".join(map(str, row)) for row in (HEAD, *ROWS)).encode(),
    "list.xlsx": xlsx({"Tickets": [("Tickets",), ("as of", "March"), (), *sheet()], "Notes": [("x",)]}),
    "old.xls": xls({"Tickets": sheet()}),
    "list.ods": ods({"Tickets": open_sheet()}),
    "list.parquet": parquet(),
    "page.xls": page(),
    "xml.xls": xml(),
}


def replayed(folder: Path, name: str, data: bytes, part: str = "") -> str:
    (folder / "desk.yaml").write_text(MAPPING.format(part=part), encoding="utf-8")
    (folder / name).write_bytes(data)
    files = [str(folder / name), "--policy", DESK, "--map", str(folder / "desk.yaml")]
    done = CliRunner().invoke(main, ["replay", *files, "--format", "jsonl"])
    assert DONE == done.exit_code, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", FILES)
def test_the_verdicts_are_those_of_csv(tmp_path: Path, name: str) -> None:
    lines = replayed(tmp_path, name, FILES[name])
    assert lines == replayed(tmp_path, "list.csv", FILES["list.csv"])
    opened = [json.loads(line)["opened_at"] for line in lines.splitlines()]
    assert opened == ["2024-03-04T09:00:00Z", "2024-03-04T23:00:00Z"]


def test_a_mapping_says_which_sheet_and_a_draft_writes_it(tmp_path: Path) -> None:
    book = xlsx({"Agents": [("Name", "Team"), ("a", "b")], "Tickets": sheet()})
    part = "sheet: Tickets"
    assert replayed(tmp_path, "two.xlsx", book, part) == replayed(tmp_path, "list.csv", FILES["list.csv"])

    drafted = CliRunner().invoke(main, ["map", str(tmp_path / "two.xlsx")])
    assert DONE == drafted.exit_code
    assert "there are also: Agents" in next(line for line in drafted.stdout.splitlines() if line.startswith(part))
    other = CliRunner().invoke(main, ["map", str(tmp_path / "two.xlsx"), "--sheet", "Agents"])
    assert "sheet: Agents" in other.stdout
    wrong = CliRunner().invoke(main, ["map", str(tmp_path / "two.xlsx"), "--sheet", "Agent"])
    assert MISUSED == wrong.exit_code
    assert "there is no sheet `Agent`; did you mean `Agents`?" in wrong.stderr


@pytest.mark.parametrize("data", [in_json(), in_xml(), in_sqlite()], ids=["json", "xml", "sqlite"])
def test_an_object_centric_log_is_replayed(tmp_path: Path, data: bytes) -> None:
    mapping = """\
upheld: 1
mapping: log
object-type: Incident
audit: true
columns: {ticket: ticket, at: time, data: {type: {constant: fault}, severity: {column: ticket priority}}}
statuses: [{when: {event type: open}, state: open}, {when: {event type: Fix it}, state: resolved}]
"""
    (tmp_path / "log.yaml").write_text(mapping, encoding="utf-8")
    (tmp_path / "log.bin").write_bytes(data)
    files = [str(tmp_path / "log.bin"), "--policy", DESK, "--map", str(tmp_path / "log.yaml")]
    done = CliRunner().invoke(main, ["replay", *files, "--format", "jsonl"])
    assert DONE == done.exit_code, done.stderr
    tickets = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["ticket"], each["events"]) for each in tickets] == [("i1", 2), ("i2", 1)]
