"""Logs: where a replay keeps what it knows of each ticket.

In memory, unless somebody gives a place that holds more of them. A log is found again and
changed as its records come, and let go of with its verdict, in the order of the tickets' ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from upheld.core.replay.verdict import Log


class Logs(Protocol):
    """The logs of a replay, by ticket. What somebody changes about a log that was found stays so."""

    def found(self, ticket: str, records: int = 1) -> Log | None:
        """The log of a ticket, of which so many more records are decided."""

    def add(self, log: Log, records: int = 1) -> None:
        """Keep a new log, of which so many records are decided."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[Log]:
        """All of them, in no order that means anything, to be looked at; what is changed meanwhile may be forgotten."""

    def drained(self) -> Iterator[Log]:
        """All of them in the order of their tickets' ids; each is let go of."""


class HeldLogs:
    """Logs in memory."""

    def __init__(self) -> None:
        self._logs: dict[str, Log] = {}

    def found(self, ticket: str, records: int = 1) -> Log | None:
        """The log of a ticket."""
        return self._logs.get(ticket)

    def add(self, log: Log, records: int = 1) -> None:
        """Keep a new log."""
        self._logs[log.ticket] = log

    def __len__(self) -> int:
        return len(self._logs)

    def __iter__(self) -> Iterator[Log]:
        return iter(self._logs.values())

    def drained(self) -> Iterator[Log]:
        """All of them in the order of their tickets' ids; each is let go of."""
        for ticket in sorted(self._logs):
            yield self._logs.pop(ticket)
