"""Statuses: how a ticket stands, as far as a later decision can tell.

A standing holds instants, and a million tickets hold a million different ones. What will be decided depends on few of
them: which state, which facts as far as anybody asks, which commitments have a clock that something may still happen
to, which pauses are on. The instants stay where they came from, at the records that set them: a clock of a status is a
*slot*, and what became of the clock in a slot is read off the records that filled and emptied it.

Source: DESIGN section 11, "status (state, facts, flags, contracts in force)".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from upheld.bulk.keys.fineness import Fineness
from upheld.bulk.keys.masks import Compared, Mask, Masks
from upheld.bulk.keys.records import Bools, Int32s
from upheld.core.clocks.clock import Clock
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState
from upheld.core.clocks.terms import AT_START
from upheld.core.condition.domain import Held
from upheld.core.record.ticket import Standing

NO_TICKET: Final = 0
"""The number of the status of a ticket that nothing has opened."""

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
        before, status: The numbers of that before and after it, of the ticket that the engine decided.
        facts: The places of those that are set.
        level, flagged: Whether the level, and the flags, are others.
        clocks: The commitments of which clocks or pauses were touched, or may have been.
        opens: Whether it opens the ticket: nothing stays as it was.
    """

    before: int
    status: int
    facts: tuple[int, ...]
    level: bool
    flagged: bool
    clocks: frozenset[int]
    opens: bool


STATE, TIMERS, LEVEL, FLAGGED, CUSTOMER, CHANNEL, FACTS = range(7)
"""The columns of a status, in which it has a code each; from the last on those of facts, then those of commitments."""


class Statuses:
    """The statuses met so far, by number: a row each, with a code for each part that may change by itself.

    Args:
        facts: How many the policy has.
        kept: What is kept of a fact.

    Attributes:
        width: How many columns there are.
    """

    def __init__(
        self, rules: ClockRules, facts: int, fineness: Fineness, masks: Masks, kept: Callable[[str, Held], Hashable]
    ) -> None:
        self._fineness = fineness
        self._kept = kept
        policy = rules.policy
        self._tracks = rules.plan.tracks_of
        self._remembers = tuple(each.remembers for each in rules.terms)
        self._remembering = tuple(
            each.cycles == "one" or each.on_reopen == "new-cycle" or remembers
            for each, remembers in zip(policy.commitments, self._remembers)
        )
        self._none: Numbers = ((),) * len(policy.commitments)
        self._keeps = {name: masks.keeps(name) for name in ("customer", "channel")}
        self._clocks = FACTS + facts
        self.width = self._clocks + len(policy.commitments)
        self._parts = [_Part() for _ in range(self.width)]
        self._rows: Int32s = np.full((1024, self.width), -1, np.int32)
        self._known: list[Status | None] = [Status(None, self._none, self._none)]
        self._numbers: dict[bytes, int] = {self._rows[NO_TICKET].tobytes(): NO_TICKET}
        self._compared = [self._only_compared(each) for each in masks.known]
        self._seen = [self._columns(each) for each in masks.known]
        self._masked: dict[tuple[int, bytes], int] = {}
        self._masked_of: Int32s = np.full((len(self._seen), 1024), -1, np.int32)

    def __len__(self) -> int:
        return len(self._known)

    def __getitem__(self, number: int) -> Status:
        found = self._known[number]
        if found is None:
            told: list[Any] = [part.values[code] for part, code in zip(self._parts, self._rows[number].tolist())]
            clocks, paused, cycled, slots, begun_on = zip(*told[self._clocks :]) if self._none else ((),) * 5
            parts = Parts(
                state=told[STATE],
                level=told[LEVEL],
                customer=told[CUSTOMER],
                channel=told[CHANNEL],
                flagged=told[FLAGGED],
                facts=tuple(told[FACTS : self._clocks]),
                clocks=clocks,
                paused=paused,
                cycled=cycled,
                timers=told[TIMERS],
            )
            found = self._known[number] = Status(parts, slots, begun_on)
        return found

    def customer(self, number: int) -> int:
        """A number for what a status says of the customer."""
        return int(self._rows[number, CUSTOMER])

    def number(self, status: Status) -> int:
        """The number of a status; a new one where it has not been met."""
        parts = status.parts
        if parts is None:
            return NO_TICKET
        held = (parts.state, parts.timers, parts.level, parts.flagged, parts.customer, parts.channel, *parts.facts)
        clocks = zip(parts.clocks, parts.paused, parts.cycled, status.slots, status.begun_on)
        row = [part.code(each) for part, each in zip(self._parts, (*held, *clocks))]
        return self._number(np.array(row, np.int32))

    def after(self, numbers: Int32s, told: Int32s, sets: Bools) -> Int32s:
        """The numbers of the statuses that changes make of some.

        Args:
            numbers: Those of the statuses before, one for each change.
            told: The statuses after it of the tickets that the engine decided.
            sets: Which columns each of them sets; see `sets`.
        """
        rows = np.where(sets, self._rows[told], self._rows[numbers])
        return np.array([self._number(each) for each in rows], np.int32)

    def sets(self, change: Change) -> Bools:
        """The columns that a change sets."""
        found = np.zeros(self.width, bool)
        found[[STATE, TIMERS]] = True
        found[LEVEL], found[FLAGGED] = change.level, change.flagged
        found[[FACTS + place for place in change.facts]] = True
        found[[self._clocks + place for place in change.clocks]] = True
        return found | change.opens

    def holding(self, number: int, facts: Mapping[int, Hashable]) -> int:
        """The number of a status with other facts, by place: what is kept of each."""
        row = self._rows[number].copy()
        for place, held in facts.items():
            row[FACTS + place] = self._parts[FACTS + place].code(held)
        return self._number(row)

    def masked(self, mask: Int32s, status: Int32s) -> Int32s:
        """A number for what of each status its mask lets through."""
        found = self._masked_of[mask, status]
        missing = np.flatnonzero(found < 0)
        if len(missing):
            for each in np.unique(mask[missing]).tolist():
                self._mask(each, np.unique(status[missing[mask[missing] == each]]))
            found[missing] = self._masked_of[mask[missing], status[missing]]
        return found

    def masked_by(self, mask: int, statuses: list[int]) -> list[int]:
        """The same of some statuses and one mask, for a few of them."""
        known = self._masked_of[mask]
        if missing := [each for each in statuses if known[each] < 0]:
            self._mask(mask, np.array(missing, np.int32))
        return [int(known[each]) for each in statuses]

    def _mask(self, mask: int, statuses: Int32s) -> None:
        keys = [(mask, row.tobytes()) for row in self._let_through(mask, statuses)]
        self._masked_of[mask, statuses] = [self._masked.setdefault(key, len(self._masked)) for key in keys]

    def _number(self, row: Int32s) -> int:
        key = row.tobytes()
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._known)
            self._known.append(None)
            if found == len(self._rows):
                self._rows = np.concatenate((self._rows, np.full_like(self._rows, -1)))
                self._masked_of = np.concatenate((self._masked_of, np.full_like(self._masked_of, -1)), axis=1)
            self._rows[found] = row
        return found

    def _let_through(self, mask: int, statuses: Int32s) -> Int32s:
        """What a mask lets through of statuses: codes of what they hold, and of what comparisons say of it."""
        rows = self._rows[statuses]
        for each in self._compared[mask]:
            rows[:, each.column] = each.codes(rows[:, each.column])
        return np.ascontiguousarray(rows[:, self._seen[mask]])

    def _only_compared(self, mask: Mask | None) -> list[_Comparisons]:
        """What comparisons say of facts, for a mask that lets no more through of them.

        Of what is only carried along a status keeps what all comparisons say, and no value.
        """
        compared = () if mask is None else mask.compared
        return [
            _Comparisons(FACTS + each.place, self._parts[FACTS + each.place], each)
            for each in compared
            if each.fact not in self._fineness.carried
        ]

    def _columns(self, mask: Mask | None) -> list[int]:
        """The columns that a mask lets through."""
        if mask is None:
            return []
        named = ((LEVEL, mask.level), (FLAGGED, mask.flagged), (CUSTOMER, mask.customer), (CHANNEL, mask.channel))
        found = [STATE, TIMERS, *(column for column, is_seen in named if is_seen)]
        facts = sorted((*mask.facts, *(each.place for each in mask.compared)))
        return [*found, *(FACTS + each for each in facts), *(self._clocks + each for each in sorted(mask.clocks))]

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
        end = None if clock.end is None else (clock.end.returns, clock.end.how, clock.end.day is not None)
        kind = self._fineness.kind
        told = tuple((name, kind(name.removeprefix(AT_START), held)) for name, held in clock.held)
        began = (end, clock.trigger, clock.starts, told)
        return (*began, clock.aim is not None, clock.lapsed_s is not None, clock.read) if remembers else began

    def follows(self, status: int) -> tuple[tuple[int, int, bool], ...]:
        """The clocks of a status whose due instant decides whether they are judged again.

        Returns: commitment, slot, and whether the clock has ended.
        """
        parts, slots = self[status].parts, self[status].slots
        found: list[tuple[int, int, bool]] = []
        for index, remembers in enumerate(self._remembers):
            for slot, clock in zip(slots[index], parts.clocks[index] if parts is not None and remembers else ()):
                end, _, _, _, is_aimed, is_lapsed, _ = clock
                if is_aimed and not is_lapsed:
                    found.append((index, slot, end is not None))
        return tuple(found)


class _Part:
    """What one part of statuses held so far, each once, by its code."""

    def __init__(self) -> None:
        self.values: list[Hashable] = []
        self._codes: dict[Hashable, int] = {}

    def code(self, held: Hashable) -> int:
        """The code of what it holds."""
        found = self._codes.get(held)
        if found is None:
            found = self._codes[held] = len(self.values)
            self.values.append(held)
        return found


class _Comparisons:
    """What comparisons say of what a fact holds, by the code that it has in its column."""

    def __init__(self, column: int, part: _Part, compared: Compared) -> None:
        self.column = column
        self._part, self._fact, self._asked = part, compared.fact, Fineness.of_atoms(compared.asked)
        self._said = _Part()
        self._codes: list[int] = []

    def codes(self, held: Int32s) -> Int32s:
        """A code for what they say of each; -1, of a ticket that nothing has opened, stays."""
        for value in self._part.values[len(self._codes) :]:
            assert isinstance(value, tuple), "it is kept with its type"
            self._codes.append(self._said.code(self._asked.kind(self._fact, value[1])))
        return np.array([*self._codes, -1], np.int32)[held]


def by_commitment(clocks: Iterable[Clock], commitments: int) -> list[list[Clock]]:
    """The clocks of each commitment, in their order."""
    found: list[list[Clock]] = [[] for _ in range(commitments)]
    for clock in clocks:
        found[clock.commitment].append(clock)
    return found
