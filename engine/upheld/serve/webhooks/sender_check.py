"""The check of who sends an event: each tracker signs in its own way, by a secret that it shares with the desk.

What is compared takes as long whether it is right or not, and a source that is not there is checked as one that is.

    >>> signed = {"x-hub-signature": "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"}
    >>> jira(b"It's a Secret to Everybody", signed, b"Hello World!", datetime(2026, 3, 2, tzinfo=UTC))
    True

Source: WebSub, "Authenticated content distribution", which Jira goes by; Zendesk, "Verifying webhooks"; THREATS H01.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from upheld.core.record.event import read_instant

TOLERANCE: Final = timedelta(minutes=5)
"""How old or early a stamp may be that Zendesk signs; what Jira sends has none, and counts once by its key."""

Headers = Mapping[str, str]
SenderCheck = Callable[[bytes, Headers, bytes, datetime], bool]


def jira(secret: bytes, headers: Headers, body: bytes, now: datetime) -> bool:
    """Whether Jira signed this: `X-Hub-Signature: sha256=`, and the digest of the body in hexadecimal."""
    method, _, given = headers.get("x-hub-signature", "").partition("=")
    right = hmac.new(secret, body, sha256).hexdigest()
    is_same = hmac.compare_digest(right.encode(), given.lower().encode("utf-8", "replace"))
    return is_same and method.lower() == "sha256"


def zendesk(secret: bytes, headers: Headers, body: bytes, now: datetime) -> bool:
    """Whether Zendesk signed this, not long ago: the digest of its stamp and the body, in base64."""
    stamp = headers.get("x-zendesk-webhook-signature-timestamp", "")
    given = headers.get("x-zendesk-webhook-signature", "")
    right = base64.b64encode(hmac.new(secret, stamp.encode("utf-8", "replace") + body, sha256).digest())
    is_same = hmac.compare_digest(right, given.encode("utf-8", "replace"))
    instant, problem = read_instant(stamp)
    return is_same and not problem and abs(instant.astimezone(UTC) - now) <= TOLERANCE


CHECKS: Final[Mapping[str, SenderCheck]] = {"jira": jira, "zendesk": zendesk}
