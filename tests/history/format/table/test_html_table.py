"""Tables in pages, which trackers call workbooks."""

from __future__ import annotations

import contextlib
import io

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile, Said
from upheld.history.format.table.html_table import ENOUGH, begins, rows
from upheld.history.importer import Bad, Row


def opened(page: str | bytes) -> HistoryFile:
    return HistoryFile("list.xls", io.BytesIO(page.encode() if isinstance(page, str) else page))


def found(page: str | bytes) -> list[Row | Bad]:
    return list(rows(opened(page)))


def cells(page: str | bytes) -> list[list[str]]:
    return [list(each.cells.values()) for each in found(page) if isinstance(each, Row)]


def told(page: str | bytes) -> str:
    with pytest.raises(HistoryError) as raised:
        found(page)
    return str(raised.value)


def test_a_row_for_each_row_of_the_table() -> None:
    page = """<html><head><title>x</title><style>td {color: red}</style></head><body><table border=1>
<thead><tr><th>Key</th><th>Sum&shy;mary</th></tr></thead>
<tbody><tr><td>T-1</td>
<td><script>var a = "<td>";</script>caf&eacute;&nbsp;&lt;b&gt;<br/>two <b>words</b></td></tr></tbody></table>"""
    assert [Row("list.xls:3", {"Key": "T-1", "Sum\xadmary": "café <b> two words"})] == found(page)


def test_ends_may_be_left_out() -> None:
    assert cells("<table><tr><th>a<th>b<tr><td>1<td>2<tr><td>3<td>4</table>") == [["1", "2"], ["3", "4"]]


def test_cells_may_go_over_several_rows_or_columns() -> None:
    page = """<table><tr><th colspan=3>Tickets<tr><th>a<th>b<th>c
        <tr><td rowspan=2>1<td>2<td rowspan="3">3<tr><td>4<tr><td colspan=2>5</table>"""
    assert cells(page) == [["1", "2", "3"], ["1", "4", "3"], ["5", "", "3"]]


FRAME = "<table><tr><td>logo</table><table><tr><td>Project<td>X<tr><td>At<td>Y</table>"


def test_the_largest_table_is_read_and_others_are_told() -> None:
    page = "<table><tr><th>a<th>b<tr><td>1<td>2<tr><td>3<td>4</table>"
    file = opened(FRAME + page)
    assert [dict(each.cells) for each in rows(file) if isinstance(each, Row)] == [
        {"a": "1", "b": "2"},
        {"a": "3", "b": "4"},
    ]
    assert [(each.kind, each.number, each.values) for each in file.notices] == [("other-tables", 1, {"rows": 2})]


def test_tables_with_the_same_head_are_one() -> None:
    """Printed page by page."""
    page = "<table><tr><th>a<th>b<tr><td>1<td>2</table><table><tr><th>a<th>b<tr><td>3<td>4</table>"
    file = opened(page)
    assert len(list(rows(file))) == 2
    assert list(file.notices) == []


def test_a_table_that_lies_in_another_is_read() -> None:
    assert cells("<table><tr><td>x<td><table><tr><th>a<th>b<tr><td>1<td>2<tr><td>3<td>4</table></table>")[0] == [
        "1",
        "2",
    ]


def test_a_long_table_is_not_held() -> None:
    page = "".join(f"<tr><td>{number}<td>x" for number in range(30 * ENOUGH))
    file = opened(f"{FRAME}<table><tr><th>a<th>b{page}</table>")
    reading = rows(file)
    next(reading)
    assert file.position < len(page) / 2
    assert sum(1 for _ in reading) == 30 * ENOUGH - 1


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><th>clé<th>b<tr><td>é<td>2</table>".encode("utf-16"),
        "<table><tr><th>clé<th>b<tr><td>é<td>2</table>".encode("utf-8-sig"),
        "<table><tr><th>clé<th>b<tr><td>é<td>2</table>".encode("cp1252"),
        "<meta charset='iso-8859-2'><table><tr><th>clé<th>b<tr><td>é<td>2</table>".encode("iso-8859-2"),
    ],
)
def test_a_page_says_what_it_is_written_in(page: bytes) -> None:
    (row,) = found(page)
    assert isinstance(row, Row)
    assert row.cells == {"clé": "é", "b": "2"}
    assert begins(page)


@pytest.mark.parametrize(
    "written, said",
    [("utf-16-le", "utf-16"), ("utf-16-be", "utf-16"), ("mac-roman", "mac-roman"), ("utf-16", "cp1252")],
)
def test_what_somebody_says_counts_where_no_mark_does(written: str, said: str) -> None:
    """Also of a page that says it is something else."""
    page = "<meta charset=utf-8><table><tr><th>clé<th>b<tr><td>é<td>2</table>"
    (row,) = rows(HistoryFile("list.xls", io.BytesIO(page.encode(written)), said=Said(said)))
    assert isinstance(row, Row)
    assert row.cells == {"clé": "é", "b": "2"}


def test_what_is_not_written_as_somebody_says_is_told() -> None:
    page = io.BytesIO(b"<table><tr><td>\xff\xff")
    with pytest.raises(HistoryError, match="byte 0xff is not in utf-7"):
        list(rows(HistoryFile("list.xls", page, said=Said("utf-7"))))


OPEN = "<table><tr><th>a<th>b<tr><td>1<td>2"


@pytest.mark.parametrize(
    "page, problem",
    [
        ("<p>Please log in</p>", "there is no table in this page"),
        ("<table></table>", "there is no table in it: no row holds anything"),
        (f"{OPEN}<!-- ", "the page ends within a tag: it was cut short"),
        (f"{OPEN}<!-- {'x' * 300_000} -->", "a tag or a comment is longer than 200000 characters"),
        (f"{OPEN}{'x' * 1_000_001}", "a cell is longer than 1000000 characters"),
        ("<table><tr><td>" * 70, "there are more than 10000 tables, or 64 within one another"),
        (f"{OPEN}{'<td>' * 1_000}", "a row has more than 1000 cells"),
        (f"{OPEN}{'<tr><td colspan=999>' * 20_000}", "more than 10000000 cells go over several rows or columns"),
        ("<meta charset=rot13>", "this page says that it is in `rot13`: save it as UTF-8"),
        (b"<meta charset=utf-8><td>\xe9", "byte 0xe9 is not in utf-8: let the page say its own `charset`"),
    ],
)
def test_what_cannot_be_read_is_told(page: str | bytes, problem: str) -> None:
    assert problem in told(page)


def test_a_table_that_does_not_end_is_told() -> None:
    file = opened(OPEN)
    assert len(list(rows(file))) == 1
    assert ["cut-short"] == [each.kind for each in file.notices]


@pytest.mark.parametrize("text", ["<!--", "<a ", "&", "</", "<![", "<a href='", "<", '<td a="', "&#", "<td rowspan=9>"])
def test_no_text_takes_long(text: str) -> None:
    for page in (text * (300_000 // len(text)), f"{OPEN}{text * (190_000 // len(text))}"):
        with contextlib.suppress(HistoryError):
            found(page)


@pytest.mark.parametrize(
    "head, is_page",
    [
        (b"<!DOCTYPE HTML><x>", True),
        (b"\r\n <html xmlns:x='y'>", True),
        (b"<table>", True),
        (b"<?xml version='1.0'?>\n<html>", True),
        (b"<?xml version='1.0'?><log>", False),
        (b"<log>", False),
        (b"a,<table>", False),
    ],
)
def test_it_is_recognised(head: bytes, is_page: bool) -> None:
    assert begins(head) is is_page
