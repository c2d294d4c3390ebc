"""Hours of channels, where a record names another customer than whose ticket it is."""

from __future__ import annotations

from typing import Any

from bulk.differential import Compared, Record
from small_desk import policy_of

from upheld.engine import Engine
from upheld.loader.contracts import contracts_from

DESK = """
upheld: 1
policy: closing
version: 1.0.0
zone: UTC
vendor: {name: Closing}
sources: {terms: {title: Terms}}
clauses: {T-1: {says: everything}}
calendars: {office: {zone: UTC, weekly: {mon-fri: ["09:00-17:00"]}, clauses: [T-1], per-customer: true}}
contracts: {gold: {clauses: [T-1]}}
roles: {customer: {}}
severities: [{id: low, clauses: [T-1]}]
channels: {phone: {accepts: all, during: office, clauses: [T-1]}, portal: {accepts: all, clauses: [T-1]}}
states: {new: {core: open}, done: {core: resolved, final: true}}
events: {submit: {by: customer}, chase: {by: customer}, done: {by: customer}}
transitions:
- {id: submit, on: submit, opens: true, to: new, clauses: [T-1]}
- {id: done, on: done, from: new, to: done, clauses: [T-1]}
"""
HOURS = {"office": {"zone": "UTC", "weekly": {"mon-fri": ["12:00-14:00"]}}}
SIGNED: dict[str, Any] = {"customers": {"own": {"contracts": [{"kind": "gold"}], "calendars": HOURS}, "duck": {}}}


def test_a_channel_has_the_hours_of_whom_its_record_names() -> None:
    """Not those of whose ticket it is; a record that names nobody has these."""
    policy, records = policy_of(DESK), list[Record]()
    for whose in ("own", "duck"):
        for hour in ("10", "13", "18"):
            for named in ("own", "duck", ""):
                told = {"ticket": f"{whose}-{hour}-{named}", "actor": "customer", "data": {}}
                submit = {"at": "2026-03-02T08:00Z", "event": "submit", "channel": "portal", "customer": whose}
                chase = {"at": f"2026-03-02T{hour}:00Z", "event": "chase", "channel": "phone", "customer": named}
                records += [{**told, **submit}, {**told, **chase}]

    assert [] == Compared().look(Engine(policy, contracts_from(SIGNED, policy)), records, None)
