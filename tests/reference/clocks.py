"""Clocks: DESIGN section 4, worked out for one commitment from all that happened to one ticket.

Nothing is accumulated: a clock keeps when it started and ended, a track when it was on,
and every figure is counted from these intervals when it is asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction

from reference.conditions import View, items, names_read
from reference.due import Due, due_of
from reference.lifecycle import CLOSED, ENDED, Happening, any_of, instant_s
from reference.opening import Opening, opening_of, seconds_of

Spans = list[tuple[int, int]]


@dataclass
class Track:
    """A pause of a commitment on a ticket: when it was on, and since when it is, with the clauses of what did it."""

    pause: dict
    spans: list[tuple[int, int, list]] = field(default_factory=list)
    since: tuple[int, list] | None = None

    def on(self, at_s: int, clauses: list) -> None:
        if self.since is None:
            self.since = (at_s, [*self.pause.get("clauses", []), *clauses])

    def off(self, at_s: int, clauses: list) -> None:
        if self.since is not None:
            since_s, begun = self.since
            self.spans.append((since_s, at_s, [*begun, *clauses]))
            self.since = None

    def until(self, at_s: int) -> list[tuple[int, int, list]]:
        return self.spans + ([(self.since[0], at_s, self.since[1])] if self.since is not None else [])


@dataclass
class Clock:
    """One run of a commitment."""

    cycle: int
    start_s: int
    clauses: list
    judged: bool = False
    applies: bool = True
    due: Due | None = None
    target: object = None
    severity: str | None = None
    ended_s: int | None = None
    """When it stopped or was cancelled, by the record that did so."""
    stopped_s: int | None = None
    """The instant that counts as its stop."""
    ended_by_move: bool = False
    gaps: Spans = field(default_factory=list)
    end_clauses: list = field(default_factory=list)
    target_clauses: list = field(default_factory=list)
    marks: dict = field(default_factory=dict)
    """When each share of the time that is not told yet would have passed without any pause."""
    told: set = field(default_factory=set)

    @property
    def runs(self) -> bool:
        return self.applies and self.ended_s is None


def united(spans: Spans, first_s: int, last_s: int) -> Spans:
    """The union of half-open spans, clipped."""
    union: Spans = []
    for start_s, end_s in sorted((max(a, first_s), min(b, last_s)) for a, b in spans):
        if start_s >= end_s:
            continue
        if union and start_s <= union[-1][1]:
            union[-1] = (union[-1][0], max(end_s, union[-1][1]))
        else:
            union.append((start_s, end_s))
    return union


class Commitment:
    """One commitment on one ticket: its clocks, worked out from what happened."""

    def __init__(self, policy: dict, contracts: dict, document: dict) -> None:
        self.policy, self.contracts, self.document = policy, contracts, document
        self.calendar: Opening = opening_of(policy, document["calendar"])
        self.tracks = [Track(pause) for pause in items(document.get("pause", []))]
        self.clocks: list[Clock] = []
        self.excused: list[tuple[int, int, dict]] = []
        self.names = self._names()
        self.warnings: list[dict] = []
        self.notes: set[str] = set()
        """Rare things that happened here, for the floors of the differential test."""

    def happen(self, happening: Happening) -> None:
        """Step 7 for one thing that happened: names first, then cancel, stop, closing, pauses, starts.

        Warnings come before what happens at their instant; what it puts into the past is told at once.
        """
        self.warn(happening.at_s)
        for clock in self.clocks:
            if not clock.judged:
                self._judge(clock, happening.view)
            elif clock.runs:
                self._change_severity(clock, happening)
        self._cancel(any_of(self.document.get("cancel"), happening), happening)
        self._stop(any_of(self.document["stop"], happening), happening)
        if self._enters(happening, CLOSED) and not self.document.get("duty"):
            self._cancel([{}], happening)
        for track in self.tracks:
            self._pause(track, happening)
        known = [each for each in self.clocks if each.ended_s is None]
        begun = self._reopen(happening)
        for trigger in any_of(self.document["start"], happening)[:1] if not begun else []:
            self._start(happening, trigger.get("clauses", []))
        for clock in self.clocks:
            if not any(clock is each for each in known):
                self._end_at_once(clock, happening)
        self.clocks = [clock for clock in self.clocks if clock.applies]
        self._excuse(happening)
        self.warn(happening.at_s, told_s=happening.at_s)

    # Warnings.

    def warn(self, until_s: int, told_s: int | None = None) -> None:
        """An effect for each mark reached by an instant, once in each cycle."""
        for clock in [each for each in self.clocks if each.runs]:
            for mark, unpaused_s in list(clock.marks.items()):
                reached_s = self._moved_on(clock, unpaused_s, until_s)
                if reached_s <= until_s:
                    clock.told.add(mark)
                    del clock.marks[mark]
                    at_s = reached_s if told_s is None else told_s
                    warning = {"seq": None, "at_s": at_s, "kind": "notify", "to": None}
                    warning |= {"commitment": self.document["id"], "cycle": clock.cycle}
                    self.warnings.append({**warning, "clauses": self.document.get("clauses", [])})

    def _mark(self, clock: Clock) -> None:
        """When each share of the opening time from start to due has passed; pauses move it as they move due."""
        clock.marks = {}
        coming = [mark for mark in self.document.get("warn-at", []) if mark not in clock.told]
        for mark in coming if clock.due.at_s is not None else []:
            all_s = self.calendar.between(clock.start_s, clock.due.at_s)
            share_s = math.ceil(Fraction(mark.rstrip("%")) / 100 * all_s)
            clock.marks[mark] = self.calendar.add(clock.start_s, share_s)

    # What ends a clock.

    def _cancel(self, triggers: list[dict], happening: Happening) -> None:
        for clock in self.clocks if triggers else []:
            if clock.runs:
                self._end(clock, happening, triggers[0])

    def _stop(self, triggers: list[dict], happening: Happening) -> None:
        for clock in self.clocks if triggers else []:
            if clock.runs:
                self._end(clock, happening, triggers[0])
                clock.stopped_s = max(clock.start_s, self._own_date(triggers[0], happening))

    def _end_at_once(self, clock: Clock, happening: Happening) -> None:
        """A clock that begins, or goes on, on a record which also enters what ends it."""
        cancels, stops = (
            [each for each in any_of(self.document.get(word), happening) if "enters" in each]
            for word in ("cancel", "stop")
        )
        closed = self._enters(happening, CLOSED) and not self.document.get("duty")
        if clock.runs and (cancels or stops or closed):
            self._end(clock, happening, (cancels or stops or [{}])[0])
            if stops and not cancels:
                clock.stopped_s = max(clock.start_s, self._own_date(stops[0], happening))
            self.notes.add("ended by the record that began it")

    def _end(self, clock: Clock, happening: Happening, trigger: dict) -> None:
        clock.ended_s = happening.at_s
        clock.ended_by_move = self._enters(happening, ENDED)
        clock.end_clauses = trigger.get("clauses", [])

    def _own_date(self, trigger: dict, happening: Happening) -> int:
        """A stop's own date: its first opening instant."""
        value = happening.view.value(trigger["at"]["ref"]) if "at" in trigger else None
        if value is None:
            return happening.at_s
        if "T" in value:
            return instant_s(value)
        midnight = datetime.combine(date.fromisoformat(value), time(), self.calendar.zone)
        return self.calendar.next_opening(seconds_of(midnight))

    def _enters(self, happening: Happening, cores: tuple[str, ...]) -> bool:
        return happening.moved and self._core(happening.state) in cores

    def _core(self, state: str | None) -> str | None:
        return self.policy["states"][state]["core"] if state else None

    # Pauses.

    def _pause(self, track: Track, happening: Happening) -> None:
        """A track is on in its states, or from one trigger until another, which ends all of it."""
        if "in" in track.pause:
            inside = happening.state in items(track.pause["in"])
            (track.on if inside else track.off)(happening.at_s, [])
            return
        for trigger in any_of(track.pause.get("until"), happening)[:1]:
            track.off(happening.at_s, trigger.get("clauses", []))
        for trigger in any_of(track.pause["from"], happening)[:1]:
            track.on(happening.at_s, trigger.get("clauses", []))

    def pauses(self, clock: Clock, until_s: int) -> Spans:
        spans = [(a, b) for track in self.tracks for a, b, _ in track.until(until_s)]
        return united(spans + clock.gaps, clock.start_s, until_s)

    def paused(self) -> bool:
        return any(track.since is not None for track in self.tracks)

    # Starts.

    def _start(self, happening: Happening, clauses: list) -> None:
        """A second start: nothing ever again, nothing while one runs, or a clock of its own."""
        cycles = self.document.get("cycles", "many")
        running = any(clock.runs for clock in self.clocks)
        if self.clocks and (cycles == "one" or (cycles == "ignore-while-running" and running)):
            return
        self._begin(happening, clauses)

    def _begin(self, happening: Happening, clauses: list) -> None:
        clock = Clock(1 + max((clock.cycle for clock in self.clocks), default=0), happening.at_s, clauses)
        self.clocks.append(clock)
        self._judge(clock, happening.view)

    def _reopen(self, happening: Happening) -> bool:
        """Reopening: go on with the clock that the move into resolved or closed ended, start another, or nothing.

        Returns whether it started another.
        """
        reopens = happening.moved and self._core(happening.origin) in ENDED
        if not reopens or self._core(happening.state) in ENDED:
            return False
        how = self.document.get("on-reopen", "ignore")
        ended = [clock for clock in self.clocks if clock.applies and clock.ended_s is not None and clock.ended_by_move]
        for clock in ended:
            clock.ended_by_move = False
            if how == "resume":
                self.notes.add("resumed by a reopening")
                stopped_s = clock.ended_s if clock.stopped_s is None else clock.stopped_s
                clock.gaps.append((stopped_s, happening.at_s))
                clock.ended_s = clock.stopped_s = None
                clock.end_clauses = []
                if clock.judged and clock.severity != happening.view.value("severity"):
                    self._retarget(clock, happening)
        again = how == "new-cycle" and bool(self.clocks) and not any(clock.runs for clock in self.clocks)
        if again:
            self._begin(happening, [])
        return again

    # Targets.

    def _names(self) -> set[str]:
        """Every name read by `when` and `within`."""
        names = names_read(self.document.get("when"), self.policy)
        for case in self._cases():
            names |= names_read(case.get("when"), self.policy)
            if isinstance(case["is"], dict) and "parameter" in case["is"]:
                by = self._column(case["is"])
                names |= {by} if by else set()
        return names

    def _cases(self) -> list[dict]:
        within = self.document["within"]
        return within if isinstance(within, list) else [{"is": within}]

    def _column(self, target: dict) -> str | None:
        return target["by"]["ref"] if "by" in target else self.policy["parameters"][target["parameter"]].get("by")

    def _judge(self, clock: Clock, now: View) -> None:
        """Once every name is set: does the promise apply, and what is its target? Time as at the start."""
        view = now.at(clock.start_s)
        if any(view.value(name) is None for name in self.names):
            return
        clock.judged = True
        if clock.ended_s is not None:
            self.notes.add("ended before its target was known")
        clock.applies = view.holds(self.document.get("when"))
        if clock.applies:
            self._aim(clock, view)

    def _aim(self, clock: Clock, view: View) -> None:
        case = next(case for case in self._cases() if view.holds(case.get("when")))
        target, clauses = case["is"], list(case.get("clauses", []))
        if isinstance(target, dict) and "parameter" in target:
            clauses += self.policy["parameters"][target["parameter"]].get("clauses", [])
            column = self._column(target)
            target, row = view.parameter(target["parameter"], column)
            clauses += row.get("clauses", [])
            scale = {each["id"]: each.get("clauses", []) for each in self.policy["severities"]}
            clauses += scale.get(view.value("severity"), []) if column == "severity" else []
        if isinstance(target, dict) and "next" in target:
            recurrence = self.policy["recurrences"][target["next"]]
            clauses += [*recurrence.get("clauses", []), *self._calendar_clauses(recurrence["calendar"])]
        clock.target, clock.target_clauses = target, clauses
        clock.severity = view.value("severity")
        clock.due = due_of(
            self.policy,
            self.contracts,
            target,
            clock.start_s,
            self.document["calendar"],
            self.document.get("business-day"),
        )
        self._mark(clock)

    def _change_severity(self, clock: Clock, happening: Happening) -> None:
        """The new target from the same start, unless the due instant has passed."""
        old, new = happening.view.value("before.severity"), happening.view.value("severity")
        if new is None or old == new:
            return
        if self.paused() and old is not None:
            self.notes.add("severity change during a pause")
        self._retarget(clock, happening)

    def _retarget(self, clock: Clock, happening: Happening) -> None:
        if self.document.get("on-severity-change") != "retarget" or happening.view.value("severity") is None:
            return
        due_s = self.due_s(clock, happening.at_s)
        view = happening.view.at(clock.start_s)
        waits = self._waits(clock, due_s, happening.at_s, self.pauses(clock, happening.at_s))
        ahead = due_s is None or due_s >= happening.at_s or waits
        if ahead and all(view.value(name) is not None for name in self.names):
            self._aim(clock, view)
            self.notes.add("retarget")

    def due_s(self, clock: Clock, until_s: int) -> int | None:
        """The due instant, moved on by the opening time paused until an instant, unless passed before."""
        return self._moved_on(clock, clock.due.at_s, until_s)

    def _moved_on(self, clock: Clock, at_s: int | None, until_s: int) -> int | None:
        for start_s, end_s in self.pauses(clock, until_s) if clock.due.moves else []:
            if start_s >= at_s:
                break
            at_s = self.calendar.add(at_s, self.calendar.between(start_s, end_s))
        return at_s

    # Excuses.

    def _excuse(self, happening: Happening) -> None:
        for excuse in self.policy.get("excuses", []):
            on = happening.event in items(excuse["on"]) and self.document["id"] in items(excuse["of"])
            if on and happening.view.holds(excuse.get("when")):
                ends = [happening.view.value(excuse[word]["ref"]) for word in ("from", "until")]
                if None not in ends:
                    self.excused.append((instant_s(ends[0]), instant_s(ends[1]), excuse))

    def _is_excused(self, due_s: int, end_s: int, pauses: Spans) -> bool:
        """The excused spans cover the overrun's opening time, and one of them meets the time from due to stop."""
        spans = [(a, b) for a, b, _ in self.excused if a < b]
        left_s = self._unless(pauses + spans, due_s, end_s)
        return left_s == 0 and any(a < end_s and b > due_s for a, b in spans)

    def _unless(self, spans: Spans, first_s: int, last_s: int) -> int:
        """Opening seconds between two instants that lie in none of the spans."""
        outside = sum(self.calendar.between(a, b) for a, b in united(spans, first_s, last_s))
        return self.calendar.between(first_s, last_s) - outside

    # What is reported.

    def rows(self, as_of_s: int) -> list[dict]:
        return [self._row(clock, as_of_s) for clock in self.clocks if clock.judged and clock.applies]

    def _row(self, clock: Clock, as_of_s: int) -> dict:
        end_s = clock.stopped_s if clock.stopped_s is not None else clock.ended_s
        end_s = as_of_s if end_s is None else end_s
        pausable_s = min(end_s, clock.ended_s) if clock.ended_s is not None else end_s
        pauses = self.pauses(clock, pausable_s)
        due_s = self.due_s(clock, pausable_s)
        status = self._status(clock, due_s, end_s, pauses)
        broken = status in ("breached", "excused")
        paused_s = sum(self.calendar.between(a, b) for a, b in pauses)
        left_s = None if due_s is None else self.calendar.between(end_s, due_s)
        amount = clock.due.amount and clock.due.at_s is not None
        return {
            "id": self.document["id"],
            "cycle": clock.cycle,
            "status": status,
            "severity": clock.severity,
            "started_at": clock.start_s,
            "due_at": None if status == "paused" else due_s,
            "stopped_at": clock.stopped_s,
            "target": clock.target if isinstance(clock.target, str) else None,
            "target_s": self.calendar.between(clock.start_s, clock.due.at_s) if amount else None,
            "used_s": self.calendar.between(clock.start_s, end_s) - paused_s,
            "paused_s": paused_s,
            "remaining_s": left_s,
            "overrun_s": self._unless(pauses, due_s, end_s) if broken else 0,
            "clauses": self._clauses(clock, status, end_s, pausable_s, due_s),
            "ended_s": clock.ended_s,
        }

    def _status(self, clock: Clock, due_s: int | None, end_s: int, pauses: Spans) -> str:
        if self._waits(clock, due_s, end_s, pauses):
            return "paused"
        if due_s is not None and end_s > due_s:
            return "excused" if self._is_excused(due_s, end_s, pauses) else "breached"
        if clock.stopped_s is not None:
            return "upheld"
        if clock.ended_s is not None:
            return "cancelled"
        return "paused" if self.paused() else "running"

    def _waits(self, clock: Clock, due_s: int | None, at_s: int, pauses: Spans) -> bool:
        """Whether a pause lasts that began before the due instant, as moved so far: until it ends nothing passes."""
        lasts = self.paused() and clock.ended_s is None and bool(pauses) and pauses[-1][1] == at_s
        return lasts and clock.due.moves and pauses[-1][0] < due_s

    def _clauses(self, clock: Clock, status: str, end_s: int, pausable_s: int, due_s: int | None) -> list[str]:
        """The clauses of all that took part: promise, calendar, target, and what started, paused, ended, excused it."""
        document, policy = self.document, self.policy
        found = [*document.get("clauses", []), *self._calendar_clauses(document["calendar"])]
        found += [*clock.clauses, *clock.target_clauses, *clock.end_clauses]
        for track in self.tracks:
            for start_s, stop_s, clauses in track.spans:
                found += clauses if start_s < stop_s > clock.start_s and start_s < pausable_s else []
            if track.since is not None and (clock.ended_s is None or track.since[0] < pausable_s):
                found += track.since[1]
        for from_s, until_s, excuse in self.excused if status == "excused" else []:
            met = from_s < until_s and from_s < end_s and until_s > due_s
            found += excuse.get("clauses", []) if met else []
        return [clause for clause in policy["clauses"] if clause in found]

    def _calendar_clauses(self, name: str) -> list[str]:
        return self.policy.get("calendars", {}).get(name, {}).get("clauses", [])
