"""The program as a whole: its overview, its version, and how it is started."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest
from click.testing import CliRunner

from upheld.cli import COMMANDS, main
from upheld.cli.failure import DONE, MISUSED


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_overview_names_every_command(option: str) -> None:
    done = CliRunner().invoke(main, [option])

    assert DONE == done.exit_code
    lines = done.stdout.partition("Commands:\n")[2].splitlines()
    assert [" ".join(item) for item in COMMANDS.items()] == [" ".join(line.split()) for line in lines]


def test_a_bare_call_shows_the_overview_and_is_a_misuse() -> None:
    done = CliRunner().invoke(main, [])

    assert MISUSED == done.exit_code
    assert "" == done.stdout
    assert "Commands:" in done.stderr


def test_the_version_is_that_of_the_distribution() -> None:
    assert f"upheld {importlib.metadata.version('upheld')}\n" == CliRunner().invoke(main, ["--version"]).stdout


def test_it_is_called_upheld_however_it_is_started() -> None:
    done = subprocess.run([sys.executable, "-m", "upheld", "--help"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("Usage: upheld [OPTIONS]")
