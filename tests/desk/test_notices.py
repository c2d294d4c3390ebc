"""Notices of accounts: that a grant ends, or little is left, told by time alone, each once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_proof.story import TERMS
from prepaid import BEGIN, opening, work
from small_desk import policy_of
from sqlalchemy import text

from upheld import Contracts, Desk, DeskError, Event, Policy, replay
from upheld.desk import Message, Sent
from upheld.desk.storage.database import Database
from upheld.loader.contracts import contracts_from

Opened = Callable[..., Desk]
POLICY = policy_of(TERMS.read_text(encoding="utf-8").replace("low-balance: 1h", "low-balance: 1h, expiry-notice: 7d"))
DAY = 24 * 60
SOON, OVER, LATER = (f"2026-{day}T12:00+02:00" for day in ("04-25", "05-02", "06-01"))
"""The grant's end is near; it is over; so is what comes in its place."""


def granted(*ends: str, customers: int = 1, minutes: int = 90) -> Contracts:
    """Customers with grants that end on these days."""
    grants = [
        {"account": "hours", "at": "2026-01-01T00:00+01:00", "amount": minutes, "expires": f"2026-{end}"}
        for end in ends
    ]
    return contracts_from({"customers": {_name(number): {"grants": grants} for number in range(customers)}}, POLICY)


def _name(number: int) -> str:
    return f"acme-{number}" if number else "acme"


def heard(desk: Desk) -> list[str]:
    """What is claimed, and delivered."""
    found = []
    while messages := desk.outbox.claim():
        for message in messages:
            found.append(said(message))
            assert desk.outbox.done(message)
    return found


def said(message: Message) -> str:
    document: dict[str, Any] = dict(message.document)
    kind = "" if document["kind"] == "notify" else f"{document['kind']}: "
    return kind + str(document.get("was", document)["about"])


ENDS = "90 min of account Prepaid hours expire on 2026-05-01 at 00:00"


@pytest.fixture
def told(opened: Opened) -> Desk:
    """A customer with an hour and a half until the end of April, to whom nothing was charged."""
    return opened(POLICY, contracts=granted("04-30"))


def test_time_alone_tells_and_once(told: Desk, opened: Opened) -> None:
    """Whoever lets time pass, and how often; nothing was ever charged, and no ticket is named."""
    other = opened()
    assert [0, 1, 0, 0] == [
        each.run_due(at).messages for each, at in ((told, BEGIN), (told, SOON), (other, SOON), (told, SOON))
    ]
    (message,) = told.outbox.claim()
    assert ("", "acme", "hours") == (message.ticket, message.customer, message.document["account"])
    assert None is message.as_document()["ticket"]
    assert told.outbox.done(message)
    assert [1, 0] == [each.run_due(OVER).messages for each in (other, told)]
    assert 1 == len(heard(told))
    assert () == told.verify()


def test_a_charge_tells_nothing_twice(told: Desk) -> None:
    """What time told before it is not told by it, and its verdict tells it all the same."""
    told.run_due(SOON)
    before = heard(told)
    told.submit_many([opening("T-1", 60 * 24 * 56), work("T-1", 60 * 24 * 56 + 10, 5)])
    verdicts = told.verdicts()

    assert 1 == len(before)
    assert before[0] in [each["about"] for each in verdicts["tickets"][0]["effects"]]
    assert [] == [each for each in heard(told) if "expires" in each or "expire" in each]
    assert json.dumps(replay(POLICY, told.events(), granted("04-30"))) == json.dumps(verdicts)
    told.rebuild()
    assert [] == [each for each in (told.run_due(SOON), heard(told))[1] if "Prepaid" in each]
    assert () == told.verify()


@pytest.mark.parametrize("is_heard", [False, True])
def test_what_a_record_before_it_uses_up_is_taken_back(told: Desk, is_heard: bool) -> None:
    """In silence, unless somebody was told already: then with a correction."""
    told.submit(opening("T-1"))
    told.run_due(SOON)
    before = heard(told) if is_heard else []
    assert told.submit(work("T-1", 10, 90)).accepted
    after = heard(told)

    assert is_heard == any("correction" in each for each in after)
    assert [] == [each for each in after if "expire" in each and "correction" not in each]
    assert len([each for each in before if "expire" in each]) == is_heard
    assert 0 == told.run_due(SOON).messages
    assert () == told.verify()


def test_contracts_that_are_adopted_later_move_the_end(told: Desk) -> None:
    """What was told by the ones before is corrected, and what these say is told when it is due."""
    told.run_due(SOON)
    heard(told)
    told.adopt(contracts=granted("05-20"))
    told.run_due(SOON)
    first = heard(told)
    told.run_due("2026-05-15T12:00+02:00")

    assert [True] == ["correction" in each for each in first]
    assert ["2026-05-21" in each for each in heard(told)] == [True]


QUIET = policy_of(TERMS.read_text(encoding="utf-8").replace(", low-balance: 1h", "").replace("1.0.0", "2.0.0", 1))
EARLIER = policy_of(
    TERMS.read_text(encoding="utf-8")
    .replace("low-balance: 1h", "low-balance: 2h, expiry-notice: 14d")
    .replace("Prepaid hours, unit", "Hours, unit")
    .replace("1.0.0", "3.0.0", 1)
)
"""Versions of the policy: one that tells nothing of accounts, one that tells earlier, and in other words."""


@pytest.mark.parametrize("newer", [QUIET, EARLIER])
@pytest.mark.parametrize("is_old", [True, False])
def test_what_another_version_told_is_not_taken_back(told: Desk, newer: Policy, is_old: bool) -> None:
    """Neither by time nor by charges on tickets of either; it is not told twice, and a late record takes it back."""
    told.submit(opening("T-1"))
    told.run_due(SOON)
    before = heard(told)
    told.adopt(newer)
    told.run_due(SOON)
    told.submit(opening("T-2", 100))
    mine, other = ("T-1", "T-2") if is_old else ("T-2", "T-1")
    assert told.submit(work(mine, 56 * DAY, 5)).accepted
    told.run_due(SOON)
    assert told.submit(work(other, 57 * DAY, 5)).accepted
    told.run_due("2026-04-29T12:00+02:00")
    after = [each for each in heard(told) if "expire" in each]

    assert [ENDS] == [each for each in before if "expire" in each]
    assert [] == after
    assert () == told.verify()
    assert told.submit(work("T-1", 10, 5), late="insert").accepted
    corrected = [each for each in heard(told) if "expire" in each][:1]
    assert ([f"correction: {ENDS}"] if is_old else []) == corrected  # else it stands after what the other ticket took
    assert () == told.verify()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_policy_in_force_says_when_accounts_are_told_of(opened: Opened) -> None:
    """Tickets of a version that tells nothing bring what the one in force tells, once, in its own words."""
    made = opened(QUIET, contracts=granted("04-30"))
    made.submit(opening("T-1"))
    made.adopt(EARLIER)
    assert made.submit(work("T-1", 56 * DAY, 5)).accepted
    made.run_due(SOON)
    assert [ENDS.replace("Prepaid hours", "Hours")] == [each for each in heard(made) if "Hours" in each]
    assert made.submit(work("T-1", 57 * DAY, 5)).accepted
    assert [] == heard(made)
    assert () == made.verify()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_policy_by_which_grants_would_be_made_anew_is_not_adopted(told: Desk) -> None:
    """A day of theirs ends otherwise in its zone; a version of the same zone is adopted."""
    text = TERMS.read_text(encoding="utf-8")
    told.submit_many([opening("T-1"), work("T-1", 10, 5)])
    with pytest.raises(DeskError, match="`acme` would be given a grant once more.* in zone `Etc/UTC`: 90 min"):
        told.adopt(
            policy_of(
                text.replace("version: 1.0.0", "version: 2.0.0").replace("zone: Europe/Paris", "zone: Etc/UTC", 1)
            )
        )
    told.adopt(policy_of(text.replace("version: 1.0.0", "version: 2.0.0")))
    told.submit_many([opening("T-2"), work("T-2", 20, 5)])

    assert 80 == told.statement("acme")[0].closing


def test_a_customer_who_comes_with_later_contracts_is_told(told: Desk, database: Database) -> None:
    """And one whose accounts were never looked at, since the desk is of an earlier release."""
    told.run_due(SOON)
    told.adopt(contracts=granted("04-30", customers=3))
    assert 2 == told.run_due(SOON).messages
    database.transact(lambda rows: rows.execute(text("UPDATE upheld_accounts SET due_s = NULL")))
    assert [name in str(each) for name, each in zip(("`acme`", "`acme-1`", "`acme-2`"), told.verify(), strict=True)]
    assert 0 == told.rebuild()
    assert () == told.verify()
    assert 3 == told.run_due(OVER).messages


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_was_told_before_tickets_left_is_not_taken_back(told: Desk, tmp_path: Path) -> None:
    """The charge that confirmed it has left; a late record on what stays has its customer's notices decided anew."""
    told.adopt(contracts=granted("04-30", "12-31"))
    told.run_due(SOON)
    ended = [("reply", "agent:a1"), ("resolve", "agent:a1"), ("close", "customer:kim")]
    told.submit_many([opening("T-1", 56 * DAY), work("T-1", 56 * DAY + 10, 30)])
    told.submit_many(Event("T-1", BEGIN + timedelta(days=57), *each) for each in ended)
    told.submit_many([opening("T-2", 61 * DAY), work("T-2", 62 * DAY, 10), work("T-2", 64 * DAY, 10)])
    told.run_due(LATER)
    heard(told)
    told.close_statements("2026-05-01T00:00Z")
    left = told.retention.run(tmp_path / "old", "2026-05-01T00:00Z")
    answer = told.submit(work("T-2", 63 * DAY, 5), late="insert")

    assert (1, True) == (left.tickets, answer.accepted)
    assert [] == [each for each in heard(told) if "correction" in each]
    assert () == told.verify()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_adoption_has_those_looked_at_whom_it_concerns(told: Desk, database: Database) -> None:
    """Whose contracts are others; all of them only where the policy tells otherwise."""
    told.adopt(contracts=granted("04-30", customers=4))
    told.run_due(SOON)
    looked = [told.status().due_accounts]
    asked = text("SELECT count(*) FROM upheld_accounts WHERE due_s = 0")
    some = granted("04-30", customers=4).customers | {"acme-2": granted("12-31").customers["acme"]}
    for policy, contracts in ((None, Contracts(some)), (POLICY, None), (QUIET, None)):
        told.adopt(policy, contracts)
        looked.append(database.read(lambda rows: rows.scalar(asked) or 0))
        told.run_due(SOON)

    assert [4, 1, 0, 4] == looked


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_one_batch_brings_and_takes_back_is_not_told(told: Desk) -> None:
    """A late record leaves hours over that would have ended by now, and one of another ticket uses them up."""
    told.submit(opening("T-1"))
    told.run_due(SOON)
    told.submit_many([work("T-1", 10, 90), opening("T-2", 15)])
    heard(told)
    late, last = told.submit_many([Sent(work("T-1", 5, 10), late="insert"), work("T-2", 20, 80)])

    assert ("record 2: accepted → refused (`insufficient-balance`)", None) == (late.changes[0], last.code)
    assert [] == [each for each in heard(told) if "expire" in each]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_accounts_that_cannot_be_read_hold_nobody_up(told: Desk, opened: Opened, database: Database) -> None:
    """The others are told, and rebuilding lets time go on for theirs."""
    told.adopt(contracts=granted("04-30", customers=2))
    told.submit_many([opening("T-1"), work("T-1", 10, 5)])
    database.transact(lambda rows: rows.execute(text("DELETE FROM upheld_entries")))
    ran = opened().run_due(SOON)
    told.rebuild()

    assert 2 == ran.customers
    assert [("", True)] == [(ticket, "the accounts of customer `acme` are not as" in why) for ticket, why in ran.failed]
    assert 1 == told.run_due(SOON).messages
    assert ["acme", "acme-1"] == sorted(each.customer for each in told.outbox.claim() if each.customer and not each.seq)
