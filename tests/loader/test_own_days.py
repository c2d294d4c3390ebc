"""A customer's own hours on a calendar on which the policy counts business days as opening time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from small_desk import policy_of

from upheld.loader.contracts.file import read_contracts

POLICY = """
upheld: 1
policy: own
version: 1.0.0
zone: Europe/Paris
vendor: {name: Own}
sources: {terms: {title: Terms}}
clauses: {T-1: {says: everything}}
calendars: {desk: {zone: Europe/Paris, weekly: {mon-fri: ["08:00-18:00"]}, clauses: [T-1], per-customer: true}}
roles: {customer: {channel: none}}
states: {new: {core: open}, done: {core: closed}}
events: {submit: {by: customer}, close: {by: customer}}
transitions:
- {id: submit, on: submit, opens: true, to: new, clauses: [T-1]}
- {id: close, on: close, from: new, to: done, clauses: [T-1]}
commitments:
- {id: fix, start: {on: submit}, stop: {on: close}, calendar: desk, COUNTED, clauses: [T-1]}
"""
SHORT_FRIDAYS = {"zone": "Europe/Paris", "weekly": {"mon-thu": ["08:00-17:00"], "fri": ["08:00-12:00"]}}
DAYS = "business-day: opening-time, within: 2bd"
WARNED = "business-day: dates, within: 2bd, warn-before: [1bd]"


def told(hours: dict[str, Any], counted: str) -> list[str]:
    """The codes of what is wrong with contracts in which a customer has these hours."""
    signed = {"upheld": 1, "customers": {"own": {"calendars": {"desk": hours}}}}
    policy = policy_of(POLICY.replace("COUNTED", counted))
    return [each.code for each in read_contracts(json.dumps(signed).encode(), "contracts.json", policy)[1]]


@pytest.mark.parametrize("counted", [DAYS, WARNED])
def test_they_say_what_a_day_is_worth_where_weekdays_differ(counted: str) -> None:
    """Told with the file: while tickets are decided nobody could answer, and each of them would be refused."""
    eves = {"holidays": {"country": "FR"}, "special": {"before-holidays": {"closes": "11:00"}}}
    assert ["UP506"] == told(SHORT_FRIDAYS, counted) == told(SHORT_FRIDAYS | eves, counted)
    assert [] == told(SHORT_FRIDAYS | {"nominal-day": "9h"}, counted)


def test_hours_and_dates_ask_for_nothing() -> None:
    """Only a business day that is so much opening time needs its worth."""
    assert [] == told(SHORT_FRIDAYS, "business-day: dates, within: 2bd")
