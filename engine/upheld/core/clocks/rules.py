"""The rules of one policy's clocks: their pauses, their due instants and their warnings, for any ticket."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from upheld.core.clocks.clock import Aim, Clock, Counted, Span
from upheld.core.clocks.pauses import FOREVER, due_s, paused_s, united, until
from upheld.core.clocks.plan import ClockPlan
from upheld.core.clocks.state import ClockChange, Track
from upheld.core.clocks.terms import Terms
from upheld.core.errors import CalendarError
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
        alike: What verdicts say of clocks alike, by what makes them alike; filled as it is asked for.

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
        self.alike: dict[object, Any] = {}

    def counting(self, clock: Clock, tracks: Sequence[Track], until_s: int) -> Clock:
        """The clock once its pauses up to an instant are counted, so that nobody counts them again."""
        is_too_far = clock.counted is not None and clock.counted.until_s > until_s
        if is_too_far and (clock.next is not None or clock.beats):  # what comes by itself later needs them
            return clock
        counted = self._counted(clock._replace(counted=None) if is_too_far else clock, tracks, until_s)
        return clock if counted == clock.counted else clock._replace(counted=counted)

    def resumes(self, index: int) -> bool:
        """Whether a reopening resumes a clock of a commitment."""
        return self.plan.on_reopen[index] == "resume"

    def pauses(
        self, clock: Clock, tracks: Sequence[Track], until_s: int = FOREVER, since_s: int | None = None
    ) -> list[Span]:
        """The pauses of a clock, disjoint and in order: its tracks, and its gaps before reopenings.

        Args:
            until_s: Pauses that begin then or later are left out.
            since_s: Those that end then or earlier are left out; ``None`` for when it begins to count.
        """
        from_s, gaps = clock.from_s if since_s is None else since_s, clock.gaps
        if since_s is not None:
            gaps = gaps[bisect_right(gaps, since_s, key=lambda each: each[1]) :]
        spans = [
            (each.from_s, each.until_s)
            for number in self.plan.tracks_of[clock.commitment]
            for each in tracks[number].touching(from_s, until_s)
        ]
        return united((*spans, *gaps)) if spans or gaps else NONE

    def aim(self, clock: Clock) -> Aim | None:
        """What a clock was promised; where that is a release which was not known yet, it is looked for again."""
        aim = clock.aim
        if aim is None or aim.due_s is not None:
            return aim
        return self.terms[clock.commitment].with_release(aim, clock.from_s)

    def due_s(self, clock: Clock, tracks: Sequence[Track]) -> int | None:
        """When a running clock falls due, as things stand; ``None`` while that is not known."""
        aim = self.aim(clock)
        return None if aim is None else self._reaches_s(clock, tracks, aim, FOREVER)

    def quiet(self, clock: Clock, tracks: Sequence[Track], now_s: int) -> Clock:
        """The clock once it is found out when something would happen to it by itself if all pauses ended now.

        Nothing happens earlier, whatever is paused later. So a step need not count a clock's pauses again; and when it
        is looked at again then, those are counted that came since.
        """
        if clock.next is None and not clock.beats:
            return clock._replace(quiet_s=FOREVER)
        clock = clock._replace(counted=self._counted(clock, tracks, now_s))
        reached = self._reaches_mark_s(clock, tracks, now_s), self.beat_s(clock, tracks, now_s)
        return clock._replace(quiet_s=min((each for each in reached if each is not None), default=FOREVER))

    def looked_ahead(
        self, clocks: Iterable[Clock], tracks: Sequence[Track], now_s: int, is_open: Callable[[Clock], bool]
    ) -> tuple[list[Clock], int]:
        """The clocks once it is found out before when nothing happens to those by itself of which that is open.

        Returns: them, and the earliest such instant of all.
        """
        found = [self.quiet(clock, tracks, now_s) if is_open(clock) else clock for clock in clocks]
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
        due = self._reaches_s(clock, tracks, clock.aim, _paused_until_s(clock, now_s))
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
                counted = self._counted(clock, tracks, reached)
                clock = clock._replace(given=given, reminded=reminded, next=following, counted=counted)
                reached = self._reaches_mark_s(clock, tracks)
            found.append(clock)
        return found, sorted(changes, key=lambda change: change.at_s)

    def _reaches_mark_s(self, clock: Clock, tracks: Sequence[Track], now_s: int = FOREVER) -> int | None:
        """When a clock reaches its next mark, moved on by pauses, counted up to now, as its due instant is."""
        if clock.next is None or clock.aim is None or not clock.runs:
            return None
        number, reached_s = clock.next
        aim, marks = clock.aim, self.terms[clock.commitment].commitment.marks
        if number < len(marks) and marks[number].kind == "breached":
            due = self._reaches_s(clock, tracks, aim, now_s)
            return None if due is None else due + 1
        is_late = number >= len(marks)  # opening time after due is paused, too, where due is a date that does not move
        return self._reaches_s(clock, tracks, aim._replace(due_s=reached_s, moves=aim.moves or is_late), now_s)

    def _reaches_s(self, clock: Clock, tracks: Sequence[Track], aim: Aim, until_s: int) -> int | None:
        """When a clock reaches what is aimed at, moved on by pauses up to an instant: those not counted yet are."""
        if aim.due_s is None or not aim.moves:
            return aim.due_s
        calendar, from_s = self.schedule.calendars[aim.calendar], _moves_from_s(clock)
        counted = clock.counted
        if counted is not None and counted[:2] == (aim.calendar, from_s) and counted.until_s <= until_s:
            since_s = counted.until_s
            with suppress(CalendarError):  # too late by pauses that may come after it
                due = calendar.add_s(aim.due_s, counted.paused_s) if counted.paused_s else aim.due_s
                if due > since_s:
                    return self._moved_s(clock, tracks, aim._replace(due_s=due), since_s, until_s)
        return self._moved_s(clock, tracks, aim, None, until_s)

    def _moved_s(
        self, clock: Clock, tracks: Sequence[Track], aim: Aim, since_s: int | None, until_s: int
    ) -> int | None:
        """What is aimed at, moved on by the pauses from an instant on; those that begin later are passed over."""
        calendar, from_s = self.schedule.calendars[aim.calendar], _moves_from_s(clock) if since_s is None else since_s
        reached = beyond_s = aim.due_s
        while reached is not None and beyond_s is not None:
            pauses = self.pauses(clock, tracks, min(beyond_s, until_s), since_s)
            reached = due_s(aim, calendar, from_s, until(pauses, until_s))
            if reached is None or reached <= beyond_s or until_s <= beyond_s:
                break
            beyond_s = reached + (reached - from_s)  # far enough that many short pauses do not ask as many times
        return reached

    def _counted(self, clock: Clock, tracks: Sequence[Track], until_s: int) -> Counted | None:
        """What the pauses of a clock took up to an instant, or to its end; what was counted is not counted again."""
        if clock.aim is None:
            return None
        name, from_s, until_s = clock.aim.calendar, _moves_from_s(clock), _paused_until_s(clock, until_s)
        counted = clock.counted
        if counted is None or counted[:2] != (name, from_s):
            counted = Counted(name, from_s, from_s, 0)
        since_s = counted.until_s
        pauses = until(self.pauses(clock, tracks, until_s, since_s), until_s) if since_s < until_s else NONE
        if not pauses:
            return clock.counted
        last_s = pauses[-1][1]
        taken_s = paused_s(self.schedule.calendars[name], pauses, since_s, last_s)
        return Counted(name, from_s, last_s, counted.paused_s + taken_s)


def _moves_from_s(clock: Clock) -> int:
    """From when pauses move what a clock reaches: a date stays, and only what comes after it is moved."""
    aim = clock.aim
    return clock.from_s if aim is None or aim.moves or aim.due_s is None else max(clock.from_s, aim.due_s)


def _paused_until_s(clock: Clock, now_s: int) -> int:
    """Up to when pauses bear on a clock: up to its end, if it has one."""
    return now_s if clock.end is None else min(clock.end.at_s, clock.end.seen_s, now_s)
