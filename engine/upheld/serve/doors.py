"""Every door of the service, in one list that is read in review: who may pass, and how much they may bring.

The application is built from it, so that no route is without its line. The doors of the console and of webhooks stand
in their packages.
"""

from __future__ import annotations

from typing import Final

from upheld.serve import health, readings
from upheld.serve.access import ANYBODY, Needs
from upheld.serve.console.doors import DOORS as CONSOLE
from upheld.serve.door import Door
from upheld.serve.webhooks.doors import DOORS as WEBHOOKS

DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/healthz", health.healthy, ANYBODY),
    Door("GET", "/readyz", health.ready, ANYBODY),
    Door("GET", "/v1/tickets/{ticket}", readings.ticket, Needs(sees="own")),
    *WEBHOOKS,
    *CONSOLE,
)
