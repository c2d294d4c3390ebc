"""dev.py: what it says before it does anything."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def dev(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", root / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_help_is_no_failure_and_silence_is(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == dev.main(["--help"])
    assert 2 == dev.main([])
    assert "python3 dev.py test" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["tset"], "dev.py: no command `tset`; there are demo, test, check, docs, bench\n"),
        (
            ["check", "linting"],
            "dev.py: no step `linting` in check; "
            "there are lint, format, types, docs, tests, floors, wheel, spark, browser\n",
        ),
        (
            ["bench", "--events", "5"],
            "dev.py: `--events` is for one benchmark: name it first, as in `dev.py bench bulk --events`\n",
        ),
    ],
)
def test_misuse_is_told_in_one_line(
    dev: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert 2 == dev.main(arguments)
    assert line == capsys.readouterr().err


def test_it_needs_nothing_that_has_to_be_installed(root: Path) -> None:
    """It runs before anything is installed: standard library only."""
    text = (root / "dev.py").read_text(encoding="utf-8")
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}

    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("version, expected", [("23.1.2", (23, 1, 2)), ("24.0.dev1", (24, 0)), ("beta", ())])
def test_a_version_is_read_as_far_as_it_is_numbers(dev: ModuleType, version: str, expected: tuple[int, ...]) -> None:
    assert expected == dev.numbers(version)


def test_bytecode_is_kept_whatever_the_environment_says(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("UPHELD_SAID", "so")

    assert ("so", None) == (dev.variables()["UPHELD_SAID"], dev.variables().get("PYTHONDONTWRITEBYTECODE"))


def test_the_floors_are_those_of_the_project(dev: ModuleType) -> None:
    """Exactly the oldest release that is declared, extras and markers kept."""
    declared = ["click>=8.2", "psycopg[binary] >= 3.1, <4", "tzdata>=2024.1; sys_platform == 'win32'"]

    assert ["click==8.2", "psycopg[binary]==3.1", "tzdata==2024.1; sys_platform == 'win32'"] == dev.lower_bounds(
        declared
    )


def test_a_library_without_a_floor_is_told(dev: ModuleType) -> None:
    """Nobody could say with what the project works."""
    with pytest.raises(dev.CannotGoOn, match="`rich` in pyproject.toml has no lower bound: write `rich>=VERSION`"):
        dev.lower_bounds(["rich"])


def test_what_is_left_out_is_there(dev: ModuleType, root: Path) -> None:
    """A file that is renamed would be run unnoticed, or another one left out."""
    assert [] == [
        path
        for path in (
            *(*dev.PLANTED, *dev.KILLED, *dev.COMPARED),
            *(*dev.OF_A_WHEEL, *dev.OF_FRAMES, *dev.IN_A_BROWSER),
        )
        if not (root / path).exists()
    ]


def test_a_spark_without_java_is_told(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Before half a gigabyte is installed."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert dev.java_version() is None
    with pytest.raises(dev.CannotGoOn, match="Spark needs Java 17 or newer, and there is none; install it, or let"):
        dev.spark()


def test_an_environment_without_a_stamp_is_not_taken_for_installed(dev: ModuleType) -> None:
    """A stamp of another pyproject.toml, folder or Python counts for nothing."""
    assert dev.installed("of something else") is None
