"""What a customer reads of a retainer: its months, what they carry over, what it lacked, and work cut at closing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli.conftest import Golden
from cli.harbour import run
from cli.mill import POLICY, files

from upheld.cli.failure import DONE

LANGUAGES = ("en", "fr")

pytestmark = pytest.mark.usefixtures("top")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_is_what_somebody_read_and_found_good(language: str, tmp_path: Path, golden: Golden) -> None:
    """Rewrite with `--update`, and read the diff as the customer would."""
    done = run(
        "statement", *files(tmp_path), "--customer", "weir", "--as-of", "2026-05-15T00:00:00Z", "--lang", language
    )

    assert DONE == done.exit_code, done.stderr
    golden(f"retainer.{language}.txt", done.stdout)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_story_shows_the_pieces_of_work(language: str, tmp_path: Path, golden: Golden) -> None:
    """And which account paid for which."""
    done = run("explain", *files(tmp_path), "--ticket", "MI-1", "--lang", language)

    assert DONE == done.exit_code, done.stderr
    golden(f"retainer-story.{language}.txt", done.stdout)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prices_are_what_somebody_read_and_found_good(language: str, golden: Golden) -> None:
    """The section on billing of the policy's page."""
    done = run("show", POLICY, "--format", "markdown", "--lang", language)
    begin = {"en": "## Billing", "fr": "## Facturation"}[language]
    section = done.stdout.partition(begin)[2].partition("\n## ")[0]

    golden(f"retainer-prices.{language}.md", f"{begin}{section}\n")


def test_an_entry_across_closing_is_cut_there(tmp_path: Path) -> None:
    """16:00 to 18:00, at 100 an hour until 17:00 and at 150 after it: 250.00."""
    done = run("replay", *files(tmp_path), "--format", "json")
    (ticket,) = json.loads(done.stdout)["tickets"]
    visits = [each for each in ticket["charges"] if each["rule"] == "on-site"]

    assert [25_000, 12_500] == [each["amount"] for each in visits]
    assert [("weekdays", "1"), (None, "3/2")] == [(each["in"], each["factor"]) for each in visits[0]["pieces"]]


def test_the_table_of_charges_has_the_pieces_and_what_was_lacking(tmp_path: Path) -> None:
    """In cells that are cut apart easily, as the verdict says them."""
    done = run("replay", *files(tmp_path), "--format", "json", "--out", str(tmp_path / "out"))
    (ticket,) = json.loads(done.stdout)["tickets"]
    with (tmp_path / "out" / "charges.csv").open(encoding="utf-8", newline="") as file:
        charged = list(csv.DictReader(file))
    pieces = [[each.split(" ") for each in row["pieces"].split("; ") if each] for row in charged]
    lacking = [{"account": row["lacking_account"], "amount": int(row["lacking"] or 0)} for row in charged]

    assert [
        [
            [f"{each['from']}/{each['until']}", each["factor"], *filter(None, [each["in"]])]
            for each in row.get("pieces", ())
        ]
        for row in ticket["charges"]
    ] == pieces
    assert [row.get("lacking", {"account": "", "amount": 0}) for row in ticket["charges"]] == lacking
    assert (True, True) == (any(pieces), any(each["amount"] for each in lacking))


def test_what_lapses_at_the_end_of_a_month_stands_in_its_statement(tmp_path: Path) -> None:
    """The next one opens with what was carried over."""
    asked = ("--customer", "weir", "--account", "hours", "--format", "json")
    (month,) = json.loads(run("statement", *files(tmp_path), *asked, "--until", "2026-02-27").stdout)
    (later,) = json.loads(run("statement", *files(tmp_path), *asked, "--since", "2026-02-28").stdout)

    assert ["grant", "debit", "carry", "expire"] == [line["kind"] for line in month["lines"]]
    assert (120, 120, "grant") == (month["closing"], later["opening"], later["lines"][0]["kind"])


def test_the_scenarios_pass() -> None:
    """What is granted every month, and when work was done, may stand in a scenario."""
    done = run("test", POLICY)

    assert DONE == done.exit_code, done.stdout
    assert "3 passed, 0 failed" in done.stdout
