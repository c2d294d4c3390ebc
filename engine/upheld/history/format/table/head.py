"""The head of a table: which row names the columns, and what they are called.

Reports have lines above the head, and exports call several columns alike, or one nothing. All such
tables are read: the head is the first row that names about as many columns as the rows below it fill,
the second of several alike is called ``Labels 2``, and a column without a name ``column 5``.

    >>> head = find_head([["Tickets of March", "", ""], [], ["Key", "Labels", "Labels"], ["T-1", "a", "b"]])
    >>> head.row, head.names, head.repeated
    (2, ('Key', 'Labels', 'Labels 2'), (('Labels', 'Labels 2'),))

Source: DESIGN section 6, "History"; decision 0024.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, count
from statistics import median_high
from typing import Final, NamedTuple

from upheld.history.notice import Notices

LOOKED_AT: Final = 100
"""Rows among which a head is looked for; a caller hands over so many, or all there are."""

_LINE_END: Final = re.compile(r"[\r\n\u2028]")

Cells = Sequence[str]


class Head(NamedTuple):
    """Where the head of a table is, and what it says.

    Attributes:
        row: Which of the rows it is, from 0.
        names: What the columns are called, each otherwise.
        repeated: Which names stood there again, and what such a column is called.
        above: How many rows that hold something stand above it.
    """

    row: int
    names: tuple[str, ...]
    repeated: tuple[tuple[str, str], ...]
    above: int

    def note(self, notices: Notices, place: str, line: int) -> None:
        """Tell what was made of it; ``line`` is what people call its row."""
        if self.above:
            notices.note("title-lines", place, lines=self.above, head=line)
        for column, called in self.repeated:
            notices.note("repeated-column", place, column=column, called=called)


def find_head(rows: Sequence[Cells], width: int = 0) -> Head | None:
    """The head among the first rows of a table, of which some may be empty; ``None`` where none holds anything.

    Args:
        rows: The first `LOOKED_AT`, from the very first.
        width: How many columns the table has at least, named or not.
    """
    filled = [sum(map(_is_filled, cells)) for cells in rows]
    several = [number for number in filled if number > 1]
    needed = -(-3 * median_high(several) // 4) if several else 1
    candidates = [index for index, number in enumerate(filled) if number >= needed]
    if not candidates:
        return None
    index = next((each for each in candidates if not _stands_apart(each, filled)), candidates[0])
    names, repeated = column_names(rows[index], width)
    return Head(index, names, repeated, sum(map(bool, filled[:index])))


def column_names(cells: Cells, width: int = 0) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """What the columns below a head are called, and which of these names were there already, with what they became.

    Columns at its end that have no name are none, unless the table is known to have so many.
    """
    written = [" ".join(filter(None, map(str.strip, _LINE_END.split(cell)))) for cell in cells]
    while len(written) > width and not written[-1]:
        written.pop()
    written += [""] * (width - len(written))
    taken = set(written)
    seen: set[str] = set()
    names, repeated = [], []
    for number, name in enumerate(written, 1):
        called = name
        if not name:
            called = _free(f"column {number}", taken)
        elif name in seen:
            called = _free(name, taken)
            repeated.append((name, called))
        seen.add(name)
        taken.add(called)
        names.append(called)
    return tuple(names), tuple(repeated)


def _is_filled(cell: str) -> bool:
    return bool(cell) and not cell.isspace()


def _free(name: str, taken: set[str]) -> str:
    """The name, or else the name with the first number that makes it another than all that are taken."""
    return next(each for each in chain([name], (f"{name} {number}" for number in count(2))) if each not in taken)


def _stands_apart(index: int, filled: Sequence[int]) -> bool:
    """Whether an empty row parts it from what is below: a title of several cells, not the head of a table."""
    below = filled[index + 1 :]
    if not below or below[0] or 2 * below.count(0) >= len(below):
        return False
    return next(filter(None, below), 0) >= filled[index]
