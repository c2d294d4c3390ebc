"""Absences: what might have come of a record and did not - a charge, a promise - and the facts that decided.

"Why was nothing promised?" is asked as often as "why was it late?". What depends on the
starting event's own data is left out: it is no longer known.

Source: DESIGN section 3, "Why not" is answered too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from upheld.core.clock_state import ClockState
from upheld.core.commitment import Commitment, Trigger
from upheld.core.condition import Condition, Lookup, evaluate, explain, names_read
from upheld.core.decision import Move
from upheld.core.domain import Held
from upheld.core.engine import Decided, Engine
from upheld.core.episode import Episode
from upheld.core.explanation import reason
from upheld.core.happening import is_of_event
from upheld.core.reason import Reason
from upheld.core.ticket import Standing


@dataclass(frozen=True, slots=True)
class Absent:
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


def absences(
    engine: Engine, clocks: ClockState, records: Iterable[tuple[Episode, Standing | None]]
) -> tuple[Absent, ...]:
    """The promises of which the ticket has no clock, though something happened that begins them; in policy order.

    Args:
        records: The records that were accepted, each with the ticket after it.
    """
    found: dict[str, Absent] = {}
    have = {engine.policy.commitments[clock.commitment].id for clock in clocks.clocks}
    for episode, standing in records:
        if standing is None or episode.seq is None or episode.event is None:
            continue
        names = engine.names(standing, episode.at_s)
        for commitment in engine.policy.commitments:
            if commitment.id not in have and commitment.id not in found and commitment.promised:
                failed = _failed(commitment, episode.event.event, episode.moves, names)
                if failed is not None:
                    facts = explain(failed, names).facts
                    found[commitment.id] = Absent(commitment, episode.seq, failed, tuple(dict(facts).items()))
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
