"""Pauses of a commitment on a ticket: when each was on, by which record, and with which date of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from reference.opening import DAY, Opening, seconds_of

Spans = list[tuple[int, int]]


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


def first_instant(value: str, calendar: Opening) -> int:
    """The first opening instant of a date; an instant is taken as it is."""
    if "T" in value:
        return seconds_of(datetime.fromisoformat(value))
    return calendar.next_opening(calendar.at_local(date.fromisoformat(value), time()))


@dataclass
class Edge:
    """What a record begins or ends, perhaps with a date of its own: a pause, a clock."""

    record_s: int
    own: str | None
    """The instant or the date that the trigger names."""
    clauses: list
    zone: ZoneInfo
    """The policy's, of a date."""

    def at(self, days: int) -> int:
        """The instant that counts, never after the record; a date is so many days on at midnight."""
        if self.own is None:
            return self.record_s
        if "T" in self.own:
            return min(self.record_s, seconds_of(datetime.fromisoformat(self.own)))
        midnight = datetime.combine(date.fromisoformat(self.own) + days * DAY, time(), self.zone)
        return min(self.record_s, seconds_of(midnight))


@dataclass
class Pause:
    """One stretch of a track, perhaps one that lasts."""

    begin: Edge
    end: Edge | None = None

    def span(self, until_s: int) -> tuple[int, int]:
        return self.begin.at(0), until_s if self.end is None else self.end.at(1)


@dataclass
class Track:
    """A pause of a commitment on a ticket: when it was on, and whether it is."""

    document: dict
    pauses: list[Pause] = field(default_factory=list)

    @property
    def lasts(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].end is None

    def on(self, edge: Edge) -> None:
        if not self.lasts:
            self.pauses.append(Pause(edge))

    def off(self, edge: Edge) -> None:
        if self.lasts:
            self.pauses[-1].end = edge
