"""Each sample in `examples/exports` has the same verdicts under its mapping as when it is counted without upheld."""

from __future__ import annotations

import csv
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
"""Samples whose draft says all by itself, but for the severity that GitHub has in its labels, and the
draft supposes to be normal. In those that are
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
        courses = {ticket: course._replace(severity="normal") for ticket, course in courses.items()}
    assert 0 == done.exit_code, done.output
    assert counted(courses) == replayed(root, export, mapping)


def test_an_export_without_priorities_replays_unedited_and_says_what_is_guessed(root: Path, tmp_path: Path) -> None:
    """No promise by severity is passed over in silence, and none is judged without a word on whose degree it is."""
    sample, policy = root / "examples" / "exports" / "jsm-requests.csv", root / "examples" / "mappings" / "policy.yaml"
    with sample.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    at = head.index("Priority")
    export, mapping = tmp_path / "requests.csv", tmp_path / "mapping.yaml"
    with export.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*row[:at], *row[at + 1 :]] for row in (head, *rows))

    drafted = CliRunner().invoke(main, ["map", str(export), "--policy", str(policy)])
    mapping.write_text(drafted.stdout, encoding="utf-8")
    page = CliRunner().invoke(main, ["replay", str(export), "--policy", str(policy), "--map", str(mapping)])

    asked = "#   1. no column tells the severity: which one has every ticket? `normal` is a guess"
    assert asked in drafted.stdout.splitlines()
    courses = READINGS["jsm-requests.csv", "jsm-requests"](sample)
    courses = {ticket: course._replace(severity="normal") for ticket, course in courses.items()}
    assert counted(courses) == replayed(root, export, mapping)
    said = " ".join(page.stdout.replace("┃", " ").split())
    assert "Beware: every severity is normal, a guess at" in said
    assert "Verdicts that go by it are guesses, too." in said


def test_what_somebody_has_said_is_no_guess(root: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    text = (root / "examples" / "mappings" / "itsm-table.yaml").read_text(encoding="utf-8")
    words = "severity: {column: priority, words: {P1: urgent, P2: high, P3: normal, P4: low}}"
    warned = []
    for guessed in ("", ", guessed: true"):
        mapping.write_text(text.replace(words, f"severity: {{constant: low{guessed}}}"), encoding="utf-8")
        given = ["--policy", str(root / "examples" / "mappings" / "policy.yaml"), "--map", str(mapping)]
        done = CliRunner().invoke(main, ["replay", str(root / "examples" / "exports" / "itsm-table.csv"), *given])
        assert 0 == done.exit_code, done.output
        warned.append("a guess at" in done.stdout)

    assert [False, True] == warned


@pytest.mark.parametrize("sample, mapping", READINGS, ids=[mapping for _, mapping in READINGS])
def test_the_mapping_gives_the_verdicts_that_the_file_gives(root: Path, sample: str, mapping: str) -> None:
    export = root / "examples" / "exports" / sample

    expected = counted(READINGS[sample, mapping](export))

    assert 8 <= len(expected)
    assert expected == replayed(root, export, root / "examples" / "mappings" / f"{mapping}.yaml")
