"""The database: opened as it has to be, and used in whole transactions that may be run again.

SQLite and PostgreSQL behind one interface. What is done in a transaction is a function of its connection that does
nothing but through it, so that it can be run again after a deadlock. No exception of a driver leaves this module, and
no SQL: what happened is told in words, and what to do.

SQLite before 3.51.3 may damage a file if one process writes while another one moves the write-ahead log into it. So
there whoever writes holds a lock on a file beside the database until he is through, and with it what he moves. The log
is moved often, so that it is written over and not made longer: a disk takes half as long for that.

Source: DESIGN section 10; THREATS D02, D03, F11.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from errno import EMFILE, ENFILE
from functools import partial
from pathlib import Path
from threading import RLock, Thread
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError as BadUrl
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from upheld.core.errors import Busy, DeskError
from upheld.core.nearest import quoted
from upheld.desk.pipeline import NOT_PREPARED
from upheld.desk.statement import begin_sqlite

T = TypeVar("T")
Work = Callable[[Connection], T]

TRIES: Final = 12
"""How often a transaction is run before somebody is told that others are in the way."""
WAIT_MS: Final = 30_000
"""For how long SQLite waits for another writer."""
SOUND: Final = (3, 51, 3)
"""The first SQLite whose checkpoints need no guard."""
CHECKPOINT_PAGES: Final = 1_000
"""Pages of the log, after which SQLite moves it into the file when a transaction is through: 4 MB."""

_AGAIN_SQLITE: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_AGAIN_POSTGRESQL: Final = frozenset({"40001", "40P01", "55P03", "23505", NOT_PREPARED})
"""`23505`: somebody else wrote the same key meanwhile, which the next try finds."""
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
        else:  # what is run often is prepared by the pipeline; a database without an encoding would give bytes
            options["connect_args"] = {"prepare_threshold": None, "client_encoding": "utf8"}
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
        self._error: type[Exception] = self._engine.dialect.loaded_dbapi.Error
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
        return now_s(rows)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def _prepare_sqlite(self) -> None:
        @event.listens_for(self._engine, "connect")
        def prepare(connection: sqlite3.Connection, record: object) -> None:
            connection.isolation_level = None  # `_begin` says how a transaction begins
            for setting in (
                "journal_mode=WAL",
                "synchronous=FULL",
                f"busy_timeout={WAIT_MS}",
                "foreign_keys=ON",
                f"wal_autocheckpoint={CHECKPOINT_PAGES}",  # which waits for nobody who reads
            ):
                connection.execute(f"PRAGMA {setting}")

    def _begin(self, rows: Connection, how: str) -> None:
        if self.is_sqlite:  # whose driver begins nothing by itself here
            begin_sqlite(rows, how)

    def _turn(self) -> AbstractContextManager[Any]:
        return nullcontext() if self._guard is None else self._guard.held()

    @contextmanager
    def _told(self) -> Iterator[_Risk]:
        """What a driver says, in our words; ``_Again`` where the same may work the next time."""
        risk = _Risk()
        try:
            yield risk
        except DBAPIError as error:
            code = _code(error.orig)
            if code.startswith(_AGAIN_SQLITE) or code in _AGAIN_POSTGRESQL:
                raise _Again from None
            if error.connection_invalidated and not risk.completing:  # it was one of the pool's, and had died there
                raise _Again from None
            raise DeskError(self._said(code, is_cut=error.connection_invalidated or not code)) from None
        except self._error as error:  # of what was given to the driver alone
            code = _code(error)
            if code.startswith(_AGAIN_SQLITE) or code in _AGAIN_POSTGRESQL:
                raise _Again from None
            raise DeskError(self._said(code, is_cut=not code)) from None
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


class _Guard:
    """A lock on a file beside the database: one holds it at a time, of all threads and processes, in turn.

    Who has to wait sleeps until the system wakes him. Looking every now and then would take as long as the work itself,
    or let those starve who look seldom. The system knows no end of waiting, so a thread of its own waits.

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
                file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError as error:
                if error.errno in (EMFILE, ENFILE):
                    raise DeskError("no file is left to open: let `ulimit -n` allow more") from None
                where = quoted(str(self._path))
                raise DeskError(f"{where} cannot be written: is its folder there, and may it be written?") from None
            try:
                lock = partial(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not _locked(lock):
                    again = os.dup(file)  # a lock is of both; given up, it is free once both are closed
                    long = partial(fcntl.flock, again, fcntl.LOCK_EX)
                    waiting = Thread(target=_wait, args=(long, again), daemon=True)
                    waiting.start()
                    waiting.join(WAIT_MS / 1000)
                    if not _locked(lock):
                        raise _Again
                yield
            finally:
                os.close(file)


def _locked(lock: Callable[[], None]) -> bool:
    try:
        lock()
    except OSError:
        return False
    return True


def _wait(lock: Callable[[], None], file: int) -> None:
    try:
        with suppress(OSError):  # which whoever waits finds out
            lock()
    finally:
        os.close(file)


def now_s(rows: Connection) -> int:
    """The database's own time, that of a host may be wrong."""
    clock = "strftime('%s', 'now')" if rows.dialect.name == "sqlite" else "floor(extract(epoch FROM clock_timestamp()))"
    return int(rows.scalar(text(f"SELECT {clock}")) or 0)


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


def _code(error: BaseException | None) -> str:
    """What the driver calls it: a name of SQLite's, a SQLSTATE; ``""`` where it says nothing."""
    return str(getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or "")
