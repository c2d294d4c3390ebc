"""Examples of what is sent and answered, for the OpenAPI document; a test sees that each has its shape."""

from __future__ import annotations

import json
from typing import Any, Final

RECORD: Final[dict[str, Any]] = {
    "ticket": "T-1",
    "at": "2026-03-02T09:00:00+01:00",
    "event": "submit",
    "actor": "customer:kim",
    "customer": "acme",
    "data": {"severity": "high"},
}
LINES: Final = "".join(f"{json.dumps({**RECORD, 'ticket': f'T-{each}', 'key': f'mail-{each}'})}\n" for each in (1, 2))
ANSWER: Final[dict[str, Any]] = {
    "ticket": "T-1",
    "seq": 2,
    "accepted": False,
    "code": "no-transition",
    "repeated": False,
    "changes": [],
    "refusal": {
        "code": "no-transition",
        "rule": None,
        "message": "the ticket is open: it cannot be opened again",
        "clauses": ["S-2"],
        "assumptions": [],
    },
    **{name: [] for name in ("flags", "moves", "charges", "effects", "why", "why_not")},
}
TICKET: Final[dict[str, Any]] = {
    "ticket": "T-1",
    "policy": "shop@1.0.0",
    "state": "open",
    "core": "open",
    "customer": "acme",
    "channel": "portal",
    "level": 1,
    "opened_at": "2026-03-02T08:00:00Z",
    "entered_at": "2026-03-02T08:00:00Z",
    "closed_at": None,
    "last_at": "2026-03-02T08:00:00Z",
    "facts": {"severity": "high"},
}
QUEUE: Final[list[dict[str, Any]]] = [
    {
        "position": 1,
        "ticket": "T-1",
        "state": "open",
        "severity": "high",
        "clauses": [],
        "assumptions": [],
        "line": None,
        "where": None,
        "customer": "acme",
        "queue": None,
        "level": 1,
        "order": "severity",
        "received_at": "2026-03-02T08:00:00Z",
        "next": None,
    }
]
DUE: Final[list[dict[str, Any]]] = [
    {
        "ticket": "T-1",
        "at": "2026-03-02T09:00:00Z",
        "limits": [{"at": "2026-03-02T10:00:00Z", "kind": "clock", "id": "reply", "cycle": 1}],
    }
]
POLICIES: Final[list[dict[str, Any]]] = [
    {
        "id": "shop",
        "version": "1.0.0",
        "status": "active",
        "vendor": "Shop",
        "clauses": 12,
        "digest": "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        "in_force": True,
    }
]
