"""Dated starts as columns: clocks that count from a date in their record, and what is judged on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from bulk.differential import Record, differences
from bulk.noise import noisy
from small_desk import policy_of

from upheld import Event
from upheld.bulk.reading.history_table import batch_of, history_table
from upheld.bulk.verdicts.late_columns import gained
from upheld.core.replay.late import LateRecords, by_ticket
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from

DESK = """
upheld: 1
policy: dated
version: 1.0.0
zone: Europe/Paris
vendor: {name: Dated}
sources: {terms: {title: Terms}}
clauses: {T-1: {says: everything}}
facts: {kind: {one-of: [bug, wish]}, known: {boolean: true, default: false}}
parameters:
  hours:
    by: severity
    values: [{from: 2020-01-01, high: 2h, low: 4h}, {from: 2026-03-04, high: 1h, low: 3h}]
    clauses: [T-1]
calendars:
  office: {zone: Europe/Paris, weekly: {mon-fri: ["09:00-17:00"]}, clauses: [T-1], per-customer: true}
contracts: {gold: {clauses: [T-1]}}
roles: {customer: {}, agent: {}}
severities: [{id: high, clauses: [T-1]}, {id: low, clauses: [T-1]}]
channels: {portal: {accepts: all, clauses: [T-1]}}
states: {new: {core: open}, open: {core: qualified}, done: {core: resolved, final: true}}
events:
  submit:
    by: [customer, agent]
    data: {kind: {}, severity: {required: true}, since: {instant: true}, day: {date: true}}
    sets: {kind: event.kind, severity: event.severity}
  mark: {by: agent, data: {kind: {required: true}, known: {}}, sets: {kind: event.kind, known: event.known}}
  grade: {by: agent, data: {severity: {required: true}}, sets: {severity: event.severity}}
  wait: {by: agent, data: {day: {date: true}}, effects: [{kind: notify, to: customer, about: we wait}]}
  go-on: {by: agent}
  done: {by: agent}
transitions:
- {id: submit, on: submit, opens: true, to: new, clauses: [T-1]}
- {id: go-on, on: go-on, from: new, to: open, clauses: [T-1]}
- {id: done, on: done, from: [new, open], to: done, clauses: [T-1]}
commitments:
"""
OF_INSTANT = "start: {on: submit, at: {ref: event.since}}"
FORMS = {
    "a table that changes": f"{OF_INSTANT}, stop: {{on: done}}, within: {{parameter: hours}}, on-change: keep",
    "a contract that ends": f"{OF_INSTANT}, stop: {{on: done}}, within: 3h, when: {{contract: gold}}",
    "a date": "start: {on: submit, at: {ref: event.day}}, stop: {on: done}, within: 1bd, business-day: same-time",
    "warnings and a pause": f"{OF_INSTANT}, stop: {{on: done}}, within: 4h, warn-at: [50%, 90%], breached: true, "
    "remind-after: {every: 2h, at-most: 3}, pause: {from: {on: wait}, until: {on: go-on}}",
    "what is known later": f"{OF_INSTANT}, stop: {{on: done}}, within: 4h, when: {{kind: bug}}, warn-at: [50%], "
    "on-change: keep",
    "what is judged again": f"{OF_INSTANT}, stop: {{on: done}}, within: {{parameter: hours}}, on-change: retarget",
    "what starts anew": f"{OF_INSTANT}, stop: {{on: done}}, within: {{parameter: hours}}, on-change: restart",
}


def engine_of(form: str) -> Engine:
    calendar = "" if "calendar" in form else ", calendar: office"
    policy = policy_of(f"{DESK}- {{id: promise, {form}{calendar}, clauses: [T-1]}}\n")
    hours = {"office": {"zone": "Europe/Paris", "weekly": {"mon-fri": ["12:00-14:00"]}}}
    signed: dict[str, Any] = {
        "acme": {"contracts": [{"kind": "gold", "until": "2026-03-03"}]},
        "duck": {"contracts": []},
        "own": {"contracts": [{"kind": "gold"}], "calendars": hours},
    }
    return Engine(policy, contracts_from({"customers": signed}, policy))


def history(customers: Sequence[str], tickets: int = 60) -> list[Record]:
    """Tickets that were told of up to two days before they are entered, at any hour of a week."""
    found = []
    for ticket in range(tickets):
        chance, whose = Random(ticket), customers[ticket % len(customers)]
        minute = chance.randrange(2 * 1440, 4 * 1440, 7)
        since = minute - chance.choice((0, 5, 300, 900, 2000, -60))
        data = {"severity": chance.choice(("high", "low")), "day": f"2026-03-0{1 + since // 1440}"}
        data |= {"since": _at(since)} if chance.random() < 0.8 else {}
        data |= {"kind": "bug"} if chance.random() < 0.3 else {}
        found.append(_record(ticket, minute, "submit", whose, data))
        for event in chance.sample(("mark", "grade", "wait", "go-on", "done"), 5):
            minute += chance.choice((0, 10, 200, 1000))
            told: dict[str, Any] = {"grade": {"severity": chance.choice(("high", "low"))}}.get(event, {})
            if event == "mark":
                told = {"kind": chance.choice(("bug", "wish")), "known": chance.choice((True, False, None))}
            found.append(_record(ticket, minute, event, whose, told))
    return found


def _record(ticket: int, minute: int, event: str, customer: str, data: dict[str, Any]) -> Record:
    told = {"ticket": f"T-{ticket}", "at": _at(minute), "event": event, "actor": "agent", "customer": customer}
    return {**told, "data": data}


def _at(minute: int) -> str:
    return f"2026-03-{1 + minute // 1440:02}T{minute % 1440 // 60:02}:{minute % 60:02}Z"


@pytest.mark.parametrize("form", FORMS)
def test_a_clock_counts_from_the_date_in_its_record(form: str) -> None:
    """What is promised is read as at the date; no ticket is left for it, and none differs that is spoilt besides."""
    engine, records = engine_of(FORMS[form]), history(("acme", "duck"))
    found, fallbacks = differences(engine, records)

    assert [] == found
    assert "own date" not in fallbacks
    assert [] == differences(engine, noisy(records, [*engine.policy.events], 1))[0]


def test_hours_of_a_customers_own_are_left_to_the_scalar_path() -> None:
    """A date is the first opening of its day, and these have others."""
    found, fallbacks = differences(engine_of(FORMS["a date"]), history(("acme", "own")))

    assert [] == found
    assert fallbacks["own date"]


@pytest.mark.parametrize("since", ("1971-01-01T00:00:00Z", "2049-12-31T00:00:00Z", "9999-01-01T00:00:00Z"))
def test_years_that_no_calendar_covers_are_told_by_the_engine(since: str) -> None:
    """It refuses such a record, and so do columns, which leave it."""
    records = history(("acme",), 5)
    records[0]["data"]["since"] = since

    assert [] == differences(engine_of(FORMS["what is judged again"]), records)[0]


def test_late_records_of_long_tickets_are_told_ticket_by_ticket() -> None:
    """Of several whose records come among one another."""
    engine, late, records = engine_of(FORMS["a contract that ends"]), LateRecords(), []
    for ticket in (1, 2):
        late.note(f"T-{ticket}", 0)
        records.append(_record(ticket, 2000, "submit", "duck", {"severity": "low"}))
        records += [_record(ticket, 2001 + 2 * each + ticket, "wait", "duck", {}) for each in range(510)]
    events = [Event.from_record(each) for each in records]

    assert late.gained(engine, events, by_ticket) == gained(late, history_table([batch_of(events)]), engine, None)


def test_a_breach_comes_after_the_records_of_its_due_instant() -> None:
    """At which the clock could still have been stopped in time."""
    form = "start: {on: submit}, stop: {on: done}, within: 2h, breached: true, calendar: always"
    records = [_record(1, 3000, "submit", "duck", {"severity": "low"}), _record(1, 3120, "wait", "duck", {})]
    records.append(_record(1, 3200, "done", "duck", {}))

    assert ([], {}) == differences(engine_of(form), records)


def test_what_begins_anew_in_its_first_second_begins_anew_later_on_another_ticket() -> None:
    """One looks as if nothing had happened to it, and whoever is in its status is decided alike."""
    promise = "start: {on: submit}, stop: {on: done}, within: {closing-of: same-day}"
    form = promise + ", on-change: restart, when: {kind: {set: true}}"
    records = []
    for ticket, minutes in enumerate((0, 30, 90)):
        records.append(_record(ticket, 3000, "submit", "duck", {"severity": "low", "kind": "bug"}))
        records.append(_record(ticket, 3000 + minutes, "mark", "duck", {"kind": "wish"}))

    assert ([], {}) == differences(engine_of(form), records)


def test_what_a_timer_fixes_stops_on_the_first_opening_of_the_calendar_that_it_has_then() -> None:
    """One that was stopped at a date is left; one that was stopped without stands otherwise."""
    promise = "start: {on: submit}, stop: {on: wait, at: {ref: event.day}}, within: 4h, when: {kind: bug}"
    hours = "calendar: [{when: {kind: bug}, is: always}, {is: office}], on-change: keep, clauses: [T-1]"
    timer = "{id: known, in: new, after: 3h, calendar: always, sets: {kind: bug}, clauses: [T-1]}"
    policy = policy_of(f"{DESK}- {{id: promise, {promise}, {hours}}}\ntimers: [{timer}]\n")
    records = [_record(each, 3000, "submit", "duck", {"severity": "low"}) for each in (0, 1)]
    records += [_record(each, 3100, "wait", "duck", {"day": "2026-03-03"} if each else {}) for each in (0, 1)]
    records.append(_record(2, 3600, "submit", "duck", {"severity": "low"}))

    assert ([], {"own date": 1}) == differences(Engine(policy), records)
