"""One step of a ticket's clocks: what a happening starts, stops, pauses and cancels, in the order of the design.

Explicit cancel, stop, cancel by closing, a new severity's target, pauses, reopening,
starts, and last the targets that have become known.

Source: DESIGN section 3, step 7; section 4, from "Starting" on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

from upheld.core.aim import find_aim, mark_s, names_at_start
from upheld.core.clock import FOREVER, Clock
from upheld.core.clock_plan import Pull, StepPlan
from upheld.core.clock_rules import ClockRules
from upheld.core.clock_state import ClockChange, ClockState, Excused
from upheld.core.condition import evaluate
from upheld.core.happening import Happening
from upheld.core.instant import day_number
from upheld.core.policy import ALWAYS


class ClockStep:
    """One step being taken: the clocks so far, and what was done to them."""

    def __init__(self, rules: ClockRules, state: ClockState, happening: Happening, plan: StepPlan) -> None:
        self.rules = rules
        self.plan = plan
        self.before = state
        self.now = happening
        self.at_s = happening.at_s
        self.clocks = list(state.clocks)
        self.tracks = state.tracks
        self.changes: list[ClockChange] = []

    def take(self) -> None:
        """Do everything in order."""
        if any(clock.mark_s is not None for clock in self.clocks):
            self.clocks, self.changes = self.rules.warned(self.clocks, self.tracks, self.at_s)
        self._pull(self.plan.cancels, self._cancel)
        self._pull(self.plan.stops, self._stop)
        if self.plan.closes:
            self._close()
        self._retarget()
        self._pause()
        if self.plan.reopens:
            self._reopen()
        self._start()
        self._fix()

    def state(self) -> ClockState:
        """The state after the step."""
        episode = self.before.episode + self.plan.reopens
        return ClockState(tuple(self.clocks), self.tracks, (*self.before.excuses, *self._excuses()), episode)

    def _holds(self, pull: Pull) -> bool:
        return pull.when is None or evaluate(pull.when, self.now.names)

    def _pull(self, pulls: tuple[Pull, ...], end: Callable[[int, Clock, Pull], None]) -> None:
        """End the running clocks of every commitment that a trigger pulls."""
        for pull in pulls:
            running = [(i, c) for i, c in enumerate(self.clocks) if c.commitment == pull.index and not c.ended]
            if running and self._holds(pull):
                for index, clock in running:
                    end(index, clock, pull)

    def _end(self, index: int, clock: Clock, what: Literal["stopped", "cancelled"], end_s: int) -> None:
        episode = self.before.episode if self.plan.ends else -1
        self.clocks[index] = clock._replace(ended=what, end_s=end_s, episode=episode)
        self.changes.append(ClockChange(what, clock.commitment, clock.cycle, self.at_s))

    def _cancel(self, index: int, clock: Clock, pull: Pull) -> None:
        self._end(index, clock, "cancelled", self.at_s)

    def _stop(self, index: int, clock: Clock, pull: Pull) -> None:
        self._end(index, clock, "stopped", self._own_instant(clock, pull))

    def _own_instant(self, clock: Clock, pull: Pull) -> int:
        """When a stop counts: at the first opening of the date it carries, or at once; never before the start."""
        held = self.now.names(pull.at) if pull.at else None
        if isinstance(held, str):
            calendar = self.rules.times.calendars[self.rules.plan.commitments[clock.commitment].calendar]
            opens_s = calendar.next_opening_s(calendar.instant_s(day_number(date.fromisoformat(held)), 0))
            return max(opens_s, clock.start_s)
        return max(held, clock.start_s) if isinstance(held, int) else self.at_s

    def _close(self) -> None:
        """Entering a closed state cancels what still runs, duties excepted."""
        for index, clock in enumerate(self.clocks):
            if not clock.ended and not self.rules.plan.commitments[clock.commitment].duty:
                self._end(index, clock, "cancelled", self.at_s)

    def _retarget(self) -> None:
        """A new severity gives running clocks a new target from the same start, unless their due instant has passed."""
        follows = self.rules.plan.follows_severity
        for index, clock in enumerate(self.clocks):
            if clock.ended or clock.aim is None or clock.missed_s is not None or not follows[clock.commitment]:
                continue
            severity = self.now.names("severity")
            if severity is None or severity == clock.aim.severity:
                continue
            due = self.rules.due_s(clock, self.tracks, self.at_s)
            if due is not None and due < self.at_s:
                self.clocks[index] = clock._replace(missed_s=due)
                continue
            commitment = self.rules.plan.commitments[clock.commitment]
            aim = find_aim(commitment, clock, self.now, self.rules.times)
            if aim is not None:
                again = clock._replace(aim=aim)
                self.clocks[index] = again._replace(mark_s=mark_s(commitment, again, self.rules.times))
                self.changes.append(ClockChange("retargeted", clock.commitment, clock.cycle, self.at_s))

    def _pause(self) -> None:
        if not (self.plan.pauses_end or self.plan.pauses_begin):
            return
        tracks = list(self.tracks)
        for pull in self.plan.pauses_end:
            if tracks[pull.index] and tracks[pull.index][-1][1] == FOREVER and self._holds(pull):
                *earlier, (from_s, _) = tracks[pull.index]
                tracks[pull.index] = (*earlier, (from_s, self.at_s)) if from_s < self.at_s else tuple(earlier)
                self._tell_pause("continued", pull)
        for pull in self.plan.pauses_begin:
            lasting = tracks[pull.index] and tracks[pull.index][-1][1] == FOREVER
            if not lasting and self._holds(pull):
                tracks[pull.index] = (*tracks[pull.index], (self.at_s, FOREVER))
                self._tell_pause("paused", pull)
        self.tracks = tuple(tracks)

    def _tell_pause(self, what: Literal["paused", "continued"], pull: Pull) -> None:
        commitment = self.rules.plan.tracks[pull.index].commitment
        for clock in self.clocks:
            if clock.commitment == commitment and not clock.ended:
                self.changes.append(ClockChange(what, commitment, clock.cycle, self.at_s))

    def _reopen(self) -> None:
        """What the move into resolved or closed ended goes on, or begins anew, as each commitment says."""
        ended = [(i, c) for i, c in enumerate(self.clocks) if c.episode == self.before.episode and c.ended]
        renewed: set[int] = set()
        for index, clock in ended:
            commitment = self.rules.plan.commitments[clock.commitment]
            if commitment.on_reopen == "resume":
                assert clock.end_s is not None, "a clock that ended has an end"
                gap = ((clock.end_s, self.at_s),) if clock.end_s < self.at_s else ()
                self.clocks[index] = clock._replace(ended="", end_s=None, episode=-1, gaps=(*clock.gaps, *gap))
                self.changes.append(ClockChange("resumed", clock.commitment, clock.cycle, self.at_s))
            elif commitment.on_reopen == "new-cycle" and clock.commitment not in renewed:
                renewed.add(clock.commitment)
                self._begin(clock.commitment)

    def _start(self) -> None:
        begun = {change.commitment for change in self.changes if change.what == "started"}
        for pull in self.plan.starts:
            if pull.index in begun:
                continue
            cycles = self.rules.plan.commitments[pull.index].cycles
            earlier = [clock for clock in self.clocks if clock.commitment == pull.index]
            free = not earlier or cycles == "many"
            if cycles == "ignore-while-running":
                free = all(clock.ended for clock in earlier)
            if free and self._holds(pull):
                begun.add(pull.index)
                self._begin(pull.index)

    def _begin(self, index: int) -> None:
        cycle = 1 + max((clock.cycle for clock in self.clocks if clock.commitment == index), default=0)
        held = tuple((name, self.now.names(name)) for name in self.rules.plan.kept[index])
        self.clocks.append(Clock(index, cycle, self.at_s, held=held))
        self.changes.append(ClockChange("started", index, cycle, self.at_s))

    def _fix(self) -> None:
        """Fix the targets of pending clocks of which everything is known now; drop those that do not apply."""
        if all(clock.aim is not None for clock in self.clocks):
            return
        kept: list[Clock] = []
        for clock in self.clocks:
            commitment = self.rules.plan.commitments[clock.commitment]
            lookup = names_at_start(clock, self.now)
            if clock.aim is not None or any(lookup(name) is None for name in self.rules.plan.needed[clock.commitment]):
                kept.append(clock)
            elif commitment.when is None or evaluate(commitment.when, lookup):
                aim = find_aim(commitment, clock, self.now, self.rules.times)
                if aim is not None:
                    fixed = clock._replace(aim=aim, held=())
                    kept.append(fixed._replace(mark_s=mark_s(commitment, fixed, self.rules.times)))
                    self.changes.append(ClockChange("fixed", clock.commitment, clock.cycle, self.at_s))
        self.clocks = kept

    def _excuses(self) -> list[Excused]:
        found = []
        for number, excuse in enumerate(self.rules.policy.excuses):
            if self.now.event in excuse.on and (excuse.when is None or evaluate(excuse.when, self.now.names)):
                from_s = self._edge(excuse.since.name, 0)
                until_s = self._edge(excuse.until.name, 1)
                if from_s is not None and until_s is not None and from_s < until_s:
                    found.append(Excused(number, from_s, until_s))
        return found

    def _edge(self, name: str, days_later: int) -> int | None:
        """An instant, or the beginning or end of a date in the policy's zone."""
        held = self.now.names(name)
        if isinstance(held, str):
            always = self.rules.times.calendars[ALWAYS]
            return always.instant_s(day_number(date.fromisoformat(held)) + days_later, 0)
        return held if isinstance(held, int) else None
