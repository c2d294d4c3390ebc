"""Columns with types: what they can mean is read, and what they cannot is refused with the column's name."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from bulk.reading.test_files import assert_alike, at_once, one_by_one, plain
from hypothesis import given
from hypothesis import strategies as st
from small_desk import desk

from upheld.bulk.reading.arrow_columns import arrow_batches
from upheld.bulk.reading.files import read_batches
from upheld.bulk.reading.history_table import events_in, history_table
from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFiles, Said
from upheld.history.importer import Bad
from upheld.history.notice import Notices

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
UTC_S = pa.timestamp("s", "UTC")


def table(**columns: Any) -> pa.Table:
    """A history of one record, with some columns in place of its own."""
    named = {name.replace("__", "."): values for name, values in columns.items()}
    plain_columns = {"ticket": ["T-1"], "at": ["2026-03-02T09:00Z"], "event": ["mark"], "actor": ["agent"]}
    return pa.table({name: values for name, values in {**plain_columns, **named}.items() if values is not None})


def read(history: pa.Table, *, audit: bool = False) -> tuple[list[tuple[object, ...]], list[Bad]]:
    batches, bad = [], []
    for found in arrow_batches(history.to_batches(), history.schema, "", desk(), audit=audit):
        (bad if isinstance(found, Bad) else batches).append(found)
    return [*map(plain, events_in(history_table(batches)))], bad


def dictionary(values: list[Any], kind: pa.DataType, codes: pa.DataType, indices: list[int | None]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(indices, codes), pa.array(values, kind))


MARK = ("T-1", 1772442000, "mark", "", "agent", "", "")
SAME: dict[str, dict[str, Any]] = {
    "large texts": {"ticket": pa.array(["T-1"], pa.large_string())},
    "views of texts": {"ticket": pa.array(["T-1"], pa.string_view())},
    "words with narrow codes": {"event": dictionary(["submit", "mark"], pa.string(), pa.int8(), [1])},
    "words with wide codes": {"event": dictionary(["submit", "mark"], pa.large_string(), pa.uint64(), [1])},
    "words that are there twice": {"event": dictionary(["mark", "", "mark", ""], pa.string(), pa.int16(), [2])},
    "words that are nothing": {"channel": dictionary(["a", "", None, ""], pa.string(), pa.int16(), [3])},
    "a column of nothing": {"channel": pa.nulls(1), "customer": pa.array([""])},
    **{f"instants in {unit}": {"at": pa.array([AT], pa.timestamp(unit, "UTC"))} for unit in ("s", "ms", "us", "ns")},
    "nanoseconds": {"at": pa.array([1772442000_999999999], pa.timestamp("ns", "UTC"))},
    "another zone": {"at": pa.array([AT], pa.timestamp("us", "America/New_York"))},
    "an offset": {"at": pa.array([AT], pa.timestamp("us", "+05:30"))},
    "instants as words": {"at": dictionary([AT], UTC_S, pa.int8(), [0])},
    "texts with an offset": {"at": ["2026-03-02 10:00:00.5+01:00"]},
    "an odd instant": {"at": ["2026-03-02T09Z"]},
}


@pytest.mark.parametrize("columns", SAME.values(), ids=SAME)
def test_what_columns_can_mean_is_read(columns: dict[str, Any]) -> None:
    """However wide, and whatever unit or zone: a fraction of a second does not count."""
    assert ([(*MARK, "[]")], []) == read(table(**columns))


FIELDS: dict[str, tuple[Any, str]] = {
    "text of digits": (pa.array(["45"]), '[["minutes", 45]]'),
    "small numbers": (pa.array([45], pa.uint8()), '[["minutes", 45]]'),
    "a number with a gap": (pa.array([45.0], pa.float64()), '[["minutes", 45]]'),
    "words of numbers": (dictionary([45], pa.int64(), pa.int8(), [0]), '[["minutes", 45]]'),
    "no number": (pa.array([45.5], pa.float32()), '[["minutes", "45.5"]]'),
    "nothing": (pa.array([None], pa.int64()), "[]"),
    "not a number": (pa.array([float("nan")]), "[]"),
    "true": (pa.array([True]), '[["minutes", "true"]]'),
    "a date": (pa.array([date(2026, 3, 2)]), '[["minutes", "2026-03-02"]]'),
    "an instant": (pa.array([AT], UTC_S), '[["minutes", "2026-03-02T09:00:00Z"]]'),
}


@pytest.mark.parametrize("column, expected", FIELDS.values(), ids=FIELDS)
def test_a_field_is_what_a_cell_of_it_would_be(column: pa.Array, expected: str, tmp_path: Path) -> None:
    """As in CSV, and as the reader of single rows has it."""
    history = table(data__minutes=column)
    assert ([(*MARK, expected)], []) == read(history)

    pq.write_table(history, tmp_path / "log.parquet")
    assert_alike(tmp_path / "log.parquet")


def test_data_may_be_one_column() -> None:
    """A struct, as programs make of objects; what is missing in it is no field."""
    kind = pa.struct([("minutes", pa.int64()), ("tags", pa.list_(pa.string()))])
    data = pa.array([{"minutes": 45, "tags": ["b", "a"]}], kind)
    events, _ = read(table(data=data, event=["submit"]))
    assert '[["minutes", "45"], ["tags", ["b", "a"]]]' == events[0][-1]
    assert ([(*MARK, "[]")], []) == read(table(data=pa.array([None], kind)))


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "naive instants": (
        {"at": pa.array([0], pa.timestamp("us"))},
        "column `at` holds instants without a zone, which may be those of any: "
        "give instants of a zone, or texts with their offset",
    ),
    "days": ({"at": pa.array([0], pa.date32())}, "column `at` holds days, and no instants: give instants of a zone, "),
    "seconds": ({"at": [1772442000]}, "column `at` holds whole numbers, and no instants: give instants of a zone, "),
    "a fraction as ticket": ({"ticket": [7.5]}, "column `ticket` holds numbers with a fraction, and no text: cast it"),
    "a fraction as arrival": (
        {"arrival": [7.5]},
        "column `arrival` holds numbers with a fraction, and no numbers of arrival: cast it to whole numbers",
    ),
    "true as arrival": ({"arrival": [True]}, "column `arrival` holds true and false, and no numbers of arrival: cast"),
    "an instant as arrival": ({"arrival": [AT]}, "column `arrival` holds instants, and no numbers of arrival: cast"),
    "bytes": ({"ticket": [b"T-1"]}, "column `ticket` holds bytes, and no text: cast it to text"),
    "numbers as events": ({"event": [1]}, "column `event` holds whole numbers, and no text: cast it to text"),
    "numbers as words": (
        {"event": dictionary([7], pa.int64(), pa.int8(), [0])},
        "column `event` holds whole numbers, and no text: cast it to text",
    ),
    "lists": ({"channel": [["a"]]}, "column `channel` holds lists, and no text: cast it to text"),
    "decimals": (
        {"data__minutes": [Decimal("45.00")]},
        "column `data.minutes` holds decimals, which no field does: cast it to text",
    ),
    "times of day": ({"data__x": pa.array([0], pa.time64("us"))}, "column `data.x` holds times of day, which no field"),
    "lengths": ({"data__x": pa.array([0], pa.duration("s"))}, "column `data.x` holds lengths of time, which no field"),
    "nested lists": ({"data__tags": [[["a"]]]}, "column `data.tags` holds lists, which no field does: cast it to text"),
    "nested objects": ({"data__tags": [{"a": 1}]}, "column `data.tags` holds objects, which no field does"),
    "objects within data": ({"data": [{"a": {"b": 1}}]}, "column `data.a` holds objects, which no field does"),
    "a map": (
        {"data": pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string()))},
        "column `data` holds maps: give each field a column, `data.<name>`",
    ),
    "data that are text": ({"data": ["{}"]}, "column `data` holds text: give each field a column, `data.<name>`"),
    "a misspelt column": ({"evnt": ["x"]}, "unknown column `evnt`: did you mean `event`?"),
    "no ticket": ({"ticket": None}, "column `ticket` is missing: a history has "),
    "neither event nor state": (
        {"event": None},
        "column `event` is missing, or `state` in a history of observed states",
    ),
}


@pytest.mark.parametrize("columns, expected", WRONG.values(), ids=WRONG)
def test_what_columns_cannot_mean_is_refused(columns: dict[str, Any], expected: str, tmp_path: Path) -> None:
    """One line, with the column's name and what to do, whether a program or a file has them."""
    history = table(**columns)
    with pytest.raises(HistoryError) as caught:
        read(history)
    assert str(caught.value).startswith(f"the history: {expected}")

    path = tmp_path / "log.parquet"
    pq.write_table(history, path)
    assert at_once(path, False, Said(), 400)[3].startswith(f"{path}: {expected}")


def test_a_column_twice_is_refused() -> None:
    """Which of them is meant nobody knows."""
    history = pa.Table.from_arrays([pa.array(["T-1"])] * 2, names=["ticket", "ticket"])
    with pytest.raises(HistoryError, match="column `ticket` is there twice: rename one of them"):
        read(history)


@pytest.mark.parametrize(
    "columns, problem",
    [
        ({"ticket": pa.array([None], pa.string())}, "`ticket` is missing"),
        ({"at": pa.array([None], UTC_S)}, "`at` is missing"),
        ({"at": ["2026-03-02T09:00"]}, "`2026-03-02T09:00` is no instant, since a cell has no zone"),
        ({"event": pa.array([None], pa.string())}, "give either `event` or `state`"),
        ({"state": ["open"]}, "give either `event` or `state`"),
        ({"event": None, "state": ["open"]}, "a state was observed, which only audit mode reads"),
        ({"ticket": [" T-1"]}, "`ticket` has blanks around `T-1`: leave them out"),
        ({"arrival": [-1]}, "`arrival` is a number from 1 on, and `-1` is none"),
        ({"arrival": ["x"]}, "`arrival` is a number from 1 on, and `x` is none"),
        ({"arrival": ["1.5"]}, "`arrival` is a number from 1 on, and `1.5` is none"),
        ({"arrival": pa.array([2**64 - 1], pa.uint64())}, "`18446744073709551615` is none"),
        ({"at": pa.array([0], UTC_S)}, "`1970-01-01T00:00:00Z` lies too far away"),
        ({"at": pa.array([2**62], pa.timestamp("ns", "UTC"))}, "lies too far away"),
    ],
)
def test_a_bad_record_is_told_with_its_row(columns: dict[str, Any], problem: str) -> None:
    """As from every table: what nulls leave out, and what no record may have."""
    events, bad = read(table(**columns))

    assert [] == events
    assert ["row 1"] == [each.place for each in bad]
    assert problem in bad[0].problem


ARRIVALS: dict[str, Any] = {
    "whole numbers": pa.array([7, None, 1]),
    "small ones": pa.array([7, 0, 1], pa.uint8()),
    "large ones": pa.array([7, 0, 1], pa.uint64()),
    "texts": pa.array(["7", "", "001"]),
    "large texts": pa.array(["7", None, "1"], pa.large_string()),
    "words": dictionary(["1", "7"], pa.string(), pa.int8(), [1, None, 0]),
    "words of numbers": dictionary([1, 7], pa.int64(), pa.int8(), [1, None, 0]),
}


@pytest.mark.parametrize("column", ARRIVALS.values(), ids=ARRIVALS)
def test_a_number_of_arrival_is_read(column: pa.Array) -> None:
    """However it is written; what has none says nothing of it."""
    history = pa.table({name: values * 3 for name, values in table().to_pydict().items()} | {"arrival": column})

    assert ([(*MARK, "[]", 7), (*MARK, "[]"), (*MARK, "[]", 1)], []) == read(history)


def test_a_column_without_numbers_is_none() -> None:
    """Nothing is held of what nobody says."""
    history = table(arrival=pa.nulls(1))
    [batch] = arrow_batches(history.to_batches(), history.schema, "", desk(), audit=False)

    assert "arrival" not in batch.schema.names


ROW = st.fixed_dictionaries(
    {
        "ticket": st.sampled_from(["T-1", "T-2", "", " x", None]),
        "at": st.sampled_from(
            [AT, datetime(2026, 3, 2, 9, 0, 0, 999_999, UTC), datetime(1989, 1, 1, tzinfo=UTC), None]
        ),
        "event": st.sampled_from(["mark", "submit", "", None]),
        "state": st.sampled_from(["open", "", None, None, None]),
        "actor": st.sampled_from(["agent", "customer:kim", None]),
        "arrival": st.sampled_from(["7", "1", "", None, None, "-1", "1.5", "9" * 19]),
        "data.minutes": st.sampled_from(["45", "x", "", None]),
        "data.urgent": st.sampled_from(["true", "TRUE", "no", None]),
        "data.tags": st.sampled_from(['["a"]', "a", "[", None]),
    }
)
KINDS = {"at": pa.timestamp("us", "Europe/Paris")}


@given(st.lists(ROW, min_size=1, max_size=8), st.booleans(), st.booleans())
def test_rows_of_all_kinds(tmp_path_factory: Any, rows: list[dict[str, Any]], words: bool, audit: bool) -> None:
    """At once and one by one the same, in files of both kinds."""
    columns = {name: pa.array([row[name] for row in rows], KINDS.get(name, pa.string())) for name in rows[0]}
    history = pa.table(
        {name: each.dictionary_encode() if words and name != "at" else each for name, each in columns.items()}
    )
    folder = tmp_path_factory.mktemp("rows")
    pq.write_table(history, folder / "log.parquet", row_group_size=3)
    with pyarrow.ipc.new_file(folder / "log.arrow", history.unify_dictionaries().schema) as file:
        file.write_table(history)
    for name in ("log.parquet", "log.arrow"):
        assert_alike(folder / name, audit=audit)


def test_rows_beyond_what_bytes_can_hold_are_not_read(tmp_path: Path) -> None:
    """Millions of records that are alike take no room, and nobody has so many (B02)."""
    path, row = tmp_path / "log.arrow", table()
    schema = pa.schema([(name, pa.dictionary(pa.int8(), pa.string())) for name in row.schema.names])
    with pyarrow.ipc.new_file(path, schema, options=pyarrow.ipc.IpcWriteOptions(compression="zstd")) as file:
        codes = pa.array(bytes(2**18), pa.int8())
        batch = [pa.DictionaryArray.from_arrays(codes, row[name].chunk(0)) for name in row.schema.names]
        for _ in range(5):
            file.write_batch(pa.RecordBatch.from_arrays(batch, schema=schema))
    assert path.stat().st_size < 2**13
    batches = read_batches(HistoryFiles(str(path), Notices(), Said()), desk(), audit=False, block_bytes=400)
    with pytest.raises(HistoryError, match=f"^{path}: it says that it holds more than 1048576 rows, in so few bytes"):
        deque(batches, maxlen=0)


def lies(data: bytes, chance: random.Random) -> bytes:
    """A file with some bytes changed, most of them in its footer, or cut short."""
    made = bytearray(data)
    footer = int.from_bytes(data[-8:-4], "little")
    for _ in range(chance.randint(1, 4)):
        at = len(made) - 8 - chance.randrange(footer + 8) if chance.random() < 0.8 else chance.randrange(len(made))
        made[max(at, 0)] = chance.randrange(256)
    return bytes(made[: chance.randrange(len(made))] if chance.random() < 0.1 else made)


def test_files_that_lie_are_read_or_refused(tmp_path: Path) -> None:
    """Footers that claim other types, sizes and numbers of rows: records, or one clear line; never anything else."""
    path, chance = tmp_path / "log.parquet", random.Random(2)
    pq.write_table(table(data__minutes=[45], data__tags=[["a"]], customer=["acme"]), path)
    data, refused = path.read_bytes(), 0
    for _ in range(150):
        path.write_bytes(lies(data, chance))
        _, _, _, problem = at_once(path, False, Said(), 400)
        refused += bool(problem)
        assert "\n" not in problem
    assert 40 < refused < 150


Broken = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data[:-4],
        lambda data: b"PAR1" + data[-8:],
        lambda data: b"PAR1PAR1",
        lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1",
    ],
    ids=["no end", "no rows", "nothing", "a footer of two gigabytes"],
)  # fmt: skip
def test_footers_that_are_none(broken: Broken, tmp_path: Path) -> None:
    """As the reader of single rows tells it."""
    path = tmp_path / "log.parquet"
    pq.write_table(table(), path)
    path.write_bytes(broken(path.read_bytes()))

    assert one_by_one(path, False, Said())[3] == at_once(path, False, Said(), 400)[3] != ""
