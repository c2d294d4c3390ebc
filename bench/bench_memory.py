"""The most memory that a replay takes, from a file to its verdicts, by the shape of the file.

    python bench/bench_memory.py                        # 100,000 rows of each shape
    python bench/bench_memory.py --rows 2400000         # the size that is promised; an hour
    python bench/bench_memory.py --shapes csv by-time

Each shape holds tickets of five records over some years under the policy of `examples/mappings`, which promises
twice; `upheld replay --format jsonl` reads it in a process of its own, as of a given instant and without one.

    csv, jsonl      canonical records, those of a ticket together
    mixed           canonical records in the order of time, a thousand tickets open at any instant
    unfolded        one row per ticket with five instants, by a mapping with `rows-from`; a row is a ticket
    by-time         canonical records in no order, with `--order by-time`
    mapped-by-time  the same rows by a mapping with `order: by-time`

Target: 2,400,000 rows within 512 MB at any shape whose records of a ticket stand together; what is sorted spills
to disk.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
POLICY = ROOT / "examples" / "mappings" / "policy.yaml"
SEED = 20260302
STATES: Final = ("open", "in-fix", "waiting-for-customer", "resolved", "closed")
SEVERITIES: Final = ("urgent", "high", "normal", "low")
BEGIN: Final = datetime(2018, 1, 1)  # noqa: DTZ001 - as an export writes it
COLUMNS: Final = "ticket,at,state,actor,data.severity"
AS_OF: Final = "2027-01-01T00:00Z"
MAPPINGS: Final = {
    "unfolded": (
        "upheld: 1\nmapping: unfolded\naudit: true\nzone: {assume: Etc/UTC}\nroles: [{role: agent}]\n"
        "columns: {ticket: id, data: {severity: severity}}\n"
        f"rows-from: {{{', '.join(f'{state}: {state}' for state in STATES)}}}\n"
    ),
    "mapped-by-time": (
        "upheld: 1\nmapping: by-time\naudit: true\norder: by-time\n"
        "columns: {ticket: ticket, at: at, actor: actor, data: {severity: data.severity}}\n"
        "statuses: [{state: {column: state, unknown: as-is, words: {open: open}}}]\n"
    ),
}


class Written(NamedTuple):
    """One record of a ticket, as an export writes it."""

    ticket: str
    at: str
    state: str
    severity: str


def main() -> None:
    """Make a file of each shape, replay it, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="of the file")
    parser.add_argument("--shapes", nargs="+", choices=[*SHAPES], default=[*SHAPES], metavar="SHAPE")
    parser.add_argument("--as-of", action="store_true", help="give the replay its end, too")
    parser.add_argument("--make", metavar="FILE", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        SHAPES[asked.shapes[0]][0](Path(asked.make), asked.rows)
        return
    print(f"{'shape':16}{'rows':>10}{'MB on disk':>12}{'s':>8}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for shape in asked.shapes:
            _, suffix, options = SHAPES[shape]
            file = Path(folder) / f"history{suffix}"
            # In a process of its own: what this one holds when it starts another counts as held by that.
            made = [sys.executable, __file__, "--make", str(file), "--rows", str(asked.rows), "--shapes", shape]
            subprocess.run(made, check=True)
            if shape in MAPPINGS:
                mapping = Path(folder) / f"{shape}.yaml"
                mapping.write_text(MAPPINGS[shape], encoding="utf-8")
                options = [*options, "--map", str(mapping)]
            else:
                options = [*options, "--audit"]
            if asked.as_of:
                options = [*options, "--as-of", AS_OF]
            took_s, peak_mb = measured(file, options)
            size_mb = file.stat().st_size / 1e6
            print(f"{shape:16}{asked.rows:>10,}{size_mb:>12.0f}{took_s:>8.0f}{peak_mb:>9.0f}", flush=True)
            file.unlink()


def measured(file: Path, options: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of one replay in a process of its own."""
    words = [sys.executable, "-m", "upheld", "replay", str(file), "--policy", str(POLICY), "--format", "jsonl"]
    begun = time.perf_counter()
    process = subprocess.Popen([*words, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"status {process.returncode}"
    size = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return time.perf_counter() - begun, size / 1e6


def tickets(number: int) -> Iterator[list[Written]]:
    """The records of each ticket, one ticket opened some minutes after the other."""
    chance = random.Random(SEED)
    step = timedelta(days=8 * 365) / number
    for index in range(number):
        at, severity = BEGIN + index * step, chance.choice(SEVERITIES)
        made = []
        for state in STATES:
            made.append(Written(f"T-{index:07}", f"{at:%Y-%m-%dT%H:%M:%S}Z", state, severity))
            at += timedelta(minutes=chance.randrange(1, 3000))
        yield made


def canonical(rows: int) -> Iterator[str]:
    """The lines of a history in CSV."""
    for made in tickets(rows // len(STATES)):
        for each in made:
            yield f"{each.ticket},{each.at},{each.state},agent,{each.severity}\n"


def write_csv(file: Path, rows: int) -> None:
    """Ticket by ticket."""
    with file.open("w", encoding="utf-8") as out:
        out.write(f"{COLUMNS}\n")
        out.writelines(canonical(rows))


def write_mixed(file: Path, rows: int) -> None:
    """As records arrive."""
    lines = sorted(canonical(rows), key=lambda line: line.split(",")[1])
    file.write_text(f"{COLUMNS}\n{''.join(lines)}", encoding="utf-8")


def write_shuffled(file: Path, rows: int) -> None:
    """In no order."""
    lines = list(canonical(rows))
    random.Random(SEED).shuffle(lines)
    file.write_text(f"{COLUMNS}\n{''.join(lines)}", encoding="utf-8")


def write_jsonl(file: Path, rows: int) -> None:
    """Ticket by ticket."""
    with file.open("w", encoding="utf-8") as out:
        for made in tickets(rows // len(STATES)):
            for each in made:
                start = f'{{"ticket": "{each.ticket}", "at": "{each.at}", "state": "{each.state}", "actor": "agent"'
                out.write(f'{start}, "data": {{"severity": "{each.severity}"}}}}\n')


def write_table(file: Path, rows: int) -> None:
    """One row per ticket."""
    with file.open("w", encoding="utf-8") as out:
        out.write(f"id,severity,{','.join(STATES)}\n")
        for made in tickets(rows):
            instants = ",".join(each.at[:-1].replace("T", " ") for each in made)
            out.write(f"{made[0].ticket},{made[0].severity},{instants}\n")


SHAPES: Final[dict[str, tuple[Callable[[Path, int], None], str, list[Any]]]] = {
    "csv": (write_csv, ".csv", []),
    "jsonl": (write_jsonl, ".jsonl", []),
    "mixed": (write_mixed, ".csv", []),
    "unfolded": (write_table, ".csv", []),
    "by-time": (write_shuffled, ".csv", ["--order", "by-time"]),
    "mapped-by-time": (write_shuffled, ".csv", []),
}

if __name__ == "__main__":
    main()
