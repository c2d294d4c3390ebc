"""The drawing: a policy's states as boxes in lanes, and what leads from one to another as arrows, all in pixels.

What leads somewhere alike from many states ends in one label of its own, without an arrow from each. Nothing here is
markup: a template writes it down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upheld.core.policy.lifecycle import CORE_STATES
from upheld.pages.lifecycle.crossings import ordered
from upheld.pages.lifecycle.layers import Layers, Link, layered, ranked
from upheld.pages.lifecycle.lettered import DOT_PX, LINE_PX, SIZES_PX, Lettered, Written, label, named, staged
from upheld.pages.lifecycle.lettering import width_px
from upheld.pages.lifecycle.places import middles
from upheld.show.policy.arrows import Arrow, arrows
from upheld.show.words.view import View

MOST_STATES: Final = 60
MOST_ARROWS: Final = 160
"""Of more nobody could follow a line; they are told as a table alone."""

NARROWEST_LANE_PX: Final = 70
WIDEST_LANE_PX: Final = 116
MARGIN_PX: Final = 14
GAP_PX: Final = 16
STEEP: Final = 0.10
MOST_GAP_PX: Final = 64
TIP_PX: Final = 8
PORT_PX: Final = 26


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, on its base line; ``x`` is its middle, or its left end: in a lane, and where it has a clock."""

    x: int
    y: int
    line: Written


@dataclass(frozen=True, slots=True)
class Box:
    """A state, or a label: with its upper left corner."""

    x: int
    y: int
    width: int
    height: int
    texts: tuple[Text, ...]
    core: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow and its tip as SVG writes a path; ``back`` where it leads to a state that stands above."""

    path: str
    tip: str
    back: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: where it begins, and the name of its stage."""

    y: int
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A lifecycle as it is drawn.

    Attributes:
        says: What is to be seen, for who cannot see it; ``how`` is how to read it.
        labels: What arrows are called; the ``origins`` are those where what leads on from many states begins.
        dots: Where a ticket begins: the middle of each.
    """

    width: int
    height: int
    title: str
    says: str
    how: str
    lanes: tuple[Lane, ...]
    states: tuple[Box, ...]
    labels: tuple[Box, ...]
    origins: tuple[Box, ...]
    arrows: tuple[Line, ...]
    dots: tuple[tuple[int, int], ...]


def drawing(view: View) -> Drawing | None:
    """The lifecycle of a policy; ``None`` where it has none, or one that is too large to be looked at."""
    found = arrows(view)
    if not view.policy.states or len(view.policy.states) > MOST_STATES or len(found) > MOST_ARROWS:
        return None
    return _Plan(view, found).drawing()


class _Plan:
    """What stands where."""

    def __init__(self, view: View, found: Sequence[Arrow]) -> None:
        self._view, self._arrows = view, found
        states = view.policy.states
        lanes = [[name for name, state in states.items() if state.core == core] for core in CORE_STATES]
        self._names = {state: named(view.naming.state(state)) for state in states}
        self._labels = [label(view, arrow) for arrow in found]
        links = [
            Link(arrow.sources[0] if len(arrow.sources) == 1 else "", arrow.target, told.size)
            for arrow, told in zip(found, self._labels)
        ]
        first = [arrow.target for arrow in found if arrow.opens]
        self._lanes = [each for each in lanes if each]
        self._ranks = ranked(self._lanes, first, links)
        self._layers = layered(self._ranks, {state: told.size for state, told in self._names.items()}, links)
        self._rows = ordered(self._layers)
        self._stages = [view.say(f"core.{states[each[0]].core}") for each in self._lanes]
        words = [width_px(word, SIZES_PX["stage"], bold=True) for stage in self._stages for word in stage.split()]
        self._lane_px = min(max(NARROWEST_LANE_PX, *words), WIDEST_LANE_PX)
        left = self._lane_px + 2 * MARGIN_PX
        self._x = [middle + left for middle in middles(self._layers, self._rows)]
        self._tops, self._heights = _heights(self._layers, self._rows, self._x)
        self._ports = _ports(self._layers, self._x)

    def drawing(self) -> Drawing:
        sizes = self._layers.sizes
        right = max(x + size.width // 2 for x, size in zip(self._x, sizes)) + MARGIN_PX
        bottom = self._tops[-1] + self._heights[-1] + MARGIN_PX
        labels = [
            (arrow, self._box(spot, told, DOT_PX * arrow.opens))
            for arrow, spot, told in zip(self._arrows, self._layers.labels, self._labels)
        ]
        say = self._view.say
        return Drawing(
            right,
            bottom,
            say("drawn.title"),
            say("drawn.says", states=len(self._view.policy.states), arrows=len(self._arrows)),
            say("drawn.how"),
            tuple(self._drawn_lanes()),
            tuple(self._state(state, spot) for state, spot in self._layers.states.items()),
            tuple(box for arrow, box in labels if len(arrow.sources) == 1),
            tuple(box for arrow, box in labels if len(arrow.sources) > 1),
            tuple(map(self._line, range(len(self._arrows)))),
            tuple((box.x + box.width // 2, box.y + DOT_PX // 2 + 2) for arrow, box in labels if arrow.opens),
        )

    def _state(self, state: str, spot: int) -> Box:
        found = self._view.policy.states[state]
        box = self._box(spot, self._names[state])
        return Box(box.x, box.y, box.width, box.height, box.texts, found.core, found.final)

    def _box(self, spot: int, told: Lettered, above: int = 0) -> Box:
        """A box around its spot's middle."""
        size, x, top = self._layers.sizes[spot], self._x[spot], self._top(spot)
        texts = tuple(_stacked(told.lines, x, top + told.above + above))
        return Box(x - size.width // 2, top, size.width, size.height, texts)

    def _top(self, spot: int) -> int:
        """The upper edge of what stands in the middle of its row."""
        row = self._layers.row_of[spot]
        return self._tops[row] + (self._heights[row] - self._layers.sizes[spot].height) // 2

    def _drawn_lanes(self) -> Iterator[Lane]:
        """Each lane begins above the labels of what leads into it."""
        for stage, states in zip(self._stages, self._lanes):
            first = 2 * min(self._ranks[state] for state in states)
            top = self._tops[first] - GAP_PX // 2 if first else 0
            yield Lane(top, tuple(_stacked(staged(stage, self._lane_px), MARGIN_PX, top + MARGIN_PX)))

    def _line(self, number: int) -> Line:
        chain, arrow = self._layers.chains[number], self._arrows[number]
        upper, lower = chain[0], chain[-1]
        back = len(arrow.sources) == 1 and self._layers.states.get(arrow.sources[0]) == lower
        (x, _), (_, end_x) = self._ports[chain[:2]], self._ports[chain[-2:]]
        y, end_y = self._top(upper) + self._layers.sizes[upper].height, self._top(lower)
        tip = f"M{x} {y}l-4 {TIP_PX + 1}h8z" if back else f"M{end_x} {end_y}l-4-{TIP_PX + 1}h8z"
        path = [f"M{x} {y + TIP_PX * back}"]
        for spot in chain[1:]:
            row = self._layers.row_of[spot]
            begins, ends = self._tops[row - 1] + self._heights[row - 1], self._tops[row]
            begins, next_x = max(begins, y + TIP_PX * back), end_x if spot == lower else self._x[spot]
            ends -= TIP_PX * (spot == lower)
            middle = (begins + ends) // 2
            path.append(f"V{begins}C{x} {middle} {next_x} {middle} {next_x} {ends}")
            x, y = next_x, ends
        path.append(f"V{end_y if back else end_y - TIP_PX}")
        return Line("".join(path), tip, back)


def _stacked(lines: Sequence[Written], x: int, top: int) -> Iterator[Text]:
    """Lines below one another."""
    for each in lines:
        yield Text(x - each.width // 2 if each.timed else x, top + LINE_PX[each.kind] - 4, each)
        top += LINE_PX[each.kind]


def _heights(layers: Layers, rows: Sequence[Sequence[int]], x: Sequence[int]) -> tuple[list[int], list[int]]:
    """The top of each row, and its height; more room between rows where lines go far to a side."""
    heights = [max((layers.sizes[spot].height for spot in row), default=0) for row in rows]
    far = [0] * len(rows)
    row_of = {spot: at for at, row in enumerate(rows) for spot in row}
    for upper, lower in layers.joints:
        far[row_of[lower]] = max(far[row_of[lower]], abs(x[upper] - x[lower]))
    tops, top = [], MARGIN_PX
    for at, (height, most) in enumerate(zip(heights, far)):
        if at:
            top += min(round(GAP_PX + most * STEEP), MOST_GAP_PX)
        tops.append(top)
        top += height
    return tops, heights


def _ports(layers: Layers, x: Sequence[int]) -> dict[tuple[int, ...], tuple[int, int]]:
    """Where each joint leaves the upper box and enters the lower one: those of a box in the order of their ends."""
    sides: list[dict[tuple[int, int], int]] = []
    for own, other in ((0, 1), (1, 0)):
        of_box: dict[int, list[tuple[int, int]]] = {}
        for joint in layers.joints:
            of_box.setdefault(joint[own], []).append(joint)
        side: dict[tuple[int, int], int] = {}
        for spot, several in of_box.items():
            apart = min(PORT_PX, (layers.sizes[spot].width - 24) / max(len(several) - 1, 1))
            for at, (_, joint) in enumerate(sorted((x[joint[other]], joint) for joint in several)):
                side[joint] = round(x[spot] + (at - (len(several) - 1) / 2) * apart)
        sides.append(side)
    return {joint: (sides[0][joint], sides[1][joint]) for joint in layers.joints}
