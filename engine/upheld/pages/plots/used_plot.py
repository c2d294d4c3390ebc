"""Times used: for each severity a strip of bars, which add up to a hundred of its clocks, on one scale for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.pages.figures.promised_clock import SMALL
from upheld.pages.figures.time_used import BIN, LAST
from upheld.pages.plots.drawing import PALE, SMALL_TEXT, layer, rendered, scaled, texts
from upheld.pages.plots.labels import shortened
from upheld.show.words.view import View

HEAD: Final = 18
STRIP: Final = 42
GAP: Final = 8
FOOT: Final = 18
RIGHT: Final = 314
APART: Final = 6
"""How far the last bar stands from the others, in percent of the time allowed."""
END: Final = LAST + BIN + APART
NAME: Final = 28


def used_plot(figure: Figure, view: View) -> Markup:
    """The plot."""
    strips: dict[str, list[Row]] = {}
    for row in figure.rows:
        strips.setdefault(row.text("strip"), []).append(row)
    most = max(_part(row, "upheld") + _part(row, "breached") for row in figure.rows)
    top = 0
    layers: list[alt.Chart] = []
    for rows in strips.values():
        layers += _strip(view, rows, top, most)
        top += HEAD + STRIP + GAP
    looks: dict[str, Any] = {"y": top + 4, "size": SMALL_TEXT, "color": "muted"}
    marks = [{"at": at, "label": view.say("figure.percent", number=at)} for at in (0, 50, 100, 150)]
    layers.append(texts(marks, alt.X(**scaled("at", (0, END), (0, RIGHT))), **looks))
    last = [{"label": view.say("figure.more-than", number=LAST)}]
    layers.append(texts(last, RIGHT, align="right", **looks))
    return rendered(figure, layers, top + FOOT - 4)


def _part(row: Row, field: str) -> float:
    """How many percent of its strip's clocks a part of a bar stands for."""
    return row.number(field) * 100 / row.number("number")


def _strip(view: View, rows: Sequence[Row], top: int, most: float) -> Iterator[alt.Chart]:
    first, low = rows[0], top + HEAD + STRIP
    told = view.say("figure.used.strip", kept=first.number("kept"), number=first.number("number"))
    name = shortened(first.text("name"), NAME)
    head = [{"label": view.say("compared", subject=name, what=told) if name else told}]
    yield texts(head, -38, top + 9, align="left")
    x, y = scaled("left", (0, END), (0, RIGHT)), scaled("until", (0, most), (low, top + HEAD))
    marks: list[dict[str, Drawn]] = [{"until": most, "label": view.say("figure.percent", number=round(most))}]
    looks: dict[str, Any] = {"size": SMALL_TEXT, "color": "muted", "align": "right", "baseline": "top"}
    yield texts(marks, -6, alt.Y(**y), **looks)
    yield layer([{"until": 0}], "rule", {"y": alt.Y(**y)}, color="rule")
    opacity = PALE if first.number("number") < SMALL else 1
    encoding = {"x": alt.X(**x), "x2": alt.X2("right:Q"), "y": alt.Y(**y), "y2": alt.Y2("from:Q")}
    for field, color in (("upheld", "kept"), ("breached", "broken")):
        values = [_bar(row, field) for row in rows if row.number(field)]
        yield layer(values, "bar", encoding, color=color, opacity=opacity)
    due = {"x": alt.X(**x), "y": top + HEAD - 3, "y2": low}
    yield layer([{"left": 100}], "rule", due, color="promised", strokeDash=[3, 2])


def _bar(row: Row, field: str) -> dict[str, Drawn]:
    """Breached clocks stand on the upheld ones of the same bin."""
    start = _part(row, "upheld") if field == "breached" else 0
    left = row.number("low") + (APART if row.number("low") == LAST else 0)
    return {"left": left + 1, "right": left + BIN - 1, "from": start, "until": start + _part(row, field)}
