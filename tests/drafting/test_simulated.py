"""Histories of a vendor's policy, drafted back: what comes out is what it had, as far as the history shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from drafting.conftest import Drafting, table

from upheld.engine import Engine
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy
from upheld.replaying import replay
from upheld.simulation.history import simulated

QUARTERS = {
    "entropics": (date(2025, 6, 1), date(2025, 8, 31)),
    "greenmash": (date(2024, 3, 1), date(2024, 5, 31)),
    "manao": (date(2024, 3, 1), date(2024, 5, 31)),
    "mapping": (date(2025, 10, 1), date(2025, 12, 31)),
    "proconcept": (date(2024, 3, 1), date(2024, 5, 31)),
}
TICKETS = 400
QUICK = ("proconcept",)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def moved(root: Path, vendor: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Each move of a simulated history: the ticket, the move, and who made it."""
    policy = load_policy(vendor)
    contracts = load_contracts(root / "examples" / vendor / "contracts.yaml", policy)
    since, until = QUARTERS[vendor]
    events = simulated(Engine(policy, contracts), tickets=TICKETS, since=since, until=until, seed=7)
    roles = {(event.ticket, event.at.isoformat().replace("+00:00", "Z")): event.role for event in events}
    for verdict in replay(policy, events, contracts)["tickets"]:
        for move in verdict["moves"]:
            role = roles.get((verdict["ticket"], move["at"]), "system")
            yield verdict["ticket"], move, role if role in ("customer", "system") else "agent"


@pytest.mark.parametrize("vendor", QUARTERS)
def test_states_moves_and_hours_come_back(
    root: Path, drafting: Drafting, vendor: str, request: pytest.FixtureRequest
) -> None:
    """Every state and move that was simulated is in the draft, none that was not, and people work when they did."""
    if vendor not in QUICK and not request.config.getoption("--full"):
        pytest.skip("the other vendors are drafted with --full")
    moves = [*moved(root, vendor)]
    policy = load_policy(vendor)
    rows = [(ticket, move["at"], move["to"], role, role) for ticket, move, role in moves]
    words = ("--zone", policy.zone, "--least", "0", "--country", "FR", "--paths", "20")
    draft = drafting(table("id,time,status,actor,author role", rows), *words)
    seen = {(move["from"], move["to"]) for _, move, _ in moves if move["from"] != move["to"]}
    drafted = {(origin, each.target) for each in draft.policy.transitions for origin in each.origins or (None,)}
    left_out = {(each["from"], each["to"]) for each in draft.summary["left_out"]}

    assert [] == draft.problems()
    assert {move["to"] for _, move, _ in moves} == set(draft.policy.states)
    assert seen == drafted | left_out
    assert not drafted & left_out
    audit = draft.audit()
    assert audit["moves"] - audit["conforming_moves"] <= 0.02 * audit["moves"]
    (calendar,) = policy.calendars.values()
    assert {day: list(calendar.document["weekly"]["mon-fri"]) for day in WORKDAYS} == draft.summary["hours"]["weekly"]
