"""Bugs planted in the engine, one for each hard point, are noticed by the verdicts worked out by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reference.planted import BUGS, Bug, planted

LONGEST_S = 300
"""A bug that never comes to an end is no good one to plant."""


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_a_planted_bug_is_noticed(bug: Bug, root: Path) -> None:
    """A fixture of the hard point that the bug is about gives another verdict."""
    core = root / "engine" / "upheld" / "core"
    module = core.joinpath(*bug.module.split(".")).with_suffix(".py")
    compile(planted(module.read_text(encoding="utf-8"), bug), module.name, "exec")
    command = [sys.executable, "-m", "reference.planted", bug.name]
    env = {**os.environ, "PYTHONPATH": str(root / "tests")}
    ran = subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=LONGEST_S)
    assert (0, "") == (ran.returncode, ran.stderr)
    assert ran.stdout, f"nothing in fixtures/{bug.noticed_by}.yaml notices it"
