"""Bars that lie: a name above each, so that names of any length have room on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair as alt
from markupsafe import Markup

from upheld.pages.figures.figure import Drawn, Figure
from upheld.pages.figures.where_time_goes import PARTS
from upheld.pages.plots.drawing import WIDTH, layer, rendered, scaled, texts
from upheld.pages.plots.labels import shortened

LINE: Final = 15
BAR: Final = 12
STEP: Final = 36
ROOM: Final = WIDTH - 8
NAME: Final = 32
"""How many letters of a name there is room for, beside what is told of it."""

Bar = dict[str, Drawn]


def turns_plot(figure: Figure) -> Markup:
    """The time spent in each state, from zero, by whose turn it was."""
    most = max(row.number("time_s") for row in figure.rows)
    bars = [bar(place, f"{row.text('side')}-turn", 0, row.number("time_s")) for place, row in enumerate(figure.rows)]
    return _bars(figure, bars, most)


def goes_plot(figure: Figure) -> Markup:
    """The parts of each promise's time, in percent."""
    bars = []
    for place, row in enumerate(figure.rows):
        end = 0.0
        for part, color in PARTS.items():
            start, end = end, end + float(row.drawn[part] or 0)
            bars += [bar(place, color, start, end)] if start < end else []
    return _bars(figure, bars, 100)


def bar(place: int, color: str, start: float, end: float) -> Bar:
    """A bar of the row at a place."""
    top = place * STEP + LINE
    return {"from": start, "until": end, "color": color, "top": top, "low": top + BAR}


def _bars(figure: Figure, bars: Sequence[Bar], most: float) -> Markup:
    encoding = {"x": alt.X(**scaled("from", (0, most), (0, ROOM))), "x2": alt.X2("until:Q")}
    encoding |= {"y": alt.Y("top:Q", scale=None, axis=None), "y2": alt.Y2("low:Q")}
    layers = []
    for color in dict.fromkeys(str(each["color"]) for each in bars):
        shown = [each for each in bars if each["color"] == color]
        outline = {"stroke": "muted", "strokeWidth": 0.5} if color == "closed-hours" else {}
        layers.append(layer(shown, "rect", encoding, fill=color, **outline))
    names = [_line(place, shortened(row.text("name"), NAME)) for place, row in enumerate(figure.rows)]
    told = [_line(place, row.text("told")) for place, row in enumerate(figure.rows)]
    at = alt.Y("at:Q", scale=None, axis=None)
    layers.append(texts(names, 0, at, align="left"))
    layers.append(texts(told, ROOM, at, align="right", color="muted"))
    return rendered(figure, layers, len(figure.rows) * STEP, left=4, right=4)


def _line(place: int, label: str) -> Bar:
    return {"label": label, "at": place * STEP + 7}
