"""Contracts of other companies: each checks strictly, keeps its scenarios, is short, and a page to be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld import load_policy
from upheld.cli import main
from upheld.document import read_document
from upheld.loader.contracts import read_contracts
from upheld.scenario.coverage import coverage_of
from upheld.show import show_text
from upheld.testing import outcomes

CONTRACTS = Path(__file__).resolve().parents[2] / "examples" / "contracts"
NAMES = sorted(each.parent.name for each in CONTRACTS.glob("*/policy.yaml"))
STATEMENTS = {"edgevirt": (14, 17), "incorta": (15, 17), "red-hat": (21, 27)}
"""How many statements of each contract are executed, and how many it has."""
LINES_MOST = 150
SCREENS, SCREEN_LINES = 3, 54
SILENT = re.compile(r"\s*(#.*|(label|message|title): .*)?$")
"""Lines that say nothing but words for readers."""


def policy_of(name: str) -> Path:
    return CONTRACTS / name / "policy.yaml"


def test_every_contract_is_counted() -> None:
    assert [*STATEMENTS] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_checks_strictly(name: str) -> None:
    """Scenarios included, and without a waiver."""
    checked = CliRunner().invoke(main, ["check", "--strict", str(policy_of(name))])

    assert (0, True) == (checked.exit_code, "no findings" in checked.output), checked.output
    assert "checks" not in read_document(policy_of(name).read_bytes(), "policy.yaml").root


@pytest.mark.parametrize("name", NAMES)
def test_its_scenarios_pass_and_cover_it(name: str) -> None:
    """Every clause, every move and every rule."""
    told = outcomes(policy_of(name))
    coverage = coverage_of(load_policy(policy_of(name)), told)

    assert [] == [outcome.name for outcome in told if not outcome.passed]
    for part in (coverage.clauses, coverage.transitions, coverage.rules):
        assert () == part.missing


@pytest.mark.parametrize("name", NAMES)
def test_it_is_short(name: str) -> None:
    """Lines with nothing but words for readers are not counted."""
    lines = policy_of(name).read_text(encoding="utf-8").splitlines()

    assert LINES_MOST >= sum(not SILENT.match(each) for each in lines)


@pytest.mark.parametrize("name", NAMES)
def test_its_page_is_what_somebody_read_and_found_good(name: str, update: bool) -> None:
    """Rewrite with `--update`, and read the diff as a customer would."""
    page, file = show_text(load_policy(policy_of(name)), "en"), Path(__file__).parent / "pages" / f"{name}.en.txt"
    if update:
        file.write_text(page, encoding="utf-8", newline="\n")

    assert file.read_text(encoding="utf-8") == page
    for language in ("en", "fr"):
        shown = show_text(load_policy(policy_of(name)), language)
        assert SCREENS * SCREEN_LINES >= len(shown.splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_is_executed_or_listed(name: str) -> None:
    """The page of the folder counts them; those that are executed are clauses of the policy."""
    text = (CONTRACTS / name / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]{2}-\d\d) .* \| (.*) \|$", text, re.MULTILINE)
    executed = [clause for clause, told in rows if not told.startswith("**no**: ")]

    assert sorted(load_policy(policy_of(name)).clauses) == executed
    assert STATEMENTS[name] == (len(executed), len(rows))
    assert [f"{clause[:2]}-{number:02}" for number, (clause, _) in enumerate(rows, 1)] == [clause for clause, _ in rows]


@pytest.mark.parametrize("name", NAMES)
def test_every_executed_statement_is_kept_and_broken(name: str) -> None:
    """By a scenario each, which names it; those that nobody can break are listed with the reason, and no others."""
    text = (CONTRACTS / name / "README.md").read_text(encoding="utf-8")
    excepted = re.findall(r"^- ([A-Z]{2}-\d\d): \S", text.partition("which nobody can break")[2], re.MULTILINE)
    coverage = coverage_of(load_policy(policy_of(name)), outcomes(policy_of(name)))

    assert ((), tuple(excepted)) == (coverage.kept.missing, coverage.broken.missing)


def test_hours_of_a_place_are_told_as_opening_time() -> None:
    """What is due in Lyon counts in Lyon's hours, not round the clock; the page says that there may be such hours."""
    policy = policy_of("red-hat")
    known = ["--contracts", str(policy.with_name("contracts.yaml")), "--set", "customer=lyon"]
    done = CliRunner().invoke(
        main, ["due", str(policy), "--at", "2026-03-06T16:45+01:00", *known, "--set", "severity=severity-2"]
    )

    told = done.stdout.replace("\u00a0", " ")
    assert "2026-03-09T09:45Z" in told
    assert "– Monday 9 March 2026, 09:00–10:45 (Europe/Paris)" in told
    assert 2 == told.count("(Europe/Paris:")
    assert "round the" not in done.stdout.partition("Assumptions")[0]
    assert "where a customer has hours of its own, those count instead" in show_text(load_policy(policy), "en")


def test_the_customers_of_a_contract_are_read() -> None:
    """Wherever a contract says who has which plan, and whose hours are its own."""
    files = sorted(CONTRACTS.glob("*/contracts.yaml"))

    for file in files:
        contracts, findings = read_contracts(file.read_bytes(), file.name, load_policy(file.parent / "policy.yaml"))
        assert (True, []) == (contracts is not None, findings)
    assert files
