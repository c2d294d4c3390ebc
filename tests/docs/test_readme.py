"""README.md: what it shows being printed is what is printed."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from holiday_names import without_names

from upheld.cli import main
from upheld.document import read_document

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NO_BREAK = re.compile("[\u00a0\u202f]")
"""Spaces at which no line ends; on the page they are plain ones."""
CUT = "…"
"""A line that stands for others, left out."""


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    """The page."""
    return (root / "README.md").read_text(encoding="utf-8")


def blocks(readme: str, kind: str) -> list[str]:
    """Its blocks of one kind."""
    return [match[2] for match in BLOCK.finditer(readme) if match[1] == kind]


def shown(readme: str) -> list[tuple[list[str], str]]:
    """Each command on the examples with what is shown of its output."""
    found = [text.split("\n", 1) for text in blocks(readme, "console") if text.startswith("$ upheld ")]
    return [(command.split()[2:], output) for command, output in found if "examples/" in command]


def test_what_is_shown_is_printed(readme: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the cuts word for word, and in that order."""
    monkeypatch.chdir(root)
    commands = shown(readme)
    for arguments, output in commands:
        result = CliRunner().invoke(main, arguments)
        assert 0 == result.exit_code, result.output
        rest = without_names(NO_BREAK.sub(" ", result.stdout))
        for part in filter(None, re.split(rf"^{CUT}\n", without_names(output), flags=re.MULTILINE)):
            assert part in rest
            rest = rest.partition(part)[2]

    assert ["replay", "explain"] == [arguments[0] for arguments, _ in commands]


def test_the_first_thing_shown_is_of_the_demo(readme: str, root: Path) -> None:
    """Word for word what `python3 dev.py demo` runs."""
    spec = importlib.util.spec_from_file_location("dev", root / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    dev = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dev)

    assert shown(readme)[0][0] in dev.demonstrated()


def test_a_promise_is_shown_as_it_stands(readme: str, root: Path) -> None:
    """But for the comments that explain it, and what a first look can do without."""
    policy = root / "plugins" / "proconcept" / "upheld_proconcept" / "policy.yaml"
    (promise,) = read_document(blocks(readme, "yaml")[0].encode(), "README.md", root="list").items
    theirs = {each["id"]: each for each in read_document(policy.read_bytes(), policy.name).root["commitments"]}

    assert set(theirs["resolve"]) - set(promise) == {"warn-at"}
    assert all(theirs["resolve"][key] == value for key, value in promise.items())


def test_its_program_runs(
    readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In an empty folder, as somebody does who copies it."""
    monkeypatch.chdir(tmp_path)
    (program,) = blocks(readme, "python")
    names: dict[str, Any] = {}
    exec(compile(program, "README.md", "exec"), names)
    names["desk"].close()

    assert capsys.readouterr().out.startswith("True open (")


def test_every_page_it_leads_to_is_there(readme: str, root: Path) -> None:
    """Links into the project, and none outside it."""
    links = re.findall(r"\]\(([^)]+)\)", readme)

    assert links
    assert [] == [link for link in links if not (root / link).exists()]
