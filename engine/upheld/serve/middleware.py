"""The middleware: what surrounds every answer, whichever door it comes from, and when there is no door at all.

Headers that keep browsers from doing what nobody asked for; HEAD as GET without its body; a line in the log and a count
for each request, which name the door and never what stood in the address or in a header.

Source: DESIGN section 13; THREATS H04, H05.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any, Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from upheld.serve.metrics import Metrics
from upheld.serve.request.access import Reader

LOG: Final = logging.getLogger("upheld.serve")

SLASH: Final = "\0"
"""Stands in a path for a slash that was written ``%2F``, which is part of an id; no id holds it."""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer, unless a handler gave one of them itself."""
_RAW: Final = [(name.lower().encode(), held.encode()) for name, held in HEADERS.items()]


class Middleware:
    """Surrounds an application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s, request, is_head = time.perf_counter(), secrets.token_hex(8), scope["method"] == "HEAD"
        scope = {**scope, "path": _path(scope), "method": "GET" if is_head else scope["method"]}
        scope.setdefault("state", {})
        state: dict[str, Any] = scope["state"]
        state["request"], status = request, 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = message["headers"]
                own = {name.lower() for name, _ in given}
                ours = [each for each in (*_RAW, (b"x-request-id", request.encode())) if each[0] not in own]
                message = {**message, "headers": [*given, *ours]}
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            took_s, door = time.perf_counter() - began_s, str(state.get("door") or f"{_method(scope)} (none)")
            reader: Reader | None = state.get("reader")
            self._metrics.count(door, status, took_s)
            who = "nobody" if reader is None else reader.name
            LOG.info("%s %d %.1f ms, by %s, request %s", door, status, took_s * 1000, who, request)


def _method(scope: Scope) -> str:
    known = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "other"


def _path(scope: Scope) -> str:
    """The path by its segments, so that an id may hold a slash."""
    raw = scope.get("raw_path")
    if not raw or b"%2f" not in raw.lower():
        return str(scope["path"])
    return "/".join(unquote(part.decode("latin-1")).replace("/", SLASH) for part in raw.split(b"?")[0].split(b"/"))
