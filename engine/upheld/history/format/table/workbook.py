"""Workbooks: a row for each row of a sheet, below the one that names the columns.

Excel's in all its forms (xlsx, xlsm, xlsb, xls) and OpenDocument's. What a cell shows is what a formula
came to when it was saved; nothing is computed, and no macro runs. Days and instants are ISO 8601 without a
zone, whatever way they are shown in. An error such as ``#N/A`` is an empty cell.

One sheet holds the table: the only visible one that has rows of several cells, or the one that the mapping
names. A cell that is merged down its column stands in each of its rows.

Source: decision 0024; THREATS F06.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from io import BytesIO
from typing import Any, Final, TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.foreign import what_it_is
from upheld.history.format.table import compound_file
from upheld.history.format.table.cell_text import text_of
from upheld.history.format.table.compound_file import CompoundFile
from upheld.history.format.table.packed_book import damaged, look_through, refuse_large
from upheld.history.format.table.sheet_rows import MOST_COLUMNS, SHEET, Line, choose_sheet, rows_below
from upheld.history.importer import Bad, Row

LARGEST: Final = 2**27
"""Bytes of a workbook as it lies on disk: 128 MiB."""

ZIP: Final = b"PK\x03\x04"
_OPEN_DOCUMENT: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_STREAMS: Final = ("Workbook", "Book")
_OTHERS: Final = {
    "WordDocument": "a Word document",
    "PowerPoint Document": "a presentation",
    "__properties_version1.0": "a mail",
    "VisioDocument": "a drawing",
}
_TEXT_DATE: Final = re.compile(r"\s*[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}\b", re.ASCII)
"""A date with its day and month in front, as a spreadsheet leaves it as text where there is no such month."""
_STDERR: Final = 2
_PASSWORD: Final = "this workbook has a password: save it without one"

Found = TypeVar("Found")


def begins_packed(head: bytes) -> bool:
    """Whether a file that begins so is a document in Office Open XML."""
    return head.startswith(ZIP) and any(
        name in head for name in (b"[Content_Types].xml", b"_rels/.rels", b"xl/", b"docProps/")
    )


def begins_open(head: bytes) -> bool:
    """Whether a file that begins so is a workbook in OpenDocument."""
    return head.startswith(ZIP) and _OPEN_DOCUMENT in head[:200]


def begins_old(head: bytes) -> bool:
    """Whether a file that begins so is a compound file, as old workbooks are, and those with a password."""
    return head.startswith(compound_file.SIGNATURE)


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each row of the sheet that is meant.

    Raises: HistoryError for what is no workbook, has a password, is damaged or too large, and where nobody said
    which of several sheets is meant.
    """
    data = file.stream().read(LARGEST + 1)
    if len(data) > LARGEST:
        raise HistoryError(file.name, f"this workbook is larger than {LARGEST // 2**20} MiB: save its table as CSV")
    if data.startswith(compound_file.SIGNATURE):
        _look_through_old(file.name, data)
    elif data.startswith(ZIP):
        hidden = look_through(file.name, data)
        if hidden:
            file.notices.note("hidden-rows", file.name, file=file.name, rows=hidden)
    else:
        told = what_it_is(data[: 2**12]) or "this is no workbook, whatever it is called: say what it is with `--from`"
        raise HistoryError(file.name, told)
    book = _asked(file.name, partial(CalamineWorkbook.from_filelike, BytesIO(data)))
    sheet, told = _sheet(file, book)
    at = f"{file.name}: sheet {told}, row" if told else f"{file.name}: row"
    if sheet.width > MOST_COLUMNS:
        raise HistoryError(file.name, f"a sheet has {sheet.width} columns: at most {MOST_COLUMNS} are read")
    dated: set[int] = set()
    below = rows_below(file, _lines(file.name, sheet, dated), lambda number: f"{at} {number}", sheet.width)
    yield from _noticing(file, below, dated)


def _asked(name: str, call: Callable[[], Found]) -> Found:
    """What calamine answers; its own words, and those of the language it is written in, are not shown."""
    try:
        with _without_stderr():
            return call()
    except PasswordError:
        raise HistoryError(name, _PASSWORD) from None
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise damaged(name) from None
        raise


@contextmanager
def _without_stderr() -> Iterator[None]:
    """What panics in Rust writes to the process's standard error before anybody can catch it."""
    try:
        kept = os.dup(_STDERR)
    except OSError:  # it is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)


def _look_through_old(name: str, data: bytes) -> None:
    try:
        file = CompoundFile(data)
        if "EncryptedPackage" in file.streams:
            raise HistoryError(name, _PASSWORD)
        book = next((each for each in _STREAMS if each in file.streams), None)
        if book is None:
            kind = next((kind for stream, kind in _OTHERS.items() if stream in file.streams), "no workbook")
            raise HistoryError(name, f"this is {kind}: save its table as a workbook, or as CSV")
        content, cells = file.stream(book), 0
        if compound_file.has_password(content):
            raise HistoryError(name, _PASSWORD)
        for extent in compound_file.sheet_extents(content):
            cells += extent[0] * extent[1]
            refuse_large(name, cells, extent)
    except compound_file.Damaged:
        raise damaged(name) from None


def _sheet(file: HistoryFile, book: CalamineWorkbook) -> tuple[CalamineSheet, str]:
    """The sheet that is meant, and its name where there are several."""
    names = [each.name for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    hidden = {each.name for each in book.sheets_metadata if each.visible != SheetVisibleEnum.Visible}
    if file.part.asked.get(SHEET):
        asked = file.part.choose(file.name, SHEET, dict.fromkeys(names, 0))
        return _asked(file.name, partial(book.get_sheet_by_name, asked)), asked
    sheets = {name: _asked(file.name, partial(book.get_sheet_by_name, name)) for name in names}
    sizes = {name: _asked(file.name, partial(_size, sheet)) for name, sheet in sheets.items()}
    held = {name: size for name, size in sizes.items() if size or sheets[name].height}
    chosen = choose_sheet(file, held, hidden)
    return sheets[chosen], chosen if len(names) > 1 else ""


def _size(sheet: CalamineSheet) -> int:
    """How many rows have several cells: a cover has none."""
    return sum(len(cells) - cells.count("") > 1 for cells in sheet.iter_rows())


def _noticing(file: HistoryFile, found: Iterator[Row | Bad], dated: Collection[int]) -> Iterator[Row | Bad]:
    """The same; dates that are text in columns of dates are noticed."""
    for row in found:
        texts = list(row.cells.values()) if isinstance(row, Row) else []
        for column in dated if texts else ():
            if _TEXT_DATE.match(texts[column]):
                file.notices.note("text-dates", row.place, text=texts[column][:40])
        yield row


def _lines(name: str, sheet: CalamineSheet, dated: set[int]) -> Iterator[Line]:
    """The cells of each row as text; ``dated`` takes the columns in which any is a date."""
    timed: set[int] = set()
    for cells in _asked(name, sheet.iter_rows):
        if _is_empty(cells):
            continue
        days = [column for column, value in enumerate(cells) if isinstance(value, date)]
        dated.update(days)
        timed.update(column for column in days if type(cells[column]) is datetime)
    merged = _merged_down(sheet)
    lasting: dict[int, tuple[int, str]] = {}
    for number, cells in enumerate(_asked(name, sheet.iter_rows), 1):
        texts = [""] * len(cells) if _is_empty(cells) else [_text(each, at in timed) for at, each in enumerate(cells)]
        for column, (last, text) in list(lasting.items()):
            texts[column] = texts[column] or text
            if last <= number:
                del lasting[column]
        lasting.update((column, (last, texts[column])) for column, last in merged.get(number, ()) if texts[column])
        yield number, texts


def _is_empty(cells: list[Any]) -> bool:
    """Whether a row holds nothing, as most do of a sheet with a cell far below; quickly."""
    return cells.count("") == len(cells)


def _merged_down(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """By the row in which they begin, cells that go over several rows: the column, and the last of the rows."""
    merged: dict[int, list[tuple[int, int]]] = {}
    first = sheet.start[1] if sheet.start else 0
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top and 0 <= left - first < sheet.width:
            merged.setdefault(top + 1, []).append((left - first, bottom + 1))
    return merged


def _text(value: object, is_timed: bool) -> str:
    """A value as text; midnight among instants is one, and no day."""
    text = text_of(value)
    return f"{text}T00:00:00" if is_timed and type(value) is date else text
