"""CPU time of what is large in one place: a ticket of many records, and a policy of many commitments (THREATS V03).

    python bench/bench_large.py

The ticket is held, taken up again and answered over and over, under a rhythm, a pause that a promise of the whole
ticket counts, and warnings. Printed are seconds and microseconds a record for more and more records: the latter stay,
where nothing looks at what was there before. The policy is checked, and then opens a ticket on which every commitment
starts. Each figure is the CPU time of one process, with the start of Python in it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

RECORDS: Final = (12_500, 25_000, 50_000, 100_000)
COMMITMENTS: Final = (125, 250, 500)
UPHELD: Final = [sys.executable, "-m", "upheld"]
HEAD: Final = """\
upheld: 1
policy: large
version: 1.0.0
extends: base@1.0.0
zone: Europe/Paris
vendor: {name: Large, country: FR, language: en}
title: Large
sources: {terms: {title: Terms}}
clauses: {C-1: {says: all of it}}
calendars:
  desk: {label: Desk, zone: Europe/Paris, weekly: {mon-fri: ["08:00-18:00"]}, clauses: [C-1]}
channels: {mail: {label: Mail, accepts: all, clauses: [C-1]}}
severities: [{id: normal, label: Normal, clauses: [C-1]}]
events:
  hold: {label: Hold, by: agent, clauses: [C-1]}
  go-on: {label: Go on, by: agent, clauses: [C-1]}
commitments:
"""
COMMON: Final = "pause: {from: {on: hold}, until: {on: go-on}}, calendar: desk, on-reopen: resume, clauses: [C-1]"
TICKET: Final = (
    f"  - {{id: resolve, label: Resolve, start: {{on: submit}}, stop: {{enters: resolved}}, within: 20000h, "
    f"warn-at: [50%], {COMMON}}}\n"
    f"  - {{id: news, label: News, start: {{on: submit}}, stop: {{on: reply}}, within: 8h, warn-at: [50%], "
    f"cycles: {{every: stop, until: {{enters: resolved}}}}, {COMMON}}}\n"
)


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        policy, history = Path(folder, "policy.yaml"), Path(folder, "history.jsonl")
        policy.write_text(HEAD + TICKET, encoding="utf-8")
        print(f"{'records':>11} {'CPU s':>8} {'us a record':>12}")
        for count in RECORDS:
            history.write_text(_records(count), encoding="utf-8")
            used_s = _cpu_s("replay", str(history), "--policy", str(policy), "--format", "json")
            print(f"{count:11,} {used_s:8.2f} {used_s / count * 1e6:12.0f}")
        history.write_text(_records(1), encoding="utf-8")
        print(f"{'commitments':>11} {'check s':>8} {'replay s':>12}")
        for count in COMMITMENTS:
            policy.write_text(HEAD + "".join(map(_commitment, range(count))), encoding="utf-8")
            check_s = _cpu_s("check", str(policy))
            replay_s = _cpu_s("replay", str(history), "--policy", str(policy), "--format", "json")
            print(f"{count:11,} {check_s:8.2f} {replay_s:12.2f}")


def _records(count: int) -> str:
    """One ticket, a record every ten minutes."""
    at = datetime(2010, 1, 4, 8, tzinfo=UTC)
    opened = {"channel": "mail", "actor": "customer:c", "data": {"severity": "normal"}}
    lines = [{"ticket": "T-1", "at": at.isoformat(), "event": "submit", **opened}]
    for number in range(count - 1):
        at += timedelta(minutes=10)
        event = ("hold", "go-on", "reply")[number % 3]
        lines.append({"ticket": "T-1", "at": at.isoformat(), "event": event, "actor": "agent:a"})
    return "".join(json.dumps(line) + "\n" for line in lines)


def _commitment(number: int) -> str:
    return (
        f"  - {{id: promise-{number}, label: Promise {number}, start: {{on: submit}}, stop: {{enters: resolved}}, "
        f"within: {number + 1}h, warn-at: [50%], {COMMON}}}\n"
    )


def _cpu_s(*arguments: str) -> float:
    """The CPU seconds, of user and system, that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*UPHELD, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
