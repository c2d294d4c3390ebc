"""Batches: some hundred events as bytes, from the process that reads them to the one that decides them.

Most records of a batch say the same as others of it but for their ticket and their instant, so what they say besides
is written once.

    >>> from upheld.core.time.instant import instant_of
    >>> event = Event("T-1", instant_of(10**9), "work", actor="agent:kim", data={"minutes": 5})
    >>> opened(packed([event, event])) == [event, event]
    True
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from itertools import starmap
from typing import Final

from upheld.core.record.event import Event, Said, checked_event
from upheld.core.time.instant import instant_of

SIZE: Final = 500
"""Events of a batch."""


def packed(events: Sequence[Event]) -> bytes:
    """The events as bytes; those of this Python alone can be read again."""
    numbers: dict[object, int] = {}
    said: list[tuple[object, ...]] = []
    which: list[int] = []
    for event in events:
        own = (event.event, event.actor, event.channel, event.customer, event.state, event.role)
        number = numbers.setdefault((own, id(event.data)), len(said))
        if number == len(said):
            said.append((*own[:4], _plain(event.data), *own[4:]))
        which.append(number)
    content = [each.ticket for each in events], [each.at_s for each in events], which, said
    return marshal.dumps(content)


def opened(batch: bytes) -> list[Event]:
    """The events that were packed; a fraction of a second is gone, since nothing counts by it."""
    tickets, instants, which, said = marshal.loads(batch)
    saying: list[Said] = [*starmap(_said, said)]
    return [
        checked_event(ticket, instant_of(at_s), at_s, saying[number])
        for ticket, at_s, number in zip(tickets, instants, which, strict=True)
    ]


def _plain(data: object) -> dict[object, object]:
    return dict(data) if data.__class__ is not dict else data  # type: ignore[call-overload]


def _said(*said: object) -> Said:
    return said  # type: ignore[return-value]
