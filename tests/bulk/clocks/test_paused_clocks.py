"""Clocks paused and excused at random, far more densely than histories do it."""

from __future__ import annotations

from functools import cache
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
import pytest
from bulk.clocks.clock_states import given as given_of
from bulk.clocks.clock_states import shown, shown_of
from core.clocks.tiny_ticket import commitment, policy_of
from hypothesis import given
from hypothesis import strategies as st

from upheld.bulk.clocks.clock_columns import STATUSES, Judged, compared, judged
from upheld.bulk.clocks.given import NO_EXCUSES, NO_GAPS, NO_PAUSES
from upheld.bulk.clocks.opening_seconds import Openings
from upheld.bulk.clocks.pause_spans import LASTS_S, Spans, united
from upheld.calendars.schedule import schedule_of
from upheld.core.clocks import pauses as core
from upheld.core.clocks.clock import Clock, End
from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.row import clock_rows
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState, Excused, Paused, Track
from upheld.core.time.instant import FIRST_DAY

HOLD = "{from: {on: hold}, until: {on: resume}, clauses: [T-4]}"
WAIT = "{in: waiting, clauses: [T-2]}"
COMMITMENTS = (
    f"within: 4h\npause: [{HOLD}, {WAIT}]",
    f"within: 90min\npause: {HOLD}\ncalendar: lunch",
    f"within: {{next: fridays}}\npause: [{WAIT}, {HOLD}]",
    f"within: 1bd\nbusiness-day: dates\npause: {WAIT}",
    "within: 1d\ncalendar: always\nbusiness-day: opening-time",
    f"within: next-release\npause: {WAIT}",
    f"within: best-effort\npause: {HOLD}",
    f"within: 1min\npause: {HOLD}",
    f"within: 1mo\npause: [{HOLD}, {WAIT}]",
)
EXCUSES = """\
excuses:
  - {id: theirs, on: excuse, of: [c0, c2], from: {ref: event.since}, until: {ref: event.until}, clauses: [T-5]}
  - {id: weather, on: note, of: [c0, c1, c4], from: {ref: event.moment}, until: {ref: event.day}, clauses: [T-3]}
"""
START_S = 1_709_546_400
"""Monday, 4 March 2024, at ten in UTC; Friday is the 8th."""
AS_OF_S = START_S + 6 * 86_400


@cache
def rules() -> ClockRules:
    texts = (commitment(text).replace("resolve", f"c{number}") for number, text in enumerate(COMMITMENTS))
    policy = policy_of(*texts, more=EXCUSES)
    return ClockRules(policy, schedule_of(policy))


MOMENTS = st.one_of(
    st.integers(0, 6 * 24 * 4).map(lambda quarters: START_S + 900 * quarters),
    st.integers(0, 6 * 86_400).map(lambda seconds: START_S + seconds),
    st.sampled_from([START_S, START_S + 7 * 3600, START_S + 7 * 3600 + 1, AS_OF_S, START_S + 23 * 3600]),
)
SPANS = st.tuples(MOMENTS, MOMENTS)


@st.composite
def clocks(draw: Any, number: int) -> Clock:
    """One clock that runs or has ended, here and there resumed after gaps."""
    index = draw(st.integers(0, len(COMMITMENTS) - 1))
    from_s = draw(MOMENTS)
    aim = rules().terms[index].aim(from_s, "", {"severity": draw(st.sampled_from(["high", None]))}.get)
    how, at_s, seen_s = draw(st.sampled_from(["", "stopped", "cancelled"])), draw(MOMENTS), draw(MOMENTS)
    end = End(how, max(at_s, from_s), seen_s, 0 if how == "stopped" else None, True)
    gaps = tuple(sorted(draw(st.lists(SPANS.map(sorted).map(tuple), max_size=2))))
    trigger = draw(st.sampled_from([0, None]))
    return Clock(index, number, from_s, from_s, from_s, trigger, aim, end=end if how else None, gaps=gaps)


@st.composite
def tracks(draw: Any) -> tuple[Track, ...]:
    """Tracks that were on now and then: one told late may end before it began."""
    found = []
    for each in rules().plan.tracks:
        by_state = bool(rules().policy.commitments[each.commitment].pause[each.pause].states)
        told, track = None if by_state else 0, Track()
        for from_s, until_s in draw(st.lists(SPANS, max_size=5)):
            track = track.adding(Paused(from_s, until_s, from_s, told, told))
        if draw(st.integers(0, 3)) == 0:
            from_s = draw(MOMENTS)
            track = track._replace(lasting=Paused(from_s, FOREVER, from_s, told, None))
        found.append(track)
    return tuple(found)


@st.composite
def states(draw: Any) -> ClockState:
    count = draw(st.integers(0, 4))
    found = tuple(draw(clocks(number)) for number in range(count))
    edges = st.one_of(MOMENTS, st.sampled_from([FOREVER, -FOREVER]))
    excused = st.builds(Excused, st.integers(0, 1), edges, edges)
    return ClockState(found, draw(tracks()), tuple(draw(st.lists(excused, max_size=4))))


@given(st.lists(states(), max_size=5))
def test_clocks_paused_and_excused_anyhow_are_judged_as_the_engine_does(tickets: list[ClockState]) -> None:
    """Spans that touch, overlap, last, are told backwards, lie before or after the clock, or meet its due instant."""
    assert_judged_alike(tickets)


EDGES = [START_S + hours * 3600 for hours in (0, 2, 4, 5, 6, 7, 23, 24)]
"""From the start on: in the middle, when four hours are due, when they are due moved on, at closing and at opening."""


def around(
    spans: list[tuple[int, int]],
    excuse: tuple[int, int] | None,
    index: int,
    end_s: int | None,
    start_s: int = START_S,
) -> ClockState:
    """A clock of four hours, or of another commitment, with pauses on its tracks and with an excuse."""
    now, found = rules(), [Track()] * len(rules().plan.tracks)
    for number, (from_s, until_s) in zip(now.plan.tracks_of[index], spans):
        each = now.plan.tracks[number]
        told = None if now.policy.commitments[each.commitment].pause[each.pause].states else 0
        pause = Paused(from_s, until_s, from_s, told, None)
        lasts = until_s == FOREVER
        found[number] = found[number]._replace(lasting=pause) if lasts else found[number].adding(pause)
    end = None if end_s is None else End("stopped", end_s, end_s, 0, True)
    clock = Clock(index, 1, start_s, start_s, start_s, 0, now.terms[index].aim(start_s, "", {}.get), end=end)
    return ClockState((clock,), tuple(found), () if excuse is None else (Excused(0, *excuse),))


def assert_judged_alike(states: list[ClockState], as_of_s: int = AS_OF_S) -> None:
    """The columns of all of them are the rows of each."""
    it = given_of(rules(), [("", state) for state in states])
    args = it.promises, it.clocks, as_of_s, it.pauses, it.gaps, it.excuses
    expected = [shown(row) for state in states for row in clock_rows(rules(), state, as_of_s)]
    assert expected == shown_of(judged(rules(), Openings(rules().schedule), *args))


@pytest.mark.parametrize("as_of_s", [EDGES[1], EDGES[3], EDGES[5], AS_OF_S])
def test_pauses_that_begin_and_end_at_every_edge_are_counted_as_the_engine_does(as_of_s: int) -> None:
    """Two at a time, touching, overlapping and apart, one of them lasting: before, at and after what is due."""
    edges = [edge for edge in (START_S - 3600, *EDGES, AS_OF_S) if edge <= as_of_s]
    spans = [*combinations(edges, 2), *((edge, FOREVER) for edge in edges)]
    pairs = [[each] for each in spans] + [[*each] for each in combinations_with_replacement(spans, 2)]
    ends = [None, *(edge for edge in EDGES[2:6] if edge <= as_of_s)]
    assert_judged_alike([around(pair, None, 0, end_s) for pair in pairs for end_s in ends], as_of_s)


@pytest.mark.parametrize("later_s", [45 * 60, 4 * 86_400])
def test_what_is_due_in_closed_time_is_moved_by_a_pause_that_began_in_it_before(later_s: int) -> None:
    """A month from six in the evening on: due at six, when it is closed; looked at while it still is, and later."""
    start_s = START_S + 8 * 3600
    due_s = START_S + 31 * 86_400 + 8 * 3600
    edges = [due_s + minutes * 60 for minutes in (-120, -60, -30, 0, 30, 15 * 60, 18 * 60) if minutes * 60 < later_s]
    spans = [*combinations(edges, 2), *((edge, FOREVER) for edge in edges)]
    pairs = [[each] for each in spans] + [[*each] for each in combinations(spans, 2)]
    index = len(COMMITMENTS) - 1
    states = [around(pair, None, index, end_s, start_s) for pair in pairs for end_s in (None, *edges[3:])]

    assert_judged_alike(states, due_s + later_s)


@pytest.mark.parametrize("index", [0, 2])
def test_excuses_that_begin_and_end_at_every_edge_are_counted_as_the_engine_does(index: int) -> None:
    """Of what a pause moves and of what it does not, with and without a pause."""
    spans = [*combinations(EDGES, 2)]
    pauses: list[list[tuple[int, int]]] = [[], [(EDGES[1], EDGES[3])], [(EDGES[2], EDGES[4])], [(EDGES[3], FOREVER)]]
    edges = [(edge, edge) for edge in EDGES] + spans
    assert_judged_alike(
        [around(pause, each, index, end_s) for each in edges for pause in pauses for end_s in (*EDGES, None)]
    )


@given(st.lists(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=8), max_size=6), st.randoms())
def test_spans_of_many_clocks_are_united_as_those_of_one(lists: list[list[tuple[int, int]]], draw: Any) -> None:
    """In any order, cut at both ends of each clock; a clock without spans stays without."""
    flat = [(clock, *span) for clock, spans in enumerate(lists) for span in spans]
    draw.shuffle(flat)
    ends = [draw.randrange(13) for _ in lists]
    starts = [draw.randrange(13) for _ in lists]
    columns = [np.array([each[place] for each in flat], np.int64) for place in range(3)]
    found = united([Spans(*columns)], np.array(starts, np.int64), np.array(ends, np.int64))
    expected = [
        (clock, *span)
        for clock, spans in enumerate(lists)
        for span in core.united((max(a, starts[clock]), min(b, ends[clock])) for a, b in spans)
    ]

    assert expected == list(zip(*(each.tolist() for each in found)))


def test_a_span_that_lasts_is_later_than_any_instant() -> None:
    """So that what lasts can be told, and no span of the years is taken for one."""
    assert rules().schedule.calendars["office"].until_s < LASTS_S < FOREVER
    assert FIRST_DAY > 0


def test_many_clocks_are_judged_as_each_alone() -> None:
    """A hundred thousand tickets: some hundreds of them, two hundred and fifty times over."""
    draw = np.random.default_rng(7)
    states = [random_state(draw) for _ in range(400)]
    it = given_of(rules(), [("", state) for state in states])
    copies, tickets = 250, len(states)
    shift = np.arange(copies)

    def many(columns: Any) -> Any:
        rows = np.tile(np.arange(columns[0].size), copies)
        own = np.repeat(shift, columns[0].size)
        return type(columns)(columns[0][rows] + (tickets * own).astype(np.int32), *(each[rows] for each in columns[1:]))

    clocks, openings = many(it.clocks), Openings(rules().schedule)
    found = judged(
        *(rules(), openings, it.promises, clocks, AS_OF_S),
        *(many(it.pauses), NO_GAPS._replace(**gaps_of(it.gaps, it.clocks.ticket.size, copies)), many(it.excuses)),
    )
    expected = [shown(row) for state in states for row in clock_rows(rules(), state, AS_OF_S)]
    per_copy = len(expected)

    assert len(STATUSES) == np.unique(found.status).size
    for copy in (0, 1, copies // 2, copies - 1):
        rows = slice(copy * per_copy, (copy + 1) * per_copy)
        part = Judged(*(each[rows] for each in found[:-1]), citations=found.citations)
        assert expected == shown_of(part)


def gaps_of(gaps: Any, clocks: int, copies: int) -> dict[str, np.ndarray]:
    """The gaps of clocks that are there so many times."""
    own = np.repeat(np.arange(copies), gaps.clock.size)
    rows = np.tile(np.arange(gaps.clock.size), copies)
    return {"clock": gaps.clock[rows] + clocks * own, "from_s": gaps.from_s[rows], "until_s": gaps.until_s[rows]}


def random_state(draw: np.random.Generator) -> ClockState:
    """A ticket as it may stand, quickly made."""
    moment = lambda: START_S + int(draw.integers(0, 6 * 24 * 4)) * 900  # noqa: E731
    found, tracks_now = [], []
    for number in range(int(draw.integers(1, 4))):
        index, from_s = int(draw.integers(len(COMMITMENTS))), moment()
        aim = rules().terms[index].aim(from_s, "", {"severity": "high"}.get)
        how = ["", "stopped", "cancelled"][draw.integers(3)]
        at_s = max(from_s, moment())
        end = End(how, at_s, at_s, 0 if how == "stopped" else None, True) if how else None
        gaps = ((from_s + 900, from_s + 5400),) if draw.integers(5) == 0 else ()
        found.append(Clock(index, number, from_s, from_s, from_s, 0, aim, end=end, gaps=gaps))
    for each in rules().plan.tracks:
        told = None if rules().policy.commitments[each.commitment].pause[each.pause].states else 0
        track = Track()
        for _ in range(int(draw.integers(4))):
            from_s = moment()
            track = track.adding(Paused(from_s, from_s + int(draw.integers(1, 40)) * 900, from_s, told, told))
        if draw.integers(4) == 0:
            track = track._replace(lasting=Paused(from_s := moment(), FOREVER, from_s, told, None))
        tracks_now.append(track)
    excused = [
        Excused(int(draw.integers(2)), from_s := moment(), from_s + 86_400) for _ in range(int(draw.integers(3)))
    ]
    return ClockState(tuple(found), tuple(tracks_now), tuple(excused))


def test_no_clocks_are_judged_to_nothing() -> None:
    """An empty history has empty columns."""
    it = given_of(rules(), [])
    found = judged(rules(), Openings(rules().schedule), [], it.clocks, AS_OF_S, NO_PAUSES, NO_GAPS, NO_EXCUSES)
    assert [0] * 9 == [each.size for each in found[:-1]]
    assert [] == found.citations


@pytest.mark.parametrize("column", ["used_s", "due_s", "status", "ended_s"])
def test_a_column_that_the_engine_contradicts_stops_everything(column: str) -> None:
    """One clock of each kind is compared with the engine's row in every run."""
    clock = Clock(0, 1, START_S, START_S, START_S, 0, rules().terms[0].aim(START_S, "", {}.get))
    state = ClockState((clock,), (Track(),) * len(rules().plan.tracks))
    it, (row,) = given_of(rules(), [("", state)]), clock_rows(rules(), state, AS_OF_S)
    found = judged(rules(), Openings(rules().schedule), it.promises, it.clocks, AS_OF_S)

    assert (row.clauses, row.assumptions) == compared(found, 0, row)
    with pytest.raises(AssertionError, match=f"clock 0 is .*'{column}'.* by the engine"):
        compared(found._replace(**{column: getattr(found, column) + 1}), 0, row)
