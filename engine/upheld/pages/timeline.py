"""Timelines: a ticket on the opening hours that count for it, and what happened when.

A lane for each state that it was in, lanes of its clocks, one for its records. All of it is the ticket's story, which
is made of what the verdict was counted from; opening hours are those of the calendar that most of its clocks count on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from upheld.core.policy.policy import ALWAYS
from upheld.core.policy.schedule import Schedule
from upheld.core.population.downtime import spent
from upheld.core.record.ticket import Standing
from upheld.core.story.ticket_story import TicketStory
from upheld.core.time.instant import DAY_S, seconds_of
from upheld.pages.figures.clock_lanes import Lane, lane_rows, lanes_of
from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.pages.figures.promised_clock import in_order
from upheld.pages.figures.turns import side_name
from upheld.show.ticket.episode import heading
from upheld.show.ticket.reasons import named
from upheld.show.words.local_time import short_moment
from upheld.show.words.view import View

WHOLE_DAYS_S: Final = 120 * DAY_S
"""Beyond so long a time nights are too thin to be seen, and what lies between two openings of a week is shaded too."""
UNSHADED_S: Final = 400 * DAY_S
NIGHT_S: Final = 20 * 3600

Interval = tuple[int, int]


def timeline(view: View, story: TicketStory, schedule: Schedule, id: str = "timeline") -> Figure:
    """The timeline of a ticket; without rows where nothing opened it.

    Args:
        schedule: The calendars of the policy; those of an engine.
        id: The figure's, unique on its page: tickets' own ids may be any text.
    """
    lanes, more = lanes_of(story.clocks)
    rows: list[Row] = []
    notes: list[str] = []
    if story.standing is not None and story.as_of_s is not None:
        from_s, until_s = _edges(story, story.standing, story.as_of_s)
        rows.append(Row({"kind": "span", "from_s": from_s, "until_s": until_s}, ()))
        rows += _opening(view, story, schedule, (from_s, until_s), notes)
        rows += _states(view, story, min(until_s, story.as_of_s))
        for lane in lanes:
            rows += lane_rows(view, lane, (from_s, until_s))
        rows += _marks(view, story, lanes)
    if more:
        notes.append(view.locale.counted("figure.timeline.more", more))
    heads = (view.say(f"figure.head.{head}") for head in ("what", "from", "until"))
    return Figure(
        id,
        view.say("figure.timeline"),
        view.say("figure.timeline.title", ticket=story.ticket),
        _says(view, story, rows),
        tuple(heads),
        tuple(rows),
        _key(view, rows),
        tuple(notes),
        in_order(view.policy, (name for lane in lanes for each in lane.clocks for name in each.row.assumptions)),
        "timeline",
    )


def _edges(story: TicketStory, standing: Standing, as_of_s: int) -> Interval:
    """From its first record to its last, or to as-of while it is not closed; to a due instant that is not far off."""
    instants = [each.at_s for each in story.episodes]
    ends = [*instants, *(each.row.stop_s for each in story.clocks if each.row.stop_s is not None)]
    ends += [each.parts[-1].until_s for each in story.clocks if each.parts]
    from_s = min([*instants, *(each.row.start_s for each in story.clocks)])
    until_s = max([*ends, *([as_of_s] if standing.closed_s is None else [])])
    near_s = until_s + (until_s - from_s) // 2
    due = [each.row.due_s for each in story.clocks if each.row.due_s is not None]
    return from_s, max([until_s, from_s + 3600, *(at_s for at_s in due if at_s <= near_s)])


def _opening(view: View, story: TicketStory, schedule: Schedule, span: Interval, notes: list[str]) -> Iterator[Row]:
    used = Counter(each.row.calendar for each in story.clocks if each.row.calendar != ALWAYS)
    if not used or story.standing is None:
        return
    length_s = span[1] - span[0]
    if length_s > UNSHADED_S:
        notes.append(view.say("figure.timeline.unshaded"))
        return
    name = max(sorted(used), key=lambda each: used[each])
    notes.append(view.say("figure.timeline.hours", calendar=view.locale.quoted(view.naming.calendar(name))))
    if length_s > WHOLE_DAYS_S:
        notes.append(view.say("figure.timeline.dates"))
    calendar = schedule.calendars[schedule.calendar_for(name, story.standing.customer)]
    apart_s = NIGHT_S if length_s > WHOLE_DAYS_S else 0
    for from_s, until_s in merged(calendar.intervals_s(*span), apart_s):
        yield Row({"kind": "opening", "from_s": from_s, "until_s": until_s}, ())


def merged(intervals: Iterable[Interval], apart_s: int) -> list[Interval]:
    """Intervals in order, those as one that lie no further apart.

    >>> merged([(0, 2), (3, 4), (9, 10)], 1)
    [(0, 4), (9, 10)]
    """
    found: list[Interval] = []
    for from_s, until_s in intervals:
        if found and from_s - found[-1][1] <= apart_s:
            found[-1] = found[-1][0], max(until_s, found[-1][1])
        else:
            found.append((from_s, until_s))
    return found


def _states(view: View, story: TicketStory, until_s: int) -> Iterator[Row]:
    """Each stay in a state; those of one state share a lane."""
    moves = [(seconds_of(move.at), move.state) for each in story.episodes for move in each.moves]
    end_s = max(until_s, moves[-1][0] if moves else until_s)
    for state, (from_s, last_s) in spent(moves, end_s):
        found = view.policy.states.get(state)
        side = "vendor" if found is None else found.waits_for
        closed = story.standing is not None and story.standing.closed_s is not None and state == story.standing.state
        name = view.naming.state(state)
        drawn: dict[str, Drawn] = {"kind": "state", "lane": state, "name": name, "from_s": from_s, "until_s": last_s}
        drawn["color"] = "nobody-turn" if closed else f"{side}-turn"
        drawn["told"] = "" if closed else side_name(view, side)
        listed = view.say("figure.timeline.in-state", state=view.locale.quoted(name))
        yield Row(drawn, (listed, short_moment(view, from_s), short_moment(view, last_s)))


def _marks(view: View, story: TicketStory, lanes: Iterable[Lane]) -> Iterator[Row]:
    """Records, refused ones among them, and the warnings of clocks that have a lane."""
    lane_of = {(each.row.commitment.id, each.row.cycle): lane.id for lane in lanes for each in lane.clocks}
    for each in story.episodes:
        if each.refusal is not None:
            what = view.say("compared", subject=view.say("figure.key.refused"), what=heading(view, each))
            yield Row({"kind": "refused", "at_s": each.at_s}, (what, short_moment(view, each.at_s), ""))
        elif each.event is not None:
            yield Row({"kind": "record", "at_s": each.at_s}, ())
        for turn in each.turns:
            lane = lane_of.get((turn.commitment.id, turn.cycle))
            if turn.what == "warned" and lane is not None:
                name = named(view, turn.commitment, turn.cycle)
                told = view.say("figure.timeline.warned", promise=name)
                yield Row(
                    {"kind": "warning", "lane": lane, "at_s": turn.at_s}, (told, short_moment(view, turn.at_s), "")
                )


KEY: Final = {
    "opening": ("opening-hours", "opening"),
    "counted": ("kept", "counted"),
    "late": ("broken", "overdue"),
    "paused": ("paused", "standing"),
    "ahead": ("ahead", "ahead"),
    "due": ("due", "due"),
    "stop": ("stop", "stop"),
    "warning": ("alert", "warning"),
    "refused": ("refused", "refused"),
}
"""What each kind of mark looks like, and what it is called."""


def _key(view: View, rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    found = {row.drawn["kind"] for row in rows}
    return tuple((look, view.say(f"figure.key.{name}")) for kind, (look, name) in KEY.items() if kind in found)


def _says(view: View, story: TicketStory, rows: Sequence[Row]) -> str:
    if not rows:
        return view.say("story.never-opened")
    number = sum(each.event is not None for each in story.episodes)
    span = [short_moment(view, rows[0].number(name)) for name in ("from_s", "until_s")]
    clocks = (
        view.say("figure.timeline.clock", promise=row.drawn["name"], status=row.drawn["told"])
        for row in rows
        if row.drawn["kind"] == "clock"
    )
    records = view.locale.counted("replay.record", number)
    return view.say(
        "figure.timeline.says", records=records, start=span[0], end=span[1], clocks=" ".join(clocks)
    ).strip()
