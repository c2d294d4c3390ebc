"""Amounts: times, money with the decimals of its currency, and things in the right number."""

from __future__ import annotations

import pytest

from upheld.core.policy.currency import CURRENCIES, DECIMALS
from upheld.loading import examine
from upheld.show.words.amounts import amount, signed
from upheld.show.words.view import View

POLICY = b"""
upheld: 1
policy: acme
version: 1.0.0
zone: Etc/UTC
vendor: {name: Acme}
assumptions: {usual: {says: usual practice}}
roles: {agent: {}}
states: {open: {core: open}, closed: {core: closed}}
events: {submit: {by: agent}, close: {by: agent}}
transitions:
  - {id: submit, on: submit, opens: true, to: open, assumes: [usual]}
  - {id: close, on: close, from: open, to: closed, assumes: [usual]}
accounts:
  packs:
    unit: {count: {en: [incident, incidents], fr: [intervention, interventions]}}
    overdraft: warn
    assumes: [usual]
"""


def view(language: str) -> View:
    policy = examine(POLICY, "acme.yaml").policy
    assert policy is not None
    return View(policy, language)


@pytest.mark.parametrize(
    "language, number, said",
    [
        ("en", 0, "0 incidents"),
        ("en", 1, "1 incident"),
        ("en", 3, "3 incidents"),
        ("en", -1, "−1 incident"),
        ("fr", 0, "0 intervention"),
        ("fr", 1, "1 intervention"),
        ("fr", 2, "2 interventions"),
    ],
)
def test_things_stand_in_the_right_number(language: str, number: int, said: str) -> None:
    """Nothing is one in French, and many in English."""
    assert said == signed(view(language), number, "incident").replace("\u00a0", " ")


@pytest.mark.parametrize(
    "value, unit, said",
    [
        (25000, "EUR", "250.00 EUR"),
        (250, "JPY", "250 JPY"),
        (250, "UGX", "250 UGX"),
        (1250, "OMR", "1.250 OMR"),
        (90, "min", "1 h 30"),
    ],
)
def test_money_has_the_decimals_of_its_currency(value: int, unit: str, said: str) -> None:
    """As ISO 4217 has them."""
    assert said == amount(view("en"), value, unit).replace("\u00a0", " ")


def test_decimals_are_told_of_currencies_alone() -> None:
    """A code that nobody can use would be a slip of ours."""
    assert set() == DECIMALS.keys() - CURRENCIES
