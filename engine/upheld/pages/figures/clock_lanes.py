"""Clock lanes: where the time of a ticket's clocks went, a lane for each, or for all of a promise that began often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upheld.core.clocks.story import ClockStory
from upheld.pages.figures.figure import Drawn, Row
from upheld.show.ticket.reasons import named
from upheld.show.words.local_time import short_due, short_moment
from upheld.show.words.view import View

APART: Final = 3
"""Up to so many clocks of a promise have a lane each."""
HOUR_S: Final = 3600
MOST_LANES: Final = 12
"""So many lanes are drawn: of breached clocks first, then of open ones."""
RANKS: Final = {"breached": 0, "running": 1, "paused": 1, "excused": 2, "upheld": 3, "cancelled": 4}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane, and the clocks in it: one, or more than `APART` of one commitment."""

    id: str
    clocks: tuple[ClockStory, ...]

    @property
    def status(self) -> str:
        """That of its only clock; of several the one that a reader should know first."""
        return min((each.row.status for each in self.clocks), key=lambda status: RANKS[status])


def lanes_of(clocks: Sequence[ClockStory]) -> tuple[list[Lane], int]:
    """The lanes in the verdict's order, and how many clocks have none."""
    of_each = Counter(each.row.commitment.id for each in clocks)
    groups: dict[tuple[str, int], list[ClockStory]] = {}
    for each in clocks:
        name = each.row.commitment.id
        groups.setdefault((name, 0 if of_each[name] > APART else each.row.cycle), []).append(each)
    lanes = [Lane(f"clock-{number}", tuple(group)) for number, group in enumerate(groups.values())]
    ranked = sorted(range(len(lanes)), key=lambda place: (RANKS[lanes[place].status], place))
    shown = [lanes[place] for place in sorted(ranked[:MOST_LANES])]
    return shown, len(clocks) - sum(len(lane.clocks) for lane in shown)


def lane_rows(view: View, lane: Lane, span: Span) -> Iterator[Row]:
    """A lane's name and status, its opening time, and when it was due and stopped; of several clocks, breached ones."""
    alone = len(lane.clocks) == 1
    head: dict[str, Drawn] = {"kind": "clock", "lane": lane.id, "status": lane.status}
    if alone:
        row = lane.clocks[0].row
        name, told = named(view, row.commitment, row.cycle), _told(view, lane.clocks[0])
        stopped = short_moment(view, row.stop_s) if row.stop_s is not None else ""
        listed = (view.say("compared", subject=name, what=told), short_moment(view, row.start_s), stopped)
    else:
        name, told = view.naming.name(lane.clocks[0].row.commitment), _counted(view, lane.clocks)
        listed = (view.say("compared", subject=name, what=told), "", "")
    yield Row({**head, "name": name, "told": told}, listed)
    for each in lane.clocks:
        yield from _time(each, lane.id, span)
        if alone or each.row.status == "breached":
            yield from _instants(view, each, lane.id, span)


def _told(view: View, each: ClockStory) -> str:
    row = each.row
    status = view.say(f"clock.{row.status}")
    if row.overrun_s:
        return f"{status}, {view.say('figure.timeline.late', length=_length(view, row.overrun_s))}"
    if row.status in ("running", "paused") and row.remaining_s is not None:
        return f"{status}, {view.say('figure.timeline.left', length=_length(view, row.remaining_s))}"
    return status


def _length(view: View, length_s: int) -> str:
    """A length of time; beyond a hundred hours their minutes do not count."""
    return view.locale.roughly(length_s if length_s < 100 * HOUR_S else length_s // HOUR_S * HOUR_S)


def _counted(view: View, clocks: Iterable[ClockStory]) -> str:
    """How many there are of each status, what a reader should know first of all at the beginning."""
    counts: Counter[str] = Counter(each.row.status for each in clocks)
    said = (f"{counts[status]} × {view.say(f'clock.{status}')}" for status in RANKS if counts[status])
    return ", ".join(said)


def _time(each: ClockStory, lane: str, span: Span) -> Iterator[Row]:
    for part in each.parts:
        yield Row({"kind": part.what, "lane": lane, "from_s": part.from_s, "until_s": part.until_s}, ())
    for from_s, until_s in each.ahead:
        if from_s < span[1]:
            yield Row({"kind": "ahead", "lane": lane, "from_s": from_s, "until_s": min(until_s, span[1])}, ())


def _instants(view: View, each: ClockStory, lane: str, span: Span) -> Iterator[Row]:
    """When it was due and when it stopped; what lies beyond the timeline is listed alone."""
    row = each.row
    name = named(view, row.commitment, row.cycle)
    for kind, at_s in (("due", row.due_s), ("stop", row.stop_s)):
        if at_s is not None:
            what = view.say("compared", subject=name, what=view.say(f"figure.key.{kind}"))
            text = short_due(view, at_s, row.calendar, row.zone) if kind == "due" else short_moment(view, at_s)
            within = span[0] <= at_s <= span[1]
            yield Row({"kind": kind if within else f"{kind}-beyond", "lane": lane, "at_s": at_s}, (what, text, ""))
