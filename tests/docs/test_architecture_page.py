"""The page about the architecture: the places that it names are there, and its pictures are those of the imports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import upheld

ENGINE = Path(upheld.__file__).parent


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_place_that_the_page_names_is_there(page: str, root: Path) -> None:
    """A path in backticks stands in the package, in its core, or at the top of the repository."""
    named = {name.removeprefix("engine/upheld/") for name in re.findall(r"`([a-z_/.-]+/[a-z_/.-]+)`", page)}
    starts = (root, ENGINE, ENGINE / "core")
    missing = [name for name in sorted(named) if not any(_is_there(start / name) for start in starts)]

    assert len(named) > 20
    assert [] == missing


def _is_there(path: Path) -> bool:
    return path.exists() or path.with_name(f"{path.name}.py").exists()


def test_the_pictures_show_every_wing(page: str) -> None:
    drawn = page.partition("<!-- picture: wings -->")[2].partition("<!-- end -->")[0]
    wings = {each.name for each in (ENGINE / "core").iterdir() if (each / "__init__.py").exists()}

    assert wings | {"ground"} == set(re.findall(r"\w+", drawn)) - {"mermaid", "flowchart", "TD"}
