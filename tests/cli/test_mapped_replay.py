"""`upheld replay --map`: an export of another tool, what became of its rows, and a zone that seems wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

DESK = str(Path(__file__).resolve().parent.parent / "small_desk.yaml")
MAPPING = """\
upheld: 1
mapping: desk
zone: {assume: Europe/Paris}
dates: ["DD/MM/YYYY HH:mm"]
columns:
  ticket: Number
  at: When
  data: {type: {constant: fault}, severity: {column: Prio, words: {1: high, 2: low}}}
statuses:
  - {when: {What: New}, event: submit, role: customer, channel: portal}
  - {when: {What: Taken}, event: take, role: agent}
  - {when: {What: Mailed}, skip: true}
"""
EXPORT = """\
Number;When;What;Prio
T-1;04/03/2024 10:00;New;1
T-1;04/03/2024 10:05;Mailed;1
T-1;04/03/2024 10:30;Taken;1
"""


def run(folder: Path, mapping: str, export: str, *arguments: str) -> Result:
    """Replay an export under the tests' own policy."""
    (folder / "desk.yaml").write_text(mapping, encoding="utf-8")
    (folder / "export.csv").write_text(export, encoding="utf-8")
    files = [str(folder / "export.csv"), "--policy", DESK, "--map", str(folder / "desk.yaml")]
    return CliRunner().invoke(main, ["replay", *files, *arguments])


def test_an_export_is_replayed_and_its_rows_accounted_for(tmp_path: Path) -> None:
    """The verdicts go to standard output, what became of the rows to standard error."""
    done = run(tmp_path, MAPPING, EXPORT, "--format", "json")

    assert DONE == done.exit_code, done.stderr
    ticket = json.loads(done.stdout)["tickets"][0]
    assert ("T-1", 2, "2024-03-04T09:00:00Z", []) == tuple(
        ticket[name] for name in ("ticket", "events", "opened_at", "refused")
    )
    assert ["3 rows read, 2 records made of them", "1 row passed over, as the mapping says"] == done.stderr.splitlines()


def test_a_word_that_nobody_mapped_ends_it_or_is_skipped(tmp_path: Path) -> None:
    """With its place in the export; skipped, it is told among the bad ones and among the unknown words."""
    export = EXPORT.replace("Mailed", "Phoned")
    ended = run(tmp_path, MAPPING, export)
    skipped = run(tmp_path, MAPPING, export, "--skip-bad")

    assert MISUSED == ended.exit_code
    assert "" == ended.stdout
    told = "export.csv:3: the mapping does not say what `Phoned` in `What` means"
    assert told in ended.stderr
    assert 1 == len(ended.stderr.splitlines())
    assert DONE == skipped.exit_code
    assert told in skipped.stderr
    assert "unknown `Phoned` in `What`: 1 row" in skipped.stderr.splitlines()


@pytest.mark.parametrize(
    "slip, told",
    [
        (("event: take", "event: taken"), "desk.yaml:11:34: error[UP201]: event `taken` is not declared"),
        (("column: Prio", "colum: Prio"), "error[UP101]: unknown key `colum`"),
        (("Europe/Paris", "Paris"), "error[UP105]: no zone is called `Paris`"),
    ],
)
def test_a_mapping_that_is_wrong_is_told_at_its_place(tmp_path: Path, slip: tuple[str, str], told: str) -> None:
    """Before anything is read, in one line."""
    done = run(tmp_path, MAPPING.replace(*slip), EXPORT)

    assert MISUSED == done.exit_code
    assert "" == done.stdout
    assert told in done.stderr


def test_a_wrong_zone_is_warned_of(tmp_path: Path) -> None:
    """The agents of Paris seem to work in the afternoon and at night; declared rightly, nothing is said."""
    lines = [
        f"T-{n};{4 + n % 5:02}/03/2024 {9 + n % 9:02}:{minute};{what};1"
        for n in range(110)
        for minute, what in (("00", "New"), ("30", "Taken"))
    ]
    export = "\n".join(["Number;When;What;Prio", *lines])

    assert "Beware" not in run(tmp_path, MAPPING, export).stdout
    wrong = run(tmp_path, MAPPING.replace("Europe/Paris", "America/New_York"), export)
    assert DONE == wrong.exit_code
    assert "Check the zone in which the history was read" in " ".join(wrong.stdout.replace("┃", " ").split())
