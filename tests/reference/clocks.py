"""Clocks: DESIGN section 4, worked out for one commitment from all that happened to one ticket.

Nothing is accumulated: a clock keeps when it started and ended, a track when it was on,
and every figure is counted from these intervals when it is asked for.
"""

from __future__ import annotations

from dataclasses import replace

from reference.clock import Clock
from reference.conditions import View, items
from reference.following import Following
from reference.lifecycle import CLOSED, ENDED, Happening, any_of, instant_s, named
from reference.opening import Opening, opening_of
from reference.rows import row_of
from reference.tracks import Edge, Track, first_instant


class Commitment(Following):
    """One commitment on one ticket: its clocks, worked out from what happened."""

    def happen(self, happening: Happening) -> None:
        """Step 7 for one thing that happened: names first, then cancel, stop, until, closing, pauses, starts.

        Warnings and due instants before it come first; what it puts into the past is told at once.
        """
        at_s = happening.at_s
        self._pass(at_s)
        self._look_again(happening)
        self._cancel(any_of(self.document.get("cancel"), happening), happening)
        stopped = self._stop(any_of(self.document["stop"], happening), happening)
        until = any_of(self.rhythm.get("until"), happening)
        self._cancel(until, happening)
        if self._closes(happening):
            self._cancel([{}], happening)
        late = [clock for clock in self.clocks if clock.judged and clock.runs and clock.has_passed(at_s)]
        for track in self.tracks:
            self._pause(track, happening)
        self.notes |= (
            {"breach lifted by a pause entered late"} if not all(each.has_passed(at_s) for each in late) else set()
        )
        known = [clock for clock in self.clocks if clock.alive]
        self._starts(happening, stopped, barred=bool(until), at_once=any("enters" in each for each in until))
        for clock in self.clocks:
            if not any(clock is each for each in known):
                self._end_at_once(clock, happening)
        self.clocks = [clock for clock in self.clocks if clock.applies or self.remembers]
        self._excuse(happening)
        self.now = happening.view
        self._pass(at_s, told_s=at_s)

    def close(self, as_of_s: int) -> None:
        """What comes up to an instant after everything that happened."""
        self._pass(as_of_s)

    def rows(self, as_of_s: int) -> list[dict]:
        shown = sorted((clock for clock in self.clocks if clock.is_shown), key=lambda clock: clock.cycle)
        return [row_of(self.document, self.policy, clock, self.excused, as_of_s) for clock in shown]

    # Time that passes.

    def _pass(self, until_s: int, told_s: int | None = None) -> None:
        """Due instants that begin the next cycle, and warnings.

        A due instant that is also that of a record comes after it.
        """
        beat = self._next_beat(until_s)
        while beat is not None:
            clock, due_s = beat
            clock.followed_up = True
            self.notes.add("cycle begun by a due instant")
            now = replace(self.now, data={}, actor=None, actor_id=None, before=dict(self.now.facts))
            self._begin(due_s, replace(now, at_s=due_s, record_channel=None, record_customer=None), [], [])
            self.clocks = [each for each in self.clocks if each.applies or self.remembers]
            beat = self._next_beat(until_s)
        for clock in self.clocks:
            if clock.judged and clock.runs:
                self.warnings.tell(clock, until_s, told_s)
        if self.goes_on and not any(clock.alive or self._may_beat(clock) for clock in self.clocks):
            self.goes_on = False

    def _next_beat(self, until_s: int) -> tuple[Clock, int] | None:
        """The earliest due instant before then that has not begun its next cycle yet."""
        found = []
        for clock in self.clocks if self.rhythm.get("every") == "due" else []:
            if self._may_beat(clock) and clock.is_shown and clock.ceased_s is None:
                pausable_s = clock.pausable_s(until_s)
                due_s = clock.due_s(pausable_s)
                if clock.counted_s < due_s < until_s and not clock.waits(due_s, pausable_s):
                    found.append((clock, due_s))
        return min(found, key=lambda each: each[1], default=None)

    # What ends a clock.

    def _closes(self, happening: Happening) -> bool:
        return self._enters(happening, CLOSED) and not self.document.get("duty")

    def _cancel(self, triggers: list[dict], happening: Happening) -> None:
        """A cancel, the end of a rhythm, or the closing."""
        for clock in self.clocks if triggers else []:
            if clock.alive:
                self._end(clock, happening, triggers[0])
            clock.cut = True
        if triggers and self.goes_on:
            self.goes_on = False
            self.notes.add("rhythm ended")

    def _stop(self, triggers: list[dict], happening: Happening) -> list[int]:
        """Stops every clock that is alive; the instants at which they count."""
        stopped = [clock for clock in self.clocks if clock.alive] if triggers else []
        for clock in stopped:
            self._end(clock, happening, triggers[0])
            clock.stop = self._edge(triggers[0], happening)
        if self.rhythm.get("every") == "due" and any(clock.ceased_s is not None for clock in stopped):
            self.goes_on = self._still_goes_on()
        return [clock.stopped_s for clock in stopped]

    def _end_at_once(self, clock: Clock, happening: Happening) -> None:
        """A clock that begins, or goes on, on a record which also enters what ends it."""
        until = self.rhythm.get("until")
        cancels, stops = (
            [each for word in words for each in any_of(word, happening) if "enters" in each]
            for words in ((self.document.get("cancel"),), (self.document.get("stop"),))
        )
        stops = [] if clock.begun_by_stop else stops
        cancels = cancels or ([] if stops else [each for each in any_of(until, happening) if "enters" in each])
        if not clock.alive or not (cancels or stops or self._closes(happening)):
            return
        self._end(clock, happening, (cancels or stops or [{}])[0])
        if stops and not cancels:
            clock.stop = self._edge(stops[0], happening)
        if cancels or self._closes(happening):
            clock.cut, self.goes_on = True, False
        self.notes.add("ended by the record that began it")

    def _end(self, clock: Clock, happening: Happening, trigger: dict) -> None:
        clock.ended_s = happening.at_s
        clock.ended_by_move = self._enters(happening, ENDED) and clock.ceased_s is None
        clock.end_clauses = trigger.get("clauses", [])

    def _own(self, trigger: dict, view: View) -> str | None:
        return view.value(trigger["at"]["ref"]) if "at" in trigger else None

    def _some_calendar(self) -> Opening:
        """The calendar where there is one alone; else the days are those of the policy's zone."""
        named_ = self.document["calendar"]
        return opening_of(self.policy, named_ if isinstance(named_, str) else "always")

    def _enters(self, happening: Happening, cores: tuple[str, ...]) -> bool:
        return happening.moved and self._core(happening.state) in cores

    def _core(self, state: str | None) -> str | None:
        return self.policy["states"][state]["core"] if state else None

    # Pauses.

    def _pause(self, track: Track, happening: Happening) -> None:
        """A track is on in its states, or from one trigger until another, which ends all of it."""
        if "in" in track.document:
            inside = happening.state in items(track.document["in"])
            (track.on if inside else track.off)(Edge(happening.at_s, None, [], self.zone))
            return
        for trigger in any_of(track.document.get("until"), happening)[:1]:
            track.off(self._edge(trigger, happening))
        for trigger in any_of(track.document["from"], happening)[:1]:
            track.on(self._edge(trigger, happening))

    def _edge(self, trigger: dict, happening: Happening) -> Edge:
        own = self._own(trigger, happening.view)
        return Edge(happening.at_s, own, trigger.get("clauses", []), self.zone)

    # Starts.

    def _starts(self, happening: Happening, stopped: list[int], *, barred: bool, at_once: bool) -> None:
        """Reopening, the next cycle of a rhythm, or a start; none of them where a rhythm's `until` comes.

        But the first cycle begins where that is the state which the same record enters, and is ended at once.
        """
        if self._reopen(happening, barred) or (barred and not (at_once and self._next_number() == 1)):
            return
        if self.goes_on:
            if stopped and self.rhythm["every"] == "stop":
                self.notes.add("cycle begun by a stop")
                clock = self._begin(max(stopped), happening.view, [], [])
                clock.begun_by_stop = True
            return
        triggers = [each for each in items(self.document["start"]) if named(each, happening)]
        if triggers:
            self._start(happening, triggers)

    def _start(self, happening: Happening, triggers: list[dict]) -> None:
        """A start: a clock, where it may begin; one whose promise does not apply is remembered or forgotten."""
        holding = [each for each in triggers if happening.view.holds(each.get("when"))]
        if not (holding or self.remembers):
            return
        trigger = (holding or triggers)[0]
        own = self._own(trigger, happening.view)
        start_s = happening.at_s if own is None else min(happening.at_s, first_instant(own, self._some_calendar()))
        if not self._may_begin():
            return
        clock = self._begin(start_s, happening.view, triggers, trigger.get("clauses", []))
        if clock.applies and start_s < happening.at_s:
            self.notes.add("begun before its record")

    def _begin(self, start_s: int, view: View, triggers: list[dict], clauses: list) -> Clock:
        clock = Clock(self._next_number(), start_s, view, triggers, clauses, self.tracks)
        self.clocks.append(clock)
        self._judge(clock, view)
        self.goes_on = self.goes_on or (bool(self.rhythm) and clock.applies)
        return clock

    def _reopen(self, happening: Happening, barred: bool) -> bool:
        """Reopening: go on with the clock that the move into resolved or closed ended, start another, or nothing.

        Returns whether it started another.
        """
        reopens = happening.moved and self._core(happening.origin) in ENDED
        if not reopens or self._core(happening.state) in ENDED:
            return False
        how = self.document.get("on-reopen", "ignore")
        ended = [clock for clock in self.clocks if not clock.alive and clock.ended_by_move]
        for clock in ended:
            clock.ended_by_move = False
            if how == "resume":
                self._resume(clock, happening)
        counting = [clock for clock in self.clocks if clock.applies]
        again = how == "new-cycle" and bool(counting) and not self.goes_on and not barred
        again = again and not any(self._still_counts(clock) for clock in counting)
        if again:
            self._begin(happening.at_s, happening.view, [], [])
        return again

    def _resume(self, clock: Clock, happening: Happening) -> None:
        """The gap is a pause; what changed meanwhile counts from here."""
        self.notes.add("resumed by a reopening")
        stopped_s = clock.ended_s if clock.stopped_s is None else clock.stopped_s
        clock.gaps.append((stopped_s, happening.at_s))
        clock.ended_s = clock.stop = None
        clock.end_clauses = []
        clock.cut = False
        clock.followed_up = any(each.applies and each.cycle > clock.cycle for each in self.clocks)
        self.goes_on = self.goes_on or (bool(self.rhythm) and clock.applies)
        if clock.judged and clock.applies:
            self._change(clock, happening)
        elif clock.judged:
            self._come_to_apply(clock, happening.view, corrected=False)

    # Excuses.

    def _excuse(self, happening: Happening) -> None:
        for excuse in self.policy.get("excuses", []):
            on = happening.event in items(excuse["on"]) and self.document["id"] in items(excuse["of"])
            if on and happening.view.holds(excuse.get("when")):
                ends = [happening.view.value(excuse[word]["ref"]) for word in ("from", "until")]
                if None not in ends:
                    self.excused.append((instant_s(ends[0]), instant_s(ends[1]), excuse))
