"""CloudEvents: what the desk tells, as an event of a known shape, in structured JSON.

The body of a dispatch is the same bytes in every try. Its `id` is that of the message, which a correction names; the
endpoint is its `source`, so that two desks with tickets of one name are told apart.

    >>> import json
    >>> from datetime import UTC, datetime
    >>> json.loads(body("ep_1", "m1", "notify", "T-1", datetime(2026, 3, 2, tzinfo=UTC), {"seq": 2}))["type"]
    'upheld.notify'

Source: CloudEvents 1.0.2 and its JSON format; DESIGN section 13; decision 0043.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from upheld.core.record.json_text import dense_json
from upheld.core.time.instant import seconds_of, text_of
from upheld.desk.webhooks.dispatches import Dispatch

MEDIA_TYPE: Final = "application/cloudevents+json"
TYPES: Final = "upheld."
"""Begins the type of every event; the kind of the message is the rest."""
TEST: Final = "test"
"""The kind of an event that only says that somebody tries the way."""


def body(endpoint: str, id: str, kind: str, subject: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """An event as it is sent."""
    told = {
        "specversion": "1.0",
        "id": id,
        "source": f"urn:upheld:endpoint:{endpoint}",
        "type": f"{TYPES}{kind}",
        "subject": subject,
        "time": text_of(seconds_of(at)),
        "datacontenttype": "application/json",
        "data": data,
    }
    return dense_json(told).encode()


def body_of(dispatch: Dispatch) -> bytes:
    """The event of a dispatch."""
    message = dispatch.message
    data = {
        "ticket": message.ticket or None,
        "customer": dispatch.customer,
        "seq": message.seq,
        "asked": message.document,
    }
    kind = str(message.document["kind"])
    subject = message.ticket or message.customer or "accounts"
    return body(dispatch.endpoint.id, message.id, kind, subject, message.at, data)
