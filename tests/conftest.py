"""What all tests share: where the project and the real data lie, and a few options.

``--full`` looks at many more examples per property; ``--update`` rewrites expected
texts beside the documents they belong to, for the diff to be read. ``--examples`` and
``--seed`` say on how many random histories the engine and the reference are compared.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld import plugins

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent

# The same examples on every run: a test that fails once fails again, and timing is no fact about the code.
settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True, database=None)
settings.register_profile("full", max_examples=2000, deadline=None, derandomize=True, database=None)


LONGEST_ID = 40
"""Bytes that may name a case."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="try many more examples per property (minutes)")
    parser.addoption("--examples", type=int, default=2000, help="random histories on which engine and reference agree")
    parser.addoption("--seed", type=int, default=11, help="where those histories come from")
    parser.addoption("--spark", action="store_true", help="run what needs a Spark, too: `dev.py check spark` has one")
    parser.addoption("--browser", action="store_true", help="look at pages, too: `dev.py check browser` does")
    parser.addoption("--update", action="store_true", help="rewrite expected texts; read the diff")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("full" if config.getoption("--full") else "quick")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays, and is never looked through for garbage: collecting takes a third less."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        first_property()
        gc.freeze()


@given(st.none())
def first_property(nothing: None) -> None:
    """Has Hypothesis make its source of random numbers: older ones look among what is not frozen for who holds it."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have recorded to be told, also those that ran on other processes, and their digests' sum."""
    total: int | None = None
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        for name, text in report.user_properties:
            if name == "told":
                terminalreporter.write_line(text)
            elif name == "digest":
                total = (total or 0) + int(text, 16)
    if total is not None and not terminalreporter.stats.get("failed"):
        terminalreporter.write_line(f"verdicts of all examples: sha256-sum:{total % 2**256:064x}")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; what is missing *inside* it fails the test that wants it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the real data, ../shared, is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def some(pytestconfig: pytest.Config) -> Callable[[int], int]:
    """Of so many random examples a third, and all of them with `--full`."""
    return lambda number: number if pytestconfig.getoption("--full") else number // 3


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected texts are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Install distributions as pip would, a package and what its metadata declares; returns the package's folder."""
    made = set()

    def installed(module: str, text: str, point: str = "") -> Path:
        package = tmp_path / module
        package.mkdir()
        (package / "__init__.py").write_text(f"{PLUGIN_HEAD}{text}", encoding="utf-8")
        metadata = tmp_path / f"{module}-1.2.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.2\n", encoding="utf-8")
        (metadata / "entry_points.txt").write_text(f"[upheld]\n{point or module} = {module}\n", encoding="utf-8")
        made.add(module)
        forget_plugins()
        return package

    monkeypatch.syspath_prepend(tmp_path)
    yield installed
    for module in made:
        sys.modules.pop(module, None)
    forget_plugins()


PLUGIN_HEAD = """\
from importlib.resources import files
from upheld import ProvidedCondition, ProvidedPolicy, hookimpl
"""


def forget_plugins() -> None:
    """Let the next question find what is installed by then; a process asks once."""
    importlib.invalidate_caches()
    for answer in (
        plugins.installed_policies,
        plugins.installed_conditions,
        plugins.installed_importers,
        plugins._plugins,
    ):
        answer.cache_clear()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files made by a test are called by its argument: a ZIP has the time in it, and workers have to agree on ids."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_ID else None
