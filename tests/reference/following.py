"""What changes while a clock runs: `on-change`, `corrects`, and starts whose promise does not apply yet."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from reference.clock import Clock
from reference.conditions import View, items
from reference.lifecycle import Happening
from reference.promises import Promise, Promises
from reference.tracks import Track
from reference.warned import Warnings


class Following:
    """The clocks of one commitment on one ticket, each with what it was promised, and follows."""

    def __init__(self, policy: dict, contracts: dict, document: dict) -> None:
        self.policy, self.document = policy, document
        self.promises = Promises(policy, contracts, document)
        self.notes: set[str] = set()
        """Rare things that happened here, for the floors of the differential test."""
        self.warnings = Warnings(document, self.notes)
        self.zone = ZoneInfo(policy["zone"])
        self.tracks = [Track(pause) for pause in items(document.get("pause", []))]
        self.clocks: list[Clock] = []
        self.excused: list[tuple[int, int, dict]] = []
        self.now: View | None = None
        """The names after the last thing that happened."""
        self.how = document.get("on-change", "keep")
        self.remembers = self._remembers()
        cycles = document.get("cycles", "many")
        self.rhythm: dict = cycles if isinstance(cycles, dict) else {}
        self.goes_on = False
        """Whether a rhythm has begun and is not over."""

    def _remembers(self) -> bool:
        """Whether a start whose promise does not apply is kept as a clock that does not apply yet."""
        followed = set().union(*(self.promises.follows([each]) for each in items(self.document["start"])))
        return self.how != "keep" or bool(followed & self.promises.corrected())

    def _look_again(self, happening: Happening) -> None:
        """Pending clocks, those that are corrected, and those that follow a name which has changed.

        Then starts whose promise did not apply, the earliest first.
        """
        corrects = set(self.policy["events"].get(happening.event, {}).get("corrects", []))
        for clock in [each for each in self.clocks if each.applies]:
            if not clock.judged:
                self._judge(clock, happening.view)
            elif corrects & self.promises.follows(clock.triggers):
                self._correct(clock, happening.view)
            elif clock.alive and self._has_changed(clock, happening.view):
                self.notes |= {"change during a pause"} if clock.runs and clock.paused() else set()
                self._change(clock, happening)
        for clock in [each for each in self.clocks if not each.applies and self.remembers]:
            corrected = bool(corrects & self.promises.follows(clock.triggers))
            changed = clock.alive and self._has_changed(clock, happening.view)
            if corrected or changed:
                self._come_to_apply(clock, happening.view, corrected)

    def _followed(self, clock: Clock) -> set[str]:
        return self.promises.follows(clock.triggers)

    def _has_changed(self, clock: Clock, view: View) -> bool:
        return any(view.value(name) != self.now.value(name) for name in self._followed(clock))

    def _read(self, clock: Clock, view: View) -> dict:
        return {name: view.value(name) for name in self._followed(clock)}

    def _lacks(self, view: View) -> bool:
        return any(view.value(name) is None for name in self.promises.waits)

    def _answer(self, clock: Clock, now: View, from_s: int) -> Promise | None:
        """Judge the clock: the promise as it is now, counted from an instant; none where it does not apply."""
        clock.read = self._read(clock, now)
        promise = self._promised(clock, now, from_s)
        if promise is not None and self.remembers and clock.triggers:
            clock.clauses = self._holding(clock, now)[0].get("clauses", [])
        return promise

    def _promised(self, clock: Clock, now: View, from_s: int) -> Promise | None:
        """The condition of a start is asked again only where a start is remembered for which it did not hold."""
        if self.remembers and clock.triggers and not self._holding(clock, now):
            return None
        return self.promises.judge(now, clock.told, from_s, [self.document.get("when")])

    def _holding(self, clock: Clock, now: View) -> list[dict]:
        return [each for each in clock.triggers if self.promises.start_holds(each, now, clock.told)]

    def _judge(self, clock: Clock, now: View) -> None:
        """Once every fact is set: does the promise apply, and what is it?"""
        if self._lacks(now):
            return
        clock.judged = True
        if clock.ended_s is not None:
            self.notes.add("ended before its target was known")
        promise = self._answer(clock, now, clock.begun_s)
        if promise is not None:
            self._aim(clock, promise, clock.begun_s)
            return
        clock.applies, clock.cycle = False, 0
        self.goes_on = self._still_goes_on()
        if self.remembers:
            self.notes.add("does not apply yet")

    def _come_to_apply(self, clock: Clock, now: View, corrected: bool) -> None:
        """A start whose promise did not apply: it begins a clock if it does now, and a start would begin one."""
        if self._lacks(now) or (not corrected and (self.how == "keep" or clock.read == self._read(clock, now))):
            return
        from_s = now.at_s if self.how == "restart" and not corrected else clock.begun_s
        promise = self._answer(clock, now, from_s)
        if promise is None or not self._may_begin():
            return
        self.notes.add("applies by a correction" if corrected else "began to apply")
        clock.cycle, self.goes_on = self._next_number(), bool(self.rhythm)
        clock.start_s, clock.followed_up = from_s, clock.followed_up and not clock.alive
        clock.told_marks = set() if self.how == "restart" and not corrected else clock.told_marks
        self._aim(clock, promise, from_s)

    def _aim(self, clock: Clock, promise: Promise, counted_s: int) -> None:
        agreed = isinstance(promise.target, dict) and "at" in promise.target
        if agreed and clock.promise and clock.promise.target == promise.target and clock.promise.due != promise.due:
            self.notes.add("agreed anew")
        self.notes |= {"due at an agreed time"} if agreed else set()
        self.notes |= {"target by two names"} if promise.names > 1 else set()
        self.notes |= {"best effort"} if promise.target == "best-effort" else set()
        self.notes |= {"hours of a contract's own"} if isinstance(self.document["calendar"], dict) else set()
        clock.promise, clock.counted_s = promise, counted_s
        clock.applies, clock.ceased_s = True, None
        self.warnings.lay(clock)

    def _change(self, clock: Clock, happening: Happening) -> None:
        """A name that it follows has changed, or it was resumed: the new promise, unless the due instant has passed."""
        at_s, view = happening.at_s, happening.view
        if self._lacks(view):
            return
        if self.how == "keep":
            self._note_what_is_kept(clock, view)
            return
        if clock.runs and clock.has_passed(at_s):
            self.notes.add("change after the due instant")
            return
        if clock.read == self._read(clock, view):
            return
        restarts = self.how == "restart"
        promise = self._answer(clock, view, at_s if restarts else clock.begun_s)
        ran, had = clock.runs, clock.promise
        if promise is None:
            self._cease(clock, at_s)
            return
        self.notes.add(self.how if ran else "applies again")
        if ran and had.calendar is not promise.calendar:
            self.notes.add(f"{self.how} on another calendar")
        if restarts:
            clock.told_marks = set()
        self._aim(clock, promise, at_s if restarts else clock.begun_s)

    def _note_what_is_kept(self, clock: Clock, view: View) -> None:
        """Whether it would have another due time, or none, did it follow."""
        other = self._promised(clock, view, clock.begun_s) if clock.runs else clock.promise
        if other is None or (clock.runs and other.due != clock.promise.due):
            self.notes.add("kept though another was promised")

    def _cease(self, clock: Clock, at_s: int) -> None:
        if clock.runs:
            clock.ceased_s = at_s
            self.notes.add("ceased to apply")

    def _correct(self, clock: Clock, view: View) -> None:
        """What was set was so from the beginning: the clock is judged anew from its start."""
        if self._lacks(view):
            return
        self.notes.add("corrected")
        was_shown, old = clock.is_shown, clock.promise
        passed = was_shown and clock.runs and clock.has_passed(view.at_s)
        promise = self._answer(clock, view, clock.begun_s)
        if promise is None:
            clock.applies, clock.cycle, clock.ceased_s = False, 0, None
            self.goes_on = self._still_goes_on()
            self.notes |= {"never was, by a correction"} if was_shown else set()
            return
        clock.start_s = clock.begun_s
        self._aim(clock, promise, clock.begun_s)
        if passed and old.due != promise.due:
            self.notes.add("corrected after the due instant")
        if not clock.alive and (not was_shown or old.due != promise.due):
            self.notes.add("corrected after its end")

    # What counts as a clock.

    def _may_begin(self) -> bool:
        """A second start: nothing ever again, nothing while one runs, or a clock of its own."""
        cycles = self.document.get("cycles", "many")
        if cycles == "one":
            return not any(clock.applies for clock in self.clocks)
        return cycles == "many" or not any(self._still_counts(clock) for clock in self.clocks)

    def _still_counts(self, clock: Clock) -> bool:
        """Whether it stands in the way of another: it runs, may go on one day, or begins the next cycle."""
        return clock.applies and (clock.alive or self._may_beat(clock))

    def _may_beat(self, clock: Clock) -> bool:
        """Whether a cycle's due instant may still begin the next."""
        if self.rhythm.get("every") != "due" or clock.followed_up or clock.cut:
            return False
        if not clock.judged:
            return True
        applies = clock.applies and clock.ceased_s is None
        return clock.promise.due.at_s is not None if applies else clock.alive

    def _still_goes_on(self) -> bool:
        """Whether a rhythm does, once a clock turned out to be none."""
        return self.goes_on and any(self._still_counts(each) for each in self.clocks)

    def _next_number(self) -> int:
        return 1 + max((each.cycle for each in self.clocks), default=0)
