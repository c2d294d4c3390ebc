"""`upheld diff`: two versions of a policy compared on the command line, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED


def diff(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


@pytest.fixture
def faster(root: Path, tmp_path: Path) -> Path:
    """The starter policy of the tests, with one promise made shorter and one condition wider."""
    text = (root / "tests" / "small_desk.yaml").read_text(encoding="utf-8")
    file = tmp_path / "faster.yaml"
    assert "1h" in text
    file.write_text(text.replace("1h", "30min", 1), encoding="utf-8")
    return file


def test_a_shorter_promise(root: Path, faster: Path) -> None:
    """It is told as shorter, and that they differ is the exit status."""
    done = diff(root / "tests" / "small_desk.yaml", faster)

    assert (FOUND, "") == (done.exit_code, done.stderr)
    assert "1 h → 30 min, shorter" in done.stdout.replace("\u00a0", " ")
    assert "1 difference." in done.stdout


def test_for_programs(root: Path, faster: Path) -> None:
    """The same as data: where it stands, what it was, what it is."""
    told = json.loads(diff(root / "tests" / "small_desk.yaml", faster, "--format", "json").stdout)

    (change,) = told["changes"]
    assert ("changed", "shorter", "30\u00a0min") == (change["kind"], change["turn"], change["after"])
    assert told["before"]["digest"] != told["after"]["digest"]


def test_markdown_in_french(root: Path, faster: Path) -> None:
    """A page to publish, in the reader's language."""
    done = diff(root / "tests" / "small_desk.yaml", faster, "--format", "markdown", "--lang", "fr")

    assert done.stdout.startswith("# Ce qui change entre ")
    assert "plus court" in done.stdout


def test_a_page_to_send(faster: Path, root: Path, tmp_path: Path) -> None:
    """One file that says the same, written whole."""
    file = tmp_path / "changes.html"
    done = diff(root / "tests" / "small_desk.yaml", faster, "--format", "html", "-o", file)
    page = file.read_text(encoding="utf-8")

    assert (FOUND, "", "") == (done.exit_code, done.stdout, done.stderr)
    assert "1 h → 30 min, shorter" in page.replace("\u00a0", " ")
    assert 'id="clause-D-7"' in page


def test_nothing_differs() -> None:
    """The status of a policy compared with itself is 0."""
    done = diff("base", "base")

    assert DONE == done.exit_code
    assert "Nothing: both say the same." in done.stdout


def test_one_cannot_be_used(tmp_path: Path) -> None:
    """What is no policy is told as every command tells it."""
    file = tmp_path / "broken.yaml"
    file.write_text("upheld: 1\n", encoding="utf-8")

    done = diff("base", file)

    assert MISUSED == done.exit_code
    assert "broken.yaml" in done.stderr
    assert MISUSED == diff("base", "nobody").exit_code


def test_a_page_in_brief(root: Path, tmp_path: Path) -> None:
    """A clause that is worded otherwise is named, and texts of clauses are left out; what decides a ticket is told."""
    file, small = tmp_path / "reworded.yaml", root / "tests" / "small_desk.yaml"
    text = small.read_text(encoding="utf-8").replace("says: how to open", "says: how one opens").replace("1h", "2h", 1)
    file.write_text(text, encoding="utf-8")
    whole, brief = (diff(small, file, *options).stdout.replace("\u00a0", " ") for options in ((), ("--brief",)))

    assert "“how to open” → “how one opens” [D-1]" in whole
    assert "what is promised" in whole
    assert "worded otherwise" in brief
    assert "1 h → 2 h, longer" in brief
    assert "opens" not in brief
    assert "what is promised" not in brief
