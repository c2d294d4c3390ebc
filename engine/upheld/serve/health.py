"""Health: whether the process lives, and whether it can serve; it tells nobody more than that."""

from __future__ import annotations

from upheld.serve.door import OpenDesk


async def healthy() -> dict[str, str]:
    """Whether the process lives: it answers."""
    return {"status": "ok"}


def ready(desk: OpenDesk) -> dict[str, str]:
    """Whether it can serve: its database answers, and has a policy in force."""
    desk.edition()
    return {"status": "ok"}
