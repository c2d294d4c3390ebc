"""Tables that somebody damaged: refused in our words, or read, and never for long."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest
from table_files.binary_workbook import record, xlsb
from table_files.object_logs import in_json, in_sqlite, in_xml
from table_files.old_workbook import xls
from table_files.workbooks import DATE_TIME, Raw, ods, packed, xlsx

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format import csv_table
from upheld.history.format.ocel import log_rows
from upheld.history.format.table import arrow_table, html_table, workbook, xml_workbook
from upheld.history.importer import Bad, Row

MUTATIONS = 250
"""Of each file."""

SHEETS = {
    "Data": [("Ticket", "At", "Status"), *[(f"T-{n}", (46083.375 + n, DATE_TIME), "New") for n in range(9)]],
    "Cover": [("Report",)],
}
PAGE = """<html><body><table><tr><td>x</table><table><tr><th colspan=2>a<th>b</th></tr>
<tr><td rowspan=2>1</td><td>&eacute;<td>2</tr><tr><td>3<br>4<td><!-- x -->5</table></body></html>"""
SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
XML = f"""<?xml version="1.0"?><Workbook xmlns="{SPACE}" xmlns:ss="{SPACE}"><Worksheet ss:Name="S"><Table>
<Row><Cell ss:MergeDown="1"><Data ss:Type="String">a</Data></Cell><Cell><Data>b</Data></Cell></Row><Row ss:Index="3">
<Cell ss:Index="2"><Data ss:Type="DateTime">2026-03-02T09:00:00.000</Data></Cell></Row></Table></Worksheet>
</Workbook>"""


def parquet() -> bytes:
    target = io.BytesIO()
    pyarrow.parquet.write_table(ARROW, target)
    return target.getvalue()


def ipc() -> bytes:
    target = io.BytesIO()
    with pyarrow.ipc.new_file(target, ARROW.schema) as writer:
        writer.write_table(ARROW)
    return target.getvalue()


ARROW = pa.table(
    {
        "ticket": ["T-1", "T-1", None],
        "at": pa.array([0, 10**15, 2 * 10**15], pa.timestamp("us", "Europe/Paris")),
        "data": [{"a": 1, "b": "x"}, None, {"a": 2, "b": None}],
        "words": [["x"], [], None],
        "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
    }
)
FILES = {
    "xlsx": (xlsx(SHEETS, merged=["A2:A3"]), workbook.rows),
    "ods": (ods(SHEETS), workbook.rows),
    "xlsb": (xlsb([("Ticket", "Status"), *[(f"T-{n}", 7.0) for n in range(9)]]), workbook.rows),
    "xls": (xls(SHEETS), workbook.rows),
    "parquet": (parquet(), arrow_table.parquet_rows),
    "arrow": (ipc(), arrow_table.ipc_rows),
    "ocel-json": (in_json(), log_rows.rows),
    "ocel-xml": (in_xml(), log_rows.rows),
    "ocel-sqlite": (in_sqlite(), log_rows.rows),
    "html-table": (PAGE.encode(), html_table.rows),
    "xml-spreadsheet": (XML.encode(), xml_workbook.rows),
}

Reader = Callable[[HistoryFile], Iterator[Row | Bad]]


def mutated(data: bytes, number: int) -> bytes:
    """The bytes with some of them otherwise, gone, or there twice."""
    chance = random.Random(number)
    text = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8])):
        at = chance.randrange(len(text))
        kind = chance.randrange(4)
        if kind == 0:
            text[at] = chance.randrange(256)
        elif kind == 1:
            text[at : at + chance.choice([1, 4, 40])] = b""
        elif kind == 2:
            text[at:at] = text[at : at + chance.choice([1, 4, 40])]
        else:
            text[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\x80", b"9999", b"<a>&"])
        if not text:
            return b""
    return bytes(text)


def inside(data: bytes, number: int) -> bytes:
    """A ZIP file with one of its parts mutated, and packed again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = random.Random(number).choice(sorted(parts))
    return packed({**parts, name: mutated(parts[name], number)}, next(iter(parts)))


def read(data: bytes, reader: Reader) -> str:
    """What it comes to; it takes no longer than two seconds."""
    begun = time.process_time()
    file = HistoryFile("x", io.BytesIO(data))
    file.part.guesses = True
    try:
        found = list(reader(file))
    except HistoryError as error:
        found, outcome = [], error.problem
    else:
        outcome = "read"
    assert time.process_time() - begun < 2
    assert all(isinstance(each, Row | Bad) for each in found)
    return outcome


@pytest.mark.parametrize("name", FILES)
def test_mutations_end_in_our_words(name: str) -> None:
    data, reader = FILES[name]
    assert read(data, reader) == "read"
    outcomes = {read(mutated(data, number), reader) for number in range(MUTATIONS)}
    if data.startswith(b"PK"):
        outcomes |= {read(inside(data, number), reader) for number in range(MUTATIONS)}
    assert len(outcomes) > 1


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_short_ends_in_our_words(name: str) -> None:
    data, reader = FILES[name]
    for end in range(0, len(data), max(1, len(data) // 60)):
        read(data[:end], reader)


LONG = 100_000
SLOW = {
    "blanks within a name": (("a" + " " * 5 * LONG + "b,c\n1,2\n").encode(), csv_table.rows),
    "attributes of a cell": (
        xlsx({"S": [("a", Raw("<c" + ' r="B1"' * LONG + ' t="inlineStr"><is><t>b</t></is></c>')), ("1", "2")]}),
        workbook.rows,
    ),
    "columns of a binary sheet": (
        xlsb([("a", "b")], record(0, bytes(25)) + record(5, struct.pack("<IId", 3 * 10**6, 0, 1.0))),
        workbook.rows,
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_what_takes_long_for_its_size_is_read_or_refused_soon(name: str) -> None:
    read(*SLOW[name])
