"""What several processes make of a replay: by the clock, by the processors, and whether the output is the same.

    python bench/bench_jobs.py                                  # 200,000 events
    python bench/bench_jobs.py --events 1000000 --jobs 1 2 4    # some minutes

The history is that of `bench_replay.py`. Each number of processes replays it in turn, from the file to the verdicts as
JSON and their tables, so that whatever else the machine does is divided among them. Where others use the machine the
clock tells little; then the processors do: what all processes used together, divided by the cores, and at least what
the one that reads used alone, is how long it takes on so many cores with nothing else to do, at best.

Target: 1.7 times as fast with two processes on two cores, for 1,000,000 events.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench_replay import ROOT, describe, example, lengthened, write_json_lines

REPLAY = (
    "import resource, sys\n"
    "from upheld.cli import main\n"
    "try:\n"
    "    main()\n"
    "finally:\n"
    "    used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
    "    print(used.ru_utime + used.ru_stime, used.ru_maxrss, most, file=sys.stderr)\n"
)


class Run(NamedTuple):
    """Seconds by the clock, of all processors, and of the first process alone; and the memory of all, at most."""

    wall_s: float
    cpu_s: float
    first_s: float
    memory_mb: int

    def quiet_s(self, cores: int) -> float:
        """How long it takes on so many cores that have nothing else to do, at best."""
        return max(self.cpu_s / cores, self.first_s)


def main() -> None:
    """Make the history, replay it in turns, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200_000, help="how long the history is")
    parser.add_argument("--policy", default="greenmash", help="the vendor")
    parser.add_argument(
        "--jobs", type=int, nargs="+", default=[1, 2], help="numbers of processes; the first is compared with"
    )
    asked = parser.parse_args()
    records = list(lengthened(example(asked.policy), asked.events))
    describe(asked.policy, records)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_json_lines(folder / "history.jsonl", records)
        del records
        first: Run | None = None
        for jobs in asked.jobs:
            run = replayed(asked.policy, folder, jobs)
            first = first or run
            same = filecmp.cmp(folder / f"{asked.jobs[0]}.json", folder / f"{jobs}.json", shallow=False)
            ratio = first.quiet_s(1) / run.quiet_s(jobs)
            print(
                f"--jobs {jobs}: {run.wall_s:.1f} s by the clock, {run.memory_mb} MB, {run.cpu_s:.1f} s of processors, "
                f"{run.first_s:.1f} s of them the first process; on {jobs} quiet cores {run.quiet_s(jobs):.1f} s, "
                f"{ratio:.2f} times as fast; output {'the same' if same else 'DIFFERS'}",
                flush=True,
            )


def replayed(policy: str, folder: Path, jobs: int) -> Run:
    """Replay the history in so many processes."""
    command = [
        sys.executable,
        "-c",
        REPLAY,
        "replay",
        str(folder / "history.jsonl"),
        "--policy",
        policy,
        "--jobs",
        str(jobs),
    ]
    command += ["--contracts", str(ROOT / "examples" / policy / "contracts.yaml"), "--format", "json"]
    before, begun_s = _children_s(), time.perf_counter()
    with (folder / f"{jobs}.json").open("wb") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, check=True, text=True)
    used_s, first_kb, other_kb = map(float, done.stderr.split()[-3:])
    memory_mb = int(first_kb + jobs * other_kb if jobs > 1 else first_kb) // 1024
    return Run(time.perf_counter() - begun_s, _children_s() - before, used_s, memory_mb)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    main()
