r"""The beginning of a table in CSV: what stands between its cells, and which line names its columns.

Both are told from the first lines together. A report has a title above its head, and a title has
commas of its own; so what stands between the cells is what the rows have in common. A line that
fills one cell, above a line that names as many columns as the rows below fill, is a title and is
passed over. Where it could be a head itself, it is asked which of the two it is.

    >>> found = beginning(["Tickets of March, 2026;;", "", "Ticket;Changed;Status", "T-1;02/03/2026;New"], "log.csv", 1)
    >>> found.separator, found.line, found.above
    (';', 3, 1)

Source: RFC 4180; DESIGN section 6; decision 0024.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from upheld.core.errors import HistoryError
from upheld.history.format.table.head import find_head

SEPARATORS: Final = ",;\t|"
"""In order of preference; the last one only where it shows clearly, since it stands in many texts."""
RARE: Final = "^~\x1f\x01"
"""Others that tools know, which are none of a text: taken where none of the former parts anything."""
DECLARED: Final = re.compile(r"\s*\"?sep=([^\w\s\"]|\t|\x1f)\"?\s*", re.ASCII)
"""A first line that is no row, and says what stands between cells: some spreadsheets write and hide it."""

_QUOTED: Final = re.compile(r'"[^"]*"')
_NAME: Final = re.compile(r"[^\W\d]")
"""How what names a column begins; what begins with a digit is an instant, a number or an id."""


class Beginning(NamedTuple):
    """What the first lines of a table tell.

    Attributes:
        separator: What stands between cells.
        line: The one that names the columns, from 1.
        above: How many lines that hold something are passed over above it.
    """

    separator: str
    line: int
    above: int


class _Row(NamedTuple):
    """A row of the first lines.

    Attributes:
        line: On which it begins, from 0 of those that were looked at.
        cells: What it holds.
    """

    line: int
    cells: list[str]


def beginning(lines: Sequence[str], name: str, first: int, declared: str = "") -> Beginning:
    """What the first lines of a table tell, of which the very first holds something.

    Args:
        name: Of the file, for places.
        first: The number of the first of these lines.
        declared: What stands between cells, where the file says so.

    Raises: HistoryError where two lines could be the head.
    """
    separator = declared or _separator(lines)
    rows = list(_rows(lines, separator))
    chosen = _head(rows, name, first) if rows else 0
    line = first + (rows[chosen].line if rows else 0)
    return Beginning(separator, line, sum(_filled(each.cells) > 0 for each in rows[:chosen]))


def separator_of(line: str) -> str:
    """What stands between the cells of a head, as far as it alone tells: what is there most, outside of quotes."""
    counts = Counter(each for each in _QUOTED.sub("", line) if each in SEPARATORS)
    others, bar = SEPARATORS[:-1], SEPARATORS[-1]
    likely = max(others, key=counts.__getitem__)
    return bar if counts[bar] > sum(counts[each] for each in others) else likely


def _separator(lines: Sequence[str]) -> str:
    """That of the first line, unless the rows below are no rows by it."""
    first = separator_of(lines[0])
    width, *below = _widths(lines, first) or [0]
    if first in _QUOTED.sub("", lines[0]) and width <= max(below, default=width):
        several = sum(number > 1 for number in below)
        if 2 * several >= len(below):
            return first
    likely = max(SEPARATORS, key=lambda each: (_alike(lines, each), each == first))
    if likely in lines[0]:
        return likely
    held = sum(bool(line.strip()) for line in lines)
    return next((each for each in RARE if _alike(lines, each) == held), likely)


def separator_in(cell: str) -> str:
    """What seems to stand between the cells that a single one holds; ``""`` for a name like any other."""
    found = separator_of(cell)
    names = [name.strip() for name in cell.split(found)]
    return found if len(names) > 2 and all(map(_NAME.match, names)) else ""


def _alike(lines: Sequence[str], separator: str) -> int:
    """How many rows are as wide as most are, by this separator; those of a single cell are none."""
    widths = Counter(_widths(lines, separator))
    return max((number for width, number in widths.items() if width > 1), default=0)


def _widths(lines: Sequence[str], separator: str) -> list[int]:
    """How many cells each row has up to the last that holds something; rows that hold nothing are left out."""
    held = ([bool(cell.strip()) for cell in each.cells] for each in _rows(lines, separator))
    return [len(cells) - cells[::-1].index(True) for cells in held if any(cells)]


def _rows(lines: Sequence[str], separator: str) -> Iterator[_Row]:
    """The first lines as rows, forgiving: what is no row of CSV is told once it is read."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=separator)
    line = 0
    try:
        for cells in reader:
            yield _Row(line, cells)
            line = reader.line_num
    except csv.Error:
        return


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _head(rows: Sequence[_Row], name: str, first: int) -> int:
    """Which row is the head: the first, or one below lines of a title. Raises: HistoryError."""
    found = find_head([each.cells for each in rows])
    start = next((index for index, each in enumerate(rows) if _filled(each.cells)), 0)
    if found is None or found.row <= start:
        return start
    above = max(_filled(each.cells) for each in rows[: found.row])
    if above >= _filled(rows[found.row].cells) or not _names(rows, found.row):
        return start
    if above > 1:
        line = first + rows[found.row].line
        advice = f"say `head: {line}` in the mapping (`--head {line}` to draft one), or {first} if it is not"
        problem = f"the head seems to be line {line}: {advice}"
        raise HistoryError(f"{name}:{first}", problem)
    return found.row


def _names(rows: Sequence[_Row], index: int) -> bool:
    """Whether a row names columns, and others are below that it could be the head of."""
    names = [cell.strip() for cell in rows[index].cells if cell.strip()]
    below = any(_filled(each.cells) for each in rows[index + 1 :])
    return below and len(set(names)) > 1 and all(map(_NAME.match, names))
