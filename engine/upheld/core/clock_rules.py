"""The rules of one policy's clocks: their pauses, their due instants and their warnings, for any ticket."""

from __future__ import annotations

from collections.abc import Iterable

from upheld.core.aim import mark_s
from upheld.core.clock import FOREVER, Clock, Span, due_s, united
from upheld.core.clock_plan import ClockPlan
from upheld.core.clock_state import ClockChange
from upheld.core.policy import Policy
from upheld.core.times import Times


class ClockRules:
    """What the commitments of a policy say about clocks."""

    def __init__(self, policy: Policy, times: Times) -> None:
        self.policy = policy
        self.times = times
        self.plan = ClockPlan(policy)

    def pauses(self, clock: Clock, tracks: tuple[tuple[Span, ...], ...]) -> list[Span]:
        """The pauses of a clock, disjoint and in order: its tracks, and its gaps before reopenings."""
        spans = [
            span for n, each in enumerate(self.plan.tracks) if each.commitment == clock.commitment for span in tracks[n]
        ]
        return united((*spans, *clock.gaps))

    def due_s(self, clock: Clock, tracks: tuple[tuple[Span, ...], ...], until_s: int = FOREVER) -> int | None:
        """When a clock falls due, pauses after ``until_s`` left out; ``None`` while that is not known."""
        if clock.aim is None:
            return None
        spans = [(from_s, min(end_s, until_s)) for from_s, end_s in self.pauses(clock, tracks) if from_s < until_s]
        calendar = self.times.calendars[self.plan.commitments[clock.commitment].calendar]
        return due_s(clock.aim, calendar, clock.start_s, spans)

    def warned(
        self, clocks: Iterable[Clock], tracks: tuple[tuple[Span, ...], ...], until_s: int
    ) -> tuple[list[Clock], list[ClockChange]]:
        """The clocks with the marks given that they reach by ``until_s``, in the order of those instants."""
        changes: list[ClockChange] = []
        found = []
        for clock in clocks:
            while clock.mark_s is not None and clock.mark_s <= until_s and not clock.ended and clock.aim is not None:
                reached = self.due_s(clock._replace(aim=clock.aim._replace(due_s=clock.mark_s)), tracks)
                if reached is None or reached > until_s:
                    break
                changes.append(ClockChange("warned", clock.commitment, clock.cycle, reached, clock.marks))
                clock = clock._replace(marks=clock.marks + 1)
                clock = clock._replace(mark_s=mark_s(self.plan.commitments[clock.commitment], clock, self.times))
            found.append(clock)
        return found, sorted(changes, key=lambda change: change.at_s)
