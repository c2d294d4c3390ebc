"""The outbox: each message to one worker at a time, in order for each ticket, until it is delivered or dead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_desk import contracts, desk, event, instant, submit
from sqlalchemy import text

from upheld import ArgumentError, Desk
from upheld.core.time.instant import seconds_of
from upheld.desk.storage.database import Database
from upheld.desk.telling import outbox

Opened = Callable[..., Desk]


@pytest.fixture
def told(opened: Opened) -> Desk:
    """Two tickets of a customer with a contract, each with a message from its opening and one from a record."""
    made = opened(desk(), contracts=contracts())
    for ticket in ("T-1", "T-2"):
        made.submit(submit(customer="acme", ticket=ticket))
        made.submit(event("04T10:30", "set-severity", ticket=ticket, data={"severity": "low"}))
    return made


def test_a_message_waits_for_the_one_before_it(told: Desk) -> None:
    """Of one ticket; those of others do not wait."""
    first = told.outbox.claim()
    assert [("T-1", "route"), ("T-2", "route")] == [(each.ticket, each.document["kind"]) for each in first]
    assert () == told.outbox.claim()
    assert told.outbox.done(first[1])
    assert [("T-2", "notify")] == [(each.ticket, each.document["kind"]) for each in told.outbox.claim()]


def test_a_lease_that_ran_out_goes_to_another_worker(told: Desk, database: Database) -> None:
    """Whoever had it before can settle nothing any more, and the id is the same."""
    (first,) = told.outbox.claim(limit=1)
    later(database)
    (again,) = told.outbox.claim(limit=1)
    assert (first.id, 1, 2) == (again.id, first.tries, again.tries)
    assert [False, True, False] == [told.outbox.done(first), told.outbox.done(again), told.outbox.done(again)]


def later(database: Database) -> None:
    """All leases have run out."""
    database.transact(lambda rows: rows.execute(text("UPDATE upheld_messages SET next_s = 0 WHERE state = 'waiting'")))


def test_what_fails_is_tried_later_and_later_and_then_no_more(told: Desk, database: Database) -> None:
    """The delays grow up to a longest one; a dead message lets the next ones pass, and can be revived."""
    delays = [outbox.delay_s(tries) for tries in range(1, outbox.MOST_TRIES)]
    assert [30, 60, 120] == delays[:3]
    assert outbox.LONGEST_DELAY_S == delays[-1]
    for _ in delays:
        (message,) = told.outbox.claim(limit=1)
        assert told.outbox.failed(message)
        assert message.id not in [each.id for each in told.outbox.claim(limit=1)]
        later(database)
    (message,) = told.outbox.claim(limit=1)
    assert told.outbox.failed(message)
    later(database)
    assert message.id not in [each.id for each in told.outbox.claim()]
    assert [1, 0] == [told.outbox.revive([message.id]), told.outbox.revive([message.id])]
    later(database)
    assert message.id in [each.id for each in told.outbox.claim()]


def test_time_is_told_once_by_any_number_of_runs(told: Desk) -> None:
    """A warning carries its due instant, however late and however often anybody looks."""
    assert 2 == told.run_due(instant("05T12:00")).messages
    assert 0 == told.run_due(instant("05T12:00")).messages
    assert 0 == told.run_due(instant("05T13:00")).messages
    told.submit(event("05T13:30", "mark", data={"minutes": 5}))
    found = [each for _ in range(6) for each in told.outbox.claim() if told.outbox.done(each)]
    warnings = [each for each in found if "commitment" in each.document]
    assert [("T-1", instant("04T14:00")), ("T-2", instant("04T14:00"))] == [(each.ticket, each.at) for each in warnings]


def test_the_status_counts(told: Desk) -> None:
    """What is there, for who looks after it."""
    since = [seconds_of(instant(day)) for day in ("04T14:00", "04T10:00")]
    assert ("desk@1.0.0", 4, 2, 2, 2, {"waiting": 4}, *since, 0) == told.status()
    told.run_due()
    assert (0, {"waiting": 6}, None, since[1], 0) == told.status()[4:]


def test_a_limit_is_a_number(told: Desk) -> None:
    """And nothing else."""
    for wrong in (0, True, "3", None):
        with pytest.raises(ArgumentError, match="`limit` is a number"):
            told.outbox.claim(limit=wrong)  # type: ignore[arg-type]


def test_of_many_that_are_overdue_the_oldest_come_first(opened: Opened) -> None:
    """However many a worker finds after a long silence: so many at a time, and records are taken between (T08)."""
    made = opened(desk(), contracts=contracts())
    hours = [9 + number % 4 for number in range(12)]
    made.submit_many([submit(f"04T{hour:02}:00", ticket=f"T-{number}") for number, hour in enumerate(hours)])
    told: list[int] = []
    for _ in range(4):
        assert 3 == made.run_due(instant("14T12:00"), limit=3).tickets
        told += [hours[int(each.ticket[2:])] for each in made.outbox.claim()]
        assert made.submit(submit("14T12:00", ticket=f"new-{len(told)}")).accepted

    assert sorted(hours) == told


def test_run_due_stops_at_a_limit(told: Desk) -> None:
    """So that a worker can be asked to end between two transactions."""
    assert 1 == told.run_due(instant("05T12:00"), limit=1).tickets
    assert 1 == told.run_due(instant("05T12:00")).tickets


def test_without_an_instant_the_database_is_asked(told: Desk) -> None:
    """The host's clock says nothing (THREATS T05)."""
    assert 2 == told.run_due().messages


def test_what_was_loaded_is_known_as_told(opened: Opened) -> None:
    """A late record in the past of a loaded ticket tells what it brings, and corrects what it makes untrue."""
    made = opened(desk(), contracts=contracts())
    made.load([submit(customer="acme"), event("04T10:30", "set-severity", data={"severity": "low"})])
    assert made.submit(event("04T10:10", "tag", data={"tag": "vip"}), late="insert").accepted
    assert () == made.outbox.claim()

    assert made.submit(event("04T10:20", "set-severity", data={"severity": "low"}), late="insert").accepted
    told = []
    while messages := made.outbox.claim():
        told += [(each.document["kind"], each.document.get("was", each.document)["about"]) for each in messages]
        assert all(map(made.outbox.done, messages))
    assert [("correction", "low instead of high"), ("notify", "low instead of high")] == told
