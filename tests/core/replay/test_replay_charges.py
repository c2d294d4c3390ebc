"""Replaying a history of a policy that bills: charges in their order, and balances."""

from __future__ import annotations

import json
import random

import pytest

from upheld.core.errors import LedgerError, RecordError
from upheld.loader.contracts import contracts_from
from upheld.loading import examine
from upheld.replaying import replay, statements

POLICY = """
upheld: 1
policy: desk
version: 1.0.0
zone: Europe/Paris
vendor: {name: Desk, language: en}
sources: {prices: {title: Prices}}
clauses: {D-1: {section: Prices, says: work costs time}}
roles: {customer: {label: Customer}, agent: {label: Agent}}
contracts: {hours: {clauses: [D-1]}}
states: {open: {core: open}, closed: {core: closed}}
events:
  submit: {by: customer}
  close: {by: agent}
  work: {by: agent, data: {minutes: {integer: true, unit: min}}}
transitions:
  - {id: submit, on: submit, opens: true, to: open, clauses: [D-1]}
  - {id: close, on: close, from: open, to: closed, clauses: [D-1]}
accounts: {time: {unit: min, overdraft: refuse, clauses: [D-1]}}
charges:
  - id: work
    on: work
    debit: {account: time, amount: {ref: event.minutes}, round: {up-to: 15min, scope: ticket}}
    clauses: [D-1]
"""


def policy():
    found = examine(POLICY.encode(), "desk.yaml")
    assert [] == [str(each) for each in found.findings if each.level == "error"]
    return found.policy


def contracts(amount=60, expires=None):
    grant = {"account": "time", "at": "2026-01-01T00:00:00Z", "amount": amount}
    grants = [grant | ({"expires": expires} if expires else {})]
    return contracts_from({"upheld": 1, "customers": {"acme": {"grants": grants}}}, policy())


def record(ticket, at, event, **data):
    actor = "customer" if event == "submit" else "agent"
    return {"ticket": ticket, "at": at, "event": event, "actor": actor, "customer": "acme", "data": data}


HISTORY = [
    record("T-2", "2026-03-02T09:00Z", "submit"),
    record("T-2", "2026-03-02T11:00Z", "work", minutes=50),
    record("T-1", "2026-03-02T09:00Z", "submit"),
    record("T-1", "2026-03-02T10:00Z", "work", minutes=20),
    record("T-1", "2026-03-02T12:00Z", "work", minutes=5),
]


def test_charges_are_taken_in_the_order_of_instants():
    """The ticket that arrived later, and worked earlier, gets the balance; the other is refused."""
    replayed = replay(policy(), HISTORY, contracts())
    one, other = replayed["tickets"]

    assert [(2, "work", 30)] == [(row["seq"], row["rule"], row["amount"]) for row in one["charges"]]
    assert [(2, "insufficient-balance")] == [(row["seq"], row["code"]) for row in other["refused"]]
    balance = {"available": 30, "held": 0, "overdrawn": 0, "consumed": 30, "expired": 0}
    assert [{"account": "time", "customer": "acme", **balance}] == replayed["summary"]["balances"]


def test_shuffling_tickets_changes_nothing():
    """As long as each ticket keeps its own order."""
    wanted = json.dumps(replay(policy(), HISTORY, contracts()))
    for seed in range(20):
        chance, left = random.Random(seed), {"T-1": HISTORY[2:], "T-2": HISTORY[:2]}
        shuffled = []
        while any(left.values()):
            ticket = chance.choice([name for name, records in left.items() if records])
            shuffled.append(left[ticket][0])
            left[ticket] = left[ticket][1:]
        assert wanted == json.dumps(replay(policy(), shuffled, contracts()))


def test_balances_are_those_of_as_of():
    """A lot that is over by then has expired; a customer without tickets is told, too."""
    later = replay(policy(), HISTORY[2:], contracts(expires="2026-03-31"), as_of="2026-04-01T00:00Z")
    alone = replay(policy(), [], contracts(), as_of="2026-04-01T00:00Z")

    assert (0, 30) == tuple(later["summary"]["balances"][0][name] for name in ("available", "expired"))
    assert [60] == [row["available"] for row in alone["summary"]["balances"]]


def test_a_state_outside_audit_mode_is_a_bad_record_at_once():
    """With its number, although records wait."""
    with pytest.raises(RecordError, match="record 2"):
        replay(policy(), [HISTORY[0], {"ticket": "T-2", "at": "2026-03-02T10:00Z", "state": "open"}], contracts())


def test_statements_after_a_history():
    """The balance of the summary is the closing of the statement, and of its parts in a row."""
    (whole,) = statements(policy(), HISTORY[2:], "acme", contracts())
    march = "2026-03-01T00:00Z"
    (before,) = statements(policy(), HISTORY[2:], "acme", contracts(), until=march)
    (after,) = statements(policy(), HISTORY[2:], "acme", contracts(), since=march)

    assert [("grant", "", 60), ("debit", "T-1", -30), ("note", "T-1", 0)] == [
        (line.kind, line.ticket, line.change) for line in whole.lines
    ]
    assert (60, 60, 30, 30) == (before.closing, after.opening, after.closing, whole.closing)
    assert [(20, 30), (5, 0)] == [(line.raw, line.billed) for line in after.lines]


def test_a_statement_of_nobody_says_who_there_is():
    """A name that nobody has is a mistake of whoever asks."""
    with pytest.raises(LedgerError, match="customer `acmee` has no account: did you mean `acme`"):
        statements(policy(), HISTORY, "acmee", contracts())
