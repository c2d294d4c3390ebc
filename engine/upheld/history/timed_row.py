"""Timed rows: rows whose ticket and instant are known, in the order in which they count.

An export need not be in order, nor say everything once. Whether its rows are sorted and
whether a row that is there twice counts twice is for the mapping to say; what is done is
done here, ticket by ticket. Rows of one instant keep the order of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from upheld.core.nearest import nearest, quoted
from upheld.history.cell import Cell, Cells, Unknown
from upheld.history.row import Bad, Row
from upheld.history.tally import Tally
from upheld.history.wall_clock import WallClock


class Timed(NamedTuple):
    """A row of a ticket at an instant, in seconds since 1970 UTC."""

    place: str
    ticket: str
    at_s: int
    cells: Cells


def timed(rows: Iterator[Row | Bad], ticket: Cell, at: Cell, clock: WallClock) -> Iterator[Timed | Bad]:
    """Each row with its ticket and instant; one that lacks either is bad."""
    last: dict[str, int] = {}
    read_ticket, text_of = ticket.reader(), at.text
    for row in rows:
        if isinstance(row, Bad):
            yield row
            continue
        name = read_ticket(row.cells)
        _, written = text_of(row.cells)
        if name is None or not written or isinstance(name, Unknown):
            missing = ticket if name is None or isinstance(name, Unknown) else at
            yield Bad(row.place, _nothing(missing, row))
            continue
        key = str(name)
        at_s = clock.instant(written, last.get(key))
        if isinstance(at_s, str):
            yield Bad(row.place, at_s)
        else:
            last[key] = at_s
            yield Timed(row.place, key, at_s, row.cells)


def _nothing(cell: Cell, row: Row) -> str:
    """Why a row is bad that does not say its ticket or its instant; a column misspelt is the likeliest reason."""
    columns = " or ".join(f"`{column}`" for column in cell.columns) or "the constant"
    near = [nearest(column, row.cells) for column in cell.columns if column not in row.cells]
    hint = f" (did you mean {quoted(near[0])}?)" if near and near[0] else ""
    return f"{columns} holds nothing{hint}: a record needs its ticket and its instant"


def by_time(rows: Iterator[Timed | Bad], columns: Collection[str] | None = None) -> Iterator[Timed | Bad]:
    """The same, where the rows of each ticket stand together and in order; what is bad comes first.

    Args:
        columns: Those whose cells are still needed, since all rows are held in memory; by default all.
    """
    tickets: dict[str, list[Timed]] = {}
    for row in rows:
        if isinstance(row, Bad):
            yield row
            continue
        if columns is not None:
            row = row._replace(cells={name: cell for name, cell in row.cells.items() if name in columns})
        tickets.setdefault(row.ticket, []).append(row)
    for name in list(tickets):
        yield from sorted(tickets.pop(name), key=lambda row: row.at_s)


def once(rows: Iterator[Timed | Bad], tally: Tally) -> Iterator[Timed | Bad]:
    """The same, where a row that its ticket has several times at one instant comes once; all its cells count."""
    seen: dict[str, tuple[int, set[frozenset[tuple[str, str]]]]] = {}
    for row in rows:
        if isinstance(row, Bad):
            yield row
            continue
        cells = frozenset(row.cells.items())
        at_s, known = seen.get(row.ticket, (None, None))
        if known is None or at_s != row.at_s:
            seen[row.ticket] = row.at_s, {cells}
        elif cells in known:
            tally.duplicates += 1
            continue
        else:
            known.add(cells)
        yield row
