r"""Pages: the table in a web page, as trackers write it and call it a workbook.

A page may hold several tables, for its frame, its title, its legend. The largest is read; those after it with the
same head go on with it, and others of several rows are told. Entities are what they stand for, and a line break
is a space. A cell that goes over several rows stands in each, and one over several columns in the first.

    >>> from io import BytesIO
    >>> page = b"<p>March</p><table><tr><th>Key<th>At<tr><td>T-1</td><td>2026-03-02<br>09:00</td></table>"
    >>> list(rows(HistoryFile("list.xls", BytesIO(page))))
    [Row(place='list.xls:1', cells={'Key': 'T-1', 'At': '2026-03-02 09:00'})]

Source: HTML Living Standard 4.9 and 13.1.2.4; decision 0024; THREATS F05.
"""

from __future__ import annotations

import codecs
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.file.encoding import wide_encoding
from upheld.history.format.table.sheet_rows import Line, rows_below
from upheld.history.importer import Bad, Row

MOST_COLUMNS: Final = 1_000
DEEPEST: Final = 64
"""Tables within one another."""
MOST_TABLES: Final = 10_000
LONGEST: Final = 1_000_000
"""Characters of a cell."""
LONGEST_TAG: Final = 200_000
"""Characters of a tag or a comment."""
ENOUGH: Final = 1_000
"""Rows of a table that is read whatever follows; a shorter one is held until the page ends."""
MOST_SPANNED: Final = 10_000_000
"""Cells that others stand for, by going over several columns or rows."""

_CHUNK: Final = 2**14
_BREAKS: Final = frozenset("br p div li tr".split())
_UNSEEN: Final = frozenset("script style template".split())
_TEXT: Final = ("utf-8", "ascii", "cp", "iso8859", "koi8", "mac", "shift", "euc", "gb", "big5", "iso2022")
"""How encodings of text begin that a page may say it is in."""
_CHARSET: Final = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_BEGIN: Final = re.compile(rb"\s*<(?:!doctype\s+html|html|head|meta|body|table|div|style|!--)\b", re.IGNORECASE)


def begins(head: bytes) -> bool:
    """Whether a file that begins so is a web page."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        head = head.replace(b"\0", b"")[2:]
    head = head.removeprefix(BOM_UTF8).lstrip()
    return bool(_BEGIN.match(head)) or (head[:5] == b"<?xml" and re.search(rb"<html[\s>]", head) is not None)


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each row of the table below its head; its place is the line on which it begins.

    Raises: HistoryError for a page without a table, and for what is nested or grows too far.
    """
    page = _Page(file.name)
    yield from rows_below(file, _lines(file, page), lambda line: f"{file.name}:{line}")


@dataclass(slots=True)
class _Table:
    """A table that is being read.

    Attributes:
        rows: Those that ended and nobody took.
        number: How many ended that have several cells.
        head: The first of these.
        line: On which the last row begins.
        cells: Of the row that is open; ``None`` where none is.
        text: Of the cell that is open; ``None`` where none is.
        down: Cells that go on in the rows below: how many, and the text, by column.
    """

    rows: list[Line] = field(default_factory=list)
    number: int = 0
    head: list[str] = field(default_factory=list)
    line: int = 0
    cells: list[str] | None = None
    text: list[str] | None = None
    columns: int = 1
    lines: int = 1
    down: dict[int, tuple[int, str]] = field(default_factory=dict)


def _lines(file: HistoryFile, page: _Page) -> Iterator[Line]:
    """The rows of the largest table, as soon as that is plain, and of those that go on with it."""
    chosen: _Table | None = None
    for _ in page.read(file):
        chosen = chosen or next((each for each in page.tables if each.number >= ENOUGH), None)
        if chosen is not None:
            yield from _taken(page, chosen)
    if not page.tables:
        raise HistoryError(file.name, "there is no table in this page")
    chosen = chosen or max(page.tables, key=lambda table: table.number)
    yield from _taken(page, chosen)
    for table in page.tables:
        if table.number > 1 and table.head != chosen.head:
            file.notices.note("other-tables", f"{file.name}:{table.line}", rows=table.number)


def _taken(page: _Page, chosen: _Table) -> Iterator[Line]:
    for table in page.tables:
        if table is chosen or (chosen.head and table.head == chosen.head):
            yield from table.rows
        table.rows.clear()


class _Page(HTMLParser):
    """A page that is being read.

    Attributes:
        tables: All that were met, in the order in which they begin.
        open: Those that did not end yet, the innermost last.
    """

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self._name = name
        self._unseen = 0
        self._spanned = 0
        self._length = 0

    def read(self, file: HistoryFile) -> Iterator[None]:
        """Read on; comes back after each piece."""
        stream, encoding = file.stream(), _encoding(file)
        decoder = codecs.getincrementaldecoder(encoding)()
        while True:
            chunk = stream.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                at = error.object[error.start : error.end] if isinstance(error, UnicodeDecodeError) else b""
                wrong = f"byte 0x{at[0]:02x} is not in {encoding}" if at else f"this is not {encoding}"
                raise self._failed(f"{wrong}: let the page say its own `charset`") from None
            self.feed(text)
            if len(self.rawdata) > LONGEST_TAG:
                raise self._failed(f"a tag or a comment is longer than {LONGEST_TAG} characters")
            yield
            if not chunk:
                break
        if self.rawdata.lstrip().startswith("<"):
            raise self._failed("the page ends within a tag: it was cut short; export or copy it again")
        self.handle_data(self.rawdata)
        if self.open:
            file.notices.note("cut-short", f"{self._name}:{self.getpos()[0]}", tables=len(self.open))
        while self.open:
            self._end_table()

    def _failed(self, problem: str) -> HistoryError:
        return HistoryError(f"{self._name}:{self.getpos()[0]}", problem)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        table = self.open[-1] if self.open else None
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            if len(self.open) >= DEEPEST or len(self.tables) >= MOST_TABLES:
                raise self._failed(f"there are more than {MOST_TABLES} tables, or {DEEPEST} within one another")
            self.open.append(_Table())
            self.tables.append(self.open[-1])
        elif table is None:
            return
        elif tag == "tr":
            self._end_row(table)
            table.cells, table.line = [], self.getpos()[0]
        elif tag in ("td", "th"):
            self._end_cell(table)
            if table.cells is None:
                table.cells, table.line = [], self.getpos()[0]
            given = dict(attrs)
            table.columns, table.lines = _span(given.get("colspan")), _span(given.get("rowspan"))
            table.text, self._length = [], 0
        elif tag in _BREAKS:
            self.handle_data(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _UNSEEN:
            self._unseen -= 1

    def handle_endtag(self, tag: str) -> None:
        table = self.open[-1] if self.open else None
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif table is None:
            return
        elif tag == "table":
            self._end_table()
        elif tag in ("tr", "thead", "tbody", "tfoot"):
            self._end_row(table)
        elif tag in ("td", "th"):
            self._end_cell(table)
        elif tag in _BREAKS:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        if self.open and not self._unseen and self.open[-1].text is not None:
            self._length += len(data)
            if self._length > LONGEST:
                raise self._failed(f"a cell is longer than {LONGEST} characters")
            self.open[-1].text.append(data)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """What a word processor writes into pages, ``<![if …]>``: passed over, known or not."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def _end_table(self) -> None:
        table = self.open.pop()
        self._end_row(table)

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        if table.cells is None:
            return
        self._go_on(table, table.cells, to_end=True)
        if any(table.cells):
            table.rows.append((table.line, table.cells))
            if sum(map(bool, table.cells)) > 1:
                table.number += 1
                table.head = table.head or table.cells
        table.cells = None

    def _end_cell(self, table: _Table) -> None:
        if table.text is None or table.cells is None:
            return
        text, table.text = " ".join("".join(table.text).split()), None
        self._go_on(table, table.cells)
        column = len(table.cells)
        if column + table.columns > MOST_COLUMNS:
            raise self._failed(f"a row has more than {MOST_COLUMNS} cells: at most so many are read")
        self._span(table.columns - 1)
        table.cells += [text, *[""] * (table.columns - 1)]
        if table.lines > 1:
            table.down[column] = table.lines - 1, text
            table.down.update((column + other, (table.lines - 1, "")) for other in range(1, table.columns))

    def _go_on(self, table: _Table, cells: list[str], to_end: bool = False) -> None:
        """Cells of the rows above that stand here too; at the end of a row those further to the right."""
        last = max(table.down, default=-1) if to_end else -1
        while (column := len(cells)) in table.down or column <= last:
            left, text = table.down.pop(column, (0, ""))
            if left > 1:
                table.down[column] = left - 1, text
            cells.append(text)
            self._span(1)

    def _span(self, cells: int) -> None:
        self._spanned += cells
        if self._spanned > MOST_SPANNED:
            raise self._failed(f"more than {MOST_SPANNED} cells go over several rows or columns: save it as CSV")


def _span(text: str | None) -> int:
    """How many columns or rows a cell goes over."""
    return min(max(1, int(text[:9])), MOST_COLUMNS) if text and text.isascii() and text.isdigit() else 1


def _encoding(file: HistoryFile) -> str:
    """What the bytes of a page are text in: what they say, or else UTF-8, or what Windows wrote before it."""
    head, said = file.head, file.said.encoding
    told = wide_encoding(head, said) or ("utf-8-sig" if head.startswith(BOM_UTF8) else said)
    if told:
        return told
    declared = _CHARSET.search(head)
    if declared is not None:
        name = declared[1].decode()
        try:
            found = codecs.lookup({"iso-8859-1": "cp1252"}.get(name.lower(), name))
        except LookupError:
            found = None
        if found is None or not found.name.startswith(_TEXT):
            raise HistoryError(file.name, f"this page says that it is in {quoted(name)}: save it as UTF-8")
        return found.name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        file.notices.note("guessed-encoding", file.name, encoding="cp1252")
        return "cp1252"
    return "utf-8"
