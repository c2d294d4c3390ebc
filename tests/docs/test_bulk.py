"""The page on columns: its programs run, and what it says of options is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

BLOCKS = re.compile(r"^```python ?(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(root: Path) -> list[tuple[str, str]]:
    return BLOCKS.findall((root / "docs" / "bulk.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("library", ["", "duckdb", "polars", "pandas"])
def test_programs_run(library: str, root: Path) -> None:
    """Those of a library where it is installed; each asserts what it shows."""
    if library:
        pytest.importorskip(library)
    names: dict[str, Any] = {}
    programs = [text for needed, text in blocks(root) if needed in ("", library)]

    assert len(programs) == 1 + bool(library)
    for text in programs:
        exec(compile(text, "docs/bulk.md", "exec"), names)
