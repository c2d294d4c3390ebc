"""docs/replaying.md: a reader who types what it says gets what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from holiday_names import without_names

from upheld.cli import main

BLOCK = re.compile(r"^```(\w+) ?([\w.]*)\n((?:.*\n)*?)```$", re.MULTILINE)
ANYTHING = "…\n"
"""A line that stands for any lines."""


def test_the_page_can_be_followed(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command gives the answer told, `…` aside; `bad.csv` is the history with one date as nobody reads it."""
    monkeypatch.chdir(tmp_path)
    Path("empty.csv").write_text("ticket,at,event\n", encoding="utf-8")
    page = (root / "docs" / "replaying.md").read_text(encoding="utf-8")
    done = 0
    for kind, name, block in BLOCK.findall(page):
        if kind == "csv":
            Path(name).write_text(block, encoding="utf-8")
            Path("bad.csv").write_text(block.replace("2026-03-05T11:00+01:00", "5 March"), encoding="utf-8")
            continue
        command, _, told = block.removeprefix("$ ").partition("\n")
        program, *arguments = shlex.split(command)
        assert "upheld" == program
        made = CliRunner().invoke(main, arguments)
        answer = (made.stdout + made.stderr).replace("\N{NO-BREAK SPACE}", " ")
        pattern = "(?:.*\n)*?".join(re.escape(part) for part in without_names(told).split(ANYTHING))
        assert re.fullmatch(pattern, without_names(answer)), f"{command}\n{answer}"
        done += 1

    assert 9 == done
