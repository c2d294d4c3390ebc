"""The door of bulk: whatever history is given to it, whichever path is taken, and samples that are decided twice."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from bulk.months import Record, columns_of, month
from hypothesis import given
from hypothesis import strategies as st

from upheld import load_policy
from upheld.bulk import VerdictTables, verdict_tables
from upheld.bulk.reading.history_table import batch_of, history_table
from upheld.bulk.sample import sample, verified
from upheld.bulk.tables import COLUMNS, tables_from
from upheld.core.errors import ArgumentError, DifferenceError, HistoryError
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.engine import Engine
from upheld.replaying import instant_s, replay

VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")


def assert_same(scalar: VerdictTables, columns: VerdictTables) -> None:
    assert [*scalar] == [*columns]
    for name, table in scalar.items():
        columns[name].validate(full=True)
        assert table.schema.equals(columns[name].schema), name
        assert table.to_pylist() == columns[name].to_pylist(), name
    assert scalar.header == columns.header
    assert scalar.summary == columns.summary
    assert [*map(str, scalar.warnings)] == [*map(str, columns.warnings)]


@given(st.data())
def test_how_a_table_is_given_changes_nothing(root: Path, data: st.DataObject) -> None:
    """Batches cut anywhere, tickets in any order, dictionaries in any order: the tables of the records one by one."""
    policy, contracts, records, replayed = few_tickets(root)
    by_ticket: dict[str, list[Record]] = {}
    for each in records:
        by_ticket.setdefault(each["ticket"], []).append(each)
    order = data.draw(st.permutations([*by_ticket]))
    columns = {
        name: pa.array(each, pa.string())
        for name, each in columns_of([each for ticket in order for each in by_ticket[ticket]]).items()
    }
    for name in data.draw(st.sets(st.sampled_from([*columns]))):
        columns[name] = columns[name].dictionary_encode()
    table = pa.table(columns)
    cuts = sorted(data.draw(st.lists(st.integers(0, table.num_rows), max_size=4)))
    batches = [
        batch
        for start, end in zip([0, *cuts], [*cuts, table.num_rows])
        for batch in table.slice(start, end - start).combine_chunks().to_batches()
    ]
    made = verdict_tables(batches, policy, contracts)

    assert COLUMNS == made.path
    assert replayed["summary"] == made.summary
    assert [each["state"] for each in replayed["tickets"]] == made["tickets"]["state"].to_pylist()
    assert_same(verdict_tables(table, policy, contracts, path="scalar"), made)


@cache
def few_tickets(root: Path) -> tuple[Policy, Contracts, list[Record], dict[str, Any]]:
    """The first tickets of a month, and what they come to one by one."""
    policy, contracts, records = month(root, "greenmash")
    records = [each for each in records if each["ticket"] <= "GM-103"]
    return policy, contracts, records, replay(policy, records, contracts)


@pytest.mark.parametrize("vendor", VENDORS)
def test_columns_that_a_history_lacks_are_nothing(vendor: str, root: Path) -> None:
    """Fields, customers and channels that no record has; most events are refused for it."""
    policy, contracts, records = month(root, vendor)
    bare = [{name: each[name] for name in ("ticket", "at", "event", "actor")} for each in records]
    history = pa.table(columns_of(bare))
    made = verdict_tables(history, policy, contracts)

    assert replay(policy, bare, contracts)["summary"] == made.summary
    assert_same(verdict_tables(history, policy, contracts, path="scalar"), made)


@pytest.mark.parametrize(
    "history, problem",
    [
        (None, "a history is a table or batches of Arrow, or what gives a stream of them"),
        ([], "a history is a table or batches of Arrow"),
        ([{"ticket": "T-1"}], "a history is a table or batches of Arrow"),
        ("history.csv", "a history is a table or batches of Arrow"),
    ],
)
def test_what_is_no_table_is_told(history: object, problem: str) -> None:
    """With what would be one."""
    with pytest.raises(ArgumentError, match=problem):
        verdict_tables(history, load_policy("base"))


def test_a_bad_record_is_told_with_its_row() -> None:
    """As `upheld.replay` tells the number of a record."""
    history = pa.table({"ticket": ["T-1", "T-1"], "at": ["2026-03-02T09:00Z", "?"], "event": ["submit", "close"]})
    with pytest.raises(HistoryError, match=r"^row 2: `\?` is no instant"):
        verdict_tables(history, load_policy("base"))


def test_a_path_that_there_is_not_is_told() -> None:
    """And one that cannot be taken."""
    history = pa.table({"ticket": ["T-1"], "at": ["2026-03-02T09:00Z"], "event": ["submit"], "actor": ["customer"]})
    with pytest.raises(ArgumentError, match="there is no path `colums`: did you mean `columns`"):
        verdict_tables(history, load_policy("base"), path="colums")
    with pytest.raises(ArgumentError, match="columns cannot decide this: a journal is kept record by record"):
        verdict_tables(history, load_policy("base"), path="columns", journal=True)
    journal = verdict_tables(history, load_policy("base"), journal=True)
    assert ("scalar", "journal") == (journal.path, journal.why)
    assert journal["tickets"]["journal"][0].as_py().startswith("sha256:")


def test_a_sample_is_told_by_digests(root: Path) -> None:
    """The same on every machine, as large as was asked for, and never empty."""
    tickets = pa.chunked_array([[f"T-{number}" for number in range(10_000)]])
    for share in ("0.01", "0.2", "1"):
        found = sample(tickets, "sha256:a", Decimal(share))
        assert found == sample(tickets, "sha256:a", Decimal(share))
        assert abs(len(found) - 10_000 * Decimal(share)) < 250
    assert sample(tickets, "sha256:a", Decimal("0.01")) != sample(tickets, "sha256:b", Decimal("0.01"))
    assert 1 == len(sample(tickets.slice(0, 3), "sha256:a", Decimal("0.000001")))


CHANGED = {
    "a value": (
        "clocks",
        "used_s",
        lambda table: pa.array([each + 1 for each in table["used_s"].to_pylist()], pa.int64()),
    ),
    "a word": ("tickets", "state", lambda table: pa.array(["nowhere"] * table.num_rows).dictionary_encode()),
}


@pytest.mark.parametrize("name, column, change", CHANGED.values(), ids=CHANGED)
def test_a_difference_is_told_with_its_place(name: str, column: str, change: Any, root: Path) -> None:
    """Ticket, table, column and both values."""
    policy, contracts, records = month(root, "greenmash")
    history = history_table([batch_of([Event.from_record(each) for each in records])])
    engine = Engine(policy, contracts)
    made = tables_from(history, engine)
    as_of_s = instant_s(made.header["as_of"])
    number = verified(made, history, engine, None, as_of_s, Decimal(1))
    assert made["tickets"].num_rows == number

    table = made[name]
    wrong = {**made, name: table.set_column(table.schema.get_field_index(column), column, change(table))}
    with pytest.raises(DifferenceError) as caught:
        verified(wrong, history, engine, None, as_of_s, Decimal(1))
    assert (name, column) == (caught.value.table, caught.value.column)
    assert f"table `{name}`, column `{column}`" in str(caught.value)


def test_a_row_too_few_is_told(root: Path) -> None:
    """And one too many."""
    policy, contracts, records = month(root, "greenmash")
    history = history_table([batch_of([Event.from_record(each) for each in records])])
    engine = Engine(policy, contracts)
    made = tables_from(history, engine)
    as_of_s = instant_s(made.header["as_of"])
    moves = made["moves"]
    for wrong in (moves.slice(1), moves.slice(0, moves.num_rows - 1), pa.concat_tables([moves, moves.slice(0, 1)])):
        with pytest.raises(DifferenceError, match="table `moves`"):
            verified({**made, "moves": wrong}, history, engine, None, as_of_s, Decimal(1))
