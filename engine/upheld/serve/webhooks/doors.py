"""The doors of webhooks: where trackers send their events. What the desk tells others goes out by a worker."""

from __future__ import annotations

from typing import Any, Final

from upheld.serve.request.access import Needs
from upheld.serve.request.bodies import JSON
from upheld.serve.request.door import Door, Says
from upheld.serve.webhooks import arrival

MOST_BYTES: Final = 1_000_000
SIGNED: Final = Needs(reader=False, takes=(JSON,), body_max_bytes=MOST_BYTES, per_min=1_200)
"""Whoever comes is known by the signature of the body, which has to be read for it."""

JIRA: Final[dict[str, Any]] = {
    "timestamp": 1772442000000,
    "webhookEvent": "jira:issue_updated",
    "user": {"accountId": "7", "displayName": "Kim"},
    "issue": {"id": "10125", "key": "UT-26", "fields": {"created": "2026-03-02T08:00:00.000+0000"}},
    "changelog": {"id": "10146", "items": [{"field": "status", "fromString": "Open", "toString": "Done"}]},
}
ZENDESK: Final[dict[str, Any]] = {
    "type": "zen:event-type:ticket.status_changed",
    "id": "2b24ef10",
    "time": "2026-03-02T09:00:00Z",
    "detail": {"id": "35", "status": "SOLVED", "actor_id": "7"},
    "event": {"previous": "OPEN", "current": "SOLVED"},
}
TAKEN: Final[dict[str, Any]] = {
    "records": [
        {
            "ticket": "UT-26",
            "event": "resolve",
            "seq": 3,
            "accepted": True,
            "code": None,
            "repeated": False,
            "changes": [],
        }
    ],
    "ignored": None,
}
_MAY_HAVE: Final = ("bad-signature", "bad-record", "key-conflict", "closed-statement")


def _says(name: str, example: dict[str, Any]) -> Says:
    return Says("Taken", TAKEN, takes={JSON: (name, example)}, problems=_MAY_HAVE)


DOORS: Final[tuple[Door, ...]] = (
    Door("POST", "/v1/webhooks/jira/{source}", arrival.jira, SIGNED, says=_says("JiraEvent", JIRA)),
    Door("POST", "/v1/webhooks/zendesk/{source}", arrival.zendesk, SIGNED, says=_says("ZendeskEvent", ZENDESK)),
)
