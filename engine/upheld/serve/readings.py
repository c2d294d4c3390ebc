"""Readings: what the desk says of its tickets and customers, to those who are shown it."""

from __future__ import annotations

from typing import Any

from upheld.serve.door import Asking, OpenDesk


def ticket(ticket: str, desk: OpenDesk, reader: Asking) -> dict[str, Any]:
    """One ticket as it stands. A ticket of another customer is `not-found`, as one that is not there."""
    found = reader.may_see(desk.ticket(ticket))
    return {"ticket": found.id, "state": found.state}
