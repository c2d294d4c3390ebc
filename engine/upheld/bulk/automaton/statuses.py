"""Statuses: how a ticket stands, as far as a later decision can tell.

A standing holds instants, and a million tickets hold a million different ones. What will be decided depends on few of
them: which state, which facts as far as anybody asks, which commitments have a clock that something may still happen to,
which pauses are on. The instants stay where they came from, at the records that set them: a clock of a status is a *slot*,
and what became of the clock in a slot is read off the records that filled and emptied it.

Source: DESIGN section 11, "status (state, facts, flags, contracts in force)".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.automaton.fineness import Fineness
from upheld.bulk.automaton.masks import Masks
from upheld.bulk.automaton.records import Int32s
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


class Parts(NamedTuple):
    """What tells a status from others: what is kept of a standing.

    Attributes:
        facts: What is kept of each fact, in the policy's order.
        clocks: What is kept of each clock to which something may still happen.
        paused: Which tracks are on.
        cycled: Of which commitments a clock is over, where that matters.
        timers: Those that wait.
    """

    state: str
    level: int
    customer: Hashable
    channel: Hashable
    flagged: Hashable
    facts: tuple[Hashable, ...]
    clocks: tuple[Hashable, ...]
    paused: tuple[bool, ...]
    cycled: tuple[bool, ...]
    timers: tuple[str, ...]


class Status(NamedTuple):
    """One of them.

    Attributes:
        parts: What tells it from others; ``None`` for that of a ticket that nothing has opened.
        slots: That of each clock to which something may still happen, in their order.
        begun_on: The occasions on which those began whose target is not known yet; -1 for the others.
    """

    parts: Parts | None
    slots: tuple[int, ...] = NO_SLOTS
    begun_on: tuple[int, ...] = NO_SLOTS


class Change(NamedTuple):
    """What a record makes of a status.

    Attributes:
        parts: Those after it, on the ticket that the engine decided.
        set: What that ticket did not have before: places of facts, and whether the level and the flags are others.
    """

    status: Status
    facts: tuple[int, ...]
    level: bool
    flagged: bool
    opens: bool


class Statuses:
    """The statuses met so far, by number."""

    def __init__(
        self, rules: ClockRules, fineness: Fineness, masks: Masks, kept: Callable[[str, Held], Hashable]
    ) -> None:
        self._fineness = fineness
        self._masks = masks.known
        self._kept = kept
        policy = rules.policy
        self._remembering = tuple(
            index for index, each in enumerate(policy.commitments) if each.cycles == "one" or each.on_reopen == "new-cycle"
        )
        self._keeps = {name: masks.keeps(name) for name in ("customer", "channel")}
        self.known: list[Status] = [Status(None), Status(None, (-1,))]
        self._numbers: dict[Hashable, int] = {each: number for number, each in enumerate(self.known)}
        self._masked: dict[Hashable, int] = {}
        self._masked_of: Int32s = np.full((len(self._masks), 1024), -1, np.int32)

    def __len__(self) -> int:
        return len(self.known)

    def __getitem__(self, number: int) -> Status:
        return self.known[number]

    def number(self, status: Status) -> int:
        """The number of a status; a new one where it has not been met."""
        found = self._numbers.get(status)
        if found is None:
            found = self._numbers[status] = len(self.known)
            self.known.append(status)
            if found == self._masked_of.shape[1]:
                self._masked_of = np.concatenate((self._masked_of, np.full_like(self._masked_of, -1)), axis=1)
        return found

    def after(self, number: int, change: Change) -> int:
        """The number of the status that a change makes of one."""
        was, status = self.known[number].parts, change.status
        if change.opens or status.parts is None:
            return self.number(status)
        assert was is not None, "a ticket goes on that was opened"
        facts = was.facts
        if change.facts:
            held = [*facts]
            for place in change.facts:
                held[place] = status.parts.facts[place]
            facts = tuple(held)
        parts = status.parts._replace(
            facts=facts,
            level=status.parts.level if change.level else was.level,
            flagged=status.parts.flagged if change.flagged else was.flagged,
            customer=was.customer,
            channel=was.channel,
        )
        return self.number(status._replace(parts=parts))

    def masked(self, mask: Int32s, status: Int32s) -> Int32s:
        """A number for what of each status its mask lets through."""
        found = self._masked_of[mask, status]
        missing = np.flatnonzero(found < 0)
        if len(missing):
            pairs = {*zip(mask[missing].tolist(), status[missing].tolist())}
            for each in pairs:
                self._masked_of[each] = self._mask(*each)
            found[missing] = self._masked_of[mask[missing], status[missing]]
        return found

    def _mask(self, mask: int, status: int) -> int:
        held, seen = self.known[status], self._masks[mask]
        parts: Hashable = None if seen is None else held
        if held.parts is not None and seen is not None:
            level, customer, channel, flagged, facts = seen
            parts = held._replace(
                parts=held.parts._replace(
                    level=held.parts.level if level else 0,
                    customer=held.parts.customer if customer else None,
                    channel=held.parts.channel if channel else None,
                    flagged=held.parts.flagged if flagged else None,
                    facts=tuple(held.parts.facts[place] for place in facts),
                )
            )
        return self._masked.setdefault((mask, parts), len(self._masked))

    def of(self, standing: Standing, slots: tuple[int, ...], begun_on: tuple[int, ...]) -> Status:
        """The status of a standing, whose clocks have these slots."""
        kind, kept, keeps = self._fineness.kind, self._kept, self._keeps
        clocks: ClockState = standing.clocks
        parts = Parts(
            standing.state,
            standing.level,
            kind("customer", standing.customer or None) if keeps["customer"] else None,
            kind("channel", standing.channel or None) if keeps["channel"] else None,
            kind("flagged", standing.flagged or None),
            tuple(kept(name, held) for name, held in standing.facts.items()),
            tuple(map(self._clock, clocks.clocks, slots, begun_on)),
            tuple(each.lasting is not None for each in clocks.tracks),
            tuple(clocks.cycles_over[index] > 0 for index in self._remembering),
            tuple(timer for _, timer in standing.timers),
        )
        return Status(parts, slots, begun_on)

    def _clock(self, clock: Clock, slot: int, begun_on: int) -> Hashable:
        if clock.aim is not None:
            return clock.commitment, slot, clock.end is not None and clock.end.returns, clock.end is not None
        end = None if clock.end is None else (clock.end.returns, clock.end.how)
        told = tuple((name, self._fineness.kind(name, held)) for name, held in clock.held)
        return clock.commitment, slot, end, clock.trigger, clock.starts, told, begun_on
