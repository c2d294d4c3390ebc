"""The guard: a lock on a file beside a database of SQLite, that one holds at a time, of all threads and processes.

Who has to wait sleeps until the system wakes him. Looking every now and then would take as long as the work itself, or
let those starve who look seldom. The system knows no end of waiting, so a thread of the guard's own waits.

The file is opened anew for each turn: somebody may take it away, and two files keep nobody out.

Source: DESIGN section 10; THREATS D02.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EMFILE, ENFILE
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, RLock, Thread
from typing import Final

from upheld.core.errors import DeskError
from upheld.core.nearest import quoted

try:
    from fcntl import LOCK_EX, LOCK_NB, flock

    IS_POSIX = True
except ImportError:  # SQLite's own lock has to do
    IS_POSIX = False

WAITS: Final = "upheld waits for a guard"
"""The name of such a thread."""
Waits = SimpleQueue[tuple[int, Lock] | None]
"""Files to be locked, each with what is let go of once it is; ``None`` is the end."""


class Kept(Exception):
    """Somebody else holds it for too long."""


class Guard:
    """A lock on a file.

    Args:
        wait_s: How long one waits for it.
    """

    def __init__(self, path: Path, wait_s: float) -> None:
        self._path, self._wait_s = path, wait_s
        self._threads = RLock()
        self._waits: Waits | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """While it is held. Raises: Kept; DeskError for a file that cannot be written."""
        with self._threads:
            if not IS_POSIX:
                yield
                return
            try:
                file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError as error:
                if error.errno in (EMFILE, ENFILE):
                    raise DeskError("no file is left to open: let `ulimit -n` allow more") from None
                where = quoted(str(self._path))
                raise DeskError(f"{where} cannot be written: is its folder there, and may it be written?") from None
            try:
                if not _is_locked(file):
                    self._wait(file)
                    if not _is_locked(file):
                        raise Kept
                yield
            finally:
                os.close(file)

    def close(self) -> None:
        """Have its thread end."""
        if self._waits is not None:
            self._waits.put(None)

    def _wait(self, file: int) -> None:
        if self._waits is None:
            self._waits = SimpleQueue()
            Thread(target=_wait_for, args=(self._waits,), name=WAITS, daemon=True).start()
        done = Lock()
        done.acquire()
        self._waits.put((os.dup(file), done))  # a lock is of both; given up, it is free once both are closed
        done.acquire(timeout=self._wait_s)


def _is_locked(file: int) -> bool:
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except OSError:
        return False
    return True


def _wait_for(waits: Waits) -> None:
    while (wanted := waits.get()) is not None:
        file, done = wanted
        try:
            with suppress(OSError):  # which whoever waits finds out
                flock(file, LOCK_EX)
        finally:
            os.close(file)
            done.release()
