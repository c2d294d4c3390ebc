"""Stories: what a scenario gives and lets happen, as a history and a contracts file would say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]
TICKET = "T-1"
"""The ticket of a scenario that names none."""
SOMEBODY = "somebody"
"""The customer of a scenario that names none: one without contracts."""


def contracts_document(scenario: Data) -> dict[str, Any]:
    """What is given, as a contracts file would say it."""
    given = scenario.get("given", {})
    contracts, grants = given.get("contracts", {}), given.get("grants", {})
    customers = {
        customer: {
            "contracts": [
                {"kind": each} if isinstance(each, str) else dict(each) for each in contracts.get(customer, [])
            ],
            "grants": [dict(each) for each in grants.get(customer, [])],
        }
        for customer in dict.fromkeys((*contracts, *grants))
    }
    return {"upheld": 1, "customers": customers, "releases": [dict(each) for each in given.get("releases", [])]}


def records(scenario: Data) -> list[dict[str, Any]]:
    """What happens, as the lines of a history; a ticket and a customer that nobody names are filled in."""
    customer = _customer(scenario)
    return [{"ticket": TICKET, "customer": customer, **each} for each in scenario["events"]]


def _customer(scenario: Data) -> str:
    """The only customer named under ``given``, else somebody without contracts."""
    given = scenario.get("given", {})
    named = list(dict.fromkeys((*given.get("contracts", {}), *given.get("grants", {}))))
    return str(named[0]) if len(named) == 1 else SOMEBODY
