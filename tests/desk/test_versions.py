"""Versions of policies and contracts: what is in force, what a ticket goes on under, and what a move would change."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from reference.agreement import made_examples
from small_desk import DESK, contracts, desk, event, instant, policy_of, submit

from upheld import ArgumentError, Contracts, Desk, DeskError, Event, RecordError, replay
from upheld.desk.storage.database import Database
from upheld.loader.contracts import contracts_from

Opened = Callable[..., Desk]

NEW = DESK.replace("version: 1.0.0", "version: 2.0.0").replace("high: 1h, low: 4h", "high: 2h, low: 4h")
"""A second version, which promises an answer within another time."""
STRICT = NEW.replace("2.0.0", "3.0.0").replace("on: take, from: [open, asked]", "on: take, from: asked")
"""A third one, in which nobody takes what was not asked."""


@pytest.fixture
def told(opened: Opened) -> Desk:
    made = opened(desk(), contracts=contracts())
    made.submit_many([submit(), event("04T10:30", "take"), submit("04T11:00", ticket="T-2")])
    return made


def test_a_ticket_goes_on_under_its_version(told: Desk) -> None:
    """What was opened before an adoption keeps its policy and holidays; what is opened after has the new (T03)."""
    told.adopt(policy_of(NEW))
    told.submit_many([submit("05T10:00", ticket="T-3"), event("05T10:00", "take", ticket="T-2")])

    assert [desk().digest] * 2 + [policy_of(NEW).digest] == [_policy(told, f"T-{number}") for number in (1, 2, 3)]
    assert () == told.verify()
    for policy, tickets in ((desk(), ["T-1", "T-2"]), (policy_of(NEW), ["T-3"])):
        verdicts = told.verdicts(policy=policy.digest)
        assert tickets == [each["ticket"] for each in verdicts["tickets"]]
        found = told.events(policy.digest)
        assert json.dumps(replay(policy, found, contracts())) == json.dumps(verdicts)


def _policy(made: Desk, ticket: str) -> str:
    found = made.ticket(ticket)
    assert found is not None
    return found.policy_digest


def test_any_version_is_decided_by_a_process_that_never_saw_it(told: Desk, opened: Opened) -> None:
    """Documents are kept: a desk that is opened without a policy decides as the one that had it."""
    told.adopt(policy_of(NEW))
    other = opened()
    answer = other.submit(event("04T12:00", "resolve"))

    assert answer.accepted
    assert answer.decision.ticket == told.ticket("T-1")
    assert told.edition() == other.edition()
    assert () == other.verify()


def test_opening_a_desk_changes_nothing_in_force(told: Desk, opened: Opened) -> None:
    """Who means another policy, or other contracts, is told to adopt them."""
    with pytest.raises(DeskError, match="goes by policy `desk@1.0.0`, and not by this `desk@2.0.0`"):
        opened(policy_of(NEW))
    with pytest.raises(DeskError, match="goes by other contracts"):
        opened(contracts=Contracts())
    assert told.edition() == opened(desk(), contracts=contracts()).edition()
    assert told.edition() == told.adopt(desk())


def test_contracts_hold_for_all_tickets_from_their_adoption_on(opened: Opened) -> None:
    """A record is decided by those in force when it comes, and so it is when it is decided anew."""
    made = opened(desk(), contracts=contracts_from({}, desk()))
    assert "channel-not-accepted" == made.submit(submit(customer="acme", channel="hotline")).code
    made.adopt(contracts=contracts())
    assert made.submit(submit(customer="acme", channel="hotline")).accepted
    assert () == made.verify()
    assert 1 == made.rebuild()
    assert () == made.verify()


def test_what_is_no_policy_and_no_event_is_told(told: Desk) -> None:
    """In words, whatever a host gives."""
    for call in (
        lambda: told.adopt("desk"),  # type: ignore[arg-type]
        lambda: told.adopt(contracts={}),  # type: ignore[arg-type]
        lambda: told.move(["T-1"], "desk"),  # type: ignore[arg-type]
        lambda: told.submit_many(5),  # type: ignore[arg-type]
        lambda: told.submit(submit(), late="later"),  # type: ignore[arg-type]
        lambda: told.submit(submit(), key=""),
        lambda: told.submit(submit(), key="a\nb"),
    ):
        with pytest.raises(ArgumentError, match=" is "):
            call()
    with pytest.raises(RecordError, match="is no event"):
        told.submit("submit")  # type: ignore[arg-type]
    with pytest.raises(DeskError, match="not in the desk"):
        told.verdicts(policy="sha256:0")


def test_every_policy_is_named(told: Desk) -> None:
    """Those in force before too, so that their verdicts can be asked for."""
    told.adopt(policy_of(NEW))
    assert [("desk", "1.0.0"), ("desk", "2.0.0")] == [each[1:] for each in told.policies()]
    assert told.policies()[1].digest == told.edition().policy


def test_a_desk_without_a_policy_says_so(opened: Opened) -> None:
    """And so it does where contracts come first."""
    with pytest.raises(DeskError, match="no policy yet"):
        opened().submit(submit())
    with pytest.raises(DeskError, match="no policy yet"):
        opened(contracts=contracts())


def test_a_move_is_tried_and_then_done(told: Desk) -> None:
    """What changes is told; only without `dry_run` it is written, with a record of its own."""
    new = policy_of(NEW)
    tried = told.move(["T-1", "T-2", "T-9"], new)
    assert ["", "", "there is no record of it"] == [each.obstacle for each in tried]
    assert ["its clocks count by the other policy" in each.changes for each in tried[:2]] == [True, True]
    assert desk().digest == _policy(told, "T-1")

    moved = told.move(["T-1"], new, dry_run=False)
    assert tried[:1] == moved
    assert [new.digest, desk().digest] == [_policy(told, "T-1"), _policy(told, "T-2")]
    assert told.submit(event("04T12:00", "resolve")).accepted
    assert () == told.verify()
    assert json.dumps(replay(new, told.events(new.digest), contracts())) == json.dumps(told.verdicts(policy=new.digest))
    told.rebuild()
    assert () == told.verify()
    assert "it goes on under this policy already" == told.move(["T-1"], new)[0].obstacle


def test_a_move_tells_what_was_decided_otherwise(told: Desk) -> None:
    """A record that the other policy refuses, and the state that the ticket is in then."""
    (moved,) = told.move(["T-1"], policy_of(STRICT))
    assert "record 2: accepted → refused (`no-transition`)" in moved.changes
    assert "state: `doing` → `open`" in moved.changes


def test_nobody_is_charged_otherwise_by_a_move(opened: Opened, database: Database) -> None:
    """A ticket whose charges another version would change stays under its own."""
    obstacles = set()
    for _, made, policy in made_examples(23, 12, 13):
        one = opened(policy, contracts=contracts_from(made.contracts, policy))
        one.submit_many(Event.from_record(record) for record in made.records)
        document = json.loads(policy.document)
        document["version"], document["charges"] = "9.9.9", []
        obstacles |= {each.obstacle for each in one.move(["T-1"], policy_of(json.dumps(document)), dry_run=False)}
        assert () == one.verify()
    assert obstacles <= {"it would change what was charged", ""}


def test_an_account_keeps_its_unit(opened: Opened) -> None:
    """A version that counts it in another one is not adopted, looked at before or not: a customer has one balance."""
    policy = next(policy for *_, policy in made_examples(23, 0, 20) if policy.accounts)
    document = json.loads(policy.document)
    account = next(iter(document["accounts"].values()))
    account["unit"] = {"count": {"en": ["call", "calls"], "fr": ["appel", "appels"]}}
    document["version"], document["charges"], document["remedies"] = "9.9.9", [], []
    one = opened(policy)
    with pytest.raises(DeskError, match="would be counted in .*: give the account another name"):
        one.adopt(policy_of(json.dumps(document)))
    one.move(["T-1"], policy_of(json.dumps(document)))
    with pytest.raises(DeskError, match="would be counted in"):
        one.adopt(policy_of(json.dumps(document)))
    assert policy.digest == one.edition().policy


def test_a_person_is_forgotten_and_the_chain_holds(told: Desk, database: Database) -> None:
    """The name is nowhere in the database; the token is left, and the journal was not touched (THREATS F12)."""
    told.submit(event("04T12:00", "comment", actor="agent:Kim Müller"))
    told.submit(event("04T13:00", "resolve", actor="agent:Kim Müller"))
    before = told.events(people=False)
    assert "agent:Kim Müller" == told.events()[-1].actor

    assert 1 == told.erase("Kim Müller")
    assert 0 == told.erase("Kim Müller")
    assert before == told.events(people=False)
    assert told.events()[-1].actor.startswith("agent:~")
    assert () == told.verify()
    assert "Müller" not in _everything(database)


def _everything(database: Database) -> str:
    from upheld.desk.storage.tables import METADATA

    found = database.read(lambda rows: [row for each in METADATA.sorted_tables for row in rows.execute(each.select())])
    return json.dumps([[str(cell) for cell in row] for row in found], ensure_ascii=False).replace("\\\\u00fc", "ü")


def test_an_export_without_people_has_the_chain_of_the_desk(told: Desk, database: Database) -> None:
    """An auditor replays it with `journal` and compares the last link of each ticket."""
    told.submit(event("04T12:00", "comment", actor="agent:kim"))
    told.submit(event("04T12:10", "excuse", data={"from": "2024-03-04T10:00+01:00", "until": "2024-03-04T11:00Z"}))
    replayed = replay(desk(), told.events(people=False), contracts(), journal=True)
    held = database.read(lambda rows: told._standings.look(rows, "T-1"))
    assert held is not None
    assert f"sha256:{held.link.hex()}" == replayed["tickets"][0]["journal"]


def test_readings_are_those_of_a_replay(told: Desk) -> None:
    """The order of work, a ticket's story and what is due, as the functions over a history give them."""
    from upheld.explaining import explain
    from upheld.replaying import queued_tickets

    at = instant("04T12:00")
    assert queued_tickets(desk(), told.events(), at, contracts()) == told.queue(at)
    assert explain(desk(), told.events(), "T-1", contracts()).episodes == told.story("T-1").episodes
    first = told.due()[0]
    assert ("T-1", first.at) == (first.ticket, min(each.at for each in told.due()))
    assert () == told.due(instant("04T09:00"))


def test_a_statement_is_that_of_a_replay(opened: Opened) -> None:
    """Line by line, of every customer that was charged."""
    from upheld.replaying import statements

    compared = 0
    for _, made, policy in made_examples(23, 12, 16):
        if not policy.charges or compared:
            continue
        signed = contracts_from(made.contracts, policy)
        one = opened(policy, contracts=signed)
        one.submit_many(Event.from_record(record) for record in made.records)
        for customer in ("acme", "duck"):
            try:
                expected = statements(policy, one.events(), customer, signed)
            except ValueError:
                continue
            assert expected == one.statement(customer)
            compared += 1
    assert compared
