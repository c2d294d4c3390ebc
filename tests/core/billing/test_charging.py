"""The stratum of charges: events cost what the policy says, from the customer's accounts."""

from __future__ import annotations

import pickle
from datetime import date, datetime

import pytest

from upheld.calendars.schedule import schedule_of
from upheld.core.billing.accounts import Accounts
from upheld.core.billing.booking import reverse
from upheld.core.billing.charging import Charging
from upheld.core.billing.state import Charged
from upheld.core.errors import LedgerError
from upheld.core.lifecycle.happening import Happening
from upheld.core.policy.contracts import Contract, Contracts, Customer, Grant
from upheld.core.time.instant import seconds_of, text_of
from upheld.loading import examine

POLICY = """
upheld: 1
policy: desk
version: 1.0.0
zone: Europe/Paris
vendor: {name: Desk}
sources: {prices: {title: Prices}}
roles: {customer: {label: Customer}, agent: {label: Agent}}
clauses:
  D-1: {section: Prices, says: work costs time}
  D-2: {section: Prices, says: operations have flat rates}
  D-4: {section: Prices 2025, says: operations cost more}
  D-3: {section: Prices, says: what is held is invoiced}
parameters:
  flat-rates:
    by: event.operation
    partial: true
    values:
      - {from: 2024-01-01, early-update: 2h, entry: 30}
      - {from: 2025-01-01, early-update: 3h, entry: 30, clauses: [D-4]}
    clauses: [D-2]
states: {open: {core: open}, closed: {core: closed}}
events:
  submit: {by: customer}
  close: {by: agent}
  work:
    by: agent
    data: {minutes: {integer: true, unit: min}, operation: {one-of: [early-update, entry, other]}, kind: {text: true}}
  invoice: {by: agent}
  cancel: {by: agent}
transitions:
  - {id: submit, on: submit, opens: true, to: open, clauses: [D-1]}
  - {id: close, on: close, from: open, to: closed, clauses: [D-1]}
accounts:
  time: {unit: min, overdraft: OVERDRAFT, low-balance: 1h, expiry-notice: 30d}
  money: {unit: EUR, overdraft: allow}
charges:
CHARGES
"""


def at(text: str) -> int:
    return seconds_of(datetime.fromisoformat(text if "T" in text else f"{text}T12:00+00:00"))


def grant(day: str, amount: int, expires: str | None = None, account: str = "time") -> Grant:
    return Grant(account, at(day), amount, date.fromisoformat(expires) if expires else None)


class Desk:
    """One customer's accounts and tickets under a small policy."""

    def __init__(self, charges: str, *grants: Grant, overdraft: str = "warn", contract: Contract | None = None) -> None:
        lines = "\n".join(f"  - {line.strip()}" for line in charges.splitlines() if line.strip())
        text = POLICY.replace("CHARGES", lines).replace("OVERDRAFT", overdraft)
        found = examine(text.encode(), "desk.yaml")
        assert [] == [str(each) for each in found.findings if each.level == "error"]
        assert found.policy is not None
        self.policy = found.policy
        self.contracts = Contracts({"acme": Customer((contract,) if contract else (), grants)})
        self.charging = Charging(self.policy, schedule_of(self.policy, (), self.contracts.override), self.contracts)
        self.accounts = self.charging.new_accounts("acme")
        self.tickets = {}
        self.notices = []

    def happen(self, day: str, event: str, ticket: str = "T-1", **names: object) -> Charged:
        held = {f"event.{name}": value for name, value in names.items()} | {"actor": "agent", "actor-id": "kim"}
        happening = Happening(at(day), event, "open", "open", held.get, lambda name, at_s: None, "acme")
        state = self.tickets.get(ticket, self.charging.begin())
        charged = self.charging.advance(state, happening, self.accounts, ticket)
        self.tickets[ticket], self.accounts = charged.state, charged.accounts
        self.notices += charged.notices
        return charged

    def work(self, day: str, minutes: object, ticket: str = "T-1", **names: object) -> Charged:
        return self.happen(day, "work", ticket, minutes=minutes, **names)

    def pass_time(self, day: str) -> None:
        self.accounts, notices = self.charging.pass_time(self.accounts, at(day))
        self.notices += notices

    @property
    def time(self) -> dict[str, int]:
        balance = self.accounts.balance("time")._asdict()
        return {name: held for name, held in balance.items() if held and name not in ("account", "unit")}


def rows(charged: Charged) -> list[tuple[str, str, int]]:
    return [(row.rule, row.kind, row.amount) for row in charged.rows]


def debit_by(scope: str, more: str = "") -> str:
    round_ = f"{{up-to: 15min, scope: {scope}}}"
    rating = f"{{account: time, amount: {{ref: event.minutes}}, round: {round_}{more}}}"
    return f"{{id: work, on: work, debit: {rating}, clauses: [D-1]}}"


def test_entries_of_4_7_and_11_minutes():
    """45 by entry, 30 by ticket: each event costs what it adds."""
    entry, ticket = (
        Desk(debit_by("entry"), grant("2024-01-01", 600)),
        Desk(debit_by("ticket"), grant("2024-01-01", 600)),
    )
    by_entry = [rows(entry.work("2024-03-01", minutes)) for minutes in (4, 7, 11)]
    by_ticket = [rows(ticket.work("2024-03-01", minutes)) for minutes in (4, 7, 11)]

    assert [[("work", "debit", 15)]] * 3 == by_entry
    assert [[("work", "debit", 15)], [], [("work", "debit", 15)]] == by_ticket
    assert (555, 570) == (entry.time["available"], ticket.time["available"])


def test_work_that_costs_nothing_more_is_noted():
    """The statement shows it, with the work and the 0 it cost."""
    desk = Desk(debit_by("ticket"), grant("2024-01-01", 600))
    desk.work("2024-03-01", 4)
    desk.work("2024-03-01", 7)

    last = desk.accounts.ledger("time").last
    assert ("note", 7, 0, "T-1", "kim") == (
        last.kind,
        last.cause.raw,
        last.cause.amount,
        last.cause.ticket,
        last.cause.actor,
    )


def test_a_day_ends_at_midnight_in_the_policys_zone():
    """23:30 UTC is the next day in Paris."""
    desk = Desk(debit_by("day"), grant("2024-01-01", 600))
    days = ["2024-03-01T22:30+00:00", "2024-03-01T23:30+00:00", "2024-03-02T10:00+00:00"]

    assert [15, 15, 0] == [sum(row.amount for row in desk.work(day, 5).rows) for day in days]


def test_tickets_are_rated_apart():
    """A scope is of one ticket, whatever the account."""
    desk = Desk(debit_by("ticket"), grant("2024-01-01", 600))

    assert [15, 15] == [sum(row.amount for row in desk.work("2024-03-01", 5, ticket).rows) for ticket in ("T-1", "T-2")]


@pytest.mark.parametrize(
    "more, work, billed",
    [
        (", factor: 3/2", [50], 75),
        (", first-block: 1h", [20], 60),
        (", first-block: 1h", [60], 60),
        (", first-block: 1h", [61], 75),
        (", minimum: 20", [4], 20),
        (", cap: 100", [90, 90], 100),
    ],
)
def test_the_rating_of_the_policy_counts(more, work, billed):
    """Factor, first block, minimum and cap, with the step of a quarter."""
    desk = Desk(debit_by("ticket", more), grant("2024-01-01", 600))
    for minutes in work:
        desk.work("2024-03-01", minutes)

    assert billed == desk.time["consumed"]


def test_with_warn_it_is_overdrawn_and_says_so():
    """40 left, 75 to charge: 40 from the lot, 35 overdrawn."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 40))
    charged = desk.work("2024-03-01", 75)

    assert {"overdrawn": 35, "consumed": 75} == desk.time
    assert [("work", "time", 35)] == [(each.charge.id, each.account.id, each.amount) for each in charged.overdrawn]
    assert 35 == charged.rows[0].overdrawn


def test_with_allow_it_is_overdrawn_without_a_word():
    """The same, and no flag."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 40), overdraft="allow")

    assert () == desk.work("2024-03-01", 75).overdrawn
    assert 35 == desk.time["overdrawn"]


def test_with_refuse_nothing_of_the_event_is_done():
    """Not even the charge before it on another account."""
    first = "{id: fee, on: work, debit: {account: money, amount: 500}, clauses: [D-1]}\n"
    desk = Desk(first + debit_by("entry"), grant("2024-01-01", 40), overdraft="refuse")
    before = desk.accounts
    charged = desk.work("2024-03-01", 75)

    assert charged.refusal is not None
    assert ("insufficient-balance", "work", 75, 40) == (
        charged.refusal.code,
        charged.refusal.charge.id,
        charged.refusal.wanted,
        charged.refusal.there,
    )
    assert (before, ()) == (desk.accounts, charged.rows)


@pytest.mark.parametrize("minutes", [-5, 10**15 + 1, 1.5, True, "4"], ids=repr)
def test_what_is_no_amount_refuses_the_event(minutes):
    """As data that do not fit; no exception reaches the host."""
    desk = Desk(debit_by("ticket"), grant("2024-01-01", 600))
    charged = desk.work("2024-03-01", minutes)

    assert charged.refusal is not None
    assert "invalid-data" == charged.refusal.code


def test_a_scope_cannot_grow_beyond_the_largest_amount():
    """Two amounts that are each in order, and together are not."""
    desk = Desk(debit_by("ticket"), overdraft="allow")
    desk.work("2024-03-01", 10**15 - 100)

    assert "invalid-data" == desk.work("2024-03-01", 200).refusal.code


@pytest.mark.parametrize("minutes", [None, 0])
def test_no_work_costs_nothing(minutes):
    """Nor is it noted."""
    desk = Desk(debit_by("ticket", ", minimum: 60"), grant("2024-01-01", 600))

    charged = desk.work("2024-03-01", minutes)

    assert ((), None) == (charged.rows, charged.refusal)
    assert 1 >= len(desk.accounts.ledger("time").entries)


def test_the_first_that_holds_bills_and_the_others_say_so():
    """No minute is billed twice by two rules."""
    charges = """
        {id: free, on: work, when: {event.kind: courtesy}, waive: MINUTES, clauses: [D-1]}
        {id: usual, on: work, debit: {account: time, amount: {ref: event.minutes}}, clauses: [D-1]}
        {id: euros, on: work, debit: {account: money, amount: {ref: event.minutes}, factor: 150}, clauses: [D-1]}
        {id: travel, on: work, debit: {account: money, amount: 4000}, clauses: [D-1]}
    """
    desk = Desk(charges.replace("MINUTES", "{account: time, amount: {ref: event.minutes}}"), grant("2024-01-01", 600))
    courtesy, usual = desk.work("2024-03-01", 45, kind="courtesy"), desk.work("2024-03-01", 45)

    assert [("free", "waive", 45), ("travel", "debit", 4000)] == rows(courtesy)
    assert [("usual", "free"), ("euros", "free")] == [(each.charge.id, each.by.id) for each in courtesy.passed_over]
    assert [("usual", "debit", 45), ("travel", "debit", 4000)] == rows(usual)
    assert [("euros", "usual")] == [(each.charge.id, each.by.id) for each in usual.passed_over]
    assert {"available": 555, "consumed": 45, "waived": 45} == desk.time


FLAT = "{id: flat, on: work, debit: {account: time, amount: {parameter: flat-rates}}, clauses: [D-1]}"


def test_flat_rates_are_dated_and_cite_their_table():
    """The value of the event's date; times are minutes."""
    desk = Desk(FLAT, grant("2024-01-01", 600))
    charged = desk.happen("2024-12-31", "work", operation="early-update")

    assert [("flat", "debit", 120)] == rows(charged)
    assert ("D-1", "D-2") == charged.rows[0].clauses
    later = desk.happen("2025-01-01", "work", operation="early-update")
    assert [("flat", "debit", 180)] == rows(later)
    assert ("D-1", "D-2", "D-4") == later.rows[0].clauses
    assert [] == rows(desk.happen("2025-01-01", "work", operation="other"))


def test_a_contract_overrides_by_key():
    """90 minutes for what the policy bills at 120, while the contract holds; the other keys are the policy's."""
    own = Contract("usual", None, date(2024, 6, 30), parameters={"flat-rates": {"early-update": "90min"}})
    desk = Desk(FLAT, grant("2024-01-01", 600), contract=own)
    charged = [
        desk.happen(day, "work", operation=operation)
        for day, operation in (("2024-06-30", "early-update"), ("2024-06-30", "entry"), ("2024-07-01", "early-update"))
    ]

    assert [90, 30, 120] == [each.rows[0].amount for each in charged]


RATING = "{account: time, amount: {ref: event.minutes}, round: {up-to: 15min, scope: entry}, category: flex}"
HOLDS = f"""
    {{id: held, on: work, hold: {RATING}, clauses: [D-1]}}
    {{id: invoice, on: invoice, settle: held, clauses: [D-3]}}
    {{id: withdrawn, on: cancel, release: held, clauses: [D-3]}}
"""


def test_a_settled_hold_is_told_as_debit_and_release():
    """What was held is no longer, and is consumed under the hold's heading."""
    desk = Desk(HOLDS, grant("2024-01-01", 600))
    desk.work("2024-03-01", 50)
    assert {"available": 540, "held": 60} == desk.time
    charged = desk.happen("2024-03-02", "invoice")

    assert [("invoice", "debit", 60), ("invoice", "release", 60)] == rows(charged)
    assert ("D-3", "D-1") == charged.rows[0].clauses
    assert {"available": 540, "consumed": 60} == desk.time
    assert 60 == desk.accounts.ledger("time").balances["consumed:flex"]
    again = desk.happen("2024-03-03", "invoice")
    assert ((), ()) == (again.rows, again.billed)


def test_a_released_hold_is_given_back():
    """All of a ticket's, and no other ticket's."""
    desk = Desk(HOLDS, grant("2024-01-01", 600))
    for ticket in ("T-1", "T-1", "T-2"):
        desk.work("2024-03-01", 15, ticket)
    charged = desk.happen("2024-03-02", "cancel")

    assert [("withdrawn", "release", 15)] * 2 == rows(charged)
    assert {"available": 585, "held": 15} == desk.time


def test_an_end_takes_the_holds_it_names():
    """Two charges set aside for one ticket; the invoice settles what it names, and leaves the other."""
    other = "{id: fee, on: work, hold: {account: money, amount: 500}, clauses: [D-1]}\n"
    more = "{id: fee-paid, on: close, settle: fee, clauses: [D-3]}"
    desk = Desk(other + HOLDS + more, grant("2024-01-01", 600))
    desk.work("2024-03-01", 15)

    assert [("invoice", "debit", 15), ("invoice", "release", 15)] == rows(desk.happen("2024-03-02", "invoice"))
    assert 500 == desk.accounts.balance("money").held
    assert [("fee-paid", "debit", 500), ("fee-paid", "release", 500)] == rows(desk.happen("2024-03-03", "close"))


def test_after_a_release_a_scope_begins_anew():
    """What was given back does not count as charged."""
    desk = Desk(HOLDS.replace("scope: entry", "scope: ticket"), grant("2024-01-01", 600))
    desk.work("2024-03-01", 5)
    desk.happen("2024-03-02", "cancel")

    assert [("held", "hold", 15)] == rows(desk.work("2024-03-03", 5))


def test_a_hold_that_the_host_ended_is_no_longer_there():
    """A host corrected the ledger by itself; settling finds nothing."""
    desk = Desk(HOLDS, grant("2024-01-01", 600))
    desk.work("2024-03-01", 50)
    ledger = reverse(desk.accounts.ledger("time"), 2, at("2024-03-02"))
    desk.accounts = desk.accounts.correcting("time", ledger)

    assert () == desk.happen("2024-03-03", "invoice").rows
    assert {"available": 600} == desk.time
    with pytest.raises(LedgerError, match="does not go on"):
        desk.accounts.correcting("time", type(ledger)())


def test_a_hold_of_another_ticket_is_left_alone():
    """A host began the accounts anew, and there the number is that of another ticket's hold."""
    desk = Desk(HOLDS, grant("2024-01-01", 600))
    desk.work("2024-03-01", 50, "T-1")
    desk.accounts = desk.charging.new_accounts("acme")
    desk.work("2024-03-01", 20, "T-2")

    assert () == desk.happen("2024-03-02", "invoice", "T-1").rows
    assert {"available": 570, "held": 30} == desk.time
    assert [("invoice", "debit", 30), ("invoice", "release", 30)] == rows(desk.happen("2024-03-02", "invoice", "T-2"))


def test_grants_are_made_at_their_instant():
    """Not before, and once, whoever looks how often."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 100), grant("2024-07-01", 200), overdraft="refuse")
    desk.pass_time("2024-06-30")
    assert {"available": 100} == desk.time
    desk.pass_time("2024-07-01")
    desk.pass_time("2024-07-02")

    assert {"available": 300} == desk.time
    assert ["2024-01-01T12:00:00Z", "2024-07-01T12:00:00Z"] == [
        text_of(entry.at_s) for entry in desk.accounts.ledger("time").entries
    ]


def test_at_one_instant_grants_and_expiries_come_before_charges():
    """Work at the very instant of a grant is covered by it; at the end of a lot it no longer is."""
    desk = Desk(debit_by("entry"), grant("2024-03-01", 100), overdraft="refuse")
    assert desk.work("2024-03-01", 15).refusal is None

    desk = Desk(debit_by("entry"), grant("2024-01-01", 100, "2024-02-29"), overdraft="refuse")
    assert desk.work("2024-02-29T22:59:59+00:00", 15).refusal is None
    assert desk.work("2024-02-29T23:00+00:00", 15).refusal is not None


def test_the_order_of_the_file_does_not_matter():
    """Grants of one instant are made in one order (THREATS L13)."""
    grants = [grant("2024-01-01", 100), grant("2024-01-01", 50, "2024-12-31"), grant("2024-01-01", 20)]
    one, other = Desk(debit_by("entry"), *grants), Desk(debit_by("entry"), *reversed(grants))
    for desk in (one, other):
        desk.work("2024-03-01", 60)

    assert one.accounts == other.accounts


def test_a_grant_that_a_file_gets_later_is_made_then():
    """A new contracts file with one grant more, of an earlier day; the others are not made again."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 100), grant("2024-06-01", 100))
    desk.work("2024-07-01", 15)
    later = Desk(debit_by("entry"), grant("2024-01-01", 100), grant("2024-03-01", 70), grant("2024-06-01", 100))
    later.accounts = desk.accounts
    later.pass_time("2024-07-02")

    assert 255 == later.time["available"]


def test_a_low_balance_is_told_once_each_time():
    """When it goes below an hour; again only after it has been up."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 120), grant("2024-06-01", 120))
    counts = []
    for day, minutes in (
        ("2024-02-01", 60),
        ("2024-02-02", 15),
        ("2024-02-03", 15),
        ("2024-06-02", 15),
        ("2024-06-03", 90),
    ):
        desk.work(day, minutes)
        counts.append(len(desk.notices))

    assert [0, 1, 1, 1, 2] == counts
    assert [("low-balance", 45), ("low-balance", 45)] == [(each.kind, each.amount) for each in desk.notices]


def test_a_lot_renewed_at_its_end_is_no_low_balance():
    """One instant is looked at once, after everything in it."""
    renewed = Grant("time", at("2024-12-31T23:00+00:00"), 120, None)
    desk = Desk(debit_by("entry"), grant("2024-01-01", 120, "2024-12-31"), renewed)
    desk.pass_time("2025-02-01")

    assert ["expiry"] == [each.kind for each in desk.notices]


@pytest.mark.parametrize("day", ["2023-12-31", "2024-01-01", "2024-06-30", "2024-07-01", "2024-12-31", "2025-01-01"])
def test_a_balance_that_nobody_touched_needs_no_ledger(day):
    """What the contracts file gave and time took away by then is what passing the time would make of it."""
    grants = (grant("2024-01-01", 120, "2024-12-31"), grant("2024-01-01", 60, "2024-06-30"), grant("2025-01-01", 7))
    late = (grant("2024-07-01", 5, "2024-01-31"), grant("2024-07-01", 600, account="money"))
    desk = Desk(debit_by("entry"), *grants, *late)
    told = desk.charging.balances(desk.accounts, at(day))
    desk.pass_time(day)

    assert told == list(desk.accounts.balances())
    assert told == desk.charging.balances(desk.accounts, at(day))


def test_the_coming_end_of_a_lot_is_told_once():
    """30 days before, with what is left; a lot that is used up ends without a word."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 120, "2024-12-31"), grant("2024-01-01", 60, "2024-06-30"))
    desk.work("2024-02-01", 60)
    for day in ("2024-12-01", "2024-12-15", "2025-01-15"):
        desk.pass_time(day)

    assert [("expiry", 120, "2024-12-01T23:00:00Z")] == [
        (each.kind, each.amount, text_of(each.at_s)) for each in desk.notices if each.kind == "expiry"
    ]


def test_each_lot_tells_its_own_end():
    """Two lots, two notices; one granted when its end is near already tells it at once."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 120, "2024-12-31"), grant("2024-12-20", 60, "2024-12-24"))
    desk.pass_time("2025-01-15")

    assert [("2024-12-01T23:00:00Z", 1), ("2024-12-20T12:00:00Z", 2)] == [
        (text_of(each.at_s), each.lot) for each in desk.notices if each.kind == "expiry"
    ]


def test_a_record_that_comes_late_is_written_now():
    """Another ticket's charge was later; the entry is written at that instant, and its cause keeps its own (L18)."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 600))
    desk.work("2024-03-02", 15, "T-2")
    desk.work("2024-03-01", 15, "T-1")

    last = desk.accounts.ledger("time").last
    assert (at("2024-03-02"), at("2024-03-01")) == (last.at_s, last.cause.at_s)
    assert ("T-1", "work", "kim", "work", 15, 15) == (*last.cause[:1], *last.cause[2:7])

    desk.work("2024-03-01", 540, "T-1")
    assert [("low-balance", at("2024-03-02"))] == [(notice.kind, notice.at_s) for notice in desk.notices]


def test_an_end_that_comes_late_is_written_now():
    """A hold is settled by a record that comes after another ticket's later work."""
    desk = Desk(HOLDS, grant("2024-01-01", 600))
    desk.work("2024-03-01", 15, "T-1")
    desk.work("2024-03-05", 15, "T-2")
    charged = desk.happen("2024-03-02", "invoice", "T-1")

    assert [("invoice", "debit", 15), ("invoice", "release", 15)] == rows(charged)
    last = desk.accounts.ledger("time").last
    assert ("settle", at("2024-03-05"), at("2024-03-02")) == (last.kind, last.at_s, last.cause.at_s)


def test_splitting_time_changes_nothing():
    """Looking at accounts in between gives the same ones in the end."""
    often, once = (
        Desk(debit_by("entry"), grant("2024-01-01", 120, "2024-05-31"), grant("2024-03-01", 60)) for _ in "ab"
    )
    for month in range(1, 13):
        often.pass_time(f"2024-{month:02}-15")
    once.pass_time("2024-12-15")

    assert once.accounts == often.accounts
    assert once.notices == often.notices


def test_accounts_are_values():
    """They may be pickled; an unknown account is named, with the nearest that there is."""
    desk = Desk(HOLDS, grant("2024-01-01", 600))
    desk.work("2024-03-01", 50)

    assert desk.accounts == pickle.loads(pickle.dumps(desk.accounts))
    assert desk.tickets == pickle.loads(pickle.dumps(desk.tickets))
    assert ["time", "money"] == [each.account for each in desk.accounts.balances()]
    with pytest.raises(ValueError, match="no account `tme`: did you mean `time`"):
        desk.accounts.ledger("tme")


def test_an_account_that_changed_its_unit_is_another_account():
    """A new version of a policy cannot make minutes into cents."""
    desk = Desk(debit_by("entry"))
    kept = {name: book._replace(unit="EUR") for name, book in desk.accounts.books.items()}

    with pytest.raises(LedgerError, match="was kept in EUR"):
        desk.charging.pass_time(Accounts("acme", kept), at("2024-03-01"))


def test_an_account_that_a_policy_has_anew_begins_empty():
    """Accounts outlive the version of a policy that they were begun under."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 600))
    older = Accounts("acme", {"time": desk.accounts.books["time"]})
    passed, _ = desk.charging.pass_time(older, at("2024-03-01"))

    assert (600, 0) == (passed.balance("time").available, passed.balance("money").available)


def test_an_event_without_charges_leaves_everything_as_it_is():
    """The very same values, for speed."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 600))
    before = desk.accounts

    assert desk.happen("2024-03-01", "close").accounts is before
    assert not desk.charging.concerns("close")


def test_a_row_as_a_verdict_shows_it():
    """The keys of DESIGN section 6."""
    desk = Desk(debit_by("entry"), grant("2024-01-01", 600))
    row = desk.work("2024-03-01", 5).rows[0].as_document(6)

    assert row == {
        "seq": 6,
        "at": "2024-03-01T12:00:00Z",
        "rule": "work",
        "account": "time",
        "unit": "min",
        "kind": "debit",
        "amount": 15,
        "category": "work",
        "clauses": ["D-1"],
        "assumptions": [],
    }
