"""Tables hold everything that verdicts hold, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from bulk.verdicts import rows_of, verdicts_of
from reference.agreement import made_examples
from reference.choices import from_seed
from reference.histories import observed

from upheld import load_contracts, load_policy, replay
from upheld.bulk.scalar_tables import batches_of, tables_of
from upheld.bulk.schemas import TABLES, schemas_for
from upheld.core.policy.policy import Policy
from upheld.loader.contracts import contracts_from

VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")


def assert_same(replayed: dict[str, Any], policy: Policy) -> dict[str, pa.Table]:
    tables, summary = tables_of(replayed["tickets"], policy, replayed["summary"]), replayed["summary"]
    assert schemas_for(policy) == {name: table.schema for name, table in tables.items()}
    for table in tables.values():
        table.validate(full=True)
    remedies = any("remedies" in each for each in replayed["tickets"])
    assert replayed["tickets"] == verdicts_of(tables, remedies=remedies)
    assert summary["balances"] == rows_of(tables, "balances")
    assert summary.get("remedies", []) == rows_of(tables, "owed")
    assert summary.get("availability", []) == rows_of(tables, "availability")
    return tables


def test_random_verdicts_come_back_from_their_tables(some: Callable[[int], int]) -> None:
    """Everything that the language can say of a ticket stands in some column, and every column says it."""
    filled: set[tuple[str, str]] = set()
    for number, made, policy in chain.from_iterable(
        made_examples(16, first, first + 4) for first in range(0, some(1200), 20)
    ):
        audit = bool(number % 2)
        records = observed(from_seed(f"tables/{number}"), made.policy, made.records) if audit else made.records
        contracts = contracts_from(made.contracts, policy)
        tables = assert_same(replay(policy, records, contracts, made.as_of, audit, journal=audit), policy)
        filled |= {
            (name, column)
            for name, table in tables.items()
            for column in table.schema.names
            if table[column].null_count < table.num_rows
        }
    columns = {(name, each.name) for name, schema in TABLES.items() for each in schema}
    assert {("effects", "count")} == columns - filled  # no random policy asks for tickets; the next test does


def test_a_number_of_tickets_to_create_is_a_number() -> None:
    """The one column that no random policy fills."""
    effect = {"seq": 2, "at": "2026-03-02T09:00:00Z", "kind": "create-ticket", "to": None, "about": "a", "count": 3}
    blank: dict[str, Any] = {name: [] for name in ("clauses", "assumptions")}
    policy = load_policy("base")
    replayed = replay(policy, [{"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "submit", "actor": "customer"}])
    verdict = {**replayed["tickets"][0], "effects": [effect | blank]}

    assert [effect | blank] == verdicts_of(tables_of([verdict], policy), remedies=False)[0]["effects"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_month_comes_back_from_its_tables(vendor: str, root: Path) -> None:
    """The example month of each vendor, with its messages in French and English."""
    policy, folder = load_policy(vendor), root / "examples" / vendor
    records = [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    assert_same(replay(policy, records, load_contracts(folder / "contracts.yaml", policy)), policy)


def test_where_batches_are_cut_changes_nothing() -> None:
    """Rows stand in the order of the verdicts, however many tickets are in a batch."""
    _, made, policy = next(iter(made_examples(15, 0, 1)))
    replayed = replay(policy, made.records, contracts_from(made.contracts, policy), made.as_of)
    verdicts = [{**replayed["tickets"][0], "ticket": f"T-{index}"} for index in range(7)]
    whole = tables_of(verdicts, policy)
    for tickets in (1, 2, 3, 7, 8):
        batches = [*batches_of(verdicts, policy, tickets=tickets)]
        for name, table in whole.items():
            assert table.to_pylist() == pa.Table.from_batches([each[name] for each in batches]).to_pylist()


def test_every_column_says_what_it_means() -> None:
    """And none is called as SQL's own words are, which would have to be quoted."""
    reserved = {"at", "from", "to", "group", "order", "table", "select", "where", "when", "end", "in", "as"}
    for name, schema in TABLES.items():
        assert schema.metadata[b"says"].endswith(b"."), name
        for each in schema:
            assert each.metadata[b"says"].endswith(b"."), (name, each.name)
            assert each.name not in reserved, (name, each.name)
