"""Parquet and Arrow: columns with types, as text that a mapping reads."""

from __future__ import annotations

import builtins
import io
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.table import arrow_table
from upheld.history.format.table.arrow_table import begins_ipc, begins_parquet, ipc_rows, parquet_rows
from upheld.history.formats import format_of
from upheld.history.importer import Row

HOUR = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - a column without a zone


def parquet(columns: Mapping[str, Any], **options: Any) -> bytes:
    target = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(dict(columns)), target, **options)
    return target.getvalue()


def ipc(columns: Mapping[str, Any]) -> bytes:
    target, table = io.BytesIO(), pa.table(dict(columns))
    with pyarrow.ipc.new_file(target, table.schema) as writer:
        writer.write_table(table)
    return target.getvalue()


def found(data: bytes) -> list[Row]:
    read = parquet_rows if begins_parquet(data) else ipc_rows
    return [each for each in read(HistoryFile("t.parquet", io.BytesIO(data))) if isinstance(each, Row)]


def told(data: bytes) -> str:
    with pytest.raises(HistoryError) as raised:
        found(data)
    return str(raised.value)


@pytest.mark.parametrize("write", [parquet, ipc])
@pytest.mark.parametrize(
    "values, text",
    [
        (pa.array([HOUR]), "2026-03-02T09:00:00"),
        (pa.array([HOUR], pa.timestamp("ns")), "2026-03-02T09:00:00"),
        (pa.array([HOUR], pa.timestamp("us", "UTC")), "2026-03-02T09:00:00Z"),
        (pa.array([HOUR], pa.timestamp("ms", "Europe/Paris")), "2026-03-02T10:00:00+01:00"),
        (pa.array([HOUR], pa.timestamp("ms", "+05:30")), "2026-03-02T14:30:00+05:30"),
        (pa.array([date(2026, 3, 2)]), "2026-03-02"),
        (pa.array([time(9, 30)]), "09:30:00"),
        (pa.array([timedelta(hours=36)]), "36:00:00"),
        (pa.array([Decimal("1.50")]), "1.50"),
        (pa.array([2**62]), "4611686018427387904"),
        (pa.array([7.0]), "7"),
        (pa.array([1.1], pa.float32()), "1.1"),
        (pa.array([float("nan")]), ""),
        (pa.array([True]), "true"),
        (pa.array(["a"]), "a"),
        (pa.array(["a"]).dictionary_encode(), "a"),
        (pa.array([["x", "é"]]), '["x", "é"]'),
        (pa.array([[HOUR]]), '["2026-03-02T09:00:00"]'),
        (pa.array([b"caf\xc3\xa9"]), "café"),
    ],
)
def test_a_value_is_what_somebody_would_have_written(write: Any, values: pa.Array, text: str) -> None:
    """Nothing is an empty cell, whatever it might have been."""
    column = pa.concat_arrays([values, pa.nulls(1, values.type)])
    data = write({"a": column})
    assert [each.cells for each in found(data)] == [{"a": text}, {"a": ""}]


@pytest.mark.parametrize("write", [parquet, ipc])
def test_what_stands_within_another_is_under_both_names(write: Any) -> None:
    data = write({"ticket": ["T-1", "T-2"], "data": [{"a": 1, "b": {"c": "x"}}, None]})
    assert found(data) == [
        Row("t.parquet: row 1", {"ticket": "T-1", "data.a": "1", "data.b.c": "x"}),
        Row("t.parquet: row 2", {"ticket": "T-2", "data.a": "", "data.b.c": ""}),
    ]


def test_a_zone_that_nobody_knows_is_utc() -> None:
    (row,) = found(ipc({"a": pa.array([HOUR], pa.timestamp("ms", "Nowhere/At_All"))}))
    assert row.cells == {"a": "2026-03-02T09:00:00Z"}


def test_rows_come_batch_by_batch() -> None:
    rows = found(parquet({"n": list(range(10_000)), "word": ["x", "y"] * 5_000}, row_group_size=3_000))
    assert [each.cells["n"] for each in rows] == [str(number) for number in range(10_000)]
    assert rows[-1] == Row("t.parquet: row 10000", {"n": "9999", "word": "y"})


def test_columns_may_be_repeated() -> None:
    target, table = io.BytesIO(), pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pyarrow.ipc.new_file(target, table.schema) as writer:
        writer.write_table(table)
    assert [each.cells for each in found(target.getvalue())] == [{"a": "1", "a 2": "2"}]


TABLE = {"ticket": ["T-1", "T-2"], "at": [HOUR, HOUR]}


@pytest.mark.parametrize(
    "data, problem",
    [
        (parquet(TABLE)[:-9], "t.parquet: Parquet cannot be read on from here: it is damaged; export it again"),
        (b"PARE" + parquet(TABLE)[4:], "t.parquet: this file is encrypted: export it without"),
        (b"PAR1", "t.parquet: Parquet cannot be read on from here"),
        (ipc(TABLE)[:-9], "t.parquet: a file of Arrow cannot be read on from here"),
        (parquet({"x" * 300: [1]}), "is too long a column: at most 256 characters"),
        (parquet({f"c{number}": [1] for number in range(1_001)}), "there are more than 1000 columns"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, problem: str) -> None:
    assert problem in told(data)


def test_a_word_that_is_repeated_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_table, "FREE_ROWS", 1_000)
    data = parquet({"a": ["x"] * 100_000})
    assert told(data).startswith(f"t.parquet: {len(data)} bytes hold more than {100 * len(data)} rows: no export does")


def test_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyarrow is large, and not everybody has Parquet."""
    real = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    assert told(parquet(TABLE)) == (
        "t.parquet: this is Parquet, which needs pyarrow: `pip install 'upheld[parquet]'`, or save it as CSV"
    )


def test_they_are_recognised() -> None:
    assert [begins_parquet(parquet(TABLE)), begins_ipc(ipc(TABLE))] == [True, True]
    for data, name in ((parquet(TABLE), "parquet"), (ipc(TABLE), "arrow")):
        assert format_of(HistoryFile("export.csv", io.BytesIO(data))).name == name
