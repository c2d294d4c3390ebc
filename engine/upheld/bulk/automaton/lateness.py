"""Lateness: which records lie before what last happened to their ticket.

What a decision takes from instants is little, and this is most of it. It is looked at for every record of a ticket
whose records go back in time somewhere, and for no others.

Source: DESIGN section 3, step 1: `out-of-order`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from upheld.bulk.answers.statuses import NO_TICKET
from upheld.bulk.keys.records import Bools, Int32s, Int64s, Records

NONE_YET: Final = -(2**62)
_NOWHERE: Final[Int64s] = np.zeros(0, np.int64)


class Lateness:
    """Which records lie before what last happened to their ticket.

    Attributes:
        watches: Whether the records of any ticket go back in time.
    """

    def __init__(self, records: Records) -> None:
        at_s, ticket = records.at_s, records.ticket
        falls = np.flatnonzero((at_s[1:] < at_s[:-1]) & (ticket[1:] == ticket[:-1])) + 1
        self._at_s = at_s
        self._watched = np.zeros(len(records.first) - 1, bool)
        self._watched[ticket[falls]] = True
        self.watches = bool(len(falls))
        self._last_s = np.full(len(records.first) - 1, NONE_YET, np.int64)
        self._rows: list[Int64s] = []
        self._before: list[Int64s] = []

    def tardy(self, active: Int64s, rows: Int64s, now: Int32s) -> Int64s:
        """The places of late records among those of some tickets."""
        if not self.watches:
            return _NOWHERE
        last_s = self._last_s[active]
        found = np.flatnonzero((self._at_s[rows] < last_s) & (now != NO_TICKET))
        if len(found):
            self._rows.append(rows[found])
            self._before.append(last_s[found])
        return found

    def go_on(self, active: Int64s, at_s: Int64s, on: Bools) -> None:
        """Something happened to some tickets, at an instant for each."""
        if self.watches:
            there = np.flatnonzero(on & self._watched[active])
            self._last_s[active[there]] = at_s[there]

    def result(self) -> tuple[Int64s, Int64s]:
        """The late records, and when something had last happened to their tickets."""
        if not self._rows:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(self._rows), np.concatenate(self._before)
