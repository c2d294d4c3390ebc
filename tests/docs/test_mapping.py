"""docs/mapping.md: its example does what the page says, and every part of a mapping on it can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main
from upheld.document import read_document
from upheld.history.mapping.mapping_file import read_mapping
from upheld.schema.resources import read_schema

BLOCK = re.compile(r"^```(\w+) ?(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
LEAST = {
    "upheld": 1,
    "mapping": "page",
    "columns": {"ticket": "Ticket", "at": "Changed"},
    "statuses": [{"event": "comment"}],
}


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "mapping.md").read_text(encoding="utf-8")


def blocks(page: str, language: str, kind: str = "") -> list[str]:
    """The blocks in a language, of one kind."""
    return [match[3] for match in BLOCK.finditer(page) if (match[1], match[2]) == (language, kind)]


def test_the_parts_can_be_read(page: str) -> None:
    """Each with the little that every mapping needs besides, and without a finding."""
    parts = blocks(page, "yaml")

    assert 10 < len(parts)
    for part in parts:
        mapping = {**LEAST, **read_document(part.encode(), "part.yaml").root}
        assert [] == read_mapping(json.dumps(mapping).encode(), "part.json")[1], part


def test_the_example_does_what_the_page_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands are run on its own export, with its own mapping; a word left out is told in its own words."""
    monkeypatch.chdir(tmp_path)
    export, mapping = blocks(page, "csv")[0], blocks(page, "yaml", "whole")[0]
    Path("tickets.csv").write_text(export, encoding="utf-8")
    Path("mapping.yaml").write_text(mapping, encoding="utf-8")
    for console in blocks(page, "console"):
        command, *lines = console.splitlines()
        done = CliRunner().invoke(main, command.removeprefix("$ upheld ").partition(" >")[0].split())
        assert 0 == done.exit_code, done.stderr
        said = (done.stderr + done.stdout).replace("\N{NO-BREAK SPACE}", " ").splitlines()
        assert [] == [line for line in lines if line != "…" and line not in said]

    Path("tickets.csv").write_text(export.replace("Waiting for customer", "On hold"), encoding="utf-8")
    [told] = blocks(page, "text")
    done = CliRunner().invoke(main, ["replay", "tickets.csv", "--policy", "base", "--map", "mapping.yaml"])
    assert told == done.stderr


def test_the_table_of_tickets_is_unfolded_as_the_page_says(page: str, tmp_path: Path) -> None:
    """Its row becomes four records of one ticket."""
    (_, export), (_, mapping) = blocks(page, "csv"), blocks(page, "yaml", "whole")
    table, map_file = tmp_path / "tickets.csv", tmp_path / "mapping.yaml"
    table.write_text(export, encoding="utf-8")
    map_file.write_text(mapping, encoding="utf-8")
    words = ["replay", str(table), "--policy", "base", "--map", str(map_file), "--format", "json"]
    done = CliRunner().invoke(main, words)
    [ticket] = json.loads(done.stdout)["tickets"]

    assert "1 row read, 4 records made of them" in done.stderr
    assert ("web/17", 4, "closed", "acme") == tuple(ticket[key] for key in ("ticket", "events", "state", "customer"))


def test_every_key_is_on_the_page(page: str) -> None:
    """At the top of a mapping; the reference has the rest."""
    keys = json.loads(read_schema("mapping"))["properties"]

    assert {"title"} == {key for key in keys if not re.search(rf"\b{key}\b", page)}
