"""What the tests of a desk's commands share: a folder with the files of the shop, and its desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk.commands import shop


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the files of the shop."""
    monkeypatch.chdir(tmp_path)
    shop.files(tmp_path)
    return tmp_path


@pytest.fixture
def made(url: str) -> str:
    """The address of a desk by the policy of the shop, of each kind of database in turn."""
    done = shop.run("init", "--policy", "policy.yaml", url=url)
    assert 0 == done.exit_code, done.output
    return url


@pytest.fixture
def told(made: str) -> str:
    """The same with the story of the shop in it."""
    done = shop.run("submit", "events.jsonl", url=made)
    assert 0 == done.exit_code, done.output
    return made
