"""Breaches by month, severity and region with polars.

python examples/bulk/polars_breaches.py
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from upheld import load_contracts, load_policy
from upheld.bulk import verdict_tables

EXAMPLES = Path(__file__).resolve().parent.parent
MONTH = EXAMPLES / "greenmash"
CUSTOMERS = EXAMPLES / "bulk" / "customers.csv"


def breaches(history: Path = MONTH / "history.jsonl") -> pl.DataFrame:
    """Month, severity, region, clocks that ended, and how many of them were breached."""
    policy = load_policy("greenmash")
    contracts = load_contracts(MONTH / "contracts.yaml", policy)
    records = pl.read_ndjson(history, infer_schema_length=None)  # the fields of the data are one column, `data`
    clocks = pl.from_arrow(verdict_tables(records, policy, contracts)["clocks"])
    texts = ("customer", "severity", "status")
    return (
        clocks.with_columns(pl.col(*texts).cast(pl.String), month=pl.col("due_at").dt.strftime("%Y-%m"))
        .filter(pl.col("status").is_in(["upheld", "breached"]))
        .join(pl.read_csv(CUSTOMERS), on="customer")
        .group_by("month", "severity", "region")
        .agg(clocks=pl.len(), breached=(pl.col("status") == "breached").sum())
        .sort("month", "severity", "region")
    )


if __name__ == "__main__":
    print(breaches())
