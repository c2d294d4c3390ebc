"""What the five vendors tell people in French: no word of the policy language where the policy has a French one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from upheld import Engine, Event, load_contracts, load_policy
from upheld.core.policy.policy import Policy
from upheld.core.record.reason import Refusal
from upheld.core.record.ticket import Ticket

VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
AT = datetime(2026, 3, 3, 10, tzinfo=UTC)
"""After every month."""
ENGLISH = re.compile(r"\b(?:the|is|not|may|cannot|needs|missing|possible are|takes|unset|true|false)\b")


EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@cache
def desk(vendor: str) -> tuple[Policy, Engine]:
    policy = load_policy(vendor)
    return policy, Engine(policy, load_contracts(EXAMPLES / vendor / "contracts.yaml", policy), language="fr")


def records(vendor: str) -> Iterator[Event]:
    """The vendor's month."""
    lines = (EXAMPLES / vendor / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return (Event.from_record(json.loads(line)) for line in lines)


def opened(vendor: str) -> Ticket:
    """The first ticket of the month."""
    found = (desk(vendor)[1].apply(None, record).ticket for record in records(vendor))
    return next(ticket for ticket in found if ticket is not None)


def refusals(vendor: str) -> Iterator[Refusal]:
    """Every event by every role and channel, with nothing said and with nonsense, before a ticket and on one."""
    policy, engine = desk(vendor)
    standing: dict[str, Ticket | None] = {}
    for record in records(vendor):
        decision = engine.apply(standing.get(record.ticket), record)
        standing[record.ticket] = decision.ticket
        if decision.refusal is not None:
            yield decision.refusal
    for ticket in (None, opened(vendor)):
        for event in policy.events.values():
            for role in policy.roles:
                for channel in (*policy.channels, ""):
                    for data in ({}, dict.fromkeys(event.fields, "nonsense"), {"nonsense": 1}):
                        name = "T-1" if ticket is None else ticket.id
                        record = Event(name, AT, event.id, role, channel, data=data)
                        decision = engine.apply(ticket, record)
                        if decision.refusal is not None:
                            yield decision.refusal


@pytest.mark.parametrize("vendor", VENDORS)
def test_refusals_call_everything_by_its_french_label(vendor: str) -> None:
    """V10: an id stands only where somebody has to write it, beside its label, and where the policy has no label."""
    policy, _ = desk(vendor)
    sections = (policy.events, policy.states, policy.channels, policy.roles, policy.facts, policy.accounts)
    labelled = {name for section in sections for name, item in section.items() if "fr" in item.label.languages}
    labelled |= {each.id for each in policy.severities}
    found = {each.message for each in refusals(vendor)}

    assert len(found) > 10
    for message in found:
        to_write = set(re.findall(r"`([^`]+)` \(«", message)) | {"nonsense"}
        assert not (set(re.findall(r"`([^`]+)`", message)) - to_write) & labelled, message
        assert not ENGLISH.search(re.sub(r"`[^`]*`|«[^»]*»", "", message)), message
