"""How long a check takes: each installed policy, one of 3,000 rules with five names or more per condition, and misuse.

Misuse is 80,000 unknown keys, and 80,000 citations of clauses that nobody declared, beside 2,000 that are.

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


def unknown_keys(number: int) -> str:
    """A document in which next to nothing is known."""
    return "upheld: 1\npolicy: a\n" + "".join(f"k{each}: 1\n" for each in range(number))


def undeclared_names(number: int, row: int = 50, table: int = 100) -> str:
    """A policy that cites what nobody declared, in tables of ``table`` rows."""
    lines = [
        "upheld: 1",
        "policy: a",
        "version: 1.0.0",
        "zone: Etc/UTC",
        "vendor: {name: A}",
        "sources: {s: {title: T}}",
    ]
    lines += ["clauses:", *(f"  c{each:05}a: {{says: x}}" for each in range(2000)), "parameters:"]
    for begin in range(0, number, row):
        if not begin % (row * table):
            lines += [f"  p{begin}:", "    values:"]
        names = ", ".join(f"d{each:05}b" for each in range(begin, begin + row))
        lines.append(f"     - {{is: {begin}, clauses: [{names}]}}")
    return "\n".join([*lines, ""])


def main() -> None:
    """Print the least, the median and the most of each."""
    with tempfile.TemporaryDirectory() as folder:
        written = {
            f"{RULES} rules": large_policy(RULES),
            "unknown keys": unknown_keys(80_000),
            "undeclared names": undeclared_names(80_000),
        }
        names = {str(Path(folder) / f"{index}.yaml"): name for index, name in enumerate(written)}
        for path, name in names.items():
            Path(path).write_text(written[name], encoding="utf-8")
        commands = [
            ("--help",),
            *(("check", name) for name in ("greenmash", "manao", "mapping", "proconcept", "entropics")),
        ]
        commands += [("check", path) for path in names]
        print(f"{'command':<30} {'least':>8} {'median':>8} {'most':>8}  seconds, {REPEATS} runs")
        for command in commands:
            found = sorted(seconds(*command))
            name = " ".join(names.get(part, part) for part in command)
            print(f"upheld {name:<23} {found[0]:8.2f} {found[len(found) // 2]:8.2f} {found[-1]:8.2f}")


if __name__ == "__main__":
    main()
