"""Each sample in `examples/exports` has the same verdicts under its mapping as when it is counted without upheld."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from history_exports import counted, replayed
from independent.readings import READINGS

from upheld.cli import main

DRAFTED = (
    "jsm-requests.csv",
    "jsm-changelog.csv",
    "servicenow-incidents.csv",
    "servicenow-table.json",
    "freshdesk.csv",
    "freshdesk-tickets.json",
    "zendesk-tickets.csv",
    "zendesk-tickets.json",
    "topdesk.csv",
    "github-issues.json",
    "itsm-table.csv",
    "zammad-tickets.json",
    "znuny-tickets.csv",
    "osticket.csv",
)
"""Samples whose draft says all by itself, but for the severity that GitHub has in its labels. In those that are
not here instants are in a zone that nobody can know, or numbers stand for severities."""


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
    assert 0 == done.exit_code, done.output
    assert counted(courses) == replayed(root, export, mapping)


@pytest.mark.parametrize("sample, mapping", READINGS, ids=[mapping for _, mapping in READINGS])
def test_the_mapping_gives_the_verdicts_that_the_file_gives(root: Path, sample: str, mapping: str) -> None:
    export = root / "examples" / "exports" / sample

    expected = counted(READINGS[sample, mapping](export))

    assert 8 <= len(expected)
    assert expected == replayed(root, export, root / "examples" / "mappings" / f"{mapping}.yaml")
