"""`upheld explain`: the page that a support manager shows to the customer, and the same for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Golden
from cli.desk import desk
from cli.harbour import MORNING, STORY, files, happened, opened, refused_in_one_line, run
from holiday_names import without_names

from upheld.cli.failure import DONE, MISUSED

GOLDEN = {
    "explain.en.txt": ("--ticket", "HB-1", "--lang", "en"),
    "explain.fr.txt": ("--ticket", "HB-1", "--lang", "fr", "--commitment", "solve"),
    "explain.en.md": ("--ticket", "HB-2", "--lang", "en", "--format", "markdown"),
    "explain.json": ("--ticket", "HB-1", "--format", "json"),
}


pytestmark = pytest.mark.usefixtures("top")


@pytest.mark.parametrize("name", GOLDEN)
def test_the_page_is_what_somebody_read_and_found_good(name: str, tmp_path: Path, golden: Golden) -> None:
    """Rewrite with `--update`, and read the diff as the customer would; names of holidays are left out."""
    done = run("explain", *files(tmp_path), "--as-of", MORNING, *GOLDEN[name])
    assert DONE == done.exit_code, done.stderr

    golden(name, without_names(done.stdout))
    assert "None" not in done.stdout


@pytest.mark.parametrize("language", ["en", "fr"])
def test_time_round_the_clock_and_changes_are_told(
    language: str, tmp_path: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every hour counts no page speaks of opening time; what a change did to a clock, what was not promised."""
    asked = desk(
        tmp_path,
        ("A", "09:00", "submit", {"severity": "minor", "site": "office"}),
        ("A", "11:00", "set-severity", {"severity": "major"}),
        ("A", "12:00", "request-information", {}),
        ("A", "12:30", "receive-information", {}),
        ("A", "13:00", "start-fix", {}),
        ("A", "15:00", "reply", {}),
    )
    monkeypatch.chdir(tmp_path)  # the page names the place of what decided
    asked = [each if each.startswith("-") else Path(each).name for each in asked]
    done = run("explain", *asked, "--ticket", "A", "--as-of", "2026-03-02T16:00:00Z", "--lang", language)
    assert DONE == done.exit_code, done.stderr

    golden(f"explain.desk.{language}.txt", done.stdout)


def told(folder: Path, *arguments: str) -> dict[str, Any]:
    """The answer for programs."""
    done = run("explain", *files(folder), "--format", "json", *arguments)
    assert DONE == done.exit_code, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_answer_for_programs_has_what_the_page_has(tmp_path: Path) -> None:
    """The due time and how it came about, the intervals, the refusal with the facts, the clauses with what they say."""
    answer = told(tmp_path, "--ticket", "HB-1", "--as-of", MORNING)
    (first,) = (each for each in answer["clocks"] if each["id"] == "answer")
    refused = answer["episodes"][1]

    assert ("breached", 5400, "2024-04-02T07:30:00Z") == (first["status"], first["overrun_s"], first["due_at"])
    assert {"parameter": "answer-within", "column": "normal", "own_contract": True} == {
        name: first["allowed"][name] for name in ("parameter", "column", "own_contract")
    }
    assert ["2024-03-29", "2024-04-01"] == [each["date"] for each in first["skipped"]]
    assert ["counted", "counted", "late"] == [each["what"] for each in first["intervals"]]
    assert ("rule", "never-higher") == (refused["refusal"]["code"], refused["refusal"]["rule"])
    assert {"actor": "agent", "event.severity": "urgent", "severity": "normal"} == refused["why"][0]["facts"]
    assert "times depend on severity, and count in the desk's hours" == answer["clauses"]["HB-04"]


def test_a_charge_that_did_not_apply_says_on_which_fact(tmp_path: Path) -> None:
    """Why was it not billed? Because nobody had made the ticket billable by then."""
    worked = told(tmp_path, "--ticket", "HB-4", "--as-of", MORNING)["episodes"][-1]

    assert [("waive", 20)] == [(each["kind"], each["amount"]) for each in worked["charges"]]
    assert [("charge", "work", {"billable": False})] == [
        (each["kind"], each["id"], each["facts"]) for each in worked["why_not"]
    ]


@pytest.mark.parametrize("ticket", ["HB-1", "HB-2", "HB-4", "HB-6"])
def test_everything_cited_is_told(ticket: str, tmp_path: Path) -> None:
    """Each reference leads to what it says, on the page as in the answer for programs."""
    asked = (*files(tmp_path), "--ticket", ticket)
    page = run("explain", *asked, "--format", "markdown").stdout
    answer = told(tmp_path, "--ticket", ticket)

    cited = set(re.findall(r"\[(HB-\d\d|≈[\w-]+)\]", page))
    assert cited == set(re.findall(r'<a id="(?:clause-(?=HB)|assumption-)[^"]+"></a>\*\*([^*]+)\*\*', page)) & cited
    assert cited <= {*answer["clauses"], *(f"≈{name}" for name in answer["assumptions"])}


def test_only_the_clocks_of_one_commitment_can_be_told(tmp_path: Path) -> None:
    """The records stay: they did what they did."""
    answer = told(tmp_path, "--ticket", "HB-1", "--commitment", "solve")

    assert ["solve"] == [each["id"] for each in answer["clocks"]]
    assert 14 == sum(each["seq"] is not None for each in answer["episodes"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--ticket", "HB-11"), "there is no record of ticket `HB-11`: did you mean `HB-1`?"),
        (("--ticket", "zzz"), "there is no record of ticket `zzz`: there are `HB-1`"),
        (("--ticket", "HB-1", "--commitment", "anser"), "no commitment `anser`; did you mean `answer`?"),
        (("--ticket", "HB-1", "--commitment", "x"), "no commitment `x`; there are `answer`, `solve`"),
        (("--ticket", "HB-1", "--as-of", "yesterday"), "`yesterday` is no instant"),
        ((), "missing option `--ticket`"),
    ],
)
def test_misuse_is_told_in_one_line(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    """Exit 2, with what was perhaps meant."""
    done = run("explain", *files(tmp_path), *arguments)

    refused_in_one_line(done, message)


def test_a_bad_record_has_its_line(tmp_path: Path) -> None:
    """Nothing is told as if it were all there."""
    done = run("explain", *files(tmp_path, [*STORY, {"ticket": "HB-1", "at": "then"}]), "--ticket", "HB-1")

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert f"history.jsonl:{len(STORY) + 1}: " in done.stderr


def test_what_was_observed_is_told_with_what_was_possible(tmp_path: Path) -> None:
    """In audit mode a move to which nothing leads is followed, and told."""
    states = [
        {"ticket": "HB-9", "at": f"2024-03-2{day}T10:00+01:00", "state": state, "data": {"severity": "minor"}}
        for day, state in ((5, "open"), (6, "in-fix"), (7, "open"))
    ]
    done = run("explain", *files(tmp_path, states), "--ticket", "HB-9", "--audit", "--lang", "en")

    assert DONE == done.exit_code, done.stderr
    shown = " ".join(done.stdout.split())
    assert "3. Wednesday 27 March 2024, 10:00: found in state “Open”" in shown
    assert "State: Being fixed → Open • Not as the policy has it: nothing leads there; possible: “" in shown


@pytest.mark.parametrize("style", ["text", "markdown", "json"])
def test_what_a_tracker_recorded_cannot_trick_a_terminal(style: str, tmp_path: Path) -> None:
    """THREATS F13: data and ids may hold anything."""
    hostile = "a\x1b[2J\x9b2J\u202eb\nc"
    first = opened("HB-1", "03-28T16:30+01:00", **{"order-number": hostile, hostile: hostile})
    second = happened("HB-1", "03-28T16:31+01:00", "pass-on", "agent:a1", data={"partner": hostile})
    fine = opened("HB-1", "03-28T16:32+01:00", **{"order-number": hostile})
    done = run("explain", *files(tmp_path, [first, second, fine]), "--ticket", "HB-1", "--format", style)

    assert DONE == done.exit_code, done.stderr
    assert [] == [each for each in done.stdout if not each.isprintable() and each not in "\n\u00a0"]
