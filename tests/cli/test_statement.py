"""`upheld statement`: an account in a period, line by line, that a customer can add up."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Golden
from cli.harbour import MORNING, STORY, files, opened, refused_in_one_line, run

from upheld.cli.failure import DONE, MISUSED

GOLDEN = {
    "statement.en.txt": ("--customer", "quay", "--lang", "en"),
    "statement.fr.txt": ("--customer", "quay", "--account", "hours", "--period", "month", "--lang", "fr"),
    "statement.csv": ("--customer", "quay", "--period", "month", "--format", "csv"),
}


pytestmark = pytest.mark.usefixtures("top")


@pytest.mark.parametrize("name", GOLDEN)
def test_the_page_is_what_somebody_read_and_found_good(name: str, tmp_path: Path, golden: Golden) -> None:
    """Rewrite with `--update`, and read the diff as the customer would."""
    done = run("statement", *files(tmp_path), "--as-of", MORNING, *GOLDEN[name])
    assert DONE == done.exit_code, done.stderr
    text = done.stdout_bytes.decode().replace("\r\n", "\n")  # a table's own line ends do not survive every checkout

    golden(name, text)
    assert name.endswith(".csv") == (b"\r\n" in done.stdout_bytes)


def told(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """The statements of the account of hours, for programs."""
    asked = ("--customer", "quay", "--account", "hours", "--format", "json")
    done = run("statement", *files(folder), *asked, *arguments)
    assert DONE == done.exit_code, done.stderr
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return answer


def test_months_are_those_of_the_policys_zone_and_follow_one_another(tmp_path: Path) -> None:
    """Opening + in - out = closing, and each opens with what the one before closed with; nothing is lost (L15)."""
    months = told(tmp_path, "--period", "month", "--as-of", "2024-06-10T00:00:00Z")
    (whole,) = told(tmp_path, "--as-of", "2024-06-10T00:00:00Z")

    assert ["01-31T23", "02-29T23", "03-31T22", "04-30T22", "05-31T22"] == [each["from"][5:13] for each in months]
    assert [each["until"] for each in months[:-1]] == [each["from"] for each in months[1:]]
    assert [each["closing"] for each in months[:-1]] == [each["opening"] for each in months[1:]]
    assert all(each["opening"] + each["in"] - each["out"] == each["closing"] for each in months)
    assert (0, whole["closing"]) == (months[0]["opening"], months[-1]["closing"])
    assert whole["lines"] == [line for each in months for line in each["lines"]]


def test_a_period_in_dates_holds_its_last_day(tmp_path: Path) -> None:
    """In the policy's zone; an instant as its end is not in it."""
    (april,) = told(tmp_path, "--since", "2024-04-01", "--until", "2024-04-09")
    (before,) = told(tmp_path, "--since", "2024-04-01", "--until", "2024-04-09T10:00+02:00")

    assert ("2024-03-31T22:00:00Z", "2024-04-09T22:00:00Z") == (april["from"], april["until"])
    assert ["hold", "hold", "settle", "settle"] == [line["kind"] for line in april["lines"]]
    assert (120, -30) == (april["opening"], april["closing"])
    assert ["hold", "hold"] == [line["kind"] for line in before["lines"]]


def test_a_line_says_what_it_was_for(tmp_path: Path) -> None:
    """Ticket, work, rule, clause, recorded and billed amount, lots."""
    (whole,) = told(tmp_path)
    line = next(each for each in whole["lines"] if each["kind"] == "settle")

    assert ("HB-1", "invoice", "settle", ["HB-08"], 60, 60) == tuple(
        line[name] for name in ("ticket", "event", "rule", "clauses", "raw", "billed")
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--customer", "quai"), "customer `quai` has no account: did you mean `quay`?"),
        (("--customer", "quay", "--account", "hour"), "policy `harbour` has no account `hour`: did you mean `hours`?"),
        (("--customer", "quay", "--since", "2024-02-30"), "since: `2024-02-30` is not in the calendar"),
        (("--customer", "quay", "--until", "then"), "until: `then` is no instant"),
        (("--customer", "quay", "--since", "2024-04-02", "--until", "2024-03-02"), "since: it lies after the end"),
        (("--customer", "quay", "--since", "2030-01-01"), "since: it lies after the end of the period, or after as-of"),
        ((), "missing option `--customer`"),
    ],
)
def test_misuse_is_told_in_one_line(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    """Exit 2, with what was perhaps meant."""
    done = run("statement", *files(tmp_path), *arguments)

    refused_in_one_line(done, message)


def test_of_records_that_were_all_refused_there_is_no_statement(tmp_path: Path) -> None:
    """And nobody is asked whether he meant the very customer that he named."""
    record = {"ticket": "HB-1", "at": "2026-01-05T09:00Z", "event": "invoice", "actor": "agent", "customer": "quay"}
    done = run("statement", *files(tmp_path, [record]), "--customer", "quay")

    refused_in_one_line(done, "customer `quay` has no account: no record was accepted")


def test_a_policy_that_bills_nothing_has_no_statements(tmp_path: Path) -> None:
    """It says so, rather than that the customer is unknown."""
    history, *_ = files(tmp_path)
    done = run("statement", history, "--policy", "base", "--customer", "quay")

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert "policy `base` has no accounts" in done.stderr


def test_a_ticket_with_a_formula_for_a_name_stays_a_text(tmp_path: Path) -> None:
    """In a spreadsheet it computes nothing (THREATS F02); amounts below zero stay numbers."""
    evil = "=HYPERLINK(1)"
    records = [{**each, "ticket": evil} for each in STORY]
    done = run("statement", *files(tmp_path, records), "--customer", "quay", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))

    assert {f"'{evil}"} == {row["ticket"] for row in rows if row["ticket"]}
    assert {"-60", "-90"} == {row["change"] for row in rows if row["kind"] == "settle"}


def test_nothing_moves_the_cursor(tmp_path: Path) -> None:
    """THREATS F13: a customer's id may be anything that prints."""
    odd = opened("T-1", "03-28T16:30+01:00", "q\u202euay")
    done = run("statement", *files(tmp_path, [odd]), "--customer", "q\u202euay")

    assert "\u202e" not in done.stdout + done.stderr
