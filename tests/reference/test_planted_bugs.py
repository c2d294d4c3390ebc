"""Bugs planted in the engine, one for each hard point, are noticed by the verdicts worked out by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reference.bugs import BUGS
from reference.bugs.bug import Bug
from reference.planted import LONGEST_S, is_in_a_function, planted, source_of

PROGRAM = (sys.executable, "-m", "reference.planted")


@pytest.fixture(scope="module")
def environment(root: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(root / "tests")}


@pytest.fixture(scope="module")
def answering(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The program that has the engine already."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(PROGRAM, text=True, encoding="utf-8", env=environment, **pipes) as process:
        yield process


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_a_planted_bug_is_noticed(bug: Bug, environment: dict[str, str], request: pytest.FixtureRequest) -> None:
    """A fixture of the hard point that the bug is about gives another verdict."""
    path = source_of(bug)
    source = path.read_text(encoding="utf-8")
    compile(planted(source, bug), path.name, "exec")
    if is_in_a_function(source, bug) and hasattr(os, "fork"):
        noticed = asked(request.getfixturevalue("answering"), bug)
    else:
        ran = subprocess.run(
            [*PROGRAM, bug.name], capture_output=True, text=True, env=environment, check=False, timeout=LONGEST_S
        )
        assert (0, "") == (ran.returncode, ran.stderr)
        noticed = ran.stdout
    assert noticed, f"nothing in fixtures/{bug.noticed_by}.yaml notices it"


def asked(answering: subprocess.Popen[str], bug: Bug) -> str:
    """The fixture that a process with the bug in it gets wrong."""
    assert answering.stdin is not None
    assert answering.stdout is not None
    answering.stdin.write(f"{bug.name}\n")
    answering.stdin.flush()
    noticed, _, status = answering.stdout.readline().rpartition("\t")
    assert "0\n" == status, "its process failed"
    return noticed
