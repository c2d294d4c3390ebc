"""The background: what a worker of the desk does, in threads of the service, where nobody runs another.

Webhooks have a thread of their own: a receiver that hangs keeps no timer waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Final

from upheld.core.errors import UpheldError
from upheld.desk import Desk
from upheld.desk.telling.delivery import Deliver
from upheld.desk.telling.due import AT_ONCE
from upheld.desk.worker import Send, Turn, Worker

LOG: Final = logging.getLogger("upheld.serve")

PAUSE_S: Final = 1.0
AGAIN_S: Final = 5.0


class Background:
    """Workers in threads; as a context, they work until the context ends.

    Args:
        deliver: Takes messages; ``None`` leaves the outbox alone.
        now: The time that passes, where it is not the database's own.
        send: Sends webhooks, if it is to.
    """

    def __init__(
        self,
        desk: Desk,
        deliver: Deliver | None = None,
        now: Callable[[], datetime] | None = None,
        send: Send | None = None,
    ) -> None:
        self._desk, self._now, self._stopped = desk, now, Event()
        self._worker = Worker(desk, deliver, self._stopped.is_set)
        turns = [self._turn] if send is None else [self._turn, lambda: send(self._stopped.is_set)]
        self._threads = [Thread(target=self._work, args=(each,), name="upheld worker", daemon=True) for each in turns]

    def __enter__(self) -> Background:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for each in self._threads:
            each.join()

    def _work(self, turn: Callable[[], Turn]) -> None:
        said = ""
        while not self._stopped.is_set():
            try:
                made, said = turn(), ""
                _tell(made)
                pause_s = PAUSE_S if made.is_idle else 0.0
            except UpheldError as error:
                if str(error) != said:
                    said = str(error)
                    LOG.error("the worker tries again: %s", said)
                pause_s = AGAIN_S
            except Exception as error:
                LOG.error("the worker tries again: %s", type(error).__name__)
                pause_s = AGAIN_S
            self._stopped.wait(pause_s)

    def _turn(self) -> Turn:
        """Some of what is due."""
        if self._now is not None:
            ran = self._desk.run_due(self._now(), limit=AT_ONCE)
            return Turn(ran.tickets, customers=ran.customers)
        return self._worker.turn()


def _tell(made: Turn) -> None:
    for ticket, why in made.stuck:
        LOG.error("time cannot go on for %s: %s", _told_of(ticket), why)
    for ticket, message, why in made.failed:
        LOG.warning("not delivered: message %s of %s: %s", message, _told_of(ticket), why)


def _told_of(ticket: str) -> str:
    return f"ticket {ticket!a}" if ticket else "accounts"
