r"""CSV: a head that names the columns, and a row for each line below.

What stands between cells, and which line is the head, tells `csv_head`. Columns without a name at the end of the
head, where cells are empty, are none. A cell in quotes may go over several lines; a
row stands at the line on which it begins.

    >>> from io import BytesIO
    >>> log = b'ticket;at\nT-1;"2024-03-04\n10:00"\nT-2;a;b\n'
    >>> for found in rows(HistoryFile("log.csv", BytesIO(log))):
    ...     print(found)
    Row(place='log.csv:2', cells={'ticket': 'T-1', 'at': '2024-03-04\n10:00'})
    Bad(place='log.csv:4', problem='this row has 3 cells, and the head 2 columns: put a cell with a `;` in quotes')

What reads as CSV and was probably meant otherwise is noticed: a cell that holds what look like
rows, since a quote was not closed; rows that end early, or late where others do not; quotes that
are escaped by a backslash.

Source: RFC 4180; DESIGN section 6, "History"; decision 0024.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeVar

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import LONGEST_LINE, HistoryFile
from upheld.history.format.csv_head import DECLARED, Beginning, beginning, separator_in, separator_of
from upheld.history.format.table.head import LOOKED_AT, Head, column_names
from upheld.history.importer import Bad, Row

MOST_COLUMNS: Final = 1_000
MOST_LINES: Final = 10_000
"""Of one row; more are not the lines of a cell but a quote that nobody closed."""

MOST_AGAIN: Final = 5_000_000
"""Characters of a file that are read again, where a row was none: else lines that each open a quote would be read again
with each of them. Beyond that, lines are passed over."""
LINE_COST: Final = 40
"""What a line costs besides its characters, in characters."""
LARGEST_BEGINNING: Final = 200_000
"""Characters of the lines by which the head is found."""
COMMON: Final = 3
"""Where one in so many rows ends early, that is how the file is written."""

Cells = Sequence[str]
Known = TypeVar("Known")

_NUL: Final = "\0"
_ESCAPED: Final = re.compile(r'(?<!\\)((?:\\\\)*)\\"')


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each row below the head, without those that hold nothing or the head again. A cell that a row lacks is not there.

    Raises: HistoryError for a head that is none, and as the file's lines do.
    """
    table = Table(file)
    names = table.header
    table.note()
    for place, cells in table.cells():
        yield cells if isinstance(cells, Bad) else Row(place, dict(zip(names, cells)))


def begins(head: bytes) -> bool:
    """Whether a file that begins so has a head of several columns."""
    line = b"".join(head.removeprefix(BOM_UTF8).lstrip().splitlines()[:1])
    if not line or line[:1] in b"{[<" or any(byte < 32 and byte != 9 for byte in line):
        return False
    return any(each in line for each in (b",", b";", b"\t")) or line.count(b"|") > 1


class Table:
    """A table that is being read.

    Attributes:
        header: What its columns are called, each otherwise.
        written: What stands in the head.
        line: The line read last, from 1.
        separator: What stands between cells.
        alone: The text of the row that `cells` told last, where it is a line without quotes, as wide as the head.

    Raises: HistoryError for a file without a head.
    """

    def __init__(self, file: HistoryFile) -> None:
        self._file = file
        self.line = 0
        self.lines: Iterator[tuple[int, str]] = file.lines()
        self._of_row: list[tuple[int, str]] = []
        self._again: deque[tuple[int, str]] = deque()
        self._left = MOST_AGAIN
        self._has_nul = False
        self.alone = ""
        self._head_cells = 0  # with those that name nothing
        self._number = self._short = self._long = 0
        self._first_short = self._first_long = "", 0
        self._mended = 0  # the last line in which escaped quotes were doubled
        csv.field_size_limit(LONGEST_LINE)
        begun = self._asked() if file.said.head else self._found()
        self.separator = begun.separator
        self._place = f"{file.name}:{begun.line}"
        self.written = self._head()
        self.lines = chain([*self._again], self.lines)
        self._again.clear()
        self.header, repeated = column_names(self.written)
        self._told = Head(begun.line, self.header, repeated, begun.above)

    def note(self) -> None:
        """Notice what was made of the head."""
        self._told.note(self._file.notices, self._place, self._told.row)

    def _found(self) -> Beginning:
        """The beginning of the table; its lines from the head on are read again."""
        first: list[tuple[int, str]] = []
        declared, size = "", 0
        for number, line in self.lines:
            if not first and not line.strip():
                self.line = number
                continue
            is_declared = not first and not declared and (told := DECLARED.fullmatch(line)) is not None
            if is_declared and told is not None:
                declared = told[1]
                continue
            first.append((number, line))
            size += len(line)
            if len(first) >= LOOKED_AT or size > LARGEST_BEGINNING:
                break
        if not first:
            raise HistoryError(f"{self._file.name}:{max(self.line, 1)}", _NO_HEAD)
        begun = beginning([line for _, line in first], self._file.name, first[0][0], declared)
        self._again.extend(each for each in first if each[0] >= begun.line)
        return begun

    def _asked(self) -> Beginning:
        """The beginning, where somebody says which line is the head."""
        head, declared, number = self._file.said.head, "", 0
        for number, line in self.lines:
            told = DECLARED.fullmatch(line)
            declared = told[1] if told is not None else declared
            if number == head:
                self._again.append((number, line))
                return Beginning(declared or separator_of(line), number, 0)
        raise HistoryError(self._file.name, f"`head: {head}` is no line of this file, which has {number}")

    def cells(self, known: Callable[[str], Known | None] = lambda _: None) -> Iterator[tuple[str, Cells | Known | Bad]]:
        """Each row with its place: as many cells as the head has columns, or fewer.

        Args:
            known: Is asked about lines that are as wide as the head, before anything else is; if it knows what the
                line is, that takes the place of its cells. It knows no line that has a quote or NUL.
        """
        name, others = self._file.name, self._others()
        while True:
            if not self._again:
                for at, line in self.lines:
                    found = known(line)
                    if found is None:
                        self._again.append((at, line))
                        break
                    self.line = at
                    self._number += 1
                    yield f"{name}:{at}", found
            other = next(others, None)
            if other is None:
                break
            yield other
        self._note_widths()

    def _others(self) -> Iterator[tuple[str, Cells | Bad]]:
        """Each row that nobody knows yet."""
        name, width, separator = self._file.name, len(self.header), self.separator
        reader = self._reader()
        while found := self._again.popleft() if self._again else next(self.lines, None):
            at, line = found
            place = f"{name}:{at}"
            if is_alone := '"' not in line and _NUL not in line and len(line) <= LONGEST_LINE:
                self.line, self._of_row = at, [found]
                cells = line.split(separator) if line else []
            else:
                self._again.appendleft(found)
                self._of_row.clear()
                self._has_nul = False
                try:
                    cells = next(reader)
                except csv.Error as error:
                    if not self._mend():
                        yield place, Bad(place, f"this is no row of CSV: {_shown(error)}{self._go_back()}")
                    reader = self._reader()
                    continue
            if self._is_none(cells):
                continue
            if len(cells) > width and "".join(cells[width:]).strip():
                if self._mend():
                    reader = self._reader()
                    continue
                advice = f"put a cell with a `{separator}` in quotes"
                yield place, Bad(place, f"this row has {len(cells)} cells, and the head {width} columns: {advice}")
                continue
            is_wide = self._has_width(place, len(cells))
            if not is_alone and (len(self._of_row) > 1 or self._has_nul or self._mended):
                problem = self._look_at(place, cells)
                if problem:
                    yield place, Bad(place, problem)
                    continue
            self.alone = line if is_alone and is_wide else ""
            yield place, cells if len(cells) <= width else cells[:width]

    def _has_width(self, place: str, number: int) -> bool:
        """Whether a row has as many cells as the head; those that have not are counted."""
        self._number += 1
        if number < len(self.header):
            self._short += 1
            self._first_short = self._first_short if self._short > 1 else (place, number)
        elif number > self._head_cells:
            self._long += 1
            self._first_long = self._first_long if self._long > 1 else (place, number)
        else:
            return True
        return False

    def _note_widths(self) -> None:
        short, long, notices, width = self._short, self._long, self._file.notices, len(self.header)
        if short == 1 or 0 < COMMON * short <= self._number:
            notices.note("short-rows", self._first_short[0], short, cells=self._first_short[1], columns=width)
        if 0 < long < self._number:
            notices.note("long-rows", self._first_long[0], long, cells=self._first_long[1], columns=width)

    def _is_none(self, cells: Sequence[str]) -> bool:
        """Whether a row holds nothing, or the head once more, as files that were put together have it."""
        if not cells or not cells[0].strip():
            return not cells or (len(self.header) > 1 and not "".join(cells).strip())
        width = len(self.written)
        return cells[0].strip() == self.written[0] and tuple(map(str.strip, cells[:width])) == self.written

    def _look_at(self, place: str, cells: Sequence[str]) -> str:
        """Notice what a row holds that is probably not meant; why it is bad, or ``""``."""
        if self._has_nul:
            return "this row holds bytes of nothing (NUL): the file is damaged here, or no text; export it again"
        if self._of_row and self._of_row[0][0] <= self._mended:
            self._file.notices.note("escaped-quotes", place)
        for cell in cells:
            lines = cell.split("\n")
            if _are_rows(lines[1:], self.separator, len(self.header) - 1):
                self._file.notices.note("swallowed-rows", place, lines=len(lines))
        return ""

    def _mend(self) -> bool:
        r"""Read a row again in which quotes are written ``\"``, as some databases do, with those doubled."""
        first, last = self._of_row[0][0], self._of_row[-1][0]
        cost = sum(len(line) + LINE_COST for _, line in self._of_row)
        new = [(at, line) for at, line in self._of_row if at > self._mended and _ESCAPED.search(line)]
        if not new or cost > self._left:
            return False
        mended = dict(self._of_row) | {at: _ESCAPED.sub(r'\1""', line) for at, line in new}
        self._left -= cost
        self._mended = last
        self._again.extendleft(reversed(mended.items()))
        self.line = first - 1
        return True

    def _go_back(self) -> str:
        """Begin again behind the first line of what is no row: a quote too many may have swallowed whole rows.

        Where too much was read again already, begin at its last line; what is passed over comes back, in words.
        """
        first, *others = self._of_row
        cost = sum(len(line) + LINE_COST for _, line in others)
        passed = ""
        if cost <= self._left:
            self._left -= cost
        elif len(others) > 1:
            passed = (
                f"; there are too many such quotes, so the lines to {others[-2][0]} are passed over: mend the export"
            )
            others = others[-1:]
        self._again.extendleft(reversed(others))
        self.line = others[0][0] - 1 if others else first[0]
        return passed

    def _read(self) -> Iterator[str]:
        while found := self._again.popleft() if self._again else next(self.lines, None):
            self._of_row.append(found)
            if len(self._of_row) > MOST_LINES:
                place = f"{self._file.name}:{self._of_row[0][0]}"
                raise HistoryError(place, f"a quote in this row is not closed within {MOST_LINES} lines: close it")
            self.line, line = found
            if _NUL in line:
                self._has_nul = True
            yield f"{line}\n"

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._read(), delimiter=self.separator, strict=True)

    def _head(self) -> tuple[str, ...]:
        """What the head names; at its end something."""
        try:
            names = [name.strip() for name in next(self._reader(), [])]
        except csv.Error as error:
            raise HistoryError(self._place, f"the head is no row of CSV: {_shown(error)}") from None
        if not any(names):
            raise HistoryError(self._place, _NO_HEAD)
        if len(names) == 1 and separator_in(names[0]):
            raise HistoryError(self._place, f"the head is a single cell, {quoted(names[0])}: {_ONE_CELL}")
        if self._has_nul:
            raise HistoryError(self._place, "the head holds bytes of nothing (NUL): this is no text")
        self._head_cells = len(names)
        while not names[-1]:
            names.pop()
        if len(names) > MOST_COLUMNS:
            raise HistoryError(self._place, f"the head has {len(names)} columns: at most {MOST_COLUMNS} are read")
        return tuple(names)


_NO_HEAD: Final = "there is no head: the first line names the columns"
_ONE_CELL: Final = "each line stands in quotes as a whole; export it without them"


def _are_rows(lines: Sequence[str], separator: str, number: int) -> bool:
    """Whether the lines of a cell behind its first look like rows: with as many separators as the head has.

    The last one may have fewer, since the cell ends in it; of a table of two columns it takes more of them. In a text
    there is a space behind each.
    """
    alike = sum(line.count(separator) == number > line.count(f"{separator} ") for line in lines)
    return alike >= max(1, len(lines) - 1, 3 - number)


def _shown(error: csv.Error) -> str:
    """What is wrong, in our words."""
    if "unexpected end" in str(error):
        return "a quote is not closed"
    if "limit" in str(error):
        return f"a cell is longer than {LONGEST_LINE} characters"
    return "behind the quote that ends a cell stands something else: double the quotes within it"
