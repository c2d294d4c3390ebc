"""Worked time: work of which somebody recorded from when until when it was done, cut along calendars.

What counts is when work was done, to the second, and not when it was entered. An entry is cut into *pieces*:
each part of it goes to the first cut in whose calendar it lies, the rest to the one that names none.

    >>> from upheld.core.time.calendar import Calendar
    >>> desk = Calendar.from_document({"zone": "Etc/UTC", "weekly": {"mon-sun": ["07:00-17:00"]}})
    >>> monday_s, cuts = 1709510400, (Cut("desk", desk, Fraction(1)), Cut("", None, Fraction(3, 2)))
    >>> pieces = pieces_of(monday_s + 16 * 3600, monday_s + 18 * 3600, cuts)
    >>> [((each.until_s - each.from_s) // 3600, each.calendar, str(each.factor)) for each in pieces]
    [(1, 'desk', '1'), (1, '', '3/2')]
    >>> weighed(pieces, 2), 2 * weighed(pieces, 1) == weighed(pieces, 2)  # two hours that count as two and a half
    (18000, True)

Source: DESIGN section 9, "Work with an interval".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from upheld.core.condition.domain import Held
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import DAY_S, text_of
from upheld.core.time.timeline import Interval

LONGEST_S: Final = 31 * DAY_S
"""Of one entry: what is longer is a slip of the date, and would be billed as such."""

Fault = Literal["half", "backwards", "to-come", "too-long"]


class Cut(NamedTuple):
    """What part of the work counts by which factor: what lies in opening time of a calendar, or the rest.

    Attributes:
        name: The calendar's, as the policy calls it; ``""`` for the rest.
    """

    name: str
    calendar: Calendar | None
    factor: Fraction


class Piece(NamedTuple):
    """A part of the work: from when until when, in which calendar, and by which factor it counts."""

    from_s: int
    until_s: int
    calendar: str
    factor: Fraction

    def as_document(self) -> dict[str, object]:
        """The piece for JSON; instants are UTC, ``in`` is null for what lies in no calendar."""
        ends = {"from": text_of(self.from_s), "until": text_of(self.until_s)}
        return {**ends, "in": self.calendar or None, "factor": str(self.factor)}


class Unworked(NamedTuple):
    """Two ends between which nobody can have worked, and why."""

    fault: Fault
    from_s: int | None
    until_s: int | None


def fault_of(from_s: Held, until_s: Held, recorded_s: int) -> Fault | None:
    """What is wrong with the two ends of work that was recorded at an instant; ``None`` where nothing is."""
    if not isinstance(from_s, int) or not isinstance(until_s, int):
        return "half"
    if until_s < from_s:
        return "backwards"
    if until_s > recorded_s:
        return "to-come"
    return "too-long" if until_s - from_s > LONGEST_S else None


def pieces_of(from_s: int, until_s: int, cuts: Sequence[Cut]) -> tuple[Piece, ...]:
    """The work cut along calendars, in the order of time; what lies in none of them is not among the pieces."""
    rest: list[Interval] = [(from_s, until_s)] if from_s < until_s else []
    found: list[Piece] = []
    for cut in cuts:
        inside = rest if cut.calendar is None else list(_inside(rest, cut.calendar))
        found += (Piece(start_s, end_s, cut.name, cut.factor) for start_s, end_s in inside)
        rest = list(_without(rest, inside))
    return tuple(sorted(found))


def weighed(pieces: Sequence[Piece], per_s: int) -> int:
    """How much the pieces count together, in parts of a second of which every factor is a multiple."""
    total = sum((piece.until_s - piece.from_s) * piece.factor * per_s for piece in pieces)
    assert Fraction(total).denominator == 1, "every factor is a whole number of parts"
    return int(total)


def _inside(intervals: Sequence[Interval], calendar: Calendar) -> Iterator[Interval]:
    for from_s, until_s in intervals:
        yield from calendar.intervals_s(from_s, until_s)


def _without(intervals: Sequence[Interval], taken: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of intervals once some that lie in them are taken out; all are in order."""
    for from_s, until_s in intervals:
        for start_s, end_s in taken:
            if from_s <= start_s and end_s <= until_s:
                if from_s < start_s:
                    yield from_s, start_s
                from_s = end_s
        if from_s < until_s:
            yield from_s, until_s
