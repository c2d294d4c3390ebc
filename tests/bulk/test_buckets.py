"""A folder of buckets: each file is decided where it lies, and what is wrong with one is told by its name."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from upheld import load_policy
from upheld.bulk.buckets import Buckets, bucket_files
from upheld.bulk.portions import Asked
from upheld.core.errors import HistoryError, MissingLibraryError
from upheld.spark import verdicts

ROWS = {"at": ["2026-03-02T09:00Z"] * 2, "event": ["submit"] * 2, "actor": ["customer"] * 2, "customer": ["acme", None]}
NUMBERS = [pa.RecordBatch.from_pydict({"id": [0]}), pa.RecordBatch.from_pydict({"id": [1]})]


def buckets(folder: Path, touching: frozenset[str] | None = None) -> Buckets:
    for name, tickets in (("b.parquet", ["T-3", "T-4"]), ("a.parquet", ["T-1", "T-2"])):
        pyarrow.parquet.write_table(pa.table({"ticket": tickets, **ROWS}), folder / name)
    (folder / "_SUCCESS").touch()
    asked = Asked(load_policy("base"), None, "tickets", key="", touching=touching, last_s=2 * 10**9)
    return Buckets(str(folder), bucket_files(str(folder)), asked)


def test_each_file_is_decided_by_its_number(tmp_path: Path) -> None:
    """Those of Parquet, in the order of their names; what else lies there is left alone."""
    found = pickle.loads(pickle.dumps(buckets(tmp_path)))
    assert ("a.parquet", "b.parquet") == found.files
    assert [["T-1", "T-2"], ["T-3", "T-4"]] == [each["ticket"].to_pylist() for each in found.decided(NUMBERS)]
    assert [1772442000] * 2 == [each["last_s"][0].as_py() for each in found.last(NUMBERS)]


def test_what_files_hold_is_told(tmp_path: Path) -> None:
    """Tickets, and the customers whose accounts their records may touch; nobody is one, too."""
    held = [row for each in buckets(tmp_path, frozenset({"submit"})).held(NUMBERS[:1]) for row in each.to_pylist()]
    assert [("ticket", "T-1"), ("ticket", "T-2"), ("customer", "acme"), ("customer", "")] == [
        (row["what"], row["name"]) for row in held
    ]
    assert 2 == sum(len(each) for each in buckets(tmp_path).held(NUMBERS[:1]))


def test_a_bad_folder_is_told(tmp_path: Path) -> None:
    """One that is empty, one that is not there, a file that is damaged, and columns that are none of a history."""
    with pytest.raises(HistoryError, match="there is no file of Parquet in it$"):
        bucket_files(str(tmp_path))
    with pytest.raises(HistoryError, match="missing: this folder cannot be read: "):
        bucket_files(str(tmp_path / "missing"))
    found = buckets(tmp_path)
    (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    with pytest.raises(HistoryError, match=r"^a\.parquet: Parquet cannot be read on from here: it is damaged"):
        list(found.held(NUMBERS))
    pyarrow.parquet.write_table(pa.table({"tiket": ["T-1"]}), tmp_path / "a.parquet")
    with pytest.raises(HistoryError, match=r"^a\.parquet: unknown column `tiket`"):
        list(found.decided(NUMBERS))


def test_without_spark_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is loaded before somebody wants it."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingLibraryError, match=r"^verdicts by Spark need pyspark: `pip install 'upheld\[spark\]'`$"):
        verdicts(None, load_policy("base"))
