"""What the engine is asked once: what it did to one ticket is told of no other to which it would do something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bulk.differential import Compared, Record, differences
from small_desk import policy_of

from upheld import replay
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from

DESK = """
upheld: 1
policy: asked
version: 1.0.0
zone: UTC
vendor: {name: Asked}
sources: {terms: {title: Terms}}
clauses: {T-1: {says: everything}}
facts: {kind: {one-of: [bug, wish]}, agreed: {instant: true}}
parameters: {hours: {by: severity, values: [{from: 2020-01-01, high: 2h, low: 4h}], clauses: [T-1]}}
calendars: {office: {zone: UTC, weekly: {mon-fri: ["09:00-17:00"]}, clauses: [T-1]}}
contracts: {gold: {clauses: [T-1]}}
roles: {customer: {}, agent: {}}
severities: [{id: high, clauses: [T-1]}, {id: low, clauses: [T-1]}]
channels: {portal: {accepts: all, clauses: [T-1]}}
states: {new: {core: open}, done: {core: resolved, final: true}}
events:
  submit: {by: [customer, agent], data: {since: {instant: true}, wanted: {instant: true}}, sets: {severity: low}}
  mark: {by: agent, data: {kind: {required: true}}, sets: {kind: event.kind}}
  agree: {by: agent, data: {agreed: {required: true}}, sets: {agreed: event.agreed}}
  note: {by: agent, ticket: not-needed}
  done: {by: agent}
transitions:
- {id: submit, on: submit, opens: true, to: new, clauses: [T-1]}
- {id: done, on: done, from: new, to: done, clauses: [T-1]}
commitments:
"""
QUICK = "timers: [{id: raise, in: new, after: 0min, sets: {severity: high}, clauses: [T-1]}]"
REMINDS = """
timers:
- {id: remind, in: new, after: 2h, calendar: always, effects: [{kind: notify, to: agent, about: new}], clauses: [T-1]}
"""
SIGNED: dict[str, Any] = {"customers": {"acme": {"contracts": [{"kind": "gold", "until": "2026-03-03"}]}, "duck": {}}}


def found(promise: str, records: list[Record], more: str = "") -> list[str]:
    """In what columns differ from the scalar path."""
    policy = policy_of(f"{DESK}- {{id: promise, {promise}, stop: {{on: done}}, clauses: [T-1]}}\n{more}")
    return differences(Engine(policy, contracts_from(SIGNED, policy)), records)[0]


def record(ticket: int, at: str, event: str, customer: str = "acme", actor: str = "agent", **data: Any) -> Record:
    told = {"ticket": f"T-{ticket}", "at": f"2026-03-{at}Z", "event": event, "actor": actor, "channel": "portal"}
    return {**told, "customer": customer, "data": data}


def test_a_clock_that_waits_is_its_own_customers() -> None:
    """Where another one's began in the days of a contract, and this one's after it."""
    calendar = "calendar: [{when: {kind: bug}, is: always}, {is: office}]"
    records = [
        record(1, "05T10:00", "submit"),
        record(1, "05T11:00", "mark", kind="bug"),
        record(2, "02T10:00", "submit", "duck", "customer"),
    ]

    assert [] == found(
        f"start: {{on: submit}}, within: 3h, when: {{contract: gold}}, {calendar}, on-change: keep", records
    )


def test_a_timer_that_fires_at_once_takes_a_promise_away() -> None:
    """The clock that began a moment before has lapsed."""
    promise = (
        "start: {on: submit}, within: {parameter: hours}, when: {severity: low}, calendar: office, on-change: retarget"
    )

    assert [] == found(promise, [record(1, "02T10:00", "submit")], QUICK)


@pytest.mark.parametrize(
    "promise",
    (
        "start: {on: submit, at: {ref: event.since}}, within: {parameter: hours}, calendar: office",
        "start: {on: submit}, within: {at: {ref: event.wanted}}, "
        "calendar: [{when: {severity: high}, is: always}, {is: office}]",
    ),
)
def test_a_timer_judges_at_once_only_what_is_not_due(promise: str) -> None:
    """What began long ago, or is due at an instant that has passed, stays as it was promised."""
    told = {"since": "2026-03-02T09:59Z", "wanted": "2026-03-02T12:00Z"}
    records = [record(1, "02T10:00", "submit", **told), record(2, "02T15:00", "submit", **told)]

    assert [] == found(f"{promise}, on-change: retarget", records, QUICK)


def test_a_warning_that_a_record_brings_is_told_after_a_timer() -> None:
    """Both come in one second, and the timer fires before the record."""
    promise = "start: {on: submit}, within: {at: {ref: agreed}}, calendar: office, on-change: restart, warn-at: [50%]"
    records = [record(1, "02T10:00", "submit"), record(1, "02T12:00", "agree", agreed="2026-03-02T13:00Z")]

    assert [] == found(promise, records, REMINDS)


def test_what_needs_no_ticket_bears_any_instant() -> None:
    """Records that were accepted before the opening are no measure of when later warnings were told."""
    steps = [*[("06T10:00", "note")] * 5, ("02T10:00", "submit"), ("05T10:00", "done")]
    records = [record(ticket, *step) for ticket in (1, 2, 3) for step in steps]

    assert [] == found("start: {on: submit}, within: 10h, calendar: always, breached: true", records, REMINDS)


def test_a_clock_keeps_its_number_though_an_earlier_one_never_applied() -> None:
    """Of two that wait for one date, the first turns out to be none once the second has been counted."""
    promise = "start: [{on: submit, when: {severity: high}}, {on: mark}], cycles: many, within: {at: {ref: agreed}}"
    begun = [record(1, "02T10:00", "submit"), record(1, "02T11:00", "mark", kind="bug")]
    agreed = record(1, "02T12:00", "agree", agreed="2026-03-04T12:00Z")

    assert [] == found(f"{promise}, calendar: office, on-change: retarget", [*begun, agreed])


def test_a_ticket_stays_its_own_customers() -> None:
    """Where another one's answers for a record that does not ask whose it is, since none of the same stood so early."""
    rule = "rules: [{id: theirs, on: mark, when: {customer: acme}, flag: always, clauses: [T-1]}]"
    records = [
        record(0, "02T09:00", "submit", "acme", "customer"),
        record(1, "05T09:00", "submit", "duck", "customer"),
        record(1, "05T10:00", "agree", agreed="2026-03-09T10:00:00Z"),
        record(2, "06T09:00", "submit", "acme", "customer"),
        record(2, "06T10:00", "note"),
        record(3, "05T09:00", "submit", "acme", "customer"),
        record(3, "05T10:00", "agree", agreed="2026-03-09T10:00:00Z"),
    ]

    assert [] == found("start: {on: submit}, within: 3h, calendar: always, cycles: one", records, rule)


PLUGIN = """
from upheld import ProvidedCondition, hookimpl
@hookimpl
def upheld_conditions():
    return [ProvidedCondition("acme.is-vip", ["customer"], lambda facts: facts["customer"] == "acme")]
"""


def test_a_promise_that_a_plugin_decides_is_made_to_whom_it_says(install: Callable[..., Path]) -> None:
    """Not to whoever opens a ticket in the same words as the first, in whatever way a history is decided."""
    install("acme_support", PLUGIN)
    promise = "when: {hook: acme.is-vip}, start: {on: submit}, stop: {on: done}, within: 2h, calendar: always"
    policy = policy_of(f"{DESK}- {{id: answer, {promise}, cycles: one, clauses: [T-1]}}")
    records = [record(at, "02T09:00", "submit", ("acme", "duck")[at % 2], "customer") for at in range(6)]

    assert [] == Compared().look(Engine(policy, contracts_from(SIGNED, policy)), records, None)
    assert [1, 0] * 3 == [len(each["commitments"]) for each in replay(policy, records)["tickets"]]
