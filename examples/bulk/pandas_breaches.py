"""Breaches by month, severity and region with pandas.

python examples/bulk/pandas_breaches.py
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa

from upheld import load_contracts, load_policy
from upheld.bulk import verdict_tables

EXAMPLES = Path(__file__).resolve().parent.parent
MONTH = EXAMPLES / "greenmash"
CUSTOMERS = EXAMPLES / "bulk" / "customers.csv"


def breaches(history: Path = MONTH / "history.jsonl") -> pd.DataFrame:
    """Month, severity, region, clocks that ended, and how many of them were breached."""
    policy = load_policy("greenmash")
    contracts = load_contracts(MONTH / "contracts.yaml", policy)
    lines = history.read_text(encoding="utf-8").splitlines()
    records = pd.json_normalize([json.loads(line) for line in lines])  # with a column `data.<name>` for each field
    made = verdict_tables(pa.Table.from_pandas(records, preserve_index=False), policy, contracts)
    clocks = made["clocks"].to_pandas().astype({"customer": str, "severity": str, "status": str})
    ended = clocks[clocks["status"].isin(["upheld", "breached"])].merge(pd.read_csv(CUSTOMERS), on="customer")
    ended = ended.assign(month=ended["due_at"].dt.strftime("%Y-%m"), is_breached=ended["status"] == "breached")
    by = ended.groupby(["month", "severity", "region"], as_index=False)
    return by.agg(clocks=("ticket", "size"), breached=("is_breached", "sum"))


if __name__ == "__main__":
    print(breaches().to_string(index=False))
