"""What a host is told: why a record was refused, what differs under one key, whose clock is wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from small_desk import contracts, desk, event, instant, submit
from sqlalchemy import text

from upheld import ArgumentError, Desk, FarAhead, KeyConflict
from upheld.core.time.instant import instant_of
from upheld.desk import Answer, Message, Worker
from upheld.desk.storage.database import Database

Opened = Callable[..., Desk]


def test_a_desk_is_closed_when_a_block_ends(url: str) -> None:
    """`with` gives the desk itself, and lets go of the database whatever happens in it."""
    with suppress(LookupError), Desk.open(url, policy=desk(), upgrade=True) as one:
        assert one.submit(submit()).accepted
        raise LookupError
    assert 0 == one._database._engine.pool.checkedin()  # type: ignore[attr-defined]


def test_the_names_of_the_wing_are_public(opened: Opened) -> None:
    """What a host annotates with it need not look for."""
    one = opened(desk(), contracts=contracts())
    answer: Answer = one.submit(submit(customer="acme"))
    messages: tuple[Message, ...] = one.outbox.claim()
    assert (True, 1) == (answer.accepted, len(messages))
    assert Worker(one, lambda message: "").turn().told


def test_an_answer_has_its_refusal(opened: Opened) -> None:
    """In words, for a record that came before, too; an accepted one has none."""
    one = opened(desk())
    assert one.submit(submit(), key="a").refusal is None
    refused = [one.submit(event("04T10:00", "submit", "customer:kim"), key="b") for _ in range(2)]
    assert [False, True] == [each.repeated for each in refused]
    assert [refused[0].code] * 2 == [each.refusal.code for each in refused if each.refusal is not None]


@pytest.mark.parametrize(
    ("again", "fields", "told"),
    [
        ({"at": "04T09:30"}, ("at",), "`at` was 2024-03-04T08:00:00Z, and is 2024-03-04T08:30:00Z"),
        ({"customer": "else"}, ("customer",), "they differ in `customer`"),
        ({"ticket": "T-2", "at": "04T09:30"}, ("at", "ticket"), "they differ in `at`, `ticket`"),
    ],
)
def test_a_conflict_says_what_differs(
    opened: Opened, again: dict[str, str], fields: tuple[str, ...], told: str
) -> None:
    """A host that stamps each try anew is led to that."""
    one = opened(desk())
    one.submit(submit("04T09:00", customer="acme"), key="a")
    with pytest.raises(KeyConflict, match=told) as raised:
        one.submit(submit(**{"at": "04T09:00", "customer": "acme", **again}), key="a")
    assert fields == raised.value.fields


def test_a_clock_that_runs_ahead_is_told_and_makes_nobody_late(opened: Opened, database: Database) -> None:
    """Nothing is kept of it, so the next record of its ticket is on time; what came before has its first answer.

    THREATS T04, T06.
    """
    far = opened(desk(), ahead_s=300)
    now = instant_of(database.transact(database.now_s))
    late = event(now.isoformat(), "comment", "customer:kim")
    assert far.submit(submit(), key="a").accepted
    with pytest.raises(FarAhead, match="is the clock of whoever sends it wrong") as raised:
        far.submit(event((now + timedelta(days=365)).isoformat(), "comment", "customer:kim"), key="b")
    assert 1 == len(raised.value.problems)
    assert 1 == database.transact(lambda rows: rows.scalar(text("SELECT count(*) FROM upheld_journal")))
    assert far.submit(late, key="b").seq == 2
    assert far.submit(late, key="b").repeated


def test_a_limit_that_is_none_is_refused(url: str) -> None:
    """Before anything is opened."""
    with pytest.raises(ArgumentError, match="`ahead_s` is a number of seconds"):
        Desk.open(url, policy=desk(), upgrade=True, ahead_s=-1)


def test_what_was_due_and_what_waits_has_its_instant(opened: Opened) -> None:
    """The oldest of each: how long it has waited says more than how many wait."""
    one = opened(desk(), contracts=contracts())
    one.submit(submit(customer="acme"))
    found = one.status()
    assert found.due_since_s is not None
    assert found.waiting_since_s == int(instant("04T10:00").timestamp())
