"""A replay in parts, in one process: what several processes do, without their pipes."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.replay.customers import Arrivals
from upheld.core.replay.replay import Replay
from upheld.core.replay.verdict import Row
from upheld.core.replay.whole import Whole
from upheld.engine import Engine
from upheld.jobs.batch import opened, packed
from upheld.jobs.serializer import Serializer
from upheld.jobs.sharding import CustomerSharding, TicketSharding


def replayed_whole(policy: Policy, contracts: Contracts, events: Sequence[Event], as_of_s: int | None) -> Row:
    """The verdicts of one replay of everything."""
    run = Replay(Engine(policy, contracts), as_of_s, journal=True)
    run.take_all(events)
    if run.has_late:
        run.look_again(events)
    return run.result()


def replayed_in_parts(
    policy: Policy, contracts: Contracts, events: Sequence[Event], as_of_s: int | None, number: int
) -> tuple[Row, int]:
    """The same by so many parts with engines of their own; and how many of them had anything to decide."""
    engine, chance = Engine(policy, contracts), Random(number)
    read = [event for event in events if as_of_s is None or event.at_s <= as_of_s]
    sharding: TicketSharding | CustomerSharding = TicketSharding(number)
    in_turn = read
    if engine.charging.bills:
        sharding, arrivals = CustomerSharding(engine, number), Arrivals()
        for event in read:
            sharding.see(event)
            arrivals.add(event)
        in_turn = [*arrivals.drained()]
    engines = [Engine(policy, contracts) for _ in range(number)]
    home, away = Serializer(engine), [Serializer(each) for each in engines]
    runs = [Replay(each, as_of_s, journal=True, in_turn=True) for each in engines]

    def of_part(part: int, events: Sequence[Event]) -> list[Event]:
        return opened(packed([event for event in events if sharding.part_of(event.ticket) == part]))

    order = [*range(number)]
    chance.shuffle(order)  # what is merged in another order is the same
    for part in order:
        runs[part].take_all(of_part(part, in_turn))
    if any(run.has_late for run in runs):
        for part in order:
            runs[part].look_again(of_part(part, read))
    whole = Whole(engine, as_of_s, len(events) - len(read))
    end_s = whole.as_of_s(run.last_s for run in runs)
    for part in order:
        whole.add(*home.opened(away[part].packed(runs[part].end(end_s))))
    header, bookings = whole.header(), whole.bookings()
    for part in order if bookings is not None else ():
        own = {ticket: owed for ticket, owed in (bookings or {}).items() if sharding.part_of(ticket) == part}
        runs[part].owe(away[part].opened(home.packed(own)))
    verdicts = sorted((each for run in runs for each in run.verdicts()), key=lambda verdict: str(verdict["ticket"]))
    for part in order:
        whole.sum_up(*home.opened(away[part].packed(runs[part].summed())))
    used = len({sharding.part_of(event.ticket) for event in read})
    return {**header, "tickets": verdicts, "summary": whole.summary()}, used
