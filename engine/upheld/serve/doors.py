"""Every door of the service, in one list that is read in review: who may pass, and how much they may bring.

The application is built from it, so that no route is without its line. The doors of the console and of webhooks stand
in their packages.
"""

from __future__ import annotations

from typing import Final

from upheld.serve import health
from upheld.serve.api import events, readings
from upheld.serve.console.doors import DOORS as CONSOLE
from upheld.serve.openapi import document as openapi
from upheld.serve.openapi import examples
from upheld.serve.request.access import ANYBODY, Needs
from upheld.serve.request.bodies import JSON, LINES
from upheld.serve.request.door import Door, Says
from upheld.serve.webhooks.doors import DOORS as WEBHOOKS

OWN: Final = Needs(sees="own")
"""A reader is shown its own customer's, and what is another's is not there."""
ALL: Final = Needs(sees="all")

TO_TICKET: Final = {"ticket": {"ticket": "ticket"}, "story": {"ticket": "ticket"}}
RECORDS: Final = {JSON: ("Record", examples.RECORD), LINES: ("LineRecord", examples.LINES)}
SUBMITTED: Final = Says(
    "Answer", examples.ANSWER, "LineAnswer", RECORDS,
    ("key-missing", "forbidden", "key-conflict", "closed-statement", "bad-record"),
    must=("Idempotency-Key",), leads=TO_TICKET,
)  # fmt: skip

STANDS: Final = Says("Ticket", examples.TICKET, leads={"statement": {"customer": "customer"}})

DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/healthz", health.healthy, ANYBODY, says=Says("Health")),
    Door("GET", "/readyz", health.ready, ANYBODY, says=Says("Health")),
    Door("GET", "/metrics", health.metrics, ALL, says=Says("", text="text/plain")),
    Door("GET", "/openapi.json", openapi.document, ANYBODY),
    Door("GET", "/docs", openapi.page, ANYBODY),
    Door("POST", "/v1/events", events.submit, Needs(acts=True, takes=(JSON, LINES)), says=SUBMITTED, is_stream=True),
    Door("GET", "/v1/tickets/{ticket}", readings.ticket, OWN, says=STANDS),
    Door("GET", "/v1/tickets/{ticket}/story", readings.story, OWN, says=Says("Story")),
    Door("GET", "/v1/queue", readings.queue, ALL, says=Says("QueuedTicket[]", examples.QUEUE)),
    Door("GET", "/v1/due", readings.due, ALL, says=Says("Due[]", examples.DUE)),
    Door("GET", "/v1/customers/{customer}/statement", readings.statement, OWN, says=Says("Statement[]")),
    Door("GET", "/v1/policies", readings.policies, OWN, says=Says("Policy[]", examples.POLICIES)),
    Door("GET", "/v1/policies/{policy}", readings.policy, OWN, says=Says("Policy")),
    Door("GET", "/v1/verdicts", readings.verdicts, ALL, says=Says("Verdicts", lines="verdict.ticket"), is_stream=True),
    *WEBHOOKS,
    *CONSOLE,
)
