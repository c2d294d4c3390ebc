"""Tickets as they stand, for programs: what `upheld desk ticket` prints, and the service answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from upheld.core.record.ticket import Ticket
from upheld.core.time.instant import seconds_of, text_of


def as_document(found: Ticket, policy: str) -> dict[str, Any]:
    """A ticket, ready for JSON. Args: policy: what the one is called that it goes on under."""
    facts = ((name, sorted(held) if isinstance(held, frozenset) else held) for name, held in found.facts.items())
    return {
        "ticket": found.id,
        "policy": policy,
        "state": found.state,
        "core": found.core_state,
        "customer": found.customer or None,
        "channel": found.channel or None,
        "level": found.level,
        "opened_at": _at(found.opened_at),
        "entered_at": _at(found.entered_at),
        "closed_at": _at(found.closed_at),
        "last_at": _at(found.last_at),
        "facts": {name: held if isinstance(held, (bool, int, list)) else str(held) for name, held in facts},
    }


def _at(at: datetime | None) -> str | None:
    return None if at is None else text_of(seconds_of(at))
