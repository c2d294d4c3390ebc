"""Steps of clocks per second on one core: five clocks a ticket, of which an event touches one or two, or none.

A desk promises, by severity, to acknowledge, qualify, plan and resolve, and to confirm what it resolved; it waits for
the customer on the way, and warns. The ticket below is walked through again and again from the first instant, each
time at another start. Printed are steps per second and microseconds a step, over all and by event, the median of
several rounds. What the lifecycle costs before, and the verdict's rows after, is not in it; rows are measured apart.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from upheld.calendars.schedule import schedule_of
from upheld.core.clocks.clocks import Clocks
from upheld.core.clocks.state import ClockChange, ClockState
from upheld.core.condition.domain import Held
from upheld.core.lifecycle.happening import Happening
from upheld.core.time.instant import seconds_of
from upheld.loading import examine

POLICY = b"""\
upheld: 1
policy: bench
version: 1.0.0
zone: Europe/Paris
vendor: {name: Bench}
sources:
  terms: {title: Terms}
clauses:
  B-1: {says: everything that is promised}
parameters:
  acknowledge-within: {by: severity, values: [{from: 2020-01-01, high: 1h, low: 4h}], clauses: [B-1]}
  resolve-within: {by: severity, values: [{from: 2020-01-01, high: 8h, low: 5bd}], clauses: [B-1]}
calendars:
  desk: {zone: Europe/Paris, weekly: {mon-fri: ["09:00-12:30", "13:30-18:00"]}, clauses: [B-1]}
roles:
  customer: {side: customer}
  agent: {side: vendor}
severities: [{id: high, clauses: [B-1]}, {id: low, clauses: [B-1]}]
states:
  new: {core: open}
  doing: {core: qualified}
  waiting: {core: qualified, waits-for: customer}
  solved: {core: resolved, waits-for: customer}
  closed: {core: closed}
events:
  submit: {by: customer, data: {severity: {}}, sets: {severity: event.severity}}
  acknowledge: {by: agent}
  rate: {by: agent, data: {severity: {}}, sets: {severity: event.severity}}
  qualify: {by: agent}
  comment: {by: [agent, customer]}
  work: {by: agent}
  plan: {by: agent}
  ask: {by: agent}
  answer: {by: customer}
  solve: {by: agent}
  confirm: {by: customer}
  close: {by: agent}
transitions:
  - {id: submit, on: submit, opens: true, to: new, clauses: [B-1]}
  - {id: qualify, on: qualify, from: new, to: doing, clauses: [B-1]}
  - {id: ask, on: ask, from: doing, to: waiting, clauses: [B-1]}
  - {id: answer, on: answer, from: waiting, to: doing, clauses: [B-1]}
  - {id: solve, on: solve, from: doing, to: solved, clauses: [B-1]}
  - {id: close, on: close, from: solved, to: closed, clauses: [B-1]}
commitments:
  - {id: acknowledge, start: {on: submit}, stop: {on: acknowledge}, calendar: desk,
     within: {parameter: acknowledge-within}, on-change: keep, clauses: [B-1]}
  - {id: qualify, start: {on: submit}, stop: {on: qualify}, calendar: desk, within: 2h, clauses: [B-1]}
  - {id: plan, start: {on: qualify}, stop: {on: plan}, pause: {in: waiting}, calendar: desk, business-day: dates,
     within: 2bd, clauses: [B-1]}
  - {id: resolve, start: {on: submit}, stop: {enters: solved}, pause: {in: waiting}, calendar: desk,
     business-day: opening-time, within: {parameter: resolve-within}, on-change: retarget,
     warn-at: [50%, 80%], clauses: [B-1]}
  - {id: confirm, start: {enters: solved}, stop: {on: confirm}, calendar: desk, within: {closing-of: same-day},
     clauses: [B-1]}
"""

MINUTE = 60
STEPS: tuple[tuple[int, str, str, dict[str, Held]], ...] = (
    (0, "submit", "new", {"severity": "low"}),
    (10, "comment", "new", {}),
    (30, "acknowledge", "new", {}),
    (5, "comment", "new", {}),
    (40, "rate", "new", {"severity": "high"}),
    (5, "qualify", "doing", {}),
    (25, "work", "doing", {}),
    (10, "comment", "doing", {}),
    (15, "ask", "waiting", {}),
    (90, "comment", "waiting", {}),
    (20, "answer", "doing", {}),
    (10, "plan", "doing", {}),
    (30, "work", "doing", {}),
    (10, "comment", "doing", {}),
    (35, "work", "doing", {}),
    (60, "solve", "solved", {}),
    (15, "comment", "solved", {}),
    (600, "confirm", "solved", {}),
    (5, "close", "closed", {}),
)
"""What happens to a ticket: minutes after the step before, event, state after it, facts set."""

TICKETS = 1_000
ROUNDS = 5


def main() -> None:
    """Measure and print."""
    policy = examine(POLICY, "bench.yaml").policy
    assert policy is not None, "the policy of this benchmark can be read"
    clocks = Clocks(policy, schedule_of(policy))
    tickets = [happenings(start_s) for start_s in starts()]
    walk_through(clocks, tickets)
    moved = [sum(len(changes) for changes in walked(clocks, ticket)) for ticket in tickets]
    touching = sum(bool(changes) for changes in walked(clocks, tickets[0])) / len(STEPS)
    print(f"{len(STEPS)} steps a ticket, {touching:.0%} of them touch a clock, {statistics.mean(moved):.1f} changes")
    took = statistics.median(seconds(lambda: walk_through(clocks, tickets)) for _ in range(ROUNDS))
    report("advance", took, TICKETS * len(STEPS))
    for event in dict.fromkeys(event for _, event, _, _ in STEPS):
        report(f"  {event}", *of_event(clocks, tickets, event))
    states = [walk(clocks, ticket) for ticket in tickets]
    as_of_s = max(ticket[-1].at_s for ticket in tickets)
    took = statistics.median(seconds(lambda: [clocks.rows(state, as_of_s) for state in states]) for _ in range(ROUNDS))
    report("rows of a ticket", took, TICKETS)


def starts() -> list[int]:
    """Starts through a year, at any hour of a weekday's opening time."""
    first_s = seconds_of(datetime(2024, 1, 2, 8, tzinfo=UTC))
    return [first_s + number * 7 * 86_400 // 20 // MINUTE * MINUTE for number in range(TICKETS)]


def happenings(start_s: int) -> list[Happening]:
    """What the clocks are told of one ticket; the names lie ready, as they do in the engine."""
    found: list[Happening] = []
    at_s, origin = start_s, None
    facts: dict[str, Held] = {}
    for minutes, event, state, changed in STEPS:
        at_s += minutes * MINUTE
        before, facts = facts, {**facts, **changed}
        names: Mapping[str, Held] = {**facts, **{f"before.{name}": held for name, held in before.items()}}
        found.append(Happening(at_s, event, origin, state, names.get, lambda name, at_s: None, ""))
        origin = state
    return found


def walk(clocks: Clocks, ticket: list[Happening]) -> ClockState:
    """One ticket from its first step to its last."""
    state = clocks.begin()
    for happening in ticket:
        state, _ = clocks.advance(state, happening)
    return state


def walked(clocks: Clocks, ticket: list[Happening]) -> list[tuple[ClockChange, ...]]:
    """What each step of a ticket did."""
    state = clocks.begin()
    found: list[tuple[ClockChange, ...]] = []
    for happening in ticket:
        state, changes = clocks.advance(state, happening)
        found.append(changes)
    return found


def walk_through(clocks: Clocks, tickets: list[list[Happening]]) -> None:
    """All tickets."""
    for ticket in tickets:
        walk(clocks, ticket)


def of_event(clocks: Clocks, tickets: list[list[Happening]], event: str) -> tuple[float, int]:
    """The steps of one kind alone: how long they take, and how many they are."""
    pairs = []
    for ticket in tickets:
        state = clocks.begin()
        for happening in ticket:
            if happening.event == event:
                pairs.append((state, happening))
            state, _ = clocks.advance(state, happening)

    def step() -> None:
        for state, happening in pairs:
            clocks.advance(state, happening)

    return statistics.median(seconds(step) for _ in range(ROUNDS)), len(pairs)


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes, in processor time."""
    begin = time.process_time()
    call()
    return time.process_time() - begin


def report(name: str, took_s: float, number: int) -> None:
    """One line."""
    print(f"{name:<20} {number / took_s:>12,.0f} a second {took_s / number * 1e6:>8.2f} µs")


if __name__ == "__main__":
    main()
