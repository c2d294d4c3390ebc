"""Lanes: a ticket's timeline, drawn by our own hand.

A report may hold hundreds of them, and a renderer takes some hundredths of a second for each (decision 0038). Nothing
but rectangles, lines and texts is in them, so they are written down here. What lies along the time is in percent of the
width: a timeline fills any window, on which its texts keep their size, and it is checked as any other plot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from markupsafe import Markup

from upheld.pages.figures.figure import Figure, Row
from upheld.pages.plots.labels import shortened, width
from upheld.pages.plots.markup import SENTINELS, plot_markup
from upheld.pages.plots.ticks import ticks
from upheld.show.page.blocks import visible
from upheld.show.words.view import View

UNITS: Final = 10_000
"""Of the whole width."""
EDGE: Final = 150
"""What lies left and right of the time, so that no mark is cut."""
LEAST: Final = 22
"""How long a bar is at least: a third of a pixel of a phone would not be seen."""
AXIS: Final = 20
LABEL: Final = 16
BAR: Final = 10
LANE: Final = LABEL + BAR + 8
GAP: Final = 8
"""Between states, clocks and records."""
TEXT: Final = 12
SMALL_TEXT: Final = 11
ROOM: Final = 48
"""Letters that a line has room for on a phone: a name, and what is told of it, which is never cut by the name."""
TOLD: Final = 30
COLORS: Final = {"counted": "kept", "late": "broken", "paused": "paused", "ahead": "open"}
SHAPES: Final = {
    "warning": ("M0,-5L5,4L-5,4Z", "warning", "paper"),
    "refused": ("M-4,-4L4,4M-4,4L4,-4", "none", "broken"),
    "stop": ("M-4,0A4,4,0,1,0,4,0A4,4,0,1,0,-4,0Z", "paper", "ink"),
}
"""Marks of one instant: their path, what fills it and what surrounds it."""

Bar = tuple[int, int]


class Scale:
    """Where instants lie, in units of the width."""

    def __init__(self, from_s: int, until_s: int) -> None:
        self.from_s, self.until_s = from_s, until_s

    def at(self, at_s: int) -> int:
        """The place of an instant; those outside lie at the edge."""
        inside = min(max(at_s, self.from_s), self.until_s) - self.from_s
        return EDGE + inside * (UNITS - 2 * EDGE) // (self.until_s - self.from_s)

    def bars(self, rows: Iterable[Row]) -> list[Bar]:
        """Stretches as bars, in order; those that touch, to the eye, as one."""
        found: list[Bar] = []
        for row in rows:
            start = self.at(row.number("from_s"))
            end = max(self.at(row.number("until_s")), start + LEAST)
            if found and start <= found[-1][1] + 3:
                found[-1] = found[-1][0], max(found[-1][1], end)
            else:
                found.append((start, end))
        return found


def timeline_plot(figure: Figure, view: View) -> Markup:
    """The plot."""
    rows = figure.rows
    scale = Scale(*(rows[0].number(name) for name in ("from_s", "until_s")))
    lanes = {
        str(row.drawn["lane"]): [each for each in rows if each.drawn.get("lane") == row.drawn["lane"]]
        for row in rows
        if "lane" in row.drawn
    }
    kinds = [str(lane[0].drawn["kind"]) for lane in lanes.values()]
    height = AXIS + LANE * (len(lanes) + 1) + GAP * len(set(kinds))
    parts = [
        *_bars(
            [*scale.bars(row for row in rows if row.drawn["kind"] == "opening")], "opening-hours", AXIS, height - AXIS
        )
    ]
    parts += _axis(view, scale, height)
    top = AXIS
    before = kinds[0] if kinds else ""  # a ticket opened at as-of was in no state for any time
    for kind, lane in zip(kinds, lanes.values(), strict=True):
        top += GAP if kind != before else 0
        parts += _lane(lane, scale, top)
        top, before = top + LANE, kind
    parts += _records(view, rows, scale, top + GAP)
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    return plot_markup(drawn, figure.id, figure.title, figure.says, {"width": "100%", "height": str(height)})


def _axis(view: View, scale: Scale, height: int) -> Iterator[str]:
    for at_s, label in ticks(view, scale.from_s, scale.until_s):
        yield _line(scale.at(at_s), AXIS - 4, height, "rule")
        yield _text(_percent(scale.at(at_s)), 11, label, "muted", SMALL_TEXT, "middle")


def _lane(rows: Sequence[Row], scale: Scale, top: int) -> Iterator[str]:
    """A state with its stays, or a clock with its time and its marks."""
    head = rows[0].drawn
    told = shortened(str(head["told"]), TOLD)
    yield _text("0", top + 12, shortened(str(head["name"]), ROOM - width(told)), "ink", TEXT)
    color = "broken" if head.get("status") == "breached" else "muted"
    yield _text("100%", top + 12, told, color, SMALL_TEXT, "end")
    bar, y = top + LABEL, top + LABEL + BAR // 2
    if head["kind"] == "state":
        for color in dict.fromkeys(str(row.drawn["color"]) for row in rows):
            yield from _bars(scale.bars(row for row in rows if row.drawn["color"] == color), color, bar, BAR)
        return
    for kind, color in COLORS.items():
        bars = scale.bars(row for row in rows if row.drawn["kind"] == kind)
        if kind == "ahead":
            yield from _bars(bars, color, bar + 3, BAR - 6)
        else:
            yield from _bars(bars, color, bar, BAR)
    for row in rows:
        at_s, kind = row.number("at_s"), row.text("kind")
        if kind == "due":
            yield _line(scale.at(at_s), bar - 4, bar + BAR + 4, "ink", 2)
        elif kind in SHAPES:
            yield _shape(kind, scale.at(at_s), y)


def _records(view: View, rows: Sequence[Row], scale: Scale, top: int) -> Iterator[str]:
    yield _text("0", top + 12, view.say("figure.timeline.records"), "ink", TEXT)
    places = dict.fromkeys(scale.at(row.number("at_s")) // 10 * 10 for row in rows if row.drawn["kind"] == "record")
    yield from _bars([(place - 6, place + 6) for place in places], "muted", top + LABEL, BAR)
    for place in dict.fromkeys(
        scale.at(row.number("at_s")) // 20 * 20 for row in rows if row.drawn["kind"] == "refused"
    ):
        yield _shape("refused", place, top + LABEL + BAR // 2)


def _bars(bars: Sequence[Bar], color: str, top: int, height: int) -> Iterator[str]:
    """Bars as one path, stretched to the width."""
    if bars:
        path = "".join(f"M{start},0h{end - start}v1h{start - end}Z" for start, end in bars)
        size = f'width="100%" height="{height}" viewBox="0 0 {UNITS} 1" preserveAspectRatio="none"'
        yield f'<svg y="{top}" {size}><path d="{path}" fill="{SENTINELS[color]}"/></svg>'


def _shape(kind: str, place: int, y: int) -> str:
    path, fill, stroke = SHAPES[kind]
    paint = f'fill="{SENTINELS.get(fill, fill)}" stroke="{SENTINELS[stroke]}" stroke-width="1.5"'
    return f'<svg x="{_percent(place)}" y="{y}" overflow="visible"><path d="{path}" {paint}/></svg>'


def _line(place: int, top: int, low: int, color: str, width: int = 1) -> str:
    x = _percent(place)
    return f'<line x1="{x}" x2="{x}" y1="{top}" y2="{low}" stroke="{SENTINELS[color]}" stroke-width="{width}"/>'


def _text(x: str, y: int, text: str, color: str, size: int, anchor: str = "start") -> str:
    looks = f'fill="{SENTINELS[color]}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text x="{x}" y="{y}" {looks}>{escape(visible(text))}</text>'


def _percent(place: int) -> str:
    return f"{place / 100:g}%"
