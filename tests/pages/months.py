"""The vendors' example months, replayed as `upheld replay --format json` does, with their figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from upheld.cli import main
from upheld.core.billing.statement import Statement
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.engine import Engine
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy
from upheld.pages.figures import Figure, Gathering
from upheld.pages.figures.promised_clock import instant_s
from upheld.replaying import replay, statements
from upheld.show.words.view import View

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")


@dataclass(frozen=True)
class Month:
    """A vendor's month.

    Attributes:
        told: The document of a replay.
    """

    policy: Policy
    contracts: Contracts
    records: list[dict[str, Any]]
    told: Mapping[str, Any]
    statements: list[Statement]

    @property
    def as_of_s(self) -> int:
        return instant_s(self.told["as_of"])

    @property
    def engine(self) -> Engine:
        return Engine(self.policy, self.contracts)

    def figures(self, language: str = "en", tickets: Sequence[Mapping[str, Any]] | None = None) -> tuple[Figure, ...]:
        gathering = Gathering(self.policy, self.engine.schedule, self.as_of_s)
        for verdict in self.told["tickets"] if tickets is None else tickets:
            gathering.add(verdict)
        return gathering.figures(View(self.policy, language), self.told["summary"], self.statements)


@cache
def month_of(vendor: str) -> Month:
    policy = load_policy(vendor)
    contracts = load_contracts(EXAMPLES / vendor / "contracts.yaml", policy)
    lines = (EXAMPLES / vendor / "history.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    told = replay(policy, records, contracts)
    customers = sorted({row["customer"] for row in told["summary"]["balances"]})
    balances = [each for name in customers for each in statements(policy, records, name, contracts)]
    return Month(policy, contracts, records, json.loads(json.dumps(told)), balances)


@cache
def help_desk(shared: Path) -> Month:
    """The log of a help desk, 4,580 tickets, as the command replays it."""
    example, log = EXAMPLES / "helpdesk", shared / "data" / "helpdesk-it" / "helpdesk.xes.gz"
    options = ["--policy", str(example / "policy.yaml"), "--map", str(example / "mapping.yaml"), "--format", "json"]
    done = CliRunner().invoke(main, ["replay", str(log), *options])
    assert 0 == done.exit_code, done.output
    return Month(load_policy(example / "policy.yaml"), Contracts(), [], json.loads(done.stdout), [])
