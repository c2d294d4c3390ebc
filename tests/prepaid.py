"""Prepaid hours: the smallest desk on which a customer's tickets share a balance that is never overdrawn."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache

from small_desk import policy_of

from upheld import Contracts, Event, Policy
from upheld.loader.contracts import contracts_from

TERMS = """
upheld: 1
policy: prepaid
version: 1.0.0
extends: base@1.0.0
effective: {from: 2026-01-01}
zone: Europe/Paris
vendor: {name: Acme, country: FR, language: en}
title: Prepaid hours
sources: {terms: {title: Terms, edition: "1"}}
clauses: {T-1: {section: Hours, says: work is taken from prepaid hours}}
calendars: {office: {label: Hours, zone: Europe/Paris, weekly: {mon-fri: ["09:00-17:00"]}, clauses: [T-1]}}
commitments:
  - id: reply
    label: First reply
    start: {on: submit}
    stop: {on: reply}
    calendar: office
    within: 2h
    warn-at: [100%]
    clauses: [T-1]
accounts: {hours: {label: Prepaid hours, unit: min, overdraft: refuse, low-balance: 1h, clauses: [T-1]}}
charges: [{id: work, label: Work, on: work, debit: {account: hours, amount: {ref: event.minutes}}, clauses: [T-1]}]
"""
BEGIN = datetime.fromisoformat("2026-03-02T09:00+01:00")


@cache
def prepaid(version: str = "1.0.0", charges: bool = True) -> Policy:
    """The policy; another version of it, or one that charges nothing."""
    text = TERMS.replace("version: 1.0.0", f"version: {version}")
    return policy_of(text if charges else text[: text.index("accounts:")])


def granted(minutes: int) -> Contracts:
    """What customer acme has paid for."""
    grant = {"account": "hours", "at": "2026-01-01T00:00+01:00", "amount": minutes}
    return contracts_from(json.loads(json.dumps({"customers": {"acme": {"grants": [grant]}}})), prepaid())


def opening(ticket: str, minute: int = 0) -> Event:
    """What opens a ticket, so many minutes after the beginning."""
    return Event(ticket, BEGIN + timedelta(minutes=minute), "submit", "customer:kim", "", "acme")


def work(ticket: str, minute: int, minutes: int) -> Event:
    """Work of so many minutes on a ticket."""
    return Event(ticket, BEGIN + timedelta(minutes=minute), "work", "agent:a1", data={"minutes": minutes})
