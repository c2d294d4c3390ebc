"""Forecasts: what would start, what it needs, and the same due times as the engine's own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any

import pytest

from upheld import Engine, Event, load_policy
from upheld.calendars.schedule import schedule_of
from upheld.core.clocks.forecast import Forecast, Forecasts, forecast
from upheld.core.condition.domain import Held
from upheld.core.errors import CalendarError
from upheld.core.policy.contracts import Contract, Contracts, Customer, Release
from upheld.core.policy.policy import Policy
from upheld.core.time.instant import instant_of, seconds_of, text_of
from upheld.loader.contracts import contracts_from
from upheld.loading import examine

DESK = """
upheld: 1
policy: desk
version: 1.0.0
extends: base@1.0.0
zone: Europe/Paris
vendor: {name: Desk, language: en}
title: Desk
sources: {terms: {title: Terms}}
clauses:
  D-1: {section: A, says: all of it}
  D-2: {section: A, says: calls in the night}
facts:
  kind: {one-of: [incident, wish], label: Kind, clauses: [D-1]}
  via: {one-of: [portal, team], label: Came by, clauses: [D-1]}
  queue: {one-of: [desk, duty], label: Handled by, clauses: [D-1]}
  urgent: {boolean: true, default: false, label: Urgent, clauses: [D-1]}
  agreed: {instant: true, label: Agreed, clauses: [D-1]}
parameters:
  reply-within: {by: severity, partial: true, values: [{from: 2000-01-01, high: 1h, low: 8h}], clauses: [D-1]}
  channel-within: {by: channel, values: [{from: 2000-01-01, portal: 2h}], clauses: [D-1]}
contracts:
  gold:
    label: Gold
    attributes: {region: {one-of: [north, south], label: Region}}
    parameters: [reply-within]
    clauses: [D-1]
calendars:
  office: {label: Office, zone: Europe/Paris, weekly: {mon-fri: ["09:00-17:00"]}, clauses: [D-1]}
recurrences:
  meeting: {label: Meeting, rrule: FREQ=WEEKLY;BYDAY=SU, roll: next, calendar: office, clauses: [D-1]}
severities:
  - {id: high, label: High, says: high, clauses: [D-1]}
  - {id: low, label: Low, says: low, clauses: [D-1]}
  - {id: none, label: None, says: none, clauses: [D-1]}
channels: {portal: {label: Portal, accepts: all, clauses: [D-1]}}
events:
  submit:
    override: true
    label: Submit
    by: customer
    data: {severity: {}, kind: {}, via: {default: portal}, urgent: {}, phone: {boolean: true, label: Phone}}
    sets:
      severity: event.severity
      kind: event.kind
      via: event.via
      urgent: event.urgent
      queue:
        - {when: {opening: {office: closed}}, is: duty, clauses: [D-2]}
        - {when: {event.phone: true}, is: duty, clauses: [D-2]}
        - {is: desk, clauses: [D-1]}
    clauses: [D-1]
commitments:
COMMITMENTS
"""
REPLY = "- {id: reply, label: Reply, stop: {on: reply}, calendar: office, clauses: [D-1], on-reopen: ignore"
THURSDAY_10 = "2024-03-28T10:00+01:00"
THURSDAY_NIGHT = "2024-03-28T22:00+01:00"


@cache
def desk(commitment: str) -> Policy:
    """The desk with one commitment, of which only what matters is given."""
    examined = examine(DESK.replace("COMMITMENTS", f"  {REPLY}, {commitment}}}").encode(), "desk.yaml")
    assert [] == [str(each) for each in examined.errors if each.code < "UP5"]  # it need not make a sensible promise
    assert examined.policy is not None
    return examined.policy


def asked(commitment: str, at: str = THURSDAY_10, contracts: Contracts | None = None, **said: Any) -> Forecasts:
    """What is told of the desk with this commitment; `_` in a name stands for a dot."""
    policy = desk(commitment)
    known: dict[str, Held] = {name.replace("_", "."): held for name, held in said.items()}
    override = {} if contracts is None else {"override": contracts.override}
    return forecast(policy, schedule_of(policy, **override), seconds_of(datetime.fromisoformat(at)), known, contracts)


def told(found: Forecasts) -> list[tuple[str | None, tuple[str, ...]]]:
    """The due time or the missing names of each promise."""
    return [(due(each), each.missing) for each in found.promises]


def due(each: Forecast) -> str | None:
    return None if each.aim is None or each.aim.due_s is None else text_of(each.aim.due_s)


@pytest.mark.parametrize(
    ("commitment", "at", "said", "expected"),
    [
        # what starts it depends on a fact: the promise is told, and not left out
        ("start: {on: submit, when: {kind: incident}}, within: 1h", THURSDAY_10, {}, [(None, ("kind",))]),
        (
            "start: {on: submit, when: {kind: incident}}, within: 1h",
            THURSDAY_10,
            {"kind": "incident"},
            [("2024-03-28T10:00:00Z", ())],
        ),
        ("start: {on: submit, when: {kind: incident}}, within: 1h", THURSDAY_10, {"kind": "wish"}, []),
        ("start: {on: submit, when: {kind: incident}}, within: 1h", THURSDAY_10, {"kind": None}, []),
        # of several starts one that is known is enough, and one that is not possible is none
        (
            "start: [{on: submit, when: {kind: wish}}, {on: reply}], cycles: one, within: 1h",
            THURSDAY_10,
            {},
            [("2024-03-28T10:00:00Z", ())],
        ),
        # the hour is known without being said
        ("start: {on: submit, when: {opening: {office: closed}}}, within: 1h", THURSDAY_10, {}, []),
        (
            "start: {on: submit, when: {opening: {office: closed}}}, within: 1h",
            THURSDAY_NIGHT,
            {},
            [("2024-03-29T09:00:00Z", ())],
        ),
        # a contract that nobody spoke of is neither there nor missing
        ("start: {on: submit}, when: {contract: gold}, within: 1h", THURSDAY_10, {}, [(None, ("contract",))]),
        ("start: {on: submit}, when: {contract: gold}, within: 1h", THURSDAY_10, {"contract": frozenset()}, []),
        (
            "start: {on: submit}, when: {contract: gold}, within: 1h",
            THURSDAY_10,
            {"contract": frozenset({"gold"})},
            [("2024-03-28T10:00:00Z", ())],
        ),
        # … nor does it decide between two targets
        (
            "start: {on: submit}, within: [{when: {contract: gold}, is: 1h}, {is: 4h}]",
            THURSDAY_10,
            {},
            [(None, ("contract",))],
        ),
        (
            "start: {on: submit}, within: [{when: {contract.gold.region: north}, is: 1h}, {is: 4h}]",
            THURSDAY_10,
            {"contract": frozenset()},
            [("2024-03-28T13:00:00Z", ())],
        ),
        (
            "start: {on: submit}, within: [{when: {contract.gold.region: north}, is: 1h}, {is: 4h}]",
            THURSDAY_10,
            {"contract": frozenset({"gold"})},
            [(None, ("contract.gold.region",))],
        ),
        (
            "start: {on: submit}, within: [{when: {contract.gold.region: north}, is: 1h}, {is: 4h}]",
            THURSDAY_10,
            {},
            [(None, ("contract.gold.region",))],
        ),
        (
            "start: {on: submit}, within: [{when: {release.latest: '5'}, is: 1h}, {is: 4h}]",
            THURSDAY_10,
            {},
            [(None, ("release.latest",))],
        ),
        # a table needs its column, and may have none for it
        ("start: {on: submit}, within: {parameter: channel-within}", THURSDAY_10, {}, [(None, ("channel",))]),
        (
            "start: {on: submit}, within: {parameter: channel-within}",
            THURSDAY_10,
            {"channel": "portal"},
            [("2024-03-28T11:00:00Z", ())],
        ),
        ("start: {on: submit}, within: {parameter: reply-within}", THURSDAY_10, {}, [(None, ("severity",))]),
        (
            "start: {on: submit}, within: {parameter: reply-within}",
            THURSDAY_10,
            {"severity": "low"},
            [("2024-03-29T09:00:00Z", ())],
        ),
        ("start: {on: submit}, within: {parameter: reply-within}", THURSDAY_10, {"severity": "none"}, [(None, ())]),
        # what opening the ticket sets, from the hour, its own data, and the data's defaults
        ("start: {on: submit}, when: {queue: duty}, within: 1h", THURSDAY_NIGHT, {}, [("2024-03-29T09:00:00Z", ())]),
        ("start: {on: submit}, when: {queue: duty}, within: 1h", THURSDAY_10, {}, [(None, ("queue",))]),
        ("start: {on: submit}, when: {queue: duty}, within: 1h", THURSDAY_10, {"event_phone": False}, []),
        ("start: {on: submit}, when: {queue: duty}, within: 1h", THURSDAY_10, {"event_phone": None}, []),
        ("start: {on: submit, when: {via: portal}}, within: 1h", THURSDAY_10, {}, [("2024-03-28T10:00:00Z", ())]),
        ("start: {on: submit, when: {via: portal}}, within: 1h", THURSDAY_10, {"via": "team"}, []),
        ("start: {on: submit, when: {via: portal}}, within: 1h", THURSDAY_10, {"event_via": "team"}, []),
        ("start: {on: submit, when: {kind: wish}}, within: 1h", THURSDAY_10, {"event_kind": "incident"}, []),
        ("start: {on: submit}, when: {urgent: true}, within: 1h", THURSDAY_10, {}, []),
        (
            "start: {on: submit}, when: {urgent: true}, within: 1h",
            THURSDAY_10,
            {"urgent": True},
            [("2024-03-28T10:00:00Z", ())],
        ),
        # the stage follows from the state
        ("start: {on: comment, when: {core: open}}, within: 1h", THURSDAY_10, {"state": "closed"}, []),
        ("start: {on: comment, when: {core: open}}, within: 1h", THURSDAY_10, {}, [(None, ("core",))]),
    ],
)
def test_what_nobody_said_is_neither_guessed_nor_taken_for_nothing(
    commitment: str, at: str, said: dict[str, Any], expected: list[tuple[str | None, tuple[str, ...]]]
) -> None:
    """A promise is left out only where what is known rules it out, and has a due time only where that is settled."""
    assert expected == told(asked(commitment, at, **said))


def test_what_no_opening_sets_is_not_set_when_the_ticket_is_opened() -> None:
    """That counts where a case asks whether it is; another event may find it set."""
    within = "within: [{when: {agreed: {set: true}}, is: {at: {ref: agreed}}}, {is: 1h}]"

    assert [("2024-03-28T10:00:00Z", ())] == told(asked(f"start: {{on: submit}}, {within}"))
    assert [(None, ("agreed",))] == told(asked(f"start: {{on: comment}}, {within}"))


def test_what_decides_a_missing_fact_is_told() -> None:
    """By day the queue hangs on whether the customer phoned, and on nothing else."""
    by_day = asked("start: {on: submit}, when: {queue: duty}, within: 1h")
    said = asked("start: {on: submit}, when: {queue: duty}, within: 1h", queue="duty")

    assert {"queue": ("event.phone",)} == by_day.waiting
    assert {} == said.waiting


def test_a_file_of_contracts_knows_what_the_customer_holds() -> None:
    """On that day, with its own values; and before anybody says who the customer is, that is what is missing."""
    contracts = Contracts(
        {
            "acme": Customer(
                (
                    Contract(
                        "gold",
                        until=date(2024, 3, 28),
                        attributes={"region": "north"},
                        parameters={"reply-within": {"high": "30min"}},
                    ),
                )
            ),
            "nobody": Customer(),
        },
        (Release("5", date(2024, 4, 2)),),
    )
    gold = "start: {on: submit}, when: {contract: gold}, within: {parameter: reply-within}"
    later = "2024-03-29T10:00+01:00"

    assert [(None, ("customer", "severity"))] == told(asked(gold, contracts=contracts))
    assert [("2024-03-28T09:30:00Z", ())] == told(asked(gold, contracts=contracts, customer="acme", severity="high"))
    assert [("2024-03-29T09:00:00Z", ())] == told(asked(gold, contracts=contracts, customer="acme", severity="low"))
    assert [] == told(asked(gold, later, contracts=contracts, customer="acme", severity="high"))
    assert [] == told(asked(gold, contracts=contracts, customer="nobody", severity="high"))
    released = "start: {on: submit}, within: [{when: {release.latest: '5'}, is: 1h}, {is: 4h}]"
    assert [("2024-03-28T13:00:00Z", ())] == told(asked(released, contracts=contracts))
    assert [("2024-04-02T09:00:00Z", ())] == told(asked(released, "2024-04-02T10:00+02:00", contracts=contracts))
    assert frozenset({"gold"}) == asked(gold, contracts=contracts, customer="acme").contract
    assert asked(gold, contracts=contracts).contract is None


def test_the_day_that_a_promise_waits_for() -> None:
    """Easter Sunday's meeting, held on the Monday after; a length of time waits for none."""
    [meeting] = asked("start: {on: submit}, within: {next: meeting}").promises
    [length] = asked("start: {on: submit}, within: 1h").promises

    assert (date(2024, 3, 31), "2024-04-01T15:00:00Z") == (meeting.day, due(meeting))
    assert length.day is None


def test_what_starts_it_is_cited_where_only_one_thing_can() -> None:
    """Of two that may, nobody knows which it will be."""
    two = "start: [{on: submit, clauses: [D-2]}, {on: comment, when: {kind: wish}}], cycles: one, within: 1h"
    [open_, settled] = (asked(two, **said).promises[0] for said in ({}, {"kind": "incident"}))

    assert [("D-1",), ("D-1", "D-2")] == [open_.clauses, settled.clauses]
    assert [("submit", "comment"), ("submit",)] == [
        tuple(event for trigger in each.starts for event in trigger.on) for each in (open_, settled)
    ]


def test_an_instant_of_no_calendar_is_refused_also_where_nothing_would_start() -> None:
    """And a promise that falls due after all years is named."""
    with pytest.raises(CalendarError, match="`2051-02-01T00:00:00Z` lies outside the years"):
        asked("start: {on: submit, when: {kind: wish}}, within: 1h", "2051-02-01T00:00Z")
    with pytest.raises(CalendarError, match="`reply` cannot be told: the calendar is not open for 3600 s"):
        asked("start: {on: submit}, within: 1h", "2050-12-31T23:00Z")


def test_the_engine_says_the_same() -> None:
    """Greenmash's clocks, opened at every hour of the week before Easter, fall due when it was foretold."""
    policy = load_policy("greenmash")
    contracts = contracts_from(
        {
            "customers": {"acme": {"contracts": [{"kind": "sla"}]}},
            "releases": [{"version": "5", "date": "2024-05-06"}],
        },
        policy,
    )
    engine = Engine(policy, contracts)
    times = schedule_of(policy, [release.date for release in contracts.releases], contracts.override)
    first = datetime.fromisoformat("2024-03-25T00:30Z")

    for hours, severity in product(range(0, 7 * 24, 5), ("1", "2", "3", "4")):
        at = first + timedelta(hours=hours)
        data = {"type": "support-request", "severity": severity}
        decision = engine.apply(None, Event("T-1", at, "submit", "customer", "phone", "acme", data))
        assert decision.accepted, decision.refusal
        limits = {limit.id: limit.at for limit in engine.due(decision.ticket) if limit.kind == "clock"}
        found = forecast(policy, times, seconds_of(at), {"severity": severity, "customer": "acme"}, contracts)
        foretold = {each.commitment.id: each.aim.due_s for each in found.promises if each.aim is not None}
        assert {"acknowledge", "plan", "resolve"} == set(limits)
        assert limits == {id: instant_of(foretold[id] or 0) for id in limits}
