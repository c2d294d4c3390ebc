"""Statuses: how a ticket stands, as far as a later decision can tell.

A standing holds instants, and a million tickets hold a million different ones. What will be decided depends on few of
them: which state, which facts as far as anybody asks, which commitments have a clock that something may still happen
to, which pauses are on. The instants stay where they came from, at the records that set them: a clock of a status is a
*slot*, and what became of the clock in a slot is read off the records that filled and emptied it.

Source: DESIGN section 11, "status (state, facts, flags, contracts in force)".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

from upheld.bulk.keys.fineness import Fineness
from upheld.bulk.keys.masks import Masks
from upheld.bulk.keys.records import Int32s
from upheld.core.clocks.clock import Clock
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState
from upheld.core.clocks.terms import AT_START
from upheld.core.condition.domain import Held
from upheld.core.record.ticket import Standing

NO_TICKET: Final = 0
"""The number of the status of a ticket that nothing has opened."""
T = TypeVar("T")

Numbers = tuple[tuple[int, ...], ...]
"""For each commitment, a number for each of its clocks."""


class Parts(NamedTuple):
    """What tells a status from others: what is kept of a standing.

    Attributes:
        facts: What is kept of each fact, in the policy's order.
        clocks: For each commitment, what is kept of its clocks to which something may still happen, in their order.
        paused: For each commitment, which of its tracks are on.
        cycled: For each commitment, whether a clock is over, where that matters.
        timers: Those that wait.
    """

    state: str
    level: int
    customer: Hashable
    channel: Hashable
    flagged: Hashable
    facts: tuple[Hashable, ...]
    clocks: tuple[tuple[Any, ...], ...]
    paused: tuple[tuple[bool, ...], ...]
    cycled: tuple[bool, ...]
    timers: tuple[str, ...]


class Status(NamedTuple):
    """One of them.

    Attributes:
        parts: What tells it from others; ``None`` for that of a ticket that nothing has opened.
        slots: For each commitment, those of these clocks.
        begun_on: The same of the occasions on which those began whose target is not known yet; -1 for the others.
    """

    parts: Parts | None
    slots: Numbers = ()
    begun_on: Numbers = ()

    @property
    def awaits(self) -> bool:
        """Whether the target of a clock may not be known yet."""
        return any(begun >= 0 for each in self.begun_on for begun in each)


class Change(NamedTuple):
    """What a record makes of a status.

    Attributes:
        status: That after it of the ticket that the engine decided.
        facts: The places of those that are set.
        level, flagged: Whether the level, and the flags, are others.
        clocks: The commitments of which clocks or pauses were touched, or may have been.
        opens: Whether it opens the ticket: nothing stays as it was.
    """

    status: Status
    facts: tuple[int, ...]
    level: bool
    flagged: bool
    clocks: frozenset[int]
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
        self._tracks = rules.plan.tracks_of
        self._remembering = tuple(each.cycles == "one" or each.on_reopen == "new-cycle" for each in policy.commitments)
        self._remembers = tuple(each.remembers for each in rules.terms)
        self._none: Numbers = ((),) * len(policy.commitments)
        self._keeps = {name: masks.keeps(name) for name in ("customer", "channel")}
        self.known: list[Status] = [Status(None, self._none, self._none)]
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
        before, status = self.known[number], change.status
        was, now = before.parts, status.parts
        if change.opens or now is None:
            return self.number(status)
        assert was is not None, "a ticket goes on that was opened"
        parts = was._replace(
            state=now.state,
            level=now.level if change.level else was.level,
            flagged=now.flagged if change.flagged else was.flagged,
            facts=_mixed(was.facts, now.facts, change.facts),
            clocks=_mixed(was.clocks, now.clocks, change.clocks),
            paused=_mixed(was.paused, now.paused, change.clocks),
            cycled=_mixed(was.cycled, now.cycled, change.clocks),
            timers=now.timers,
        )
        slots = _mixed(before.slots, status.slots, change.clocks)
        return self.number(Status(parts, slots, _mixed(before.begun_on, status.begun_on, change.clocks)))

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
            was, clocks = held.parts, sorted(seen.clocks)
            parts = (
                was.state,
                was.level if seen.level else 0,
                was.customer if seen.customer else None,
                was.channel if seen.channel else None,
                was.flagged if seen.flagged else None,
                tuple(was.facts[place] for place in seen.facts),
                *(tuple(each[place] for place in clocks) for each in (was.clocks, was.paused, was.cycled)),
                *(tuple(each[place] for place in clocks) for each in (held.slots, held.begun_on)),
                was.timers,
            )
        return self._masked.setdefault((mask, parts), len(self._masked))

    def of(self, standing: Standing, slots: Numbers, begun_on: Numbers) -> Status:
        """The status of a standing, whose clocks have these slots."""
        kind, kept, keeps = self._fineness.kind, self._kept, self._keeps
        clocks: ClockState = standing.clocks
        live = by_commitment(clocks.clocks, len(self._none))
        parts = Parts(
            standing.state,
            standing.level,
            kind("customer", standing.customer or None) if keeps["customer"] else None,
            kind("channel", standing.channel or None) if keeps["channel"] else None,
            kind("flagged", standing.flagged or None),
            tuple(kept(name, held) for name, held in standing.facts.items()),
            tuple(tuple(map(self._clock, each)) for each in live),
            tuple(tuple(clocks.tracks[track].lasting is not None for track in tracks) for tracks in self._tracks),
            tuple(remembers and over > 0 for remembers, over in zip(self._remembering, clocks.cycles_over)),
            tuple(sorted(timer for _, timer in standing.timers)),
        )
        return Status(parts, slots, begun_on)

    def _clock(self, clock: Clock) -> Hashable:
        remembers = self._remembers[clock.commitment]
        if clock.aim is not None and not remembers:
            return clock.end is not None and clock.end.returns, clock.end is not None
        end = None if clock.end is None else (clock.end.returns, clock.end.how)
        kind = self._fineness.kind
        told = tuple((name, kind(name.removeprefix(AT_START), held)) for name, held in clock.held)
        began = (end, clock.trigger, clock.starts, told)
        return (*began, clock.aim is not None, clock.lapsed_s is not None, clock.read) if remembers else began

    def follows(self, status: int) -> tuple[tuple[int, int, bool], ...]:
        """The clocks of a status whose due instant decides whether they are judged again.

        Returns: commitment, slot, and whether the clock has ended.
        """
        parts, slots = self.known[status].parts, self.known[status].slots
        found: list[tuple[int, int, bool]] = []
        for index, remembers in enumerate(self._remembers):
            for slot, clock in zip(slots[index], parts.clocks[index] if parts is not None and remembers else ()):
                end, _, _, _, is_aimed, is_lapsed, _ = clock
                if is_aimed and not is_lapsed:
                    found.append((index, slot, end is not None))
        return tuple(found)


def by_commitment(clocks: Iterable[Clock], commitments: int) -> list[list[Clock]]:
    """The clocks of each commitment, in their order."""
    found: list[list[Clock]] = [[] for _ in range(commitments)]
    for clock in clocks:
        found[clock.commitment].append(clock)
    return found


def _mixed(was: tuple[T, ...], now: tuple[T, ...], places: Iterable[int]) -> tuple[T, ...]:
    """What was, with what is now at some places."""
    if was == now:
        return was
    found = [*was]
    for place in places:
        found[place] = now[place]
    return tuple(found)
