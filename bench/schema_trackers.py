"""Trackers that send events to the service that is asked by its schema: what they tell, and how they sign it."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

SECRET: Final = "a secret of a bench"
UNSIGNED_OF: Final = 12
"""Of so many requests some one comes without a signature: chosen by its body, so always the same ones."""
_HEAD: Final = """\
upheld: 1
mapping: {0}
title: Events of {0}
format: {0}
columns: {{ticket: ticket, at: at, actor: author}}
roles:
  - {{role: agent}}
statuses:
"""
MAPPINGS: Final[Mapping[str, tuple[str, str]]] = {
    "a-jira": (
        "jira",
        _HEAD.format("jira")
        + "  - {when: {kind: created}, event: submit, role: customer, channel: customer-space}\n"
        + "  - {when: {field: status, to: Open}, event: register, role: agent}\n"
        + "  - {when: {field: status, to: Done}, event: first-qualify, role: agent}\n"
        + "  - {when: {field: {not: status}}, skip: true}\n",
    ),
    "a-zendesk": (
        "zendesk",
        _HEAD.format("zendesk")
        + "  - {when: {kind: created, field: status}, event: submit, role: customer, channel: customer-space}\n"
        + "  - {when: {kind: created}, skip: true}\n"
        + "  - {when: {field: status, to: open}, event: register, role: agent}\n"
        + "  - {when: {field: status, to: solved}, event: first-qualify, role: agent}\n"
        + "  - {skip: true}\n",
    ),
}
"""By source, its tracker and mapping."""


def _jira(kind: str, number: int, to: str) -> dict[str, Any]:
    fields = {"status": {"name": to}, "reporter": {"accountId": "7"}, "creator": {"accountId": "7"}}
    fields_and_start = {"created": "2025-06-03T08:00:00.000+0000", **fields}
    issue = {"id": str(number), "key": f"UT-{number}", "fields": fields_and_start}
    event = {"webhookEvent": kind, "timestamp": 1_749_000_000_000 + number * 60_000, "user": {"accountId": "7"}}
    item = {"field": "status", "fieldtype": "jira", "fromString": "New", "toString": to}
    told = {"changelog": {"id": f"{number}{to}", "items": [item]}} if kind == "jira:issue_updated" else {}
    return {**event, "issue": issue, **told}


def _zendesk(kind: str, number: int, to: str) -> dict[str, Any]:
    ticket = {"id": str(number), "status": to, "actor_id": "7", "requester_id": "8", "via": {"channel": "web"}}
    event = {"type": f"zen:event-type:ticket.{kind}", "id": f"{number}-{kind}-{to}", "time": "2025-06-03T09:00:00Z"}
    return {**event, "detail": ticket, "event": {"previous": "NEW", "current": to}}


JIRA: Final = [
    _jira(kind, number, to)
    for kind in ("jira:issue_created", "jira:issue_updated", "jira:issue_deleted")
    for number in (1, 2)
    for to in ("Open", "Done")
]
ZENDESK: Final = [
    _zendesk(kind, number, to)
    for kind in ("created", "status_changed", "merged")
    for number in (1, 2)
    for to in ("OPEN", "SOLVED", "HOLD")
]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Signed:
    """An application to which whatever comes at a door of trackers comes signed, but for some of it."""

    def __init__(self, app: Any, now: datetime) -> None:
        self._app, self._stamp = app, now.isoformat()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = re.match("/v1/webhooks/(jira|zendesk)/", scope.get("path", ""))
        if scope["type"] != "http" or found is None:
            await self._app(scope, receive, send)
            return
        parts, goes_on = [], True
        while goes_on:
            message = await receive()
            parts.append(message.get("body", b""))
            goes_on = message.get("more_body", False)
        body = b"".join(parts)
        if sha256(body).digest()[0] % UNSIGNED_OF:
            headers = {"jira": self._of_jira, "zendesk": self._of_zendesk}[found[1]](body)
            scope = {**scope, "headers": [*scope["headers"], *headers]}
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> MutableMapping[str, Any]:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, again, send)

    def _of_jira(self, body: bytes) -> list[tuple[bytes, bytes]]:
        digest = hmac.new(SECRET.encode(), body, sha256).hexdigest()
        return [(b"x-hub-signature", f"sha256={digest}".encode())]

    def _of_zendesk(self, body: bytes) -> list[tuple[bytes, bytes]]:
        digest = hmac.new(SECRET.encode(), self._stamp.encode() + body, sha256).digest()
        name = b"x-zendesk-webhook-signature"
        return [(name, base64.b64encode(digest)), (name + b"-timestamp", self._stamp.encode())]
