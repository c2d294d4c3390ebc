"""docs/explaining.md: what it shows is what a reader gets."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from holiday_names import without_names

from upheld.cli import main

SESSION = re.compile(r"^```console\n((?:.*\n)*?)```$", re.MULTILINE)
ANYTHING = "…\n"


def test_the_commands_on_the_page_answer_as_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`…` alone on a line stands for any lines; no-break spaces look like others."""
    monkeypatch.chdir(root)
    sessions = SESSION.findall((root / "docs" / "explaining.md").read_text(encoding="utf-8"))
    assert ["explain", "queue", "statement"] == [session.split()[2] for session in sessions]
    for session in sessions:
        command, _, told = session.removeprefix("$ ").partition("\n")
        answer = CliRunner().invoke(main, shlex.split(command)[1:]).output.replace("\N{NO-BREAK SPACE}", " ")
        pattern = "(?:.*\n)*?".join(re.escape(part) for part in without_names(told).split(ANYTHING))
        assert re.fullmatch(pattern, without_names(answer)), answer
