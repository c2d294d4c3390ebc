"""Packed workbooks: what a ZIP file of sheets holds, and how large that is, before anything holds it.

A workbook of some kilobytes may unpack to gigabytes, and a single cell in the last corner of a
sheet asks whoever holds the sheet for room for all others. So each part is unpacked here once,
piece by piece, within limits, and the corners of its sheets are looked for; what its directory says
of the sizes is not believed.

Source: THREATS F06; ECMA-376 part 1, 18.3.1; MS-XLSB 2.4; OpenDocument 1.3 part 3, 9.1.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NamedTuple
from xml.parsers import expat

from upheld.core.errors import HistoryError

MOST_BYTES: Final = 2**30
"""What the parts of a workbook may unpack to: 1 GiB."""
FREE_BYTES: Final = 2**24
"""What may come out whatever went in."""
LARGEST_RATIO: Final = 200
"""Bytes that may come out for one that went in: sheets, which repeat their own words, come to some dozens."""
MOST_PARTS: Final = 10_000
MOST_CELLS: Final = 20_000_000
"""Cells of a workbook, with the empty ones before and between others: each takes some 30 bytes."""

_CHUNK: Final = 2**18
_PLACED: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,7})([0-9]{1,9})["'](?!(?:\s[\w:]+="[\w.-]*"){0,9}\s*/>)""")
"""The place of a cell or a row; not of one that is written as empty. No cell has more attributes than these."""
_UNPLACED: Final = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s>/])(?![^<>]*\sr\s*=)")
_HIDDEN: Final = re.compile(rb"""<(?:\w+:)?row\b(?=[^<>]*\shidden\s*=\s*["'](?:1|true)["'])[^<>]*[^<>/]>""")
"""A row with cells that is not shown."""
_BEGIN_CELLS: Final = 145
_ROW: Final = 0
_ROW_AND_CELLS: Final = frozenset((*range(12), 62))
"""Kinds of records of a binary sheet."""
_KINDS: Final = {
    "xl/": "",
    "word/": "a Word document",
    "ppt/": "a presentation",
    "visio/": "a drawing",
    "Index/": "a workbook of Numbers",
}
_OPEN_KINDS: Final = {"text": "a text document", "presentation": "a presentation", "graphics": "a drawing"}


class Extent(NamedTuple):
    """How far a sheet goes, and how many of its rows with cells are hidden."""

    rows: int
    columns: int
    hidden: int = 0


def look_through(name: str, data: bytes) -> int:
    """How many rows are hidden in it, by a filter or by hand; those of binary sheets are not counted.

    Raises: HistoryError for what is no workbook, is damaged, or is too large to be held.
    """
    cells = hidden = 0
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            _refuse_other(name, archive, [each.filename for each in parts])
            if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_BYTES:
                raise _bomb(name, len(data))
            left = [min(MOST_BYTES, max(FREE_BYTES, LARGEST_RATIO * len(data)))]
            for part in parts:
                extent = _extent(part.filename, _unpacked(data, part, left, name))
                cells += extent.rows * extent.columns
                hidden += extent.hidden
                refuse_large(name, cells, extent[:2])
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError, struct.error, expat.ExpatError):
        raise damaged(name) from None
    return hidden


def damaged(name: str) -> HistoryError:
    """What is said of a workbook that cannot be read."""
    return HistoryError(name, "this workbook is damaged: open it in the spreadsheet that wrote it, and save it again")


def refuse_large(name: str, cells: int, extent: tuple[int, int]) -> None:
    """Raises: HistoryError where so many cells are more than is held."""
    if cells > MOST_CELLS:
        told = f"a sheet goes to row {extent[0]} and column {extent[1]}"
        advice = "delete the rows and columns below and beside its table, or save it as CSV"
        raise HistoryError(name, f"{told}: at most {MOST_CELLS} cells of a workbook are read; {advice}")


def _bomb(name: str, size: int) -> HistoryError:
    told = f"{size} bytes of a workbook unpack to more than is read"
    return HistoryError(name, f"{told}: save its table as CSV")


def _refuse_other(name: str, archive: zipfile.ZipFile, parts: list[str]) -> None:
    kinds = [kind for begin, kind in _KINDS.items() if any(part.startswith(begin) for part in parts)]
    if "mimetype" in parts and archive.getinfo("mimetype").file_size < 200:
        kind = archive.read("mimetype").decode().rpartition(".")[2].partition("-")[0].strip()
        kinds = [_OPEN_KINDS.get(kind, "" if kind == "spreadsheet" else "no workbook")]
    told = min(kinds, default="a ZIP file of something else")
    if told:
        raise HistoryError(name, f"this is {told}: save its table as a workbook, or as CSV")


def _unpacked(data: bytes, part: zipfile.ZipInfo, left: list[int], name: str) -> Iterator[bytes]:
    """A part, piece by piece, to where it really ends; ``left`` is what may still come out of the file."""
    at = part.header_offset
    begin = (
        at + 30 + int.from_bytes(data[at + 26 : at + 28], "little") + int.from_bytes(data[at + 28 : at + 30], "little")
    )
    packed = data[begin : begin + part.compress_size]
    if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    if part.compress_type == zipfile.ZIP_STORED:
        left[0] -= len(packed)
        yield from (packed[at : at + _CHUNK] for at in range(0, len(packed), _CHUNK))
        return
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    while not unpacking.eof:
        piece = unpacking.decompress(packed, _CHUNK)
        packed = unpacking.unconsumed_tail
        left[0] -= len(piece)
        if left[0] < 0:
            raise _bomb(name, len(data))
        if not piece and not packed:
            raise zipfile.BadZipFile
        yield piece


def _extent(name: str, pieces: Iterator[bytes]) -> Extent:
    """How far the sheet in a part goes; nowhere where it holds none."""
    if name == "content.xml":
        return _open_document(pieces)
    if name.endswith(".bin"):
        return _binary(b"".join(pieces))
    return _office(pieces)


def _office(pieces: Iterator[bytes]) -> Extent:
    rows = columns = hidden = 0
    held = b""
    unplaced = longest = unplaced_rows = 0
    for piece in pieces:
        text = held + piece
        cut = max(0, text.rfind(b"<", len(held)))
        if len(text) - cut > 2**20:
            cut = len(text)
        text, held = text[:cut], text[cut:]
        placed = _PLACED.findall(text)
        if placed:
            rows = max(rows, max(map(int, {row for _, row in placed})))
            columns = max(columns, max(map(_column, {letters for letters, _ in placed})))
        for kind in _UNPLACED.findall(text):
            unplaced = 0 if kind == b"row" else unplaced + 1
            unplaced_rows += kind == b"row"
            longest = max(longest, unplaced)
        hidden += len(_HIDDEN.findall(text)) if b"hidden=" in text else 0
    return Extent(rows + unplaced_rows, columns + longest, hidden)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _binary(part: bytes) -> Extent:
    """The records of a binary sheet: where rows begin, and which cells they have.

    They count from where the cells begin, since other binary parts, such as settings of a printer, have no records.

    Raises: ValueError for a row or cell without its place: who reads the sheet would take that of what came before.
    """
    at = rows = columns = 0
    has_begun = False
    while at + 2 <= len(part):
        kind, at = _varying(part, at, 2)
        size, at = _varying(part, at, 4)
        has_begun = has_begun or kind == _BEGIN_CELLS
        if has_begun and kind in _ROW_AND_CELLS:
            if size < 4:
                raise ValueError(kind)
            place = 1 + int.from_bytes(part[at : at + 4], "little")
            rows, columns = (max(rows, place), columns) if kind == _ROW else (rows, max(columns, place))
        at += size
    return Extent(rows, columns)


def _varying(part: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    number = 0
    for place in range(most):
        byte = part[at + place] if at + place < len(part) else 0
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    return number, at + most


def _open_document(pieces: Iterator[bytes]) -> Extent:
    """The cells of all sheets, with those that stand for many."""
    counting = _Repeated()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = counting.start
    parser.EndElementHandler = counting.end
    parser.StartDoctypeDeclHandler = counting.refuse
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return Extent(counting.rows, counting.columns, counting.hidden)


class _Repeated:
    """Counts rows and columns of OpenDocument, in which one that is written may stand for many."""

    def __init__(self) -> None:
        self.rows = self.columns = self.hidden = 0
        self._is_hidden = False
        self._row = self._column = self._filled = 0
        self._repeated = 1
        self._is_sheet_filled = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.rows += self._is_sheet_filled
            self._row = self._is_sheet_filled = 0
        elif name == "table:table-row":
            self._column = self._filled = 0
            self._is_hidden = attributes.get("table:visibility", "visible") != "visible"
            self._repeated = _number(attributes.get("table:number-rows-repeated", "1"))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._column += _number(attributes.get("table:number-columns-repeated", "1"))
            if any(key.startswith("office:") for key in attributes):
                self._filled = self._column
        elif name == "text:p":
            self._filled = self._column

    def end(self, name: str) -> None:
        if name == "table:table-row":
            self._row += self._repeated
            if self._filled:
                self._is_sheet_filled = self._row
                self.hidden += self._repeated * self._is_hidden
                self.columns = max(self.columns, self._filled)
        elif name == "office:spreadsheet":
            self.rows += self._is_sheet_filled
            self._is_sheet_filled = 0

    def refuse(self, *declared: object) -> None:
        raise ValueError


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 10**9
