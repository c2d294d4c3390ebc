"""docs/publishing.md: its commands answer as told, and what it says of addresses is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from pages.markup import parsed

from upheld.cli import main
from upheld.loading import load_policy
from upheld.pages.lifecycle.drawing import MOST_ARROWS, MOST_STATES
from upheld.pages.terms import terms
from upheld.show.policy.course import MOST_STATES as MANY

SESSION = re.compile(r"^```console\n((?:.*\n)*?)```$", re.MULTILINE)
COMMAND = re.compile(r"^\$ (.*)\n((?:[^$].*\n)*)", re.MULTILINE)
ANYTHING = "…\n"


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "publishing.md").read_text(encoding="utf-8")


def test_the_commands_on_the_page_answer_as_told(
    page: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each writes the file that it names, quietly; `…` alone on a line stands for any lines."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(root / "examples", target_is_directory=True)
    commands = [found for session in SESSION.findall(page) for found in COMMAND.findall(session)]
    assert ["show", "explain", "statement", "due", "due"] == [command.split()[1] for command, _ in commands]
    for command, told in commands:
        done = CliRunner().invoke(main, shlex.split(command)[1:])
        assert 0 == done.exit_code, done.output
        pattern = "(?:.*\n)*?".join(map(re.escape, told.split(ANYTHING)))
        assert re.fullmatch(pattern, done.output.replace("\N{NO-BREAK SPACE}", " ")), done.output
        if "-o" in command:
            assert (tmp_path / command.split()[-1]).stat().st_size > 500


def test_the_addresses_are_those_of_a_page(page: str) -> None:
    """Of the vendor whose clause is named."""
    ids = {each.attributes.get("id") for each in parsed(terms(load_policy("greenmash"))).all()}
    addresses = re.findall(r"`terms\.html#([^`]+)`", page)

    assert 4 == len(addresses)
    assert set(addresses) <= ids


def test_the_numbers_are_those_of_the_drawing(page: str) -> None:
    assert f"more than {MOST_STATES}\nstates or {MOST_ARROWS} arrows" in page
    assert 4 == MANY
    assert "from four states or more" in page


def test_every_picture_is_there(page: str, root: Path) -> None:
    """`docs/pictures.py` makes them."""
    pictures = re.findall(r"\((pictures/[^)]+)\)", page)
    made = (root / "docs" / "pictures.py").read_text(encoding="utf-8")

    assert 2 == len(pictures)
    for each in pictures:
        assert (root / "docs" / each).is_file()
        assert f'"{Path(each).stem}"' in made
