"""Contracts files: what customers have signed, or everything that does not fit the policy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_desk import desk

from upheld import load_contracts
from upheld.core.errors import DocumentError
from upheld.core.policy.contracts import Contract, Contracts, Customer, Grant, Release
from upheld.core.policy.policy import Policy
from upheld.loader.contracts import read_contracts

OVERRIDING = """
upheld: 1
policy: lender
version: 1.0.0
zone: Europe/Paris
vendor: {name: Lender}
sources: {terms: {title: Terms}}
clauses: {L-1: {says: something}}
facts: {level: {integer: true}}
parameters:
  within: {by: severity, values: [{from: 2024-01-01, high: 1h, low: 4h}], clauses: [L-1]}
  share: {values: [{from: 2024-01-01, is: 5}], clauses: [L-1]}
  by-kind: {by: event.kind, partial: true, values: [{from: 2024-01-01, small: 5min}], clauses: [L-1]}
contracts:
  gold:
    parameters: [within, share]
    attributes: {sites: {text: true, many: true}, seats: {integer: true, at-least: 1}, since: {date: true}}
    clauses: [L-1]
  plain: {clauses: [L-1]}
severities: [{id: high, clauses: [L-1]}, {id: low, clauses: [L-1]}]
roles: {customer: {}}
states: {open: {core: open}, closed: {core: closed}}
events: {submit: {by: customer}, close: {by: customer}}
transitions:
  - {id: submit, on: submit, opens: true, to: open, clauses: [L-1]}
  - {id: close, on: close, from: open, to: closed, clauses: [L-1]}
accounts:
  time: {unit: min, per: customer, overdraft: warn, clauses: [L-1]}
  money: {unit: EUR, per: customer, overdraft: warn, clauses: [L-1]}
"""

FILE = """\
upheld: 1
customers:
  acme:
    contracts:
      - {kind: gold, from: 2024-01-01, until: 2024-12-31, sites: [lyon, paris], seats: 5, since: 2023-05-01,
         parameters: {within: {high: 30min}, share: 7}}
      - {kind: plain}
    grants:
      - {account: time, at: 2024-01-01T00:00Z, amount: 10h, expires: 2024-12-31}
      - {account: money, at: 2024-01-01T01:00+01:00, amount: 600}
  globex: {}
releases:
  - {version: "5.3", date: 2024-06-01}
  - {version: "5.2", date: 2024-03-28}
"""


@pytest.fixture(scope="module")
def lender() -> Policy:
    from upheld.loading import examine

    examined = examine(OVERRIDING.encode(), "lender.yaml")
    assert examined.policy is not None, examined.errors
    return examined.policy


def test_a_file_says_who_signed_what(lender: Policy, tmp_path: Path) -> None:
    """Kinds, days, attributes, overrides, grants and releases; a time is minutes on an account that counts them."""
    file = tmp_path / "contracts.yaml"
    file.write_text(FILE, encoding="utf-8")
    contracts = load_contracts(file, lender)

    gold, plain = contracts.customers["acme"].contracts
    attributes = {"sites": frozenset({"lyon", "paris"}), "seats": 5, "since": "2023-05-01"}
    parameters = {"within": {"high": "30min"}, "share": {"": 7}}
    assert Contract("gold", date(2024, 1, 1), date(2024, 12, 31), attributes, parameters) == gold
    assert Contract("plain") == plain
    grants = (Grant("time", 1704067200, 600, date(2024, 12, 31)), Grant("money", 1704067200, 600))
    assert grants == contracts.customers["acme"].grants
    assert Customer() == contracts.customers["globex"]
    assert (Release("5.2", date(2024, 3, 28)), Release("5.3", date(2024, 6, 1))) == contracts.releases
    assert contracts.digest.startswith("sha256:")


def test_days_include_the_last_one(lender: Policy) -> None:
    """What is active, overridden and released on a day."""
    contracts, _ = read_contracts(FILE.encode(), "contracts.yaml", lender)
    assert contracts is not None
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]

    assert [1, 2, 2, 1] == [len(contracts.active("acme", day)) for day in days]
    assert [None, "30min", "30min", None] == [contracts.override("acme", "within", "high", day) for day in days]
    assert [None, 7] == [contracts.override("acme", "share", "", day) for day in days[:2]]
    assert None is contracts.override("acme", "within", "low", days[1])
    assert () == contracts.active("nobody", days[1])
    releases = [date(2024, 3, 27), date(2024, 3, 28), date(2024, 7, 1)]
    assert [None, "5.2", "5.3"] == [contracts.released(day) for day in releases]


@pytest.mark.parametrize(
    "line, told",
    [
        ("{kind: gould}", "error[UP201]: contract `gould` is not declared"),
        ("{from: 2024-01-01}", "error[UP102]: `kind` is missing"),
        ("{kind: gold, from: 2024-13-01}", "error[UP105]: `2024-13-01` is not in the calendar"),
        ("{kind: gold, from: 2024-02-01, until: 2024-01-31}", "error[UP104]: this contract ends on `2024-01-31`"),
        ("{kind: gold, site: lyon}", "error[UP101]: a contract of kind `gold` has no `site`"),
        ("{kind: plain, sites: [lyon]}", "error[UP101]: a contract of kind `plain` has no `sites`"),
        ("{kind: gold, seats: 0}", "error[UP209]: `seats` is at least `1`, and `0` lies below"),
        ("{kind: gold, seats: [1, 2]}", "error[UP209]: `seats` holds one value, not a list"),
        ("{kind: gold, sites: [lyon, 7]}", "error[UP209]: `sites` holds text, and `7` is none"),
        ("{kind: gold, parameters: {withn: {high: 1h}}}", "error[UP201]: parameter `withn` is not declared"),
        ("{kind: plain, parameters: {share: 7}}", "error[UP104]: a contract of kind `plain` does not override `share`"),
        ("{kind: gold, parameters: {within: 1h}}", "error[UP104]: `within` is a table"),
        ("{kind: gold, parameters: {share: {high: 1}}}", "error[UP104]: `share` is one value"),
        ("{kind: gold, parameters: {within: {hihg: 1h}}}", "error[UP104]: `severity` cannot be `hihg`"),
        ("{kind: gold, parameters: {within: {high: 1 hour}}}", "error[UP105]"),
    ],
)
def test_what_does_not_fit_is_found(lender: Policy, line: str, told: str) -> None:
    """Each problem at its place, like those of a policy."""
    text = f"upheld: 1\ncustomers:\n  acme:\n    contracts:\n      - {line}\n"
    contracts, findings = read_contracts(text.encode(), "contracts.yaml", lender)

    assert contracts is None
    assert [True] == [told in str(finding) for finding in findings], list(map(str, findings))
    assert str(findings[0]).startswith("contracts.yaml:5:")


@pytest.mark.parametrize(
    "line, told",
    [
        ("{account: tme, at: 2024-01-01T00:00Z, amount: 5}", "error[UP201]: account `tme` is not declared"),
        ("{account: time, at: 2024-01-01, amount: 5}", "error[UP105]"),
        ("{account: time, at: 2024-01-01T00:00Z, amount: -5}", "error[UP108]"),
        ("{account: time, at: 2024-01-01T00:00Z, amount: 90s}", "error[UP602]: account `time` counts in `min`"),
        ("{account: money, at: 2024-01-01T00:00Z, amount: 10h}", "error[UP602]: account `money` counts in `EUR`"),
        ("{account: money, at: 2024-01-01T00:00Z, amount: 1.5}", "error[UP105]"),
        ("{account: time, amount: 5}", "error[UP102]: `at` is missing"),
        ("{account: time, every: week, amount: 5}", "error[UP104]: `week` cannot stand here"),
        (
            "{account: time, every: month, amount: 5}",
            "error[UP610]: this grant recurs, and no contract says since when",
        ),
        (
            "{account: time, every: month, at: 2024-01-01T00:00Z, amount: 5}",
            "error[UP104]: a grant that recurs has no `at`",
        ),
        (
            "{account: time, at: 2024-01-01T00:00Z, amount: 5, until: 2024-01-01}",
            "error[UP104]: a grant made once has no `until`",
        ),
        (
            "{account: time, every: month, from: 2024-01-01, amount: 5, carry-over: 2h}",
            "error[UP105]: `2h` says not what is carried over",
        ),
        (
            "{account: time, every: month, from: 2024-01-01, amount: 5, carry-over: {for: 3 months}}",
            "error[UP105]: `3 months` is no number of months",
        ),
        (
            "{account: money, every: month, from: 2024-01-01, amount: 5, carry-over: {at-most: 2h}}",
            "error[UP602]: account `money` counts in `EUR`",
        ),
    ],
)
def test_grants_fit_their_account(lender: Policy, line: str, told: str) -> None:
    """Amounts are whole minor units; a time only where time is counted."""
    text = f"upheld: 1\ncustomers: {{acme: {{grants: [{line}]}}}}\n"
    _, findings = read_contracts(text.encode(), "contracts.yaml", lender)

    assert [True] == [told in str(finding) for finding in findings], list(map(str, findings))


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """In the order of their places; a broken document says so too."""
    file = tmp_path / "contracts.yaml"
    file.write_text("upheld: 1\ncustomers: {a: {contracts: [{kind: x}, {kind: gold, y: 1}]}}\n", encoding="utf-8")

    with pytest.raises(DocumentError) as caught:
        load_contracts(file, desk())
    assert ["UP201", "UP101"] == [finding.code for finding in caught.value.findings]
    file.write_text("customers: [", encoding="utf-8")
    with pytest.raises(DocumentError):
        load_contracts(file, desk())
    with pytest.raises(FileNotFoundError):
        load_contracts(tmp_path / "none.yaml", desk())


def test_nothing_signed_is_nothing_known() -> None:
    """An empty file, and no file."""
    contracts, findings = read_contracts(b"upheld: 1\n", "contracts.yaml", desk())

    assert [] == findings
    assert contracts is not None
    assert ({}, ()) == (contracts.customers, contracts.releases)
    assert "" == Contracts().digest
