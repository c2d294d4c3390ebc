"""Places: as near to the wanted ones as can be, in order, and beside one another."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from upheld.pages.lifecycle.crossings import ordered
from upheld.pages.lifecycle.layers import MOST_IN_A_ROW, Link, Size, layered, ranked
from upheld.pages.lifecycle.places import APART_PX, in_order, middles

NUMBERS = st.integers(-50, 50)


def means(wanted: list[float], weights: list[int]) -> list[float]:
    """The least squares in order, as a textbook says it: the highest low mean of all stretches around each."""

    def mean(start: int, end: int) -> float:
        mass = sum(weights[start : end + 1])
        return sum(place * weight for place, weight in zip(wanted[start : end + 1], weights[start : end + 1])) / mass

    numbers = range(len(wanted))
    return [max(min(mean(start, end) for end in numbers[at:]) for start in numbers[: at + 1]) for at in numbers]


@examples(st.lists(st.tuples(NUMBERS, st.integers(1, 9), st.integers(0, 20)), min_size=1, max_size=9))
def test_places_in_order_are_the_least_squares(rows: list[tuple[int, int, int]]) -> None:
    """Pooling finds what trying every stretch finds."""
    wanted, weights, gaps = [float(row[0]) for row in rows], [row[1] for row in rows], [row[2] for row in rows[1:]]
    offsets = [sum(gaps[:at]) for at in range(len(rows))]
    expected = means([place - offset for place, offset in zip(wanted, offsets)], weights)

    assert pytest.approx([mean + offset for mean, offset in zip(expected, offsets)]) == in_order(wanted, weights, gaps)


@st.composite
def lifecycles(draw: st.DrawFn) -> tuple[list[list[str]], list[str], list[Link]]:
    """Lanes of states, where tickets begin, and arrows any which way."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 14)))]
    lanes: list[list[str]] = [[] for _ in range(4)]
    for name in names:
        lanes[draw(st.integers(0, 3))].append(name)
    state, size = st.sampled_from(names), st.builds(Size, st.integers(20, 170), st.integers(14, 90))
    ends = draw(st.lists(st.tuples(st.sampled_from(["", *names]), state), max_size=24, unique=True))
    links = [Link(source, target, draw(size)) for source, target in ends if source != target]
    return [lane for lane in lanes if lane], [draw(state)], links


@examples(lifecycles())
def test_rows_hold_everything_once_and_nothing_overlaps(
    lifecycle: tuple[list[list[str]], list[str], list[Link]],
) -> None:
    """However the arrows run: linked states never share a row, lanes stay apart, each label has room of its own."""
    lanes, first, links = lifecycle
    ranks = ranked(lanes, first, links)
    layers = layered(ranks, dict.fromkeys(ranks, Size(120, 32)), links)
    rows = ordered(layers)
    x = middles(layers, rows)

    assert sorted(ranks) == sorted(state for lane in lanes for state in lane)
    assert all(ranks[link.source] != ranks[link.target] for link in links if link.source)
    for lane, below in zip(lanes, lanes[1:]):
        assert max(ranks[state] for state in lane) < min(ranks[state] for state in below)
    assert [sorted(row) for row in rows] == [sorted(row) for row in layers.rows]
    assert max(len([state for state in ranks if ranks[state] == rank]) for rank in ranks.values()) <= MOST_IN_A_ROW
    for row in rows:
        for left, right in zip(row, row[1:]):
            room = (layers.sizes[left].width + layers.sizes[right].width) / 2 + APART_PX
            assert x[right] - x[left] >= room - 1
    for link, chain, label in zip(links, layers.chains, layers.labels):
        assert label in chain
        assert link.label == layers.sizes[label]
        assert [layers.row_of[spot] for spot in chain] == [
            *range(layers.row_of[chain[0]], layers.row_of[chain[-1]] + 1)
        ]
