"""Health: whether the process lives, and whether it can serve; it tells nobody more than that."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from upheld.serve.metrics import metrics_of
from upheld.serve.request.door import OpenDesk


async def healthy() -> dict[str, str]:
    """Whether the process lives: it answers."""
    return {"status": "ok"}


def ready(desk: OpenDesk) -> dict[str, str]:
    """Whether it can serve: its database answers, and has a policy in force."""
    desk.edition()
    return {"status": "ok"}


def metrics(request: Request) -> Response:
    """What Prometheus collects: counts and times, and how much there is in the desk."""
    return metrics_of(request).told()
