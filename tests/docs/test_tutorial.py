"""docs/tutorial.md: a reader who types what it says gets what it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from holiday_names import without_names

from upheld.cli import main

BLOCK = re.compile(r"^```(\w+) ?(\w*)\n((?:.*\n)*?)```$", re.MULTILINE)
FILES = {"": Path("policy.yaml"), "scenarios": Path("scenarios", "first.yaml")}
NO_BREAK = "\N{NO-BREAK SPACE}"
"""Stands between a number and its unit, and looks like any other space on a page."""
ANYTHING = "…\n"
"""A line that stands for any lines."""


def commands(session: str) -> Iterator[tuple[str, str]]:
    """Each command of a session, with what it answers."""
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, answer = part.partition("\n")
        yield command, answer


def alike(told: str, answer: str) -> bool:
    """Whether an answer is what is told, `…` aside."""
    pattern = "(?:.*\n)*?".join(re.escape(part) for part in told.split(ANYTHING))
    return re.fullmatch(pattern, answer) is not None


def changed(text: str, change: str) -> str:
    """The text with one change made: what is to be replaced stands in it as it is told, once."""
    lines = change.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] != "+")
    after = "".join(line[1:] for line in lines if line[0] != "-")
    assert 1 == text.count(before), before
    return text.replace(before, after)


def test_the_tutorial_can_be_followed(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command gives the answer told, every change can be made, and what is quoted stands in the file."""
    monkeypatch.chdir(tmp_path)
    page = (root / "docs" / "tutorial.md").read_text(encoding="utf-8")
    done = []
    for kind, where, block in BLOCK.findall(page):
        file = FILES[where]
        done.append(kind)
        if kind == "yaml":
            assert block in file.read_text(encoding="utf-8")
        elif kind == "diff":
            file.write_text(changed(file.read_text(encoding="utf-8"), block), encoding="utf-8")
        else:
            for command, told in commands(block):
                program, *arguments = shlex.split(command)
                if program == "cd":
                    monkeypatch.chdir(tmp_path / arguments[0])
                    continue
                assert "upheld" == program
                answer = without_names(CliRunner().invoke(main, arguments).output.replace(NO_BREAK, " "))
                told = without_names(told)
                assert told == answer or alike(told, answer), answer

    assert {"yaml", "diff", "console"} == set(done)
    assert 10 <= len(done)
    assert len(done) == page.count("\n```\n") == page.count("```") // 2
