"""A history is read to its end, each record with its place, or to where it is damaged."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from small_desk import desk
from table_files.workbooks import DATE_TIME, xlsx

from upheld.core.errors import HistoryError
from upheld.core.record.event import Event
from upheld.history.file import HistoryFile
from upheld.history.formats import FORMATS, format_of
from upheld.history.importer import Bad, ProvidedImporter, Row
from upheld.history.reading import events_of, read_history, records_of

RECORDS: list[dict[str, Any]] = [
    {
        "ticket": "T-1",
        "at": "2024-03-04T10:00+01:00",
        "event": "submit",
        "actor": "customer:kim",
        "channel": "portal",
        "customer": "acme",
        "data": {"type": "fault", "severity": "high", "vip": True, "tags": ["b", "a"]},
    },
    {"ticket": "T-1", "at": "2024-03-04T11:00+01:00", "event": "mark", "actor": "agent", "data": {"minutes": 45}},
    {"ticket": "T-2", "at": "2024-03-04T10:30Z", "event": "submit", "actor": "customer"},
]
HEAD = "ticket,at,event,actor,channel,customer,data.type,data.severity,data.vip,data.tags,data.minutes"


def as_json() -> bytes:
    return "".join(f"{json.dumps(record)}\n" for record in RECORDS).encode()


def as_csv() -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEAD.split(","))
    writer.writeheader()
    for record in RECORDS:
        data = {f"data.{name}": value for name, value in record.get("data", {}).items()}
        cells = {name: json.dumps(each) if isinstance(each, list | bool) else each for name, each in data.items()}
        writer.writerow({**{name: each for name, each in record.items() if name != "data"}, **cells})
    return text.getvalue().encode()


def read(
    data: bytes,
    name: str = "log.csv",
    format_name: str = "",
    formats: Mapping[str, ProvidedImporter] = FORMATS,
    *,
    audit: bool = False,
) -> list[tuple[str, Event] | Bad]:
    file = HistoryFile(name, io.BytesIO(data))
    return list(events_of(records_of([(file, format_of(file, format_name, formats))], desk()), audit=audit))


@pytest.mark.parametrize("name", ["log.jsonl", "log.ndjson", "log.csv", "LOG.CSV", "log.jsonl.gz", "log.csv.GZ", "-"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_canonical_file_says_the_same(name: str, packed: bool, tmp_path: Path) -> None:
    """By its suffix, and without one by its first bytes; a suffix of gzip is not believed, but looked at."""
    for make in (as_csv,) if "csv" in name.lower() else (as_json,) if "json" in name else (as_csv, as_json):
        path = tmp_path / name.replace("-", "log")
        path.write_bytes(gzip.compress(make()) if packed else make())
        found = list(read_history(str(path), desk()))

        first = 2 if make is as_csv else 1
        places = [f"{path}:{line}" for line in range(first, first + 3)]
        assert list(zip(places, map(Event.from_record, RECORDS))) == found


def in_list() -> bytes:
    return json.dumps(RECORDS, indent=1).encode()


def in_pages() -> bytes:
    return "\n".join(json.dumps({"records": [record], "next": 1}, indent=2) for record in RECORDS).encode()


def in_workbook() -> bytes:
    return xlsx({"Log": list(csv.reader(io.StringIO(as_csv().decode())))})


def in_parquet() -> bytes:
    rows = [*csv.DictReader(io.StringIO(as_csv().decode()))]
    table = {name: [row[name] or None for row in rows] for name in rows[0]}
    table["data.minutes"] = [int(text) if text else None for text in table["data.minutes"]]  # type: ignore[misc]
    target = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(table), target)
    return target.getvalue()


def in_page() -> bytes:
    lines = csv.reader(io.StringIO(as_csv().decode()))
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    return f"<html><body><table>{rows}</table></body></html>".encode()


@pytest.mark.parametrize(
    "name, make",
    [
        ("log.json", in_list),
        ("log.json", in_pages),
        ("log.xlsx", in_workbook),
        ("log.parquet", in_parquet),
        ("log.html", in_page),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_the_columns_of_a_history_need_no_mapping_in_any_table(
    name: str, make: Callable[[], bytes], is_packed: bool, tmp_path: Path
) -> None:
    """In a ZIP, too; what its cells say is read as in CSV, and JSON as in JSON Lines."""
    path = tmp_path / name
    path.write_bytes(make())
    if is_packed:
        with zipfile.ZipFile(tmp_path / "log.zip", "w") as archive:
            archive.write(path, name)
        path = tmp_path / "log.zip"
    found = list(read_history(str(path), desk()))

    assert [*map(Event.from_record, RECORDS)] == [each[1] if isinstance(each, tuple) else each for each in found]


def test_a_date_cell_is_no_instant_without_its_zone() -> None:
    """As a naive instant in CSV is none; and a text with its offset is one."""
    rows = [("ticket", "at", "event"), ("T-1", (45355.5, DATE_TIME), "submit"), ("T-1", "2024-03-04T12:00Z", "mark")]
    bad, good = read(xlsx({"Log": rows}), "log.xlsx")

    assert isinstance(bad, Bad)
    assert "log.xlsx: row 2" == bad.place
    assert bad.problem == (
        "`2024-03-04T12:00:00` is no instant, since a cell has no zone: write date, time and offset as text, or say "
        "the zone in a mapping, `zone: {assume: …}`"
    )
    assert isinstance(good, tuple)


@pytest.mark.parametrize(
    "columns, problem",
    [
        (("Key", "Updated", "Status"), "format `xlsx` needs a mapping: say what its columns mean with `--map`"),
        (("ticket", "at", "owner"), "format `xlsx` needs a mapping: say what its columns mean with `--map`"),
        (("ticket", "at", "event", "actr"), "unknown column `actr`: did you mean `actor`?"),
        (("ticket", "at", "event", "event"), "unknown column `event 2`: "),
    ],
)
def test_other_columns_need_a_mapping(columns: tuple[str, ...], problem: str) -> None:
    """A slip of the pen is told as in CSV."""
    with pytest.raises(HistoryError) as raised:
        read(xlsx({"Log": [columns, ("T-1",) * len(columns)]}), "log.xlsx")

    assert problem in str(raised.value)


def test_json_of_others_needs_a_mapping() -> None:
    """An empty list holds no record, and needs none."""
    with pytest.raises(HistoryError, match="format `json` needs a mapping"):
        read(b'[\n{"id": 7, "status": "New", "score": 0.5}\n]', "log.json")

    assert [] == read(b"[]", "log.json")


def test_json_says_of_a_record_what_json_lines_say() -> None:
    """Numbers that no record holds are bad, one by one."""
    minutes = ["45", "0.5", "9" * 30, "NaN", '"45"']
    records = [
        f'{{"ticket": "T-1", "at": "2024-03-04T12:00Z", "event": "mark", "data": {{"minutes": {each}}}}}'
        for each in minutes
    ]
    found = read(f"[\n{', '.join(records)}\n]".encode(), "log.json")

    assert [True, False, False, False, True] == [isinstance(each, tuple) for each in found]
    assert "field `minutes` holds `0.5`: give a plain value, or a list of them" in str(found[1])


def test_a_bad_record_is_told_with_its_line() -> None:
    """The date in line 7 of a table is bad, and all others are read."""
    lines = [HEAD.partition(",channel")[0], *(f"T-{line},2024-03-04T1{line}:00Z,submit,agent" for line in range(2, 10))]
    lines[6] = "T-7,2024-13-04T17:00Z,submit,agent"
    found = read("\n".join(lines).encode())

    assert 7 == sum(not isinstance(each, Bad) for each in found)
    advice = "write date, time and offset, such as `2026-03-02T09:00+01:00`"
    assert [Bad("log.csv:7", f"`2024-13-04T17:00Z` is no instant: {advice}")] == [
        each for each in found if isinstance(each, Bad)
    ]


@pytest.mark.parametrize(
    "head, problem",
    [
        (
            "ticket,at,evnt",
            "log.csv:1: unknown column `evnt`: did you mean `event`? (`--map` explains those of other tools)",
        ),
        ("ticket,at,event,data.", "log.csv:1: unknown column `data.`: "),
        ("ticket,at,event,data", "log.csv:1: unknown column `data`: did you mean `data.`?"),
        ("ticket,event", "log.csv:1: column `at` is missing: a history has `ticket`, `at`, "),
        ("at,event", "log.csv:1: column `ticket` is missing: "),
        ("ticket,at,actor", "log.csv:1: column `event` is missing, or `state` in a history of observed states"),
        ("Key,Status,Updated", "log.csv:1: unknown column `Key`: "),
        ("ticket,at,event,at", "log.csv:1: column `at` is there twice: rename one of them"),
        ("ticket,,at,event", "log.csv:1: column 2 has no name: give it one"),
    ],
)
def test_a_head_that_is_no_historys_is_told(head: str, problem: str) -> None:
    """Before any row: of another tool's table nothing would be right."""
    with pytest.raises(HistoryError) as raised:
        read(f"{head}\n".encode())

    assert problem in str(raised.value)


def test_observed_states_are_for_audits() -> None:
    """DESIGN section 3: a `state` record is a bad record without audit mode."""
    data = b"ticket,at,event,state\nT-1,2024-03-04T10:00Z,,open\nT-1,2024-03-04T10:00Z,submit,\n"

    bad, _ = read(data)
    assert isinstance(bad, Bad)
    told = "a state was observed, which only audit mode reads: add `--audit`, or give events"
    assert ("log.csv:2", told) == (bad.place, bad.problem)
    observed, _ = read(data, audit=True)
    assert not isinstance(observed, Bad)
    assert "open" == observed[1].state


@pytest.mark.parametrize(
    "name, data, problem",
    [
        (
            "log.txt",
            b"hello\n",
            "log.txt: neither its name nor its first bytes tell the format: say it with `--from`; ",
        ),
        (
            "log.xml",
            b'<?xml version="1.0"?>\n<!-- of a tracker -->\n<issues type="array"><issue/></issues>',
            "log.xml: this is XML (`issues`), of which logs (XES, OCEL) and tables of spreadsheets are read: export",
        ),
        ("log.txt", b"", "log.txt: this file is empty"),
        ("log.bin", b"PK\x03\x04...", "log.bin: this is a ZIP file: unpack it"),
        ("log.xlsx", b"PK\x03\x04...", "log.xlsx: this workbook is damaged: open it in the spreadsheet that wrote it"),
    ],
)
def test_an_unknown_format_is_told_with_those_there_are(name: str, data: bytes, problem: str) -> None:
    """In one line."""
    with pytest.raises(HistoryError) as raised:
        read(data, name)

    assert str(raised.value).startswith(problem)


def test_a_format_can_be_said() -> None:
    """Then neither name nor first bytes are asked."""
    assert 3 == len(read(as_json(), "log.csv", format_name="jsonl"))
    with pytest.raises(HistoryError, match=r"^log\.csv: no format `jsnol`; did you mean `jsonl`\?$"):
        read(as_json(), "log.csv", format_name="jsnol")


def pipes(file: HistoryFile) -> Iterator[Row | Bad]:
    for number, line in file.lines():
        yield Row(f"{file.name}:{number}", dict(zip(("when", "id"), line.split("|"))))


def test_any_other_format_needs_a_mapping() -> None:
    """The rows of a plugin's format mean nothing by themselves."""
    formats = {**FORMATS, "pipes": ProvidedImporter("pipes", "pipes", (".pipes",), pipes)}

    assert "pipes" == format_of(HistoryFile("log.pipes.gz", io.BytesIO(b"a|b")), formats=formats).name
    with pytest.raises(HistoryError, match="^log.pipes: format `pipes` needs a mapping: say what its columns mean"):
        read(b"2024|T-1", "log.pipes", formats=formats)


def test_whoever_wants_is_told_how_far_it_is(tmp_path: Path) -> None:
    """Bytes on disk and their number, every thousand rows."""
    told: list[tuple[int, int | None]] = []
    data = b"ticket,at,event\n" + b"T-1,2024-03-04T10:00Z,submit\n" * 5_000
    file = tmp_path / "log.csv"
    file.write_bytes(data)
    for _ in read_history(str(file), desk(), on_progress=lambda *far: told.append(far)):
        pass

    assert 5 == len(told)
    assert (len(data), len(data)) == told[-1]
    assert sorted(told) == told
