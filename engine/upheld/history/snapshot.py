"""Snapshots: rows that are whole records of a ticket, and the changes that lie between them.

An export of snapshots has a row for each time somebody saved the record, with all it held
then. What happened is the difference to the row before.

    >>> first = Timed("log.csv:2", "T-1", 0, {"state": "New", "priority": "3"})
    >>> second = Timed("log.csv:3", "T-1", 60, {"state": "Resolved", "priority": "3"})
    >>> [(row.cells["field"], row.cells["from"], row.cells["to"])
    ...  for row in changes(iter([first, second]), ("state", "priority"), frozenset(), Tally())]
    [('state', '', 'New'), ('priority', '', '3'), ('state', 'New', 'Resolved')]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.history.row import Bad
from upheld.history.tally import Tally
from upheld.history.timed_row import Timed


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
