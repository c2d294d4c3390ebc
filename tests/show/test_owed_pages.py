"""What is owed, as customers read it: the terms, the statement, the replay and the story of a ticket, word for word."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main
from upheld.document import read_document
from upheld.scenario.history import contracts_document, records

FOLDER = Path(__file__).resolve().parents[1] / "documents" / "good" / "credits"
SCENARIOS = read_document((FOLDER / "scenarios" / "credits.yaml").read_bytes(), "credits.yaml", root="list").items
FIVE_LATE, LATE_MENDING, OUTAGES = 1, 2, 6
OWED_BY_THE_VENDOR = ("overdrawn", "owed by the customer", "billed", "dû par le client", "facturé", "découvert")
"""Words that a statement of what the vendor owes must not have: they tell it from the wrong side."""


@pytest.fixture(autouse=True)
def beside_the_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages name files, so that these lie where they have the same names on every machine."""
    shutil.copy(FOLDER / "policy.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)


def run(number: int, command: str, *options: str, language: str = "en") -> str:
    """What a command prints of the history of a scenario."""
    scenario = SCENARIOS[number]
    assert isinstance(scenario, dict)
    history, contracts = Path("history.jsonl"), Path("contracts.json")
    history.write_text("".join(f"{json.dumps(each)}\n" for each in records(scenario)), encoding="utf-8")
    contracts.write_text(json.dumps(contracts_document(scenario)), encoding="utf-8")
    given = [str(history), "--policy", "policy.yaml", "--contracts", str(contracts)]
    as_of = ["--as-of", str(scenario["as-of"]), "--lang", language]
    result = CliRunner().invoke(main, [command, *given, *as_of, *options])
    assert 0 == result.exit_code, result.output
    return result.stdout


def shown(language: str) -> str:
    """The page of the policy."""
    result = CliRunner().invoke(main, ["show", "policy.yaml", "--lang", language])
    assert 0 == result.exit_code, result.output
    return result.stdout


GOLDEN = {
    "credits.en.txt": lambda: shown("en"),
    "credits.fr.txt": lambda: shown("fr"),
    "credits-statement.en.txt": lambda: run(FIVE_LATE, "statement", "--customer", "acme"),
    "credits-statement.fr.txt": lambda: run(FIVE_LATE, "statement", "--customer", "acme", language="fr"),
    "credits-replay.en.txt": lambda: run(OUTAGES, "replay"),
    "credits-replay.fr.txt": lambda: run(FIVE_LATE, "replay", language="fr"),
    "credits-story.en.txt": lambda: run(LATE_MENDING, "explain", "--ticket", "T-1"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_page_is_what_somebody_read_and_found_good(name: str, update: bool) -> None:
    """Rewrite with `--update`, and read the diff as a customer would."""
    file = Path(__file__).resolve().parent / "golden" / name
    page = GOLDEN[name]()
    if update:
        file.write_text(page, encoding="utf-8", newline="\n")

    assert file.read_text(encoding="utf-8") == page


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("number", range(len(SCENARIOS) - 1))
def test_what_is_owed_to_the_customer_is_never_told_from_the_wrong_side(number: int, language: str) -> None:
    """No statement says that he owes what is owed to him."""
    page = run(number, "statement", "--customer", "acme", language=language).lower()
    assert [] == [word for word in OWED_BY_THE_VENDOR if word in page]


def test_paying_more_than_is_owed_is_said_so() -> None:
    """It is the vendor's loss and no debt of the customer's."""
    scenario = SCENARIOS[FIVE_LATE]
    assert isinstance(scenario, dict)
    events = [each for each in scenario["events"] if each["event"] == "pay-out"]  # type: ignore[union-attr]
    history = Path("history.jsonl")
    history.write_text("".join(f"{json.dumps({**each, 'customer': 'acme'})}\n" for each in events), encoding="utf-8")
    options = ["--policy", "policy.yaml", "--customer", "acme"]
    result = CliRunner().invoke(main, ["statement", str(history), *options])

    assert "Paid beyond what was owed: 120.00\u00a0EUR" in result.stdout
    assert "customer: −" not in result.stdout


@pytest.mark.parametrize(
    ("language", "paid", "said"),
    [("en", "paid out of “Service credits”", "amount: 120.00"), ("fr", "versés à partir de", "amount\u00a0: 120,00")],
)
def test_what_is_paid_out_is_never_told_as_overdrawn(language: str, paid: str, said: str) -> None:
    """A ticket's own story knows nothing of what all tickets together have come to; money is told as money."""
    page = run(FIVE_LATE, "explain", "--ticket", "P-1", language=language)

    assert paid in page
    assert f"{said}\u00a0EUR" in page
    assert [] == [word for word in OWED_BY_THE_VENDOR if word in page.lower()]


def test_a_line_keeps_its_number_in_every_period() -> None:
    """So that two statements can be laid side by side."""
    whole = json.loads(run(FIVE_LATE, "statement", "--customer", "acme", "--account", "credits", "--format", "json"))
    parts = ("--since", "2026-03-04", "--period", "month")
    cut = json.loads(
        run(FIVE_LATE, "statement", "--customer", "acme", "--account", "credits", *parts, "--format", "json")
    )
    lines = [line for each in cut for line in each["lines"]]

    assert [3, 4, 5] == [line["number"] for line in lines]
    assert whole[0]["lines"][2:] == lines
    assert [(10_000, 20_000), (20_000, 8_000)] == [(each["opening"], each["closing"]) for each in cut]


def test_a_folder_has_the_tables_of_what_is_owed(tmp_path: Path) -> None:
    """Each figure stands in them as in the summary."""
    run(FIVE_LATE, "replay", "--out", "out")
    owed = (tmp_path / "out" / "owed.csv").read_text(encoding="utf-8").splitlines()
    remedies = (tmp_path / "out" / "remedies.csv").read_text(encoding="utf-8").splitlines()
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["summary"]

    assert len(summary["remedies"]) == len(owed) - 1
    assert "late-answer,acme,2026-03,credits,EUR,5,,20000,0,0,0,5000,0,T-2," in owed
    assert 5 == len(remedies) - 1
    assert remedies[1].startswith("T-1,acme,late-answer,answer,1,booked,2026-03-02T10:00:00Z,2026-03-02T10:30:00Z,")
    assert (tmp_path / "out" / "availability.csv").exists()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "“monthly fee (Hosting)” in a year of the contract “Hosting”"),
        ("fr", "« monthly fee (Hosting) » par année du contrat « Hosting »"),
    ],
)
def test_a_cap_by_the_contract_year_names_the_contract(language: str, told: str) -> None:
    """A reader sees that it is his own year, and of which contract."""
    text = Path("policy.yaml").read_text(encoding="utf-8").replace("per: month}", "per: contract-year}")
    Path("policy.yaml").write_text(text, encoding="utf-8")
    assert told in " ".join(shown(language).replace("\N{NO-BREAK SPACE}", " ").split())
