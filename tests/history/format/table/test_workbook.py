"""Workbooks: the table of a sheet, whoever wrote it and however its cells are shown."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from table_files.binary_workbook import record, xlsb
from table_files.old_workbook import compound, xls
from table_files.workbooks import DATE, DATE_TIME, DURATION, TIME, Raw, Sheets, ods, packed, xlsx

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile, Said
from upheld.history.format.table.workbook import begins_old, begins_open, begins_packed, rows
from upheld.history.importer import Bad, Row
from upheld.history.part import Part

HEAD = ("Ticket", "Changed", "Status")
TABLE = (HEAD, ("T-1", (46083.375, DATE_TIME), "New"), ("T-1", (46083.5, DATE_TIME), "Fixed"))
CELLS = [
    {"Ticket": "T-1", "Changed": "2026-03-02T09:00:00", "Status": "New"},
    {"Ticket": "T-1", "Changed": "2026-03-02T12:00:00", "Status": "Fixed"},
]


def opened(data: bytes, part: str = "") -> HistoryFile:
    file = HistoryFile("book.xlsx", io.BytesIO(data))
    file.part.asked = {"sheet": part}
    return file


def found(data: bytes, part: str = "") -> list[Row | Bad]:
    return list(rows(opened(data, part)))


def cells(data: bytes, part: str = "") -> list[dict[str, str]]:
    return [dict(row.cells) for row in found(data, part) if isinstance(row, Row)]


def told(data: bytes, part: str = "") -> str:
    with pytest.raises(HistoryError) as raised:
        found(data, part)
    return str(raised.value)


def packed_with(data: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one more part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return packed({**{each: archive.read(each) for each in archive.namelist()}, name: part})


def one(value: object, **options: bool) -> str:
    """What a cell with this value says."""
    (row,) = cells(xlsx({"S": [("a", "b"), ("x", value)]}, **options))  # type: ignore[arg-type, list-item]
    return row["b"]


def test_a_row_for_each_row_below_the_head() -> None:
    assert [Row("book.xlsx: row 2", CELLS[0]), Row("book.xlsx: row 3", CELLS[1])] == found(xlsx({"S": TABLE}))


@pytest.mark.parametrize(
    "value, text",
    [
        (7, "7"),
        (7.0, "7"),
        (-7.25, "-7.25"),
        (12345678901234, "12345678901234"),
        (True, "true"),
        (False, "false"),
        ("007", "007"),
        (" a\nb ", " a\nb "),
        ((46083, DATE), "2026-03-02"),
        ((46083.5, DATE_TIME), "2026-03-02T12:00:00"),
        ((46083.375347222222, DATE_TIME), "2026-03-02T09:00:30"),
        ((0.375, TIME), "09:00:00"),
        ((1.5, DURATION), "36:00:00"),
        (Raw('<c r="{at}" t="d"><v>2026-03-02T09:00:00</v></c>'), "2026-03-02T09:00:00"),
        (Raw('<c r="{at}"><f>6*7</f><v>42</v></c>'), "42"),
        (Raw('<c r="{at}" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'), "ab"),
        (Raw('<c r="{at}" t="e"><v>#N/A</v></c>'), ""),
    ],
)
def test_a_cell_is_what_somebody_would_have_written(value: object, text: str) -> None:
    assert one(value) == text


def test_days_may_count_from_1904() -> None:
    assert one((44621.375, DATE_TIME), since_1904=True) == "2026-03-02T09:00:00"


def test_midnight_among_instants_is_one() -> None:
    """Beside them it has a time, and alone it is a day: how a cell is shown does not tell."""
    instants = [("a", "b"), ("x", (46083.5, DATE_TIME)), ("y", (46084, DATE_TIME))]
    assert [each["b"] for each in cells(xlsx({"S": instants}))] == ["2026-03-02T12:00:00", "2026-03-03T00:00:00"]


def test_lines_above_the_head_are_told() -> None:
    title = [("Tickets of March",), ("Exported", "31/03/2026"), ()]
    file = opened(xlsx({"S": [*title, *TABLE]}, merged=["A1:C1"]))
    assert [each.cells for each in rows(file) if isinstance(each, Row)] == CELLS
    assert [(each.kind, each.values) for each in file.notices] == [("title-lines", {"lines": 2, "head": 4})]


def test_columns_may_be_repeated_or_have_no_name() -> None:
    (row,) = cells(xlsx({"S": [("Key", "Labels", None, "Labels"), ("T-1", "x", "y", "z"), ()]}))
    assert row == {"Key": "T-1", "Labels": "x", "column 3": "y", "Labels 2": "z"}


@pytest.mark.parametrize("write", [xlsx, ods])
def test_what_stands_at_the_edges_and_holds_nothing_is_passed_over(write: object) -> None:
    edge = [(None,), (None, "a", "b", None), (None, "1", "2", None), (None, None, None), (None, "3", "4"), (None,)]
    book = write({"S": edge})  # type: ignore[operator]
    assert [Row("book.xlsx: row 3", {"a": "1", "b": "2"}), Row("book.xlsx: row 5", {"a": "3", "b": "4"})] == found(book)


def test_a_cell_merged_down_stands_in_each_row() -> None:
    table = [("Ticket", "Status"), ("T-1", "New"), (None, "Fixed"), ("T-2", "New"), (None, "x")]
    assert [each["Ticket"] for each in cells(xlsx({"S": table}, merged=["A2:A3"]))] == ["T-1", "T-1", "T-2", ""]


def test_the_only_sheet_with_a_table_is_read() -> None:
    """A cover has rows of one cell; what is hidden is there to be looked up."""
    book = xlsx(
        {"Cover": [("Report",), ("March",)], "Data": TABLE, "Lists": [("a", "b"), ("c", "d")]}, hidden=["Lists"]
    )
    assert cells(book) == CELLS
    assert found(book)[0].place == "book.xlsx: sheet Data, row 2"


def test_of_several_somebody_says_which() -> None:
    book: Sheets = {"Agents": [("a", "b"), ("c", "d")], "Data": TABLE}
    assert told(xlsx(book)) == (
        "book.xlsx: there are `Agents`, `Data`: say which is meant, such as `sheet: Agents` in the mapping"
    )
    assert cells(xlsx(book), "Data") == CELLS
    assert told(xlsx(book), "data") == "book.xlsx: there is no sheet `data`; did you mean `Data`?"
    assert told(xlsx(book), "Zzzzzzz") == "book.xlsx: there is no sheet `Zzzzzzz`; there are `Agents`, `Data`"


def test_a_draft_takes_the_largest_and_says_so() -> None:
    file = HistoryFile("book.xlsx", io.BytesIO(xlsx({"Agents": [("a", "b"), ("c", "d")], "Data": TABLE})))
    file.part = Part(guesses=True)
    assert [each.cells for each in rows(file) if isinstance(each, Row)] == CELLS
    assert (file.part.key, file.part.chosen, file.part.others) == ("sheet", "Data", ["Agents"])


def test_open_document() -> None:
    def cell(attributes: str, shown: str) -> Raw:
        return Raw(f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>")

    day = cell('office:value-type="date" office:date-value="2026-03-02"', "02/03/26")
    instant = cell('office:value-type="date" office:date-value="2026-03-02T09:00:00"', "02/03/26 09:00")
    time = cell('office:value-type="time" office:time-value="PT09H30M00S"', "09:30")
    share = cell('office:value-type="percentage" office:value="0.5"', "50 %")
    book = ods({"S": [("a", "b", "c", "d", "e", "f"), (1, 2.5, day, instant, time, share)]})
    expected = ["1", "2.5", "2026-03-02", "2026-03-02T09:00:00", "09:30:00", "0.5"]
    assert [list(each.values()) for each in cells(book)] == [expected]


FILLER = (
    '<table:table table:name="S"><table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p>'
    '</table:table-cell><table:table-cell table:number-columns-repeated="16383"/></table:table-row>{row}'
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row></table:table>"
)


def test_what_fills_a_sheet_of_open_document_is_no_cell() -> None:
    row = '<table:table-row><table:table-cell office:value-type="string"><text:p>1</text:p></table:table-cell>'
    assert cells(ods({}, body=FILLER.format(row=f"{row}</table:table-row>"))) == [{"a": "1"}]


@pytest.mark.parametrize(
    "book",
    [
        xlsx({"S": [("a", "b"), (Raw('<c r="XFD1048576"><v>1</v></c>'),)]}),
        xlsx({"S": [("a", "b"), (Raw("<c  x = '>' r = 'XFD1048576' ><v>1</v></c>"),)]}),
        ods(
            {},
            body=FILLER.format(
                row='<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-'
                'repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'
            ),
        ),
    ],
)
def test_a_cell_in_the_last_corner_asks_for_too_much(book: bytes) -> None:
    """It would be held with all the empty ones before it."""
    assert "at most 20000000 cells of a workbook are read; delete the rows and columns below" in told(book)


def test_a_styled_cell_in_the_last_corner_is_none() -> None:
    assert len(cells(xlsx({"S": [*TABLE, (Raw('<c r="XFD1048576" s="1"/>'),)]}))) == 2


def test_what_unpacks_to_too_much_is_refused() -> None:
    book = packed({"[Content_Types].xml": "a", "xl/w.xml": b"\0" * 30_000_000})
    assert (
        told(book) == f"book.xlsx: {len(book)} bytes of a workbook unpack to more than is read: save its table as CSV"
    )


@pytest.mark.parametrize(
    "data, problem",
    [
        (packed({"[Content_Types].xml": "", "word/document.xml": ""}), "this is a Word document"),
        (packed({"[Content_Types].xml": "", "ppt/a.xml": ""}), "this is a presentation"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text"}, "mimetype"), "this is a text document"),
        (packed({"a.txt": ""}), "this is a ZIP file of something else"),
        (xlsx({"S": TABLE})[:-100], "this workbook is damaged: open it in the spreadsheet that wrote it"),
        (packed({"[Content_Types].xml": "", "xl/a.xml": ""}), "this workbook is damaged"),
        (xlsx({"S": []}), "there is no table in it: no sheet holds anything"),
        (xlsx({}), "there is no table in it: no sheet holds anything"),
        (b"ticket,at\n", "this is no workbook, whatever it is called"),
        (b"", "this is no workbook, whatever it is called"),
        (b"%PDF-1.7", "this is a PDF: export the table that it was printed from"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), "this workbook is damaged"),
    ],
)
def test_what_is_no_workbook_is_said(data: bytes, problem: str) -> None:
    assert told(data).startswith(f"book.xlsx: {problem}")


def test_a_date_that_is_text_among_dates_is_noticed() -> None:
    """The spreadsheet that left it may have turned the others round."""
    late = ("T-1", "13/03/2026 10:21", "Closed")
    file = opened(xlsx({"S": (*TABLE, late, ("T-1", "soon", "?")), "Cover": [("x",)]}))
    assert len(list(rows(file))) == 4
    (notice,) = file.notices
    told = notice.kind, notice.number, notice.place, dict(notice.values)
    assert told == ("text-dates", 1, "book.xlsx: sheet S, row 4", {"text": "13/03/2026 10:21"})
    texts = opened(xlsx({"S": [HEAD, late, late]}))
    assert ([], 2) == (list(texts.notices), len(list(rows(texts))))


def test_rows_that_a_filter_hides_are_read_and_noticed() -> None:
    """A replay cannot know whether they are meant; who made the filter does not see them."""
    shown = xlsx({"S": TABLE})
    with zipfile.ZipFile(io.BytesIO(shown)) as archive:
        sheet = next(each for each in archive.namelist() if "sheets/" in each)
        text = archive.read(sheet)
    assert text.count(b'<row r="3"') == 1, text
    file = opened(packed_with(shown, sheet, text.replace(b'<row r="3"', b'<row r="3" hidden="1"')))

    assert CELLS == [dict(row.cells) for row in rows(file) if isinstance(row, Row)]
    assert [("hidden-rows", {"file": "book.xlsx", "rows": 1})] == [(each.kind, each.values) for each in file.notices]


def test_a_part_that_says_it_is_encrypted_is_damage() -> None:
    data = bytearray(ods({"S": TABLE}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert told(bytes(data)).startswith("book.xlsx: this workbook is damaged")


def test_workbooks_of_the_nineties() -> None:
    assert cells(xls({"S": TABLE, "Cover": [("x",)]})) == CELLS
    assert cells(xls({"S": [("a", "b"), ("é", True), (7.0, 0.5)]})) == [{"a": "é", "b": "true"}, {"a": "7", "b": "0.5"}]


def test_workbooks_in_binary_parts() -> None:
    assert cells(xlsb([("a", "b"), ("x", 7.0)])) == [{"a": "x", "b": "7"}]
    corner = record(0, struct.pack("<I", 1_048_575) + bytes(21)) + record(5, struct.pack("<IId", 16_383, 0, 1.0))
    assert "a sheet goes to row 1048576 and column 16384" in told(xlsb([("a", "b")], corner))
    settings = packed_with(
        xlsb([("a", "b"), ("x", 7.0)]), "xl/printerSettings1.bin", b"\0\4\xff\xff\xff\xff\1\4\xff\xff\xff\xff"
    )
    assert cells(settings) == [{"a": "x", "b": "7"}]
    placeless = record(5, struct.pack("<Id", 2**24, 1.0)) + record(0) + record(6)
    assert told(xlsb([("a", "b")], placeless)).startswith("book.xlsx: this workbook is damaged")
    beyond = record(0, struct.pack("<I", 1) + bytes(21)) + record(5, struct.pack("<IId", 99_999, 0, 1.0))
    assert "a sheet has 100000 columns: at most 16384 are read" in told(xlsb([("a", "b")], beyond))


CORNER = struct.pack("<HHHHHd", 0x203, 14, 65535, 255, 0, 1.0)


@pytest.mark.parametrize(
    "data, problem",
    [
        (xls({"S": TABLE}, password=True), "this workbook has a password: save it without one"),
        (compound({"EncryptedPackage": b""}), "this workbook has a password: save it without one"),
        (compound({"WordDocument": b""}), "this is a Word document: save its table as a workbook, or as CSV"),
        (compound({"else": b""}), "this is no workbook: save its table as a workbook, or as CSV"),
        (compound({"Workbook": b""}), "there is no table in it: no sheet holds anything"),
        (xls({"S": TABLE, "T": TABLE}, extra=CORNER + CORNER), "there are `S`, `T`: say which is meant"),
        (xls({"S": TABLE}, extra=CORNER[:6] + bytes([255, 255]) + CORNER[8:]), "a sheet goes to row 65536"),
        (xls({"S": TABLE})[:1500], "this workbook is damaged"),
    ],
)
def test_what_lies_in_a_compound_file_is_said(data: bytes, problem: str) -> None:
    assert told(data).startswith(f"book.xlsx: {problem}")


def test_each_is_recognised_by_its_first_bytes() -> None:
    tests = (begins_packed, begins_open, begins_old)
    heads = (xlsx({"S": TABLE}), ods({"S": TABLE}), bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), packed({"a": "b"}))
    assert [[test(head[:4096]) for test in tests] for head in heads] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [False, False, False],
    ]


def test_somebody_may_say_which_row_is_the_head() -> None:
    book = xlsx({"S": [("a", "b"), ("c", "d"), ("1", "2")]})

    def read(head: int) -> list[Row | Bad]:
        return list(rows(HistoryFile("book.xlsx", io.BytesIO(book), said=Said(head=head))))

    assert read(2) == [Row("book.xlsx: row 3", {"c": "1", "d": "2"})]
    with pytest.raises(HistoryError, match="row 9 is said to be the head, and holds nothing: say another `head:`"):
        read(9)
