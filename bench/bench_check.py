"""How long a check takes: each installed policy, and one of 3,000 rules with five names or more per condition.

Each figure is a whole process, started anew: what a person waits for.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from large_policy import large_policy

REPEATS = 5
RULES = 3000


def seconds(*arguments: str) -> list[float]:
    """How long the command took, run by run."""
    found = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "upheld", *arguments], check=False, stdout=subprocess.DEVNULL)
        found.append(time.perf_counter() - begin)
    return found


def main() -> None:
    """Print the least, the median and the most of each."""
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.yaml"
        large.write_text(large_policy(RULES), encoding="utf-8")
        commands = [
            ("--help",),
            *(("check", name) for name in ("greenmash", "manao", "mapping", "proconcept", "entropics")),
        ]
        commands.append(("check", str(large)))
        print(f"{'command':<28} {'least':>8} {'median':>8} {'most':>8}  seconds, {REPEATS} runs")
        for command in commands:
            found = sorted(seconds(*command))
            name = " ".join(part if part != str(large) else f"{RULES} rules" for part in command)
            print(f"upheld {name:<21} {found[0]:8.2f} {found[len(found) // 2]:8.2f} {found[-1]:8.2f}")


if __name__ == "__main__":
    main()
