"""Files that no format reads are told what they are, and whatever they are called."""

from __future__ import annotations

import io

import pytest
from table_files.old_workbook import xls
from table_files.workbooks import ods, packed, xlsx

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.foreign import is_binary, what_it_is
from upheld.history.formats import format_of

TABLE = {"S": [("a", "b"), ("c", "d")]}
PAGE = b"<html><table><tr><td>a<td>b</table>"
XML = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'


def chosen(name: str, data: bytes, asked: str = "") -> str:
    try:
        return format_of(HistoryFile(name, io.BytesIO(data)), asked).name
    except HistoryError as error:
        return error.problem


@pytest.mark.parametrize(
    "head, told",
    [
        (b"%PDF-1.7\n", "this is a PDF: export the table that it was printed from"),
        (b"\x89PNG\r\n\x1a\n\0", "this is a picture: export the table that it shows"),
        (b"{\\rtf1 x", "this is an RTF document: save its table as a workbook, or as CSV"),
        (packed({"a.csv": "a,b"}), "this is a ZIP file: unpack it, and name the files in it"),
        (b"MZ\x90\0\3", "this is a program: name the export of a tracker"),
        (b"\x80\x04\x95\0", "this is an object of Python: save its table as Parquet, or as CSV"),
        (b"a\0\1\2\3\0\7\7", "this is no text, and no kind of workbook or table that is known: save it as CSV"),
    ],
)
def test_what_is_no_text_is_never_taken_for_some(head: bytes, told: str) -> None:
    """Nobody is to save a picture as UTF-8."""
    for name, asked in (("log.csv", ""), ("log.jsonl", ""), ("log.bin", ""), ("log", "csv"), ("log.xml", "xes")):
        assert chosen(name, head, asked) == told
    assert is_binary(head)


@pytest.mark.parametrize(
    "head",
    [b"ticket,at\n", b"MZ,ORC\n", "tïcket,at\n".encode("utf-16"), "ticket,at\n".encode("utf-16-le"), b"", b"ORC,a"],
)
def test_text_is_none_of_that(head: bytes) -> None:
    assert not is_binary(head)
    assert what_it_is(head) == ""


def test_a_database_may_be_an_object_centric_log() -> None:
    head = b"SQLite format 3\0"
    assert [chosen("log.csv", head), chosen("log.db", head)] == ["ocel", "ocel"]
    assert chosen("log", head, "csv") == "this is an SQLite database and no event log: export the table in it as CSV"


def test_a_text_that_is_damaged_says_where() -> None:
    """Nobody is to look for the program that wrote it, where one line of it is broken."""
    problem = "this line holds bytes of nothing (NUL): the file is damaged here"
    for text, line in ((b"a,b\n1,\0\n", 2), (b"a,b\r\n1,2\r\n\0\0\0", 3)):
        with pytest.raises(HistoryError) as error:
            format_of(HistoryFile("log.csv", io.BytesIO(text)))
        assert (f"log.csv:{line}", problem) == (error.value.place, error.value.problem)


@pytest.mark.parametrize("before", ["while(1);", "// of March\n", ")]}'\n", "callback(", '"'])
def test_what_is_called_json_and_holds_an_object_is_no_table(before: str) -> None:
    """So it is told what stands before it, and not that the table has no rows."""
    assert "json" == chosen("list.json", f'{before}[{{"id": 1, "at": 2}}]'.encode())
    assert "csv" == chosen("list.json", b"id,at\n1,2\n")


@pytest.mark.parametrize(
    "name, data, expected",
    [
        *[(f"list.{suffix}", xlsx(TABLE), "xlsx") for suffix in ("xlsx", "xlsm", "xls", "csv", "bin")],
        *[(f"list.{suffix}", xls(TABLE), "xls") for suffix in ("xls", "xlsx", "csv", "txt")],
        *[(f"list.{suffix}", ods(TABLE), "ods") for suffix in ("ods", "xlsx")],
        *[(f"list.{suffix}", PAGE, "html-table") for suffix in ("xls", "html", "xlsx", "txt")],
        *[(f"list.{suffix}", XML, "xml-spreadsheet") for suffix in ("xls", "xml", "xlsx")],
        *[(f"list.{suffix}", b"Key\tAt\nT-1\t2\n", "csv") for suffix in ("xls", "csv", "tsv", "xlsx", "txt")],
        ("list.xls", b"", "this file is empty"),
    ],
)
def test_a_name_may_be_wrong(name: str, data: bytes, expected: str) -> None:
    """Trackers call pages and tables of text `.xls`."""
    assert chosen(name, data) == expected
