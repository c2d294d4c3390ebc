"""Nothing is offered without being explained: hooks, commands, finding codes, schema properties, public names."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from architecture.source import ENGINE, engine_modules

import upheld
from upheld import hookspecs
from upheld.cli import COMMANDS, main
from upheld.cli.desk import COMMANDS as DESK_COMMANDS
from upheld.cli.desk import HOMES as DESK_HOMES
from upheld.document.catalogue import ERRORS, WARNINGS
from upheld.schema.resources import read_schema, schema_names

CODE = re.compile(r"UP\d{3}")
CLI = ENGINE / "upheld" / "cli"
HOOKS = {name: value for name, value in vars(hookspecs).items() if name.startswith(f"{hookspecs.GROUP}_")}


def codes_without_entry(entries: str, codes: Iterator[str] | list[str]) -> list[str]:
    """The codes that have no heading of their own, or whose entry lacks one of the three paragraphs."""
    parts = re.split(r"^#+ .*?\b(UP\d{3})\b.*$", entries, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2]))
    words = ("Avoid", "Prefer", "Why")
    return [code for code in codes if not all(re.search(rf"\b{word}\b", found.get(code, "")) for word in words)]


def undescribed(schema: Mapping[str, Any], kinds: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Where a property of a schema has no description, neither its own nor that of the kind it refers to."""
    for key, value in schema.get("properties", {}).items():
        kind = kinds.get(value.get("$ref", "").rpartition("/")[2], {})
        if not (value.get("description") or kind.get("description")):
            yield f"{path}/{key}"
        yield from undescribed(value, kinds, f"{path}/{key}")
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from undescribed(schema[word], kinds, f"{path}/{word}")
    for key, value in schema.get("$defs", {}).items():
        if not value.get("description"):
            yield f"{path}/$defs/{key}"
        yield from undescribed(value, kinds, f"{path}/$defs/{key}")


def unsafe(schema: object, path: str = "") -> Iterator[str]:
    """Where a schema could be slow on hostile input, or tell one mistake as several (THREATS S01, S03, S05)."""
    if isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from unsafe(value, f"{path}/{index}")
    if not isinstance(schema, dict):
        return
    words = set() if path.endswith(("/properties", "/$defs")) else set(schema)
    for word in sorted(words & {"pattern", "patternProperties", "uniqueItems", "oneOf", "anyOf", "multipleOf"}):
        yield f"{path} uses {word}"
    if "$ref" in words and not str(schema["$ref"]).startswith("#/"):
        yield f"{path} refers to {schema['$ref']}"
    kinds = schema.get("type", ()) if words else ()
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "array" in kinds and "maxItems" not in schema:
        yield f"{path} is a list without end"
    if "object" in kinds and "maxProperties" not in schema and schema.get("additionalProperties") is not False:
        open_ended = "propertyNames" in schema or "additionalProperties" in schema
        if open_ended:
            yield f"{path} is a mapping without end"
    for key, value in schema.items():
        yield from unsafe(value, f"{path}/{key}")


def test_every_hook_says_what_it_is_for() -> None:
    """A hook's docstring is its contract: when it is called, what it gives back, with types."""
    assert HOOKS
    for name, hook in HOOKS.items():
        text = inspect.getdoc(hook) or ""
        assert "Called" in text, name
        assert ":return:" in text, name
        parameters = inspect.signature(hook).parameters
        assert [] == [parameter for parameter in parameters if f":param {parameter}:" not in text], name
        assert set(hook.__annotations__) == {*parameters, "return"}, name


def test_every_hook_is_used_by_a_plugin_of_this_project(root: Path) -> None:
    """A hook ships with a vendor using it."""
    plugins = [*root.glob("plugins/*/*/__init__.py"), *root.glob("examples/*/*/__init__.py")]
    texts = "".join(path.read_text(encoding="utf-8") for path in plugins)

    assert [] == [name for name in HOOKS if f"def {name}(" not in texts]


OVERVIEW = {**COMMANDS, **{f"desk {name}": first for name, first in DESK_COMMANDS.items()}}
"""Every command, those of the desk by two words."""


@pytest.mark.parametrize("name", OVERVIEW)
def test_every_command_says_what_it_does(name: str) -> None:
    """The overview and the command agree; its help has the statuses, an example, and a word on each option."""
    command: click.Command | None = main
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    text = inspect.getdoc(command.callback) or ""

    assert OVERVIEW[name] == text.splitlines()[0]
    assert "Exit status: 0 " in text
    assert f"Example: upheld {name}" in text
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [] == [option.name for option in options if not option.help]


def test_every_command_module_is_in_the_overview() -> None:
    """A module of the command line that holds a command is offered."""
    modules = {
        (path.parent if path.stem == "__init__" else path).stem.replace("_", "-")
        for path in (*CLI.glob("*.py"), *CLI.glob("*/__init__.py"), *CLI.glob("*/*.py"))
        if "desk" not in path.relative_to(CLI).parts[:-1] or path.stem == "__init__"
        if re.search(r"^def command\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert modules == set(COMMANDS)


def test_every_command_of_the_desk_is_in_its_overview() -> None:
    """Whatever its modules offer, alone or several of a family."""
    offered = {
        f"{path.stem}:{name}"
        for path in (CLI / "desk").glob("[a-z]*.py")
        for name in re.findall(
            r"^@click\.command.*?^def (\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
    }

    offered |= {f"{path.parent.name}:command" for path in (CLI / "desk").glob("[a-z]*/__init__.py")}

    assert offered == {DESK_HOMES.get(name, f"{name}:command") for name in DESK_COMMANDS}


def test_every_code_in_the_engine_is_in_the_catalogue() -> None:
    """A code that is reported has a level and a title, and a code of the catalogue has one level."""
    written = {
        node.value
        for module in engine_modules()
        if CODE.search(module.text)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }

    assert set() == written - {*ERRORS, *WARNINGS}
    assert set() == ERRORS.keys() & WARNINGS.keys()


def test_every_code_has_its_entry(root: Path) -> None:
    """docs/findings.md tells for each code what to avoid, what to prefer, and why."""
    entries = (root / "docs" / "findings.md").read_text(encoding="utf-8")

    assert [] == codes_without_entry(entries, sorted({*ERRORS, *WARNINGS}))
    assert set() == set(re.findall(r"^#+ .*?(UP\d{3})", entries, re.MULTILINE)) - {*ERRORS, *WARNINGS}


def test_a_code_without_an_entry_is_found() -> None:
    entries = "## UP001 one\nAvoid a. Prefer b. Why: c.\n## UP002: two\nAvoid a. Why: c.\n"

    assert ["UP002", "UP003"] == codes_without_entry(entries, ["UP001", "UP002", "UP003"])


@pytest.mark.parametrize("name", schema_names())
def test_every_property_of_a_schema_is_described(name: str) -> None:
    """A language server shows the descriptions while the author types."""
    schema = json.loads(read_schema(name))

    assert schema["title"]
    assert schema["description"]
    assert [] == list(undescribed(schema, schema.get("$defs", {})))


def test_an_undescribed_property_is_found() -> None:
    kinds = {"id": {"type": "string"}, "line": {"description": "A line."}}
    properties = {
        "a": {"$ref": "#/$defs/line"},
        "b": {"$ref": "#/$defs/id"},
        "c": {"description": "C.", "items": {"properties": {"d": {}}}},
    }

    assert ["/b", "/c/items/d", "/$defs/id"] == list(undescribed({"properties": properties, "$defs": kinds}, kinds))


@pytest.mark.parametrize("name", schema_names())
def test_no_schema_can_be_made_slow(name: str) -> None:
    """No patterns, no unions, no lists without end, no references to elsewhere."""
    assert [] == list(unsafe(json.loads(read_schema(name))))


def test_an_unsafe_schema_is_found() -> None:
    bad = {
        "properties": {
            "pattern": {"type": "string", "pattern": "^a$"},
            "items": {"type": "array"},
            "names": {"type": ["object", "string"], "propertyNames": {}},
            "elsewhere": {"$ref": "https://example.org/schema"},
            "either": {"oneOf": []},
        }
    }

    expected = [
        "/properties/pattern uses pattern",
        "/properties/items is a list without end",
        "/properties/names is a mapping without end",
        "/properties/elsewhere refers to https://example.org/schema",
        "/properties/either uses oneOf",
    ]
    assert expected == list(unsafe(bad))


def test_every_public_name_is_there_and_explained() -> None:
    """What `upheld` exports can be imported from it, is listed once, and has a docstring."""
    assert sorted(upheld.__all__) == sorted(set(upheld.__all__))
    for name in set(upheld.__all__) - {"__version__", "Value"}:
        assert inspect.getdoc(getattr(upheld, name)), name
    assert upheld.__version__
    assert set(upheld.__all__) <= set(dir(upheld))


def test_type_checkers_see_the_public_names_where_they_are_found() -> None:
    """The imports under TYPE_CHECKING and the table of lazy imports say the same."""
    block = next(node for node in ast.parse(inspect.getsource(upheld)).body if isinstance(node, ast.If))
    seen = {
        statement.module: tuple(alias.name for alias in statement.names)
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
    }

    assert seen == importlib.import_module("upheld")._HOMES
    assert sorted(upheld.__all__) == sorted(["__version__", *(name for names in seen.values() for name in names)])


@pytest.mark.parametrize("program", ["import upheld", "from upheld.cli import main; main(['--help'], 'upheld')"])
def test_nothing_heavy_is_imported_before_it_is_used(program: str) -> None:
    """`import upheld` and `upheld --help` stay quick because of what they leave out; bench/ has the times."""
    heavy = "dateutil holidays importlib.metadata jsonschema lxml numpy pluggy pyarrow rich transitions yaml"
    report = f"lambda: print(*({{*{heavy.split()}}} & set(sys.modules)), file=sys.stderr)"
    program = f"import sys, atexit; atexit.register({report})\n{program}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "" == done.stderr.strip()
