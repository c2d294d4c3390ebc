"""Frames of Spark: the tables of many tasks are those of one machine, row by row."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from bulk.months import Record, columns_of, month
from bulk.noise import noisy

from upheld import load_contracts, load_policy
from upheld import spark as door
from upheld.bulk import verdict_tables
from upheld.bulk.portions import plain
from upheld.core.errors import ArgumentError, HistoryError
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy

pytestmark = pytest.mark.filterwarnings(
    "ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::ResourceWarning"
)
LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.adaptive.coalescePartitions.enabled": "false",  # which would make one task of so little
    "spark.sql.session.timeZone": "Pacific/Auckland",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="module")
def session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two tasks at once on this machine, which nobody else can reach."""
    if not request.config.getoption("--spark"):
        pytest.skip("no Spark was asked for: `python3 dev.py check spark`")
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("upheld")
    for name, value in LOCAL.items():
        builder = builder.config(name, value)
    found = builder.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse"))).getOrCreate()
    found.sparkContext.setLogLevel("OFF")
    yield found
    found.stop()


def frame_of(session: Any, records: list[Record]) -> tuple[pa.Table, Any]:
    """A history of one machine, and the same as a frame that says in which order it arrived."""
    columns = {name: pa.array(each, pa.string()) for name, each in columns_of(records).items()}
    numbered = pa.table({**columns, "arrived": pa.array(range(len(records)))})
    return pa.table(columns), session.createDataFrame(numbered).orderBy("ticket", "arrived")


def rows_of(table: Any) -> list[str]:
    return sorted(repr(row) for row in table.to_pylist())


def texts_of(frame: Any) -> list[str]:
    """The rows of a frame, instants in UTC whatever the session's zone is."""
    table = frame.toArrow()
    fields = [
        each.with_type(pa.timestamp("us", "UTC")) if pa.types.is_timestamp(each.type) else each for each in table.schema
    ]
    return rows_of(table.cast(pa.schema(fields)))


@pytest.mark.parametrize(
    "vendor, tables",
    [("greenmash", ["clocks"]), ("entropics", ["tickets", "balances"])],
)
def test_rows_are_those_of_one_machine(vendor: str, tables: list[str], session: Any, root: Path) -> None:
    """Of a history with noise, where records are refused after the last that is accepted; by ticket, or by customer."""
    policy, contracts, records = month(root, vendor)
    records = noisy(records, [*policy.events], 3)
    records.append({**records[-1], "event": "nobody-knows", "at": "2031-01-01T00:00Z"})
    history, frame = frame_of(session, records)
    whole = verdict_tables(history, policy, contracts)
    last = door.last_accepted(frame, policy, contracts, order="arrived")

    assert whole.header["as_of"] == f"{last.at:%Y-%m-%dT%H:%M:%SZ}"
    for table in tables:
        found = door.verdicts(frame, policy, contracts, table=table, order="arrived", as_of=last)
        assert rows_of(plain(whole[table])) == texts_of(found), table
        assert whole[table].schema.names == found.columns


def test_as_of_is_found_or_said(session: Any, root: Path) -> None:
    """The same whoever finds it; later records are not read where somebody says it."""
    policy, contracts, records = month(root, "manao")
    history, frame = frame_of(session, records)
    middle = sorted(datetime.fromisoformat(each["at"]) for each in records)[len(records) // 2].isoformat()
    for as_of in (None, middle):
        whole = verdict_tables(history, policy, contracts, as_of=as_of)
        found = door.verdicts(frame, policy, contracts, as_of=as_of, order=["arrived"], partitions=2)
        assert rows_of(plain(whole["clocks"])) == texts_of(found)


def test_instants_may_be_timestamps_and_fields_an_object(session: Any) -> None:
    """Records without an order of their own come in that of their instants, also of texts with different offsets."""
    base = load_policy("base")
    records = [
        {"ticket": "T-1", "at": "2026-03-02T10:30+02:00", "event": "submit", "actor": "customer"},
        {"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "resolve", "actor": "agent"},
    ]
    whole = verdict_tables(pa.Table.from_pylist(records), base)["moves"]
    rows = [(*each.values(), "low") for each in reversed(records)]
    texts = session.createDataFrame(rows, "ticket string, at string, event string, actor string, urgency string")
    objects = texts.selectExpr("ticket", "to_timestamp(at, \"yyyy-MM-dd'T'HH:mmXXX\") AS at", "event", "actor")

    assert 0 < whole.num_rows
    assert rows_of(plain(whole)) == texts_of(door.verdicts(texts.drop("urgency"), base, table="moves"))
    assert rows_of(plain(whole)) == texts_of(door.verdicts(objects, base, table="moves"))


def skewed(records: list[Record], customer: str) -> list[Record]:
    """A month of which nearly all is one customer's."""
    return [
        {**each, "customer": customer} if number % 20 and each.get("customer") else each
        for number, each in enumerate(records)
    ]


def test_one_customer_may_have_most_records(session: Any, root: Path) -> None:
    """His tickets are decided together, and those of others elsewhere."""
    policy, contracts, records = month(root, "entropics")
    records = skewed(records, next(iter(contracts.customers)))
    history, frame = frame_of(session, records)
    whole = verdict_tables(history, policy, contracts)
    for table in ("charges", "balances"):
        assert rows_of(plain(whole[table])) == texts_of(
            door.verdicts(frame, policy, contracts, table=table, order="arrived")
        )


def test_one_ticket_may_have_most_records(session: Any) -> None:
    """Thirty thousand of them, beside tickets of one."""
    base = load_policy("base")
    seconds = "cast(1.7e9 AS bigint) + id"
    frame = session.range(30_100).selectExpr(
        "if(id % 301 = 7, concat('T-', id), 'T-1') AS ticket",
        f"timestamp_seconds({seconds}) AS at",
        "if(id = 0 OR id % 301 = 7, 'submit', 'add-comment') AS event",
        "'customer' AS actor",
    )
    found = door.verdicts(frame, base, table="tickets", as_of="2024-01-01T00:00Z").toArrow()
    whole = verdict_tables(frame.orderBy("at").toArrow(), base, as_of="2024-01-01T00:00Z")["tickets"]

    assert 101 == found.num_rows
    assert 30_000 == max(found["events"].to_pylist())
    assert rows_of(plain(whole).select(["ticket", "state", "events"])) == rows_of(
        found.select(["ticket", "state", "events"])
    )


def test_buckets_are_decided_where_they_lie(session: Any, root: Path, tmp_path: Path) -> None:
    """Each file by a task of its own, with the rows of one machine; what is in two files is told."""
    policy, contracts, records = month(root, "entropics")
    history, frame = frame_of(session, records)
    whole, folder = verdict_tables(history, policy, contracts), tmp_path / "buckets"
    door.bucketed(frame, policy, contracts, order="arrived", partitions=3).write.parquet(str(folder))
    assert 1 < len([*folder.glob("*.parquet")])
    for table in ("clocks", "balances"):
        found = door.verdicts_of_files(session, folder, policy, contracts, table=table)
        assert rows_of(plain(whole[table])) == texts_of(found), table

    first = min(folder.glob("*.parquet"))
    (folder / "again.parquet").write_bytes(first.read_bytes())
    with pytest.raises(HistoryError, match=r"^again\.parquet: ticket `.*` is in `part-.*`, too: make the folder anew"):
        door.verdicts_of_files(session, folder, policy, contracts)


def edgevirt(root: Path) -> tuple[Policy, Contracts]:
    folder = root / "examples" / "contracts" / "edgevirt"
    policy = load_policy(folder / "policy.yaml")
    return policy, load_contracts(folder / "contracts.yaml", policy)


def test_what_ties_all_tickets_together_is_one_task(session: Any, root: Path) -> None:
    """A service that is down is down for everybody; who wants that in one task says so."""
    policy, contracts = edgevirt(root)
    text = (root / "examples" / "contracts" / "edgevirt" / "history.jsonl").read_text(encoding="utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    history, frame = frame_of(session, records)
    whole = verdict_tables(history, policy, contracts)
    with pytest.raises(
        ArgumentError, match=r"table `availability` of policy `.*` rests on availability, .* `partitions=1`"
    ):
        door.verdicts(frame, policy, contracts, table="availability", order="arrived")
    for table in ("availability", "owed"):
        found = door.verdicts(frame, policy, contracts, table=table, order="arrived", partitions=1)
        assert 0 < whole[table].num_rows
        assert rows_of(plain(whole[table])) == texts_of(found)


def test_what_is_wrong_is_told_in_one_line(session: Any) -> None:
    """Before anything is decided where it can be, and by the ticket where it cannot."""
    base, schema = load_policy("base"), "ticket string, at string, event string"
    texts = "texts of instants have another order than instants: make `at` a timestamp, or order records by"
    frame = session.createDataFrame([("T-1", "2026-03-02T09:00Z", "submit"), ("T-2", "?", "submit")], schema)
    with pytest.raises(HistoryError, match=r"^ticket `T-2`: `\?` is no instant"):
        door.verdicts(frame, base)
    with pytest.raises(ArgumentError, match="there is no table `clock`: did you mean `clocks`?"):
        door.verdicts(frame, base, table="clock")
    with pytest.raises(ArgumentError, match="there is no column `arrived` to order records by"):
        door.verdicts(frame, base, order="arrived")
    with pytest.raises(ArgumentError, match=texts):
        door.bucketed(frame, base)
    with pytest.raises(ArgumentError, match=texts):
        door.verdicts(frame, base, order=["event", "at"])
    with pytest.raises(HistoryError, match="unknown column `tiket`: did you mean `ticket`?"):
        door.verdicts(frame.withColumnRenamed("ticket", "tiket"), base)
    with pytest.raises(HistoryError, match="column `at` holds instants without a zone"):
        door.verdicts(frame.selectExpr("ticket", "to_timestamp_ntz('2026-03-02 09:00:00') AS at", "event"), base)


def test_the_program_of_the_page_runs(session: Any, root: Path) -> None:
    """docs/bulk.md; it asserts what it shows."""
    page = (root / "docs" / "bulk.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python ?(spark)?\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {"spark": session}

    assert ["", "spark"] == [each for each, _ in blocks]
    for _, text in blocks:
        exec(compile(text, "docs/bulk.md", "exec"), names)
