"""`--order`: records that came late are told, and put into their place where somebody asks for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.test_mapped_replay import EXPORT, MAPPING
from cli.test_mapped_replay import run as run_mapped
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

POLICY = """\
upheld: 1
policy: ferry
version: 1.0.0
extends: base@1.0.0
effective: {from: 2026-01-01}
zone: Europe/Paris
vendor: {name: Ferry}
sources: {terms: {title: Terms}}
clauses: {F-1: {says: "the first reply is due within 45 minutes, whenever we hear of it"}}
channels: {letter: {accepts: all, clauses: [F-1]}}
commitments:
  - {id: reply, start: {on: submit}, stop: {on: reply}, calendar: always, within: 45min, clauses: [F-1]}
"""
SUBMIT = {"event": "submit", "actor": "customer:kim", "channel": "letter"}
REPLY = {"event": "reply", "actor": "agent:lee"}
RECORDS: list[dict[str, Any]] = [
    # an earlier reply is told of after a later one
    {"ticket": "L-1", "at": "2026-03-02T14:00+01:00", **SUBMIT},
    {"ticket": "L-1", "at": "2026-03-02T15:10+01:00", **REPLY},
    {"ticket": "L-1", "at": "2026-03-02T14:20+01:00", **REPLY},
    # the reply comes before its request
    {"ticket": "L-2", "at": "2026-03-02T14:45+01:00", **REPLY},
    {"ticket": "L-2", "at": "2026-03-02T14:30+01:00", **SUBMIT},
    # two records of one instant keep their order
    {"ticket": "L-3", "at": "2026-03-02T14:30+01:00", **SUBMIT},
    {"ticket": "L-3", "at": "2026-03-02T14:40+01:00", "event": "resolve", "actor": "agent:lee"},
    {"ticket": "L-3", "at": "2026-03-02T14:40+01:00", **REPLY},
    # the reopening comes three seconds before what it reopens
    {"ticket": "L-4", "at": "2026-03-02T14:30+01:00", **SUBMIT},
    {"ticket": "L-4", "at": "2026-03-02T15:00:03+01:00", **SUBMIT, "event": "reopen"},
    {"ticket": "L-4", "at": "2026-03-02T15:00:00+01:00", "event": "resolve", "actor": "agent:lee"},
]
BAD_LINE = "{}\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A history and its policy, as arguments."""
    history, policy = tmp_path / "history.jsonl", tmp_path / "ferry.yaml"
    history.write_text("".join(f"{json.dumps(each)}\n" for each in RECORDS), encoding="utf-8")
    policy.write_text(POLICY, encoding="utf-8")
    return [str(history), "--policy", str(policy)]


def run(command: str, *arguments: str, stdin: str | None = None) -> Result:
    done = CliRunner().invoke(main, [command, *arguments], input=stdin)
    assert DONE == done.exit_code, done.output
    return done


def replayed(*arguments: str, stdin: str | None = None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run("replay", *arguments, "--format", "json", stdin=stdin).stdout)
    return document


def outcome(document: dict[str, Any]) -> dict[str, tuple[str, str, int]]:
    """By ticket: its state, what became of the promise, how many records were refused."""
    return {
        each["ticket"]: (each["state"], each["commitments"][0]["status"], len(each["refused"]))
        for each in document["tickets"]
    }


def test_as_they_come_late_records_are_refused_and_counted(files: list[str]) -> None:
    document = replayed(*files)

    assert {
        "L-1": ("open", "breached", 1),
        "L-2": ("open", "running", 1),
        "L-3": ("resolved", "upheld", 0),
        "L-4": ("resolved", "running", 1),
    } == outcome(document)
    assert {"records": 3, "accepted_by_time": 3} == document["summary"]["late"]
    assert document == replayed(*files, "--order", "arrival")


def test_by_time_each_record_has_its_place(files: list[str]) -> None:
    """The earliest reply counts, and a ticket that was reopened is open."""
    document = replayed(*files, "--order", "by-time")

    assert {
        "L-1": ("open", "upheld", 0),
        "L-2": ("open", "upheld", 0),
        "L-3": ("resolved", "upheld", 0),
        "L-4": ("qualified", "running", 0),
    } == outcome(document)
    assert document["summary"]["late"] is None


def test_the_page_tells_of_late_records_and_of_their_remedy(files: list[str]) -> None:
    page = " ".join(run("replay", *files).stdout.split())
    remedy = "with --order by-time, or order: by-time in the mapping, 3 more would be accepted"

    assert f"• Late: 3 records came after later ones of their ticket; {remedy} • Promises: " in page
    assert "Late:" not in run("replay", *files, "--order", "by-time").stdout
    assert "Arrivé en retard" in run("replay", *files, "--lang", "fr").stdout


def test_what_comes_by_a_pipe_is_not_read_twice(files: list[str]) -> None:
    """Late records are counted; what their order costs nobody knows."""
    text = Path(files[0]).read_text(encoding="utf-8")
    page = " ".join(run("replay", "-", *files[1:], stdin=text).stdout.split())

    assert {"records": 3, "accepted_by_time": None} == replayed("-", *files[1:], stdin=text)["summary"]["late"]
    assert "in the mapping, records are decided in the order of their instants •" in page


def test_what_was_skipped_is_counted_once(files: list[str]) -> None:
    """The second reading tells nothing anew."""
    path = Path(files[0])
    path.write_text(path.read_text(encoding="utf-8") + BAD_LINE, encoding="utf-8")
    for order in ("arrival", "by-time"):
        done = run("replay", *files, "--skip-bad", "--order", order, "--format", "json")

        assert 1 == json.loads(done.stdout)["summary"]["skipped"]
        assert 2 == sum("warning: " not in line for line in done.stderr.splitlines())


def test_records_told_twice_are_counted_on_the_page(files: list[str]) -> None:
    """V07: whoever reads the figures sees that they may rest on a record too many."""
    path = Path(files[0])
    path.write_text(f"{json.dumps(RECORDS[0])}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    page = " ".join(run("replay", *files).stdout.split())

    assert "• Twice: 1 record says the same as an earlier one of its ticket • " in page


@pytest.mark.parametrize(
    "command, options",
    [
        ("explain", ("--ticket", "L-1")),
        ("queue", ("--at", "2026-03-02T15:30+01:00", "--format", "json")),
    ],
)
def test_every_command_on_histories_has_the_option(command: str, options: tuple[str, ...], files: list[str]) -> None:
    """A page says the same of a shuffled history as of one in order."""
    told = run(command, *files, *options, "--order", "by-time").stdout
    ordered = sorted(RECORDS, key=lambda each: str(each["at"]))
    Path(files[0]).write_text("".join(f"{json.dumps(each)}\n" for each in ordered), encoding="utf-8")

    assert run(command, *files, *options).stdout == told


def test_the_story_that_the_page_offers_has_the_same_order(files: list[str]) -> None:
    late = {"ticket": "L-5", "at": "2026-03-02T10:00+01:00", **SUBMIT}
    Path(files[0]).write_text("".join(f"{json.dumps(each)}\n" for each in [*RECORDS, late]), encoding="utf-8")

    assert "--order by-time --ticket L-5" in " ".join(run("replay", *files, "--order", "by-time").stdout.split())


def test_of_an_export_its_rows_are_put_in_order(tmp_path: Path) -> None:
    """Whatever the mapping says; and read twice, its rows are counted once."""
    head, *rows = EXPORT.splitlines(keepends=True)
    shuffled = "".join([head, *reversed(rows)])
    by_arrival = run_mapped(tmp_path, MAPPING, shuffled, "--format", "json", "--order", "arrival")
    by_time = run_mapped(tmp_path, MAPPING, shuffled, "--format", "json", "--order", "by-time")
    said = run_mapped(tmp_path, f"{MAPPING}order: by-time\n", shuffled, "--format", "json")
    unsaid = run_mapped(tmp_path, f"{MAPPING}order: by-time\n", shuffled, "--format", "json", "--order", "arrival")

    assert {"records": 1, "accepted_by_time": 1} == json.loads(by_arrival.stdout)["summary"]["late"]
    assert 2 == sum("warning: " not in line for line in by_arrival.stderr.splitlines())
    assert by_time.stdout == said.stdout == run_mapped(tmp_path, MAPPING, EXPORT, "--format", "json").stdout
    assert by_arrival.stdout == unsaid.stdout


def test_there_is_no_other_order(files: list[str]) -> None:
    done = CliRunner().invoke(main, ["replay", *files, "--order", "by-date"])

    assert MISUSED == done.exit_code
    assert "by-time" in done.stderr
