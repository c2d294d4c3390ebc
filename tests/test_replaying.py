"""Replay: verdicts as DESIGN section 6 shows them, over the records of any number of tickets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from small_desk import contracts, desk, event, instant, policy_of, record, submit

from upheld import Engine, load_policy, replay
from upheld.core.errors import RecordError
from upheld.core.record.event import Event
from upheld.schema.resources import read_schema

VERDICTS = Draft202012Validator(json.loads(read_schema("verdict")), format_checker=FormatChecker())
HISTORIES = Draft202012Validator(json.loads(read_schema("history")), format_checker=FormatChecker())

STORY = [
    submit("04T10:00", customer="acme", data={"tags": ["b", "a"]}),
    event("04T10:30", "set-severity", data={"severity": "high"}),
    event("04T10:40", "mark", data={"at": "2024-03-04T09:00+01:00", "on": "2024-02-29"}),
    event("04T19:00", "take"),
    event("05T09:30", "ask"),
    event("06T10:00", "answer", "customer"),
    event("06T10:00", "escalate", "customer"),
]


def replayed(*events: Event | Mapping[str, object], **options: Any) -> dict[str, Any]:
    result = replay(desk(), events, contracts(), **options)
    VERDICTS.validate(result)
    return result


def test_a_verdict_is_as_the_design_shows_it() -> None:
    """Worked out by hand; every list in order, instants in UTC, integers everywhere."""
    verdict = replayed(*STORY)["tickets"][0]

    head = {name: verdict[name] for name in list(verdict)[:11]}
    assert {
        "ticket": "T-1",
        "customer": "acme",
        "state": "doing",
        "core_state": "qualified",
        "severity": "high",
        "queue": "first",
        "level": 2,
        "facts": {
            "type": "question",
            "vip": False,
            "tags": ["a", "b"],
            "seen-on": "2024-02-29",
            "noted-at": "2024-03-04T08:00:00Z",
        },
        "opened_at": "2024-03-04T09:00:00Z",
        "closed_at": None,
        "events": 7,
    } == head
    (refused,) = verdict["refused"]
    assert (2, "set-severity", "rule", "only-lower", ["D-3"]) == tuple(
        refused[name] for name in ("seq", "event", "code", "rule", "clauses")
    )
    assert [(3, "well-marked"), (4, "in-office-hours")] == [(each["seq"], each["rule"]) for each in verdict["flags"]]
    assert {
        "seq": 4,
        "at": "2024-03-04T18:00:00Z",
        "from": "open",
        "to": "doing",
        "transition": "take",
        "clauses": ["D-9"],
        "assumptions": ["usual"],
    } == verdict["moves"][1]
    assert [("answer", "breached"), ("resolve", "running")] == [(e["id"], e["status"]) for e in verdict["commitments"]]
    assert ["usual", "hours"] == verdict["assumptions"]


def test_effects_stand_in_the_order_in_which_they_came_up() -> None:
    """What an event asks has its number; what came by itself has none, but says what it was."""
    effects = replayed(*STORY)["tickets"][0]["effects"]

    assert [
        (1, "route", "first", None),
        (None, "notify", None, "resolve"),
        (4, "notify", "agent", None),
        (5, "request", "customer", None),
        (7, "notify", "lead", None),
    ] == [(each["seq"], each["kind"], each["to"], each.get("commitment")) for each in effects]
    assert "escalated to level 2: The lead" == effects[-1]["about"]


def test_what_a_timer_did_has_no_number() -> None:
    """Its moves and effects name it; its runs say when they were due and when they fired."""
    story = [submit("04T09:00"), event("04T10:00", "resolve")]
    verdict = replayed(*story, as_of=instant("05T10:00"))["tickets"][0]

    moved = {"seq": None, "at": "2024-03-05T09:00:00Z", "from": "resolved", "to": "gone", "transition": None}
    assert {**moved, "timer": "auto-close", "clauses": ["D-6"], "assumptions": ["hours"]} == verdict["moves"][-1]
    assert [(None, "remind")] == [(each["seq"], each["timer"]) for each in verdict["effects"] if "timer" in each]
    assert [
        {"id": "remind", "due_at": "2024-03-04T13:00:00Z", "observed_at": "2024-03-04T13:00:00Z"},
        {"id": "auto-close", "due_at": "2024-03-05T09:00:00Z", "observed_at": "2024-03-05T09:00:00Z"},
    ] == verdict["timers"]
    assert ("gone", "2024-03-05T09:00:00Z") == (verdict["state"], verdict["closed_at"])


def test_records_may_be_events_or_mappings() -> None:
    """A line of JSON and an event of Python are the same."""
    mappings = [record(each) for each in STORY]
    for each in mappings:
        HISTORIES.validate(each)

    assert replayed(*STORY) == replayed(*mappings)


def test_as_of_is_by_default_the_last_accepted_record() -> None:
    """Timers fire up to it and including it; clocks are measured up to it."""
    ticket = [submit("04T09:00"), event("04T10:00", "resolve")]
    other = submit("05T10:00", ticket="T-2")

    assert "2024-03-04T09:00:00Z" == replayed(*ticket)["as_of"]
    assert ["resolved", "gone"] == [replayed(*history)["tickets"][0]["state"] for history in (ticket, [*ticket, other])]


def test_later_records_are_not_read() -> None:
    """Not decided, not counted, not in the journal; at the instant itself they are."""
    early = replayed(*STORY, as_of="2024-03-04T10:30+01:00", journal=True)

    assert 2 == early["tickets"][0]["events"]
    assert early == replayed(*STORY[:2], as_of="2024-03-04T10:30+01:00", journal=True)
    assert [] == replayed(*STORY, as_of="2024-03-04T09:59:59+01:00")["tickets"]


def test_a_record_refused_after_the_last_accepted_one_is_told() -> None:
    """It moves as-of no further, and what it would have fired does not count."""
    story = [submit("04T09:00"), event("04T10:00", "resolve"), event("29T10:00", "reopen", "customer")]
    verdict = replayed(*story)["tickets"][0]

    assert [(3, "no-transition")] == [(each["seq"], each["code"]) for each in verdict["refused"]]
    assert ("resolved", 3) == (verdict["state"], verdict["events"])
    assert [] == [move for move in verdict["moves"] if move["seq"] is None]
    assert ["reopen"] == [each["event"] for each in verdict["refused"]]


def test_a_ticket_that_nothing_opened_has_a_verdict_too() -> None:
    """No state and no clocks; its refusals are told."""
    result = replayed(submit(channel="fax"), event("04T11:00", "take"))
    verdict = result["tickets"][0]

    assert None is result["as_of"]
    assert (None, None, None, {}) == tuple(verdict[name] for name in ("state", "core_state", "opened_at", "facts"))
    assert ["channel-not-accepted", "no-ticket"] == [each["code"] for each in verdict["refused"]]
    assert [] == verdict["commitments"]


def test_a_history_of_nothing_has_a_summary_of_nothing() -> None:
    """An empty history is one."""
    result = replayed()

    assert ([], None, 0) == (result["tickets"], result["as_of"], result["summary"]["events"])
    assert [0] == [each["counted"] for each in replayed(as_of="2024-03-04T10:00Z")["summary"]["objectives"]]


def test_verdicts_stand_in_the_order_of_their_tickets() -> None:
    """By id, in whatever order their records came."""
    result = replayed(*(submit(ticket=name) for name in ("T-2", "T-10", "T-1")))

    assert ["T-1", "T-10", "T-2"] == [each["ticket"] for each in result["tickets"]]


def test_the_header_says_what_was_applied() -> None:
    """The policy with its digest, the contracts, and the opening hours, which come from libraries."""
    header = replayed(*STORY)
    without = replay(desk(), STORY)

    assert 1 == header["upheld"]
    assert {"id": "desk", "version": "1.0.0", "digest": desk().digest, "status": "active"} == header["policy"]
    assert contracts().digest == header["contracts"]
    assert None is without["contracts"]
    assert header["opening_hours"] == without["opening_hours"]


def test_an_as_of_that_one_record_has_moved_is_told() -> None:
    """A wrong year in one record of a history makes everything late."""
    (warning,) = replayed(*STORY, event("2026-03-06T10:00Z", "escalate"))["warnings"]

    assert "as-of is `2026-03-06T10:00:00Z`, that of one record" in warning
    assert [] == replayed(*STORY)["warnings"]
    assert [] == replayed(submit())["warnings"]
    assert [] == replayed(*STORY, event("2026-03-06T10:00Z", "escalate"), as_of="2030-01-01T00:00Z")["warnings"]


def test_the_summary_counts_everything() -> None:
    """Tickets, records and what came of them; clocks by commitment and severity."""
    other = submit("04T10:00", ticket="T-2", data={"severity": "low"}), event("04T10:30", "take", ticket="T-2")
    summary = replayed(*STORY, *other)["summary"]

    assert (2, 9, 1, 2, 0) == tuple(
        summary[name] for name in ("tickets", "events", "refused", "flags", "nonconforming")
    )
    answers = [each for each in summary["commitments"] if each["id"] == "answer"]
    assert [("high", 0, 1, "0%"), ("low", 1, 0, "100%")] == [
        (each["severity"], each["upheld"], each["breached"], each["share"]) for each in answers
    ]
    assert [("2024-03", 2, 1, "50%", "open"), ("all", 2, 1, "50%", "breached")] == [
        tuple(each[name] for name in ("period", "counted", "kept", "share", "status")) for each in summary["objectives"]
    ]


def test_an_objective_looks_only_at_tickets_it_is_about() -> None:
    """Its condition is asked of the ticket as it stands in the end."""
    from small_desk import DESK

    text = DESK.replace("{id: answers, of: answer,", "{id: answers, when: {severity: low}, of: answer,")
    other = submit("04T10:00", ticket="T-2", data={"severity": "low"}), event("04T10:30", "take", ticket="T-2")
    summary = replay(policy_of(text), [*STORY, *other])["summary"]

    assert [1, 1] == [each["counted"] for each in summary["objectives"]]


@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"ticket": "T-1"}, "record 2: `at` is missing"),
        ({"ticket": "T-1", "at": "2024-03-04T10:00", "event": "take"}, "record 2: `2024-03-04T10:00` is no instant"),
        ("take", "record 2: a record is a mapping"),
    ],
)
def test_a_bad_record_ends_the_replay(wrong: Any, told: str) -> None:
    """With its number: a history that was not read whole has no verdict."""
    with pytest.raises(RecordError, match=told):
        replay(desk(), [submit(), wrong])


@pytest.mark.parametrize("as_of", ["", "yesterday", "2024-03-04T10:00", "1200-01-01T00:00Z"])
def test_as_of_is_an_instant(as_of: str) -> None:
    """Anything else is told as such."""
    with pytest.raises(RecordError, match="as-of: "):
        replay(desk(), [], as_of=as_of)


def test_messages_come_in_the_language_asked_for() -> None:
    """By default in the vendor's."""
    assert replayed(submit(channel=""), language="fr")["tickets"][0]["refused"][0]["message"].startswith("aucun canal")
    assert "fr" == Engine(load_policy("greenmash")).language


@pytest.mark.parametrize("name", ["entropics", "greenmash", "manao", "mapping", "proconcept", "base"])
def test_every_installed_policy_can_be_applied(name: str) -> None:
    """Each event once, by everybody who may, with no data: decided one way or the other, in the verdict's shape."""
    policy = load_policy(name)
    records = [
        {"ticket": f"T-{role}", "at": "2026-03-02T09:00Z", "event": event_, "actor": role, "channel": channel}
        for event_, kind in policy.events.items()
        for role in kind.by
        for channel in list(policy.channels)[:1] or [""]
    ]
    result = replay(policy, records, journal=True)

    VERDICTS.validate(result)
    assert len(records) == result["summary"]["events"]
