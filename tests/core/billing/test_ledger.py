"""The ledger: amounts move between accounts, and nothing is ever edited."""

from __future__ import annotations

import pickle

import pytest
from core.billing.random_ledger import NO_AMOUNTS, run

from upheld.core.billing.booking import (
    DECLINES,
    Allowance,
    Decline,
    debit,
    grant,
    hold,
    note,
    release,
    reverse,
    settle,
    waive,
)
from upheld.core.billing.entry import Entries, Entry, Transfer
from upheld.core.billing.ledger import Ledger, expire
from upheld.core.errors import LedgerError, UpheldError
from upheld.core.series import BLOCK

DAY = 86_400


def ok(result: Ledger | Decline) -> Ledger:
    assert isinstance(result, Ledger), result
    return result


def test_random_operations_break_no_law():
    """20,000 random operations, reversals and expiries included; `random_ledger.py` as a script runs a million."""
    seen, digest = run(20_000, seed=5)

    assert 20_000 == seen.total()
    assert "sha256:2ee0b3f27305f09a8e954012a7b7907140e6d9ea81c596dcf02a8712e9cd7c05" == digest
    assert {f"reverse: {code}" for code in ("in-use", "not-open", "not-reversible", "reversed")} < set(seen)


def test_with_warn_the_lot_gives_what_it_has_and_the_rest_is_overdrawn():
    """40 minutes left, and 75 to charge."""
    ledger = ok(debit(grant(Ledger(), 40, 0), 75, "support", 60, Allowance("warn")))

    assert (Transfer("available:1", "consumed:support", 40), Transfer("overdrawn", "consumed:support", 35)) == (
        ledger.last.transfers
    )
    assert {"grant": -40, "consumed:support": 75, "overdrawn": -35} == ledger.balances
    assert 35 == ledger.last.amount_from("overdrawn")


def test_with_refuse_nothing_moves():
    """A decline is data, and the ledger that was there is there."""
    ledger = grant(Ledger(), 40, 0)

    assert Decline("insufficient-balance", 75, 40) == debit(ledger, 75, "support", 60)
    assert (40, 1) == (ledger.available, len(ledger.entries))


def test_a_hold_is_settled_after_its_first_lot_has_expired():
    """140 over lots of 100 (expiring first) and 200, settled at 115: 100 + 15 are consumed, and 25 released."""
    ledger = grant(Ledger(), 200, 0, expires_s=90 * DAY)
    ledger = grant(ledger, 100, 0, expires_s=30 * DAY)
    ledger = ok(hold(ledger, 140, DAY))
    ledger = ok(settle(ledger, 3, 115, "support", 31 * DAY))

    assert ("held:3", "consumed:support", 100) == ledger.last.transfers[0]
    assert ("held:3", "consumed:support", 15) == ledger.last.transfers[1]
    assert ("held:3", "available:1", 25) == ledger.last.transfers[2]
    assert (185, 0, 115, 0) == (ledger.available, ledger.held, ledger.consumed, ledger.expired)


def test_what_returns_to_an_expired_lot_has_expired():
    """Released after its lot's end, it goes to expired, and to no other lot (THREATS L08)."""
    ledger = grant(grant(Ledger(), 100, 0, expires_s=DAY), 200, 0)
    ledger = ok(release(ok(hold(ledger, 130, 60)), 3, DAY))

    assert (("held:3", "expired", 100), ("held:3", "available:2", 30)) == ledger.last.transfers
    assert (200, 100) == (ledger.available, ledger.expired)


def test_what_is_released_beyond_all_lots_is_no_longer_overdrawn():
    """The part of a hold that no lot covered returns to where it came from."""
    held = ok(hold(grant(Ledger(), 40, 0), 75, 60, Allowance("allow")))
    ledger = ok(release(held, 2, 120))

    assert (35, 75) == (held.overdrawn, held.held)
    assert (40, 0, 0) == (ledger.available, ledger.overdrawn, ledger.held)


def test_lots_burn_by_expiry_then_date_then_number():
    """Whatever the order in which they were granted (THREATS L13)."""
    ledger = Ledger()
    for expires_s in (None, 9 * DAY, 5 * DAY, 9 * DAY):
        ledger = grant(ledger, 10, 0, expires_s)
    ledger = ok(debit(ledger, 35, "support", DAY))

    assert ["available:3", "available:2", "available:4", "available:1"] == [
        source for source, _, _ in ledger.last.transfers
    ]


def test_a_lot_is_over_at_its_end():
    """At the very instant of its end nothing can be taken from it, whether or not anybody looked (THREATS L06)."""
    ledger = grant(Ledger(), 100, 0, expires_s=DAY)

    assert isinstance(debit(ledger, 1, "support", DAY - 1), Ledger)
    assert Decline("insufficient-balance", 1, 0) == debit(ledger, 1, "support", DAY)


def test_expiry_is_written_at_its_own_instant():
    """However late somebody looks; and after what was written since."""
    late = expire(grant(Ledger(), 100, 0, expires_s=DAY), 9 * DAY)

    assert ("expire", DAY, 1) == (late.last.kind, late.last.at_s, late.last.of)
    assert late == expire(late, 9 * DAY)


def test_a_lot_granted_after_its_end_expires_at_once():
    """It is shown, and cannot be used."""
    ledger = grant(Ledger(), 100, DAY, expires_s=60)

    assert ["grant", "expire"] == [entry.kind for entry in ledger.entries]
    assert [DAY, DAY] == [entry.at_s for entry in ledger.entries]


def test_the_limit_counts_all_that_is_overdrawn():
    """Up to it, and it included."""
    allowance = Allowance("warn", 60)
    ledger = ok(debit(grant(Ledger(), 40, 0), 80, "support", 0, allowance))

    assert 40 == ledger.overdrawn
    assert Decline("insufficient-balance", 21, 20) == debit(ledger, 21, "support", 0, allowance)
    assert 60 == ok(debit(ledger, 20, "support", 0, allowance)).overdrawn


def test_a_later_grant_pays_no_debt():
    """What was overdrawn stays shown beside the new lot."""
    ledger = ok(debit(Ledger(), 35, "support", 0, Allowance("allow")))
    ledger = grant(ledger, 600, DAY)

    assert (600, 35) == (ledger.available, ledger.overdrawn)


def test_waived_amounts_are_shown_and_touch_no_lot():
    """Work that is not billed stands under `waived`."""
    ledger = waive(grant(Ledger(), 40, 0), 75, 60)

    assert (40, 75, 0) == (ledger.available, ledger.waived, ledger.consumed)


def test_a_note_moves_nothing():
    """Work that cost nothing more is kept with its cause."""
    ledger = note(grant(Ledger(), 40, 0), 60, "7 minutes")

    assert ((), "7 minutes") == (ledger.last.transfers, ledger.last.cause)


@pytest.mark.parametrize("kind", ["grant", "debit", "hold", "settle", "release", "waive"])
def test_a_reversal_is_the_exact_swap_and_comes_once(kind):
    """Every balance is as before, the open lots and holds too (THREATS L09)."""
    base = ok(hold(grant(Ledger(), 100, 0), 30, 0))
    done = {
        "grant": lambda: grant(base, 50, 60),
        "debit": lambda: ok(debit(base, 100, "support", 60, Allowance("warn"))),
        "hold": lambda: ok(hold(base, 10, 60)),
        "settle": lambda: ok(settle(base, 2, 20, "support", 60)),
        "release": lambda: ok(release(base, 2, 60)),
        "waive": lambda: waive(base, 9, 60),
    }[kind]()
    undone = ok(reverse(done, 3, 120))

    assert base.balances == undone.balances
    assert (base.lots, base.holds) == (undone.lots, undone.holds)
    assert tuple(each.swapped() for each in reversed(done.last.transfers)) == undone.last.transfers
    assert Decline("reversed") == reverse(undone, 3, 180)
    assert Decline("not-reversible") == reverse(undone, 4, 180)


def test_what_returns_to_a_lot_that_is_over_expires_at_once():
    """The swap is exact, and the expiry an entry of its own."""
    ledger = ok(debit(grant(Ledger(), 100, 0, expires_s=DAY), 100, "support", 60))
    ledger = ok(reverse(ledger, 2, 2 * DAY))

    assert ["grant", "debit", "reversal", "expire"] == [entry.kind for entry in ledger.entries]
    assert (0, 100) == (ledger.available, ledger.expired)


def test_a_grant_in_use_cannot_be_taken_back():
    """What was used of it would be missing."""
    ledger = ok(debit(grant(Ledger(), 100, 0), 30, "support", 60))

    assert Decline("in-use", 100, 70) == reverse(ledger, 1, 120)


def test_a_reversal_overdraws_no_further_than_allowed():
    """A hold beyond all lots was released; by now what it had overdrawn is used by something else."""
    allowance = Allowance("warn", 60)
    ledger = ok(release(ok(hold(Ledger(), 60, 0, allowance)), 1, 0))
    ledger = ok(debit(ledger, 20, "support", 0, allowance))

    assert Decline("insufficient-balance", 60, 40) == reverse(ledger, 2, 60, allowance)
    assert 80 == ok(reverse(ledger, 2, 60, Allowance("allow"))).overdrawn


def test_a_hold_ends_once():
    """Settled or released, and then no more (THREATS L07); unless its end is reversed."""
    ledger = ok(settle(ok(hold(grant(Ledger(), 100, 0), 60, 0)), 2, 60, "support", 60))

    assert Decline("not-open") == settle(ledger, 2, 60, "support", 120)
    assert Decline("not-open") == release(ledger, 2, 120)
    assert Decline("not-open") == reverse(ledger, 2, 120)
    assert 100 == ok(release(ok(reverse(ledger, 3, 120)), 2, 180)).available


def test_no_more_is_settled_than_is_held():
    """Work beyond a hold is a charge of its own; settling nothing gives all of it back."""
    ledger = ok(hold(grant(Ledger(), 100, 0), 60, 0))

    assert Decline("beyond-hold", 61, 60) == settle(ledger, 2, 61, "support", 60)
    assert 100 == ok(settle(ledger, 2, 0, "support", 60)).available


@pytest.mark.parametrize("amount", NO_AMOUNTS, ids=repr)
def test_what_is_no_amount_is_refused(amount):
    """Floats, truth values, texts, nothing, less than nothing, and more than 10^15."""
    ledger = grant(Ledger(), 100, 0)
    for book in (grant, waive, hold, lambda *args: debit(args[0], args[1], "support", args[2])):
        with pytest.raises(LedgerError, match="is no amount"):
            book(ledger, amount, 60)


def test_what_is_not_there_is_refused():
    """Unknown entries, what is no hold, and instants before the last; each a ValueError of this project."""
    ledger = grant(Ledger(), 100, 60)
    for wrong in (
        lambda: release(ledger, 2, 60),
        lambda: release(ledger, 1, 60),
        lambda: reverse(ledger, 0, 60),
        lambda: debit(ledger, 1, "support", 59),
        lambda: expire(ledger, 60.5),
    ):
        with pytest.raises(ValueError) as caught:
            wrong()
        assert isinstance(caught.value, UpheldError)
        assert str(caught.value)[0].islower() or str(caught.value)[0] == "`"


def test_a_ledger_is_a_value():
    """Equal by content, through a pickle too; and what is done to it leaves it as it was."""
    ledger = ok(hold(grant(Ledger(), 100, 0), 30, 60))
    digest = repr(ledger)
    ok(debit(ledger, 70, "support", 60))

    assert digest == repr(ledger)
    assert ledger == pickle.loads(pickle.dumps(ledger))


def test_entries_keep_their_order_over_many_blocks():
    """By number, in a row, and from one on."""
    entries = Entries()
    for number in range(1, 3 * BLOCK + 2):
        entries = entries.adding(Entry(number, number, "note", ()))

    assert 3 * BLOCK + 1 == len(entries)
    assert list(range(1, 3 * BLOCK + 2)) == [entry.number for entry in entries]
    assert [3 * BLOCK, 3 * BLOCK + 1] == [entry.number for entry in entries.since(3 * BLOCK - 1)]
    assert all(number == entries.numbered(number).number for number in (1, BLOCK, BLOCK + 1, 3 * BLOCK + 1))


def test_entries_share_what_was_there():
    """One more makes a few new blocks, whatever the length; whether one goes on from another is not asked of all."""
    entries = Entries.of(Entry(number, number, "note", ()) for number in range(1, 100_001))
    more = entries.adding(Entry(100_001, 100_001, "note", ()))
    other = Entries.of([*entries][:-1]).adding(Entry(100_000, 0, "note", ()))

    assert len(entries.blocks) < 15
    assert entries.blocks == more.blocks[: len(entries.blocks)]
    assert all(one is two for one, two in zip(entries.blocks, more.blocks, strict=False))
    assert (True, False, False) == (more.goes_on_from(entries), entries.goes_on_from(more), other.goes_on_from(entries))
    assert (entries[-1], entries[99_998:]) == (entries.numbered(100_000), (*entries.since(99_998),))
    assert 50_000 == entries.before(50_001)


def test_a_pickled_series_is_a_flat_list():
    """Its blocks are made anew, so no depth and no history of how it grew is in it."""
    entries = Entries()
    for number in range(1, 3 * BLOCK + 2):
        entries = entries.adding(Entry(number, number, "note", ()))

    assert pickle.dumps(entries) == pickle.dumps(Entries.of(entries))
    assert entries == pickle.loads(pickle.dumps(entries))


def test_every_decline_has_its_sentence():
    """Lower case, and with the amounts."""
    assert "75 are asked for, and 40 are there" == Decline("insufficient-balance", 75, 40).text()
    assert all(Decline(code).text() for code in DECLINES)
