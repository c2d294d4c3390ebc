"""Charges that take back what was billed: `reverse`, on a ticket, by entries of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.decision import Decision
from upheld.core.policy.contracts import Contracts, Customer, Grant
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.time.instant import seconds_of
from upheld.engine import Engine
from upheld.loading import examine
from upheld.replaying import statements

POLICY = """
upheld: 1
policy: desk
version: 1.0.0
zone: Europe/Paris
vendor: {name: Desk, language: en}
sources: {prices: {title: Prices}}
clauses:
  D-1: {section: Prices, says: work costs time}
  D-2: {section: Prices, says: what was entered wrongly is taken back}
roles: {customer: {label: Customer}, agent: {label: Agent}}
states: {open: {core: open}}
events:
  submit: {by: customer}
  work: {by: agent, data: {minutes: {integer: true, unit: min}}}
  visit: {by: agent, data: {minutes: {integer: true, unit: min}}}
  gift: {by: agent, data: {minutes: {integer: true, unit: min}}}
  correct: {by: agent}
  forget: {by: agent}
transitions:
  - {id: submit, on: submit, opens: true, to: open, clauses: [D-1]}
accounts:
  time: {unit: min, overdraft: warn, clauses: [D-1]}
charges:
  - id: work
    on: work
    debit: {account: time, amount: {ref: event.minutes}, round: {up-to: 15min, scope: ticket}}
    clauses: [D-1]
  - id: visit
    on: visit
    debit: {account: time, amount: {ref: event.minutes}, round: {up-to: 15min, scope: day}}
    clauses: [D-1]
  - {id: gift, on: gift, waive: {account: time, amount: {ref: event.minutes}}, clauses: [D-1]}
  - {id: correct, on: correct, reverse: [work, visit], clauses: [D-2]}
  - {id: forget, on: forget, reverse: gift, clauses: [D-2]}
"""

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
Story = list[tuple[str, int]]


@cache
def policy() -> Policy:
    found = examine(POLICY.encode(), "desk.yaml")
    assert found.policy is not None, found.findings
    return found.policy


def desk(*grants: Grant) -> Engine:
    return Engine(policy(), Contracts({"acme": Customer((), grants)}))


def told(engine: Engine, story: Story, hours: int = 0) -> list[Decision]:
    """The decisions on a ticket, one event every six hours."""
    ticket, accounts, found = None, None, []
    for number, (name, minutes) in enumerate([("submit", 0), *story]):
        at = OPENED + timedelta(hours=6 * number + hours)
        data = {"minutes": minutes} if minutes else {}
        event = Event("T-1", at, name, "customer" if name == "submit" else "agent:a1", customer="acme", data=data)
        decision = engine.apply(ticket, event, accounts)
        assert decision.accepted, decision.refusal
        ticket, accounts = decision.ticket, decision.accounts
        found.append(decision)
    return found


def charged(decisions: list[Decision]) -> list[list[tuple[str, str, int]]]:
    return [[(row.rule, row.kind, row.amount) for row in each.charges] for each in decisions[1:]]


def balances(accounts: Accounts | None) -> tuple[int, int, int, int]:
    assert accounts is not None
    each = accounts.balance("time")
    return each.available, each.consumed, each.overdrawn, each.waived


def test_the_last_work_is_taken_back_with_what_it_cost_on_top():
    """4, 7 and 11 minutes by the quarter of an hour cost 15, nothing more, and 15; back again the other way round."""
    made = told(desk(Grant("time", 0, 100)), [("work", 4), ("work", 7), ("work", 11), *[("correct", 0)] * 4])

    assert [[("work", "debit", 15)], [], [("work", "debit", 15)]] == charged(made)[:3]
    assert [[("correct", "reversal", 15)], [], [("correct", "reversal", 15)], []] == charged(made)[3:]
    assert [70, 85, 85, 100, 100] == [balances(each.accounts)[0] for each in made[3:]]
    assert ("D-2", "D-1") == made[4].charges[0].clauses


def test_what_comes_after_is_rated_as_if_nothing_had_been_entered():
    """After 20 minutes taken back, 16 cost half an hour and not what is missing to one."""
    made = told(desk(Grant("time", 0, 100)), [("work", 20), ("correct", 0), ("work", 16)])
    assert [("work", "debit", 30)] == charged(made)[-1]


def test_each_charge_is_taken_back_by_those_that_name_it():
    """Work and visits in the opposite order; what was waived only by the one that names it."""
    made = told(desk(), [("work", 15), ("visit", 30), ("gift", 45), ("correct", 0), ("correct", 0), ("forget", 0)])
    told_back = [[("correct", "reversal", 30)], [("correct", "reversal", 15)], [("forget", "reversal", 45)]]
    assert told_back == charged(made)[3:]
    assert (0, 0, 0, 0) == balances(made[-1].accounts)


def test_what_returns_to_a_lot_that_is_over_has_expired():
    """The lot ends on the day of the work; half an hour given back the day after is gone (THREATS L08)."""
    lot = Grant("time", 0, 60, OPENED.date())
    made = told(desk(lot), [("work", 30), *[("forget", 0)] * 3, ("correct", 0)])
    accounts = made[-1].accounts
    assert accounts is not None
    assert (0, 60) == (accounts.balance("time").available, accounts.balance("time").expired)


def test_accounts_that_a_host_has_begun_anew_hold_nothing_to_take_back():
    """What was billed on others is forgotten: no grant is reversed in its stead, and nothing is raised."""
    engine = desk(Grant("time", 0, 100))
    ticket = told(engine, [("visit", 30), ("work", 20)])[-1].ticket
    for _ in range(2):
        event = Event("T-1", OPENED + timedelta(days=1), "correct", "agent:a1", customer="acme")
        decision = engine.apply(ticket, event)
        ticket = decision.ticket
        assert ((100, 0, 0, 0), ()) == (balances(decision.accounts), decision.charges)


def test_what_is_taken_back_late_is_written_now():
    """Another ticket's work came after it in time: the entry stands at that instant, and keeps its own in its cause."""
    engine = desk(Grant("time", 0, 100))
    first = told(engine, [("work", 4)])[-1]
    opened = engine.apply(None, Event("T-2", OPENED, "submit", "customer", customer="acme"))
    later = Event("T-2", OPENED + timedelta(days=2), "work", "agent:a1", customer="acme", data={"minutes": 4})
    accounts = engine.apply(opened.ticket, later, first.accounts).accounts
    late = Event("T-1", OPENED + timedelta(days=1), "correct", "agent:a1", customer="acme")
    last = engine.apply(first.ticket, late, accounts).accounts.ledger("time").last

    assert ("reversal", seconds_of(later.at), seconds_of(late.at)) == (last.kind, last.at_s, last.cause.at_s)


def test_work_of_another_ticket_is_left_alone():
    """A host began the accounts anew, and there the number is that of another ticket's work."""
    engine = desk(Grant("time", 0, 100))
    first = told(engine, [("work", 4)])[-1]
    opened = engine.apply(None, Event("T-2", OPENED, "submit", "customer", customer="acme"))
    work = Event("T-2", OPENED, "work", "agent:a1", customer="acme", data={"minutes": 40})
    accounts = engine.apply(opened.ticket, work, None).accounts
    late = Event("T-1", OPENED + timedelta(days=1), "correct", "agent:a1", customer="acme")
    decision = engine.apply(first.ticket, late, accounts)

    assert () == decision.charges
    assert balances(accounts) == balances(decision.accounts) == (55, 45, 0, 0)


def test_the_statement_shows_both_entries():
    """Nothing is edited: the work stands there, and then that it was taken back, of which entry."""
    engine = desk(Grant("time", 0, 100))
    records = [
        {"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "submit", "actor": "customer", "customer": "acme"},
        {"ticket": "T-1", "at": "2026-03-02T10:00Z", "event": "work", "actor": "agent", "data": {"minutes": 20}},
        {"ticket": "T-1", "at": "2026-03-02T11:00Z", "event": "correct", "actor": "agent"},
    ]
    (period,) = statements(engine.policy, records, "acme", engine.contracts)

    lines = [(line.kind, line.of, line.rule, line.raw, line.billed, line.balance) for line in period.lines]
    assert [
        ("grant", None, "", 0, 0, 100),
        ("debit", None, "work", 20, 30, 70),
        ("reversal", 2, "correct", -20, -30, 100),
    ] == lines


WORK = st.tuples(st.sampled_from(["work", "visit"]), st.integers(1, 70))


@given(st.lists(st.one_of(WORK, st.just(("correct", 0))), max_size=12), st.integers(0, 90))
def test_work_that_was_taken_back_leaves_no_trace_in_the_balance(story: Story, granted: int) -> None:
    """The balance is that of the work that stands: each correction undoes the last piece that does."""
    standing: list[tuple[int, tuple[str, int]]] = []
    for place, each in enumerate(story):
        if each[0] != "correct":
            standing.append((place, each))
        elif standing:
            standing.pop()
    kept = {place for place, _ in standing}
    without = [each if place in kept else ("forget", 0) for place, each in enumerate(story)]

    engine = desk(*([Grant("time", 0, granted)] if granted else []))
    one, other = (told(engine, each)[-1].accounts or engine.accounts("acme") for each in (without, story))
    end_s = seconds_of(OPENED + timedelta(days=30))
    assert balances(engine.charging.pass_time(one, end_s)[0]) == balances(engine.charging.pass_time(other, end_s)[0])
