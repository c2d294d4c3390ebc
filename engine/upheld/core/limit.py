"""Limits: what falls due by itself, for the scheduler of a host that keeps tickets.

Source: DESIGN section 8, `engine.due`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that falls due by itself, for a host that wants to be called then.

    Attributes:
        at: When, as things stand.
        kind: A timer fires; a clock's due instant passes.
        id: The timer, or the commitment.
        cycle: The clock's; ``None`` for a timer.
    """

    at: datetime
    kind: Literal["timer", "clock"]
    id: str
    cycle: int | None = None
