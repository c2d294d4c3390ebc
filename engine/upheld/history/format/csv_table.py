r"""CSV: a head that names the columns, and a row for each line below.

What spreadsheets and trackers write differs in the sign between the cells, which is told
from the head, or from a first line ``sep=;``: a comma, a semicolon or a tab. Columns without a name at the end of the
head, where cells are empty, are none. A cell in quotes may go over several lines; a
row stands at the line on which it begins.

    >>> from io import BytesIO
    >>> log = b'ticket;at\nT-1;"2024-03-04\n10:00"\nT-2;a;b\n'
    >>> for found in rows(HistoryFile("log.csv", BytesIO(log))):
    ...     print(found)
    Row(place='log.csv:2', cells={'ticket': 'T-1', 'at': '2024-03-04\n10:00'})
    Bad(place='log.csv:4', problem='this row has 3 cells, and the head 2 columns: put a cell with a `;` in quotes')

Source: RFC 4180; DESIGN section 6, "History".
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import LONGEST_LINE, HistoryFile
from upheld.history.importer import Bad, Row

SEPARATORS: Final = ",;\t"
DECLARED: Final = re.compile(r"\s*\"?sep=([,;\t])\"?\s*", re.ASCII)
"""A first line that is no row, and says what stands between cells: some spreadsheets write and hide it."""
MOST_COLUMNS: Final = 1_000
MOST_LINES: Final = 10_000
"""Of one row; more are not the lines of a cell but a quote that nobody closed."""

MOST_AGAIN: Final = 5_000_000
"""Characters of a file that are read again, where a row was none: else lines that each open a quote would be read again
with each of them. Beyond that, lines are passed over."""
LINE_COST: Final = 40
"""What a line costs besides its characters, in characters."""


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each row below the head; lines that hold nothing are passed over. A cell that the row lacks is not there.

    Raises: HistoryError for a head that is none, and as the file's lines do.
    """
    table = Table(file)
    names = table.header
    for place, cells in table.cells():
        yield cells if isinstance(cells, Bad) else Row(place, dict(zip(names, cells)))


def begins(head: bytes) -> bool:
    """Whether a file that begins so has a head of several columns."""
    line = b"".join(head.removeprefix(BOM_UTF8).lstrip().splitlines()[:1])
    if not line or line[:1] in b"{[<" or any(byte < 32 and byte != 9 for byte in line):
        return False
    return any(each.encode() in line for each in SEPARATORS)


class Table:
    """A table that is being read.

    Attributes:
        header: The names of its columns.
        line: The line read last, from 1.

    Raises: HistoryError for a file without a head, or with a column twice.
    """

    def __init__(self, file: HistoryFile) -> None:
        self._file = file
        self.line = 0
        self.lines = file.lines()
        self._of_row: list[tuple[int, str]] = []
        self._again: deque[tuple[int, str]] = deque()
        self._left = MOST_AGAIN
        lines = self._read()
        head = self._first(lines)
        declared = DECLARED.fullmatch(head)
        head = self._first(lines) if declared is not None else head
        self._separator = declared[1] if declared is not None else max(SEPARATORS, key=head.count)
        csv.field_size_limit(LONGEST_LINE)
        self.header: tuple[str, ...] = tuple(self._head(head, lines))

    def _first(self, lines: Iterator[str]) -> str:
        """The next line that holds something; ``""`` where there is none."""
        found = ""
        while not found.strip() and (line := next(lines, "")):
            found = line
            del self._of_row[:-1]
        return found

    def cells(self) -> Iterator[tuple[str, Sequence[str] | Bad]]:
        """Each row with its place: as many cells as the head has columns, or fewer."""
        name, width = self._file.name, len(self.header)
        reader = self._reader(self._read())
        while True:
            before = self.line
            self._of_row.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                place = f"{name}:{before + 1}"
                yield place, Bad(place, f"this is no row of CSV: {_shown(error)}{self._go_back()}")
                reader = self._reader(self._read())
                continue
            if len(cells) <= width and cells:
                yield f"{name}:{before + 1}", cells
            elif cells and not "".join(cells[width:]).strip():
                yield f"{name}:{before + 1}", cells[:width]
            elif cells:
                place = f"{name}:{before + 1}"
                advice = f"put a cell with a `{self._separator}` in quotes"
                yield place, Bad(place, f"this row has {len(cells)} cells, and the head {width} columns: {advice}")

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
            self.line = found[0]
            yield f"{found[1]}\n"

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self._separator, strict=True)

    def _head(self, head: str, lines: Iterator[str]) -> Iterator[str]:
        seen: set[str] = set()
        place = f"{self._file.name}:{max(self.line, 1)}"
        try:
            names = [name.strip() for name in next(self._reader(_after(head, lines)), [])]
        except csv.Error as error:
            raise HistoryError(place, f"the head is no row of CSV: {_shown(error)}") from None
        if not any(names):
            raise HistoryError(place, "there is no head: the first line names the columns")
        while not names[-1]:
            names.pop()
        if len(names) > MOST_COLUMNS:
            raise HistoryError(place, f"the head has {len(names)} columns: at most {MOST_COLUMNS} are read")
        for number, name in enumerate(names, 1):
            if not name:
                raise HistoryError(place, f"column {number} has no name: give it one")
            if name in seen:
                raise HistoryError(place, f"column {quoted(name)} is there twice: rename one of them")
            seen.add(name)
            yield name


def _shown(error: csv.Error) -> str:
    return "a quote is not closed" if "unexpected end" in str(error) else str(error)


def _after(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines
