"""Zone data that changes under a desk, as a country gives up summer time and a library brings the news."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from small_desk import DESK

RECORDS = [
    {"ticket": "T-1", "at": "2024-03-04T08:00Z", "event": "submit", "actor": "customer", "channel": "portal",
     "data": {"severity": "high", "type": "fault"}},
    {"ticket": "T-1", "at": "2024-03-04T08:30Z", "event": "take", "actor": "agent"},
    {"ticket": "T-2", "at": "2024-03-04T08:00Z", "event": "submit", "actor": "customer", "channel": "portal",
     "data": {"severity": "high", "type": "fault"}},
]  # fmt: skip


def test_other_zone_data_are_told_and_taken_when_somebody_says_so(tmp_path: Path) -> None:
    """T02: what waits was reckoned with the old; `verify` tells of it, and `rebuild` reckons anew."""
    zones = tmp_path / "zones" / "Europe"
    zones.mkdir(parents=True)
    (zones / "Paris").write_bytes((files("tzdata") / "zoneinfo" / "Europe" / "London").read_bytes())
    policy, history, db = tmp_path / "policy.yaml", tmp_path / "h.jsonl", f"sqlite:///{tmp_path / 'desk.db'}"
    policy.write_text(DESK, encoding="utf-8")
    history.write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")

    def run(*words: object, zones: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "upheld", "desk", *map(str, words), "--db", db]
        environment = {**os.environ, "PYTHONTZPATH": zones}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert 0 == run("init", "--policy", policy).returncode
    assert 0 == run("submit", history).returncode
    other = str(tmp_path / "zones")
    told = run("verify", zones=other)

    assert 1 == told.returncode
    assert "`rebuild` writes it anew" in told.stdout + told.stderr
    assert 0 == run("rebuild", zones=other).returncode
    assert 0 == run("verify", zones=other).returncode
