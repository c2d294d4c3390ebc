"""Decisions per second of `Engine.apply` on one core, and of a bare trigger of `transitions` in the same lifecycle.

Three policies: the simplest, one whose every ticket has five clocks, and the largest of the vendors'. The tickets of
the first two are told by walking at random, always the same way: mostly events that are possible, now and then one
that is not. Those of the vendor are its month in `examples/`, told again and again, each time under new ids and some
weeks earlier, with its contracts and with accounts that go from one decision to the next.

Printed is what the tickets are like, since a decision costs what there is to decide: which share of the events is
accepted, which moves, which is charged, how many clocks a ticket has. Rules are asked and reasons kept as references;
nothing is asked for their text. With `transitions` the same tickets make the same moves on a machine without
conditions, data, rules or time: first the trigger alone, on one model that is set back for each ticket; then with a
model of its own for each ticket, as a program has it that keeps more than one.

Target: at least 50,000 decisions a second with five clocks on a quiet core, and no fewer than triggers.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from transitions import Machine

from upheld import Contracts, Engine, Event, Policy, Ticket, load_policy
from upheld.core.billing.accounts import Accounts
from upheld.core.condition.domain import Boolean, Domain, Many, OneOf
from upheld.core.condition.ordered import Date, Instant, Integer
from upheld.core.decision.decision import Decision
from upheld.loader.contracts import contracts_from, load_contracts

WALKED: tuple[str | Path, ...] = ("base", Path(__file__).with_name("five_clocks.yaml"))
VENDOR = "entropics"
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MONTHS = 12
WEEKS = 8  # that a month is moved back at most: as far as the version of its requests was the latest
TICKETS = 400
EVENTS = 16
ROUNDS = 7
PAUSES_MIN = (1, 5, 20, 45, 90, 240, 900)

Story = list[Event]
"""The events of one ticket, or of a month of them."""
Admitted = list[tuple[str, str]]
"""A ticket's moves: the trigger, and the state that it leads to."""


def main() -> None:
    """Measure each policy and print."""
    print(f"median and best of {ROUNDS} rounds, processor time")
    for source in WALKED:
        engine = Engine(policy := load_policy(source), signed(policy))
        walks = [list(walk(engine, Random(f"{policy.id} {number}"), number)) for number in range(TICKETS)]
        measure(engine, walks, decide)
    policy = load_policy(VENDOR)
    engine = Engine(policy, load_contracts(EXAMPLES / VENDOR / "contracts.yaml", policy))
    months = [list(month(VENDOR, number)) for number in range(MONTHS)]
    measure(engine, months, decide_months)


def measure(engine: Engine, stories: list[Story], decided: Callable[[Engine, list[Story]], None]) -> None:
    """One policy: its workload, the engine, and the library in the same lifecycle."""
    describe(engine, stories)
    report("apply", [rate(lambda: decided(engine, stories), stories) for _ in range(ROUNDS)])
    moves = [ticket for story in stories for ticket in triggers(engine, story)]
    machine = bare_machine(engine.policy)
    report("trigger alone", [rate(lambda: drive(machine, moves), moves) for _ in range(ROUNDS)])
    report("and its model", [rate(lambda: drive_models(machine, moves), moves) for _ in range(ROUNDS)])


def signed(policy: Policy) -> Contracts:
    """One customer who has every kind of contract."""
    return contracts_from({"customers": {"acme": {"contracts": [{"kind": kind} for kind in policy.contracts]}}}, policy)


def month(vendor: str, number: int) -> Iterator[Event]:
    """The vendor's month, in order of arrival, for the time of this number."""
    earlier = timedelta(weeks=number % (WEEKS + 1))
    for line in (EXAMPLES / vendor / "history.jsonl").read_text(encoding="utf-8").splitlines():
        event = Event.from_record(json.loads(line))
        yield replace(event, ticket=f"{event.ticket}-{number}", at=event.at - earlier)


def walk(engine: Engine, random: Random, number: int) -> Iterator[Event]:
    """One ticket's events: nine of ten are possible in its state, or need no transition."""
    at = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(minutes=37 * number)
    ticket: Ticket | None = None
    plan, policy = engine.plan, engine.policy
    free = [name for name, event in plan.events.items() if not event.arrows and event.type.needs_ticket]
    for _ in range(EVENTS):
        state = None if ticket is None else ticket.state
        possible = plan.possible(state)
        if state is not None and not possible:
            return
        wild = random.random() < 0.1 and state is not None
        choices = list(policy.events) if wild else [*possible, *possible, *(free if state else ())]
        event = make(policy, random, f"T-{number}", at, random.choice(choices))
        ticket = engine.apply(ticket, event).ticket
        yield event
        at += timedelta(minutes=random.choice(PAUSES_MIN))


def make(policy: Policy, random: Random, ticket: str, at: datetime, name: str) -> Event:
    """An event by a role that may, with valid data."""
    kind = policy.events[name]
    data = {
        field: value(each.domain, random)
        for field, each in kind.fields.items()
        if each.required or random.random() < 0.6
    }
    if "client" in data:
        data["client"] = "acme"
    channel = next(iter(policy.channels), "")
    return Event(ticket, at, name, random.choice(kind.by), channel, "acme", data)


def value(domain: Domain, random: Random) -> object:
    """Something that a field may hold."""
    if isinstance(domain, OneOf):
        return random.choice(domain.values or ("none",))
    if isinstance(domain, Boolean):
        return random.random() < 0.8
    if isinstance(domain, Integer):
        return max(domain.low or 1, 1)
    if isinstance(domain, (Date, Instant)):
        return "2026-03-02" if isinstance(domain, Date) else "2026-03-02T09:00Z"
    return ["text"] if isinstance(domain, Many) else "text"


def decisions(engine: Engine, story: Iterable[Event]) -> Iterator[Decision]:
    """Every event of a story that may be about several tickets, with the accounts of their customers."""
    tickets: dict[str, Ticket | None] = {}
    accounts: dict[str, Accounts | None] = {}
    for event in story:
        ticket = tickets.get(event.ticket)
        customer = event.customer if ticket is None else ticket.customer
        decision = engine.apply(ticket, event, accounts.get(customer))
        tickets[event.ticket], accounts[customer] = decision.ticket, decision.accounts
        yield decision


def describe(engine: Engine, stories: list[Story]) -> None:
    """What the tickets are like."""
    events = accepted = moving = charged = 0
    clocks: dict[str, int] = {}
    for story in stories:
        for event, decision in zip(story, decisions(engine, story), strict=True):
            events += 1
            accepted += decision.accepted
            moving += any(move.timer is None for move in decision.moves)
            charged += bool(decision.charges)
            clocks[event.ticket] = sum(1 for _ in decision.ticket.standing.clocks.every()) if decision.ticket else 0
    print(
        f"\n{engine.policy.id}: {len(clocks)} tickets, {events} events, {accepted / events:.0%} accepted, "
        f"{moving / events:.0%} moving, {charged / events:.0%} charged, "
        f"{sum(clocks.values()) / len(clocks):.1f} clocks a ticket, {len(engine.policy.rules)} rules"
    )


def decide(engine: Engine, stories: list[Story]) -> None:
    """Every event of every ticket, one ticket a story."""
    apply = engine.apply
    for story in stories:
        ticket: Ticket | None = None
        for event in story:
            ticket = apply(ticket, event).ticket


def decide_months(engine: Engine, months: list[Story]) -> None:
    """Every event of every month."""
    for story in months:
        for _ in decisions(engine, story):
            pass


def triggers(engine: Engine, story: Story) -> list[Admitted]:
    """The moves that each ticket makes by its events, as triggers from state to state."""
    moves: dict[str, Admitted] = {}
    for event, decision in zip(story, decisions(engine, story), strict=True):
        its = moves.setdefault(event.ticket, [])
        its += [(f"{move.origin} {move.state}", move.state) for move in decision.moves if move.origin is not None]
    return list(moves.values())


def bare_machine(policy: Policy) -> Machine:
    """The policy's lifecycle as somebody would write it with the library: no conditions, one trigger for each move."""
    machine = Machine(model=None, states=list(policy.states), initial=next(iter(policy.states)), auto_transitions=False)
    arrows = [(each.origins, each.target) for each in policy.transitions]
    arrows += [(each.states, each.target) for each in policy.timers]
    pairs = {(origin, target) for origins, target in arrows for origin in origins if target is not None}
    for origin, target in sorted(pairs):
        machine.add_transition(f"{origin} {target}", origin, target)
    return machine


class Model:
    """What the library drives."""

    state: str
    trigger: Callable[[str], bool]


def drive(machine: Machine, moves: list[Admitted]) -> None:
    """Every move of every ticket by a trigger of the library."""
    events, model = machine.events, Model()
    for ticket in moves:
        for number, (trigger, _) in enumerate(ticket):
            if not number:
                model.state = trigger.partition(" ")[0]
            events[trigger].trigger(model)


def drive_models(machine: Machine, moves: list[Admitted]) -> None:
    """The same with a model for each ticket."""
    for ticket in moves:
        if ticket:
            model = Model()
            machine.add_model(model, initial=ticket[0][0].partition(" ")[0])
            for trigger, _ in ticket:
                model.trigger(trigger)
            machine.remove_model(model)


def rate(run: Callable[[], None], stories: list[Story] | list[Admitted]) -> float:
    """How many a second, in processor time."""
    begin = time.process_time()
    run()
    return sum(map(len, stories)) / (time.process_time() - begin)


def report(name: str, rates: list[float]) -> None:
    """One line."""
    middle, best = statistics.median(rates), max(rates)
    print(f"  {name:<14} {middle:>9,.0f} a second {1e6 / middle:>7.1f} µs    best {best:>9,.0f}")


if __name__ == "__main__":
    main()
