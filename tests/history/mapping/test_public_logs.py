"""The two public logs, replayed by the policies and mappings of the examples, through the command line.

What is expected was counted in the logs by other means: by expressions over their text, or by a reading of their XML
that knows nothing of upheld.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, FormatChecker

from upheld.cli import main
from upheld.schema.resources import read_schema

LOGS = {
    "helpdesk": "helpdesk-it/helpdesk.xes.gz",
    "volvo-incidents": "bpic2013-incidents/BPI_Challenge_2013_incidents.xes.gz",
}

VERDICTS = Draft202012Validator(json.loads(read_schema("verdict")), format_checker=FormatChecker())


@dataclass(frozen=True)
class Replayed:
    """What `upheld replay` wrote of a log."""

    tickets: list[dict[str, Any]]
    summary: dict[str, Any]
    warnings: list[str]
    printed: str


def log(shared: Path, name: str) -> Path:
    return shared / "data" / LOGS[name]


def replayed(root: Path, shared: Path, folder: Path, name: str, mapping: Path | None = None) -> Replayed:
    example = root / "examples" / name
    options = ["--policy", str(example / "policy.yaml"), "--map", str(mapping or example / "mapping.yaml")]
    done = CliRunner().invoke(main, ["replay", str(log(shared, name)), *options, "--out", str(folder)])
    assert 0 == done.exit_code, done.output
    lines = (folder / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    tickets = [json.loads(line) for line in lines]
    VERDICTS.validate({**told, "tickets": tickets[:: len(tickets) // 100]})
    printed = done.output.replace("\N{NO-BREAK SPACE}", " ")
    return Replayed(tickets, told["summary"], told["warnings"], printed)


@pytest.fixture(scope="module")
def helpdesk(root: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    return replayed(root, shared, tmp_path_factory.mktemp("helpdesk") / "out", "helpdesk")


@pytest.fixture(scope="module")
def volvo(root: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    return replayed(root, shared, tmp_path_factory.mktemp("volvo") / "out", "volvo-incidents")


def events_of(path: Path) -> dict[str, list[dict[str, str]]]:
    """The events of each ticket of a log, as its XML says."""
    found: dict[str, list[dict[str, str]]] = {}
    with gzip.open(path) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag.rpartition("}")[2] == "trace":
                name = next(each.attrib["value"] for each in element if each.get("key") == "concept:name")
                events = [each for each in element if each.tag.rpartition("}")[2] == "event"]
                found[name] = [{one.attrib["key"]: one.attrib["value"] for one in event} for event in events]
                element.clear()
    return found


def test_no_event_of_the_help_desk_is_lost_or_invented(helpdesk: Replayed, shared: Path) -> None:
    """Ticket by ticket, 127 exact duplicates among them."""
    events = events_of(log(shared, "helpdesk"))

    assert (4_580, 21_348, 0) == tuple(helpdesk.summary[name] for name in ("tickets", "events", "refused"))
    assert {name: len(those) for name, those in events.items()} == counted(helpdesk)
    assert 127 == sum(sum(same.values()) - len(same) for same in map(duplicates, events.values()))


def test_no_event_of_the_incidents_is_lost_or_invented(volvo: Replayed, shared: Path) -> None:
    """Ticket by ticket."""
    events = events_of(log(shared, "volvo-incidents"))

    assert (7_554, 65_533, 0) == tuple(volvo.summary[name] for name in ("tickets", "events", "refused"))
    assert {name: len(those) for name, those in events.items()} == counted(volvo)


def counted(replay: Replayed) -> dict[str, int]:
    return {each["ticket"]: each["events"] for each in replay.tickets}


def duplicates(events: list[dict[str, str]]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted(event.items())) for event in events)


def test_the_help_desk_closes_by_itself_after_fifteen_local_days(helpdesk: Replayed) -> None:
    """All 800 closings from October 2012 on lie within a minute of when the policy's timer is due, in summer too."""
    late_s = [
        seconds_between(run["due_at"], run["observed_at"])
        for ticket in helpdesk.tickets
        for run in ticket["timers"]
        if run["observed_at"] is not None and run["observed_at"] >= "2012-10"
    ]
    moves = [move for ticket in helpdesk.tickets for move in ticket["moves"] if move["at"] >= "2012-10"]

    assert {"auto-closed": 800} == Counter(move["to"] for move in moves if move["to"].endswith("closed"))
    assert (800, 6, 35) == (len(late_s), min(late_s), max(late_s))


def test_the_incidents_close_in_the_eighth_night(volvo: Replayed) -> None:
    """Those that the system's user closed some other night are closed, and not closed by themselves."""
    (timer,) = volvo.summary["audit"]["timers"]
    moves = Counter(move["to"] for ticket in volvo.tickets for move in ticket["moves"])

    assert (3_663, 0, 0) == (timer["punctual"] + timer["within_hour"], timer["early"], timer["late"])
    assert 3_663 == moves["auto-closed"]


def seconds_between(one: str, other: str) -> int:
    return int((datetime.fromisoformat(other) - datetime.fromisoformat(one)).total_seconds())


@pytest.mark.parametrize("name", ["helpdesk", "volvo"])
def test_every_nonconforming_move_is_listed(name: str, request: pytest.FixtureRequest) -> None:
    """The summary counts those of the tickets, by where they lead, and their tickets."""
    replay: Replayed = request.getfixturevalue(name)
    moves = [(ticket["ticket"], each) for ticket in replay.tickets for each in ticket["nonconforming"]]
    by_pair = Counter((each["from"], each["to"]) for _, each in moves)
    audit = replay.summary["audit"]

    assert by_pair == {(each["from"], each["to"]): each["count"] for each in audit["nonconforming"]}
    assert len(moves) == replay.summary["nonconforming"] == audit["moves"] - audit["conforming_moves"]
    assert len({ticket for ticket, _ in moves}) == audit["tickets"] - audit["conforming_tickets"]


def test_the_most_frequent_nonconforming_moves_are_those_of_the_log(helpdesk: Replayed, volvo: Replayed) -> None:
    """Counted in the logs as neighbours; a self-loop or a repeated status is no move."""
    assert [("assigned", "resolved", 258), ("assigned", "waiting", 69)] == most_frequent(helpdesk)
    assert [("in-call", "in-progress", 136), ("closed", "in-progress", 80)] == most_frequent(volvo)


def most_frequent(replay: Replayed) -> list[tuple[str, str, int]]:
    return [(each["from"], each["to"], each["count"]) for each in replay.summary["audit"]["nonconforming"][:2]]


def test_a_log_that_is_read_rightly_gives_no_warning(helpdesk: Replayed, volvo: Replayed) -> None:
    assert [[], []] == [helpdesk.warnings, volvo.warnings]


def shown(root: Path, name: str) -> list[str]:
    """The lines of output that the page of real logs shows under a name."""
    page = (root / "docs" / "real-logs.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```console {name}\n(.*?)```", page, re.DOTALL)
    return [line for line in block.splitlines() if line != "…" and not line.startswith("$ ")]


@pytest.mark.parametrize("name", ["helpdesk", "volvo"])
def test_the_page_of_real_logs_shows_what_is_printed(name: str, root: Path, request: pytest.FixtureRequest) -> None:
    """Line by line."""
    replay: Replayed = request.getfixturevalue(name)
    lines = shown(root, {"volvo": "volvo-incidents"}.get(name, name))

    assert lines
    assert [] == [line for line in lines if line not in replay.printed.splitlines()]


def test_a_wrong_zone_is_told(root: Path, shared: Path, tmp_path: Path) -> None:
    """The digits are UTC's: read as Rome's they lie an hour or two early, and the desk seems to work at lunch."""
    text = (root / "examples" / "helpdesk" / "mapping.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "mapping.yaml"
    wrong.write_text(text.replace("columns:\n", "zone: {override: Europe/Rome}\ncolumns:\n", 1), encoding="utf-8")
    replay = replayed(root, shared, tmp_path / "out", "helpdesk", wrong)
    (told,) = replay.warnings

    assert [] == [line for line in shown(root, "wrong-zone") if line not in replay.printed.splitlines()]
    assert "of what the vendor's people did lies in the opening hours of `desk`; were all instants 2 h later" in told


@pytest.mark.parametrize("name", LOGS)
def test_the_example_policies_pass_their_scenarios(name: str, root: Path) -> None:
    """Without a finding, and with every transition taken."""
    path = root / "examples" / name / "policy.yaml"
    assert 0 == CliRunner().invoke(main, ["check", "--strict", str(path)]).exit_code
    done = CliRunner().invoke(main, ["test", str(path), "--format", "json"])
    assert 0 == done.exit_code, done.output
    assert [] == json.loads(done.stdout)[0]["coverage"]["transitions"]["missing"]
