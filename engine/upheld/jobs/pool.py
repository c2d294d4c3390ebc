"""The pool: the processes that decide a replay together, and the pipes to them.

They are started anew and inherit nothing, whatever the system; so a pipe that is closed here is closed, and they end
with this process, also when it is killed. One that ends before its time is told in one line.
"""

from __future__ import annotations

import marshal
import multiprocessing
import pickle
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Final, NamedTuple, NoReturn

from upheld.core.errors import UpheldError
from upheld.jobs.worker import DONE, work

PATIENCE_S: Final = 5
"""How long a process that has nothing more to do is waited for."""
_PIPE_BYTES: Final = 1 << 20


class Member(NamedTuple):
    """One of the processes, what it is told through, and what it answers through."""

    process: BaseProcess
    told: Connection
    answers: Connection


class Pool:
    """So many processes; a context, since they end with it.

    Args:
        number: How many.

    Raises: OSError where the system starts no more processes.
    """

    def __init__(self, number: int) -> None:
        self._members: list[Member] = []
        try:
            with _undisturbed():
                for _ in range(number):
                    self._members.append(_started())
        except BaseException:
            self._end(at_once=True)
            raise

    def __len__(self) -> int:
        return len(self._members)

    def tell(self, part: int, message: bytes) -> None:
        """Tell one of them. Raises: whatever has made it fail; UpheldError where it was killed."""
        try:
            self._members[part].told.send_bytes(message)
        except OSError:
            self._fail(part)

    def answer(self, part: int) -> bytes:
        """What one of them answers. Raises: as `tell` does."""
        try:
            answer = self._members[part].answers.recv_bytes()
        except (EOFError, OSError):
            self._fail(part)
        if answer[:1] != DONE:
            raise pickle.loads(answer[1:])  # noqa: S301 - of a process of ours
        return answer[1:]

    def verdicts(self, part: int) -> Iterator[Any]:
        """The verdicts of one of them, as `as_texts` makes them. Raises: as `tell` does."""
        while some := marshal.loads(self.answer(part)):
            yield from some

    def _fail(self, part: int) -> NoReturn:
        """Tell why one of them is gone: what it answered last, or what ended it."""
        process, _, answers = self._members[part]
        with suppress(EOFError, OSError):
            while True:
                answer = answers.recv_bytes()
                if answer[:1] != DONE:
                    raise pickle.loads(answer[1:])  # noqa: S301 - of a process of ours
        process.join(PATIENCE_S)
        raise UpheldError(_ended(process.exitcode))

    def _end(self, *, at_once: bool) -> None:
        for _, told, answers in self._members:
            told.close()
            answers.close()
        for process, _, _ in self._members:
            if not at_once:
                process.join(PATIENCE_S)
            if process.is_alive():
                process.kill()
            process.join()
            process.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(at_once=error is not None)


def _started() -> Member:
    context = multiprocessing.get_context("spawn")
    (theirs, told), (answers, theirs_too) = context.Pipe(duplex=False), context.Pipe(duplex=False)
    process = context.Process(target=work, args=(theirs, theirs_too), daemon=True)
    try:
        process.start()
    except BaseException:
        told.close()
        answers.close()
        raise
    finally:
        theirs.close()
        theirs_too.close()
    for each in (told, answers):
        _widen(each)
    return Member(process, told, answers)


def _widen(pipe: Connection) -> None:
    """Let more be on its way, where the system can: whoever writes goes on while the other one works."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No Ctrl-C while processes start: they would say more than one line of it before they know better."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _ended(status: int | None) -> str:
    """What to say of a process that ended before its time."""
    advice = "often there is no memory left: `--jobs 1` needs less"
    if status is not None and status < 0:
        name = signal.Signals(-status).name if -status in {*signal.Signals} else str(-status)
        return f"one of the processes that decide the history was killed ({name}); {advice}"
    return f"one of the processes that decide the history ended before its time (status {status}); {advice}"
