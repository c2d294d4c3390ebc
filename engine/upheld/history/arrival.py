"""Arrivals: whether the records of a history stand newest first, as most lists are exported.

Taken as they stand, all but the last record of each ticket would be refused. Nothing is lost by taking them in the
order of their instants, where no ticket ever goes forward; those of one instant then stand newest first, too.

    >>> going_back([("T-1", 30), ("T-2", 25), ("T-1", 20), ("T-1", 20)]), going_back([("T-1", 30), ("T-1", 40)])
    (1, 0)

Source: DESIGN section 6, "History, in order of arrival"; decision 0024.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

LOOKED_AT: Final = 10_000
"""Records by which it is told."""


def going_back(records: Iterable[tuple[str, int]]) -> int:
    """How many tickets go back in time from one of their records to the next; 0 where one goes forward, too.

    Args:
        records: The ticket and the instant of each, as they stand.
    """
    last: dict[str, int] = {}
    back: set[str] = set()
    for ticket, at_s in records:
        before_s = last.get(ticket, at_s)
        if at_s > before_s:
            return 0
        if at_s < before_s:
            back.add(ticket)
        last[ticket] = at_s
    return len(back)
