"""The page on the desk: its programs run one after another, and its commands say what they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from upheld.cli import main

EVENTS = re.compile(r"^```json events\.jsonl\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = re.compile(r"^```(python|yaml policy\.yaml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "desk.md").read_text(encoding="utf-8")


def test_programs_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this order, in an empty folder, by the policy of the page; each asserts what it shows."""
    monkeypatch.chdir(tmp_path)
    blocks = BLOCKS.findall(page)
    (policy,) = [text for kind, text in blocks if kind != "python"]
    programs = [text for kind, text in blocks if kind == "python"]
    (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
    names: dict[str, Any] = {}
    try:
        for text in programs:
            exec(compile(text, "docs/desk.md", "exec"), names)
    finally:
        if "desk" in names:
            names["desk"].close()

    assert len(programs) == page.count("```python")
    assert len(programs) > 0


def test_commands_print_what_the_page_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another, in an empty folder, by the policy and the records of the page."""
    monkeypatch.chdir(tmp_path)
    (policy,) = [text for kind, text in BLOCKS.findall(page) if kind != "python"]
    (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
    (events,) = EVENTS.findall(page)
    (tmp_path / "events.jsonl").write_text(events, encoding="utf-8")
    (session,) = CONSOLE.findall(page)
    lines, told = [line[2:] for line in session.splitlines() if line.startswith("$ ")], ""
    for line in lines:
        told += f"$ {line}\n"
        name, equals, value = line.removeprefix("export ").partition("=")
        if line.startswith("export ") and equals:
            monkeypatch.setenv(name, value)
        else:
            told += CliRunner().invoke(main, shlex.split(line)[1:]).output

    assert session == told
