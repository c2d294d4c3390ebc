"""A made-up shop: one promise of two opening hours, four tickets, and its commands run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from upheld.cli import main

POLICY = """\
upheld: 1
policy: shop
version: 1.0.0
extends: base@1.0.0
effective: {from: 2024-01-01}
zone: Etc/UTC
vendor: {name: Shop, language: en}
title: What the shop promises
sources: {terms: {title: Terms}}
clauses: {S-1: {says: each request has a reply within two opening hours}}
calendars: {office: {label: Hours, zone: Etc/UTC, weekly: {mon-fri: ["09:00-17:00"]}, clauses: [S-1]}}
commitments:
  - {id: reply, label: First reply, start: {on: submit}, stop: {on: reply}, calendar: office, within: 2h,
     warn-at: [50%, 100%], clauses: [S-1]}
"""
NEXT = POLICY.replace("version: 1.0.0\nextends", "version: 1.1.0\nextends").replace("within: 2h", "within: 4h")

BILLED = (
    POLICY
    + """\
events:
  work: {override: true, by: agent, data: {minutes: {integer: true, required: true}}, clauses: [S-1]}
accounts: {hours: {label: Hours, unit: min, overdraft: warn, clauses: [S-1]}}
charges: [{id: work, label: Work, on: work, debit: {account: hours, amount: {ref: event.minutes}}, clauses: [S-1]}]
"""
)

TOLD = ("09:00 submit customer:kim", "09:05 reopen customer:kim", "09:40 reply agent:a1")
CLOSED = (*TOLD, "10:00 resolve agent:a1", "11:00 close customer:kim")


def records(*tickets: tuple[str, tuple[str, ...]], day: int = 4) -> list[dict[str, Any]]:
    """What happened to tickets, each on a day of its own in March 2024, from a Monday on."""
    made = []
    for ticket, steps in tickets:
        for step in steps:
            at, event, actor = step.split()
            made.append({"ticket": ticket, "at": f"2024-03-{day:02}T{at}Z", "event": event, "actor": actor})
        day += 1
    return made


STORY = records(("T-1", CLOSED), ("T-2", CLOSED), ("T-3", TOLD[:2]), ("T-4", TOLD))


def files(folder: Path) -> None:
    """The files of the shop."""
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "next.yaml").write_text(NEXT, encoding="utf-8")
    written(folder / "events.jsonl", STORY)


def written(file: Path, made: list[dict[str, Any]]) -> Path:
    """Records as JSON Lines."""
    file.write_text("".join(f"{json.dumps(each)}\n" for each in made), encoding="utf-8")
    return file


def run(*words: str, url: str, stdin: str | None = None) -> Result:
    """A command of the desk, in this process."""
    return CliRunner(env={"UPHELD_DB": url}).invoke(main, ["desk", *words], input=stdin)


def started(*words: str, url: str, **named: Any) -> subprocess.Popen[str]:
    """The same in a process of its own, whose standard error is read."""
    environment = {**os.environ, "UPHELD_DB": url, "PYTHONUNBUFFERED": "1"}
    given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | named
    return subprocess.Popen([sys.executable, "-m", "upheld", "desk", *words], env=environment, **given)
