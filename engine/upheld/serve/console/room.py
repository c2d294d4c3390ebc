"""The room: the process in which policies of strangers are looked at, one after another.

It is told what to look at, and nothing else; it may not grow beyond a size, write a file, or take longer than it was
given: then it is ended, and the next question gets a new one. So no policy, however it was made, keeps the service from
its work.

Source: DESIGN section 13, *try it*; THREATS H04.
"""

from __future__ import annotations

import multiprocessing
import pickle
import sys
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock
from typing import Final

from upheld.serve.console.trial import Question, Reply, answered

MEMORY_BYTES: Final = 1_500_000_000
"""Of address space: what the libraries take, and ten times what the largest policy does."""
MOST_BYTES: Final = 4_000_000
"""Of an answer."""
WAIT_S: Final = 8.0
STARTS_S: Final = 20.0


class Room:
    """A process that answers; it begins with the first question.

    Args:
        wait_s: How long a question may take, and how long it may wait for those before it.
    """

    def __init__(self, wait_s: float = WAIT_S) -> None:
        self._wait_s = wait_s
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def ask(self, question: Question) -> Reply | None:
        """The answer; ``None`` where it would have taken too long, or too much."""
        if not self._lock.acquire(timeout=self._wait_s):
            return None
        try:
            return self._asked(question)
        except (EOFError, OSError, pickle.UnpicklingError):
            self._end()
            return None
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _asked(self, question: Question) -> Reply | None:
        line = self._begun()
        line.send(tuple(question))
        if not line.poll(self._wait_s):
            self._end()
            return None
        found: Reply | None = pickle.loads(line.recv_bytes(MOST_BYTES))  # noqa: S301 - our own process wrote it
        return found

    def _begun(self) -> Connection:
        if self._line is not None and self._process is not None and self._process.is_alive():
            return self._line
        self._end()
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_answer, args=(theirs,), name="upheld-trial", daemon=True)
        self._process.start()
        theirs.close()
        if not self._line.poll(STARTS_S):
            raise EOFError
        self._line.recv_bytes(1)
        return self._line

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join(5)
        self._line = self._process = None


def _answer(line: Connection) -> None:
    """Answer until nobody asks any more."""
    _bound()
    line.send_bytes(b"!")
    while True:
        try:
            question = Question(*line.recv())
        except (EOFError, OSError):
            return
        try:
            told = pickle.dumps(answered(question))
        except (MemoryError, RecursionError):
            told = pickle.dumps(None)
        line.send_bytes(told if len(told) <= MOST_BYTES else pickle.dumps(None))


def _bound() -> None:
    if sys.platform == "win32":
        return
    import resource

    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
