"""`upheld simulate`: a made-up history on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

MARCH = ("--since", "2026-03-01", "--until", "2026-03-31")


def simulate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["simulate", *map(str, arguments)])


def test_a_history_that_replays(root: Path, tmp_path: Path) -> None:
    """What is made is read by every command on histories."""
    policy, history = root / "tests" / "small_desk.yaml", tmp_path / "history.jsonl"
    done = simulate(policy, *MARCH, "--tickets", "12", "--output", history)
    replayed = CliRunner().invoke(main, ["replay", str(history), "--policy", str(policy), "--format", "json"])

    assert (DONE, "", "") == (done.exit_code, done.stdout, done.stderr)
    summary = json.loads(replayed.stdout)["summary"]
    assert (12, 0) == (summary["tickets"], summary["refused"])
    assert history.read_text(encoding="utf-8") == simulate(policy, *MARCH, "--tickets", "12").stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("durations: {opne: {median: 4h}}", "has no state `opne`"),
        ("events: {anwser: 2}", "did you mean `answer`?"),
        ("values: {sverity: {high: 1}}", "has no field `sverity`"),
        ("duration: {median: 4h, hours: offce}", "has no calendar `offce`"),
        ("arrivals: {weekdays: {mon: 0}}", "no ticket comes in where every weight is 0"),
        ("duration: {median: 2bd}", "is no median of a time spent"),
        ("arivals: {}", "arivals"),
        ("customers: 0", "the least is `1`"),
    ],
)
def test_rates_that_make_no_sense(root: Path, tmp_path: Path, text: str, told: str) -> None:
    """Told in the words of whoever wrote them, with what to write instead."""
    file = tmp_path / "rates.yaml"
    file.write_text(f"upheld: 1\nrates: wrong\n{text}\n", encoding="utf-8")

    done = simulate(root / "tests" / "small_desk.yaml", *MARCH, "--rates", file)

    assert MISUSED == done.exit_code
    assert told in done.stderr


@pytest.mark.parametrize(
    "arguments", [("--since", "2026-03-02", "--until", "2026-03-01"), ("--since", "March", "--until", "2026-03-01")]
)
def test_days_that_are_none(arguments: tuple[str, ...]) -> None:
    """Refused in one line."""
    done = simulate("greenmash", *arguments)

    assert MISUSED == done.exit_code
    assert 1 == len(done.stderr.strip().splitlines())
