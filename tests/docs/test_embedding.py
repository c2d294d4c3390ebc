"""The page on embedding: what it shows of a program is what stands in the program, and each is shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from upheld.cli import main

BLOCK = re.compile(r"^```python ?(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
UNSHOWN = {"__init__.py", "manage.py", "settings.py", "urls.py", "tests.py"}
"""What every project of Django has, and what the page only leads to."""
PAGES = (
    "embedding.md",
    "operating.md",
    "desk.md",
    "../examples/embedding/README.md",
    "../examples/ticket-service/README.md",
)


@pytest.fixture(scope="module")
def blocks(root: Path) -> list[tuple[str, str]]:
    return BLOCK.findall((root / "docs" / "embedding.md").read_text(encoding="utf-8"))


def test_programs_are_shown_as_they_stand(blocks: list[tuple[str, str]], root: Path) -> None:
    """Each block is one piece of its file."""
    shown = [(name, text) for name, text in blocks if name]

    assert [] == [name for name, text in shown if text not in (root / name).read_text(encoding="utf-8")]
    programs = {path.relative_to(root).as_posix() for path in (root / "examples" / "embedding").rglob("*.py")}
    assert {name for name in programs if Path(name).name not in UNSHOWN} == {name for name, _ in shown}


def test_what_stands_on_the_page_alone_runs(
    blocks: list[tuple[str, str]], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the policy of all these programs; it asserts what it shows."""
    monkeypatch.chdir(root / "examples" / "embedding")
    names: dict[str, Any] = {}
    alone = [text for name, text in blocks if not name]

    assert 1 == len(alone)
    for text in alone:
        exec(compile(text, "docs/embedding.md", "exec"), names)


def test_the_policy_is_that_of_the_page_on_the_desk(root: Path) -> None:
    """So that whoever reads both reads one."""
    page = (root / "docs" / "desk.md").read_text(encoding="utf-8")
    policy = (root / "examples" / "embedding" / "policy.yaml").read_text(encoding="utf-8")

    assert f"```yaml policy.yaml\n{policy}```" in page


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str, root: Path) -> None:
    """Those into the project."""
    page = (root / "docs" / name).resolve()
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]

    assert links
    assert [] == [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("name", PAGES)
def test_commands_are_there(name: str, root: Path) -> None:
    """With the options that are named beside them."""
    page = (root / "docs" / name).read_text(encoding="utf-8")
    commands = {tuple(text.split()) for text in re.findall(r"(?:`|^\$ )upheld desk ([a-z][^`\n]*)", page, re.MULTILINE)}

    for command, *words in commands:
        told = CliRunner().invoke(main, ["desk", command, "--help"])
        assert 0 == told.exit_code, command
        assert [] == [word for word in words if word.startswith("--") and word not in told.output], command
