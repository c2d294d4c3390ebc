"""Tables by two names: severities below one another, plans beside one another, in each language and on each page."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main

POLICY = """
upheld: 1
policy: plans
version: 1.0.0
languages: [en, fr]
zone: Europe/Paris
vendor: {name: Plans, language: en}
sources: {terms: {title: {en: Terms, fr: Conditions}}}
clauses: {P-1: {says: {en: by plan, fr: par formule}}}
title: {en: Plans, fr: Formules}
roles: {agent: {label: {en: Agent, fr: Agent}}}
severities:
  - {id: high, label: {en: High, fr: Haute}, clauses: [P-1]}
  - {id: low, label: {en: Low, fr: Basse}, clauses: [P-1]}
states: {open: {core: open, label: {en: Open, fr: Ouvert}}, closed: {core: closed, label: {en: Closed, fr: Clos}}}
contracts:
  care:
    label: {en: Care, fr: Suivi}
    attributes: {plan: {one-of: {basic: {en: Basic, fr: Essentiel}, plus: {en: Plus, fr: Plus}}}}
    parameters: [end]
    clauses: [P-1]
parameters:
  end:
    label: {en: End, fr: Fin}
    by: [severity, contract.care.plan]
    values: [{basic: {high: 1d, low: 3mo}, plus: {high: 4h, low: 1mo}}]
    clauses: [P-1]
events:
  submit:
    label: {en: Submit, fr: Demander}
    by: agent
    data: {severity: {required: true}}
    sets: {severity: event.severity}
  close: {label: {en: Close, fr: Clore}, by: agent}
transitions:
  - {id: submit, label: {en: Submit, fr: Demander}, on: submit, opens: true, to: open, clauses: [P-1]}
  - {id: close, label: {en: Close, fr: Clore}, on: close, from: open, to: closed, clauses: [P-1]}
commitments:
  - id: end
    label: {en: The end, fr: La fin}
    when: {contract: care, contract.care.plan: {set: true}}
    start: {on: submit}
    stop: {on: close}
    calendar: always
    within: {parameter: end}
    clauses: [P-1]
"""
ROWS = {
    "en": ["| **The end**¹ | High | 1 day | 4 h |", "|  | Low | 3 months | 1 month |"],
    "fr": ["| **La fin**¹ | Haute | 1 jour | 4 h |", "|  | Basse | 3 mois | 1 mois |"],
}


@pytest.fixture
def policy(tmp_path: Path) -> str:
    path = tmp_path / "plans.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("language", ROWS)
def test_plans_stand_beside_one_another(policy: str, language: str) -> None:
    """One row for each severity; the condition that all of them have is a note to the promise."""
    shown = CliRunner().invoke(main, ["show", policy, "--format", "markdown", "--lang", language]).stdout
    table = shown.replace("\u00a0", " ")
    head = {"en": "| Basic | Plus |", "fr": "| Essentiel | Plus |"}[language]

    assert head in table
    for row in ROWS[language]:
        assert row in table


def test_the_terminal_has_the_same_columns(policy: str) -> None:
    """Nothing is repeated."""
    shown = CliRunner().invoke(main, ["show", policy]).stdout.replace("\u00a0", " ")
    [high] = [line for line in shown.splitlines() if "1 day" in line]

    assert ["1 day", "4 h"] == [each for each in ("1 day", "4 h", "3 months") if each in high]
    assert 1 == shown.count("3 months")


def test_a_column_tells_what_its_plan_leaves_open(tmp_path: Path) -> None:
    """Hours that only one plan has stand in its column alone; that there is a plan at all is no condition there."""
    case = "[{when: {contract.care.plan: plus, severity: high}, is: always}, {is: office}]"
    office = "{label: {en: Office, fr: Bureau}, zone: Etc/UTC, weekly: {mon: ['09:00-17:00']}, clauses: [P-1]}"
    text = POLICY.replace("calendar: always", f"calendar: {case}\n    on-change: keep").replace("high: 1d", "high: 2h")
    (path := tmp_path / "policy.yaml").write_text(f"{text}calendars: {{office: {office}}}\n", encoding="utf-8")
    shown = CliRunner().invoke(main, ["show", str(path), "--lang", "en"])

    assert "High" in shown.stdout, shown.stderr
    assert "2 h of opening time   4 h round the clock" in shown.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert "is given" not in shown.stdout.partition("How times are counted")[0]


def test_what_is_due_follows_the_plan_and_the_contract(policy: str, tmp_path: Path) -> None:
    """A contract's own value of one column; a customer with no plan is promised nothing."""
    contracts = tmp_path / "contracts.csv"
    rows = ["customer,kind,plan,parameters.end.plus.high", "acme,care,plus,2h", "duck,care,basic,", "zed,care,,"]
    contracts.write_text("\n".join(rows) + "\n", encoding="utf-8")
    told = {}
    for customer in ("acme", "duck", "zed"):
        asked = ["--set", "severity=high", "--set", f"customer={customer}", "--contracts", str(contracts)]
        told[customer] = CliRunner().invoke(main, ["due", policy, "--at", "2026-03-02T10:00Z", *asked]).stdout

    assert "2026-03-02T12:00Z" in told["acme"]
    assert "2026-03-03T10:00Z" in told["duck"]
    assert "Nothing would begin" in told["zed"]
