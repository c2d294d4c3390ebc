"""Histories that never happened: accepted by their policy, the same from the same seed, and by the rates asked for."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from upheld.core.change.fit import Fit
from upheld.core.policy.policy import Policy
from upheld.engine import Engine
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy
from upheld.replaying import replay
from upheld.simulation.course import usual_calendar
from upheld.simulation.history import as_records, simulated
from upheld.simulation.rates import Rates, read_rates

MONTHS = {
    "entropics": (date(2025, 6, 1), date(2025, 6, 30)),
    "greenmash": (date(2024, 3, 1), date(2024, 3, 31)),
    "manao": (date(2024, 3, 1), date(2024, 3, 31)),
    "mapping": (date(2025, 10, 1), date(2025, 10, 31)),
    "proconcept": (date(2024, 3, 1), date(2024, 3, 31)),
}


@pytest.fixture
def desk(root: Path) -> Policy:
    return load_policy(root / "tests" / "small_desk.yaml")


def rates(text: str) -> Rates:
    found, findings = read_rates(f"upheld: 1\nrates: of-a-test\n{text}".encode(), "rates.yaml")
    assert not findings
    assert found is not None
    return found


@pytest.mark.parametrize("vendor", MONTHS)
def test_every_record_is_one_that_the_policy_accepts(root: Path, vendor: str) -> None:
    """Tickets of every vendor go through its states, and most of them to an end."""
    policy = load_policy(vendor)
    contracts = load_contracts(root / "examples" / vendor / "contracts.yaml", policy)
    since, until = MONTHS[vendor]

    events = simulated(Engine(policy, contracts), tickets=40, since=since, until=until, seed=1)
    replayed = replay(policy, list(as_records(events)), contracts)

    assert [] == [each["code"] for each in replayed["summary"]["refused_by"] if each["code"] != "insufficient-balance"]
    assert replayed["summary"]["tickets"] >= 15
    ended = [each for each in replayed["tickets"] if each["core_state"] in ("resolved", "closed", "auto-closed")]
    assert len(ended) > replayed["summary"]["tickets"] / 2
    assert len({each["to"] for ticket in replayed["tickets"] for each in ticket["moves"]}) >= 4


def test_the_same_seed_makes_the_same_history(desk: Policy) -> None:
    """Another makes another, and more tickets leave the others as they are."""
    asked = {"since": date(2026, 3, 2), "until": date(2026, 3, 29)}
    few, again = (simulated(Engine(desk), tickets=9, seed=5, **asked) for _ in range(2))
    other = simulated(Engine(desk), tickets=9, seed=6, **asked)
    many = simulated(Engine(desk), tickets=99, seed=5, **asked)

    assert few == again
    assert few != other
    first = {f"S-{number:06}" for number in range(1, 10)}
    assert few == [each for each in many if each.ticket in first]


def test_tickets_come_when_the_rates_say(desk: Policy) -> None:
    """By weekday and hour on the clock of the policy's zone."""
    asked = rates(
        f"arrivals: {{weekdays: {{tue: 3, sat: 1}}, hours: {[1 if hour in (3, 15) else 0 for hour in range(24)]}}}"
    )
    events = simulated(Engine(desk), tickets=400, since=date(2026, 3, 2), until=date(2026, 3, 29), rates=asked)
    zone = ZoneInfo(desk.zone)
    opened = {event.ticket: datetime.fromtimestamp(event.at_s, zone) for event in reversed(events)}.values()

    assert {3, 15} == {each.hour for each in opened}
    days = Counter(each.weekday() for each in opened)
    assert {1, 5} == set(days)
    assert 2 < days[1] / days[5] < 4


def test_durations_are_those_of_the_rates(desk: Policy) -> None:
    """With no spread all are alike, so that a fit finds just this time; with one, half of them are shorter."""
    alike = rates("duration: {median: 3h, spread: 1, hours: always}")
    events = simulated(Engine(desk), tickets=50, since=date(2026, 3, 2), until=date(2026, 3, 29), rates=alike)
    of_tickets: dict[str, list[int]] = {}
    for event in events:
        of_tickets.setdefault(event.ticket, []).append(event.at_s)
    gaps = [later - earlier for instants in of_tickets.values() for earlier, later in pairwise(instants)]
    spread = rates("duration: {median: 3h, spread: 4, hours: always}")
    events = simulated(Engine(desk), tickets=200, since=date(2026, 3, 2), until=date(2026, 6, 29), rates=spread)
    of_tickets = {}
    for event in events:
        of_tickets.setdefault(event.ticket, []).append(event.at_s)
    spread_gaps = [later - earlier for instants in of_tickets.values() for earlier, later in pairwise(instants)]

    assert {3 * 3600} == set(gaps)
    shorter = sum(gap < 3 * 3600 for gap in spread_gaps) / len(spread_gaps)
    assert 0.42 < shorter < 0.58
    within = sum(3 * 900 <= gap <= 12 * 3600 for gap in spread_gaps) / len(spread_gaps)
    assert 0.6 < within < 0.76


def test_a_fit_finds_the_time_that_a_history_was_made_with(desk: Policy) -> None:
    """Opening time of the office, two hours from one record to the next."""
    made = rates("duration: {median: 2h, spread: 1}\nevents: {answer: 50}")
    events = simulated(Engine(desk), tickets=60, since=date(2026, 3, 2), until=date(2026, 3, 29), rates=made)
    fit = Fit(desk)
    fit.add_all(replay(desk, list(as_records(events)))["tickets"])
    groups = [group for group in fit.groups() if group.calendar == usual_calendar(desk)]
    times = {time_s for group in groups for time_s in group.stopped_s}

    assert {0} == {time_s % 7200 for time_s in times}
    assert times


def test_weights_of_words_and_events(desk: Policy) -> None:
    """A word of weight 0 is never said, and an event of weight 0 never happens."""
    asked = rates("values: {severity: {high: 1, low: 0}}\nevents: {mark: 0}")
    events = simulated(Engine(desk), tickets=60, since=date(2026, 3, 2), until=date(2026, 3, 29), rates=asked)

    assert {"high"} == {each.data["severity"] for each in events if "severity" in each.data}
    assert "mark" not in {each.event for each in events}
