"""A story without end: tickets of a customer with prepaid hours, always the same; a record's number is its key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from upheld import Contracts, Event, Policy, load_policy
from upheld.loader.contracts import contracts_from

BEGIN = datetime.fromisoformat("2026-03-02T09:00+01:00")
TERMS = Path(__file__).with_name("prepaid.yaml")


@cache
def prepaid() -> Policy:
    """The policy."""
    return load_policy(TERMS)


def granted(*minutes: int) -> Contracts:
    """What customer acme has paid for, at one time."""
    grants = [{"account": "hours", "at": "2026-01-01T00:00+01:00", "amount": each} for each in minutes]
    return contracts_from({"customers": {"acme": {"grants": grants}}}, prepaid())


def opening(ticket: str, minute: int = 0) -> Event:
    """What opens a ticket, so many minutes after the beginning."""
    return Event(ticket, BEGIN + timedelta(minutes=minute), "submit", "customer:kim", "", "acme")


def work(ticket: str, minute: int, minutes: int) -> Event:
    """Work of so many minutes on a ticket."""
    return Event(ticket, BEGIN + timedelta(minutes=minute), "work", "agent:a1", data={"minutes": minutes})


class Told(NamedTuple):
    """A record. Attributes: late: whether it belongs before an earlier one of its ticket."""

    number: int
    event: Event
    late: bool


def story(first: int = 0) -> Iterator[Told]:
    """The records from a number on: four tickets at a time, each with ten records, one of them late, one refused."""
    number = first
    while True:
        four, step = divmod(number, 40)
        place, which = divmod(step, 4)
        ticket, minute = f"T-{4 * four + which}", 60 * four + 5 * place + which
        event = opening(ticket, minute)
        if place == 3:
            event = Event(ticket, event.at, "reply", "agent:a2")
        elif place == 9:
            event = Event(ticket, event.at, "resolve", "agent:a1")
        elif place:
            event = work(ticket, minute - (8 if place == 6 else 0), 1 + number % 7)
        yield Told(number, event, place == 6)
        number += 1
