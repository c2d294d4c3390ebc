"""The history of a scenario: what it gives and lets happen, as files would say it, and what of it was accepted.

A verdict tells of what was refused, flagged and moved. That an event was accepted, and
that a rule looked at it and was kept, it does not tell; the decisions do. So the events
of a scenario are decided once more, one by one, and their reasons kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.decision import Decision
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event, read_instant
from upheld.core.record.ticket import Ticket
from upheld.core.time.instant import seconds_of, text_of
from upheld.engine import Engine

Data = Mapping[str, Any]
TICKET = "T-1"
"""The ticket of a scenario that names none."""
SOMEBODY = "somebody"
"""The customer of a scenario that names none: one without contracts."""


def contracts_document(scenario: Data) -> dict[str, Any]:
    """What is given, as a contracts file would say it."""
    given = scenario.get("given", {})
    contracts, grants, calendars = (given.get(name, {}) for name in ("contracts", "grants", "calendars"))
    customers = {
        customer: {
            "contracts": [
                {"kind": each} if isinstance(each, str) else dict(each) for each in contracts.get(customer, [])
            ],
            "grants": [dict(each) for each in grants.get(customer, [])],
            **({"calendars": calendars[customer]} if customer in calendars else {}),
        }
        for customer in dict.fromkeys((*contracts, *grants, *calendars))
    }
    return {"upheld": 1, "customers": customers, "releases": [dict(each) for each in given.get("releases", [])]}


def records(scenario: Data) -> list[dict[str, Any]]:
    """What happens, as the lines of a history; a ticket and a customer that nobody names are filled in."""
    customer = _customer(scenario)
    return [{"ticket": TICKET, "customer": customer, **each} for each in scenario["events"]]


def _customer(scenario: Data) -> str:
    """The only customer named under ``given``, else somebody without contracts."""
    given = scenario.get("given", {})
    named = list(dict.fromkeys(name for each in ("contracts", "grants", "calendars") for name in given.get(each, {})))
    return str(named[0]) if len(named) == 1 else SOMEBODY


Row = dict[str, Any]


def acceptances(
    policy: Policy, events: Iterable[Mapping[str, object]], contracts: Contracts, as_of: str | None
) -> dict[str, list[Row]]:
    """By ticket, the events accepted up to as-of: when, by which transition and which clauses.

    What struck only to flag is no reason for accepting. States observed in a tracker are not asked for.
    """
    engine = Engine(policy, contracts)
    end, _ = read_instant(as_of) if as_of else (None, "")
    tickets: dict[str, Ticket | None] = {}
    accounts: dict[str, Accounts | None] = {}
    counted: dict[str, int] = {}
    found: dict[str, list[Row]] = {}
    for record in events:
        event = Event.from_record(record)
        if event.state:
            return {}
        if end is not None and event.at_s > seconds_of(end):
            continue
        name = event.ticket
        ticket = tickets.get(name)
        customer = event.customer if ticket is None else ticket.customer
        decision = engine.apply(ticket, event, accounts.get(customer))
        tickets[name], accounts[customer] = decision.ticket, decision.accounts
        counted[name] = counted.get(name, 0) + 1
        if decision.accepted:
            found.setdefault(name, []).append(_row(event, counted[name], decision))
    return found


def _row(event: Event, seq: int, decision: Decision) -> Row:
    reasons = [reason for reason in decision.reasons if reason.holds and reason.kind != "timer"]
    return {
        "seq": seq,
        "at": text_of(event.at_s),
        "event": event.event,
        "transition": next((reason.id for reason in reasons if reason.kind == "transition"), None),
        "clauses": list(dict.fromkeys(clause for reason in reasons for clause in reason.clauses)),
        "assumptions": list(dict.fromkeys(name for reason in reasons for name in reason.assumptions)),
    }
