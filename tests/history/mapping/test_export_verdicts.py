"""Each sample in `examples/exports` has the same verdicts under its mapping as when it is counted without upheld."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from independent.desk_clocks import UTC, Course, clocks
from independent.readings import READINGS, Courses

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


DRAFTED = (
    "jsm-requests.csv",
    "jsm-changelog.csv",
    "servicenow-incidents.csv",
    "freshdesk.csv",
    "zendesk-tickets.csv",
    "zendesk-tickets.json",
    "topdesk.csv",
    "github-issues.json",
    "itsm-table.csv",
)
"""Samples whose draft says all by itself, but for the severity that GitHub has in its labels, and for whom TOPdesk has
a call on hold. In those that are not here numbers stand for severities, which nobody can know."""


def without_waits(course: Course) -> Course:
    return course._replace(steps=[step for step in course.steps if step.where != "wait"])


@pytest.mark.parametrize("sample", DRAFTED)
def test_a_draft_accepted_as_it_is_gives_them_too(root: Path, sample: str, tmp_path: Path) -> None:
    export = root / "examples" / "exports" / sample
    policy = root / "examples" / "mappings" / "policy.yaml"
    mapping = tmp_path / "mapping.yaml"

    done = CliRunner().invoke(main, ["map", str(export), "--policy", str(policy)])
    mapping.write_text(done.stdout, encoding="utf-8")

    courses = next(reading for (name, _), reading in READINGS.items() if name == sample)(export)
    if sample == "github-issues.json":
        courses = {ticket: course._replace(severity="") for ticket, course in courses.items()}
    if sample == "topdesk.csv":
        courses = {ticket: without_waits(course) for ticket, course in courses.items()}
    assert 0 == done.exit_code, done.output
    assert counted(courses) == replayed(root, export, mapping)


@pytest.mark.parametrize("sample, mapping", READINGS, ids=[mapping for _, mapping in READINGS])
def test_the_mapping_gives_the_verdicts_that_the_file_gives(root: Path, sample: str, mapping: str) -> None:
    export = root / "examples" / "exports" / sample

    expected = counted(READINGS[sample, mapping](export))

    assert 8 <= len(expected)
    assert expected == replayed(root, export, root / "examples" / "mappings" / f"{mapping}.yaml")
