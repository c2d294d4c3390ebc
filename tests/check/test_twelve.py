"""What the checker is for: many mistakes at once, each at its place, with the right word and a ticket that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main
from upheld.cli.failure import FOUND
from upheld.document.catalogue import level_of
from upheld.loading import examine_policy

FOLDER = Path(__file__).resolve().parents[1] / "documents" / "twelve"
SHAPE = """
    3:9   UP105  twelve
    5:9   UP104  draft
    6:7   UP105  Europe/Paris
    7:22  UP109  name: "Acme, and partners"
    7:36  UP101  country
    8:1   UP101  recurrences
    10:12 UP103  {}
    11:17 UP104  customer
    13:10 UP103  "1"
    15:3  UP102  core:
    16:31 UP104  yes
    18:35 UP105  5d
"""
MEANING = """
    10:46 UP209  fault
    12:52 UP522  09:00-17:00
    17:36 UP201  usual
    24:71 UP204  event.type
    25:13 UP201  agent
    33:5  UP702  clauses:
    33:44 UP201  solved
    35:5  UP301
    37:55 UP205  question
    38:40 UP204  type
    38:77 UP207  ticket
    40:5  UP506  business-day:
"""


@pytest.mark.parametrize("name, expected", [("shape", SHAPE), ("meaning", MEANING)])
def test_twelve_mistakes_are_twelve_findings(name: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of their places, each at its line and column; what the hint says first is what was meant."""
    monkeypatch.chdir(FOLDER)
    done = CliRunner().invoke(main, ["check", f"{name}.yaml"])
    findings = examine_policy(FOLDER / f"{name}.yaml").findings
    lines = [line.split(maxsplit=2) for line in expected.strip().splitlines()]

    assert FOUND == done.exit_code
    assert 12 == len(lines)
    assert [(place, code) for place, code, *_ in lines] == [
        (f"{each.place.line}:{each.place.column}", each.code) for each in findings
    ]
    for finding, (_, _, *word) in zip(findings, lines, strict=True):
        assert not word or word[0] == finding.hint.split("`")[1]
    told = [line for line in done.stdout.splitlines() if line.startswith(f"{name}.yaml:") and "[UP" in line]
    assert [f"{name}.yaml:{place}: {level_of(code)}[{code}]" for place, code, *_ in lines] == [
        line[: line.index("]") + 1] for line in told
    ]


def test_what_is_proved_is_shown_with_a_ticket() -> None:
    """A gap in a table, a dead end, a state that is never reached, and two transitions at once."""
    examined = examine_policy(FOLDER / "ways.yaml")

    assert [
        ("UP501", {"severity": "low", "day": "2024-01-01"}),
        ("UP303", {"state": "asked", "by": "submit, ask"}),
        ("UP302", {"state": "parked"}),
        ("UP301", {"event": "close", "state": "open", "severity": "mid"}),
    ] == [(each.code, dict(each.example)) for each in examined.errors]
    assert examined.findings == examined.errors


def test_a_policy_with_errors_is_rejected() -> None:
    """By its status, and by whoever loads it."""
    from upheld import PolicyError, load_policy

    assert FOUND == CliRunner().invoke(main, ["check", str(FOLDER / "ways.yaml")]).exit_code
    with pytest.raises(PolicyError):
        load_policy(FOLDER / "ways.yaml")
