"""Unpaused dues: what the engine promises each clock, and how long each timer waits."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pytest
from core.clocks.tiny_ticket import HEAD, commitment, policy_of
from reference.agreement import made_examples

from upheld.bulk.clocks.given import Promised
from upheld.bulk.clocks.opening_seconds import BEYOND_S, NOT_KNOWN_S, Openings
from upheld.bulk.clocks.unpaused_dues import timer_dues, unpaused_dues
from upheld.calendars.schedule import schedule_of
from upheld.core.clocks.rules import ClockRules
from upheld.core.errors import CalendarError
from upheld.core.lifecycle.timers import Timers
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from
from upheld.loading import examine

FROM_S, UNTIL_S = 1_700_000_000, 1_740_000_000

AGREED = {"promised-for": 1_720_000_000, "event.wanted": 1_720_000_001}
"""What targets of random policies that are agreed are read from."""


def starts(draw: random.Random, count: int) -> list[int]:
    """Instants in whole minutes of some days, with others anywhere: many are of one date."""
    days = [draw.randrange(FROM_S, UNTIL_S) for _ in range(6)]
    near = [draw.choice(days) // 60 * 60 + 60 * draw.randrange(24 * 60) for _ in range(count)]
    return near + [draw.randrange(FROM_S, UNTIL_S) for _ in range(count // 4)]


def promised(rules: ClockRules, commitment: int, customer: str, lookup, at_s: list[int]):
    """What the engine promises clocks that start at these instants: promises, the place of each, and when it is due."""
    promises: dict[Promised, int] = {}
    places, from_s, dues = [], [], []
    for start_s in at_s:
        aim = rules.terms[commitment].aim(start_s, customer, lookup)
        if aim is not None:
            each = Promised(commitment, 0, aim._replace(due_s=None), customer)
            places.append(promises.setdefault(each, len(promises)))
            from_s.append(start_s)
            dues.append(NOT_KNOWN_S if aim.due_s is None else aim.due_s)
    return list(promises), np.array(places, np.int32), np.array(from_s, np.int64), np.array(dues, np.int64)


def test_every_promise_of_random_policies_is_due_when_the_engine_says() -> None:
    """On any calendar, a customer's own included; a target that was agreed is what the engine read."""
    seen = set()
    for number, made, policy in made_examples(8, 0, 300):
        if number % 4:
            continue
        draw, engine = random.Random(number), Engine(policy, contracts_from(made.contracts, policy))
        customer = draw.choice(["", *made.contracts.get("customers", {})])
        held = {"severity": draw.choice([each.id for each in policy.severities]), **AGREED}
        openings = Openings(engine.schedule)
        for index in range(len(policy.commitments)):
            asked = promised(engine.clocks.rules, index, customer, held.get, starts(draw, 40))
            found = unpaused_dues(engine.clocks.rules, openings, *asked[:3], asked[3])
            assert asked[3].tolist() == found.tolist(), (number, policy.commitments[index].id)
            seen |= {each.aim.text.rstrip("0123456789").lstrip("0123456789").split()[0] for each in asked[0]}

    assert {"h", "min", "bd", "mo", "next:", "closing-of:", "at:", "best-effort"} <= seen


TARGETS = (
    ("4h", "opening-time"),
    ("1bd", "opening-time"),
    ("2bd", "dates"),
    ("1bd", "same-time"),
    ("3bd", "same-time"),
    ("1mo", "dates"),
    ("1y", "dates"),
    ("next-opening + 1h", "dates"),
    ("next-release", "dates"),
    ("{closing-of: same-day}", "dates"),
    ("{next: fridays}", "dates"),
    ("{next: fridays, after: date}", "dates"),
    ("{next: noons}", "dates"),
    ("best-effort", "dates"),
)
HOURS = {
    "paris": 'zone: Europe/Paris, weekly: {mon-fri: ["09:00-12:30", "14:00-18:00"]}',
    "night": 'zone: America/New_York, weekly: {mon-sat: ["22:00-06:00"]}',
    "beirut": 'zone: Asia/Beirut, weekly: {mon-sun: ["00:00-24:00"]}',
    "howe": 'zone: Australia/Lord_Howe, weekly: {sat-sun: ["00:30-03:30"], mon-fri: ["00:30-03:30"]}',
}


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize(("target", "meaning"), TARGETS, ids=[f"{each[0]} {each[1]}" for each in TARGETS])
def test_every_kind_of_target_is_due_when_the_engine_says(target: str, meaning: str, hours: str) -> None:
    """Also on days on which clocks change, in nights, and in zones whose midnight is skipped or comes twice."""
    policy = policy_with(HOURS[hours], commitment(f"within: {target}\nbusiness-day: {meaning}\ncalendar: those"))
    schedule = schedule_of(policy, [date(2024, 3, 29), date(2024, 10, 26), date(2024, 12, 24)])
    rules = ClockRules(policy, schedule)
    changes = [
        each.from_s + off_s
        for each in schedule.calendars["those"].line(FROM_S, UNTIL_S).stretches[1:]
        for off_s in range(-60 * 3600, 60 * 3600, 1740)
    ]
    at_s = [*starts(random.Random(target), 400), *changes]
    asked = promised(rules, 0, "", {"severity": "high"}.get, [each for each in at_s if FROM_S <= each < UNTIL_S])

    assert asked[3].tolist() == unpaused_dues(rules, Openings(schedule), *asked[:3]).tolist()


def test_a_clock_that_changes_at_another_hour_five_years_on_keeps_no_distance() -> None:
    """St. John's put its clocks forward a minute after midnight in 2011, and at two in 2016, both on 13 March."""
    policy = policy_with(
        "zone: America/St_Johns, weekly: {mon-sun: ['00:00-24:00']}", commitment("within: 5y\ncalendar: those")
    )
    rules = ClockRules(policy, schedule_of(policy))
    midnight_s = 1_299_987_000
    asked = promised(rules, 0, "", {}.get, [midnight_s + 300 * each for each in range(12 * 20)])
    away_s = asked[3] - asked[2]

    assert away_s[0] == away_s[-1] != away_s[12]
    assert asked[3].tolist() == unpaused_dues(rules, Openings(rules.schedule), *asked[:3]).tolist()


def policy_with(hours: str, *commitments: str, more: str = ""):
    """The tiny policy with a calendar `those` and days that come again on it."""
    text = HEAD + "commitments:\n" + "".join(commitments) + more
    text = text.replace("calendars:\n", f"calendars:\n  those: {{{hours}, clauses: [T-6]}}\n")
    noons = "  noons: {rrule: 'FREQ=DAILY', calendar: those, at: '12:00', roll: next, clauses: [T-6]}\n"
    text = text.replace("recurrences:\n", f"recurrences:\n{noons}")
    examined = examine(text.encode(), "tiny.yaml")
    assert () == examined.errors, [str(each) for each in examined.errors]
    assert examined.policy is not None
    return examined.policy


def test_what_would_fall_due_after_2050_is_told_from_what_is_not_known() -> None:
    """The engine refuses the one, and waits for the other."""
    policy = policy_of(commitment("within: 8h"), commitment("within: next-release").replace("resolve", "released"))
    rules = ClockRules(policy, schedule_of(policy))
    calendar, last_s = rules.schedule.calendars["office"], rules.schedule.calendars["office"].until_s - 3600
    aims = [rules.terms[index].aim(FROM_S, "", {}.get) for index in (0, 1)]
    promises = [Promised(index, 0, aim) for index, aim in enumerate(aims) if aim is not None]
    at_s, place = np.array([last_s, FROM_S, FROM_S], np.int64), np.array([0, 0, 1], np.int32)

    with pytest.raises(CalendarError):
        rules.terms[0].aim(last_s, "", {}.get)
    assert [BEYOND_S, calendar.add_s(FROM_S, 8 * 3600), NOT_KNOWN_S] == (
        unpaused_dues(rules, Openings(rules.schedule), promises, place, at_s).tolist()
    )


def test_every_timer_of_random_policies_fires_when_the_engine_says() -> None:
    """Delays on the calendar as it is for a customer."""
    seen = 0
    for number, made, policy in made_examples(9, 0, 200):
        if not policy.timers or number % 3:
            continue
        draw, engine = random.Random(number), Engine(policy, contracts_from(made.contracts, policy))
        timers = Timers(policy, engine.schedule)
        customer = draw.choice(["", *made.contracts.get("customers", {})])
        at_s = starts(draw, 60)
        for timer in policy.timers:
            expected = [timers.due_s(timer, each, customer) for each in at_s]
            openings = Openings(engine.schedule)
            found = timer_dues(timers, engine.schedule, openings, timer.id, customer, np.array(at_s, np.int64))
            assert expected == found.tolist(), (number, timer.id)
            seen += 1
    assert seen > 50


DELAYS = ("0min", "90min", "1d", "2bd", "1mo")


@pytest.mark.parametrize("meaning", ["opening-time", "dates", "same-time"])
@pytest.mark.parametrize("delay", DELAYS)
def test_every_kind_of_delay_is_over_when_the_engine_says(delay: str, meaning: str) -> None:
    """None at all, opening time, elapsed time, business days and months."""
    on = "always" if delay.endswith("d") and not delay.endswith("bd") else "those"
    timer = f"timers:\n  - {{id: late, in: waiting, after: {delay}, calendar: {on}, to: closed, clauses: [T-1]"
    timer += f", business-day: {meaning}}}\n" if delay.endswith("bd") else "}\n"
    policy = policy_with(HOURS["paris"], commitment(""), more=timer)
    schedule = schedule_of(policy)
    timers, at_s = Timers(policy, schedule), starts(random.Random(delay), 300)

    assert [timers.due_s(policy.timers[0], each, "") for each in at_s] == (
        timer_dues(timers, schedule, Openings(schedule), "late", "", np.array(at_s, np.int64)).tolist()
    )
