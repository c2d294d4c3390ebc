"""The folder of a draft: the same bytes whenever it is drafted, nothing written over, and a page of what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafting.conftest import Drafting, invoke

GOLDEN = Path(__file__).parent / "golden"
WORDS = ("--zone", "Europe/Paris", "--name", "drafted", "--country", "FR")


def files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_bytes(root: Path, drafting: Drafting) -> None:
    """Whoever drafts twice has the same twice."""
    export = root / "examples" / "exports" / "jsm-changelog.csv"
    one, other = (files(drafting(export, *WORDS, folder=name).folder) for name in ("one", "other"))

    assert one == other
    assert {"policy.yaml", "mapping.yaml", "paths.yaml"} <= {path.name for path in one}


@pytest.mark.parametrize("name", ["policy.yaml", "mapping.yaml", "scenarios/paths.yaml"])
def test_files(root: Path, drafting: Drafting, name: str, update: bool) -> None:
    """Each line with what it was read from."""
    folder = drafting(root / "examples" / "exports" / "jsm-changelog.csv", *WORDS).folder
    golden, text = GOLDEN / name.replace("/", "."), (folder / name).read_text(encoding="utf-8")
    if update:
        golden.write_text(text, encoding="utf-8", newline="\n")

    assert golden.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page(root: Path, tmp_path: Path, language: str, update: bool) -> None:
    """What was read, what was left out, and what nobody can know from it; and then what to do next."""
    export = root / "examples" / "exports" / "jsm-changelog.csv"
    done = invoke("draft", export, "-o", tmp_path / "draft", "--lang", language, *WORDS)
    golden = GOLDEN / f"page.{language}.txt"
    if update:
        golden.write_text(done.stdout, encoding="utf-8", newline="\n")

    assert 0 == done.exit_code
    assert golden.read_text(encoding="utf-8") == done.stdout
    assert done.stderr.splitlines()[1].startswith("next: upheld replay ")


def test_nothing_is_written_over(root: Path, tmp_path: Path) -> None:
    """A folder that is there stays as it is, and the command says so."""
    (tmp_path / "draft").mkdir()
    done = invoke("draft", root / "examples" / "exports" / "jira.csv", "-o", tmp_path / "draft")

    assert (2, []) == (done.exit_code, [*(tmp_path / "draft").iterdir()])
    assert "exists already, and nothing is written over" in done.stderr
