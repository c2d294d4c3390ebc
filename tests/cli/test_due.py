"""`upheld due`: what a support agent asks daily, answered with what was skipped and why."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

THURSDAY = "2024-03-28"


def due(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["due", *arguments])


def due_at(at: str, *settings: str) -> dict[str, dict]:
    known = [part for setting in settings for part in ("--set", setting)]
    done = due("greenmash", "--at", at, *known, "--release", "2024-05-06", "--format", "json")
    assert DONE == done.exit_code, done.output
    return {entry["id"]: entry for entry in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("at", "target", "expected"),
    [
        (f"{THURSDAY}T17:00:00Z", "next-opening + 1h", "2024-04-02T10:00:00Z"),
        (f"{THURSDAY}T16:59:59Z", "1h", "2024-04-02T09:29:59Z"),
        (f"{THURSDAY}T16:59:00Z", "1h", "2024-04-02T09:29:00Z"),
        (f"{THURSDAY}T07:00:00Z", "1h", "2024-03-28T10:00:00Z"),
        (f"{THURSDAY}T18:00:00Z", "next-opening + 1h", "2024-04-02T10:00:00Z"),
    ],
)
def test_the_last_half_hour_of_a_day_goes_to_the_next_morning(at: str, target: str, expected: str) -> None:
    """GM-14, over Easter: the last half hour counts from its first second; before opening it is morning, not evening."""
    acknowledge = due_at(at, "severity=1", "contract=sla")["acknowledge"]

    assert (target, expected) == (acknowledge["target"], acknowledge["due_at"])
    assert ("GM-14" in acknowledge["clauses"]) == (target != "1h")


def test_what_was_skipped_is_named() -> None:
    """Both holidays of Easter lie between, and are called by their names."""
    resolve = due_at(f"{THURSDAY}T17:00:00Z", "severity=1", "contract=sla")["resolve"]

    assert [("2024-03-29", "Good Friday"), ("2024-04-01", "Easter Monday")] == [
        (each["date"], each["name"]) for each in resolve["skipped"]
    ]
    assert [
        ["2024-03-28T17:00:00Z", "2024-03-28T17:30:00Z"],
        ["2024-04-02T09:00:00Z", "2024-04-02T17:30:00Z"],
        ["2024-04-03T09:00:00Z", "2024-04-03T12:45:00Z"],
    ] == resolve["intervals"]


def test_a_release_on_a_holiday_is_due_on_the_next_business_day() -> None:
    """GM-12: severity 4 waits for the next release; the early May bank holiday rolls it on."""
    assert "2024-05-07T17:30:00Z" == due_at(f"{THURSDAY}T12:00:00Z", "severity=4", "contract=sla")["resolve"]["due_at"]


def test_without_a_known_release_a_promise_stays_open() -> None:
    """It is told, with no due time."""
    done = due("greenmash", "--at", f"{THURSDAY}T12:00:00Z", "--set", "severity=4", "--set", "contract=sla")

    assert "resolve (Resolution): next-release\n  due       open: no release or date is known yet" in done.stdout


def test_what_nobody_said_is_named() -> None:
    """Without the severity the plan has no target; without the contract nobody knows whose queue it is."""
    assert ["queue", "severity"] == due_at(f"{THURSDAY}T12:00:00Z")["plan"]["missing"]
    assert ["severity"] == due_at(f"{THURSDAY}T12:00:00Z", "contract=sla")["plan"]["missing"]


def test_a_promise_that_does_not_apply_is_left_out() -> None:
    """GM-01: the account manager's tickets have no clock."""
    assert {} == due_at(f"{THURSDAY}T12:00:00Z", "severity=1", "queue=account-manager")


def test_the_text_says_both_times_and_why() -> None:
    """The policy's zone and UTC, the windows crossed, the clauses, and what it all rests on."""
    done = due("manao", "--at", "2024-03-29T17:30:00+01:00")

    assert DONE == done.exit_code
    assert "  due       Tue 2024-04-02 12:30:00 CEST (2024-04-02T10:30:00Z)" in done.stdout
    assert "  open      Fri 2024-03-29 17:30-18:00" in done.stdout
    assert "  skipped   Mon 2024-04-01: Easter Monday" in done.stdout
    assert "  clauses   MA-01, MA-03" in done.stdout
    assert "assumptions:\n  hours: " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("greenmash", "--at", "2024-03-28T17:00:00"), "is no instant: give it a zone"),
        (("greenmash", "--at", "yesterday"), "`yesterday` is no instant"),
        (("greenmash", "--at", "1980-01-01T00:00:00Z", "--set", "severity=1", "--set", "contract=sla"), "1990 to 2050"),
        (("greenmash", "--at", f"{THURSDAY}T17:00:00Z", "--set", "severity"), "write `NAME=VALUE`"),
        (("greenmash", "--at", f"{THURSDAY}T17:00:00Z", "--set", "severty=1"), "did you mean `severity`?"),
        (("greenmash", "--at", f"{THURSDAY}T17:00:00Z", "--set", "severity=9"), "`severity` cannot be `9`"),
        (("greenmash", "--at", f"{THURSDAY}T17:00:00Z", "--release", "soon"), "`soon` is no date"),
        (("grenmash", "--at", f"{THURSDAY}T17:00:00Z"), "did you mean `greenmash`?"),
        (("nowhere.yaml", "--at", f"{THURSDAY}T17:00:00Z"), "nowhere.yaml: no such file"),
    ],
)
def test_misuse_is_told_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    """Exit 2, one line, no traceback."""
    done = due(*arguments)

    assert MISUSED == done.exit_code
    assert message in done.stderr
    assert 1 == len(done.stderr.splitlines())
