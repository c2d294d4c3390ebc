"""Who takes part in the bulk bench: today's path, each step, and the peers; what each runs, or why it cannot."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bulk_bench.course import AS_OF

ROOT: Final = Path(__file__).resolve().parent.parent.parent
BASELINE: Final = "259ae85"
"""The commit whose replay is today's path: the last one before there was a memo, jobs or columns."""
PEERS_POLICY: Final = "greenmash"
"""The policy that the peers were written for."""
TODAY, SCALAR, COLUMNS, POLARS = "today", "scalar", "columns", "polars"

Command = Callable[[Path, Path], Sequence[str]]
"""From the folder of a history and where the answers go, what to run."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to the answers."""

    name: str
    says: str
    reads: str  # the form of the history
    command: Command
    answers: str  # the suffix of the answers; of Upheld's verdicts `.jsonl`, of its tables none: a folder
    missing: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    several: bool = False  # processes

    def one_thread(self, threads: int) -> dict[str, str]:
        """The environment, with as many threads as are asked for in every library."""
        number = str(threads)
        return {**self.env, "POLARS_MAX_THREADS": number, "OMP_NUM_THREADS": number, "OPENBLAS_NUM_THREADS": number}


def contenders(baseline: Path | str, policy: str = PEERS_POLICY, *, jobs: int, threads: int) -> list[Contender]:
    """All of them; ``baseline`` is the folder of the old engine, or why there is none."""
    options = options_of_replay()
    alone = [*(["--jobs", "1"] if "--jobs" in options else []), *(["--path", "scalar"] if "--path" in options else [])]
    no_columns = "" if "--path" in options else "`upheld replay` has no --path yet"
    found = [
        Contender(
            TODAY,
            "upheld replay as it was: JSON Lines to verdicts in JSON Lines",
            "jsonl",
            replay(policy, "jsonl"),
            ".jsonl",
            baseline if isinstance(baseline, str) else "",
            old_engine(baseline) if isinstance(baseline, Path) else {},
        ),
        Contender(SCALAR, "step 1, the same files", "jsonl", replay(policy, "jsonl", *alone), ".jsonl"),
        Contender(
            f"jobs {jobs}",
            "step 2, the same files",
            "jsonl",
            replay(policy, "jsonl", "--jobs", str(jobs), *(alone[2:])),
            ".jsonl",
            "" if "--jobs" in options else "`upheld replay` has no --jobs yet",
            several=True,
        ),
    ]
    for name, form in ((COLUMNS, "parquet"), (f"{COLUMNS} csv", "csv"), (f"{COLUMNS} jsonl", "jsonl")):
        says = f"step 3: {form} to verdict tables in Parquet"
        found.append(Contender(name, says, form, columns(policy, form, "--jobs" in options), "", no_columns))
    return found + (peers(threads) if policy == PEERS_POLICY else [])


def replay(policy: str, form: str, *options: str) -> Command:
    """`upheld replay` to verdicts on standard output."""

    def command(folder: Path, answers: Path) -> list[str]:
        return [*replayed(folder, form, policy), "--format", "jsonl", *options]

    return command


def columns(policy: str, form: str, has_jobs: bool) -> Command:
    """`upheld replay` to tables in a folder."""

    def command(folder: Path, answers: Path) -> list[str]:
        asked = ["--path", "columns", "--format", "parquet", "--out", str(answers)]
        return [*replayed(folder, form, policy), *asked, *(["--jobs", "1"] if has_jobs else [])]

    return command


def replayed(folder: Path, form: str, policy: str) -> list[str]:
    """The command without what is to be written; a month is judged at its end, which it knows."""
    judged = ["--as-of", AS_OF] if policy == PEERS_POLICY else []
    told = ["--policy", policy, "--contracts", str(folder / "contracts.yaml"), *judged]
    return [sys.executable, "-m", "upheld", "replay", str(folder / f"history.{form}"), *told]


def options_of_replay() -> str:
    """The text of `upheld replay --help`, which says what there is already."""
    command = [sys.executable, "-m", "upheld", "replay", "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def peers(threads: int) -> list[Contender]:
    """Those in `bench/peers/`."""
    return [
        peer("with_transitions", "transitions", "transitions, a model a ticket", "transitions", ".csv"),
        peer("with_statemachine", "statemachine", "python-statemachine, a machine a ticket", "statemachine", ".csv"),
        peer("with_duckdb_calendar", "dbt manner", "DuckDB as dbt_zendesk does it", "duckdb", ".parquet", threads),
        peer("with_duckdb_asof", "duckdb asof", "DuckDB with ASOF joins", "duckdb", ".parquet", threads),
        peer("with_polars", POLARS, "polars with search_sorted", "polars", ".parquet"),
    ]


def peer(file: str, name: str, says: str, library: str, suffix: str, threads: int = 0) -> Contender:
    """One of them, or that its library is not installed."""

    def command(folder: Path, answers: Path) -> list[str]:
        script = str(ROOT / "bench" / "peers" / f"{file}.py")
        limited = ["--threads", str(threads)] if threads else []
        return [sys.executable, script, str(folder), str(answers), "--as-of", AS_OF, *limited]

    missing = "" if find_spec(library) else f"{library} is not installed: python3 dev.py bench bulk installs it"
    return Contender(name, says, "jsonl" if suffix == ".csv" else "parquet", command, suffix, missing)


def unpacked(commit: str, folder: Path) -> Path | str:
    """The engine of a commit in a folder, or why there is none."""
    if not (ROOT / ".git").exists():
        return "this is no checkout with git, so the old engine is not to be had"
    command = ["git", "-C", str(ROOT), "archive", commit, "engine", "plugins", "schemas"]
    try:
        found = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return f"git has no commit {commit} here"
    with tarfile.open(fileobj=io.BytesIO(found.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder


def old_engine(folder: Path) -> dict[str, str]:
    """The environment in which Python finds the engine and the vendors of a folder before those installed."""
    paths = [folder / "engine", *sorted((folder / "plugins").iterdir())]
    return {"PYTHONPATH": os.pathsep.join(map(str, paths))}
