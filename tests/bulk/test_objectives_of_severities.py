"""Objectives of a severity: a clock counts by the severity that it had, whatever became of its ticket."""

from __future__ import annotations

import pytest
from bulk.differential import Record, differences
from small_desk import policy_of

from upheld import Contracts
from upheld.engine import Engine
from upheld.replaying import replay

POLICY = """
upheld: 1
policy: severities
version: 1.0.0
zone: Etc/UTC
vendor: {name: Severities}
sources: {terms: {title: Terms}}
clauses: {T-1: {says: everything}}
parameters: {hours: {by: severity, values: [{from: 2026-01-01, high: 1h, low: 8h}], clauses: [T-1]}}
roles: {agent: {}}
severities: [{id: high, clauses: [T-1]}, {id: low, clauses: [T-1]}]
states: {new: {core: open}, done: {core: resolved, final: true}}
events:
  submit: {by: agent, data: {severity: {}}, sets: {severity: event.severity}}
  grade: {by: agent, data: {severity: {required: true}}, sets: {severity: event.severity}}
  reply: {by: agent}
  done: {by: agent}
transitions:
- {id: submit, on: submit, opens: true, to: new, clauses: [T-1]}
- {id: done, on: done, from: new, to: done, clauses: [T-1]}
commitments:
- id: answer
  start: {on: submit}
  stop: {on: reply}
  calendar: always
  within: {parameter: hours}
  on-change: keep
  clauses: [T-1]
- {id: seen, start: {on: submit}, stop: {on: done}, calendar: always, within: 8h, clauses: [T-1]}
objectives:
- {id: high-ones, of: answer, when: {severity: high}, share: 95%, clauses: [T-1]}
- {id: seen-high, of: seen, when: {severity: high}, share: 95%, clauses: [T-1]}
"""
TICKETS = {
    "lowered": "09:00 submit high, 11:00 reply, 12:00 grade low, 13:00 done",
    "raised": "09:00 submit low, 09:30 reply, 12:00 grade high, 13:00 done",
    "told-later": "09:00 submit, 10:00 grade high, 11:00 reply, 18:00 done",
}


def records(told: dict[str, str]) -> list[Record]:
    """What happened to each ticket on 2 March."""
    made: list[Record] = []
    for ticket, story in told.items():
        for each in story.split(", "):
            clock, event, *severity = each.split()
            data = {"data": {"severity": severity[0]}} if severity else {}
            made.append({"ticket": ticket, "at": f"2026-03-02T{clock}Z", "event": event, "actor": "agent", **data})
    return made


@pytest.mark.parametrize(
    ("tickets", "kept"),
    [(["lowered"], "0/1 1/1"), (["raised"], "0/0 0/0"), (["told-later"], "0/1 0/1"), ([*TICKETS], "0/2 1/2")],
    ids=["lowered", "raised", "told-later", "all"],
)
def test_a_clock_counts_by_its_own_severity(tickets: list[str], kept: str) -> None:
    """One that had none yet counts by that of its ticket."""
    made = replay(policy_of(POLICY), records({name: TICKETS[name] for name in tickets}), as_of="2026-03-03T00:00Z")
    found = [each for each in made["summary"]["objectives"] if each["period"] == "all"]

    assert kept == " ".join(f"{each['kept']}/{each['counted']}" for each in found)


def test_columns_count_as_the_engine_does() -> None:
    """All three tickets at once."""
    assert ([], {}) == differences(Engine(policy_of(POLICY), Contracts()), records(TICKETS))
