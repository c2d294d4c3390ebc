"""How a ticket of the bench goes: what happens, who does it, how often, and how long it takes.

Written for the lifecycle of Greenmash, so that a clean history is refused nowhere; what `stories` makes of it is the
same on any machine and with any release of numpy.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

AS_OF: Final = "2026-01-01T00:00:00Z"
"""When the histories end, and are judged."""
AGENT, CUSTOMER, LOCAL_TEAM = "agent", "customer", "local-team"
MIN, HOUR, DAY = 60, 3_600, 86_400


class Step(NamedTuple):
    """One thing that may happen to a ticket, after those before it."""

    event: str
    by: str
    part: str  # of the ticket's course, that it has or has not as a whole
    after_s: int  # on average: opening time for an agent, elapsed for a customer


PARTS: Final[Mapping[str, int]] = {
    "opened": 1000,
    "handed over": 600,  # of those that came through the local team; the others are resolved there
    "called": 150,
    "waited early": 40,
    "taken": 1000,
    "told": 350,
    "waited": 180,
    "planned": 850,
    "changed": 90,
    "signed": 1000,  # of the change requests
    "worked around": 150,
    "waited later": 120,
    "repaired": 800,
    "answered": 300,
    "deployed": 250,
    "resolved": 1000,
    "reopened": 90,
    "reopened again": 150,  # of those
    "closed": 930,
}
"""Parts of a ticket's course, and how many of a thousand tickets have each."""

STEPS: Final = (
    Step("submit", CUSTOMER, "opened", 0),
    Step("hand-over", LOCAL_TEAM, "handed over", 5 * HOUR),
    Step("call", CUSTOMER, "called", HOUR),
    Step("call-back", AGENT, "called", 35 * MIN),
    Step("hold", AGENT, "waited early", 20 * MIN),
    Step("resume", AGENT, "waited early", 5 * HOUR),
    Step("acknowledge", AGENT, "taken", 40 * MIN),
    Step("comment", CUSTOMER, "told", 3 * HOUR),
    Step("qualify", AGENT, "taken", 50 * MIN),
    Step("hold", AGENT, "waited", 2 * HOUR),
    Step("resume", AGENT, "waited", 14 * HOUR),
    Step("plan", AGENT, "planned", 3 * HOUR),
    Step("set-severity", AGENT, "changed", 2 * HOUR),
    Step("sign-agreement", CUSTOMER, "signed", 30 * HOUR),
    Step("propose-workaround", AGENT, "worked around", 2 * HOUR),
    Step("start-fix", AGENT, "repaired", 4 * HOUR),
    Step("hold", AGENT, "waited later", 2 * HOUR),
    Step("resume", AGENT, "waited later", 20 * HOUR),
    Step("reply", AGENT, "answered", 3 * HOUR),
    Step("comment", CUSTOMER, "answered", 9 * HOUR),
    Step("deploy", AGENT, "deployed", 3 * HOUR),
    Step("resolve", AGENT, "resolved", 5 * HOUR),
    Step("reopen", CUSTOMER, "reopened", 40 * HOUR),
    Step("start-fix", AGENT, "reopened", 2 * HOUR),
    Step("resolve", AGENT, "reopened", 6 * HOUR),
    Step("reopen", CUSTOMER, "reopened again", 40 * HOUR),
    Step("resolve", AGENT, "reopened again", 6 * HOUR),
    Step("close", AGENT, "closed", 60 * HOUR),
)
EVENTS: Final = (*sorted({step.event for step in STEPS}), "escalate", "acknowledged", "excuse-me")
"""What records name; the last two, as a tracker's hand-made macros call things, the policy does not know."""

TYPES: Final = {"support-request": 78, "suggestion": 8, "change-request": 14}
SEVERITIES: Final = {"1": 8, "2": 27, "3": 45, "4": 20}
PACE: Final = (35, 60, 90, 100)
"""How long agents take at each severity, in hundredths of what a step says."""
VIAS: Final = {"help-desk": 62, "knowledge-base": 10, "developer-portal": 16, "local-team": 12}
REPLIES: Final = {"": 82, "portal": 4, "phone": 6, "email": 8}
CHANNELS: Final = {"portal": 45, "phone": 25, "email": 30}
REASONS: Final = {"third-party": 60, "customer": 40}
WAYS: Final = ("portal", "phone", "email")

CUSTOMERS: Final = 200
SIGNED_LATER: Final = 15
NEVER_SIGNED: Final = 15
SIGNED: Final = "2020-01-01"
LATER: Final = "2024-07-01"
CUSTOMER_NAMES: Final = tuple(f"customer-{number:03}" for number in range(CUSTOMERS))
AGENTS: Final = 40
ACTORS: Final = (
    *(f"{AGENT}:a{number:02}" for number in range(AGENTS)),
    *(f"{CUSTOMER}:{name}" for name in CUSTOMER_NAMES),
    *(f"{LOCAL_TEAM}:{name}" for name in CUSTOMER_NAMES),
)
FIRST_OF: Final = {AGENT: 0, CUSTOMER: AGENTS, LOCAL_TEAM: AGENTS + CUSTOMERS}
"""Where the actors of each role begin."""

Data = Mapping[str, str | bool]


def opening_data() -> list[Data]:
    """What a submission may say: by type, then severity (none last), way in and way of reply, in that order."""
    return [
        {"type": kind, **({"severity": severity} if severity else {}), "via": via, **({"reply-by": by} if by else {})}
        for kind in TYPES
        for severity in (*SEVERITIES, "")
        for via in VIAS
        for by in REPLIES
    ]


NO_DATA: Final = 0
OPENINGS: Final = 1
DATA: Final[Sequence[Data]] = (
    {},
    *opening_data(),
    *({"channel": way} for way in WAYS),
    *({"severity": severity} for severity in SEVERITIES),
    *({"reason": reason} for reason in REASONS),
    {"tested": True, "documented": True},
    {"severity": "P1"},
    {"tested": True},
)
"""Every mapping of data that a record of the bench may carry; a record names its place here."""

BY_WAY: Final = OPENINGS + len(TYPES) * (len(SEVERITIES) + 1) * len(VIAS) * len(REPLIES)
BY_SEVERITY: Final = BY_WAY + len(WAYS)
BY_REASON: Final = BY_SEVERITY + len(SEVERITIES)
DEPLOYED: Final = BY_REASON + len(REASONS)
INVALID: Final = DEPLOYED + 1
UNTESTED: Final = DEPLOYED + 2
FIELDS: Final = ("type", "severity", "via", "reply-by", "channel", "reason", "tested", "documented")

QUANTILES: Final = 4096
SPREAD: Final = tuple(round(-1000 * math.log(1 - (place + 0.5) / QUANTILES)) for place in range(QUANTILES))
"""How long things take, in thousandths of their average: mostly less, sometimes much more."""


def contracts(releases: Sequence[str]) -> dict[str, Any]:
    """The contracts file: most customers have signed, some do so in the middle of the history, some never."""
    customers = {}
    for number, name in enumerate(CUSTOMER_NAMES):
        since = signed_from(number)
        customers[name] = {"contracts": [{"kind": "sla", "from": since}]} if since else {}
    dated = [{"version": f"{number}", "date": day} for number, day in enumerate(releases, 1)]
    return {"upheld": 1, "customers": customers, "releases": dated}


def signed_from(customer: int) -> str:
    """The date from which a customer has an agreement, or nothing."""
    if customer >= CUSTOMERS - NEVER_SIGNED:
        return ""
    return LATER if customer >= CUSTOMERS - NEVER_SIGNED - SIGNED_LATER else SIGNED


def as_json(data: Data) -> str:
    """The end of a record in JSON Lines."""
    return f', "data": {json.dumps(data)}}}' if data else "}"
