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

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError as BadUrl
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from upheld.core.errors import Busy, DeskError
from upheld.core.nearest import quoted
from upheld.desk.storage.guard import Guard, Kept
from upheld.desk.storage.pipeline import NOT_PREPARED
from upheld.desk.storage.statement import begin, complete, is_heard, undo

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

IDLE: Final = 5
"""Connections that are kept at hand, as many as the pool keeps open."""

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
        self._guard = Guard(Path(f"{parsed.database}-guard"), WAIT_MS / 1000) if guarded else None
        self._file = Path(parsed.database or "") if self.is_sqlite and not in_memory else None
        self._idle: list[Connection] = []
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
                with self._lock, self._turn():
                    return self._through(work, "BEGIN IMMEDIATE", writes=True)
            except (_Again, Kept):
                time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 8)))
        raise Busy(f"others hold {quoted(self.name)} for too long: nothing was done, try again")

    def read(self, work: Work[T]) -> T:
        """What the work gives, which writes nothing, of the database as it stands at one moment.

        Raises: as `transact` does.
        """
        for _ in range(TRIES):
            try:
                with self._lock:
                    return self._through(work, "BEGIN", writes=False)
            except _Again:
                time.sleep(random.uniform(0, 0.05))
        raise Busy(f"others hold {quoted(self.name)} for too long: try again")

    def now_s(self, rows: Connection) -> int:
        """The database's own time: that of a host may be wrong, and differ from another's (THREATS T05)."""
        return now_s(rows)

    def close(self) -> None:
        """Let go of all connections."""
        while self._idle:
            self._idle.pop().close()
        self._engine.dispose()
        if self._guard is not None:
            self._guard.close()

    def _through(self, work: Work[T], how: str, *, writes: bool) -> T:
        """What the work gives, done in one transaction once."""
        rows: Connection | None = None
        completing = False
        try:
            rows = self._lent(writes)
            begin(rows, how)
            done = work(rows)
            completing = True  # if the connection breaks now, nobody knows whether it was completed
            complete(rows)
            self._returned(rows)
            return done
        except BaseException as error:
            held = rows is None or undo(rows)
            told = self._told(error, held=held, completing=completing)
            if told is error:
                raise
            raise told from None

    def _lent(self, writes: bool) -> Connection:
        """A connection: one that somebody has used before is at hand at once, where nobody listens to it."""
        if not self.is_sqlite and not writes:
            with suppress(IndexError):  # the pool lends no more than it may
                self._idle.pop().close()
            snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            return self._engine.connect().execution_options(**snapshot)
        if is_heard(self._engine):
            return self._engine.connect()
        try:
            return self._idle.pop()
        except IndexError:
            return self._engine.connect()

    def _returned(self, rows: Connection) -> None:
        is_plain = self.is_sqlite or not rows.get_execution_options()
        if is_plain and len(self._idle) < IDLE and not is_heard(self._engine):
            self._idle.append(rows)
        else:
            rows.close()

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

    def _turn(self) -> AbstractContextManager[Any]:
        return nullcontext() if self._guard is None else self._guard.held()

    def _told(self, error: BaseException, *, held: bool, completing: bool) -> BaseException:
        """What went wrong in our words; ``_Again`` where the same may work the next time.

        Args:
            held: Whether the connection did.
        """
        if isinstance(error, (DBAPIError, self._error)):
            original = error.orig if isinstance(error, DBAPIError) else error
            code = _code(original)
            is_cut = not held or (isinstance(error, DBAPIError) and error.connection_invalidated)
            if code.startswith(_AGAIN_SQLITE) or code in _AGAIN_POSTGRESQL:
                return _Again()
            if is_cut and not completing:  # it was one of the pool's, and had died there
                return _Again()
            return DeskError(self._said(code, is_cut=is_cut or not code))
        if isinstance(error, PoolTimeout):
            return Busy(
                f"all connections of this process to {quoted(self.name)} are in use: nothing was done, try again"
            )
        if isinstance(error, SQLAlchemyError):
            return DeskError(f"{quoted(self.name)} cannot be used: is it the database of a desk?")
        if isinstance(error, UnicodeEncodeError):
            return DeskError("a text holds half of a character, which no database keeps")
        return error

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
