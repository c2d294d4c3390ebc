"""Planted bugs: one change of the engine for each hard point, which the fixtures named beside it have to notice.

Run as a program with the name of a bug, it imports the engine with that bug in it and prints
the first fixture whose verdict it gets wrong. Run without one, it reads names, one a line, and
answers each from a process of its own, which has the engine already and swaps what the bug is in:
importing the engine takes several times as long as finding out.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

from reference.bugs import BUGS
from reference.bugs.bug import Bug

LONGEST_S = 300
"""A bug that never comes to an end is no good one to plant."""


def planted(source: str, bug: Bug) -> str:
    """The module's text with the bug in it. Raises: ValueError where there is no longer one place for it."""
    if source.count(bug.right) != 1:
        raise ValueError(f"`{bug.name}` has {source.count(bug.right)} places in `{bug.module}`: plant it anew")
    return source.replace(bug.right, bug.wrong)


class _Planter(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with a bug in it."""

    def __init__(self, bug: Bug, path: Path) -> None:
        self.bug, self.path = bug, path

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != f"upheld.core.{self.bug.module}":
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        text = planted(self.path.read_text(encoding="utf-8"), self.bug)
        exec(compile(text, str(self.path), "exec"), module.__dict__)


def wrong_fixtures(noticed_by: str) -> Iterator[str]:
    """The fixtures of a file that the engine, as imported, gets wrong."""
    from reference.fixtures import cases, differences, over_all
    from upheld.loader.contracts import contracts_from
    from upheld.loading import examine
    from upheld.replaying import replay

    for case in cases(noticed_by):
        policy = examine(json.dumps(case.policy).encode(), "fixture.yaml").policy
        try:
            replayed = replay(policy, case.records, contracts_from(case.contracts, policy), case.as_of)
            found = differences(case.expected, over_all(replayed["tickets"][0], replayed["summary"]))
        except Exception as error:
            found = [repr(error)]
        if found:
            yield case.name


def source_of(bug: Bug) -> Path:
    """Where the bug is to be planted."""
    core = Path(__file__).resolve().parents[2] / "engine" / "upheld" / "core"
    return core.joinpath(*bug.module.split(".")).with_suffix(".py")


def is_in_a_function(source: str, bug: Bug) -> bool:
    """Whether all that the bug changes is done when a function is called, and nothing when its module is imported."""
    start = source.index(bug.right)
    first, last = (source.count("\n", 0, at) + 1 for at in (start, start + len(bug.right.rstrip())))
    functions = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef)]
    return any(each.body[0].lineno <= first and last <= (each.end_lineno or 0) for each in functions)


def swap(bug: Bug) -> None:
    """Have the functions of the module, which others have imported by now, do what they do with the bug in it."""
    path, old = source_of(bug), importlib.import_module(f"upheld.core.{bug.module}")
    new = ModuleType(old.__name__)
    exec(compile(planted(path.read_text(encoding="utf-8"), bug), str(path), "exec"), new.__dict__)
    _swap_functions(old, new, old.__name__)


def _swap_functions(old: object, new: object, module: str) -> None:
    for name, held in vars(new).items():
        was = vars(old)[name]
        if isinstance(held, type) and held.__module__ == module:
            _swap_functions(was, held, module)
        elif (made := _function(held)) is not None and made.__module__ == module:
            known = _function(was)
            assert known is not None, name
            known.__code__ = made.__code__


def _function(held: object) -> FunctionType | None:
    """What somebody wrote, below what decorators have made of it."""
    for below in ("__wrapped__", "__func__", "fget", "func"):
        held = getattr(held, below, held)
    return held if isinstance(held, FunctionType) else None


def main(name: str) -> None:
    bug = next(each for each in BUGS if each.name == name)
    sys.meta_path.insert(0, _Planter(bug, source_of(bug)))
    sys.stdout.write(next(wrong_fixtures(bug.noticed_by), ""))


def answer() -> None:
    """Tell of each name that is read the exit status of a process that has the bug, and what it gets wrong."""
    for name in ("reference.fixtures", "upheld.loader.contracts", "upheld.loading", "upheld.replaying"):
        importlib.import_module(name)

    for line in sys.stdin:
        process = os.fork()
        if not process:
            signal.alarm(LONGEST_S)
            bug = next(each for each in BUGS if each.name == line.strip())
            swap(bug)
            sys.stdout.write(next(wrong_fixtures(bug.noticed_by), ""))
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"\t{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1]) if sys.argv[1:] else answer()
