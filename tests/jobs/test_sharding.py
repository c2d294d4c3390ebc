"""Which part decides a ticket: any, or with all that may touch the same accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from upheld import Engine, Event, load_policy
from upheld.core.time.instant import instant_of
from upheld.jobs.sharding import CustomerSharding, TicketSharding

PARTS = 3


@pytest.fixture
def sharding(root: Path) -> CustomerSharding:
    """Under a policy that bills."""
    policy = load_policy(str(root / "tests" / "documents" / "good" / "harbour" / "policy.yaml"))
    return CustomerSharding(Engine(policy), PARTS)


def see(sharding: CustomerSharding, ticket: str, event: str, customer: str = "") -> None:
    sharding.see(Event(ticket, instant_of(10**9), event, customer=customer))


def test_tickets_are_spread() -> None:
    """Over all parts, evenly, and on every machine alike; an id that no encoding knows is one, too."""
    sharding = TicketSharding(PARTS)
    counts = [0] * PARTS
    for number in range(3000):
        counts[sharding.part_of(f"T-{number}")] += 1

    assert all(900 < count < 1100 for count in counts), counts
    assert 0 <= sharding.part_of("\ud800") < PARTS
    assert [0, 0, 2] == [sharding.part_of(each) for each in ("T-1", "T-2", "T-3")]


def test_a_customer_is_decided_in_one_part(sharding: CustomerSharding) -> None:
    """All tickets of a customer, and those of others elsewhere, by how many records they have."""
    for number in range(60):
        see(sharding, f"T-{number}", "submit", f"c{number % 6}")
        see(sharding, f"T-{number}", "qualify")
    parts = {f"c{which}": {sharding.part_of(f"T-{number}") for number in range(which, 60, 6)} for which in range(6)}

    assert all(len(each) == 1 for each in parts.values()), parts
    assert [2, 2, 2] == [sum(part in each for each in parts.values()) for part in range(PARTS)]


def test_customers_of_one_ticket_are_decided_together(sharding: CustomerSharding) -> None:
    """Also over several tickets, since any of the records may be the one that opens it; others are not tied."""
    for ticket, customer in (("A", "one"), ("A", "two"), ("B", "two"), ("B", "three"), ("C", "three"), ("D", "four")):
        see(sharding, ticket, "submit", customer)
    see(sharding, "D", "reply", "one")

    assert 1 == len({sharding.part_of(ticket) for ticket in "ABC"})
    assert sharding.part_of("D") != sharding.part_of("A")


def test_what_nothing_opens_is_decided_anywhere(sharding: CustomerSharding) -> None:
    """A record that opens no ticket is refused where there is none, and touches nobody's account."""
    see(sharding, "T-1", "reply", "one")

    assert TicketSharding(PARTS).part_of("T-1") == sharding.part_of("T-1")
