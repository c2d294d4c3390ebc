"""Settings of a service: what its operator says, handed to `create_app` and read nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """What may differ from one service to another; its defaults are those of `upheld serve`.

    Attributes:
        body_max_bytes: Of one record, as JSON.
        stream_max_bytes: Of many records, as lines.
        body_wait_s: How long the next part of a body may take, and the whole of one record.
        request_max_s: How long a request may take that is not a stream, before it is told to come again.
        rate_per_min: Requests of one token, or of one address that has none; 0 for no limit.
        failures_max: Wrong tokens from one address before it is locked out.
        failures_s: For how long they count, and for how long it is locked out.
        ahead_s: By how much the clock of whoever sends a record may be ahead of ours: one from next year would make all
            others late.
        now: The time by which a queue is read where nobody says which, and by which records may be ahead.
        monotonic_s: What rates and lock-outs are measured by.
    """

    body_max_bytes: int = 64_000
    stream_max_bytes: int = 256_000_000
    body_wait_s: float = 10.0
    request_max_s: float = 30.0
    rate_per_min: int = 6_000
    failures_max: int = 10
    failures_s: int = 300
    ahead_s: int = 300
    now: Callable[[], datetime] = _now
    monotonic_s: Callable[[], float] = time.monotonic
