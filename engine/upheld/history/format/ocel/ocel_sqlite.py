"""OCEL 2.0 in SQLite: tables of events and objects, and one for each type of either.

The file comes from a stranger. It is opened to be read alone; nothing in it is run: no view, no trigger and no
function of its schema, and no table but those of the format. Its work is counted, and ends at a limit.

Source: OCEL 2.0 specification (arXiv:2403.01975), section 4; sqlite.org, "Defense Against The Dark Arts".
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.foreign import what_it_is
from upheld.history.format.ocel.object_log import LogEvent, LogObject, ObjectLog
from upheld.history.format.table.cell_text import text_of
from upheld.history.importer import Bad

SIGNATURE: Final = b"SQLite format 3\0"
LARGEST: Final = 2**30
"""Bytes of a database: 1 GiB."""
LONGEST: Final = 1_000_000
"""Bytes of a value."""
FREE_STEPS: Final = 20_000_000
STEPS_A_BYTE: Final = 20
"""Steps of SQLite's machine that may go into a byte of the file; a plain table takes less than one."""

_NEEDED: Final = ("event", "object", "event_object")
_STEPS: Final = 100_000


def begins(head: bytes) -> bool:
    """Whether a file that begins so is a database of SQLite."""
    return head.startswith(SIGNATURE)


def read(file: HistoryFile, log: ObjectLog) -> Iterator[Bad]:
    """Everything in a file, into the log, and what could not be read. Raises: HistoryError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log")
        with path.open("wb") as target:
            shutil.copyfileobj(file.stream(), target)
            size = target.tell()
        if size > LARGEST:
            raise HistoryError(file.name, f"this is more than {LARGEST // 2**30} GiB: export fewer events")
        database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        tables = _Tables(file.name, database, size, log)
        try:
            yield from tables.read()
        except (sqlite3.Error, UnicodeError):
            endless = "reading this database takes far more than its size explains: it is not read on"
            told = endless if tables.is_spent else "this database is damaged: export it again"
            raise HistoryError(file.name, told) from None
        finally:
            database.close()


def _authorized(action: int, first: str | None, *others: str | None) -> int:
    """Whether something may be done: tables be read, and their columns be listed."""
    reads = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    lists = action == sqlite3.SQLITE_PRAGMA and first == "table_xinfo"
    return sqlite3.SQLITE_OK if reads or lists else sqlite3.SQLITE_DENY


class _Tables:
    """The tables of a log."""

    def __init__(self, name: str, database: sqlite3.Connection, size: int, log: ObjectLog) -> None:
        self._name = name
        self._database = database
        self._log = log
        self._left = (FREE_STEPS + STEPS_A_BYTE * size) // _STEPS
        database.set_progress_handler(self._step, _STEPS)
        for limit, most in (
            (sqlite3.SQLITE_LIMIT_LENGTH, LONGEST),
            (sqlite3.SQLITE_LIMIT_COLUMN, 1_000),
            (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
            (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20),
        ):
            database.setlimit(limit, most)
        database.text_factory = lambda data: data.decode(errors="replace")
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
            database.execute(f"PRAGMA {pragma}")
        database.set_authorizer(_authorized)

    @property
    def is_spent(self) -> bool:
        """Whether as much was done as may be."""
        return self._left < 0

    def _step(self) -> bool:
        self._left -= 1
        return self.is_spent

    def read(self) -> Iterator[Bad]:
        """Everything in them, into the log."""
        schema = self._database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        tables = {name for name, sql in schema if isinstance(sql, str) and sql.upper().startswith("CREATE TABLE")}
        if not tables.issuperset(_NEEDED):
            raise HistoryError(self._name, what_it_is(SIGNATURE))
        kinds = dict(self._rows("object", "ocel_id", "ocel_type"))
        for object_id, kind in kinds.items():
            self._log.add_object(object_id, kind)
        for table in self._of("object", kinds.values(), tables):
            yield from self._changes(table)
        related: dict[str, list[tuple[str, str]]] = {}
        for event_id, object_id, how in self._rows("event_object", "ocel_event_id", "ocel_object_id", "ocel_qualifier"):
            self._log.hold(1)
            related.setdefault(event_id, []).append((object_id, how))
        events = dict(self._rows("event", "ocel_id", "ocel_type"))
        told = {}
        for table in self._of("event", events.values(), tables):
            for event_id, at, values in self._details(table):
                self._log.hold(1 + len(values))
                told[event_id] = at, values
        for number, (event_id, kind) in enumerate(events.items(), 1):
            place = f"{self._name}: event {number}"
            at, values = told.get(event_id, ("", {}))
            if not at:
                yield Bad(place, f"event {quoted(event_id)} has no time: the table of its type lacks it")
            else:
                self._log.add_event(LogEvent(place, event_id, kind, at, values, related.get(event_id, [])))

    def _of(self, what: str, kinds: Iterable[str], tables: set[str]) -> Iterator[str]:
        """The tables of the types that there are."""
        called = {}
        if f"{what}_map_type" in tables:
            called = dict(self._rows(f"{what}_map_type", "ocel_type", "ocel_type_map"))
        for kind in dict.fromkeys(kinds):
            table = f"{what}_{called.get(kind, kind)}"
            if table in tables:
                yield table

    def _rows(self, table: str, *columns: str) -> Iterator[Any]:
        """These columns of a table as texts; one that it lacks is empty."""
        there, cursor = self._opened(table)
        at = [there.index(column) if column in there else None for column in columns]
        if at[0] is None:
            raise HistoryError(self._name, f"table {quoted(table)} has no column `{columns[0]}`")
        for row in cursor:
            yield tuple("" if index is None else text_of(row[index]) for index in at)

    def _details(self, table: str) -> Iterator[tuple[str, str, dict[str, str]]]:
        """The events of a type: the id, the instant, and the attributes that are set."""
        there, cursor = self._opened(table)
        for row in cursor:
            cells = {name: text_of(value) for name, value in zip(there, row) if value is not None}
            yield cells.pop("ocel_id", ""), cells.pop("ocel_time", ""), cells

    def _changes(self, table: str) -> Iterator[Bad]:
        """The objects of a type: a row for each instant at which something is told of one."""
        for number, (object_id, at, cells) in enumerate(self._details(table), 1):
            changed = cells.pop("ocel_changed_field", "")
            found: LogObject | None = self._log.objects.get(object_id)
            if found is None:
                continue
            for name, value in cells.items():
                if changed in ("", name):
                    self._log.hold(1)
                    try:
                        found.change(name, at, value)
                    except ValueError as error:
                        yield Bad(f"{self._name}: {table}, row {number}", f"{quoted(at)} is no instant: {error}")

    def _opened(self, table: str) -> tuple[list[str], sqlite3.Cursor]:
        """The columns of a table that are no expression, and its rows."""
        listed = self._database.execute(f"PRAGMA table_xinfo({_name(table)})")
        columns = [name for _, name, _, _, _, _, hidden in listed if not hidden]
        if not columns:
            raise sqlite3.DatabaseError
        return columns, self._database.execute(f"SELECT {', '.join(map(_name, columns))} FROM {_name(table)}")


def _name(text: str) -> str:
    """A name of SQL, whatever is in it."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
