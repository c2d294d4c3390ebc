"""Step 8 of the engine: what an event costs, in the decision."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta

import pytest

from upheld.core.errors import TicketError
from upheld.core.policy.contracts import Contracts, Customer, Grant
from upheld.core.record.event import Event
from upheld.engine import Engine
from upheld.loading import examine

POLICY = """
upheld: 1
policy: desk
version: 1.0.0
zone: Europe/Paris
vendor: {name: Desk, language: en}
sources: {prices: {title: Prices}}
clauses: {D-1: {section: Prices, says: work costs time}, D-2: {section: Prices, says: the account}}
assumptions: {steps: {says: by the quarter of an hour, confidence: low}}
roles: {customer: {label: Customer}, agent: {label: Agent}}
states: {open: {core: open}, closed: {core: closed}}
events:
  submit: {by: customer}
  close: {by: agent}
  work: {by: agent, data: {minutes: {integer: true, unit: min}}, effects: [{kind: notify, to: customer, about: worked}]}
transitions:
  - {id: submit, on: submit, opens: true, to: open, clauses: [D-1]}
  - {id: close, on: close, from: open, to: closed, clauses: [D-1]}
accounts:
  time: {unit: min, overdraft: OVERDRAFT, low-balance: 1h, clauses: [D-2]}
charges:
  - id: work
    on: work
    when: {state: open}
    debit: {account: time, amount: {ref: event.minutes}, round: {up-to: 15min, scope: ticket}}
    clauses: [D-1]
    assumes: [steps]
  - {id: again, on: work, debit: {account: time, amount: {ref: event.minutes}}, clauses: [D-1]}
  - {id: closing, on: close, debit: {account: time, amount: 10}, clauses: [D-1]}
  - {id: filing, on: close, debit: {account: time, amount: 10}, clauses: [D-1]}
"""


def engine(overdraft: str = "warn", granted: int = 100) -> Engine:
    found = examine(POLICY.replace("OVERDRAFT", overdraft).encode(), "desk.yaml")
    assert [] == [str(each) for each in found.findings if each.level == "error"]
    contracts = Contracts({"acme": Customer((), (Grant("time", 0, granted),))})
    return Engine(found.policy, contracts)


def event(minute: int, name: str, **data: object) -> Event:
    actor = "customer" if name == "submit" else "agent:kim"
    at = datetime.fromisoformat(f"2026-03-02T09:{minute:02}+00:00")
    return Event("T-1", at, name, actor, customer="acme", data=data)


def test_a_decision_tells_what_the_event_cost():
    """Rows, the new accounts, the reasons, and the charge that was passed over."""
    desk = engine()
    opened = desk.apply(None, event(0, "submit"))
    worked = desk.apply(opened.ticket, event(1, "work", minutes=20), opened.accounts)

    assert [("work", "debit", 30)] == [(row.rule, row.kind, row.amount) for row in worked.charges]
    assert ("D-1",) == worked.charges[0].clauses
    assert ("steps",) == worked.charges[0].assumptions
    assert 70 == worked.accounts.balance("time").available
    charges = [(each.id, each.holds, dict(each.facts)) for each in worked.reasons if each.kind == "charge"]
    assert [("work", True, {"state": "open"}), ("again", False, {"billed-by": "work"})] == charges
    assert worked == pickle.loads(pickle.dumps(worked))


def test_a_ticket_remembers_its_scope():
    """By ticket: 20 minutes and 7 are 30 together, whatever happened to the accounts meanwhile."""
    desk = engine()
    decision = desk.apply(None, event(0, "submit"))
    for minute, minutes in ((1, 20), (2, 7), (3, 7)):
        decision = desk.apply(decision.ticket, event(minute, "work", minutes=minutes), decision.accounts)

    assert [15] == [row.amount for row in decision.charges]
    assert 55 == decision.accounts.balance("time").available


def test_an_overdraft_with_warn_is_a_flag_on_the_event():
    """It is accepted, cites charge and account, and says by how much."""
    desk = engine("warn", 40)
    opened = desk.apply(None, event(0, "submit"))
    worked = desk.apply(opened.ticket, event(1, "work", minutes=75), opened.accounts)

    assert worked.accepted
    assert ["overdrawn"] == [flag.code for flag in worked.flags]
    assert "charge `work` overdraws account `time` by 35 min" == worked.flags[0].message
    assert ("D-1", "D-2") == worked.flags[0].clauses
    assert "`work` met le compte `time` à découvert de 35 min" == worked.flags[0].text("fr")


def test_a_balance_that_is_too_small_refuses_the_whole_event():
    """No move, no effect, no charge; ticket and accounts are the very same."""
    desk = engine("refuse", 5)
    opened, accounts = desk.apply(None, event(0, "submit")), desk.accounts("acme")
    refused = desk.apply(opened.ticket, event(1, "close"), accounts)

    assert "insufficient-balance" == refused.refusal.code
    assert "charge `closing` needs 10 min of account `time`, which has 5 min" == refused.refusal.message
    assert ("D-1", "D-2") == refused.refusal.clauses
    assert ((), (), (), ()) == (refused.moves, refused.effects, refused.charges, refused.flags)
    assert refused.ticket is opened.ticket
    assert refused.accounts is accounts
    assert [("charge", "closing")] == [(each.kind, each.id) for each in refused.reasons]


def test_an_amount_that_is_none_is_told_as_invalid_data():
    """No field says that minutes are not negative, and still nobody is paid for minus an hour."""
    desk = engine()
    opened = desk.apply(None, event(0, "submit"))
    refused = desk.apply(opened.ticket, event(1, "work", minutes=-60), opened.accounts)

    assert "invalid-data" == refused.refusal.code
    assert "charge `work` can bill no such amount: -60" == refused.refusal.message


def test_charges_see_the_ticket_as_after_the_event():
    """What is billed on a closed ticket is billed by the event that closes it."""
    on_closed = POLICY.replace("{id: closing, on: close,", "{id: closing, on: close, when: {state: closed},")
    found = examine(on_closed.replace("OVERDRAFT", "warn").encode(), "desk.yaml")
    desk = Engine(found.policy)
    opened = desk.apply(None, event(0, "submit"))

    assert ["closing", "filing"] == [row.rule for row in desk.apply(opened.ticket, event(1, "close")).charges]


def test_notices_are_effects():
    """Once for each crossing, before what the event itself asks."""
    desk = engine()
    decision, told = desk.apply(None, event(0, "submit")), []
    for minute in (1, 2, 3):
        decision = desk.apply(decision.ticket, event(minute, "work", minutes=30), decision.accounts)
        told.append([each.about for each in decision.effects])

    assert [["worked"], ["account `time` has 40 min left", "worked"], ["worked"]] == told


def test_without_accounts_a_customer_begins_anew():
    """Grants of the contracts file included; a host that bills passes on what it was given."""
    desk = engine()
    opened = desk.apply(None, event(0, "submit"))

    assert opened.accounts is None
    assert 85 == desk.apply(opened.ticket, event(1, "work", minutes=5)).accounts.balance("time").available


TOLD = {
    "en": "100 min of account `time` expire on 2026-04-01 at 00:00",
    "fr": "100 min du compte `time` expirent le 2026-04-01 à 00:00",
}


@pytest.mark.parametrize("language", TOLD)
def test_what_expires_is_told_in_the_zone_of_the_policy(language: str) -> None:
    """The first second of the day after the last one, as a clock in Paris shows it, and not as one in London does."""
    text = POLICY.replace("OVERDRAFT", "warn").replace("low-balance: 1h", "expiry-notice: 30d")
    policy = examine(text.encode(), "desk.yaml").policy
    contracts = Contracts({"acme": Customer((), (Grant("time", 0, 100, date(2026, 3, 31)),))})
    desk = Engine(policy, contracts, language=language)

    _, notices = desk.pass_accounts_time(desk.accounts("acme"), datetime.fromisoformat("2026-03-15T12:00+01:00"))
    assert [TOLD[language]] == [each.about for each in notices]


def test_accounts_of_somebody_else_are_refused():
    """A mistake of the host, and not of the actor."""
    desk = engine()
    opened = desk.apply(None, event(0, "submit"))

    with pytest.raises(TicketError, match="customer `other`"):
        desk.apply(opened.ticket, event(1, "work", minutes=5), desk.charging.new_accounts("other"))


def test_a_balance_is_seen_at_any_instant():
    """Without a charge: grants are made and lots expire; the notice of it is given here, and not once more."""
    found = examine(POLICY.replace("OVERDRAFT", "warn").encode(), "desk.yaml")
    grants = (Grant("time", 0, 100, date(2026, 3, 2)), Grant("time", 86_400, 30))
    desk = Engine(found.policy, Contracts({"acme": Customer((), grants)}))
    before = datetime.fromisoformat("2026-03-02T12:00+01:00")
    fresh, told = desk.pass_accounts_time(desk.accounts("acme"), before)
    later, notices = desk.pass_accounts_time(fresh, before + timedelta(days=1))

    assert (130, ()) == (fresh.balance("time").available, told)
    assert (30, 100) == (later.balance("time").available, later.balance("time").expired)
    assert [("notify", "account `time` has 30 min left")] == [(each.kind, each.about) for each in notices]
    assert ((), later) == desk.pass_accounts_time(later, before + timedelta(days=2))[::-1]


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("EUR", {"en": "needs 250.00 EUR of account `time`, which has 0.99 EUR", "fr": "250,00 EUR au compte `time`"}),
        ("JPY", {"en": "needs 25000 JPY of account `time`, which has 99 JPY", "fr": "qui en a 99 JPY"}),
        ("{count: {en: [unit, units]}}", {"en": "needs 25000 units of account `time`, which has 99 units"}),
    ],
)
def test_amounts_are_told_as_what_they_are(unit, told):
    """Money as money, with the decimals of its currency and the mark of the language."""
    policy = POLICY.replace("unit: min, overdraft", f"unit: {unit}, overdraft").replace(", low-balance: 1h", "")
    policy = policy.replace("integer: true, unit: min", "integer: true").replace(
        ", round: {up-to: 15min, scope: ticket}", ""
    )
    found = examine(policy.replace("OVERDRAFT", "refuse").encode(), "desk.yaml")
    assert [] == [str(each) for each in found.findings if each.level == "error"]
    support = Engine(found.policy, Contracts({"acme": Customer((), (Grant("time", 0, 99),))}))
    accepted = support.apply(None, event(0, "submit"))
    refused = support.apply(accepted.ticket, event(1, "work", minutes=25000), accepted.accounts)

    assert [] == [language for language, text in told.items() if text not in refused.refusal.text(language)]
