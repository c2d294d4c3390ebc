"""The rules of one policy's clocks: their pauses, their due instants and their warnings, for any ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from upheld.core.clocks.clock import Aim, Clock, Span
from upheld.core.clocks.pauses import FOREVER, due_s, united
from upheld.core.clocks.plan import ClockPlan
from upheld.core.clocks.state import ClockChange, Track
from upheld.core.clocks.terms import Terms
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule

NONE: Final[list[Span]] = []

Cited = tuple[tuple[str, ...], tuple[str, ...]]
"""Clauses and assumptions, each once, in the order in which the policy declares them."""


class ClockRules:
    """What the commitments of a policy say about clocks.

    Attributes:
        plan: What a step may do to them.
        terms: What each commitment promises, by its index.
        warns: Whether any of them has warning marks.
        clauses, assumptions: The place of each in the order in which the policy declares them.
        cited: What clocks alike cite, by what makes them alike; filled as it is asked for.

    Raises: CalendarError for a promise in business days whose worth nothing states.
    """

    def __init__(self, policy: Policy, schedule: Schedule) -> None:
        self.policy = policy
        self.schedule = schedule
        self.terms = tuple(Terms(policy, commitment, schedule) for commitment in policy.commitments)
        self.plan = ClockPlan(policy, self.terms)
        self.clauses = {name: place for place, name in enumerate(policy.clauses)}
        self.assumptions = {name: place for place, name in enumerate(policy.assumptions)}
        self.warns = any(terms.marks for terms in self.terms)
        self.cited: dict[object, Cited] = {}

    def pauses(self, clock: Clock, tracks: Sequence[Track]) -> list[Span]:
        """The pauses of a clock, disjoint and in order: its tracks, and its gaps before reopenings."""
        spans = [
            (each.from_s, each.until_s)
            for number in self.plan.tracks_of[clock.commitment]
            for each in tracks[number].every()
            if each.until_s > clock.from_s
        ]
        return united((*spans, *clock.gaps)) if spans or clock.gaps else NONE

    def aim(self, clock: Clock) -> Aim | None:
        """What a clock was promised; where that is a release which was not known yet, it is looked for again."""
        aim = clock.aim
        if aim is None or aim.due_s is not None:
            return aim
        return self.terms[clock.commitment].with_release(aim, clock.from_s)

    def due_s(self, clock: Clock, tracks: Sequence[Track]) -> int | None:
        """When a running clock falls due, as things stand; ``None`` while that is not known."""
        aim = self.aim(clock)
        if aim is None:
            return None
        return due_s(aim, self.schedule.calendars[aim.calendar], clock.from_s, self.pauses(clock, tracks))

    def next_mark_s(self, clocks: Iterable[Clock], tracks: Sequence[Track]) -> int:
        """When the first of the clocks reaches its next warning mark, as things stand; ``FOREVER`` for never."""
        found = FOREVER
        for clock in clocks:
            if clock.mark_s is not None and clock.runs:
                reached = self._reaches_mark_s(clock, tracks)
                if reached is not None and reached < found:
                    found = reached
        return found

    def warned(
        self, clocks: Iterable[Clock], tracks: Sequence[Track], until_s: int, told_s: int | None = None
    ) -> tuple[list[Clock], list[ClockChange]]:
        """The clocks with the marks given that they reach by ``until_s``, and the warnings in the order of instants.

        Args:
            told_s: When they are told, for marks that a new target has put into the past.
        """
        changes: list[ClockChange] = []
        found = []
        for clock in clocks:
            terms = self.terms[clock.commitment]
            reached = self._reaches_mark_s(clock, tracks)
            while reached is not None and reached <= until_s and clock.aim is not None:
                at_s = reached if told_s is None else told_s
                place = terms.marks[clock.marks].place
                changes.append(ClockChange("warned", clock.commitment, clock.cycle, at_s, place))
                given = clock.marks + 1
                clock = clock._replace(marks=given, mark_s=terms.mark_s(clock.from_s, clock.aim, given))
                reached = self._reaches_mark_s(clock, tracks)
            found.append(clock)
        return found, sorted(changes, key=lambda change: change.at_s)

    def _reaches_mark_s(self, clock: Clock, tracks: Sequence[Track]) -> int | None:
        """When a clock reaches its next mark, moved on by pauses as its due instant is."""
        if clock.mark_s is None or clock.aim is None or not clock.runs:
            return None
        pauses = self.pauses(clock, tracks)
        if not pauses:
            return clock.mark_s
        mark = clock.aim._replace(due_s=clock.mark_s)
        return due_s(mark, self.schedule.calendars[mark.calendar], clock.from_s, pauses)
