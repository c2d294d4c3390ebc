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
from upheld.pages.lifecycle.lettered import DOT_PX, LINE_PX, SIZES_PX, Lettered, Written, label, lane, named
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
HEAD_PX: Final = 8
PORT_PX: Final = 26


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text: where its middle, or its left end, stands on which base line."""

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
    """A line from box to box as SVG writes a path; the same for its head."""

    path: str
    head: str
    back: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A lane: the core state, from which height to which."""

    y: int
    height: int
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A lifecycle as it is drawn.

    Attributes:
        boxes: The states.
        labels: What the lines are called; those in ``origins`` are where many states' lines begin.
        dots: Where a ticket begins: the middle of each.
    """

    width: int
    height: int
    title: str
    description: str
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    labels: tuple[Box, ...]
    origins: tuple[Box, ...]
    lines: tuple[Line, ...]
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
        self._stages = [view.say(f"core.{states[states_of[0]].core}") for states_of in self._lanes]
        words = [width_px(word, SIZES_PX["lane"], bold=True) for stage in self._stages for word in stage.split()]
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
            say("drawn.description"),
            tuple(self._bands(bottom)),
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

    def _bands(self, bottom: int) -> Iterator[Band]:
        """Each lane begins above the labels of what leads into it."""
        starts = [2 * min(self._ranks[state] for state in states) for states in self._lanes]
        edges = [0, *(self._tops[row] - GAP_PX // 2 for row in starts[1:]), bottom]
        for stage, top, end in zip(self._stages, edges, edges[1:]):
            texts = tuple(_stacked(lane(stage, self._lane_px), MARGIN_PX, top + MARGIN_PX))
            yield Band(top, end - top, texts)

    def _line(self, number: int) -> Line:
        chain, arrow = self._layers.chains[number], self._arrows[number]
        upper, lower = chain[0], chain[-1]
        back = self._layers.states.get(arrow.sources[0]) == lower
        sizes = self._layers.sizes
        x, y = self._ports[chain[:2]][0], self._top(upper) + sizes[upper].height
        end_x, end_y = self._ports[chain[-2:]][1], self._top(lower)
        head = (end_x, end_y, -1) if not back else (x, y, 1)
        path = [f"M{x} {y + HEAD_PX * back}"]
        for spot in chain[1:]:
            row = self._layers.row_of[spot]
            last = spot == lower
            from_y = self._tops[row - 1] + self._heights[row - 1]
            next_x = end_x if last else self._x[spot]
            next_y = self._tops[row]
            middle = (from_y + next_y) // 2
            path.append(f"V{max(from_y, y + HEAD_PX * back)}C{x} {middle} {next_x} {middle} {next_x} {next_y - HEAD_PX * last}")
            x, y = next_x, next_y
        if not back:
            path.append(f"V{end_y - HEAD_PX}")
        else:
            path.append(f"V{end_y}")
        tip_x, tip_y, way = head
        return Line("".join(path), f"M{tip_x} {tip_y}l-4 {way * (HEAD_PX + 1)}h8z", back)


def _stacked(lines: Sequence[Written], x: int, top: int) -> Iterator[Text]:
    """Lines below one another."""
    for each in lines:
        yield Text(x, top + LINE_PX[each.kind] - 4, each)
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
    """Where each joint leaves the upper box and enters the lower one: beside one another, in the order of their ends."""
    found: dict[tuple[int, ...], tuple[int, int]] = {}
    leaving: dict[int, list[tuple[int, int]]] = {}
    entering: dict[int, list[tuple[int, int]]] = {}
    for joint in layers.joints:
        leaving.setdefault(joint[0], []).append(joint)
        entering.setdefault(joint[1], []).append(joint)
    starts, ends = {}, {}
    for joints, side, other in ((leaving, starts, 1), (entering, ends, 0)):
        for spot, several in joints.items():
            several.sort(key=lambda joint: (x[joint[other]], joint))
            apart = min(PORT_PX, (layers.sizes[spot].width - 24) / max(len(several) - 1, 1))
            for at, joint in enumerate(several):
                side[joint] = round(x[spot] + (at - (len(several) - 1) / 2) * apart)
    for joint in layers.joints:
        found[joint] = (starts[joint], ends[joint])
    return found
