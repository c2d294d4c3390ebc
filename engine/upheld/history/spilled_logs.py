"""Spilled logs: what a replay knows of its tickets, the most recent in memory and the others on disk.

A replay of a million tickets decides one record after the other, and any of them may be of a ticket that
began the day before or a year ago. So a log that was not asked for in a while is written to a temporary
database and read again when a record of its ticket comes, or its verdict is due. Nothing else changes: the
verdicts are those of a replay that holds everything. The database is SQLite's own temporary one, which has no
name and goes with the process; so what is written are Python's own bytes, in a tenth of the time of JSON.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from operator import itemgetter
from types import TracebackType
from typing import Final

from upheld.core.replay.logs import lists_of, log_of
from upheld.core.replay.verdict import Log
from upheld.history.sorting import no_room

MOST_RECORDS: Final = 250_000
"""Records whose logs are held in memory, each a little less than a kilobyte: with all else some 300 MB at most."""
_AT_ONCE: Final = 1_000
_SETTINGS: Final = (
    "PRAGMA temp_store = FILE",
    "PRAGMA page_size = 16384",  # the log of a usual ticket fits into the row itself
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -16000",  # kilobytes
    "CREATE TABLE log (ticket TEXT PRIMARY KEY, written BLOB) WITHOUT ROWID",
)


class SpilledLogs:
    """Logs of which at most so many records are held; a context, since it may hold a file.

    Args:
        most: Records whose logs are held in memory.
    """

    def __init__(self, most: int = MOST_RECORDS) -> None:
        self._most = most
        self._held: dict[str, Log] = {}
        self._read_back: set[str] = set()  # held again, so that what is written of them is out of date
        self._records = 0
        self._base: sqlite3.Connection | None = None

    @property
    def has_spilled(self) -> bool:
        """Whether some were written to disk."""
        return self._base is not None

    def found(self, ticket: str, records: int = 1) -> Log | None:
        """The log of a ticket, of which so many more records are decided. Raises: HistoryError for a full disk."""
        log = self._held.get(ticket)
        if log is None and self._base is not None:
            log = self._read(self._base, ticket)
            if log is not None:
                self._hold(log)
        if log is not None:
            self._records += records
        return log

    def add(self, log: Log, records: int = 1) -> None:
        """Keep a new log, of which so many records are decided. Raises: HistoryError for a full disk."""
        self._hold(log)
        self._records += records

    def __len__(self) -> int:
        if self._base is None:
            return len(self._held)
        with _told():
            [number] = self._base.execute("SELECT count(*) FROM log").fetchone()
        return int(number) - len(self._read_back) + len(self._held)

    def __iter__(self) -> Iterator[Log]:
        """All of them; what is changed about one that is not held is forgotten, so that nothing need be written."""
        yield from self._held.values()
        if self._base is not None:
            yield from (_log_of(written) for _, written in self._written(self._base))

    def drained(self) -> Iterator[Log]:
        """All of them in the order of their tickets' ids; each is let go of."""
        held: list[tuple[str, bytes]] = [(ticket, b"") for ticket in sorted(self._held)]
        written = iter(()) if self._base is None else self._written(self._base)
        for ticket, found in merge(held, written, key=itemgetter(0)):
            yield _log_of(found) if found else self._held.pop(ticket)
        self._read_back.clear()
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
            rows = ((log.ticket, marshal.dumps(lists_of(log))) for log in logs)
            self._base.executemany("INSERT OR REPLACE INTO log VALUES (?, ?)", rows)
            self._base.commit()
        for log in logs:
            del self._held[log.ticket]
            self._records -= log.events
            self._read_back.discard(log.ticket)

    def _read(self, base: sqlite3.Connection, ticket: str) -> Log | None:
        with _told():
            row = base.execute("SELECT written FROM log WHERE ticket = ?", (ticket,)).fetchone()
        if row is None:
            return None
        self._read_back.add(ticket)
        return _log_of(row[0])

    def _written(self, base: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
        """The logs that are on disk alone, by the ids of their tickets, in their order, which is that of UTF-8."""
        last, again = "", self._read_back
        while True:
            with _told():
                asked = "SELECT ticket, written FROM log WHERE ticket > ? ORDER BY ticket LIMIT ?"
                rows = base.execute(asked, (last, _AT_ONCE)).fetchall()
            if not rows:
                return
            yield from (row for row in rows if row[0] not in again)
            last = rows[-1][0]

    def __enter__(self) -> SpilledLogs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._base is not None:
            self._base.close()


def _log_of(written: bytes) -> Log:
    return log_of(marshal.loads(written))


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
