"""A small desk: one policy in which every step of the engine has something to do, and words to tell its stories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from upheld.core.decision.decision import Decision
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.record.ticket import Ticket
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from
from upheld.loading import examine

DESK = Path(__file__).with_name("small_desk.yaml").read_text(encoding="utf-8")

ACME = {
    "customers": {
        "acme": {"contracts": [{"kind": "gold", "from": "2024-01-01", "until": "2024-06-30"}]},
        "sited": {"contracts": [{"kind": "gold", "sites": ["paris", "lyon"]}]},
    }
}


@cache
def desk() -> Policy:
    """The policy, which the checker finds no errors in."""
    return policy_of(DESK)


def policy_of(text: str) -> Policy:
    examined = examine(text.encode(), "desk.yaml")
    assert not examined.errors, "\n".join(map(str, examined.errors))
    assert examined.policy is not None
    return examined.policy


def contracts(policy: Policy | None = None) -> Contracts:
    return contracts_from(ACME, policy or desk())


@cache
def engine(audit: bool = False) -> Engine:
    return Engine(desk(), contracts(), audit=audit)


def instant(text: str) -> datetime:
    """`04T09:30` is in March 2024, in Paris before summer time; what has a year is read as it stands."""
    return datetime.fromisoformat(text if len(text) > 11 else f"2024-03-{text}+01:00")


def event(at: str, name: str, actor: str = "agent", ticket: str = "T-1", **columns: Any) -> Event:
    """An event; one of a customer comes by the portal."""
    if actor.partition(":")[0] == "customer":
        columns.setdefault("channel", "portal")
    return Event(ticket, instant(at), name, actor, **columns)


def submit(at: str = "04T10:00", **columns: Any) -> Event:
    """The event that opens a ticket: a question of high severity, on a Monday, of a customer without contract."""
    data = {"type": "question", "severity": "high", **columns.pop("data", {})}
    return event(at, "submit", columns.pop("actor", "customer"), data=data, **columns)


def tell(*events: Event, on: Engine | None = None, ticket: Ticket | None = None) -> list[Decision]:
    """Apply events one after another; the decisions."""
    decisions = []
    for each in events:
        decisions.append((on or engine()).apply(ticket, each))
        ticket = decisions[-1].ticket
    return decisions


def ticket_after(*events: Event, on: Engine | None = None) -> Ticket:
    """The ticket after events that were all accepted."""
    decisions = tell(*events, on=on)
    refused = [decision.refusal for decision in decisions if not decision.accepted]
    assert not refused, refused
    ticket = decisions[-1].ticket
    assert ticket is not None
    return ticket


def record(each: Event) -> Mapping[str, object]:
    """An event as a record of a history."""
    columns = {"ticket": each.ticket, "at": each.at.isoformat(), "actor": each.actor, "channel": each.channel}
    columns |= {"customer": each.customer, "event": each.event, "state": each.state}
    return {**{name: value for name, value in columns.items() if value}, "data": dict(each.data)}
