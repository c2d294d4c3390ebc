"""A folder of tables is of one run that came to its end, and equal tables are equal bytes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld import load_policy
from upheld.bulk.scalar_tables import batches_of, tables_of
from upheld.bulk.schemas import TABLES, schemas_for
from upheld.bulk.writing import ROWS, TablesFolder, as_they_come
from upheld.core.errors import UpheldError
from upheld.replaying import replay
from upheld.report.files.verdicts import TABLE_FILES

POLICY = load_policy("base")


def replayed(tickets: int = 5) -> dict[str, Any]:
    records = [
        {"ticket": f"T-{number:03}", "at": f"2026-03-02T{9 + at:02}:00Z", "event": event, "actor": "customer"}
        for number in range(tickets)
        for at, event in enumerate(["submit", "close", "nothing"])
    ]
    return replay(POLICY, records)


def write(path: Path, run: dict[str, Any], cut: int = 10**6, rows: int = ROWS) -> None:
    """Write a replay, some tickets at once."""
    header = {name: value for name, value in run.items() if name not in ("tickets", "summary")}
    with TablesFolder(path, POLICY, rows) as folder:
        folder.begin(header)
        for batches in batches_of(run["tickets"], POLICY, tickets=cut):
            folder.write(batches)
        folder.write({"balances": tables_of([], POLICY, run["summary"])["balances"]})
        folder.finish(header, run["summary"])


def digests(path: Path) -> dict[str, str]:
    return {each.name: sha256(each.read_bytes()).hexdigest() for each in sorted(path.iterdir())}


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    """Every table, with its schema, its version and what all verdicts have in common."""
    run = replayed()
    write(tmp_path / "out", run)

    assert {*TABLE_FILES, "summary.json"} == {each.name for each in (tmp_path / "out").iterdir()}
    assert {f"{name}.parquet" for name in TABLES} == set(TABLE_FILES)
    for name, expected in tables_of(run["tickets"], POLICY, run["summary"]).items():
        found = pq.read_table(tmp_path / "out" / f"{name}.parquet")
        assert schemas_for(POLICY)[name].equals(found.schema), name
        assert expected.to_pylist() == found.to_pylist(), name
        metadata = pq.read_schema(tmp_path / "out" / f"{name}.parquet").metadata
        assert b"1" == metadata[b"upheld.tables"]
        assert run["policy"] == json.loads(metadata[b"upheld.header"])["policy"]
    assert run["summary"] == json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["summary"]


def test_equal_tables_are_equal_bytes(tmp_path: Path) -> None:
    """However many tickets came at once, and a second time."""
    for number, cut in enumerate((1, 2, 5, 5)):
        write(tmp_path / str(number), replayed(), cut)

    assert 1 == len({json.dumps(digests(tmp_path / str(number))) for number in range(4)})


def test_row_groups_end_where_they_do(tmp_path: Path) -> None:
    """Rows of a group are counted, not those that come together."""
    for number, cut in enumerate((1, 2, 4, 100)):
        write(tmp_path / str(number), replayed(10), cut, rows=3)
    groups = pq.ParquetFile(tmp_path / "0" / "tickets.parquet").metadata

    assert [3, 3, 3, 1] == [groups.row_group(number).num_rows for number in range(groups.num_row_groups)]
    assert 1 == len({json.dumps(digests(tmp_path / str(number))) for number in range(4)})


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=6), min_size=1, max_size=4), st.randoms())
def test_words_are_numbered_as_they_come(chunks: list[list[str | None]], chance: Random) -> None:
    """Whatever their codes were, also where a dictionary has words that nobody uses, or one of them twice."""
    arrays = []
    for chunk in chunks:
        words = [*{each for each in chunk if each is not None}, "unused", "a", "a"]
        chance.shuffle(words)
        codes = [None if each is None else words.index(each) for each in chunk]
        arrays.append(pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(words, pa.string())))
    values = [each for chunk in chunks for each in chunk]
    found = as_they_come(pa.chunked_array(arrays))

    assert values == found.to_pylist()
    assert [*dict.fromkeys(each for each in values if each is not None)] == found.dictionary.to_pylist()


def test_an_earlier_output_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    """Of either format; a folder with anything else is left as it is."""
    write(tmp_path / "out", replayed(1))
    write(tmp_path / "out", replayed(2))
    assert 2 == pq.read_metadata(tmp_path / "out" / "tickets.parquet").num_rows

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "tickets.parquet").write_bytes(b"mine")
    with pytest.raises(UpheldError, match="holds `tickets.parquet`, which is no file of a replay: name a new folder"):
        write(tmp_path / "mine", replayed(1))
    assert ["tickets.parquet"] == [each.name for each in (tmp_path / "mine").iterdir()]
    assert {"mine", "out"} == {each.name for each in tmp_path.iterdir()}


def test_what_was_not_finished_leaves_what_was_there(tmp_path: Path) -> None:
    """And nothing beside it."""
    write(tmp_path / "out", replayed(1))
    before = digests(tmp_path / "out")
    with TablesFolder(tmp_path / "out", POLICY) as folder:
        folder.begin({})
        folder.write(tables_of(replayed(3)["tickets"], POLICY))

    assert before == digests(tmp_path / "out")
    assert ["out"] == [each.name for each in tmp_path.iterdir()]


def test_killing_leaves_the_former_output(tmp_path: Path) -> None:
    """Kill -9 at any moment of a run of the command; the next run clears away what was left (F14)."""
    history, out = tmp_path / "log.csv", tmp_path / "out"
    rows = [f"T-{number},2026-03-02T09:00Z,submit,customer" for number in range(3_000)]
    history.write_text("\n".join(["ticket,at,event,actor", *rows, ""]), encoding="utf-8")
    command = [sys.executable, "-m", "upheld", "replay", str(history), "--policy", "base", "--format", "parquet"]
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)
    before, chance, killed = digests(out), Random(7), 0
    for _ in range(8):
        run = subprocess.Popen([*command, "--out", str(out)], stderr=subprocess.DEVNULL)
        try:
            run.wait(chance.uniform(0.3, 1.6))
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            killed += run.wait() == -signal.SIGKILL
        if out.exists():  # between two renames there is none, and the next run puts it back
            assert before == digests(out)
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)

    assert killed
    assert before == digests(out)
    assert {"log.csv", "out"} == {each.name for each in tmp_path.iterdir()}
