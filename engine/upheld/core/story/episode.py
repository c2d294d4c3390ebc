"""Episodes: what happened to a ticket at one instant, and all that it did.

An episode is a record of the history, refused or not, or what came by itself between two
of them: a timer that fired, a warning that was reached. Everything in it is the public
view of what the engine decided, so that a story never says anything else than a verdict.

An *omission* is what might have come of a record and did not - a charge, a promise - with the facts that decided.

"Why was nothing promised?" is asked as often as "why was it late?". What depends on the
starting event's own data is left out: it is no longer known.

Source: DESIGN section 3, "Why not" is answered too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from upheld.core.billing.state import ChargeRow
from upheld.core.clocks.row import ClockRow
from upheld.core.clocks.state import ChangeKind, ClockState
from upheld.core.condition.condition import Condition, Lookup, evaluate, explain, names_read
from upheld.core.condition.domain import Held
from upheld.core.decision.decision import AskedEffect, Move, TimerRun
from upheld.core.decision.engine import Decided, Engine
from upheld.core.lifecycle.explanation import reason
from upheld.core.lifecycle.happening import is_of_event
from upheld.core.policy.commitment import Commitment, Timer, Trigger
from upheld.core.policy.event_type import SettingCase
from upheld.core.record.event import Event
from upheld.core.record.reason import Flag, Reason, Refusal
from upheld.core.record.ticket import Pending, Standing


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A fact that holds something else than before.

    Attributes:
        before, held: What it held and holds; ``None`` for nothing.
        case: The setting that says so; ``None`` where a state was observed with it.
    """

    name: str
    before: Held
    held: Held
    case: SettingCase | None


@dataclass(frozen=True, slots=True)
class ClockTurn:
    """What happened to a clock.

    Attributes:
        mark: For a warning, which of the commitment's marks was reached; else below zero.
        row: The clock just after it, as a verdict would show it; ``None`` while its target is not known, and where it
            turned out to be no clock at all.
    """

    what: ChangeKind
    at_s: int
    commitment: Commitment
    cycle: int
    mark: int
    row: ClockRow | None


@dataclass(frozen=True, slots=True)
class Episode:
    """What happened at one instant.

    Attributes:
        seq: The record's number on the ticket, from 1; ``None`` for what came by itself.
        event: The record; ``None`` for what came by itself.
        timer: The timer that fired.
        opens: Whether the ticket was opened by it.
        refusal: Why the record was not accepted; then nothing else is told but the reasons.
        level: The level of escalation that the ticket came to, where it did.
        turns: What happened to clocks.
        waits: The timers that began to wait, with their due instants.
        runs: In audit mode, timers whose move was observed, or that were due and did not fire.
        reasons: Every part of the policy that had a say.
        against: The transitions that were not taken, each with the facts it failed on.
    """

    seq: int | None
    at_s: int
    event: Event | None = None
    timer: Timer | None = None
    opens: bool = False
    refusal: Refusal | None = None
    flags: tuple[Flag, ...] = ()
    moves: tuple[Move, ...] = ()
    facts: tuple[ChangedFact, ...] = ()
    level: int | None = None
    turns: tuple[ClockTurn, ...] = ()
    charges: tuple[ChargeRow, ...] = ()
    effects: tuple[AskedEffect, ...] = ()
    waits: tuple[Pending, ...] = ()
    runs: tuple[TimerRun, ...] = ()
    reasons: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Omission:
    """A promise that a record would have begun, had its condition held.

    Attributes:
        seq: The first such record.
        condition: What did not hold, and ``facts``, what it looked at.
    """

    commitment: Commitment
    seq: int
    condition: Condition
    facts: tuple[tuple[str, Held], ...]


def unbilled(engine: Engine, event: str, made: Decided) -> Iterator[Reason]:
    """The charges on an event whose condition did not hold, in the policy's order."""
    if made.trace.bill is None:
        return
    lookup = made.trace.bill.moment.__getitem__
    for charge in engine.policy.charges:
        if event in charge.on and charge.when is not None and not evaluate(charge.when, lookup):
            yield reason("charge", charge, (charge.when,), lookup, holds=False)


def omissions(
    engine: Engine, clocks: ClockState, records: Iterable[tuple[Episode, Standing | None]]
) -> tuple[Omission, ...]:
    """The promises of which the ticket has no clock, though something happened that begins them; in policy order.

    Args:
        records: The records that were accepted, each with the ticket after it.
    """
    found: dict[str, Omission] = {}
    have = {engine.policy.commitments[clock.commitment].id for clock in clocks.every()}
    for episode, standing in records:
        if standing is None or episode.seq is None or episode.event is None:
            continue
        names = engine.names(standing, episode.at_s)
        for commitment in engine.policy.commitments:
            if commitment.id not in have and commitment.id not in found and commitment.promised:
                failed = _failed(commitment, episode.event.event, episode.moves, names)
                if failed is not None:
                    facts = explain(failed, names).facts
                    found[commitment.id] = Omission(commitment, episode.seq, failed, tuple(dict(facts).items()))
    return tuple(found[each.id] for each in engine.policy.commitments if each.id in found)


def _failed(commitment: Commitment, event: str, moves: Iterable[Move], names: Lookup) -> Condition | None:
    """The condition for which a clock did not begin; ``None`` where nothing begins it here, or nobody can tell."""
    starts = [each for each in commitment.start if _is_met(each, event, moves)]
    for condition in (commitment.when, *(each.when for each in starts)) if starts else ():
        if condition is None or any(map(is_of_event, names_read(condition))):
            continue
        if not evaluate(condition, names):
            return condition
    return None


def _is_met(trigger: Trigger, event: str, moves: Iterable[Move]) -> bool:
    entered = any(move.state in trigger.enters and move.origin not in trigger.enters for move in moves)
    left = any(move.origin in trigger.leaves and move.state not in trigger.leaves for move in moves)
    return event in trigger.on or entered or left
