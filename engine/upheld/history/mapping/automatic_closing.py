"""Automatic closings: closings that nobody did, told from others by when they lie.

Trackers close what stays resolved, mark it with nothing but the name of some account, and
count days of the calendar: at the same time on the clock, also where summer time ends
between, or in a batch of the night after. So one is recognised by its delay.

    >>> from upheld.core.time.instant import seconds_of
    >>> resolved, closed = (seconds_of(datetime.fromisoformat(f"2012-{text}Z")) for text in
    ...                     ("10-25T11:54:26", "11-09T12:54:39"))
    >>> is_due(resolved, closed, Delay(ZoneInfo("Europe/Rome"), local_days=15, tolerance_s=120))
    True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from upheld.core.time.instant import seconds_of
from upheld.core.time.zone import load_zone
from upheld.history.mapping.cell_condition import FirstThatHolds
from upheld.history.mapping.mapping import Closing, Outcome

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after something a closing lies.

    Attributes:
        zone: Where the days of the calendar begin.
        local_days: Days of the calendar; ``None`` for a delay in seconds.
        elapsed_s: Seconds, where the delay is none in days.
        batch_s: Seconds after midnight at which closings are made; ``None`` for at once.
        tolerance_s: How far from its due instant one may lie, before or after, limits included.
    """

    zone: ZoneInfo
    local_days: int | None = None
    elapsed_s: int = 0
    batch_s: int | None = None
    tolerance_s: int = 0

    def due_s(self, since_s: int) -> int:
        """The instant at which what is resolved at ``since_s`` is closed."""
        if self.local_days is None and self.batch_s is None:
            return since_s + self.elapsed_s
        elapsed_s = self.elapsed_s if self.local_days is None else 0
        local = datetime.fromtimestamp(since_s + elapsed_s, self.zone).replace(tzinfo=None)
        local += timedelta(days=self.local_days or 0)
        if self.batch_s is not None:
            batch = local.replace(hour=0, minute=0, second=0) + timedelta(seconds=self.batch_s)
            local = batch if batch >= local else batch + _DAY
        return seconds_of(local.replace(tzinfo=self.zone))


def is_due(since_s: int, at_s: int, delay: Delay) -> bool:
    """Whether a closing lies where the delay puts it."""
    return abs(at_s - delay.due_s(since_s)) <= delay.tolerance_s


class Recogniser:
    """Tells the closings of one kind.

    Attributes:
        closing: What the mapping says of them.
        fitting: How many were recognised so far.
        others: How many were like one, and lay elsewhere.
    """

    def __init__(self, closing: Closing, zone: str) -> None:
        self.closing = closing
        self.fitting = self.others = 0
        self._is_one = FirstThatHolds([(closing.when, True)])
        self._delay = Delay(
            load_zone(closing.zone or zone),
            closing.local_days,
            closing.elapsed_s,
            closing.batch_s,
            closing.tolerance_s,
        )

    def outcome(self, cells: Mapping[str, str], at_s: int, since_s: int | None) -> Outcome | None:
        """What a row becomes that is a closing of this kind; ``None`` for any other.

        Args:
            since_s: When the ticket had the row from which the delay counts; ``None`` where it had none.
        """
        if not self._is_one(cells):
            return None
        if since_s is None or not is_due(since_s, at_s, self._delay):
            self.others += 1
            return None
        self.fitting += 1
        return self.closing.outcome

    def text(self) -> str:
        """What it counts, for people."""
        closing = self.closing
        delay = f"{closing.elapsed_s} s" if closing.local_days is None else f"{closing.local_days} local days"
        return f"{self.fitting} of {self.fitting + self.others} closings recognised as automatic, after {delay}"
