"""Headers: what all verdicts of a replay have in common.

Source: DESIGN section 6, "Verdicts"; section 3, "Determinism".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from upheld.core.decision.engine import Engine
from upheld.core.policy.policy import ALWAYS
from upheld.core.replay.warning import ReplayWarning
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import text_of

Row = dict[str, Any]

LANGUAGE_VERSION = 1
"""Of policies and of verdicts: the value of their key `upheld`."""


def header_of(
    engine: Engine, as_of_s: int | None, warnings: Iterable[ReplayWarning], customers: Iterable[str] = ()
) -> Row:
    """What all verdicts of a replay have in common.

    Args:
        customers: Whose tickets there are, of those that have opening times of their own.
    """
    policy = engine.policy
    return {
        "upheld": LANGUAGE_VERSION,
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest, "status": policy.status},
        "contracts": engine.contracts.digest or None,
        "opening_hours": opening_hours_digest(_calendars(engine, customers)),
        "as_of": None if as_of_s is None else text_of(as_of_s),
        "warnings": [str(each) for each in warnings],
    }


def _calendars(engine: Engine, customers: Iterable[str]) -> dict[str, Calendar]:
    """The policy's calendars and those of the customers, whether anything was counted on them or not."""
    schedule, names = engine.schedule, (*engine.policy.calendars, ALWAYS)
    keys = {schedule.calendar_for(name, customer) for customer in ("", *customers) for name in names}
    return {key: schedule.calendars[key] for key in keys}


def opening_hours_digest(calendars: Mapping[str, Calendar]) -> str:
    """One digest of all opening hours that a policy counts on, since zones and holidays come from libraries."""
    lines = [f"{name} {_digest(calendar)}" for name, calendar in sorted(calendars.items())]
    return "sha256:" + sha256("\n".join(lines).encode()).hexdigest()


@lru_cache(maxsize=256)
def _digest(calendar: Calendar) -> str:
    return calendar.digest()
