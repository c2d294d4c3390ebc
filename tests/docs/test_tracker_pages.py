"""docs/trackers: their commands run on the samples, and each mapping and sample has its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main

COMMAND = re.compile(r"^\$ upheld (.*)$", re.MULTILINE)
PAGES = Path(__file__).resolve().parents[2] / "docs" / "trackers"


def commands(page: Path) -> list[list[str]]:
    """Those of a page that run on what the project has."""
    found = [line.partition(" >")[0].split() for line in COMMAND.findall(page.read_text(encoding="utf-8"))]
    return [command for command in found if command[1].startswith("examples/")]


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_the_commands_run(page: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)

    for command in commands(page):
        done = CliRunner().invoke(main, command)
        assert 0 == done.exit_code, (command, done.stderr)


def test_every_sample_is_replayed_on_a_page(root: Path) -> None:
    samples = {path.name for path in (root / "examples" / "exports").iterdir()}

    replayed = [command[1] for page in PAGES.glob("*.md") for command in commands(page) if command[0] == "replay"]

    assert samples == {Path(each).name for each in replayed}
    assert len(samples) == len(replayed)


def test_every_mapping_and_page_is_in_the_index(root: Path) -> None:
    """And a page links the mappings that the index has for it."""
    index = (root / "docs" / "importing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[[^]]+\]\(trackers/([\w-]+)\.md\) \|.*\| ([^|]*) \|$", index, re.MULTILINE)
    listed = {page: set(re.findall(r"`([\w-]+)`", names)) for page, names in rows}

    mappings = {path.stem for path in (root / "examples" / "mappings").glob("*.yaml")} - {"policy"}
    assert mappings == set().union(*listed.values())
    assert {page.stem for page in PAGES.glob("*.md")} == set(listed)
    for page, names in listed.items():
        linked = re.findall(r"examples/mappings/([\w-]+)\.yaml\)", (PAGES / f"{page}.md").read_text(encoding="utf-8"))
        assert names == set(linked), page
