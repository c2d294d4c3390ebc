"""Formats that plugins provide stand beside ours; what is broken is named, and never more than that."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED
from upheld.cli.history.history import all_formats
from upheld.core.errors import PluginError
from upheld.history.file import HistoryFile
from upheld.history.formats import FORMATS
from upheld.history.importer import Bad, Row
from upheld.plugins import installed_importers

Install = Callable[..., Path]

IMPORTER = """
from upheld import ProvidedImporter
from upheld.history.importer import Row

def rows(file):
    for number, line in file.lines():
        yield Row(f"{{file.name}}:{{number}}", dict(zip(("at", "id", "what"), line.split("|"))))

@hookimpl
def upheld_importers():
    return [{importer}]
"""
PIPES = 'ProvidedImporter("pipes", "pipes", (".pipes",), rows)'
MAPPING = """
upheld: 1
mapping: pipes
format: pipes
columns: {ticket: id, at: at}
statuses:
  - {when: {what: asked}, event: submit, role: customer}
  - {when: {what: done}, event: resolve, role: agent}
"""


def test_none_is_installed_until_somebody_installs_one(install: Install) -> None:
    """Ours come first, in the order in which files are tried, and then those of plugins."""
    assert {} == dict(installed_importers())
    install("zebra", IMPORTER.format(importer=PIPES))

    assert ["pipes"] == list(installed_importers())
    assert [*FORMATS, "pipes"] == list(all_formats())


def test_a_plugins_format_is_replayed(install: Install, tmp_path: Path) -> None:
    """By its suffix; the mapping says what its columns mean, and names the format where the suffix does not."""
    install("zebra", IMPORTER.format(importer=PIPES))
    (tmp_path / "map.yaml").write_text(MAPPING, encoding="utf-8")
    log = "2026-03-02T09:00Z|T-1|asked\n2026-03-02T10:00Z|T-1|done\n"
    for name in ("log.pipes", "log.txt"):
        (tmp_path / name).write_text(log, encoding="utf-8")
        arguments = [str(tmp_path / name), "--policy", "base", "--map", str(tmp_path / "map.yaml")]
        told = CliRunner().invoke(main, ["replay", *arguments, "--format", "jsonl"])

        assert DONE == told.exit_code, told.output
        assert '"ticket": "T-1"' in told.stdout
    told = CliRunner().invoke(main, ["replay", str(tmp_path / "log.pipes"), "--policy", "base"])
    assert MISUSED == told.exit_code
    assert "format `pipes` needs a mapping: say what its columns mean with `--map`" in told.stderr


@pytest.mark.parametrize(
    "importer, complaint",
    [
        ("None", "returned something else than ProvidedImporter from `upheld_importers`"),
        ('ProvidedImporter("A b", "a", (".a",), rows)', "calls a format `A b`, which is not kebab-case"),
        ('ProvidedImporter("a", "a", ("a",), rows)', "does not list the suffixes of format `a`, each with its dot"),
        ('ProvidedImporter("a", "a", ".a", rows)', "does not list the suffixes of format `a`, each with its dot"),
        ('ProvidedImporter("a", "a", (".a",), None)', "gives format `a` nothing to read it"),
        ('ProvidedImporter("a", "a", (".a",), rows, 7)', "gives format `a` nothing to read it"),
    ],
)
def test_a_broken_format_is_named(install: Install, importer: str, complaint: str) -> None:
    """With the plugin that brought it."""
    install("zebra", IMPORTER.format(importer=importer))

    with pytest.raises(PluginError, match="^plugin `zebra` of zebra 1.2 ") as raised:
        installed_importers()
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    "rows, complaint",
    [
        ("None", "failed in the rows of format `pipes`: TypeError: "),
        ("[{}['x']]", "failed in the rows of format `pipes`: KeyError: 'x'"),
        ("[7]", "gave something else than rows with texts for cells in format `pipes`"),
        ("[Row('a', {'at': 7})]", "gave something else than rows with texts for cells in format `pipes`"),
    ],
)
def test_a_format_that_fails_is_named(install: Install, tmp_path: Path, rows: str, complaint: str) -> None:
    """THREATS F10: what a plugin does wrong is no mistake of ours."""
    broken = PIPES.replace("rows)", f"lambda file: {rows})")
    install("zebra", IMPORTER.format(importer=broken))
    (tmp_path / "log.pipes").write_text("x", encoding="utf-8")
    told = CliRunner().invoke(main, ["replay", str(tmp_path / "log.pipes"), "--policy", "base"])

    assert MISUSED == told.exit_code
    assert f"error: plugin `zebra` of zebra 1.2 {complaint}" in told.stderr


def test_two_formats_of_one_name_are_refused(install: Install) -> None:
    """Nobody could say which one is meant."""
    install("zebra", IMPORTER.format(importer=PIPES))
    install("yak", IMPORTER.format(importer=PIPES))

    with pytest.raises(PluginError, match="both provide the format `pipes`; uninstall one of them"):
        installed_importers()


def test_the_example_to_copy_reads_its_log(root: Path) -> None:
    """A line with too few parts is bad, and the next one is read."""
    path = root / "examples" / "third-party-vendor" / "upheld_acme" / "__init__.py"
    spec = importlib.util.spec_from_file_location("upheld_acme", path)
    assert spec is not None
    assert spec.loader is not None
    acme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(acme)
    (importer,) = acme.upheld_importers()
    log = b"2026-03-02T09:00Z|7|submitted|kim\n2026-03-02\n2026-03-02T10:00Z|7|closed|lee\n"

    found = list(importer.rows(HistoryFile("desk.acmelog", io.BytesIO(log))))
    assert ["submitted", "closed"] == [each.cells["what"] for each in found if isinstance(each, Row)]
    assert [Bad("desk.acmelog:2", "this line has 1 parts between `|`, and 4 are expected")] == [
        each for each in found if isinstance(each, Bad)
    ]
