"""Small exports of every kind that is read, to be broken: what `fuzz_history` begins with.

The exports of trackers are those of ``examples/exports``, a few rows of each; histories that are nested are the
payloads of the tests. One table is written as every format that holds tables.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

MOST_ROWS: Final = 5
MOST_OBJECTS: Final = 2
TABLE: Final = "itsm-table"
CANONICAL: Final = """\
ticket,at,event,actor,channel,data.severity,data.minutes
T-1,2026-03-02T09:00:00Z,submit,customer:kim,portal,high,
T-1,2026-03-02T09:40:00+01:00,qualify,agent:a1,,,
T-2,2026-03-02T10:00:00Z,submit,"customer:lé, o",email,low,
T-1,2026-03-02T11:00:00Z,work,agent:a1,,,45
T-1,2026-03-02T12:00:00Z,resolve,agent:a1,,,
"""
XES: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="event"><string key="concept:name" value="UNKNOWN"/><date key="time:timestamp" \
value="1970-01-01T00:00:00Z"/></global>
<trace><string key="concept:name" value="T-1"/>
<event><string key="concept:name" value="Open"/><date key="time:timestamp" value="2026-03-02T09:00:00+01:00"/>
<list key="l"><values><int key="n" value="7"/></values></list></event>
<event><string key="concept:name" value="Fixed"><string key="within" value="é"/></string>
<date key="time:timestamp" value="2026-03-02T12:00:00+01:00"/></event></trace>
<trace><string key="concept:name" value="T-2"/><event><string key="concept:name" value="Open"/>
<date key="time:timestamp" value="2026-03-03T09:00:00+01:00"/></event></trace></log>
"""
EVENTS: Final = """\
upheld: 1
mapping: events
format: {format}
audit: true
zone: {{assume: Europe/Paris}}
{more}
columns: {{ticket: "{ticket}", at: "{at}", customer: related Customer}}
roles: [{{role: agent}}]
statuses:
  - state: {{column: "{column}", words: {{open: open, Open: open, Fix it: resolved, Fixed: resolved}}, unknown: skip}}
"""
OCEL: Final = EVENTS.format(
    format="ocel", more="object-type: Incident", ticket="ticket", at="time", column="event type"
)
SPREADSHEET: Final = """\
<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="S"><Table>{}</Table></Worksheet></Workbook>
"""


class Seed(NamedTuple):
    """An export that can be read.

    Attributes:
        name: What it is.
        file: What it is called; the ending tells the format.
        data: What it holds.
        kind: What its structure is: ``csv``, ``json``, ``lines`` of JSON, ``tags``, ``zip`` or ``bytes``.
        mapping: The text of a mapping, or ``""`` where it needs none.
    """

    name: str
    file: str
    data: bytes
    kind: str
    mapping: str


def seeds() -> list[Seed]:
    """All of them, always the same."""
    return [*_canonical(), *_exports(), *_nested(), *_tables(), *_logs()]


def mapping_of(name: str) -> str:
    """One of the example mappings."""
    return (ROOT / "examples" / "mappings" / f"{name}.yaml").read_text(encoding="utf-8")


def _canonical() -> Iterator[Seed]:
    yield Seed("canonical csv", "t.csv", CANONICAL.encode(), "csv", "")
    lines = []
    for row in csv.DictReader(io.StringIO(CANONICAL)):
        record: dict[str, Any] = {name: text for name, text in row.items() if text and not name.startswith("data.")}
        data = {name.removeprefix("data."): text for name, text in row.items() if text and name.startswith("data.")}
        lines.append(json.dumps(record | ({"data": data} if data else {}), ensure_ascii=False))
    yield Seed("canonical jsonl", "t.jsonl", "\n".join(lines).encode(), "lines", "")


def _exports() -> Iterator[Seed]:
    readings = importlib.import_module("independent.readings").READINGS
    for export, mapping in readings:
        path = ROOT / "examples" / "exports" / export
        kind = {".json": "json", ".jsonl": "lines"}.get(path.suffix, "csv")
        text = path.read_text(encoding="utf-8-sig")
        if kind == "csv":
            text = written(_rows(text)[: MOST_ROWS + 1], separator_of(text))
        elif kind == "json":
            text = json.dumps(_fewer(json.loads(text)), ensure_ascii=False)
        else:
            text = "\n".join(text.splitlines()[:MOST_ROWS])
        yield Seed(export, export, text.encode(), kind, mapping_of(mapping))
    snapshots = (ROOT / "examples" / "mappings" / "servicenow.csv").read_text(encoding="utf-8").splitlines()
    yield Seed("snapshots", "s.csv", "\n".join(snapshots[:7]).encode(), "csv", mapping_of("servicenow"))


def _nested() -> Iterator[Seed]:
    payloads = importlib.import_module("tracker_payloads").PAYLOADS
    for name, made in payloads.items():
        mapping = mapping_of(name.partition("-")[0])
        text = "\n".join(json.dumps(each, ensure_ascii=False) for each in made())
        yield Seed(name, f"{name}.json", text.encode(), "lines", mapping)
    jira = {
        "key": "D-7",
        "fields": {
            "created": "2026-03-02T09:00:00.000+0100",
            "status": {"id": "3", "name": "Done"},
            "priority": {"id": "2", "name": "High"},
            "creator": {"accountId": "c1", "accountType": "customer"},
            "project": {"key": "D"},
            "comment": {"comments": [{"id": "1", "created": "2026-03-02T10:00:00.000+0100", "author": {"name": "a"}}]},
        },
        "changelog": {
            "total": 1,
            "histories": [
                {
                    "id": "1",
                    "author": {"accountId": "a1"},
                    "created": "2026-03-02T11:00:00.000+0100",
                    "items": [
                        {
                            "field": "status",
                            "fieldId": "status",
                            "from": "1",
                            "fromString": "Open",
                            "to": "3",
                            "toString": "Done",
                        }
                    ],
                }
            ],
        },
    }
    yield Seed("jira", "jira.json", json.dumps({"issues": [jira]}).encode(), "json", mapping_of("jira"))
    redmine = {
        "id": 7,
        "created_on": "2026-03-02T09:00:00Z",
        "status": {"id": 5, "name": "Closed"},
        "priority": {"id": 4, "name": "High"},
        "author": {"id": 3, "name": "c"},
        "journals": [
            {
                "id": 1,
                "created_on": "2026-03-02T10:00:00Z",
                "user": {"id": 2},
                "notes": "é",
                "details": [{"property": "attr", "name": "status_id", "old_value": "1", "new_value": "5"}],
            }
        ],
    }
    yield Seed("redmine", "redmine.json", json.dumps({"issue": redmine}).encode(), "json", mapping_of("redmine"))
    audit = {
        "id": 1,
        "ticket_id": 7,
        "created_at": "2026-03-02T09:00:00Z",
        "author_id": 3,
        "via": {"channel": "web"},
        "events": [
            {"id": 1, "type": "Create", "field_name": "status", "value": "new"},
            {"id": 2, "type": "Comment", "public": True, "body": "é", "author_id": 3},
            {"id": 3, "type": "Change", "field_name": "status", "previous_value": "new", "value": "open"},
        ],
    }
    yield Seed("zendesk audits", "z.json", json.dumps({"audits": [audit]}).encode(), "json", mapping_of("zendesk"))


def _tables() -> Iterator[Seed]:
    """One table in each format, also with dates that are none of text."""
    workbooks = importlib.import_module("table_files.workbooks")
    path = ROOT / "examples" / "exports" / "itsm-table.csv"
    rows = _rows(path.read_text(encoding="utf-8"))[:MOST_ROWS]
    mapping = mapping_of(TABLE)
    last: list[Any] = ["W-9", 7, 0.25, True, (46083.375, 2), (46083.5, 2), None, "", (46083, 1)]
    sheets = {"Tickets": [*rows[:3], last]}
    yield Seed("xlsx", "t.xlsx", _undated(workbooks.xlsx(sheets)), "zip", mapping)
    yield Seed("ods", "t.ods", _undated(workbooks.ods(sheets)), "zip", mapping)
    last[4:6] = [46083.375, 46083.5]
    old = importlib.import_module("table_files.old_workbook").xls(sheets)
    yield Seed("xls", "t.xls", old, "bytes", mapping)
    binary = _undated(importlib.import_module("table_files.binary_workbook").xlsb(rows))
    yield Seed("xlsb", "t.xlsb", binary, "zip", mapping)
    cells = ("".join(f"<td>{_escaped(cell)}</td>" for cell in row) for row in rows)
    page = f"<html><body><table>{''.join(f'<tr>{each}</tr>' for each in cells)}</table></body></html>"
    yield Seed("html", "t.html", page.encode(), "tags", mapping)
    cells = ("".join(f'<Cell><Data ss:Type="String">{_escaped(cell)}</Data></Cell>' for cell in row) for row in rows)
    book = SPREADSHEET.format("".join(f"<Row>{each}</Row>" for each in cells))
    yield Seed("xml 2003", "t.xls", book.encode(), "tags", mapping)
    yield Seed("json list", "t.json", _objects(rows, ",").encode(), "json", mapping)
    yield Seed("json lines", "t.jsonl", _objects(rows, "\n")[1:-1].encode(), "lines", mapping)
    yield from _columns(rows, mapping)


def _columns(rows: Sequence[Sequence[str]], mapping: str) -> Iterator[Seed]:
    try:
        arrow, parquet, ipc = map(importlib.import_module, ("pyarrow", "pyarrow.parquet", "pyarrow.ipc"))
    except ImportError:
        return
    head, *others = rows
    columns = {name: [row[number] for row in others] for number, name in enumerate(head)}
    table = arrow.table({**columns, "nested": [{"a": [1, None]}] * len(others), "n": [7] * len(others)})
    target = io.BytesIO()
    parquet.write_table(table, target)
    yield Seed("parquet", "t.parquet", target.getvalue(), "bytes", mapping)
    target = io.BytesIO()
    with ipc.new_file(target, table.schema) as writer:
        writer.write_table(table)
    yield Seed("arrow", "t.arrow", target.getvalue(), "bytes", mapping)


def _logs() -> Iterator[Seed]:
    xes = EVENTS.format(format="xes", more="", ticket="trace concept:name", at="time:timestamp", column="concept:name")
    yield Seed("xes", "t.xes", XES.encode(), "tags", xes)
    logs = importlib.import_module("table_files.object_logs")
    yield Seed("ocel json", "t.jsonocel", logs.in_json(), "json", OCEL)
    yield Seed("ocel xml", "t.xmlocel", logs.in_xml(), "tags", OCEL)
    yield Seed("ocel sqlite", "t.sqlite", logs.in_sqlite(), "bytes", OCEL)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP of these, the same at any time of day."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), part, how, 1)
    return target.getvalue()


def _undated(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})


def separator_of(text: str) -> str:
    """What stands between the cells of a table."""
    return max(",;\t|", key=text.partition("\n")[0].count)


def written(rows: Sequence[Sequence[str]], separator: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Rows as CSV."""
    target = io.StringIO()
    csv.writer(target, delimiter=separator, quoting=quoting, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    return target.getvalue()


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=separator_of(text)))


def _fewer(value: Any) -> Any:
    if isinstance(value, list):
        return [_fewer(each) for each in value[:MOST_OBJECTS]]
    return {name: _fewer(each) for name, each in value.items()} if isinstance(value, dict) else value


def _objects(rows: Sequence[Sequence[str]], between: str) -> str:
    head, *others = rows
    return f"[{between.join(json.dumps(dict(zip(head, row))) for row in others)}]"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
