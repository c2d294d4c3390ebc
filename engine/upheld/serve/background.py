"""The background: a worker of the desk in a thread of the service, so that timers fire where nobody runs another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Final

from upheld.core.errors import UpheldError
from upheld.desk import Desk
from upheld.desk.delivery import Deliver
from upheld.desk.due import AT_ONCE
from upheld.desk.worker import Worker

LOG: Final = logging.getLogger("upheld.serve")

PAUSE_S: Final = 1.0
AGAIN_S: Final = 5.0


class Background:
    """A worker in a thread; as a context, it works until the context ends.

    Args:
        deliver: Takes messages; ``None`` leaves the outbox alone.
        now: The time that passes, where it is not the database's own.
    """

    def __init__(self, desk: Desk, deliver: Deliver | None = None, now: Callable[[], datetime] | None = None) -> None:
        self._desk, self._now, self._stopped = desk, now, Event()
        self._worker = Worker(desk, deliver, self._stopped.is_set)
        self._thread = Thread(target=self._work, name="upheld worker", daemon=True)

    def __enter__(self) -> Background:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        said = ""
        while not self._stopped.is_set():
            try:
                pause_s, said = (PAUSE_S if self._turn() else 0.0), ""
            except UpheldError as error:
                if str(error) != said:
                    said = str(error)
                    LOG.error("the worker tries again: %s", said)
                pause_s = AGAIN_S
            except Exception as error:
                LOG.error("the worker tries again: %s", type(error).__name__)
                pause_s = AGAIN_S
            self._stopped.wait(pause_s)

    def _turn(self) -> bool:
        """Do some of what is due; whether there was nothing."""
        if self._now is not None:
            return self._desk.run_due(self._now(), limit=AT_ONCE).tickets == 0
        made = self._worker.turn()
        for ticket, why in made.stuck:
            LOG.error("time cannot go on for ticket %s: %s", ascii(ticket), why)
        for ticket, message, why in made.failed:
            LOG.warning("not delivered: message %s of ticket %s: %s", message, ascii(ticket), why)
        return made.is_idle
