"""Workers: a process that decides some of the tickets of a replay, and does what it is told over two pipes.

It is told, one after the other: an engine; batches of events, up to an empty one; perhaps the same again; the instant
at which everything is looked at; what its tickets are owed; and that its verdicts are wanted. It answers each with a
message. A failure is an answer, too; whoever started it raises it. When the pipe is closed it ends, so that nothing
stays behind, whatever becomes of the process that started it.
"""

from __future__ import annotations

import gc
import marshal
import pickle
import signal
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

from upheld.core.decision.engine import Engine
from upheld.core.errors import UpheldError
from upheld.core.record.event import Event
from upheld.core.replay.replay import Replay
from upheld.history.event_record import by_ticket
from upheld.history.spilled_logs import SpilledLogs
from upheld.jobs.batch import opened
from upheld.jobs.serializer import Serializer
from upheld.plugins import installed_conditions
from upheld.report.files.verdicts import judged_texts

DONE: Final = b"+"
FAILED: Final = b"-"
_VERDICTS_AT_ONCE: Final = 100


class Task(NamedTuple):
    """What a worker is told first.

    Attributes:
        engine: Decides its records.
        given_s: The as-of that was asked for.
        most: Records whose logs it holds in memory.
    """

    engine: Engine
    given_s: int | None
    journal: bool
    most: int


def work(told: Connection, answers: Connection) -> None:
    """Do what it is told until there is nothing more; the main function of the process."""
    with suppress(ValueError):  # a thread of some host's may not
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is told to all; the first process ends the others
    gc.disable()  # see `upheld.cli.lazy_group.without_collector`
    try:
        _Worker(told, answers).work()
    except (EOFError, ConnectionError):
        return  # nobody is there any more
    except BaseException as error:
        with suppress(OSError):
            answers.send_bytes(FAILED + _failure(error))


class _Worker:
    def __init__(self, told: Connection, answers: Connection) -> None:
        self._told = told
        self._answers = answers

    def work(self) -> None:
        task: Task = pickle.loads(self._told.recv_bytes())  # noqa: S301 - of a process of ours
        self._serializer = Serializer(task.engine)
        self._answer(plugins())
        with SpilledLogs(task.most) as logs:
            run = Replay(task.engine, task.given_s, journal=task.journal, logs=logs, in_turn=True)
            run.take_all(self._events())
            self._answer((run.has_late, run.last_s))
            while True:
                self._follow(run, *self._serializer.opened(self._told.recv_bytes()))

    def _follow(self, run: Replay, asked: str, *values: Any) -> None:  # whatever was asked needs
        """Answer one request."""
        if asked == "again":
            run.look_again(self._events(), by_ticket)
            self._answer(None)
        elif asked == "end":
            self._answer(run.end(*values))
        elif asked == "owe":
            run.owe(*values)
            self._answer(None)
        else:
            assert asked == "verdicts", asked
            self._send_verdicts(run, *values)
            self._answer(run.summed())

    def _events(self) -> Iterator[Event]:
        """The events that it is told, up to an empty batch."""
        while batch := self._told.recv_bytes():
            yield from opened(batch)

    def _send_verdicts(self, run: Replay, wanted: bool, tables: bool) -> None:
        """The verdicts as text, some at once and an empty list in the end; or make them only, to be summed up."""
        if not wanted:
            for _ in run.judged():
                pass
            return
        texts = judged_texts(run.judged(), tables=tables)
        while some := [*map(tuple, islice(texts, _VERDICTS_AT_ONCE))]:
            self._answers.send_bytes(DONE + marshal.dumps(some))
        self._answers.send_bytes(DONE + marshal.dumps([]))

    def _answer(self, content: object) -> None:
        self._answers.send_bytes(DONE + self._serializer.packed(content))


def plugins() -> list[tuple[str, str]]:
    """The conditions of the plugins that are installed here, and who brought them: every process needs the same."""
    return [(name, str(each.origin)) for name, each in installed_conditions().items()]


def _failure(error: BaseException) -> bytes:
    """An error as bytes; one that cannot be sent as such, or says nothing, in words."""
    if isinstance(error, MemoryError):
        error = UpheldError("there is no memory left: `--jobs 1` needs less")
    try:
        failure = pickle.dumps(error)
        pickle.loads(failure)  # noqa: S301 - of a process of ours
    except Exception:
        failure = pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return failure
