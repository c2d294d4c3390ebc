"""Arrivals: the records of a history put in the order in which they are charged.

Only accounts tie tickets together. So where a policy bills, records wait, and are decided
in the order of their instants, then of their tickets; those of one ticket keep the order
in which they arrived, since that is the order in which they count.

    >>> from upheld.core.instant import instant_of
    >>> arrivals = Arrivals()
    >>> for ticket, minute in (("T-2", 5), ("T-1", 9), ("T-2", 3), ("T-1", 10)):
    ...     arrivals.add(Event(ticket, instant_of(10**9 + 60 * minute), "work"))
    >>> [(event.ticket, event.at.minute - 46) for event in arrivals.drained()]
    [('T-2', 5), ('T-2', 3), ('T-1', 9), ('T-1', 10)]

Source: DESIGN section 3, "Determinism": a customer's charges are taken in the order (instant, ticket, seq).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from upheld.core.event import Event


class Arrivals:
    """Records that wait for their turn."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Event]] = {}

    def add(self, event: Event) -> None:
        """One more."""
        self._waiting.setdefault(event.ticket, deque()).append(event)

    def drained(self) -> Iterator[Event]:
        """All that wait, each in its turn; none waits afterwards."""
        waiting, self._waiting = self._waiting, {}
        heads = [(events[0].at_s, ticket) for ticket, events in waiting.items()]
        heapify(heads)
        while heads:
            _, ticket = heappop(heads)
            events = waiting[ticket]
            yield events.popleft()
            if events:
                heappush(heads, (events[0].at_s, ticket))
