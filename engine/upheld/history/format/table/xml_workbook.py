r"""Workbooks in XML: what Excel 2003 wrote as one text, and trackers still write and call ``.xls``.

Sheets, the head and cells that are merged are as in other workbooks. A document type is refused, and with it
every entity.

    >>> from io import BytesIO
    >>> spaces = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    >>> table = "<Row><Cell><Data>Key</Data></Cell></Row><Row><Cell><Data>T-1</Data></Cell></Row>"
    >>> book = f"<Workbook {spaces}><Worksheet><Table>{table}</Table></Worksheet></Workbook>"
    >>> list(rows(HistoryFile("list.xls", BytesIO(book.encode()))))
    [Row(place='list.xls: row 2', cells={'Key': 'T-1'})]

Source: "XML Spreadsheet Reference" (Office 2003); decision 0024; THREATS F04, F05.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.table.sheet_rows import MOST_COLUMNS, Line, choose_sheet, rows_below
from upheld.history.format.xml_reader import XmlReader, xml_fault
from upheld.history.importer import Bad, Row

MOST_CELLS: Final = 5_000_000
"""Cells of a workbook, with the empty ones before others: all are held until it is known which sheet is meant."""
MOST_ROWS: Final = 1_048_576
DEEPEST: Final = 64
LONGEST: Final = 1_000_000
"""Bytes of a cell."""

_SPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_CHUNK: Final = 2**16
_NO_FRACTION: Final = re.compile(r"\.0+\Z")


def begins(head: bytes) -> bool:
    """Whether a file that begins so is a workbook in XML."""
    return b"<" in head[:8] and _SPACE.encode() in head and b"Workbook" in head


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each row of the sheet that is meant.

    Raises: HistoryError for what is no such workbook, for a document type, for what is nested or grows too far, and
    where nobody said which of several sheets is meant.
    """
    book = _Book(file)
    stream, fed = file.stream(), 0
    while True:
        chunk = stream.read(_CHUNK)
        try:
            book.parser.Parse(chunk, not chunk)
        except (LookupError, ValueError):  # as Python's codecs have it
            if book.depth:
                raise
            book.fail("this file says that it is in an encoding that nobody knows: save it as UTF-8")
        except expat.ExpatError as error:
            cut = "the file ends before its workbook does: it was cut short"
            told = cut if not chunk else f"this is no XML: {xml_fault(error, 'workbook')}"
            raise HistoryError(f"{file.name}:{error.lineno}", f"{told}; export or copy it again") from None
        fed += len(chunk)
        if fed - book.parser.CurrentByteIndex > LONGEST and chunk:
            book.fail(f"a value is longer than {LONGEST} bytes")
        if not chunk:
            break
    sizes = {name: sum(sum(map(bool, cells)) > 1 for _, cells in lines) for name, lines in book.sheets.items() if lines}
    name = choose_sheet(file, sizes)
    at = f"{file.name}: sheet {name}, row" if len(book.sheets) > 1 else f"{file.name}: row"
    lines = book.sheets[name]
    yield from rows_below(file, lines, lambda number: f"{at} {number}", max(len(cells) for _, cells in lines))


class _Book(XmlReader):
    """A workbook that is being read: expat tells it what begins and what ends.

    Attributes:
        sheets: The rows of each that hold something.
    """

    def __init__(self, file: HistoryFile) -> None:
        super().__init__(file.name, "workbook", separator=" ")
        self.sheets: dict[str, list[Line]] = {}
        self._file = file
        self._lines: list[Line] = []
        self._row = 0
        self._cells: list[str] = []
        self._text: list[str] | None = None
        self._length = 0
        self._kind = ""
        self._across = 0
        self._lasting: dict[int, tuple[int, str]] = {}
        self._begun: tuple[int, int] | None = None  # the column and the last row of a cell that is merged down
        self._held = 0
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"elements are nested more than {DEEPEST} deep: this is no workbook")
        space, _, kind = name.rpartition(" ")
        if self.depth == 1 and (space, kind) != (_SPACE, "Workbook"):
            self.fail("the outermost element is not that of a workbook: say what this file is with `--from`")
        if space != _SPACE:
            return
        if kind == "Worksheet":
            called = attributes.get(f"{_SPACE} Name", "") or f"Sheet{len(self.sheets) + 1}"
            self._lines = self.sheets.setdefault(called, [])
            self._row, self._lasting = 0, {}
        elif kind == "Row":
            self._row = self._number(attributes, "Index", self._row + 1, MOST_ROWS)
            self._cells = []
        elif kind == "Cell":
            self._begin_cell(attributes)
        elif kind == "Data":
            self._kind, self._text, self._length = attributes.get(f"{_SPACE} Type", ""), [], 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        column = self._number(attributes, "Index", 0, MOST_COLUMNS) - 1
        while len(self._cells) < column or len(self._cells) in self._lasting:
            self._cells.append(self._above(len(self._cells)))
        self._across = self._number(attributes, "MergeAcross", 0, MOST_COLUMNS)
        down = self._number(attributes, "MergeDown", 0, MOST_ROWS)
        self._begun = (len(self._cells), self._row + down) if down else None
        self._cells.append("")
        self._hold(len(self._cells))

    def _above(self, column: int) -> str:
        """What a cell that is merged down says in this row."""
        last, text = self._lasting.get(column, (0, ""))
        if last <= self._row:
            self._lasting.pop(column, None)
        return text if last >= self._row else ""

    def _hold(self, columns: int) -> None:
        if columns > MOST_COLUMNS or self._held + columns > MOST_CELLS:
            self.fail(f"at most {MOST_COLUMNS} columns and {MOST_CELLS} cells are read: save the table as CSV")

    def _number(self, attributes: dict[str, str], name: str, otherwise: int, most: int) -> int:
        text = attributes.get(f"{_SPACE} {name}", "")
        return min(int(text[:9]), most) if text.isascii() and text.isdigit() else otherwise

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._length += len(text)
            if self._length > LONGEST:
                self.fail(f"a value is longer than {LONGEST} bytes")
            self._text.append(text)

    def _end(self, name: str) -> None:
        self.depth -= 1
        kind = name.removeprefix(f"{_SPACE} ")
        if kind == "Data" and self._text is not None and self._cells:
            self._cells[-1] = _value(self._kind, "".join(self._text))
            self._text = None
        elif kind == "Cell" and self._cells:
            if self._begun is not None:
                self._lasting[self._begun[0]] = self._begun[1], self._cells[-1]
            self._cells += [""] * self._across
            self._hold(len(self._cells))
        elif kind == "Row":
            while len(self._cells) <= max(self._lasting, default=-1):
                self._cells.append(self._above(len(self._cells)))
            if any(self._cells):
                self._held += len(self._cells)
                self._hold(0)
                self._lines.append((self._row, self._cells))


def _value(kind: str, text: str) -> str:
    """What a cell of this type says, as other workbooks have it."""
    if kind == "Boolean":
        return {"1": "true", "0": "false"}.get(text.strip(), text)
    if kind == "DateTime":
        return _NO_FRACTION.sub("", text)
    return "" if kind == "Error" else text
