"""Hooks: a plugin's condition has to be installed, and to find what it reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from check.desk import desk, examined, found, told

from upheld.report.findings import REPORTS

PLUGIN = """
from upheld import ProvidedCondition

@hookimpl
def upheld_conditions():
    return [
        ProvidedCondition("shop.is-vip", ["customer"], lambda facts: False),
        ProvidedCondition("shop.is-large", ["event.amount"], lambda facts: False),
    ]
"""
EVENTS = "{submit: {by: agent}, order: {by: agent, data: {amount: {integer: true}}}, close: {by: agent}}"


@pytest.fixture(autouse=True)
def shop(install: Callable[..., Path]) -> None:
    """A plugin with two conditions."""
    install("upheld_shop", PLUGIN, "shop")


def ruled(condition: str, on: str = "close", **sections: str) -> str:
    """A policy with a rule under this condition."""
    rules = f"[{{id: r, on: {on}, when: {condition}, refuse: always, assumes: [usual]}}]"
    return desk(rules=rules, events=EVENTS, **sections)


def test_an_installed_condition_can_be_asked() -> None:
    assert [] == told(ruled("{hook: shop.is-vip}"))
    assert [] == told(ruled("{hook: shop.is-large}", on="order"))


def test_a_condition_that_is_not_installed_is_told_with_the_nearest() -> None:
    [finding] = found(ruled("{any: [{state: open}, {hook: shop.is-vpi}]}"))

    assert "UP907 no installed plugin gives the condition `shop.is-vpi`" == f"{finding.code} {finding.message}"
    assert "did you mean `shop.is-vip`?" == finding.hint
    assert "rules/r" == finding.item


def test_one_that_is_like_none_is_told_with_those_installed() -> None:
    [finding] = found(ruled("{hook: acme.looks-automatic}"))

    assert "installed are `shop.is-large`, `shop.is-vip`" == finding.hint


def test_it_must_find_what_it_reads() -> None:
    assert ["UP908 the plugin's condition `shop.is-large` reads `event.amount`, which cannot be read here"] == told(
        ruled("{hook: shop.is-large}")
    )


def test_in_a_named_condition_it_is_told_where_it_is_used() -> None:
    """Defined it can be read somewhere; used on another event it cannot."""
    conditions = "{large: {hook: shop.is-large}}"

    assert [] == told(ruled("large", on="order", conditions=conditions))
    [finding] = found(ruled("large", conditions=conditions))
    assert ("UP908", "rules/r") == (finding.code, finding.item)


def test_a_name_that_is_not_there_is_told_once_however_often_it_is_used() -> None:
    text = ruled("{any: [large, {state: open}]}", conditions="{large: {hook: shop.is-largo}}")

    assert ["conditions/large"] == [each.item for each in found(text)]


def test_the_report_says_what_only_a_plugin_decides() -> None:
    """Nothing is proved about it, so readers should know."""
    result = examined(ruled("{hook: shop.is-vip}"))

    assert ("shop.is-vip",) == result.opaque
    assert "plugins decide shop.is-vip, which cannot be checked" in REPORTS["text"]([result])
