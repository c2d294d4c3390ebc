"""Breaches by month, severity and region with DuckDB: tables go in and out by their names.

python examples/bulk/duckdb_breaches.py
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from upheld import load_contracts, load_policy
from upheld.bulk import verdict_tables

EXAMPLES = Path(__file__).resolve().parent.parent
MONTH = EXAMPLES / "greenmash"
CUSTOMERS = EXAMPLES / "bulk" / "customers.csv"

HISTORY = """
    SELECT ticket, "at", event, actor, channel, customer, data.severity AS "data.severity", data.type AS "data.type",
           data.channel AS "data.channel", data.reason AS "data.reason", data.via AS "data.via",
           data.tested AS "data.tested", data.documented AS "data.documented", data.to AS "data.to",
           data."reply-by" AS "data.reply-by", data."from" AS "data.from", data.until AS "data.until"
    FROM read_json($file, format = 'newline_delimited', columns = {
        ticket: 'VARCHAR', "at": 'VARCHAR', event: 'VARCHAR', actor: 'VARCHAR', channel: 'VARCHAR', customer: 'VARCHAR',
        data: 'STRUCT(severity VARCHAR, type VARCHAR, channel VARCHAR, reason VARCHAR, via VARCHAR, tested BOOLEAN,
               documented BOOLEAN, "to" VARCHAR, "reply-by" VARCHAR, "from" VARCHAR, until VARCHAR)'})
"""
BREACHES = """
    SELECT strftime(due_at AT TIME ZONE 'UTC', '%Y-%m') AS month, severity, region,
           count(*)::INTEGER AS clocks, count(*) FILTER (status = 'breached')::INTEGER AS breached
    FROM clocks JOIN read_csv($customers) USING (customer)
    WHERE status IN ('upheld', 'breached') GROUP BY ALL ORDER BY ALL
"""


def breaches(history: Path = MONTH / "history.jsonl") -> list[tuple[str, str, str, int, int]]:
    """Month, severity, region, clocks that ended, and how many of them were breached."""
    policy = load_policy("greenmash")
    contracts = load_contracts(MONTH / "contracts.yaml", policy)
    base = duckdb.connect()
    made = verdict_tables(base.sql(HISTORY, params={"file": str(history)}), policy, contracts)
    base.register("clocks", made["clocks"])
    return base.sql(BREACHES, params={"customers": str(CUSTOMERS)}).fetchall()


if __name__ == "__main__":
    for row in breaches():
        print(*row, sep="\t")
