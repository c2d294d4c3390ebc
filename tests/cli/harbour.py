"""A few weeks at the made-up harbour: tickets that met everything its policy knows, for the pages told of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import MISUSED

POLICY = "tests/documents/good/harbour/policy.yaml"
"""From the top folder, since pages name the place of what decided."""

CONTRACTS = """
upheld: 1
customers:
  quay:
    contracts:
      - {kind: gold, from: 2024-01-01, until: 2025-12-31, parameters: {answer-within: {normal: 2h}}}
    grants:
      - {account: hours, at: 2024-02-01T00:00:00+01:00, amount: 120, expires: 2024-05-31}
      - {account: hours, at: 2024-05-01T00:00:00+02:00, amount: 60}
      - {account: money, at: 2024-02-01T00:00:00+01:00, amount: 100000}
  pier:
    contracts: [{kind: silver, from: 2024-01-01}]
    grants: [{account: hours, at: 2024-02-01T00:00:00+01:00, amount: 30}]
releases:
  - {version: "8.1", date: 2024-05-21}
"""


def happened(ticket: str, at: str, event: str, actor: str, **columns: Any) -> dict[str, Any]:
    """A record of spring 2024; the customer comes by the portal."""
    record = {"ticket": ticket, "at": f"2024-{at}", "event": event, "actor": actor}
    if actor.startswith("customer"):
        record["channel"] = "portal"
    return {**record, **columns}


def opened(ticket: str, at: str, customer: str = "quay", **data: Any) -> dict[str, Any]:
    data = {"type": "defect", "severity": "normal", "seats": 4, **data}
    return happened(ticket, at, "submit", "customer:c1", customer=customer, data=data)


STORY = (
    opened("HB-1", "03-28T16:30+01:00", **{"order-number": "A-17"}),
    happened("HB-1", "03-28T17:00+01:00", "set-severity", "agent:a1", data={"severity": "urgent"}),
    happened("HB-1", "03-29T09:30+01:00", "qualify", "agent:a1"),
    happened("HB-1", "04-02T11:00+02:00", "reply", "agent:a1"),
    happened("HB-1", "04-02T11:30+02:00", "pass-on", "agent:a1", data={"partner": "Mole & Co"}),
    happened("HB-1", "04-04T15:00+02:00", "take-back", "agent:a2"),
    happened("HB-1", "04-05T10:00+02:00", "bill", "agent:a2"),
    happened("HB-1", "04-05T10:05+02:00", "work", "agent:a2", data={"minutes": 40}),
    happened("HB-1", "04-06T10:05+02:00", "work", "agent:a2", data={"minutes": 55}),
    happened("HB-1", "04-08T11:30+02:00", "resolve", "agent:a2"),
    happened("HB-1", "04-09T10:00+02:00", "invoice", "agent:a2"),
    happened("HB-1", "04-09T14:00+02:00", "reopen", "customer:c1"),
    happened("HB-1", "04-10T09:00+02:00", "close", "customer:c1"),
    happened("HB-1", "04-10T15:00+02:00", "resolve", "agent:a1"),
)
OTHERS = (
    opened("HB-2", "05-13T08:00+02:00", "pier", severity="urgent", **{"phone-number": "1"}),
    opened("HB-3", "05-12T11:00+02:00", type="question"),
    opened("HB-4", "05-13T09:10+02:00", "pier", severity="minor", type="question"),
    opened("HB-5", "05-13T09:20+02:00", "pier", type="training"),
    happened("HB-2", "05-13T09:30+02:00", "request-information", "agent:a1"),
    opened("HB-6", "05-13T09:40+02:00", "nobody"),
    happened("HB-4", "05-13T09:50+02:00", "work", "agent:a1", data={"minutes": 20}),
)
MORNING = "2024-05-13T11:00:00+02:00"


def files(folder: Path, records: Iterable[Mapping[str, Any]] = (*STORY, *OTHERS)) -> list[str]:
    """The history and the contracts as files, and the arguments that name them."""
    history, contracts = folder / "history.jsonl", folder / "contracts.yaml"
    history.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    contracts.write_text(CONTRACTS, encoding="utf-8")
    return [str(history), "--policy", POLICY, "--contracts", str(contracts)]


def run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, [command, *arguments])


def refused_in_one_line(done: Result, message: str) -> None:
    """Nothing on standard output, and on standard error one line with what was perhaps meant."""
    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert message in done.stderr
    assert 1 == len(done.stderr.splitlines())
