"""The rules of one policy's clocks: their pauses, their due instants and their warnings, for any ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from upheld.core.clocks.clock import Aim, Clock, Span
from upheld.core.clocks.pauses import FOREVER, due_s, united, until
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
        goes_on: Whether time alone does something to a clock of any of them: a warning, the next cycle of a rhythm.
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
        self.goes_on = any(terms.warns or terms.commitment.rhythm for terms in self.terms)
        self.cited: dict[object, Cited] = {}

    def resumes(self, index: int) -> bool:
        """Whether a reopening resumes a clock of a commitment."""
        return self.plan.on_reopen[index] == "resume"

    def pauses(self, clock: Clock, tracks: Sequence[Track], until_s: int = FOREVER) -> list[Span]:
        """The pauses of a clock, disjoint and in order: its tracks, and its gaps before reopenings.

        Args:
            until_s: Pauses that begin then or later are left out.
        """
        spans = [
            (each.from_s, each.until_s)
            for number in self.plan.tracks_of[clock.commitment]
            for each in tracks[number].touching(clock.from_s, until_s)
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

    def quiet_s(self, clock: Clock, tracks: Sequence[Track], now_s: int) -> int:
        """When something would happen to a clock by itself if all pauses ended now; ``FOREVER`` for never.

        Nothing happens earlier, whatever is paused later. So a step need not count a clock's pauses again.
        """
        reached = self._reaches_mark_s(clock, tracks, now_s), self.beat_s(clock, tracks, now_s)
        return min((each for each in reached if each is not None), default=FOREVER)

    def looked_ahead(
        self, clocks: Iterable[Clock], tracks: Sequence[Track], now_s: int, is_open: Callable[[Clock], bool]
    ) -> tuple[list[Clock], int]:
        """The clocks once it is found out before when nothing happens to those by itself of which that is open.

        Returns: them, and the earliest such instant of all.
        """
        found = [
            clock._replace(quiet_s=self.quiet_s(clock, tracks, now_s)) if is_open(clock) else clock for clock in clocks
        ]
        return found, min((clock.quiet_s for clock in found), default=FOREVER)

    def next_beat(
        self, clocks: Sequence[Clock], beating: Iterable[int], tracks: Sequence[Track], until_s: int
    ) -> tuple[int, int] | None:
        """The earliest beat by an instant of the clocks at these places, and the place of its clock."""
        beats = ((self.beat_s(clocks[place], tracks), place) for place in beating)
        return min(
            ((beat_s, place) for beat_s, place in beats if beat_s is not None and beat_s <= until_s), default=None
        )

    def beat_s(self, clock: Clock, tracks: Sequence[Track], now_s: int = FOREVER) -> int | None:
        """The first instant at which a cycle's due instant has begun the next one; it comes after what happens then.

        Args:
            now_s: No pause is counted any further.
        """
        if not clock.beats or clock.aim is None or clock.lapsed_s is not None:
            return None
        end_s = now_s if clock.end is None else min(clock.end.at_s, clock.end.seen_s, now_s)
        pauses = until(self.pauses(clock, tracks, end_s), end_s)
        due = due_s(clock.aim, self.schedule.calendars[clock.aim.calendar], clock.from_s, pauses)
        return due + 1 if due is not None and due > clock.from_s else None

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
            reached = self._reaches_mark_s(clock, tracks) if clock.quiet_s <= until_s else None
            while reached is not None and reached <= until_s and clock.next is not None and clock.aim is not None:
                number, marks = clock.next[0], terms.commitment.marks
                is_breach = number < len(marks) and marks[number].kind == "breached"
                at_s = told_s if told_s is not None else reached - is_breach
                changes.append(ClockChange("warned", clock.commitment, clock.cycle, at_s, number))
                given, reminded = clock.given, clock.reminded
                if number < len(marks):
                    given |= {number}
                else:
                    reminded += 1
                following = terms.next_mark(clock.from_s, clock.aim, given, reminded)
                clock = clock._replace(given=given, reminded=reminded, next=following)
                reached = self._reaches_mark_s(clock, tracks)
            found.append(clock)
        return found, sorted(changes, key=lambda change: change.at_s)

    def _reaches_mark_s(self, clock: Clock, tracks: Sequence[Track], now_s: int = FOREVER) -> int | None:
        """When a clock reaches its next mark, moved on by pauses, counted up to now, as its due instant is."""
        if clock.next is None or clock.aim is None or not clock.runs:
            return None
        number, reached_s = clock.next
        aim, calendar = clock.aim, self.schedule.calendars[clock.aim.calendar]
        pauses = until(self.pauses(clock, tracks, now_s), now_s)
        if not pauses:
            return reached_s
        marks = self.terms[clock.commitment].commitment.marks
        if number < len(marks) and marks[number].kind != "breached":
            return due_s(aim._replace(due_s=reached_s), calendar, clock.from_s, pauses)
        due = due_s(aim, calendar, clock.from_s, pauses)
        if due is None or number < len(marks):
            return None if due is None else due + 1
        late_s = calendar.between_s(max(aim.due_s or due, clock.from_s), reached_s)
        late_from_s = max(due, clock.from_s)
        late = aim._replace(due_s=calendar.add_s(late_from_s, late_s), moves=True)
        return due_s(late, calendar, late_from_s, pauses)
