"""What the tests of commands share: the top folder as the current one, and pages that somebody read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[str, str], None]


@pytest.fixture
def top(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The top folder is the current one, since pages name the place of what decided."""
    monkeypatch.chdir(root)


@pytest.fixture
def golden(root: Path, update: bool) -> Golden:
    """Compare a text with the one of this name that somebody read and found good; `--update` rewrites that."""

    def compared(name: str, text: str) -> None:
        file = root / "tests" / "cli" / "golden" / name
        if update:
            file.write_text(text, encoding="utf-8", newline="\n")
        assert file.read_text(encoding="utf-8") == text

    return compared
