"""EdgeVirt's service credits: the holes of the document are shown, and its page tells what a replay tells."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "contracts" / "edgevirt"
TOLD = (FOLDER / "README.md").read_text(encoding="utf-8")
FILES = [str(FOLDER / "history.jsonl"), "--policy", str(FOLDER / "policy.yaml")]
ASKED = [*FILES, "--contracts", str(FOLDER / "contracts.yaml"), "--as-of", "2026-07-01T00:00+10:00"]


def run(*arguments: str) -> str:
    """What a command prints."""
    return CliRunner().invoke(main, arguments).stdout


def test_the_steps_as_they_are_published_have_the_holes_that_are_told(tmp_path: Path) -> None:
    """Put in the place of the policy's own steps they give just the two findings, and the policy gives none."""
    published = TOLD.partition("```yaml\n    steps:\n")[2].partition("```")[0]
    findings = TOLD.partition("```text\n")[2].partition("```")[0]
    policy = (FOLDER / "policy.yaml").read_text(encoding="utf-8")
    own = re.search(r"(?<=    of: uptime\n    steps:\n)(?:      - .*\n)+", policy)
    assert own is not None
    (tmp_path / "policy.yaml").write_text(policy.replace(own[0], published), encoding="utf-8")
    shown = run("check", str(tmp_path / "policy.yaml"))
    holes = [each for each in shown.split("\n\n") if "UP646" in each]

    assert 2 == len(holes)
    for hole, told in zip(holes, findings.strip().split("\n\n"), strict=True):
        assert [] == [line.strip() for line in told.splitlines() if line.strip() not in hole]
    assert "UP646" not in run("check", str(FOLDER / "policy.yaml"))


def test_the_credits_of_the_page_are_those_of_a_replay() -> None:
    """Each figure of its table, and what is left on the accounts."""
    summary = json.loads(run("replay", *ASKED, "--format", "json"))["summary"]
    booked = sorted(f"{row['booked'] // 100}.{row['booked'] % 100:02} AUD" for row in summary["remedies"])
    rows = re.findall(r"^\| .* \| \d+ %: (.*) \|$", TOLD, re.MULTILINE)
    balances = {each["customer"]: (each["consumed"], each["available"]) for each in summary["balances"]}

    assert booked == sorted(rows)
    assert {"harrow": (8955, 0), "tallis": (0, 27750)} == balances


@pytest.mark.parametrize(
    ("language", "owed"),
    [("en", "Owed to the customer: 277.50\u00a0AUD"), ("fr", "Dû au client\u00a0: 277,50\u00a0AUD")],
)
def test_the_statement_is_the_customers(language: str, owed: str) -> None:
    """What is credited is owed to him, and nothing is overdrawn."""
    page = run("statement", *ASKED, "--customer", "tallis", "--lang", language)

    assert owed in page
    assert [] == [word for word in ("overdrawn", "découvert", "−") if word in page.partition("277")[0]]
