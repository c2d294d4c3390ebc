"""`upheld queue`: what to handle first, why, and how much time there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Golden
from cli.desk import desk
from cli.harbour import MORNING, files, happened, opened, run

from upheld.cli.failure import DONE, MISUSED

GOLDEN = {"queue.en.txt": ("--lang", "en"), "queue.fr.txt": ("--lang", "fr"), "queue.json": ("--format", "json")}


pytestmark = pytest.mark.usefixtures("top")


@pytest.mark.parametrize("name", GOLDEN)
def test_the_page_is_what_somebody_read_and_found_good(name: str, tmp_path: Path, golden: Golden) -> None:
    """Rewrite with `--update`, and read the diff as whoever works it off would."""
    done = run("queue", *files(tmp_path), "--at", MORNING, *GOLDEN[name])
    assert DONE == done.exit_code, done.stderr

    golden(name, done.stdout)


def told(folder: Path, at: str, *records: dict[str, Any]) -> list[dict[str, Any]]:
    """The answer for programs."""
    done = run("queue", *files(folder, records), "--at", at, "--format", "json")
    assert DONE == done.exit_code, done.stderr
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return answer


def test_a_sunday_comes_first_while_the_morning_lasts(tmp_path: Path) -> None:
    """The policy's first line; at noon it no longer counts, and the severity decides."""
    records = (
        opened("B", "05-13T08:00+02:00", severity="urgent", **{"phone-number": "1"}),
        opened("A", "05-12T11:00+02:00"),
    )
    morning, noon = (told(tmp_path, f"2024-05-13T{hour}:00+02:00", *records) for hour in (11, 13))

    assert ["B", "A"] == [each["ticket"] for each in noon]
    assert [1, 2] == [each["position"] for each in morning]
    assert [None, 2] == [each["line"] for each in noon]


def test_the_promise_that_falls_due_next_is_told(tmp_path: Path) -> None:
    """One that is overdue stays the next until it is fulfilled; what nobody promised is none."""
    records = (opened("A", "05-13T09:00+02:00"), happened("A", "05-13T14:30+02:00", "reply", "agent:a1"))
    early, late, after = (told(tmp_path, f"2024-05-13T{hour}+02:00", *records) for hour in ("10:00", "14:20", "15:00"))

    assert [("answer", "running", 3600)] == [told_next(each) for each in early]
    assert [("answer", "breached", 0)] == [told_next(each) for each in late]
    assert [("solve", "running")] == [told_next(each)[:2] for each in after]


def told_next(each: dict[str, Any]) -> tuple[str, str, int]:
    return each["next"]["id"], each["next"]["status"], each["next"]["remaining_s"]


def test_what_is_resolved_or_never_opened_does_not_wait(tmp_path: Path) -> None:
    """Nobody handles it; an empty queue says so."""
    records = (
        opened("A", "05-13T09:00+02:00"),
        happened("A", "05-13T10:00+02:00", "resolve", "agent:a1"),
        opened("B", "05-13T10:00+02:00", "nobody"),
    )
    shown = run("queue", *files(tmp_path, records), "--at", MORNING, "--lang", "en").stdout

    assert [] == told(tmp_path, MORNING, *records)
    assert "\nNo ticket waits.\n" in shown
    assert "What puts a ticket" not in shown


def test_the_instant_has_to_be_said(tmp_path: Path) -> None:
    """What waits is a question about one instant."""
    done = run("queue", *files(tmp_path))

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert "missing option `--at`" in done.stderr


def test_an_id_cannot_trick_a_terminal(tmp_path: Path) -> None:
    """THREATS F13: such an id is a bad record; one with odd letters is shown as it is."""
    done = run("queue", *files(tmp_path, [opened("T\x1b[2J", "05-13T09:00+02:00")]), "--at", MORNING)
    odd = run("queue", *files(tmp_path, [opened("T=1 |*_", "05-13T09:00+02:00")]), "--at", MORNING)

    assert MISUSED == done.exit_code
    assert "\x1b" not in done.stdout + done.stderr
    assert "T=1 |*_" in odd.stdout


def test_where_no_order_is_declared_the_page_says_so(tmp_path: Path) -> None:
    """Without severities in the order of receipt; programs are told by `order`."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "upheld: 1\npolicy: shop\nversion: 1.0.0\nextends: base@1.0.0\nzone: Etc/UTC\nvendor: {name: Shop}\n"
    )
    history = tmp_path / "history.jsonl"
    history.write_text('{"ticket": "A", "at": "2026-03-02T09:00:00Z", "event": "submit", "actor": "agent"}\n')
    asked = ("queue", str(history), "--policy", str(policy), "--at", "2026-03-02T10:00:00Z")
    english, french = (run(*asked, "--lang", language).stdout for language in ("en", "fr"))
    [entry] = json.loads(run(*asked, "--format", "json").stdout)

    assert "The policy declares no order of work" in english
    assert "La politique ne fixe aucun ordre de traitement" in french
    assert "order of receipt" in english
    assert "severity" == entry["order"]


def test_the_highest_severity_comes_first_where_no_order_is_declared(tmp_path: Path) -> None:
    """Whatever was received first; the page says that it is nobody's order."""
    asked = desk(
        tmp_path,
        ("A", "09:00", "submit", {"severity": "minor"}),
        ("B", "10:00", "submit", {"severity": "major"}),
        ("C", "11:00", "submit", {"severity": "major"}),
    )
    asked = ["queue", *asked, "--at", "2026-03-02T16:00:00Z"]
    found = json.loads(run(*asked, "--format", "json").stdout)

    assert [("B", "severity"), ("C", "severity"), ("A", "severity")] == [(e["ticket"], e["order"]) for e in found]
    assert "declares no order of work. So the highest severity stands first" in run(*asked, "--lang", "en").stdout
    assert "aucun ordre de traitement : la gravité la plus haute" in plain(run(*asked, "--lang", "fr").stdout)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_what_is_paused_and_which_hours_are_told(tmp_path: Path) -> None:
    """A ticket whose clocks all stand still is due at no time; each length says what it counts."""
    asked = desk(
        tmp_path,
        ("A", "09:00", "submit", {"severity": "minor"}),
        ("A", "11:00", "reply", {}),
        ("A", "12:00", "request-information", {}),
        ("B", "10:00", "submit", {"severity": "major"}),
        ("C", "15:30", "submit", {"severity": "minor"}),
    )
    asked = ["queue", *asked, "--at", "2026-03-02T16:00:00Z"]
    first, second, third = json.loads(run(*asked, "--format", "json").stdout)
    english, french = (plain(run(*asked, "--lang", language).stdout) for language in ("en", "fr"))

    assert ("call", "breached", 2 * 3600) == tuple(first["next"][key] for key in ("id", "status", "overrun_s"))
    assert ("solve", "paused", None, 7 * 3600) == tuple(
        second["next"][key] for key in ("id", "status", "due_at", "remaining_s")
    )
    assert ("call", "running") == (third["next"]["id"], third["next"]["status"])
    assert "Solution: paused 7 h of opening time" in english
    assert "LATE by 2 h round the" in english
    assert "Time left, and time by which a promise is late, is told in the hours that the promise counts." in english
    assert "suspendu" in french
    assert "7 h d’ouverture" in french
