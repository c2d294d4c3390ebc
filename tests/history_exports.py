"""Verdicts of exports: what was counted without upheld, and what it replays, in one form."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from independent.desk_clocks import UTC, clocks
from independent.readings import Courses

from upheld.cli import main

Verdict = tuple[str, str, int, "str | None", "str | None"]


def written(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def counted(courses: Courses) -> dict[str, list[Verdict]]:
    as_of = max(step.at for course in courses.values() for step in course.steps)
    return {
        ticket: [
            (clock.promise, clock.status, clock.used_s, written(clock.due_at), written(clock.stopped_at))
            for clock in clocks(course, as_of)
        ]
        for ticket, course in courses.items()
    }


def replayed(root: Path, export: Path, mapping: Path) -> dict[str, list[Verdict]]:
    policy = root / "examples" / "mappings" / "policy.yaml"
    given = [str(export), "--policy", str(policy), "--map", str(mapping), "--format", "json"]
    done = CliRunner().invoke(main, ["replay", *given])
    assert 0 == done.exit_code, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    assert 0 == found["summary"]["refused"]
    names = "id", "status", "used_s", "due_at", "stopped_at"
    return {
        each["ticket"]: [tuple(clock[name] for name in names) for clock in each["commitments"]]  # type: ignore[misc]
        for each in found["tickets"]
    }
