"""Group commit: records that wait at the same time are taken in one transaction, and each has an answer of its own.

A commit costs for many records what it costs for one, and so does the way into a thread and back. While some are taken,
those that come gather, and are taken next; nobody waits for others to come.

What is told of a record never depends on those beside it: one that cannot be taken undoes what all of them did, and
then each is taken by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Final, NamedTuple, Protocol

from upheld.core.errors import ClosedStatement, DeskError, KeyConflict
from upheld.desk import Answer, Desk, Sent

AT_ONCE: Final = 100
"""Records of one transaction."""
PATIENCE_S: Final = 0.1
"""For how long records wait for those before them; then another thread takes them, as somebody may hold a ticket."""
THREADS: Final = 8
"""That take records at most."""


class Taking(Protocol):
    """A record on its way into the desk and out again; both are asked in a thread."""

    def sent(self) -> Sent:
        """The record. Raises: Problem, UpheldError where it is none."""

    def told(self, answer: Answer) -> bytes:
        """What is said of it."""


class _Waiting(NamedTuple):
    taking: Taking
    loop: asyncio.AbstractEventLoop
    told: asyncio.Future[bytes]

    def tell(self, told: bytes | Exception) -> None:
        """Tell whoever waits, who may have gone meanwhile."""
        if self.told.done():
            return
        if isinstance(told, Exception):
            self.told.set_exception(told)
        else:
            self.told.set_result(told)


class GroupCommit:
    """Takes the records of one application."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._threads = ThreadPoolExecutor(THREADS, "upheld records")
        self._lock = Lock()
        self._waiting: list[_Waiting] = []
        self._at_work, self._began_s = 0, 0.0

    async def taken(self, taking: Taking) -> bytes:
        """What is said of a record, once it is kept. Raises: what it, or the desk, raises."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(taking, loop, loop.create_future())
        with self._lock:
            self._waiting.append(waiting)
        if not self._begin():
            loop.call_later(PATIENCE_S, self._begin)
        return await waiting.told

    def _begin(self) -> bool:
        """Have a thread take what waits, where none is at work, or those that are have been at it for long."""
        with self._lock:
            is_held_up = time.monotonic() - self._began_s >= PATIENCE_S and self._at_work < THREADS
            begins = bool(self._waiting) and (not self._at_work or is_held_up)
            self._at_work += begins
        if begins:
            self._threads.submit(self._work)
        return begins

    def _work(self) -> None:
        """Take what waits, until nothing does."""
        while some := self._some():
            told = self._told([each.taking for each in some])
            for loop in dict.fromkeys(each.loop for each in some):
                mine = [(each, said) for each, said in zip(some, told, strict=True) if each.loop is loop]
                with suppress(RuntimeError):  # it is closed: nobody waits there
                    loop.call_soon_threadsafe(_tell, mine)

    def _some(self) -> list[_Waiting]:
        """Those that are next; where there are none, the thread is free, and that in one step."""
        with self._lock:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            self._at_work -= not some
            self._began_s = time.monotonic()
        return some

    def _told(self, takings: Sequence[Taking]) -> list[bytes | Exception]:
        """What is said of each, or what was wrong with it."""
        sent = [_sent(each) for each in takings]
        answers = iter(taken(self._desk, [each for each in sent if isinstance(each, Sent)]))
        found = [each if isinstance(each, Exception) else next(answers) for each in sent]
        return [_said(each, answer) for each, answer in zip(takings, found, strict=True)]


def taken(desk: Desk, sent: Sequence[Sent]) -> list[Answer | Exception]:
    """Records decided in one transaction, or where one of them spoils it, each in its own.

    Returns: an answer for each, or what was raised of it; where the database cannot be used, that of all.
    """
    try:
        return [*desk.submit_many(sent)]
    except Exception as error:
        if len(sent) == 1 or _is_of_all(error):
            return [error] * len(sent)
    found: list[Answer | Exception] = []
    for each in sent:
        try:
            found += desk.submit_many([each])
        except Exception as error:
            found += [error] * (len(sent) - len(found) if _is_of_all(error) else 1)
            if len(found) == len(sent):
                break
    return found


def _is_of_all(error: Exception) -> bool:
    """Whether it is the database's affair, and not that of a record."""
    return isinstance(error, DeskError) and not isinstance(error, (KeyConflict, ClosedStatement))


def _sent(taking: Taking) -> Sent | Exception:
    try:
        return taking.sent()
    except Exception as error:
        return error


def _said(taking: Taking, answer: Answer | Exception) -> bytes | Exception:
    if isinstance(answer, Exception):
        return answer
    try:
        return taking.told(answer)
    except Exception as error:
        return error


def _tell(told: Sequence[tuple[_Waiting, bytes | Exception]]) -> None:
    for each, said in told:
        each.tell(said)
