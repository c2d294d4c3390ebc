"""Metrics, as Prometheus reads them: what was asked of the service, and how much there is in the desk.

They say how many and how long, and name doors and states, never a ticket, a customer or a token.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from upheld.core.errors import UpheldError
from upheld.desk import Desk

TOOK_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one service."""

    def __init__(self, desk: Desk) -> None:
        self._registry = CollectorRegistry()
        names = ("door", "status")
        self._requests = Counter("upheld_requests", "Requests, by door and status.", names, registry=self._registry)
        self._took = Histogram(
            "upheld_request_seconds",
            "How long requests took, by door.",
            ("door",),
            buckets=TOOK_S,
            registry=self._registry,
        )
        self._records = Counter(
            "upheld_records", "Records that were taken, by what became of them.", ("answer",), registry=self._registry
        )
        self._registry.register(_DeskFigures(desk))

    def count(self, door: str, status: int, took_s: float) -> None:
        """One more request."""
        self._requests.labels(door, str(status)).inc()
        self._took.labels(door).observe(took_s)

    def count_record(self, answer: str) -> None:
        """One more record: ``accepted``, ``refused``, or ``repeated``."""
        self._records.labels(answer).inc()

    def told(self) -> Response:
        """All of it."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


def metrics_of(request: Request) -> Metrics:
    """The figures of this service."""
    metrics: Metrics = request.app.state.metrics
    return metrics


class _DeskFigures(Collector):
    """What is in the desk, asked when somebody looks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing, so that registering asks nothing of the desk."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures; where the database cannot be used, that alone."""
        try:
            status = self._desk.status()
        except UpheldError:
            yield GaugeMetricFamily("upheld_desk_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("upheld_desk_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily("upheld_desk_records", "Records in the journal.", status.records)
        yield GaugeMetricFamily("upheld_desk_tickets", "Tickets with a record.", status.tickets)
        yield GaugeMetricFamily("upheld_desk_open_tickets", "Tickets not yet resolved.", status.open)
        yield GaugeMetricFamily("upheld_desk_due_tickets", "Tickets whose time has come and was not told.", status.due)
        yield GaugeMetricFamily(
            "upheld_desk_due_accounts", "Customers whose accounts time is to be looked at for.", status.due_accounts
        )
        messages = GaugeMetricFamily("upheld_desk_messages", "Messages of the outbox, by state.", labels=("state",))
        for state, number in status.messages.items():
            messages.add_metric((state,), number)
        yield messages
