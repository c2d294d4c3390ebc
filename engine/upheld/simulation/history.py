"""Histories: many tickets between two instants, each with a course of its own.

Every ticket is drawn by itself, from the seed and its number, so that asking for more tickets leaves the others as they
are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random

from upheld.core.errors import ArgumentError
from upheld.core.policy.contracts import Contracts
from upheld.core.record.event import Event
from upheld.core.time.calendar import Calendar
from upheld.core.time.day import WEEKDAYS
from upheld.core.time.instant import date_of_day, day_number, text_of
from upheld.engine import Engine
from upheld.simulation.course import Courses, drawn
from upheld.simulation.rates import Rates


def simulated(
    engine: Engine, *, tickets: int, since: date, until: date, seed: int = 0, rates: Rates | None = None
) -> list[Event]:
    """The records of a history that might have been, in the order of their instants.

    Args:
        tickets: How many come in between the two days, which are dates of the policy's zone and both included.
            A customer's contracts may let fewer be opened.
        rates: How often and how long; by default an office that is busiest in the morning.

    Returns: records that the engine accepts, but for those that a balance is too small for. What would happen after the
        last day is left out, so that the youngest tickets are still open.

    Raises: ArgumentError where no weekday between the two has a weight.
    """
    rates = rates or Rates()
    courses, calendar = Courses(engine, rates), Calendar.always(engine.policy.zone)
    days = range(day_number(since), day_number(until) + 1)
    weights = [rates.weekdays.get(WEEKDAYS[date_of_day(day).weekday()], 0) for day in days]
    if not sum(weights):
        raise ArgumentError(f"no ticket comes in from `{since}` to `{until}`: the weekdays between them have no weight")
    end_s, found = calendar.instant_s(days[-1] + 1, 0) - 1, list[Event]()
    known = customers(engine.contracts, rates)
    for number in range(1, tickets + 1):
        random = Random(f"{seed}/{number}")
        day, hour = drawn(random, days, weights), drawn(random, range(24), rates.hours)
        opened_s = calendar.instant_s(day, hour * 3600 + int(random.random() * 3600))
        customer = drawn(random, known)
        found += courses.course(random, f"S-{number:06}", customer, opened_s, end_s)
    return sorted(found, key=lambda event: (event.at_s, event.ticket))


def customers(contracts: Contracts, rates: Rates) -> list[str]:
    """Those of the contracts; or else as many as the rates say."""
    return [*contracts.customers] or [f"customer-{number}" for number in range(1, rates.customers + 1)]


def as_records(events: list[Event]) -> Iterator[Mapping[str, object]]:
    """The records as a canonical history has them; absent fields are left out."""
    for event in events:
        told = {"ticket": event.ticket, "at": text_of(event.at_s), "event": event.event, "actor": event.actor}
        more = {"channel": event.channel, "customer": event.customer, "data": dict(event.data)}
        yield {**told, **{name: value for name, value in more.items() if value}}
