"""The generated pages: stale ones are named, and writing them is all it takes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from upheld.schema.resources import schema_names


@pytest.fixture(scope="module")
def generate(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", root / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_stale_page_is_named(generate: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Missing, changed and left over: all are stale; a check writes nothing."""
    folder = tmp_path / "reference"
    assert 1 == generate.run(["--check"], folder)
    assert not folder.exists()
    assert 0 == generate.run([], folder)
    assert 0 == generate.run(["--check"], folder)
    (folder / "hooks.md").write_text("changed", encoding="utf-8")
    (folder / "removed-command.md").write_text("left over", encoding="utf-8")
    capsys.readouterr()

    assert 1 == generate.run(["--check"], folder)
    assert "stale: reference/hooks.md\nstale: reference/removed-command.md\n" == capsys.readouterr().out
    assert 0 == generate.run([], folder)
    assert 0 == generate.run(["--check"], folder)


def test_every_schema_has_its_page(generate: ModuleType) -> None:
    assert {f"{name}.md" for name in schema_names()} == set(generate.pages()) - {
        "commands.md",
        "desk-tables.md",
        "hooks.md",
        "problems.md",
        "tables.md",
        "webhook-events.md",
    }


def test_a_page_tells_every_key(generate: ModuleType) -> None:
    """Keys of parts without a name of their own are told under their owner; a bar does not end a cell."""
    kinds = {"id": {"type": "string", "description": "A name."}}
    inner = {"properties": {"c": {"enum": ["x", 1], "description": "C | D."}}}
    item = {"properties": {"f": {"const": 1, "description": "F."}}}
    schema = {
        "required": ["a"],
        "properties": {
            "a": {"$ref": "#/$defs/id"},
            "b": {"description": "B.", "default": True, **inner},
            "e": {"type": ["string", "array"], "description": "E.", "items": item},
        },
    }

    expected = [
        ("`a` (required)", "[id](#id)", "A name."),
        ("`b`", "anything", "B. Default: `true`."),
        ("`b.c`", "`x`, `1`", "C | D."),
        ("`e`", "text or list", "E."),
        ("`e[].f`", "`1`", "F."),
    ]
    assert expected == list(generate.rows(schema, kinds))
    assert "| C \\| D. |" in generate.table(("key", "value", "meaning"), expected)
