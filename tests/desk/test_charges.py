"""Accounts that are decided anew: late work, moved tickets, and statements that are closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from prepaid import BEGIN, granted, opening, prepaid, work
from sqlalchemy import event as events_of

from upheld import ArgumentError, ClosedStatement, Contracts, Desk, DeskError, replay
from upheld.loader.contracts import contracts_from

Opened = Callable[..., Desk]


@pytest.fixture
def told(opened: Opened) -> Desk:
    """Two tickets of a customer with ten hours: two of them worked on one, seven on the other."""
    made = opened(prepaid(), contracts=granted(600))
    made.submit_many([opening("T-1"), opening("T-2"), work("T-1", 30, 120), work("T-2", 90, 420)])
    return made


def left(desk: Desk) -> int:
    """Minutes that are left."""
    (found,) = desk.statement("acme")
    return found.closing


def lawful(desk: Desk) -> None:
    """The export replays to the verdicts, and nothing differs from what is decided anew."""
    contracts = granted(600)
    assert json.dumps(replay(prepaid(), desk.events(), contracts)) == json.dumps(desk.verdicts())
    assert () == desk.verify()
    balances = {each["customer"]: each["available"] for each in desk.verdicts()["summary"]["balances"]}
    assert left(desk) == balances["acme"]


def test_late_work_is_charged_in_its_place(told: Desk) -> None:
    """The balance is another one, the other ticket's work too is told by its new place, and nothing else changes."""
    answer = told.submit(work("T-1", 10, 15), key="late", late="insert")

    assert answer.accepted
    assert 600 - 15 - 120 - 420 == left(told)
    lawful(told)
    (statement,) = told.statement("acme")
    assert [600, -15, -120, -420] == [line.change for line in statement.lines]


def test_a_notice_that_a_late_record_brings_is_told(told: Desk) -> None:
    """Once: that little is left is now so with the other ticket's work already."""
    assert 60 == left(told)
    assert told.submit(work("T-1", 10, 15), late="insert").accepted
    kinds = [each.document["kind"] for each in told.outbox.claim()]
    assert told.submit(work("T-2", 95, 1)).accepted
    assert kinds.count("notify") == 1
    assert () == told.outbox.claim()


def test_late_work_that_takes_what_another_ticket_had_is_refused(told: Desk) -> None:
    """What was decided of that ticket stands, and the balance is never overdrawn (THREATS D02)."""
    answer = told.submit(work("T-1", 10, 61), key="late", late="insert")

    assert "out-of-order" == answer.code
    assert 60 == left(told)
    assert told.submit(work("T-1", 10, 61), key="late").repeated
    lawful(told)


def test_several_late_records_in_one_batch(told: Desk) -> None:
    """Each is decided after the one before it, with what that left of the balance."""
    late = [work("T-1", 10, 20), work("T-2", 11, 20), opening("T-3", 80), work("T-3", 85, 10), work("T-1", 12, 20)]
    answers = told.submit_many(late, late="insert")

    assert [None, None, None, None, "out-of-order"] == [each.code for each in answers]
    assert 10 == left(told)
    lawful(told)


def test_what_stands_on_a_closed_statement_stays(told: Desk) -> None:
    """A late record that would change it is refused; what comes late to the balance alone stands on the next one."""
    told.close_statements(BEGIN + timedelta(minutes=60))
    assert "out-of-order" == told.submit(work("T-1", 10, 15), late="insert").code
    told.submit(opening("T-3", 5))
    assert told.submit(work("T-3", 20, 5)).accepted  # the balance has gone on to later work
    assert told.submit(work("T-2", 70, 5), late="insert").accepted
    assert 50 == left(told)
    with pytest.raises(ArgumentError, match="closed up to .* already"):
        told.close_statements(BEGIN)
    lawful(told)


def test_nothing_is_added_to_a_closed_statement(opened: Opened) -> None:
    """A charge that would stand on it is an error, and nothing was done; with a later instant it is taken."""
    one = opened(prepaid(), contracts=granted(600))
    one.submit_many([opening("T-1"), opening("T-2"), work("T-1", 30, 120)])
    one.close_statements(BEGIN + timedelta(minutes=60))
    with pytest.raises(ClosedStatement, match="is closed up to 2026-03-02T09:00:00Z: send it with a later instant"):
        one.submit(work("T-2", 20, 5), key="a")
    assert one.submit(work("T-2", 60, 5), key="a").accepted
    assert 475 == left(one)
    lawful(one)


def test_a_moved_ticket_is_charged_by_its_new_policy(told: Desk) -> None:
    """Unless that would change a closed statement."""
    free = prepaid("2.0.0", charges=False)
    (tried,) = told.move(["T-1"], free)
    assert "" == tried.obstacle
    assert (tried,) == told.move(["T-1"], free, dry_run=False)
    assert 180 == left(told)
    assert () == told.verify()
    told.close_statements(BEGIN + timedelta(days=1))
    (tried,) = told.move(["T-2"], free, dry_run=False)
    assert "it would change a statement of customer `acme` that is closed" == tried.obstacle
    assert told.move(["T-2"], free) == (tried,)
    assert () == told.verify()


def test_the_last_charge_may_be_taken_away(opened: Opened) -> None:
    """An account to which nothing is charged any more is as one that never was."""
    one, free = opened(prepaid(), contracts=granted(600)), prepaid("2.0.0", charges=False)
    one.submit_many([opening("T-1"), work("T-1", 30, 120)])
    assert "" == one.move(["T-1"], free, dry_run=False)[0].obstacle
    assert () == one.verify()
    assert one.submit_many([opening("T-2", 40), work("T-2", 50, 60)])[1].accepted
    assert 540 == left(one)
    assert () == one.verify()
    one.rebuild()
    assert () == one.verify()


def test_what_another_process_charged_is_caught_up_with(told: Desk, opened: Opened) -> None:
    """No entry that is known is read again, however many there are."""
    other, asked = opened(), list[int]()
    other.submit(work("T-1", 100, 1))

    def note(*arguments: Any) -> None:
        _, _, statement, values, *_ = arguments
        if statement.startswith("SELECT") and "FROM upheld_entries" in statement:
            asked.extend(each for each in (values.values() if isinstance(values, dict) else values) if each != "acme")

    events_of.listen(other._database._engine, "before_cursor_execute", note)
    for number in range(3):
        told.submit(work("T-2", 110 + 20 * number, 1))
        other.submit(work("T-1", 120 + 20 * number, 1))

    known = [each for each in asked if isinstance(each, int)]
    assert [known[0] + 2 * number for number in range(3)] == known
    assert (600 - 120 - 420 - 7, True) == (left(other), known[0] > 2)
    lawful(told)
    lawful(other)


@pytest.mark.parametrize("customer", ["", "aaa", "zzz"])
def test_a_late_record_before_the_opening_may_name_anybody(told: Desk, customer: str) -> None:
    """It is refused, and the ticket stands as before, with its records by several customers."""
    early = replace(work("T-1", 0, 5), at=opening("T-1").at - timedelta(hours=1), customer=customer)
    answer = told.submit(early, key="late", late="insert")

    assert ("no-ticket", 3) == (answer.code, answer.seq)
    lawful(told)
    assert 2 == told.rebuild()
    lawful(told)
    assert 4 == told.submit(work("T-1", 95, 1)).seq
    lawful(told)


def test_what_others_records_place_stays_in_its_place(told: Desk) -> None:
    """A late record stands before an earlier one of another customer, though that alone is not charged to his."""
    first = replace(work("T-9", 300, 5), customer="zzz")
    late = replace(work("T-9", 200, 5), customer="acme")
    answers = [told.submit(each, late="insert") for each in (first, opening("T-9", 100), late)]

    assert ["no-ticket", None, "no-ticket"] == [each.code for each in answers]
    lawful(told)
    told.rebuild()
    lawful(told)


def test_a_ticket_that_nobody_opened_may_have_records_of_several_customers(told: Desk) -> None:
    """It is one ticket, which stands after the last of them."""
    for customer in ("zzz", "", "aaa"):
        told.submit(replace(work("T-9", 0, 5), customer=customer))
    lawful(told)
    assert 3 == told.rebuild()
    lawful(told)

    assert 4 == told.submit(work("T-9", 95, 1)).seq


def test_contracts_that_change_what_was_granted_are_not_adopted(told: Desk) -> None:
    """They would grant theirs besides; what is added by itself is there with the next charge."""
    with pytest.raises(DeskError, match="customer `acme` was given: 600 min of account `hours` at 2025-12-31T23"):
        told.adopt(contracts=granted(700))
    before = told.edition()
    told.adopt(contracts=granted(600, 100))
    told.submit(work("T-1", 100, 10))

    assert before.number < told.edition().number
    assert 600 + 100 - 120 - 420 - 10 == left(told)
    assert json.dumps(replay(prepaid(), told.events(), granted(600, 100))) == json.dumps(told.verdicts())
    assert () == told.verify()


def test_a_grant_on_a_closed_statement_was_made(opened: Opened) -> None:
    """Though nothing was charged since: until it is closed the file may be put right, and then it stays."""
    one = opened(prepaid(), contracts=granted(600))
    one.submit(opening("T-1"))
    one.adopt(contracts=granted(500))
    one.close_statements(BEGIN)
    with pytest.raises(DeskError, match="customer `acme` was given: 500 min of account `hours`"):
        one.adopt(contracts=granted(600))
    one.adopt(contracts=dated(BEGIN))

    assert 600 == left(one)


def dated(at: datetime, *customers: str) -> Contracts:
    """500 minutes, and 100 more at an instant; of acme and these."""
    given = ("2026-01-01T00:00+01:00", 500), (at.isoformat(), 100)
    grants = [{"account": "hours", "at": at, "amount": amount} for at, amount in given]
    return contracts_from({"customers": {name: {"grants": grants} for name in ("acme", *customers)}}, prepaid())


@pytest.mark.parametrize("is_charged", [False, True])
def test_no_grant_is_added_to_a_closed_statement(opened: Opened, is_charged: bool) -> None:
    """Nor to that of a customer who had none; with a later instant it is taken, and what was out says what it said."""
    edge = BEGIN + timedelta(days=30)
    one = opened(prepaid(), contracts=granted(500))
    one.submit(opening("T-1"))
    if is_charged:
        assert one.submit(work("T-1", 10, 200)).accepted
    one.close_statements(edge)
    (before,) = one.statement("acme", until=edge)
    booked = f"2026-03-02T{'08:10' if is_charged else '07:59'}:00Z; say that it is made at 2026-04-01T08:00:00Z"
    with pytest.raises(DeskError, match=booked):
        one.adopt(contracts=dated(BEGIN - timedelta(minutes=1)))
    with pytest.raises(DeskError, match="customer `late` that is closed"):
        one.adopt(contracts=dated(edge, "late"))
    one.adopt(contracts=dated(edge))
    assert one.submit(work("T-1", 60 * 24 * 31, 5)).accepted

    (after,) = one.statement("acme", until=edge)
    assert (before.lines, before.closing) == (after.lines, after.closing)
    assert 600 - 200 * is_charged - 5 == left(one)
    assert () == one.verify()


def test_a_statement_is_what_was_booked(opened: Opened) -> None:
    """Though contracts that are adopted later would have let less pass: those of the day decided it."""
    one = opened(prepaid(), contracts=granted(600))
    one.submit_many([opening("T-1"), work("T-1", 30, 120)])
    (before,) = one.statement("acme")
    given = {"account": "hours", "at": "2026-01-01T00:00+01:00", "amount": 600}
    earlier = {"account": "hours", "at": "2026-03-02T09:20+01:00", "amount": 10}
    later = contracts_from({"customers": {"acme": {"grants": [given, earlier]}}}, prepaid())
    one.adopt(contracts=later)
    one.close_statements(BEGIN + timedelta(minutes=60))
    (after,) = one.statement("acme", until=BEGIN + timedelta(minutes=60))

    assert [line.change for line in before.lines] == [
        line.change for line in after.lines if line.billed or line.lots == (1,)
    ]
    assert () == one.verify()
