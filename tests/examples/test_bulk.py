"""examples/bulk: each program finds the breaches that the verdicts tell, whatever library it is written for."""

from __future__ import annotations

import csv
import json
import os
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from upheld import load_contracts, load_policy, replay

Row = tuple[str, str, str, int, int]


@pytest.fixture(scope="module")
def expected(root: Path) -> list[Row]:
    """Month, severity, region, clocks that ended and how many were breached, counted one verdict after another."""
    folder, policy = root / "examples" / "greenmash", load_policy("greenmash")
    with (root / "examples" / "bulk" / "customers.csv").open(encoding="utf-8") as file:
        region = {row["customer"]: row["region"] for row in csv.DictReader(file)}
    records = [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    ended: Counter[tuple[str, str, str]] = Counter()
    breached: Counter[tuple[str, str, str]] = Counter()
    for ticket in replay(policy, records, load_contracts(folder / "contracts.yaml", policy))["tickets"]:
        for clock in ticket["commitments"]:
            if clock["status"] in ("upheld", "breached"):
                key = clock["due_at"][:7], clock["severity"], region[ticket["customer"]]
                ended[key] += 1
                breached[key] += clock["status"] == "breached"
    return sorted((*key, number, breached[key]) for key, number in ended.items())


def breaches(root: Path, library: str) -> Any:
    pytest.importorskip(library)
    return runpy.run_path(str(root / "examples" / "bulk" / f"{library}_breaches.py"))["breaches"]()


def test_duckdb(expected: list[Row], root: Path) -> None:
    """A relation goes in, a table comes out and is joined in SQL."""
    assert expected == breaches(root, "duckdb")


def test_polars(expected: list[Row], root: Path) -> None:
    """A frame goes in, another one comes out."""
    assert expected == breaches(root, "polars").rows()


def test_pandas(expected: list[Row], root: Path) -> None:
    """A frame goes in by way of Arrow, another one comes out."""
    assert expected == [*breaches(root, "pandas").itertuples(index=False, name=None)]


def test_spark(expected: list[Row], root: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Over a folder of Parquet, as a program of its own."""
    if not request.config.getoption("--spark"):
        pytest.skip("no Spark was asked for: `python3 dev.py check spark`")
    program = root / "examples" / "bulk" / "spark_breaches.py"
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    command = [sys.executable, "-W", "ignore", str(program), str(tmp_path / "history")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert 0 == done.returncode, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert expected == [
        (month, severity, region, int(ended), int(lost)) for month, severity, region, ended, lost in rows
    ]
