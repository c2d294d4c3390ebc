"""Statements: opening + in - out = closing, and one period closes with what the next one opens."""

from __future__ import annotations

import random

from core.billing.random_ledger import Story

from upheld.core.billing.booking import Allowance, debit, grant, hold, release, reverse, settle, waive
from upheld.core.billing.ledger import Ledger, expire
from upheld.core.billing.state import Cause
from upheld.core.billing.statement import statement

DAY = 86_400
CAUSE = Cause("T-1", 50, "work", "kim", "usual", 40, 45, ("D-1",), ("steps",))


def test_each_kind_of_entry_has_its_line():
    """A hold changes no balance; its settlement, an expiry and a debit do."""
    ledger = grant(Ledger(), 600, 0, expires_s=9 * DAY)
    ledger = hold(ledger, 60, DAY)
    ledger = settle(ledger, 2, 45, "support", 2 * DAY)
    ledger = debit(ledger, 45, "support", 3 * DAY, cause=CAUSE)
    ledger = waive(ledger, 30, 4 * DAY)
    ledger = reverse(ledger, 4, 5 * DAY)
    ledger = expire(ledger, 10 * DAY)
    period = statement("acme", "flex", "min", ledger, 0, 11 * DAY)

    assert [600, 0, -45, -45, 0, 45, -555] == [line.change for line in period.lines]
    assert [600, 600, 555, 510, 510, 555, 0] == [line.balance for line in period.lines]
    assert [0, 60, -60, 0, 0, 0, 0] == [line.held for line in period.lines]
    assert [0, 0, 45, 45, 0, -45, 0] == [line.billed for line in period.lines]


def test_a_line_says_what_it_was_for():
    """Ticket, work, rule, clause, raw and billed amount, lot; and when the work was recorded."""
    ledger = debit(grant(Ledger(), 40, 0), 45, "support", 100, Allowance("warn"), CAUSE)
    line = statement("acme", "flex", "min", ledger, 0, DAY).lines[1].as_document()

    assert line == {
        "number": 2,
        "at": "1970-01-01T00:01:40Z",
        "worked_at": "1970-01-01T00:00:50Z",
        "kind": "debit",
        "of": None,
        "ticket": "T-1",
        "event": "work",
        "actor": "kim",
        "rule": "usual",
        "raw": 40,
        "billed": 45,
        "held": 0,
        "repaid": 0,
        "carried": 0,
        "change": -45,
        "balance": -5,
        "lots": [1],
        "clauses": ["D-1"],
        "assumptions": ["steps"],
    }


def test_a_period_is_half_open():
    """Its first instant is in it, its last one in the next."""
    ledger = debit(grant(Ledger(), 100, DAY), 10, "support", 2 * DAY)
    one, other = (statement("acme", "flex", "min", ledger, day * DAY, (day + 1) * DAY) for day in (1, 2))

    assert (["grant"], ["debit"]) == tuple([line.kind for line in each.lines] for each in (one, other))
    assert (0, 100, 100, 90) == (one.opening, one.closing, other.opening, other.closing)


def test_an_empty_period_closes_as_it_opens():
    """Nothing happened, and nothing was lost."""
    period = statement("acme", "flex", "min", grant(Ledger(), 100, 0), DAY, 2 * DAY)

    assert (100, (), 100) == (period.opening, period.lines, period.closing)
    assert {"opening": 100, "in": 0, "out": 0, "closing": 100} == {
        name: period.as_document()[name] for name in ("opening", "in", "out", "closing")
    }


def test_a_released_part_of_an_expired_lot_leaves_the_balance():
    """The release of what is over by then is an expiry too."""
    ledger = release(hold(grant(Ledger(), 100, 0, expires_s=DAY), 30, 60), 2, 2 * DAY)

    assert [100, 0, -70, -30] == [line.change for line in statement("acme", "flex", "min", ledger, 0, 9 * DAY).lines]


def test_the_law_of_statements():
    """Over random lives of an account, cut into periods at random (THREATS L15, F16)."""
    chance = random.Random(15)
    for _ in range(60):
        story = Story(chance)
        for _ in range(80):
            story.step()
        ledger, cuts = story.ledger, sorted(chance.sample(range(1, story.at_s + 2), 4))
        edges = [0, *cuts, story.at_s + 2]
        periods = [statement("acme", "flex", "min", ledger, a, b) for a, b in zip(edges, edges[1:])]

        assert 0 == periods[0].opening
        for period in periods:
            assert period.opening + period.into - period.out == period.closing
            assert period.opening + sum(line.change for line in period.lines) == period.closing
        assert [each.closing for each in periods[:-1]] == [each.opening for each in periods[1:]]
        assert ledger.available + ledger.held - ledger.overdrawn == periods[-1].closing
        assert ledger.consumed == sum(line.billed for each in periods for line in each.lines)
        assert len(ledger.entries) == sum(len(each.lines) for each in periods)


def test_a_statement_cut_in_periods_is_the_statement_of_each():
    """Whatever the cuts, also outside of it, and each opens with what the one before closed with (THREATS L15)."""
    chance = random.Random(51)
    for _ in range(60):
        story = Story(chance)
        for _ in range(60):
            story.step()
        cuts = sorted(chance.sample(range(1, story.at_s + 2), 3))
        whole = statement("acme", "flex", "min", story.ledger, 0, story.at_s + 2)
        edges = [0, *cuts, story.at_s + 2]

        periods = [statement("acme", "flex", "min", story.ledger, a, b) for a, b in zip(edges, edges[1:])]
        assert tuple(periods) == whole.cut([-5, *cuts, story.at_s + 9])
        assert (whole,) == whole.cut([])
