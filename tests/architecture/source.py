"""A module of the engine as the architecture tests see it: parsed, never imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

_SPEC = find_spec("upheld")
assert _SPEC is not None
assert _SPEC.origin is not None
ENGINE = Path(_SPEC.origin).parents[1]
"""The folder in which the package lies: the checkout's, or that of an installed wheel."""


@dataclass(frozen=True)
class Module:
    """One module: its dotted name, its text, and whether it is the `__init__` of a package."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def unit(self) -> str:
        """The part of the package it belongs to, such as `core` or `cli`; the package itself is `upheld`."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else parts[0]

    @property
    def wing(self) -> str:
        """The folder of its part that it lies in; `""` for what lies in none.

        A name of something *in* a module, as imports give it, belongs where its module does.
        """
        parts = self.name.split(".")
        is_folder = len(parts) > 2 and ENGINE.joinpath("upheld", *parts[1:3]).is_dir()
        return parts[2] if is_folder or len(parts) > 4 else ""

    @property
    def folder(self) -> str:
        """The folder itself, which may lie in a wing: `format.table`."""
        return ".".join(self.name.split(".")[2 : None if self.is_package else -1])

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The absolute names of everything imported, wherever in the module; relative imports are made absolute.

        `from a import b` counts as `a.b`, since b may be a module.
        """
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                package = self.name.split(".")[: -node.level] if node.level else []
                start = ".".join([*package, *([node.module] if node.module else [])])
                found += [f"{start}.{alias.name}" for alias in node.names]
        return tuple(found)

    @cached_property
    def calls(self) -> tuple[str, ...]:
        """The last name of everything called: `open` of `open(path)`, `now` of `datetime.now()`."""
        functions = [node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        names = [getattr(function, "id", None) or getattr(function, "attr", None) for function in functions]
        return tuple(name for name in names if name)

    @property
    def functions(self) -> Iterator[tuple[str, int]]:
        """Every function with its number of lines, docstring included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                yield node.name, node.end_lineno - node.lineno + 1


def module_at(path: Path) -> Module:
    """Read the module of a file below the engine's folder."""
    parts = path.relative_to(ENGINE).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, path.read_text(encoding="utf-8"), is_package=parts[-1] == "__init__")


def engine_modules() -> list[Module]:
    """Every module of the engine, sorted by name."""
    return sorted(map(module_at, (ENGINE / "upheld").rglob("*.py")), key=lambda module: module.name)
