"""Workbooks in one text of XML, which trackers call `.xls`."""

from __future__ import annotations

import io

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.table.xml_workbook import begins, rows
from upheld.history.importer import Row

HEAD = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="s1"/></Styles>
"""


def book(**sheets: str) -> bytes:
    each = (f'<Worksheet ss:Name="{name}"><Table>{table}</Table></Worksheet>' for name, table in sheets.items())
    return f"{HEAD}{''.join(each)}</Workbook>".encode()


def line(*cells: str, index: str = "") -> str:
    return f"<Row {index}>{''.join(cells)}</Row>"


def cell(text: str, kind: str = "String", **attributes: int) -> str:
    given = "".join(f' ss:{name}="{value}"' for name, value in attributes.items())
    return f'<Cell{given}><Data ss:Type="{kind}">{text}</Data></Cell>'


def found(data: bytes, sheet: str = "") -> list[Row]:
    file = HistoryFile("list.xls", io.BytesIO(data))
    file.part.asked = {"sheet": sheet}
    return [each for each in rows(file) if isinstance(each, Row)]


def told(data: bytes) -> str:
    with pytest.raises(HistoryError) as raised:
        found(data)
    return str(raised.value)


TABLE = line(cell("Key"), cell("At")) + line(cell("T-1"), cell("2026-03-02T09:00:00.000", "DateTime"))


def test_cells_are_as_in_other_workbooks() -> None:
    table = line(*map(cell, "abcde")) + line(
        cell("2026-03-02T00:00:00.000", "DateTime"),
        cell("7", "Number"),
        cell("1", "Boolean"),
        cell("#N/A", "Error"),
        cell("<B xmlns='http://www.w3.org/TR/REC-html40'>x &lt;</B> y"),
    )
    (row,) = found(book(S=table))
    assert row == Row("list.xls: row 2", dict(zip("abcde", ["2026-03-02T00:00:00", "7", "true", "", "x < y"])))


def test_cells_and_rows_may_be_passed_over_and_merged() -> None:
    table = (
        line(cell("Tickets", MergeAcross=2))
        + line(cell("Key", MergeDown=1), cell("At"), cell("By", Index=3), index='ss:Index="3"')
        + line(cell("first", Index=2), cell("who"))
        + line(cell("T-1", MergeDown=1), cell("1"), cell("2"))
        + line(cell("3"), cell("4", Index=3))
    )
    assert found(book(S=table)) == [
        Row("list.xls: row 4", {"Key": "Key", "At": "first", "By": "who"}),
        Row("list.xls: row 5", {"Key": "T-1", "At": "1", "By": "2"}),
        Row("list.xls: row 6", {"Key": "T-1", "At": "3", "By": "4"}),
    ]


def test_of_several_sheets_somebody_says_which() -> None:
    several = book(Cover=line(cell("x")), A=TABLE, B=TABLE)
    assert told(several).startswith("list.xls: there are `A`, `B`: say which is meant, such as `sheet: A`")
    assert found(several, "B")[0].place == "list.xls: sheet B, row 2"
    assert found(book(Cover=line(cell("x")), A=TABLE))[0].place == "list.xls: sheet A, row 2"


@pytest.mark.parametrize(
    "data, problem",
    [
        (book(S=TABLE)[:-30], "the file ends before its workbook does: it was cut short"),
        (book(S="<Row>&x;</Row>"), "this is no XML: an entity was never declared"),
        (
            b"<!DOCTYPE a [<!ENTITY x 'y'>]>" + book(S=TABLE).partition(b"?>")[2],
            "declares a document type or an entity",
        ),
        (b"<log></log>", "the outermost element is not that of a workbook"),
        (book(S="<Row>" * 70), "elements are nested more than 64 deep"),
        (book(), "there is no table in it"),
        (book(S=line(*[cell("x")] * 3, *[cell("y", Index=16384)] * 2)), "at most 16384 columns"),
        (book(S=line(cell("x" * 1_000_001))), "a value is longer than 1000000 bytes"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, problem: str) -> None:
    assert problem in told(data)


def test_it_is_recognised() -> None:
    assert begins(book(S=TABLE))
    assert not begins(b"<?xml version='1.0'?><log/>")
