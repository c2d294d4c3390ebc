"""The example months of the vendors, as records and as columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from upheld import load_contracts, load_policy
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy

Record = Mapping[str, Any]


def month(root: Path, vendor: str) -> tuple[Policy, Contracts, list[Record]]:
    policy, contracts, records = _month(root, vendor)
    return policy, contracts, [*records]


@cache
def _month(root: Path, vendor: str) -> tuple[Policy, Contracts, list[Record]]:
    folder, policy = root / "examples" / vendor, load_policy(vendor)
    lines = (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return policy, load_contracts(folder / "contracts.yaml", policy), [json.loads(line) for line in lines]


def columns_of(records: list[Record]) -> dict[str, list[Any]]:
    """Records as columns, fields of the data among them; numbers as text, since a cell is text."""
    names = dict.fromkeys(name for each in records for name in each if name != "data")
    fields = dict.fromkeys(name for each in records for name in each.get("data", {}))
    made: dict[str, list[Any]] = {name: [each.get(name) for each in records] for name in names}
    for name in fields:
        cells = [each.get("data", {}).get(name) for each in records]
        texts = [json.dumps(each) if isinstance(each, bool | int | list) else each for each in cells]
        made[f"data.{name}"] = texts
    return made
