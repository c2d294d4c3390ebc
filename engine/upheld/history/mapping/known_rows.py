"""Known rows: which tickets of an export had a row, and whether another row says the same, in a few bytes for each.

An export of one row per ticket may have millions, and none of them is needed again but to tell that an id
repeats. A dictionary of their ids would be most of what a replay holds.

    >>> known = KnownRows()
    >>> known.says_again("T-1", ("open", "high")), known.says_again("T-1", ("open", "high"))
    (None, True)
    >>> known.says_again("T-1", ("open", "low"))
    False
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable
from typing import Final

_SMALLEST: Final = 1 << 10
_FREE: Final = 0


class KnownRows:
    """A table of hashes of 64 bits with free places between them, two numbers a ticket.

    That two of a million ids have one hash happens to one export in thirty million; the second of them would be told
    as an id that repeats.
    """

    def __init__(self) -> None:
        self._number = 0
        self._tickets = array("q", bytes(8 * _SMALLEST))
        self._rows = array("q", bytes(8 * _SMALLEST))

    def says_again(self, ticket: str, row: Hashable) -> bool | None:
        """Whether the ticket's first row said the same; ``None`` where this is the first, known from now on."""
        key = hash(ticket) or 1
        place = self._place(key)
        if self._tickets[place] == key:
            return self._rows[place] == hash(row)
        self._tickets[place], self._rows[place] = key, hash(row)
        self._number += 1
        if 3 * self._number > 2 * len(self._tickets):
            self._grow()
        return None

    def _place(self, key: int) -> int:
        """Where a key stands, or would stand: the next place that is free."""
        tickets, last = self._tickets, len(self._tickets) - 1
        place = key & last
        while tickets[place] not in (key, _FREE):
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        tickets, rows = self._tickets, self._rows
        self._tickets, self._rows = (array("q", bytes(16 * len(tickets))) for _ in range(2))
        for key, row in zip(tickets, rows):
            if key != _FREE:
                place = self._place(key)
                self._tickets[place], self._rows[place] = key, row
