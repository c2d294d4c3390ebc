"""One step of a ticket's clocks: what a happening starts, stops, pauses and cancels, in the order of the design.

The facts have changed before, so what follows from them comes first: targets that have
become known, and the promise anew where what it reads has changed. Then explicit cancel, stop, cancel by closing;
reopening; pauses; starts. What begins on a record that also enters what ends it ends at once.

Source: DESIGN section 3, step 7; section 4, from "Starting" on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from operator import is_
from typing import Final, Literal

from upheld.core.clocks.clock import Clock, End
from upheld.core.clocks.judging import begun_clock, judged_clock
from upheld.core.clocks.own_dates import own_edge_s, own_excuses, own_start_s, own_stop_s
from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.plan import Ending, Pull, StepPlan
from upheld.core.clocks.repeated import Begin, Turn
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import NO_MARK, ChangeKind, ClockChange, ClockState, Excused
from upheld.core.errors import CalendarError
from upheld.core.frozen import made
from upheld.core.lifecycle.happening import Happening
from upheld.core.series import Series

NONE: Final[frozenset[int]] = frozenset()


class ClockStep:
    """One step being taken: the clocks so far, and what was done to them."""

    __slots__ = (
        *("at_s", "before", "begins", "changes", "clocks", "cycles_over", "is_shortened", "now", "over"),
        *("plan", "resumed", "rules", "tracks", "turns"),
    )

    def __init__(self, rules: ClockRules, state: ClockState, happening: Happening, plan: StepPlan) -> None:
        self.rules = rules
        self.plan = plan
        self.before = state
        self.now = happening
        self.at_s = happening.at_s
        self.clocks = [*state.clocks]
        self.tracks = state.tracks
        self.over, self.cycles_over = state.over, state.cycles_over
        self.changes: list[ClockChange] = []
        self.begins: list[Begin] = []
        self.turns: list[Turn] = []
        self.resumed: Set[int] = NONE
        self.is_shortened = False

    def take(self) -> ClockState:
        """Do everything in order. Returns: the state after the step; the same where it touches nothing."""
        plan, state = self.plan, self.before
        if plan.fixes:
            self._fix()
        if plan.corrects:
            self._correct()
        if plan.changes:
            self._judge_again()
        following = self._end(plan.endings) if plan.endings and self.clocks else {}
        begun = self._reopen() if plan.reopens else set[int]()
        if plan.continues or plan.pauses:
            self._pause()
        for index, at_s in following.items():
            if index not in begun and self._is_free(index):
                begun.add(index)
                self._begin(index, at_s)
        if plan.starts:
            self._start(begun)
        if plan.entered and (begun or self.resumed):
            self._end_at_once(plan.entered, begun | self.resumed, set(following))
        excuses = own_excuses(self.rules, self.now, plan.excuses) if plan.excuses else ()
        same = len(self.clocks) == len(state.clocks) and all(map(is_, self.clocks, state.clocks))
        if same and not (self.changes or excuses) and self.tracks is state.tracks:
            return state
        next_s = self._next_s() if self.rules.goes_on else FOREVER
        return self._settled((*state.excuses, *excuses) if excuses else state.excuses, next_s)

    def pass_time(self) -> ClockState:
        """The state once what comes by itself has come: the cycles that due instants begin, and warnings."""
        next_s = self._pass_time()
        return self._settled(self.before.excuses, next_s)

    def _pass_time(self, told_s: int | None = None) -> int:
        """Let come what comes by itself up to now. Returns: when something comes next.

        Args:
            told_s: When it is told, where what happens now has put it into the past.
        """
        until_s = self.at_s
        beating = [position for position, clock in enumerate(self.clocks) if clock.beats and clock.quiet_s <= until_s]
        cycles: dict[int, int] = {}
        while (beat := self.rules.next_beat(self.clocks, beating, self.tracks, until_s)) is not None:
            position, there = beat[1], len(self.clocks)
            index, self.at_s = self.clocks[position].commitment, beat[0] - 1
            self.clocks[position] = self.clocks[position]._replace(beats=False)
            beating.remove(position)
            cycle = cycles.get(index) or self._next_cycle(index)
            with suppress(CalendarError):  # due after 2050, later than anything that can happen
                self._begin(index, self.at_s, cycle=cycle)
            cycles[index] = cycle + any(not clock.waits for clock in self.clocks[there:])
            beating += range(there, len(self.clocks))
        self.at_s = until_s
        self.clocks, warned = self.rules.warned(self.clocks, self.tracks, until_s, told_s)
        self.changes += warned
        if told_s is None:
            self.changes.sort(key=lambda change: change.at_s)
        self.clocks, next_s = self.rules.looked_ahead(
            self.clocks, self.tracks, until_s, lambda clock: clock.quiet_s <= until_s
        )
        return next_s

    def _settled(self, excuses: tuple[Excused, ...], next_s: int) -> ClockState:
        """The state with every clock in its place: what nothing can happen to any more is over."""
        over, cycles, left = self.over, self.cycles_over, []
        for clock in self.clocks:
            end, index = clock.end, clock.commitment
            if end is None or clock.beats or (end.returns and self.rules.resumes(index)) or clock.is_pending:
                left.append(clock)
            elif not clock.waits:
                over = over.adding(clock)
                if clock.cycle > cycles[index]:
                    cycles = (*cycles[:index], clock.cycle, *cycles[index + 1 :])
            elif self.rules.terms[index].corrected:
                over = over.adding(clock)
        return made(ClockState, (tuple(left), self.tracks, excuses, next_s, over, cycles))

    def _tell(self, what: ChangeKind, clock: Clock) -> None:
        self.changes.append(made(ClockChange, (what, clock.commitment, clock.cycle, self.at_s, NO_MARK)))

    def _next_s(self) -> int:
        """Before when nothing comes by itself; what happened now may have put some of it into the past.

        What was known before holds on for the clocks that are what they were: pauses only ever move it on, save where
        one is told to have ended before now.
        """
        known = () if self.is_shortened else {id(clock) for clock in self.before.clocks}
        self.clocks, next_s = self.rules.looked_ahead(
            self.clocks, self.tracks, self.at_s, lambda clock: id(clock) not in known
        )
        return next_s if next_s > self.at_s else self._pass_time(self.at_s)

    def _fix(self) -> None:
        """Fix the targets of pending clocks of which everything is known now; drop those that do not apply."""
        for clock in self.before.clocks:
            terms = self.rules.terms[clock.commitment]
            if clock.commitment not in self.plan.fixes or not clock.is_pending or terms.is_awaiting(self.now.names):
                continue
            position = self.clocks.index(clock)
            judged = judged_clock(self.rules, self.now, clock, clock.start_s)
            if judged.aim is None:
                self._tell("dropped", clock)
                if terms.remembers:
                    self.clocks[position] = judged
                else:
                    del self.clocks[position]
            else:
                self.clocks[position] = judged
                self._tell("fixed", clock)

    def _judge_again(self) -> None:
        names = self.now.names
        for position, clock in enumerate(self.clocks):
            if clock.end is None and clock.commitment in self.plan.changes:
                followed = self.rules.terms[clock.commitment].followed(clock.starts)
                if any(names(name) != names(f"before.{name}") for name in followed):
                    self._follow(position, clock)

    def _follow(self, position: int, clock: Clock) -> None:
        """Judge a clock again where a name has changed that it follows, unless its due instant has passed."""
        terms, names = self.rules.terms[clock.commitment], self.now.names
        if (
            clock.is_pending
            or terms.is_awaiting(names)
            or clock.read == tuple(map(names, terms.followed(clock.starts)))
        ):
            return
        due_s = self.rules.due_s(clock, self.tracks) if clock.runs else None
        if due_s is not None:
            clock = self.clocks[position] = self.rules.counting(clock, self.tracks, min(due_s, self.at_s))
            if due_s < self.at_s:
                return
        restarts = terms.on_change == "restart"
        judged = judged_clock(self.rules, self.now, clock, self.at_s if restarts else clock.begun_s, anew=restarts)
        if judged.aim is None:
            lapsed_s = self.at_s if clock.lapsed_s is None else clock.lapsed_s
            judged = clock._replace(read=judged.read, lapsed_s=lapsed_s)
        elif clock.waits:
            if not self._is_free(clock.commitment):
                return
            judged = self._come(judged, self.at_s if restarts else clock.begun_s)
        self.clocks[position] = judged
        if judged.lapsed_s is None and clock.lapsed_s is not None:
            self._tell("started" if clock.aim is None else "revived", judged)
        elif clock.lapsed_s is None:
            self._tell("lapsed" if judged.lapsed_s is not None else "restarted" if restarts else "retargeted", judged)

    def _correct(self) -> None:
        """Judge every clock from its start that follows what was only told wrongly, the earliest first."""
        names = self.now.names
        told = [each for each in self.plan.corrects if not each.fields or any(names(field) for field in each.fields)]
        corrected = {each.commitment: each.facts for each in told}
        if any(clock.commitment in corrected for clock in self.over):
            over: list[Clock] = []
            for clock in self.over:
                over.append(self._corrected(clock, corrected))
                self._count(over, clock.commitment)
            self.over = Series.of(over)
        for position, clock in enumerate(self.clocks):
            self.clocks[position] = self._corrected(clock, corrected)

    def _count(self, over: Iterable[Clock], index: int) -> None:
        """Keep the last cycle of a commitment's clocks that are over."""
        last = max((clock.cycle for clock in over if clock.commitment == index and not clock.waits), default=0)
        self.cycles_over = (*self.cycles_over[:index], last, *self.cycles_over[index + 1 :])

    def _corrected(self, clock: Clock, corrected: Mapping[int, frozenset[str]]) -> Clock:
        facts, terms = corrected.get(clock.commitment), self.rules.terms[clock.commitment]
        if clock.is_pending or facts is None or not facts.intersection(terms.followed(clock.starts)):
            return clock
        if terms.is_awaiting(self.now.names):
            return clock
        judged = judged_clock(self.rules, self.now, clock, clock.begun_s)._replace(start_s=clock.begun_s)
        if clock.waits and judged.aim is not None:
            if not self._is_free(clock.commitment):
                return clock
            judged = self._come(judged, clock.begun_s)
        if judged.aim != clock.aim or judged.from_s != clock.from_s or judged.lapsed_s != clock.lapsed_s:
            self._tell("dropped" if judged.waits else "corrected", judged)
        return judged

    def _come(self, clock: Clock, start_s: int) -> Clock:
        """A clock that comes to apply, and begins by that; its rhythm begins with it, unless it is over already."""
        index = clock.commitment
        beats = self.rules.plan.rhythms[index] == "due" if clock.end is None else clock.beats
        return clock._replace(start_s=start_s, cycle=self._next_cycle(index), beats=beats)

    def _end(self, endings: Mapping[int, tuple[Ending, ...]], begun: Set[int] | None = None) -> dict[int, int]:
        """End running clocks: of what the plan tries for a commitment, the first that holds does it.

        Args:
            begun: The commitments of which a clock began or was resumed by this step, where these alone are meant.

        Returns: the commitments of which a stop begins the next cycle, with the instant at which the stop counts.
        """
        names, rhythms, following = self.now.names, self.rules.plan.rhythms, dict[int, int]()
        for index, possible in endings.items():
            if begun is not None and index not in begun:
                continue
            holding = [each for each in possible if each.when is None or each.when(names)]
            if not holding:
                continue
            goes_on = rhythms[index] is not None and not any(each.how == "cancelled" for each in holding)
            for position, clock in enumerate(self.clocks):
                if clock.commitment != index or (clock.end is not None and not clock.beats):
                    continue
                ended = self._ended(clock, holding[0]) if clock.end is None else clock
                self.clocks[position] = ended if goes_on or not ended.beats else ended._replace(beats=False)
                if goes_on and rhythms[index] == "stop" and ended.end is not None and not ended.waits:
                    following[index] = max(following.get(index, ended.end.at_s), ended.end.at_s)
        return following

    def _end_at_once(self, entered: Mapping[int, tuple[Ending, ...]], begun: Set[int], following: Set[int]) -> None:
        """End what began, or went on, by a step that also enters what ends it; a stop that began it does not."""
        for index in following:
            cancels = tuple(each for each in entered.get(index, ()) if each.how == "cancelled")
            entered = {**entered, index: cancels}
        self._end(entered, begun)

    def _ended(self, clock: Clock, ending: Ending) -> Clock:
        at_s, day = self.at_s, None
        if ending.at:
            at_s, held = own_stop_s(self.rules, self.now, clock, ending), self.now.names(ending.at)
            day = held if isinstance(held, str) else None
        returns = self.plan.may_return and (clock.lapsed_s is None or clock.waits)
        if clock.lapsed_s is None:
            self._tell(ending.how, clock)
        return clock.ended(made(End, (ending.how, at_s, self.at_s, ending.trigger, returns, day)))

    def _reopen(self) -> set[int]:
        """What the move into resolved or closed ended goes on, or begins anew, as each commitment says.

        Returns: the commitments of which a clock began.
        """
        again = [index for index, how in enumerate(self.rules.plan.on_reopen) if how == "new-cycle"]
        begun = {index for index in again if self.cycles_over[index]}
        for position, clock in enumerate(self.clocks):
            end = clock.end
            how = self.rules.plan.on_reopen[clock.commitment]
            if how == "resume" and end is not None and end.returns:
                gap_s = min(end.at_s, end.seen_s)
                gaps = (*clock.gaps, (gap_s, self.at_s)) if gap_s < self.at_s else clock.gaps
                is_last = clock.cycle == self._next_cycle(clock.commitment) - 1
                beats = is_last and self.rules.plan.rhythms[clock.commitment] == "due"
                resumed = clock.counting_from(gap_s)._replace(end=None, gaps=gaps, beats=beats)
                self.clocks[position] = resumed
                self.resumed |= {clock.commitment}
                if resumed.runs:
                    self._tell("resumed", clock)
                if self.rules.terms[clock.commitment].on_change != "keep":
                    self._follow(position, resumed)
            elif how == "new-cycle" and not clock.waits:
                begun.add(clock.commitment)
        begun -= {clock.commitment for clock in self.clocks if clock.goes_on}
        begun -= {index for index in begun if self.plan.ends_rhythm(index, self.now.names)}
        for index in sorted(begun):
            self._begin(index, self.at_s)
        return begun

    def _pause(self) -> None:
        tracks, names = [*self.tracks], self.now.names
        for pull in self.plan.continues:
            if tracks[pull.of].lasting is not None and (pull.when is None or pull.when(names)):
                until_s = own_edge_s(self.rules, self.now, pull, 1)
                self.is_shortened |= until_s < self.at_s
                self._reach_back(pull, until_s)
                tracks[pull.of] = tracks[pull.of].ending(until_s, pull.trigger)
                self._tell_pause("continued", pull)
        for pull in self.plan.pauses:
            if tracks[pull.of].lasting is None and (pull.when is None or pull.when(names)):
                since_s = own_edge_s(self.rules, self.now, pull, 0)
                self._reach_back(pull, since_s)
                tracks[pull.of] = tracks[pull.of].beginning(since_s, self.at_s, pull.trigger)
                self._tell_pause("paused", pull)
        if self.turns:
            self.tracks = tuple(tracks)

    def _reach_back(self, pull: Pull, edge_s: int) -> None:
        of = self.rules.plan.tracks[pull.of].commitment
        if edge_s < self.at_s:
            self.clocks = [each.counting_from(edge_s) if each.commitment == of else each for each in self.clocks]

    def _tell_pause(self, what: Literal["paused", "continued"], pull: Pull) -> None:
        commitment = self.rules.plan.tracks[pull.of].commitment
        self.turns.append(Turn(pull.of, pull.trigger, what == "paused"))
        for clock in self.clocks:
            if clock.commitment == commitment and clock.runs:
                self._tell(what, clock)

    def _start(self, begun: set[int]) -> None:
        """Start what is pulled; several triggers of a commitment start one clock."""
        names = self.now.names
        for index, pulls in self.plan.starts.items():
            if index in begun or not self._is_free(index) or self._is_barred(index):
                continue
            remembers = self.rules.terms[index].remembers
            pull = next((each for each in pulls if each.when is None or each.when(names)), None)
            if pull is None and not remembers:
                continue
            pull = pull or pulls[0]
            begun.add(index)
            starts = tuple(each.trigger for each in pulls if each.trigger is not None) if remembers else ()
            start_s = own_start_s(self.rules, self.now, pull) if pull.at else self.at_s
            self._begin(index, start_s, pull.trigger, starts)

    def _is_barred(self, index: int) -> bool:
        """Whether a rhythm is over, so that no cycle begins; the first does where the state entered ends it."""
        if not self.plan.ends_rhythm(index, self.now.names):
            return False
        return self._next_cycle(index) > 1 or not self.plan.ends_rhythm(index, self.now.names, by_entering=True)

    def _is_free(self, index: int) -> bool:
        """Whether another start counts."""
        cycles, rhythm = self.rules.plan.cycles[index], self.rules.plan.rhythms[index]
        if rhythm is not None:
            return not any(clock.commitment == index and clock.goes_on for clock in self.clocks)
        if cycles == "one" and self.cycles_over[index]:
            return False
        if cycles != "many":
            for clock in self.clocks:
                if clock.commitment != index or clock.waits:
                    continue
                if clock.end is None or cycles != "ignore-while-running":
                    return False
        return True

    def _begin(
        self, index: int, start_s: int, trigger: int | None = None, starts: tuple[int, ...] = (), cycle: int = 0
    ) -> None:
        """Begin a clock, whose target is fixed at once where every fact that it reads is set."""
        cycle = cycle or self._next_cycle(index)
        self.begins.append(Begin(index, cycle, trigger, starts))
        begun = begun_clock(self.rules, self.now, index, cycle, start_s, trigger, starts)
        if begun is not None:
            self.clocks.append(begun)
            if not begun.waits:
                self._tell("started", begun)

    def _next_cycle(self, index: int) -> int:
        last = self.cycles_over[index]
        for clock in self.clocks:
            if clock.commitment == index and clock.cycle > last and not clock.waits:
                last = clock.cycle
        return last + 1
