"""Limits of one process: how often somebody may come, and who gave too many wrong tokens.

What is remembered is bounded, whoever comes: of many addresses those that have not been seen for longest are forgotten.

Source: DESIGN section 13, "Limits on bodies, rates and time"; THREATS H01.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from upheld.serve.problems import Problem
from upheld.serve.settings import Settings

WAIT_S: Final = 1.0
MOST_REMEMBERED: Final = 20_000
"""Buckets, and addresses with wrong tokens."""


class Limits:
    """What is remembered of those who came."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._now_s = settings.monotonic_s
        self._lock, self._alone = Lock(), Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def check_rate(self, who: str, where: str = "", per_min: int | None = None) -> None:
        """Count one more request.

        Args:
            who: A token's id, or an address.
            where: At which door, for one that has a rate of its own, which ``per_min`` is.

        Raises: Problem where there were too many.
        """
        most = self._settings.rate_per_min if per_min is None else per_min
        if most or per_min is not None:
            self._take((where, who), most)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody else does what takes the whole desk. Raises: Problem where somebody does."""
        if not self._alone.acquire(timeout=WAIT_S):
            raise Problem("busy", "somebody else asks for all of the desk just now")
        try:
            yield
        finally:
            self._alone.release()

    def check_locked(self, address: str) -> None:
        """Raises: Problem for an address from which too many wrong tokens came."""
        with self._lock:
            failures = self._recent(address)
            if len(failures) < self._settings.failures_max:
                return
            left_s = failures[-1] + self._settings.failures_s - self._now_s()
        raise Problem("locked-out", headers={"Retry-After": str(max(math.ceil(left_s), 1))})

    def note_failure(self, address: str) -> None:
        """Note a wrong token."""
        with self._lock:
            self._failures[address] = [*self._recent(address), self._now_s()][-self._settings.failures_max :]
            self._failures.move_to_end(address)
            _forget(self._failures)

    def _recent(self, address: str) -> list[float]:
        since = self._now_s() - self._settings.failures_s
        return [each for each in self._failures.get(address, ()) if each > since]

    def _take(self, bucket: tuple[str, str], per_min: int) -> None:
        """Take one of a bucket that holds a minute's worth, and fills evenly."""
        with self._lock:
            now_s = self._now_s()
            left, seen_s = self._buckets.get(bucket, (float(per_min), now_s))
            left = min(per_min, left + (now_s - seen_s) * per_min / 60)
            is_over = left < 1
            self._buckets[bucket] = left if is_over else left - 1, now_s
            self._buckets.move_to_end(bucket)
            _forget(self._buckets)
        if is_over:
            raise Problem("too-many", headers={"Retry-After": str(max(math.ceil((1 - left) * 60 / per_min), 1))})


def _forget(held: OrderedDict[str, list[float]] | OrderedDict[tuple[str, str], tuple[float, float]]) -> None:
    while len(held) > MOST_REMEMBERED:
        held.popitem(last=False)
