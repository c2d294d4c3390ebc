"""A desk of strangers: policy, tickets, customers and what was typed are all more than they should be (THREATS H04)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from pages import hostile

from upheld import Desk
from upheld.loading import examine
from upheld.replaying import as_events

NOW = datetime(2026, 3, 6, 16, tzinfo=UTC)
"""When all of its records have been submitted, and some promises still run."""


def hostile_desk(file: Path) -> Desk:
    """In a file; its token's text is kept beside it."""
    policy = examine(json.dumps(hostile.policy(), ensure_ascii=False).encode(), "hostile.json").policy
    assert policy is not None
    desk = Desk.open(f"sqlite:///{file}", policy=policy, upgrade=True)
    desk.load(hostile.records())
    return desk


def tickets() -> list[str]:
    """Their ids."""
    return [*dict.fromkeys(event.ticket for _, event in as_events(hostile.records()))]


def customers() -> list[str]:
    """Their ids."""
    return sorted({event.customer for _, event in as_events(hostile.records()) if event.customer})
