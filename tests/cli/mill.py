"""Some months at the made-up mill: hours that recur and are paid back, incidents that run out, work across closing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

POLICY = "tests/documents/good/mill/policy.yaml"
"""From the top folder, since pages name the place of what decided."""

CONTRACTS = """
upheld: 1
customers:
  weir:
    contracts: [{kind: retainer, from: 2026-01-31, until: 2026-12-31}]
    grants:
      - {account: hours, every: month, amount: 10h, carry-over: {at-most: 2h, for: 1mo}}
      - {account: calls, at: 2026-02-01T00:00+01:00, amount: 2, expires: 2026-12-31}
"""


def happened(at: str, event: str, actor: str = "agent:a1", **columns: Any) -> dict[str, Any]:
    """A record of 2026."""
    return {"ticket": "MI-1", "at": f"2026-{at}", "event": event, "actor": actor, **columns}


STORY = (
    happened(
        "02-02T10:00+01:00", "submit", "customer:c1", channel="mail", customer="weir", data={"severity": "normal"}
    ),
    happened("02-10T11:00+01:00", "work", data={"minutes": 420}),
    happened("02-12T09:00+01:00", "answer-call"),
    happened("02-12T21:00+01:00", "answer-call"),
    happened("03-02T18:00+01:00", "visit", data={"begun": "2026-03-02T16:00+01:00", "ended": "2026-03-02T18:00+01:00"}),
    happened("03-04T08:00+01:00", "visit", data={"begun": "2026-03-03T23:30+01:00", "ended": "2026-03-04T00:20+01:00"}),
    happened("03-05T09:00+01:00", "answer-call"),
    happened("03-10T11:00+01:00", "work", data={"minutes": 840}),
    happened("04-20T11:00+02:00", "work", data={"minutes": 60}),
)


def files(folder: Path) -> tuple[str, ...]:
    """The arguments for a history of the mill and its contracts."""
    history, contracts = folder / "history.jsonl", folder / "contracts.yaml"
    history.write_text("".join(f"{json.dumps(each)}\n" for each in STORY), encoding="utf-8")
    contracts.write_text(CONTRACTS, encoding="utf-8")
    return str(history), "--policy", POLICY, "--contracts", str(contracts)
