"""CPU time for pages of many lines: the story of one ticket, and the queue of many, as text and as Markdown.

    python bench/bench_pages.py [--lines 20000]

Records are read, decided and told; the start of Python and of the command is included, half a second or so. The time is
that of the command's CPU, in a process of its own, so that a busy machine disturbs it little. All grow with the lines.

At 20,000 lines, Python 3.11, old and new in turn on a busy machine, twice each: the story as text took 17.8 and 18.7 s
while each bullet was a table of `rich`, and 3.1 and 2.9 s since; the queue 11.0 and 10.3 s, and 3.3 and 2.7 s since. A
story of 100,000 records takes 13.8 s, and its replay 2.8 s (once each).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

BEGIN: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
COMMANDS: Final = {
    "story as text": ("one", "explain", "--ticket", "T-0"),
    "story as Markdown": ("one", "explain", "--ticket", "T-0", "--format", "markdown"),
    "story as JSON": ("one", "explain", "--ticket", "T-0", "--format", "json"),
    "replay of one ticket": ("one", "replay"),
    "queue as text": ("many", "queue", "--at", "2026-03-05T10:00Z"),
    "queue as JSON": ("many", "queue", "--at", "2026-03-05T10:00Z", "--format", "json"),
}


def records(ticket: str, comments: int) -> Iterator[str]:
    """A ticket on which somebody comments every minute."""
    opening = {"event": "submit", "actor": "customer:kim", "channel": "email"}
    yield json.dumps({"ticket": ticket, "at": BEGIN.isoformat(), **opening})
    for minute in range(1, comments + 1):
        at = (BEGIN + timedelta(minutes=minute)).isoformat()
        yield json.dumps({"ticket": ticket, "at": at, "event": "comment", "actor": f"agent:a{minute % 7}"})


def main() -> None:
    """Time each command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=20_000)
    lines = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        one, many = Path(folder) / "one.jsonl", Path(folder) / "many.jsonl"
        one.write_text("\n".join(records("T-0", lines - 1)), encoding="utf-8")
        many.write_text("\n".join(line for n in range(lines) for line in records(f"T-{n}", 0)), encoding="utf-8")
        for name, (history, command, *options) in COMMANDS.items():
            path = str(one if history == "one" else many)
            before_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            arguments = [sys.executable, "-m", "upheld", command, path, "--policy", "base", *options]
            told = subprocess.run(arguments, stdout=subprocess.PIPE, check=True).stdout
            took_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before_s
            print(f"{name:22} {lines:>7,} lines  {took_s:7.2f} s  {len(told):>11,} bytes", flush=True)


if __name__ == "__main__":
    main()
