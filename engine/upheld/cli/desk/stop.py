"""Stopping: a signal that asks a command to end is obeyed between transactions, so that nothing is half done."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Stopped(Exception):
    """Somebody asked to stop, and nothing is under way."""


class Stop:
    """Whether somebody asked to stop, by SIGTERM or Ctrl-C.

    Used as a context: before and after it signals do what they did.

    Attributes:
        asked: Whether somebody did.
    """

    def __init__(self) -> None:
        self.asked = False
        self._held = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stop:
        for each in SIGNALS:
            self._before[each] = signal.signal(each, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """While a signal has to wait. Raises: Stopped at its end, where one came meanwhile."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self.asked:
            raise Stopped

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """While a signal only asks once more, and nobody stops for it."""
        self._held, held = True, self._held
        try:
            yield
        finally:
            self._held = held

    def _ask(self, number: int, frame: FrameType | None) -> None:
        is_first, self.asked = not self.asked, True
        if is_first and not self._held:  # a second one finds the command ending already
            raise Stopped
