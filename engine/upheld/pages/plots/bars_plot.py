"""Bars that lie: a name above each, so that names of any length have room on a phone."""

from __future__ import annotations

from typing import Final

import altair as alt
from markupsafe import Markup

from upheld.pages.figures.figure import Figure
from upheld.pages.figures.where_time_goes import PARTS
from upheld.pages.plots.drawing import WIDTH, layer, rendered, scaled, texts
from upheld.pages.plots.labels import shortened
from upheld.show.words.view import View

LINE: Final = 15
BAR: Final = 12
STEP: Final = 36
ROOM: Final = WIDTH - 8
NAME: Final = 32
"""How many letters of a name there is room for, beside what is told of it."""


def turns_plot(figure: Figure, view: View) -> Markup:
    """The time spent in each state, from zero, by whose turn it was."""
    most = max(int(row.drawn["time_s"] or 0) for row in figure.rows)
    bars = [
        {"from": 0, "until": row.drawn["time_s"], "color": f"{row.drawn['side']}-turn", "place": place}
        for place, row in enumerate(figure.rows)
    ]
    return _bars(figure, bars, most)


def goes_plot(figure: Figure, view: View) -> Markup:
    """The parts of each promise's time, in percent."""
    bars = []
    for place, row in enumerate(figure.rows):
        end = 0.0
        for part, color in PARTS.items():
            length = float(row.drawn[part] or 0)
            if length:
                bars.append({"from": end, "until": end + length, "color": color, "place": place})
            end += length
    return _bars(figure, bars, 100)


def _bars(figure: Figure, bars: list[dict[str, object]], most: float) -> Markup:
    x = scaled("from", (0, most), (0, ROOM))
    layers = []
    for color in dict.fromkeys(str(each["color"]) for each in bars):
        shown = [
            {**each, "top": int(str(each["place"])) * STEP + LINE, "low": int(str(each["place"])) * STEP + LINE + BAR}
            for each in bars
            if each["color"] == color
        ]
        y = {"y": alt.Y("top:Q", scale=None, axis=None), "y2": alt.Y2("low:Q")}
        outline = {"stroke": "muted", "strokeWidth": 0.5} if color == "closed-hours" else {}
        layers.append(layer(shown, "rect", {"x": alt.X(**x), "x2": alt.X2("until:Q"), **y}, fill=color, **outline))
    for field, align, left, most_letters, color in (
        ("name", "left", 0, NAME, "ink"),
        ("told", "right", ROOM, 60, "muted"),
    ):
        lines = [
            {"label": shortened(str(row.drawn[field]), most_letters), "at": place * STEP + 7}
            for place, row in enumerate(figure.rows)
        ]
        layers.append(texts(lines, alt.value(left), alt.Y("at:Q", scale=None, axis=None), align=align, color=color))
    return rendered(figure, layers, len(figure.rows) * STEP, left=4, right=4)
