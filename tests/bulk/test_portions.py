"""Parts of a history, decided each for itself, come to what the whole does."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from bulk.months import Record, columns_of, month
from bulk.noise import noisy
from hypothesis import given
from hypothesis import strategies as st
from reference.agreement import made_examples

from upheld import load_policy
from upheld.bulk import VerdictTables, verdict_tables
from upheld.bulk.portions import Asked, plain, portions
from upheld.core.errors import HistoryError
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.engine import Engine
from upheld.jobs.sharding import CustomerSharding, TicketSharding, touching_events
from upheld.loader.contracts import contracts_from
from upheld.replaying import instant_s


def table_of(records: list[Record]) -> pa.Table:
    return pa.table({name: pa.array(each, pa.string()) for name, each in columns_of(records).items()})


def parts_of(records: list[Record], engine: Engine, number: int, *, by_customer: bool) -> list[list[Record]]:
    """The records in so many parts, each with those of a ticket together."""
    sharding: Any = CustomerSharding(engine, number) if by_customer else TicketSharding(number)
    for each in records if by_customer else ():
        sharding.see(Event.from_record({key: held for key, held in each.items() if held != ""}))
    parts: list[list[Record]] = [[] for _ in range(number)]
    for each in sorted(records, key=lambda each: each["ticket"]):
        parts[sharding.part_of(each["ticket"])].append(each)
    return [each for each in parts if each]


def rows_of(batches: list[pa.RecordBatch]) -> list[str]:
    return sorted(repr(row) for batch in batches for row in batch.to_pylist())


def assert_same(
    records: list[Record],
    policy: Policy,
    contracts: Contracts,
    as_of: str | None = None,
    tables: Sequence[str] = ("tickets", "clocks", "effects", "charges", "balances"),
    *,
    by_customer: bool = False,
) -> VerdictTables:
    whole = verdict_tables(table_of(records), policy, contracts, as_of=as_of)
    engine = Engine(policy, contracts)
    by_customer = by_customer or engine.charging.bills
    touching = touching_events(engine) if by_customer else None
    asked = Asked(policy, contracts, "clocks", key="" if touching else "ticket", touching=touching, records=100)
    batches = [
        table_of(each).to_batches(max_chunksize=30) for each in parts_of(records, engine, 3, by_customer=by_customer)
    ]
    if as_of is None:
        found = [batch["last_s"][0].as_py() for part in batches for batch in asked.last(part)]
        asked = replace(asked, last_s=max(found, default=None))
    else:
        asked = replace(asked, as_of_s=instant_s(as_of))
    for name in tables:
        each = replace(asked, table=name)
        made = [batch for part in batches for batch in each.decided(part)]
        assert rows_of(plain(whole[name]).to_batches()) == rows_of(at_home(made) if name == "balances" else made), name
    return whole


def at_home(made: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Of each balance the one of the part that had the customer's tickets, or any where none had."""
    rows = sorted((row for batch in made for row in batch.to_pylist()), key=lambda row: row["home"])
    found = {(row["customer"], row["account"]): row for row in rows}
    return [pa.RecordBatch.from_pylist([{name: row[name] for name in row if name != "home"}]) for row in found.values()]


@pytest.mark.parametrize("vendor", ["entropics", "greenmash", "manao"])
@pytest.mark.parametrize("is_noisy", [False, True])
def test_parts_come_to_the_whole(vendor: str, is_noisy: bool, root: Path) -> None:
    """Every row of every table, whatever is refused after the last record that was accepted."""
    policy, contracts, records = month(root, vendor)
    if is_noisy:
        records = noisy(records, [*policy.events], 5)
        records.append({**records[-1], "event": "nobody-knows", "at": "2031-01-01T00:00Z"})
    assert_same(records, policy, contracts)
    if is_noisy:
        assert_same(records, policy, contracts, max(each["at"] for each in records[: len(records) // 2]))


def test_random_parts_come_to_the_whole(some: Callable[[int], int]) -> None:
    """Of policies of the whole language but availability: what is owed, too, since caps and claims are a customer's."""
    owed = 0
    places = product((3, 23), range(0, some(300), 20))
    for _, made, policy in chain.from_iterable(made_examples(seed, first, first + 2) for seed, first in places):
        if policy.availability:
            continue
        contracts = contracts_from(made.contracts, policy)
        tables = ("tickets", "remedies", "owed") if policy.remedies else ("tickets", "clocks")
        whole = assert_same([*made.records], policy, contracts, made.as_of, tables, by_customer=bool(policy.remedies))
        owed += whole["owed"].num_rows
    assert owed > 0


@given(st.lists(st.integers(1, 9), max_size=12), st.integers(1, 8), st.integers(1, 20))
def test_nothing_is_cut_within_a_key(runs: list[int], batch: int, most: int) -> None:
    """Portions hold whole keys, in order, and as many records as were asked for where the next key allows it."""
    keys = [f"T-{number:02}" for number, run in enumerate(runs) for _ in range(run)]
    table = pa.table({"ticket": pa.array(keys, pa.string()), "row": range(len(keys))})
    found = [*portions(table.to_batches(max_chunksize=batch), "ticket", most)]
    several = [set(each["ticket"].to_pylist()) for each in found]

    assert [*range(len(keys))] == [row for each in found for row in each["row"].to_pylist()]
    assert len(set(keys)) == sum(map(len, several))
    assert all(each.num_rows < 4 * most + 9 + batch for each in found)
    assert [table.num_rows] * bool(keys) == [
        each.num_rows for each in portions(table.to_batches(max_chunksize=batch), "", most)
    ]


def test_what_is_asked_can_be_sent(root: Path) -> None:
    """To other processes, and comes out the same."""
    policy, contracts, records = month(root, "greenmash")
    asked = Asked(policy, contracts, "clocks", last_s=10**9 * 2)
    sent = pickle.loads(pickle.dumps(asked))
    batches = table_of(sorted(records, key=lambda each: each["ticket"])).to_batches()
    assert [*asked.decided(batches)] == [*sent.decided(batches)]


def test_a_bad_record_is_told_with_its_ticket() -> None:
    """Its row would be that of a part of which nobody knows what is in it."""
    rows = {"ticket": ["T-1", "T-2"], "at": ["2026-03-02T09:00Z", "?"], "event": ["submit", "close"]}
    asked = Asked(load_policy("base"), None, "clocks")
    with pytest.raises(HistoryError, match=r"^ticket `T-2`: `\?` is no instant"):
        next(asked.decided(pa.table(rows).to_batches()))
    rows["ticket"][1] = None  # type: ignore[call-overload]
    with pytest.raises(HistoryError, match=r"^a record without a ticket: "):
        next(asked.decided(pa.table(rows).to_batches()))


def test_a_portion_is_large_where_one_ticket_is() -> None:
    """Thirty thousand records of one ticket are decided together, and the others of its part as well."""
    times = [
        f"2026-03-02T{hour:02}:{minute:02}:{second:02}Z"
        for hour in (9, 10, 11)
        for minute in range(60)
        for second in range(0, 60, 2)
    ]
    records = [{"ticket": "T-2", "at": at, "event": "submit", "actor": "customer"} for at in times]
    rows = [{**records[0], "ticket": "T-1"}, *records, {**records[0], "ticket": "T-3"}]
    asked = Asked(load_policy("base"), None, "tickets", records=100, last_s=2 * 10**9)
    made = [*asked.decided(pa.Table.from_pylist(rows).to_batches(max_chunksize=50))]
    assert {"T-1": 1, "T-2": len(times), "T-3": 1} == {
        row["ticket"]: row["events"] for batch in made for row in batch.to_pylist()
    }
