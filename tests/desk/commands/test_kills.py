"""A kill -9, a signal, a disk that was full: the same command run again goes on, and nothing is lost or doubled."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from desk.commands.shop import TOLD, records, run, started, written

from upheld import Desk

TICKETS = 150


@pytest.fixture
def many(folder: Path) -> Path:
    """Two records of each of many tickets."""
    days = records(*((f"T-{number}", TOLD[:2]) for number in range(5)))
    made = [{**each, "ticket": f"{each['ticket']}-{copy}"} for copy in range(TICKETS // 5) for each in days]
    return written(folder / "many.jsonl", made)


def _kept(url: str, more_than: int = -1, process: subprocess.Popen[str] | None = None) -> int:
    """How many records there are, once there are more than so many, or the process has ended."""
    desk = Desk.open(url)
    try:
        while (number := desk.status().records) <= more_than and process is not None and process.poll() is None:
            time.sleep(0.02)
        return number
    finally:
        desk.close()


@pytest.mark.parametrize(
    "name, url",
    [("submit", "sqlite"), ("submit", "postgresql"), ("import", "sqlite")],
    indirect=["url"],
)
def test_what_was_killed_goes_on_where_it_stopped(made: str, many: Path, name: str) -> None:
    """Killed at any moment, twice; in the end each record is there once, in its order."""
    chance, command = random.Random(5), (name, str(many), "--batch", "7")
    for _ in range(2):
        before, process = _kept(made), started(*command, url=made)
        _kept(made, before, process)
        time.sleep(chance.random() / 10)
        process.kill()
        process.communicate(timeout=60)
    done = run(*command, url=made)
    expected = [json.loads(line)["ticket"] for line in many.read_text().splitlines()]

    assert 0 == done.exit_code, done.output
    assert expected == [json.loads(line)["ticket"] for line in run("export", url=made).stdout.splitlines()]
    assert 0 == run("verify", url=made).exit_code


@pytest.mark.parametrize("command, url", [("submit", "postgresql"), ("import", "sqlite")], indirect=["url"])
def test_a_signal_is_obeyed_between_transactions(made: str, many: Path, command: str) -> None:
    """It says how far it is, and what to do."""
    process = started(command, str(many), "--batch", "1", url=made)
    _kept(made, 0, process)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)

    assert 130 == process.returncode, said
    assert "stopped" in said
    assert "the same again" in said
    assert "Traceback" not in said
    assert 0 < _kept(made) < 2 * TICKETS
    assert 0 == run(command, str(many), url=made).exit_code
    assert 2 * TICKETS == _kept(made)
