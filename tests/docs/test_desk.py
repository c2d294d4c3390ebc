"""The page on the desk: its programs run one after another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

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
