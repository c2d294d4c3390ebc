"""The folder of a draft: the same bytes whenever it is drafted, nothing written over, and a page of what it says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from drafting.conftest import CHANGELOG_WORDS, Draft, Drafting, invoke, table, walk

GOLDEN = Path(__file__).parent / "golden"


def files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_bytes(changelog: Draft, drafting: Drafting) -> None:
    """Whoever drafts twice has the same twice."""
    one, other = files(changelog.folder), files(drafting(changelog.export, *CHANGELOG_WORDS).folder)

    assert one == other
    assert {"policy.yaml", "mapping.yaml", "paths.yaml"} <= {path.name for path in one}
    for path, text in one.items():  # each finds its schema where it says
        for schema in re.findall(rb"\$schema=(\S+)", text):
            assert os.path.normpath(path.parent / schema.decode()) in map(str, one)


@pytest.mark.parametrize("name", ["policy.yaml", "mapping.yaml", "scenarios/paths.yaml"])
def test_files(changelog: Draft, name: str, update: bool) -> None:
    """Each line with what it was read from."""
    golden, text = GOLDEN / name.replace("/", "."), (changelog.folder / name).read_text(encoding="utf-8")
    if update:
        golden.write_text(text, encoding="utf-8", newline="\n")

    assert golden.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page(root: Path, tmp_path: Path, language: str, update: bool) -> None:
    """What was read, what was left out, and what nobody can know from it; and then what to do next."""
    export = root / "examples" / "exports" / "jsm-changelog.csv"
    done = invoke("draft", export, "-o", tmp_path / "draft", "--lang", language, *CHANGELOG_WORDS)
    golden = GOLDEN / f"page.{language}.txt"
    if update:
        golden.write_text(done.stdout, encoding="utf-8", newline="\n")

    assert 0 == done.exit_code
    assert golden.read_text(encoding="utf-8") == done.stdout
    assert done.stderr.splitlines()[1].startswith("next: upheld replay ")


def test_what_is_not_there_is_no_pipe(tmp_path: Path) -> None:
    """A name misspelt is told as such, and not that it can be read once."""
    done = invoke("draft", tmp_path / "none.csv", "-o", tmp_path / "draft")

    assert (2, f"error: {tmp_path}/none.csv: no such file or directory\n") == (done.exit_code, done.stderr)


def test_nothing_is_written_over(root: Path, tmp_path: Path) -> None:
    """A folder that is there stays as it is, and the command says so."""
    (tmp_path / "draft").mkdir()
    done = invoke("draft", root / "examples" / "exports" / "jira.csv", "-o", tmp_path / "draft")

    assert (2, []) == (done.exit_code, [*(tmp_path / "draft").iterdir()])
    assert "exists already, and nothing is written over" in done.stderr


def test_a_draft_speaks_one_language(drafting: Drafting) -> None:
    """What nobody's export says is said in French: the names of commitments and roles, and why a warning is waived."""
    rows = [row for n in range(9) for row in walk("Nouveau", "En cours", "Résolu", ticket=n)]
    text = drafting(table("id,time,status", rows), "--lang", "fr").text

    assert "label: Prise en charge\n" in text
    assert "label: Résolution\n" in text
    assert "aucun contrat n’a été lu\\u00a0: les états" in text
    assert [] == [word for word in ("Taken up", "Resolved", "no more than") if word in text]


def test_who_acted_is_not_invented(drafting: Drafting) -> None:
    """Without a column of actors all count as support, and each line says that nobody told it."""
    rows = walk("New", "In Progress", "Resolved", "Closed")
    silent = drafting(table("id,time,status", rows)).text
    told = drafting(table("id,time,status,author", [(*row, "kim") for row in rows]), folder="told").text

    assert "# 4 records, of which no column tells who acted\n" in silent
    assert "# nobody told 1\n" in silent
    assert "# agent 1\n" not in silent
    assert "# 4 records\n" in told
    assert "# agent 1\n" in told
