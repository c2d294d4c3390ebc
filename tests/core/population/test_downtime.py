"""Down time: while a ticket is in a state and, where there is a condition, while that holds."""

from __future__ import annotations

from functools import cache

import pytest

from upheld.core.policy.policy import Policy
from upheld.loading import examine
from upheld.replaying import replay

POLICY = """
upheld: 1
policy: tower
version: 1.0.0
extends: base@1.0.0
effective: {from: 2026-01-01}
zone: Etc/UTC
vendor: {name: Tower, language: en}
title: What Tower promises
sources: {terms: {title: Terms}}
clauses:
  T-1: {says: the service is up for 99.9 per cent of each month; it is down while a request is urgent}
severities: [{id: urgent, label: Urgent, clauses: [T-1]}, {id: normal, label: Normal, clauses: [T-1]}]
channels: {mail: {label: Mail, accepts: all, clauses: [T-1]}}
events:
  correct:
    label: Correct
    by: agent
    data: {severity: {required: true}}
    sets: {severity: event.severity}
    corrects: [severity]
timers:
  - {id: unseen, label: Unseen, in: open, after: 4h, calendar: always, sets: {severity: urgent}, clauses: [T-1]}
availability:
  - id: uptime
    label: Up
    down: {in: [open, qualified], when: {severity: urgent}}
    calendar: always
    share: 99.9%
    per: month
    clauses: [T-1]
"""


@cache
def policy() -> Policy:
    found = examine(POLICY.encode(), "policy.yaml")
    assert found.policy is not None, found.findings
    return found.policy


def records(told: str, ticket: str = "T-1") -> list[dict[str, object]]:
    """What happened to a ticket on 2 March: `09:00 submit urgent, 10:00 resolve`."""
    made: list[dict[str, object]] = []
    for each in told.split(", "):
        clock, event, *severity = each.split()
        data = {"data": {"severity": severity[0]}} if severity else {}
        made.append({"ticket": ticket, "at": f"2026-03-02T{clock}Z", "event": event, "actor": "agent", **data})
    return made


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ("09:00 submit urgent, 10:00 resolve", 60),
        ("09:00 submit urgent, 09:30 set-severity normal, 10:00 resolve", 30),
        ("09:00 submit normal, 09:40 set-severity urgent, 10:00 resolve", 20),
        ("09:00 submit urgent, 09:10 set-severity normal, 09:50 set-severity urgent, 10:00 resolve", 20),
        ("09:00 submit urgent, 10:00 resolve, 11:00 set-severity normal", 60),
        ("09:00 submit normal, 10:00 resolve, 11:00 set-severity urgent, 12:00 reopen, 12:05 resolve", 5),
        ("09:00 submit normal, 13:30 set-severity normal, 15:00 resolve", 30),
        ("09:00 submit urgent, 09:30 set-severity normal, 10:00 correct normal, 11:00 resolve", 0),
        ("09:00 submit normal, 09:30 correct urgent, 10:00 resolve", 60),
        ("09:00 submit, 09:30 set-severity urgent, 09:50 set-severity normal, 10:00 resolve", 50),
    ],
    ids=["", "lowered", "raised", "twice", "after", "between", "by-a-timer", "a-mistake", "told-too-low", "told-late"],
)
def test_a_ticket_is_down_while_the_condition_holds(told: str, minutes: int) -> None:
    """A change of what it reads ends or begins it; what is corrected was so from the beginning; timers count too, and
    what is first told later was so from the beginning."""
    [row] = replay(policy(), records(told), as_of="2026-03-02T23:00Z")["summary"]["availability"]

    assert minutes * 60 == row["down_s"]
