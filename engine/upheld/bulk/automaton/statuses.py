"""Statuses: how a ticket stands, as far as a later decision can tell.

A standing holds instants, and a million tickets hold a million different ones. What will be decided depends on few of
them: which state, which facts as far as anybody asks, which commitments have a clock that something may still happen to,
which pauses are on. The instants stay where they came from, at the records that set them: a clock of a status is a *slot*,
and what became of the clock in a slot is read off the records that filled and emptied it.

Source: DESIGN section 11, "status (state, facts, flags, contracts in force)".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Final, NamedTuple

from upheld.bulk.automaton.fineness import Fineness
from upheld.core.clocks.clock import Clock
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState
from upheld.core.condition.domain import Held
from upheld.core.record.ticket import Standing

NO_TICKET: Final = 0
"""The number of the status of a ticket that nothing has opened."""
ANY: Final = 1
"""Stands for every status where a record is refused whatever the ticket."""

NO_SLOTS: Final[tuple[int, ...]] = ()


class Status(NamedTuple):
    """One of them.

    Attributes:
        key: What tells it from others.
        slots: That of each clock to which something may still happen, in their order.
        begun_on: The occasions on which those began whose target is not known yet; -1 for the others.
        standing: How a ticket in it stands: for what is the same for all of them.
    """

    key: Hashable
    slots: tuple[int, ...]
    begun_on: tuple[int, ...]
    standing: Standing | None


class Statuses:
    """The statuses met so far, by number."""

    def __init__(self, rules: ClockRules, fineness: Fineness, kept: Callable[[str, Held], Hashable]) -> None:
        self._fineness = fineness
        self._kept = kept
        policy = rules.policy
        self._remembering = tuple(
            index for index, each in enumerate(policy.commitments) if each.cycles == "one" or each.on_reopen == "new-cycle"
        )
        blank: Hashable = None
        self.known: list[Status] = [Status(blank, (), (), None), Status("any", (), (), None)]
        self._numbers: dict[Hashable, int] = {blank: NO_TICKET, "any": ANY}

    def __len__(self) -> int:
        return len(self.known)

    def __getitem__(self, number: int) -> Status:
        return self.known[number]

    def number(self, standing: Standing | None, slots: tuple[int, ...], begun_on: tuple[int, ...]) -> int:
        """The number of a status; a new one where it has not been met."""
        key = self.key(standing, slots, begun_on)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.known)
            self.known.append(Status(key, slots, begun_on, standing))
        return found

    def key(self, standing: Standing | None, slots: Iterable[int], begun_on: Iterable[int]) -> Hashable:
        """What of a standing tells it from others."""
        if standing is None:
            return None
        kind, kept = self._fineness.kind, self._kept
        clocks: ClockState = standing.clocks
        return (
            standing.state,
            standing.level,
            kind("customer", standing.customer or None),
            kind("channel", standing.channel or None),
            kind("flagged", standing.flagged or None),
            tuple(kept(name, held) for name, held in standing.facts.items()),
            tuple(map(self._clock, clocks.clocks, slots, begun_on)),
            tuple(each.lasting is not None for each in clocks.tracks),
            tuple(clocks.cycles_over[index] > 0 for index in self._remembering),
            tuple(timer for _, timer in standing.timers),
        )

    def _clock(self, clock: Clock, slot: int, begun_on: int) -> Hashable:
        if clock.aim is not None:
            return clock.commitment, slot, clock.end is not None and clock.end.returns, clock.end is not None
        end = None if clock.end is None else (clock.end.returns, clock.end.how)
        told = tuple((name, self._fineness.kind(name, held)) for name, held in clock.held)
        return clock.commitment, slot, end, clock.trigger, clock.starts, told, begun_on
