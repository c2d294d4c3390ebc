"""The sandbox: the process in which policies of strangers are looked at, one after another.

It is told what to look at, and knows nothing else of the service; it may not grow beyond a size, write a file, or take
longer than it was given: then it is ended, and the next question gets a new one. So no policy, however it was made,
keeps the service from its work.

Source: DESIGN section 13, *try it*; THREATS H04.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from threading import BoundedSemaphore, Lock, Timer
from typing import IO, Any, Final
from weakref import finalize

from upheld.serve.console.trial import Question, Reply, answered

MEMORY_BYTES: Final = 1_500_000_000
"""Of address space: what the libraries take, and ten times what the largest policy does."""
MOST_BYTES: Final = 4_000_000
"""Of an answer."""
WAIT_S: Final = 8.0
STARTS_S: Final = 20.0
MOST_WAITING: Final = 4
"""Questions at once, with the one that is answered: each holds one of the threads that everybody's pages need."""
ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "PYTHONHOME", "LANG", "LC_ALL", "TZDIR", "PYTHONTZPATH", "SYSTEMROOT")
"""What the process is told of its surroundings: where libraries are, and no secret."""
_COMMAND: Final = (sys.executable, "-P", "-c", f"from {__name__} import answer; answer()")
_LENGTH: Final = 8


class Sandbox:
    """A process that answers; it begins with the first question.

    Args:
        wait_s: How long a question may take.
    """

    def __init__(self, wait_s: float = WAIT_S) -> None:
        self._wait_s = wait_s
        self._lock, self._waiting = Lock(), BoundedSemaphore(MOST_WAITING)
        self._process: subprocess.Popen[bytes] | None = None
        self._left: Callable[[], object] = _nothing

    def ask(self, question: Question) -> Reply | None:
        """The answer; ``None`` where it would have taken too long, or too much, or too many wait for theirs."""
        if not self._waiting.acquire(blocking=False):
            return None
        try:
            with self._lock:
                return self._asked(question)
        finally:
            self._waiting.release()

    def _asked(self, question: Question) -> Reply | None:
        try:
            found: Reply | None = self._told(self._begun(), question, self._wait_s)
            return found
        except (EOFError, OSError, pickle.UnpicklingError):
            self._end()
            return None

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _begun(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            known = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
            pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
            self._process = subprocess.Popen(_COMMAND, stdin=pipe, stdout=pipe, stderr=nothing, env=known)
            self._left = finalize(self, _ended, self._process)  # whoever forgets the sandbox ends the process too
            self._told(self._process, None, STARTS_S)
        return self._process

    def _told(self, process: subprocess.Popen[bytes], what: Question | None, wait_s: float) -> Any:
        """What it says to something, which ends with it where it says nothing for so long."""
        assert process.stdin is not None, process
        assert process.stdout is not None, process
        late = Timer(wait_s, process.kill)
        late.daemon = True
        late.start()
        try:
            _put(process.stdin, pickle.dumps(what and tuple(what)))
            return _got(process.stdout)
        finally:
            late.cancel()

    def _end(self) -> None:
        self._left()
        self._process = None


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _nothing() -> None:
    pass


def answer() -> None:
    """Answer until nobody asks any more: what the process does."""
    asked, said = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library says is no answer
    _bound()
    while True:
        try:
            question = _got(asked)
        except EOFError:
            return
        try:
            told = pickle.dumps(None if question is None else answered(Question(*question)))
        except (MemoryError, RecursionError):
            told = pickle.dumps(None)
        _put(said, told if len(told) <= MOST_BYTES else pickle.dumps(None))


def _put(line: IO[bytes], text: bytes) -> None:
    line.write(len(text).to_bytes(_LENGTH, "big") + text)
    line.flush()


def _got(line: IO[bytes]) -> Any:
    length = int.from_bytes(line.read(_LENGTH), "big")
    text = line.read(length)
    if not length or len(text) < length:
        raise EOFError
    return pickle.loads(text)  # noqa: S301 - between our own two processes


def _bound() -> None:
    if sys.platform == "win32":
        return
    import resource

    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
