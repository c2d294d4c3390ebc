"""The database: opened as it has to be, and used in whole transactions that may be run again.

SQLite and PostgreSQL behind one interface. What is done in a transaction is a function of its connection that does
nothing but through it, so that it can be run again after a deadlock. No exception of a driver leaves this module, and
no SQL: what happened is told in words, and what to do.

SQLite before 3.51.3 may damage a file if one process writes while another one moves the write-ahead log into it. So
there a checkpoint is never automatic, and whoever writes or makes one holds a lock on a file beside the database.

Source: DESIGN section 10; THREATS D02, D03, F11.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Executable, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError as BadUrl
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from upheld.core.errors import Busy, DeskError
from upheld.core.nearest import quoted

T = TypeVar("T")
Work = Callable[[Connection], T]

TRIES: Final = 12
"""How often a transaction is run before somebody is told that others are in the way."""
WAIT_MS: Final = 30_000
"""For how long SQLite waits for another writer."""
SOUND: Final = (3, 51, 3)
"""The first SQLite whose checkpoints need no guard."""
CHECKPOINT_AFTER: Final = 1_000
"""Transactions of one process, after which it makes a checkpoint where none is automatic."""
CHECKPOINT_BYTES: Final = 2**24
"""So much more in the log, after which it makes one too."""

_AGAIN_SQLITE: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_AGAIN_POSTGRESQL: Final = frozenset({"40001", "40P01", "55P03", "23505"})
"""The last of them: somebody else wrote the same key meanwhile, which the next try finds."""
_FULL: Final = frozenset({"SQLITE_FULL", "53100"})


class _Again(Exception):
    """The transaction was undone since others were in the way."""


class Database:
    """One database that holds a desk.

    Args:
        url: As SQLAlchemy has it: ``sqlite:///desk.db``, ``postgresql://user@host/name``.

    Attributes:
        name: What it is called in messages: its URL without the password.
        is_sqlite: Whether one writes at a time, and the database is a file.

    Raises: DeskError for a URL that is none, for a database of another kind, and where the driver is missing.
    """

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        self.name = _shown(parsed)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        in_memory = self.is_sqlite and parsed.database in (None, "", ":memory:")
        options: dict[str, Any] = {}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": WAIT_MS / 1000, "check_same_thread": False}
        if in_memory:
            options["poolclass"] = StaticPool
        try:
            self._engine = create_engine(parsed, **options)
        except ModuleNotFoundError:
            raise DeskError(
                f"{quoted(self.name)} needs a driver that is not installed: `pip install 'upheld[postgres]'`"
            ) from None
        except (SQLAlchemyError, ValueError):
            raise DeskError(f"{quoted(self.name)} is no address of a database") from None
        self._commits = self._logged = 0
        self._log = Path(f"{parsed.database}-wal")
        self._lock: AbstractContextManager[Any] = RLock() if in_memory else nullcontext()
        guarded = self.is_sqlite and not in_memory and sqlite3.sqlite_version_info < SOUND
        self._guard = _Guard(Path(f"{parsed.database}-guard")) if guarded else None
        self._file = Path(parsed.database or "") if self.is_sqlite and not in_memory else None
        if self.is_sqlite:
            self._prepare_sqlite()

    @property
    def is_missing(self) -> bool:
        """Whether it is a file that is not there: SQLite makes one for whoever only looks."""
        return self._file is not None and not str(self._file).startswith("file:") and not self._file.exists()

    def transact(self, work: Work[T]) -> T:
        """What the work gives, done in one transaction that writes; run again where others were in the way.

        Raises: Busy where they were too often; DeskError for whatever else the database says; what the work raises,
            and then nothing was done.
        """
        for attempt in range(TRIES):
            try:
                with self._lock, self._turn(), self._told() as risk, self._engine.connect() as rows, rows.begin():
                    self._begin(rows, "BEGIN IMMEDIATE")
                    done = work(rows)
                    risk.completing = True
                self._committed()
                return done
            except _Again:
                time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 8)))
        raise Busy(f"others hold {quoted(self.name)} for too long: nothing was done, try again")

    def read(self, work: Work[T]) -> T:
        """What the work gives, which writes nothing, of the database as it stands at one moment.

        Raises: as `transact` does.
        """
        for _ in range(TRIES):
            try:
                with self._lock, self._told(), self._engine.connect() as rows:
                    if not self.is_sqlite:
                        rows = rows.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                    with rows.begin():
                        self._begin(rows, "BEGIN")
                        return work(rows)
            except _Again:
                time.sleep(random.uniform(0, 0.05))
        raise Busy(f"others hold {quoted(self.name)} for too long: try again")

    def now_s(self, rows: Connection) -> int:
        """The database's own time: that of a host may be wrong, and differ from another's (THREATS T05)."""
        clock = "strftime('%s', 'now')" if self.is_sqlite else "floor(extract(epoch FROM clock_timestamp()))"
        return int(rows.scalar(text(f"SELECT {clock}")) or 0)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def _prepare_sqlite(self) -> None:
        guarded = self._guard is not None

        @event.listens_for(self._engine, "connect")
        def prepare(connection: sqlite3.Connection, record: object) -> None:
            connection.isolation_level = None  # `_begin` says how a transaction begins
            for setting in (
                "journal_mode=WAL",
                "synchronous=FULL",
                f"busy_timeout={WAIT_MS}",
                "foreign_keys=ON",
                *(["wal_autocheckpoint=0"] if guarded else []),
            ):
                connection.execute(f"PRAGMA {setting}")

    def _begin(self, rows: Connection, how: str) -> None:
        if self.is_sqlite:  # whose driver begins nothing by itself here
            _run(rows, how, ())

    def _turn(self) -> AbstractContextManager[Any]:
        return nullcontext() if self._guard is None else self._guard.held()

    def _committed(self) -> None:
        """Make a checkpoint now and then, where none is automatic."""
        if self._guard is None:
            return
        self._commits += 1
        size = self._log.stat().st_size if self._log.exists() else 0
        if self._commits % CHECKPOINT_AFTER == 0 or size - self._logged >= CHECKPOINT_BYTES:
            with self._guard.held(), self._told(), self._engine.connect() as rows:
                driver = rows.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()  # which waits for nobody who reads
            self._logged = size

    @contextmanager
    def _told(self) -> Iterator[_Risk]:
        """What a driver says, in our words; ``_Again`` where the same may work the next time."""
        risk = _Risk()
        try:
            yield risk
        except DBAPIError as error:
            code = _code(error)
            if code.startswith(_AGAIN_SQLITE) or code in _AGAIN_POSTGRESQL:
                raise _Again from None
            if error.connection_invalidated and not risk.completing:  # it was one of the pool's, and had died there
                raise _Again from None
            raise DeskError(self._said(code, is_cut=error.connection_invalidated or not code)) from None
        except sqlite3.Error as error:
            code = str(getattr(error, "sqlite_errorname", ""))
            if code.startswith(_AGAIN_SQLITE):
                raise _Again from None
            raise DeskError(self._said(code)) from None
        except PoolTimeout:
            raise Busy(
                f"all connections of this process to {quoted(self.name)} are in use: nothing was done, try again"
            ) from None
        except SQLAlchemyError:
            raise DeskError(f"{quoted(self.name)} cannot be used: is it the database of a desk?") from None
        except UnicodeEncodeError:
            raise DeskError("a text holds half of a character, which no database keeps") from None

    def _said(self, code: str, *, is_cut: bool = False) -> str:
        if code in _FULL:
            return f"there is no room left for {quoted(self.name)}: nothing was done; make some, and send it again"
        if is_cut or code.startswith(("08", "57P")):
            advice = "send the same again with its key: what was done is not done twice"
            return f"{quoted(self.name)} cannot be reached, or the connection broke: {advice}"
        if code in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
            return f"{quoted(self.name)} is damaged, or no database: restore a copy"
        if code.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR")):
            return f"{quoted(self.name)} cannot be opened or written: is its folder there, and may it be written?"
        return f"{quoted(self.name)} refused what was asked of it ({code})"


@dataclass(slots=True)
class _Risk:
    """Whether a transaction is being completed: if the connection breaks then, nobody knows whether it was."""

    completing: bool = False


Given = tuple[Any, ...] | dict[str, Any]


class Prepared:
    """A statement that is run for every record: its text is worked out once for each kind of database."""

    def __init__(self, statement: Executable, columns: Iterable[str] = ()) -> None:
        self._statement = statement
        self._columns = [*columns] or None
        self._texts: dict[str, tuple[str, Callable[[Mapping[str, Any]], Given]]] = {}

    def run(self, rows: Connection, given: Mapping[str, Any]) -> list[Any]:
        """The rows that it gives with these values, by the names of its parameters."""
        made, order = self._made(rows)
        return _run(rows, made, order(given))[0]

    def changed(self, rows: Connection, given: Mapping[str, Any]) -> int:
        """How many rows it writes with these values."""
        made, order = self._made(rows)
        return _run(rows, made, order(given))[1]

    def run_each(self, rows: Connection, given: Sequence[Mapping[str, Any]]) -> None:
        """Run it with each of these; with none it is not run at all."""
        if given:
            made, order = self._made(rows)
            _run(rows, made, order(given[0]) if len(given) == 1 else [*map(order, given)])

    def _made(self, rows: Connection) -> tuple[str, Callable[[Mapping[str, Any]], Given]]:
        made = self._texts.get(rows.dialect.name)
        if made is None:
            compiled = self._statement.compile(dialect=rows.dialect, column_keys=self._columns)  # type: ignore[attr-defined]
            names = tuple(compiled.positiontup) if compiled.positional else None
            made = self._texts[rows.dialect.name] = str(compiled), dict if names is None else _picking(names)
        return made


def _picking(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Gives the values of these names, in their order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple(given[name] for name in names)


def _run(rows: Connection, statement: str, given: Given | list[Given]) -> tuple[list[Any], int]:
    """What a statement gives, and how many rows it wrote.

    SQLite is asked by its driver alone, unless somebody listens: SQLAlchemy takes five times as long as the database.
    """
    if rows.dialect.name != "sqlite" or _is_heard(rows):
        found = rows.exec_driver_sql(statement, given)
        return [*found.all()] if found.returns_rows else [], found.rowcount
    driver = rows.connection.driver_connection
    assert driver is not None
    cursor = driver.executemany(statement, given) if isinstance(given, list) else driver.execute(statement, given)
    return cursor.fetchall() if cursor.description else [], cursor.rowcount


def _is_heard(rows: Connection) -> bool:
    """Whether somebody listens to what is run, such as a test that counts statements."""
    return bool(getattr(rows, "_has_events", True) or getattr(rows.engine, "_has_events", True))


class _Guard:
    """A lock on a file beside the database: one holds it at a time, of all threads and processes.

    Raises: _Again where somebody else holds it for too long.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = RLock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While it is held."""
        try:
            import fcntl
        except ImportError:  # no POSIX: SQLite's own lock has to do
            with self._threads:
                yield
            return
        with self._threads:
            try:
                file = self._path.open("ab")
            except OSError:
                raise DeskError(
                    f"{quoted(str(self._path))} cannot be written: is its folder there, and may it be written?"
                ) from None
            with file:
                for tried in range(WAIT_MS):
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        break
                    except OSError:
                        if tried == WAIT_MS - 1:
                            raise _Again from None
                        time.sleep(0.001)
                yield


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except (BadUrl, SQLAlchemyError, ValueError, AttributeError, TypeError):
        raise DeskError("this is no address of a database: write `sqlite:///desk.db` or `postgresql://…`") from None
    if kind not in ("sqlite", "postgresql"):
        raise DeskError(f"a desk lives in SQLite or PostgreSQL, and not in {quoted(kind)}")
    return parsed.set(drivername="postgresql+psycopg") if kind == "postgresql" else parsed


def _shown(parsed: URL) -> str:
    """The address without what may be secret: the password, and options, one of which may be it too."""
    if parsed.get_backend_name() == "sqlite":
        return parsed.render_as_string()
    return parsed.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _code(error: DBAPIError) -> str:
    """What the driver calls it: a name of SQLite's, a SQLSTATE; ``""`` where it says nothing."""
    original = error.orig
    return str(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or "")
