"""Ticket stories: everything that happened to one ticket, what it did and why, and where its time went.

A story is made of what the engine decided about each record, and of the clocks as they
stand in the end. What came by itself before a record - a timer, a warning - is told on
its own, at its own instant.

Source: DESIGN section 7, `upheld explain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, Protocol

from upheld.core.clocks.row import clock_row
from upheld.core.clocks.state import ClockChange
from upheld.core.clocks.story import ClockStory, Waiting, clock_stories, waiting_clocks
from upheld.core.decision.decision import AskedEffect
from upheld.core.decision.engine import Decided, Engine
from upheld.core.decision.trace import Fired, Trace
from upheld.core.lifecycle.consequences import Facts
from upheld.core.policy.event_type import SettingCase
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.record.ticket import Pending, Standing
from upheld.core.remedies.booking import Booking
from upheld.core.story.episode import ChangedFact, ClockTurn, Episode, Omission, omissions, unbilled
from upheld.core.time.instant import seconds_of


class Sighting(NamedTuple):
    """A record as it was decided: how the ticket stood before it, and the decision."""

    event: Event
    before: Standing | None
    made: Decided


class Ending(NamedTuple):
    """The time up to as-of as it was let pass: how the ticket stood, and what came by itself."""

    as_of_s: int
    before: Standing
    made: Decided


@dataclass(frozen=True, slots=True)
class TicketStory:
    """The story of one ticket.

    Attributes:
        as_of_s: Up to when it is told; ``None`` where no record of the history was accepted.
        standing: How the ticket stands in the end; ``None`` where nothing opened it.
        later: How many of its records lie after as-of, and were not read.
        episodes: What happened, in order.
        clocks: Where the time of each clock went, in the verdict's order.
        waiting: The clocks whose target is not known yet.
        absent: The promises that something would have begun, had their conditions held.
        bookings: What its breaches cost.
        clauses, assumptions: What it rests on, in the policy's order.
    """

    policy: Policy
    ticket: str
    as_of_s: int | None
    standing: Standing | None
    later: int
    audit: bool
    episodes: tuple[Episode, ...]
    clocks: tuple[ClockStory, ...]
    waiting: tuple[Waiting, ...]
    absent: tuple[Omission, ...]
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...]
    bookings: tuple[Booking, ...] = ()


def ticket_story(
    engine: Engine,
    ticket: str,
    seen: Sequence[Sighting],
    ending: Ending | None,
    as_of_s: int | None,
    later: int = 0,
    bookings: Sequence[Booking] = (),
) -> TicketStory:
    """The story of a ticket whose records were decided.

    Args:
        seen: Each of its records, in order.
        ending: What happened by itself after the last; ``None`` where there is no ticket.
        later: How many of its records were not read.
        bookings: What its breaches cost.
    """
    episodes = [each for number, _ in enumerate(seen, 1) for each in _told(engine, seen, number, ending)]
    standing = None
    clocks: tuple[ClockStory, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    absent: tuple[Omission, ...] = ()
    if ending is not None and ending.made.standing is not None:
        standing = ending.made.standing
        accepted = [each for each in episodes if each.seq is not None and each.refusal is None]
        absent = omissions(
            engine, standing.clocks, ((each, seen[(each.seq or 1) - 1].made.standing) for each in accepted)
        )
        episodes += _by_itself(engine, ending.before, ending.made, ending.as_of_s, ends=True)
        rules = engine.clocks.rules
        clocks = clock_stories(rules, standing.clocks, ending.as_of_s)
        waiting = waiting_clocks(rules, standing.clocks, engine.names(standing, ending.as_of_s))
    clauses, assumptions = _cited(episodes, clocks, bookings)
    # A rule that flagged for one requirement rests also on those that were kept.
    courses = [each.made.trace.course for each in seen]
    assumptions.update(name for course in courses if course is not None for name in course.assumed())
    return TicketStory(
        engine.policy,
        ticket,
        as_of_s,
        standing,
        later,
        engine.audit,
        tuple(_in_order(episodes)),
        clocks,
        waiting,
        absent,
        tuple(name for name in engine.policy.clauses if name in clauses),
        tuple(name for name in engine.policy.assumptions if name in assumptions),
        tuple(bookings),
    )


def _in_order(episodes: Iterable[Episode]) -> list[Episode]:
    """What came by itself stands at its own instant; after a refused record the engine hears of it only later."""
    found: list[Episode] = []
    for each in episodes:
        place = len(found)
        while each.seq is None and place and found[place - 1].refusal is not None and found[place - 1].at_s > each.at_s:
            place -= 1
        found.insert(place, each)
    return found


def _told(engine: Engine, seen: Sequence[Sighting], number: int, ending: Ending | None) -> Iterator[Episode]:
    """A record, and before it what came by itself."""
    event, before, made = seen[number - 1]
    if made.trace.refusal is None or not _was_undone(seen, number, ending):
        yield from _by_itself(engine, before, made, event.at_s)
    yield _record(engine, number, event, before, made)
    yield from _at_once(engine, made)


def _was_undone(seen: Sequence[Sighting], number: int, ending: Ending | None) -> bool:
    """Whether the time that passed before a record was let pass anew: a record refused after as-of fires no timer."""
    if ending is None or any(each.made.trace.refusal is None for each in seen[number - 1 :]):
        return False
    accepted = [each.made.standing for each in seen[: number - 1] if each.made.trace.refusal is None]
    return bool(accepted) and ending.before is accepted[-1]


class Parted(NamedTuple):
    """What a decision did to clocks: by timers before the record, by the mere passing of time, and by the record.

    What timers did that the record made fire at once is none of these.
    """

    timers: list[ClockChange]
    warnings: list[ClockChange]
    record: list[ClockChange]


def _parted(made: Decided, until_s: int, *, ends: bool = False) -> Parted:
    """What timers did is known of each of them; a warning at the very instant of a record is told with it."""
    trace = made.trace
    by_timers = [each for fired in _fired_before(trace) for each in fired.changes if each.what != "warned"]
    parted = Parted([], [], [])
    for change in trace.changes[: trace.reached.changes] if trace.reached else trace.changes:
        if change.what == "warned" and (ends or change.at_s < until_s):
            parted.warnings.append(change)
        elif change.what != "warned" and len(parted.timers) < len(by_timers):
            parted.timers.append(change)
        else:
            parted.record.append(change)
    return parted


def _by_itself(
    engine: Engine, before: Standing | None, made: Decided, until_s: int, *, ends: bool = False
) -> Iterator[Episode]:
    """The timers that fired up to an instant and the warnings reached before it, in order."""
    trace, standing = made.trace, made.standing
    if standing is None or before is None or not (trace.runs or trace.changes):
        return
    parted, effects = _parted(made, until_s, ends=ends), trace.details().effects
    found = [] if engine.audit else list(_fired(engine, made, 0, len(_fired_before(trace))))
    for change in parted.warnings:
        turn = _turn(engine, standing, change, change.at_s)
        asked = [each for each in effects if (each.commitment, each.cycle) == (turn.commitment.id, turn.cycle)]
        # Several marks may be reached before one record: each has its own instant.
        told = tuple(each for each in asked if seconds_of(each.at) == change.at_s)
        found.append(Episode(None, change.at_s, turns=(turn,), effects=told))
    yield from sorted(found, key=lambda each: each.at_s)


def _fired_before(trace: Trace) -> tuple[Fired, ...]:
    """The timers that fired before a record, and not at once after it."""
    return trace.fired if trace.reached is None else trace.fired[: trace.reached.runs]


def _at_once(engine: Engine, made: Decided) -> Iterator[Episode]:
    """The timers without a delay that fired at the very instant of a record."""
    reached = made.trace.reached
    if reached is not None:
        yield from _fired(engine, made, reached.runs, len(made.trace.runs))


def _fired(engine: Engine, made: Decided, first: int, end: int) -> Iterator[Episode]:
    """The timers that fired, each with what it changed, what that did to clocks, and what it asked of the host."""
    trace, standing = made.trace, made.standing
    assert standing is not None, "a timer is of a ticket"
    details, timers = trace.details(), {timer.id: timer for timer in engine.policy.timers}
    for (name, due_s, _), fired in zip(trace.runs[first:end], trace.fired[first:end], strict=True):
        moves = tuple(each for each in details.moves if each.timer == name and seconds_of(each.at) == due_s)
        facts = tuple(_changed_facts(fired.was, fired.facts, dict(fired.cases)))
        own = [each for each in fired.changes if each.what != "warned"]
        yield Episode(
            None,
            due_s,
            timer=timers[name],
            moves=moves,
            facts=facts,
            level=fired.level,
            turns=tuple(_turn(engine, standing, each, due_s) for each in own),
            effects=tuple(each for each in details.effects if each.timer == name and seconds_of(each.at) == due_s),
            reasons=(fired.reason,),
        )


def _record(engine: Engine, seq: int, event: Event, before: Standing | None, made: Decided) -> Episode:
    """A record, without what came by itself before it."""
    trace, standing, at_s = made.trace, made.standing, event.at_s
    details = trace.details()
    reasons = tuple(each for each in details.reasons if engine.audit or each.kind != "timer")
    if trace.refusal is not None:
        return Episode(seq, at_s, event, refusal=trace.refusal, reasons=reasons)
    turns: tuple[ClockTurn, ...] = ()
    if standing is not None:
        parted = _parted(made, at_s)
        turns = tuple(_turn(engine, standing, each, at_s) for each in parted.record)
    fired = set() if engine.audit else {(name, due_s) for name, due_s, _ in trace.runs}
    if standing is not None and trace.reached is not None:
        standing = trace.reached.standing
    level = _level(before, trace)
    climbed = before is not None and standing is not None and standing.level != level
    return Episode(
        seq,
        at_s,
        event,
        opens=before is None and standing is not None,
        flags=made.flags,
        moves=tuple(each for each in details.moves if (each.timer, seconds_of(each.at)) not in fired),
        facts=tuple(_facts(engine, before, standing, trace)),
        level=standing.level if climbed and standing is not None else None,
        turns=turns,
        charges=details.charges,
        effects=tuple(each for each in details.effects if each.timer is None and _is_at(each, at_s)),
        waits=tuple(_waits(before, standing)),
        runs=details.timers if engine.audit else (),
        reasons=reasons,
        against=(*details.against, *unbilled(engine, event.event, made)),
    )


def _is_at(effect: AskedEffect, at_s: int) -> bool:
    """Whether it came with the record, not as a warning before it."""
    return effect.commitment is None or seconds_of(effect.at) == at_s


def _level(before: Standing | None, trace: Trace) -> int:
    """The level at which a record found the ticket."""
    levels = [each.level for each in _fired_before(trace) if each.level is not None]
    return levels[-1] if levels else 1 if before is None else before.level


def _facts(engine: Engine, before: Standing | None, after: Standing | None, trace: Trace) -> Iterator[ChangedFact]:
    """The facts that a record changed; on an opening, from their defaults."""
    if after is not None:
        fired = _fired_before(trace)
        was = fired[-1].facts if fired else engine.plan.blank if before is None else before.facts
        cases = dict(trace.course.cases) if trace.course is not None else {}
        yield from _changed_facts(was, after.facts, cases, opens=before is None)


def _changed_facts(
    was: Facts, facts: Facts, cases: Mapping[str, SettingCase], *, opens: bool = False
) -> Iterator[ChangedFact]:
    """The facts that hold something else, in the policy's order."""
    for name, held in facts.items():
        if held != was.get(name):
            yield ChangedFact(name, None if opens else was.get(name), held, cases.get(name))


def _waits(before: Standing | None, standing: Standing | None) -> Iterator[Pending]:
    """The timers that wait since, but for those that fire at once."""
    if standing is not None:
        old = () if before is None else before.timers
        yield from (each for each in standing.timers if each not in old and each.due_s > standing.last_s)


def _turn(engine: Engine, standing: Standing, change: ClockChange, at_s: int) -> ClockTurn:
    rules, state = engine.clocks.rules, standing.clocks
    commitment = engine.policy.commitments[change.commitment]
    recent = chain(state.clocks, reversed(state.over))  # what has just changed is found at once
    meant = (each for each in recent if (each.commitment, each.cycle) == (change.commitment, change.cycle))
    clock = next(meant, None)
    aim = None if clock is None else rules.aim(clock)
    row = None if clock is None or aim is None else clock_row(rules, state, clock, aim, at_s)
    return ClockTurn(change.what, change.at_s, commitment, change.cycle, change.mark, row)


def _cited(
    episodes: Iterable[Episode], clocks: Iterable[ClockStory], bookings: Iterable[Booking]
) -> tuple[set[str], set[str]]:
    """The clauses and assumptions of everything that is told."""
    parts: list[_Citing] = [*bookings]
    for each in episodes:
        parts += [*each.flags, *each.moves, *each.charges, *each.effects, *each.reasons]
        parts += [each.refusal] if each.refusal is not None else []
        parts += [turn.row for turn in each.turns if turn.row is not None]
    parts += [each.row for each in clocks]
    clauses = {name for part in parts for name in part.clauses}
    return clauses, {name for part in parts for name in part.assumptions}


class _Citing(Protocol):
    @property
    def clauses(self) -> tuple[str, ...]: ...
    @property
    def assumptions(self) -> tuple[str, ...]: ...
