"""Times used: for each severity a strip of bars, which add up to a hundred of its clocks, on one scale for all strips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import altair as alt
from markupsafe import Markup

from upheld.pages.figures.figure import Figure, Row
from upheld.pages.figures.promised_clock import SMALL
from upheld.pages.figures.time_used import BIN, LAST
from upheld.pages.plots.drawing import SMALL_TEXT, layer, rendered, scaled, texts
from upheld.pages.plots.labels import shortened
from upheld.show.words.view import View

HEAD: Final = 18
STRIP: Final = 42
GAP: Final = 8
FOOT: Final = 18
END: Final = LAST + 16
"""Where the last bar ends, which stands apart."""


def used_plot(figure: Figure, view: View) -> Markup:
    """The plot."""
    strips = {
        str(row.drawn["strip"]): [each for each in figure.rows if each.drawn["strip"] == row.drawn["strip"]]
        for row in figure.rows
    }
    most = max(_height(row, field) for row in figure.rows for field in ("all",))
    top, layers = 0, []
    for rows in strips.values():
        layers += _strip(view, rows, top, most)
        top += HEAD + STRIP + GAP
    marks = [{"at": at, "label": view.say("figure.percent", number=at)} for at in (0, 50, 100, 150)]
    last = [{"label": view.say("figure.more-than", number=LAST)}]
    layers.append(texts(last, alt.value(318), alt.value(top + 4), size=SMALL_TEXT, color="muted", align="right"))
    layers.append(
        texts(marks, alt.X(**scaled("at", (0, END), (0, 318))), alt.value(top + 4), size=SMALL_TEXT, color="muted")
    )
    return rendered(figure, layers, top + FOOT - 4)


def _height(row: Row, field: str) -> float:
    parts = ("upheld", "breached") if field == "all" else (field,)
    return sum(int(row.drawn[part] or 0) for part in parts) * 100 / int(row.drawn["number"] or 1)


def _strip(view: View, rows: Sequence[Row], top: int, most: float) -> Iterator[alt.Chart]:
    first = rows[0].drawn
    number, low = int(first["number"] or 0), top + HEAD + STRIP
    told = view.say("figure.used.strip", kept=first["kept"], number=number)
    name = shortened(str(first["name"]), 28)
    head = [{"label": view.say("compared", subject=name, what=told) if name else told}]
    yield texts(head, alt.value(-34), alt.value(top + 9), align="left")
    pixels = (low, top + HEAD)
    y = scaled("until", (0, most), pixels)
    x = scaled("left", (0, END), (0, 318))
    marks = [{"until": most, "label": view.say("figure.percent", number=round(most))}]
    yield texts(marks, alt.value(-6), alt.Y(**y), size=SMALL_TEXT, color="muted", align="right", baseline="top")
    yield layer([{"until": 0}], "rule", {"y": alt.Y(**y)}, color="rule")
    for field, color in (("upheld", "kept"), ("breached", "broken")):
        values = []
        for row in rows:
            base = _height(row, "upheld") if field == "breached" else 0
            left = int(row.drawn["low"] or 0) + (6 if row.drawn["low"] == LAST else 0)
            values.append(
                {"left": left + 1, "right": left + BIN - 1, "from": base, "until": base + _height(row, field)}
            )
        values = [each for each in values if each["from"] < each["until"]]
        encoding = {"x": alt.X(**x), "x2": alt.X2("right:Q"), "y": alt.Y(**y), "y2": alt.Y2("from:Q")}
        yield layer(values, "bar", encoding, color=color, opacity=0.45 if number < SMALL else 1)
    due = [{"left": 100}]
    yield layer(
        due,
        "rule",
        {"x": alt.X(**x), "y": alt.value(top + HEAD - 3), "y2": alt.value(low)},
        color="promised",
        strokeDash=[3, 2],
    )
