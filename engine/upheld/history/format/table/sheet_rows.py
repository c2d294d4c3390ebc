"""Rows of cells below a head, wherever the cells come from: a sheet, a page.

Source: DESIGN section 6, "History"; decision 0024.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.table.head import LOOKED_AT, Head, column_names, find_head
from upheld.history.importer import Bad, Row

MOST_COLUMNS: Final = 16_384
"""Of a sheet; no spreadsheet has more."""

SHEET: Final = "sheet"
"""How a mapping says which of several sheets is meant."""
Line = tuple[int, Sequence[str]]
"""Cells, and what people call the row."""


def rows_below(
    file: HistoryFile, lines: Iterable[Line], place_of: Callable[[int], str], width: int = 0
) -> Iterator[Row | Bad]:
    """Each row below the head; those that hold nothing, and those that say the head again, are passed over.

    Args:
        place_of: Where a row stands, by what people call it.
        width: How many columns there are at least, named or not.

    Raises: HistoryError where no row holds anything, or not the one that is said to be the head.
    """
    rest = iter(lines)
    first = list(islice(rest, LOOKED_AT))
    head = _head(file, first, width)
    number, titles = first[head.row]
    if len(head.names) > MOST_COLUMNS:
        raise HistoryError(place_of(number), f"the head has {len(head.names)} columns: at most {MOST_COLUMNS} are read")
    head.note(file.notices, place_of(number), number)
    names, again = head.names, [cell.strip() for cell in titles]
    for number, cells in chain(first[head.row + 1 :], rest):
        if not any(map(str.strip, cells)) or [cell.strip() for cell in cells] == again:
            continue
        if len(cells) > len(names) and any(map(str.strip, cells[len(names) :])):
            told = f"this row has {len(cells)} cells, and the head {len(names)} columns"
            yield Bad(place_of(number), f"{told}: give each column a name")
            continue
        if len(cells) < len(names):
            file.notices.note("short-rows", place_of(number), cells=len(cells), columns=len(names))
        yield Row(place_of(number), dict(zip(names, cells)))


def _head(file: HistoryFile, first: Sequence[Line], width: int) -> Head:
    """The head, said or found."""
    said = file.said.head
    if said:
        row = next((row for row, (number, _) in enumerate(first) if number == said), None)
        if row is None or not any(map(str.strip, first[row][1])):
            raise HistoryError(file.name, f"row {said} is said to be the head, and holds nothing: say another `head:`")
        return Head(row, *column_names(first[row][1], width), sum(any(cells) for _, cells in first[:row]))
    head = find_head([cells for _, cells in first], width)
    if head is None:
        raise HistoryError(file.name, "there is no table in it: no row holds anything")
    return head


def choose_sheet(file: HistoryFile, sizes: Mapping[str, int], hidden: Collection[str] = ()) -> str:
    """The sheet that is meant, or the only one with a table, where a cover has none and a hidden one is not meant.

    Args:
        sizes: How many rows of several cells each sheet has that holds anything.

    Raises: HistoryError where there is none, or several and nobody said which.
    """
    for likely in (
        {name: size for name, size in sizes.items() if size > 1 and name not in hidden},
        {name: size for name, size in sizes.items() if size > 1},
        sizes,
    ):
        if likely:
            return file.part.choose(file.name, SHEET, likely)
    raise HistoryError(file.name, "there is no table in it: no sheet holds anything")
