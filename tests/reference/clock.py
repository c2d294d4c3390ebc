"""One clock: when it began and ended, and the figures that its pauses and its calendar give."""

from __future__ import annotations

from dataclasses import dataclass, field

from reference.conditions import View
from reference.promises import Promise
from reference.tracks import Edge, Pause, Spans, Track, first_instant, united


@dataclass
class Clock:
    """One run of a commitment."""

    cycle: int
    """Its number; none while it does not apply."""
    begun_s: int
    """The instant of the start, whenever it began to apply."""
    told: View
    """The names as what began it told them."""
    triggers: list
    """The starts that its event is; none for a reopening and a next cycle."""
    clauses: list
    tracks: list[Track]
    start_s: int = 0
    """When it is said to have started."""
    counted_s: int = 0
    """From when it counts."""
    judged: bool = False
    promise: Promise | None = None
    """What was promised, when it last applied."""
    applies: bool = True
    """Whether it is, or ever was, one."""
    read: dict = field(default_factory=dict)
    """What the names that it follows held when it was last judged."""
    ceased_s: int | None = None
    """Since when it does not apply any more."""
    ended_s: int | None = None
    """When it stopped or was cancelled, by the record that did so."""
    stop: Edge | None = None
    """What stopped it, perhaps with a date of its own."""
    ended_by_move: bool = False
    gaps: Spans = field(default_factory=list)
    end_clauses: list = field(default_factory=list)
    marks: dict = field(default_factory=dict)
    """When each warning that is not told yet would come without any pause."""
    told_marks: set = field(default_factory=set)
    begun_by_stop: bool = False
    followed_up: bool = False
    """Whether its due instant has begun the next cycle."""
    cut: bool = False
    """Whether its rhythm ended, so that it begins no other."""

    def __post_init__(self) -> None:
        self.start_s = self.counted_s = self.begun_s

    @property
    def alive(self) -> bool:
        """Whether something may still end it: it runs, or may apply one day."""
        return self.ended_s is None

    @property
    def runs(self) -> bool:
        return self.applies and self.ended_s is None and self.ceased_s is None

    @property
    def is_shown(self) -> bool:
        return self.judged and self.applies

    @property
    def stopped_s(self) -> int | None:
        """The instant that counts as its stop, on the calendar that counts: not before the start."""
        if self.stop is None:
            return None
        calendar = self.promise.calendar if self.promise else None
        own = self.stop.own if calendar or "T" in (self.stop.own or "") else None
        return max(self.counted_s, self.stop.record_s if own is None else first_instant(own, calendar))

    def end_s(self, until_s: int) -> int:
        """Up to when it is measured."""
        if self.ceased_s is not None:
            return self.ceased_s
        ends = [each for each in (self.stopped_s, self.ended_s, until_s) if each is not None]
        return ends[0]

    def pausable_s(self, until_s: int) -> int:
        """Up to when pauses touch it: to the record that ended it at most."""
        ended_s = self.ceased_s if self.ceased_s is not None else self.ended_s
        end_s = self.end_s(until_s)
        return end_s if ended_s is None else min(end_s, ended_s)

    def known(self) -> list[tuple[Track, Pause]]:
        """Its pauses; one may be told after it ended, and lift a breach."""
        return [(track, pause) for track in self.tracks for pause in track.pauses]

    def pauses(self, until_s: int) -> Spans:
        spans = [pause.span(until_s) for _, pause in self.known()]
        return united([(a, b) for a, b in spans if a < b] + self.gaps, self.counted_s, until_s)

    def due_s(self, until_s: int) -> int | None:
        """The due instant, moved on by the opening time paused until an instant, unless passed before."""
        return self.moved_on(self.promise.due.at_s, until_s)

    def moved_on(self, at_s: int | None, until_s: int) -> int | None:
        for start_s, end_s in self.pauses(until_s) if self.promise.due.moves else []:
            if start_s >= at_s:
                break
            at_s = self.add(at_s, self.between(start_s, end_s))
        return at_s

    def late_from(self, due_s: int) -> int:
        """From when time is used after due: an agreed time may lie before the start."""
        return max(due_s, self.counted_s)

    def after_due(self, seconds: int, until_s: int) -> int:
        """When so much opening time was used after the due instant, pauses left out."""
        due_s = self.late_from(self.due_s(until_s))
        at_s = self.add(due_s, seconds)
        for start_s, end_s in self.pauses(until_s):
            if end_s > due_s:
                if start_s >= at_s:
                    break
                at_s = self.add(at_s, self.between(max(start_s, due_s), end_s))
        return at_s

    def waits(self, due_s: int | None, at_s: int) -> bool:
        """Whether a pause lasts that began before the due instant, as moved so far: until it ends nothing passes."""
        pauses = self.pauses(at_s)
        lasts = self.paused() and self.alive and self.ceased_s is None and bool(pauses) and pauses[-1][1] == at_s
        return lasts and self.promise.due.moves and pauses[-1][0] < due_s

    def has_passed(self, at_s: int) -> bool:
        """Whether its due instant lies before an instant."""
        due_s = self.due_s(at_s)
        return due_s is not None and due_s < at_s and not self.waits(due_s, at_s)

    def paused(self) -> bool:
        return any(track.lasts for track in self.tracks)

    def unless(self, spans: Spans, first_s: int, last_s: int) -> int:
        """Opening seconds between two instants that lie in none of the spans."""
        outside = sum(self.between(a, b) for a, b in united(spans, first_s, last_s))
        return self.between(first_s, last_s) - outside

    def between(self, a_s: int, b_s: int) -> int:
        return self.promise.calendar.between(a_s, b_s)

    def add(self, at_s: int, seconds: int) -> int:
        return self.promise.calendar.add(at_s, seconds)
