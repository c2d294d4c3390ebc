"""Spilled logs: what a replay knows of its tickets, the most recent in memory and the others on disk.

A replay of a million tickets decides one record after the other, and any of them may be of a ticket that
began the day before or a year ago. So a log that was not asked for in a while is written to a temporary
database and read again when a record of its ticket comes, or its verdict is due. Nothing else changes: the
verdicts are those of a replay that holds everything. The database is SQLite's own temporary one, which has no
name and goes with the process; so what is written are Python's own bytes, in a tenth of the time of JSON. Moves are
alike on most tickets: of their rows only numbers are written, so that those read back are the ones that others have.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from itertools import islice
from types import TracebackType
from typing import Any, Final

from upheld.core.replay.logs import lists_of, log_of
from upheld.core.replay.verdict import Brief, Log, Row
from upheld.history.sorting import no_room

MOST_RECORDS: Final = 1_000_000
"""Records whose logs all processes together hold, each in half a kilobyte: with all else some 700 MB at most."""
_MOVED: Final = [field.name for field in fields(Log)].index("moved")
_SETTINGS: Final = (
    "PRAGMA temp_store = FILE",
    "PRAGMA page_size = 16384",  # the log of a usual ticket fits into the row itself
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -16000",  # kilobytes
    "CREATE TABLE log (number INTEGER PRIMARY KEY, brief BLOB, written BLOB)",
)


class SpilledLogs:
    """Logs of which at most so many records are held; a context, since it may hold a file.

    Args:
        most: Records whose logs are held in memory.
    """

    def __init__(self, most: int = MOST_RECORDS) -> None:
        self._most = most
        self._held: dict[str, Log] = {}
        self._numbers: dict[str, int] = {}  # by ticket, of those that were written
        self._records = 0
        self._rows: list[Row] = []  # of moves, each once
        self._places: dict[int, int] = {}  # of these, by their `id`
        self._base: sqlite3.Connection | None = None

    @property
    def has_spilled(self) -> bool:
        """Whether some were written to disk."""
        return self._base is not None

    def found(self, ticket: str, records: int = 1) -> Log | None:
        """The log of a ticket, of which so many more records are decided. Raises: HistoryError for a full disk."""
        log = self._held.get(ticket)
        if log is None and ticket in self._numbers:
            log = self._read(ticket)
            self._hold(log)
        if log is not None:
            self._records += records
        return log

    def add(self, log: Log, records: int = 1) -> None:
        """Keep a new log, of which so many records are decided. Raises: HistoryError for a full disk."""
        self._hold(log)
        self._records += records

    def __len__(self) -> int:
        return len(self._held.keys() | self._numbers)

    def __iter__(self) -> Iterator[Log]:
        """All of them; what is changed about one that is not held is forgotten, so that nothing need be written."""
        yield from self._held.values()
        yield from (self._read(ticket) for ticket in self._numbers if ticket not in self._held)

    def in_brief(self, finish: Callable[[Log], None], rests: Callable[[Brief], bool]) -> Iterator[Brief]:
        """All of them in brief, once each is finished; one that rests is not read for it."""
        for log in self._held.values():
            finish(log)
            yield log.brief()
        for brief in self._written_in_brief():
            if brief.ticket in self._held:
                continue
            if rests(brief):
                yield brief
            else:
                log = self._read(brief.ticket)
                finish(log)
                yield log.brief()

    def drained(self) -> Iterator[Log]:
        """All of them in the order of their tickets' ids; each is let go of."""
        for ticket in sorted(self._held.keys() | self._numbers):
            yield self._held.pop(ticket) if ticket in self._held else self._read(ticket)
        self._numbers.clear()
        if self._base is not None:
            with _told():
                self._base.execute("DELETE FROM log")

    def _hold(self, log: Log) -> None:
        """Hold a log, the last that will be written; the first are, where there are too many."""
        if self._records >= self._most:
            self._spill(len(self._held) // 2 + 1)
        self._held[log.ticket] = log
        self._records += log.events

    def _spill(self, number: int) -> None:
        """Write the logs that have been held longest."""
        if self._base is None:
            self._base = _opened()
        logs = [*islice(self._held.values(), number)]
        with _told():
            self._base.executemany("INSERT OR REPLACE INTO log VALUES (?, ?, ?)", map(self._written, logs))
            self._base.commit()
        for log in logs:
            del self._held[log.ticket]
            self._records -= log.events

    def _written(self, log: Log) -> tuple[int, bytes, bytes]:
        """The row of a log: the number of its ticket, which it keeps, the log in brief and all of it."""
        values = lists_of(log)
        values[_MOVED] = [(seq, at_s, self._place_of(row)) for seq, at_s, row in log.moved]
        number = self._numbers.setdefault(log.ticket, len(self._numbers))
        return number, marshal.dumps(tuple(log.brief())), marshal.dumps(values)

    def _place_of(self, row: Row) -> int:
        place = self._places.get(id(row))
        if place is None:
            place = self._places[id(row)] = len(self._rows)
            self._rows.append(row)  # held, so that nothing else becomes what it is
        return place

    def _read(self, ticket: str) -> Log:
        assert self._base is not None, "it was written"
        with _told():
            asked = "SELECT written FROM log WHERE number = ?"
            [written] = self._base.execute(asked, (self._numbers[ticket],)).fetchone()
        values: list[Any] = marshal.loads(written)
        values[_MOVED] = [(seq, at_s, self._rows[place]) for seq, at_s, place in values[_MOVED]]
        return log_of(values)

    def _written_in_brief(self) -> Iterator[Brief]:
        """The logs on disk, in brief, each as it was written."""
        if self._base is not None:
            with _told():
                for [brief] in self._base.execute("SELECT brief FROM log"):
                    yield Brief(*marshal.loads(brief))

    def __enter__(self) -> SpilledLogs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._base is not None:
            self._base.close()


def _opened() -> sqlite3.Connection:
    with _told():
        base = sqlite3.connect("")
        for setting in _SETTINGS:
            base.execute(setting)
        return base


@contextmanager
def _told() -> Iterator[None]:
    """A full disk is told as such."""
    try:
        yield
    except sqlite3.Error as error:
        raise no_room(error) from None
