"""Layers: which row of the drawing each state stands in, and what an arrow takes up in the rows that it passes.

Rows of states alternate with rows of labels: a label stands above the first row that its arrow reaches, or above a
later one where there is more room, and an arrow that goes on keeps a narrow passage in each row between its ends. So
no arrow runs through a box or a label. States of one lane stand below one another where a ticket goes from one to the
other.

After K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system structures", 1981.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

MOST_IN_A_ROW: Final = 4
"""States beside one another: so many fit a printed page."""

PASSAGE_PX: Final = 10


@dataclass(frozen=True, slots=True)
class Size:
    """What something takes up, in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow with its label; ``source`` is ``""`` where it comes from no box of its own."""

    source: str
    target: str
    label: Size


@dataclass(slots=True)
class Layers:
    """What stands in the rows, from top to bottom; a spot is known by its number.

    Attributes:
        sizes: Of each spot.
        row_of: The row of each spot.
        rows: The spots of each row, from left to right; rows of labels are the even ones.
        joints: Pairs of spots of neighbouring rows, the upper first, between which a line runs.
        states: The spot of each state.
        chains: For each link the spots that it runs through, downwards.
        labels: For each link the spot of its label.
    """

    sizes: list[Size] = field(default_factory=list)
    row_of: list[int] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    joints: list[tuple[int, int]] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    chains: list[tuple[int, ...]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    def put(self, row: int, size: Size) -> int:
        """A new spot at the right end of a row."""
        self.sizes.append(size)
        self.row_of.append(row)
        self.rows[row].append(len(self.sizes) - 1)
        return len(self.sizes) - 1


def ranked(lanes: Sequence[Sequence[str]], first: Sequence[str], links: Sequence[Link]) -> dict[str, int]:
    """The rank of each state, counted from the top, in the order in which a ticket comes to them.

    Args:
        lanes: The states of each lane, from the top; no lane is empty.
        first: Where a ticket begins.
    """
    onwards: dict[str, list[str]] = {}
    joined: dict[str, list[str]] = {}
    for link in links:
        onwards.setdefault(link.source, []).append(link.target)
        joined.setdefault(link.source, []).append(link.target)
        joined.setdefault(link.target, []).append(link.source)
    met = _met([state for lane in lanes for state in lane], first, onwards)
    ranks: dict[str, int] = {}
    top = 0
    for lane in lanes:
        depths: dict[str, int] = {}
        for state in sorted(lane, key=met.__getitem__):
            depths.setdefault(state, 0)
            for other in joined.get(state, ()):
                if other in lane and met[other] > met[state]:
                    depths[other] = max(depths.get(other, 0), depths[state] + 1)
        for depth in range(max(depths.values()) + 1):
            row = [state for state in sorted(lane, key=met.__getitem__) if depths[state] == depth]
            for start in range(0, len(row), MOST_IN_A_ROW):
                ranks |= dict.fromkeys(row[start : start + MOST_IN_A_ROW], top)
                top += 1
    return dict(sorted(ranks.items(), key=lambda each: (each[1], met[each[0]])))


def _met(states: Sequence[str], first: Iterable[str], onwards: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """When a ticket may come to each state, the nearest first; those that only many lead to come last, as written."""
    waiting, met = deque(dict.fromkeys(first)), dict.fromkeys(first, True)
    while waiting:
        for target in onwards.get(waiting.popleft(), ()):
            if target not in met:
                met[target] = True
                waiting.append(target)
    return {state: number for number, state in enumerate(dict.fromkeys((*met, *states)))}


def layered(ranks: Mapping[str, int], sizes: Mapping[str, Size], links: Sequence[Link]) -> Layers:
    """The rows of a drawing, before anybody looks for their best order."""
    layers = Layers(rows=[[] for _ in range(2 * max(ranks.values(), default=-1) + 2)])
    for state, rank in ranks.items():
        layers.states[state] = layers.put(2 * rank + 1, sizes[state])
    taken_px = [0] * len(layers.rows)
    for link in links:
        goal = layers.states[link.target]
        if not link.source:
            spot = layers.put(2 * ranks[link.target], link.label)
            taken_px[2 * ranks[link.target]] += link.label.width
            layers.labels.append(spot)
            layers.chains.append((spot, goal))
            continue
        upper, lower = sorted((link.source, link.target), key=ranks.__getitem__)
        above = range(2 * ranks[upper] + 2, 2 * ranks[lower] + 1, 2)
        away = 1 if link.source == upper else -1
        label_row = min(above, key=lambda row: (taken_px[row], away * row))
        taken_px[label_row] += link.label.width
        chain = [layers.states[upper]]
        for row in range(above[0], above[-1] + 1):
            chain.append(layers.put(row, link.label if row == label_row else Size(PASSAGE_PX, 0)))
            if row == label_row:
                layers.labels.append(chain[-1])
        layers.chains.append((*chain, layers.states[lower]))
    layers.joints = [joint for chain in layers.chains for joint in zip(chain, chain[1:])]
    return layers
