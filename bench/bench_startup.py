"""How long the command line takes from the shell to the prompt, interpreter included.

Targets: `upheld --help` under 0.4 s, checking a vendor's policy under 1 s. The best of
several runs is the program's own time; the median is what a person meets.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

RUNS = 7
COMMANDS: Sequence[Sequence[str]] = (
    ("--help",),
    ("policies",),
    ("schema", "policy"),
    ("check", "proconcept"),
)


def seconds(command: Sequence[str]) -> float:
    """The time of one run, whatever it finds; a run that cannot start or crashes stops the benchmark."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "upheld", *command], capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begun
    if done.returncode not in (0, 1):
        raise SystemExit(f"upheld {' '.join(command)}: {done.stderr}")
    return taken


def main() -> None:
    """Print best and median for each command."""
    subprocess.run([sys.executable, "-m", "upheld", "--version"], capture_output=True, check=True)
    print(f"{'command':24} {'best':>8} {'median':>8}")
    for command in COMMANDS:
        times = [seconds(command) for _ in range(RUNS)]
        print(f"{'upheld ' + ' '.join(command):24} {min(times):7.3f}s {statistics.median(times):7.3f}s")


if __name__ == "__main__":
    main()
