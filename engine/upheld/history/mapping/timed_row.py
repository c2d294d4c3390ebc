"""Timed rows: rows whose ticket and instant are known, in the order in which they count.

An export need not be in order, nor say everything once. Whether its rows are sorted and
whether a row that is there twice counts twice is for the mapping to say; what is done is
done here, ticket by ticket. Rows of one instant keep the order of the file.

An export of snapshots has a row for each time somebody saved the record, with all it held
then. What happened is the difference to the row before.

An export of tickets has one row for each, with the instants of what happened in columns. There
a row becomes one for each of them.

    >>> first = Timed("log.csv:2", "T-1", 0, {"state": "New", "priority": "3"})
    >>> second = Timed("log.csv:3", "T-1", 60, {"state": "Resolved", "priority": "3"})
    >>> [(row.cells["field"], row.cells["from"], row.cells["to"])
    ...  for row in changes(iter([first, second]), ("state", "priority"), frozenset(), Tally())]
    [('state', '', 'New'), ('priority', '', '3'), ('state', 'New', 'Resolved')]
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from upheld.core.nearest import listed, nearest, quoted
from upheld.history.importer import Bad, Row
from upheld.history.mapping.cell import Cell, Cells, Unknown
from upheld.history.mapping.known_rows import KnownRows
from upheld.history.mapping.mapping import INSTANT_COLUMN, HistoryMapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.ticket_id import TicketIds
from upheld.history.mapping.wall_clock import WallClock
from upheld.history.notice import Notices
from upheld.history.sorting import MOST_HELD, SpillingSort

_REPEATED: Final = (
    "has a row already, and this one says something else: give what tells tickets apart, as in "
    "`ticket: [project, id]`, or keep one version of each"
)


class Timed(NamedTuple):
    """A row of a ticket at an instant, in seconds since 1970 UTC."""

    place: str
    ticket: str
    at_s: int
    cells: Cells


def timed(rows: Iterator[Row | Bad], ticket: Cell, at: Cell, clock: WallClock) -> Iterator[Timed | Bad]:
    """Each row with its ticket and instant; one that lacks either is bad."""
    last: dict[str, int] = {}
    read_ticket, text_of, ids = ticket.reader(), at.text, TicketIds(clock.notices)
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
        key = ids.of(name, row.place)
        at_s = clock.instant(written, last.get(key), row.place)
        if isinstance(at_s, str):
            yield Bad(row.place, at_s)
        else:
            if clock.repeats_near(at_s):
                last[key] = at_s
            elif last:
                last.pop(key, None)
            yield Timed(row.place, key, at_s, row.cells)


def unfolded(
    rows: Iterator[Row | Bad], mapping: HistoryMapping, clock: WallClock, tally: Tally
) -> Iterator[Timed | Bad]:
    """A row for each instant that a row of a ticket holds, with the whole beside it, in the order of time.

    Instants that are the same keep the order in which the mapping lists them. A row of a ticket that had one says
    nothing new, and is dropped, or it says something else, and is bad: which of them holds nobody can know.
    """
    read_ticket, columns = mapping.ticket.reader(), tuple(mapping.columns())
    known, ids = KnownRows(), TicketIds(clock.notices)
    for row in rows:
        if isinstance(row, Bad):
            yield row
            continue
        name = read_ticket(row.cells)
        if name is None or isinstance(name, Unknown):
            yield Bad(row.place, _nothing(mapping.ticket, row))
            continue
        ticket = ids.of(name, row.place)
        found = _instants(row, ticket, mapping, clock)
        if isinstance(found, Bad):
            yield found
            continue
        again = known.says_again(ticket, tuple(map(row.cells.get, columns)))
        if again is None:
            _note_backwards(found, tally.notices)
            yield from sorted(found, key=lambda each: each.at_s)
            continue
        tally.notices.note("repeated-id", row.place, ticket=ticket)
        if again:
            tally.duplicates += 1
        else:
            yield Bad(row.place, f"{quoted(ticket)} {_REPEATED}")


def _instants(row: Row, ticket: str, mapping: HistoryMapping, clock: WallClock) -> list[Timed] | Bad:
    """The rows that a row of a ticket becomes; a ticket is read whole or not at all."""
    found: list[Timed] = []
    for column in mapping.rows_from:
        text = row.cells.get(column, "").strip()
        if not text or text in mapping.nulls:
            continue
        before = found[-1] if found else None
        at_s = clock.instant(text, None if before is None else before.at_s, row.place)
        if isinstance(at_s, str):
            return Bad(row.place, at_s)
        found.append(Timed(row.place, ticket, at_s, {**row.cells, INSTANT_COLUMN: column}))
    if not found:
        columns = " or ".join(f"`{column}`" for column in mapping.rows_from)
        return Bad(row.place, f"this row has no instant in {columns}: a ticket needs one")
    return found


def _note_backwards(rows: Sequence[Timed], notices: Notices) -> None:
    """Note what lies before the instant that is listed before it."""
    for before, row in zip(rows, rows[1:]):
        if row.at_s < before.at_s:
            column, listed_before = row.cells[INSTANT_COLUMN], before.cells[INSTANT_COLUMN]
            notices.note("backwards", row.place, column=column, before=listed_before)


def _nothing(cell: Cell, row: Row) -> str:
    """Why a row is bad that does not say its ticket or its instant; a column misspelt is the likeliest reason."""
    columns = " or ".join(f"`{column}`" for column in cell.columns) or "the constant"
    if not any(column in row.cells for column in cell.columns):
        near = nearest(cell.columns[0], row.cells) if cell.columns else None
        advice = f"did you mean {quoted(near)}?" if near else f"there are {listed(row.cells) or 'none'}"
        return f"this row has no {columns} ({advice}): a record needs its ticket and its instant"
    return f"{columns} holds nothing: a record needs its ticket and its instant"


def by_time(
    rows: Iterator[Timed | Bad],
    columns: Collection[str] | None = None,
    *,
    newest_first: bool = False,
    most: int = MOST_HELD,
) -> Iterator[Timed | Bad]:
    """The same, where the rows of each ticket stand together and in order; what is bad comes first.

    Tickets come in the order in which each was met first. Many rows are sorted on disk.

    Args:
        columns: Those whose cells are still needed; by default all.
        newest_first: Whether those of one instant come in the opposite order.
    """
    numbers: dict[str, int] = {}

    def place(row: Timed) -> tuple[int, int]:
        return numbers.setdefault(row.ticket, len(numbers)), row.at_s

    with SpillingSort(place, _text, _row, most=most, newest_first=newest_first) as sorting:
        for row in rows:
            if isinstance(row, Bad):
                yield row
                continue
            if columns is not None:
                row = row._replace(cells={name: row.cells[name] for name in columns if name in row.cells})
            sorting.add(row)
        yield from sorting.sorted()


def _text(row: Timed) -> str:
    return json.dumps((row.place, row.ticket, row.at_s, dict(row.cells)))


def _row(text: str) -> Timed:
    return Timed(*json.loads(text))


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


def changes(
    rows: Iterator[Timed | Bad], columns: Sequence[str], nulls: frozenset[str], tally: Tally
) -> Iterator[Timed | Bad]:
    """A row for each change in these columns, with the whole record beside it, in the order of ``columns``.

    Args:
        nulls: The spellings of nothing: from one to another nothing changes.
    """
    before: dict[str, tuple[str, ...]] = {}
    blank = ("",) * len(columns)
    for row in rows:
        if isinstance(row, Bad):
            yield row
            continue
        texts = [row.cells.get(column, "").strip() for column in columns]
        after = tuple("" if text in nulls else text for text in texts)
        old = before.get(row.ticket, blank)
        before[row.ticket] = after
        tally.unchanged += old == after
        for column, held, holds in zip(columns, old, after, strict=True):
            if held != holds:
                change = {"field": column, "from": held, "to": holds}
                yield row._replace(cells={**row.cells, **change})
