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


def test_a_stay_of_centuries_ends_no_history(root: Path, tmp_path: Path) -> None:
    """A ticket that stays longer than the history, or than calendars reach, stands where it stood."""
    rates = tmp_path / "rates.yaml"
    rates.write_text("upheld: 1\nrates: slow\nduration: {median: 20000h, spread: 100}\n", encoding="utf-8")

    done = simulate(root / "tests" / "small_desk.yaml", *MARCH, "--tickets", "12", "--rates", rates)

    assert (DONE, "") == (done.exit_code, done.stderr)
    assert 12 == len({json.loads(line)["ticket"] for line in done.stdout.splitlines()})


def test_days_on_which_nothing_comes(root: Path, tmp_path: Path) -> None:
    """A Monday has no tickets where only Sundays have: refused, and not taken for a Sunday."""
    rates = tmp_path / "rates.yaml"
    rates.write_text("upheld: 1\nrates: sundays\narrivals: {weekdays: {sun: 1}}\n", encoding="utf-8")
    monday = ("--since", "2026-03-02", "--until", "2026-03-02")

    done = simulate(root / "tests" / "small_desk.yaml", *monday, "--rates", rates)

    assert MISUSED == done.exit_code
    assert "the weekdays between them have no weight" in done.stderr


def test_customers_without_contracts(tmp_path: Path) -> None:
    """Where a policy serves nobody without one, the history is short, and that is said."""
    done = simulate("entropics", *MARCH, "--tickets", "3", "--output", tmp_path / "history.jsonl")

    assert DONE == done.exit_code
    assert "warning: 0 of 3 tickets come in" in done.stderr
    assert "`--contracts`" in done.stderr
