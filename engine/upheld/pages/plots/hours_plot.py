"""Breaches by weekday and hour: a cell for each, darker where more were broken, with the counts written in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import altair as alt
from markupsafe import Markup

from upheld.core.time.day import WEEKDAYS
from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.pages.plots.drawing import SMALL_TEXT, layer, rendered, texts
from upheld.show.words.view import View

CELL: Final = 17
TALL: Final = 28
WIDE: Final = 7
"""Letters that a cell has room for on one line."""
HEAD: Final = 18
STEPS: Final = (
    ("surface", "muted"),
    *((f"few-{step}", "ink" if step < 4 else "paper") for step in range(1, 6)),
)
"""A cell and the text on it: where nothing was breached, and in five steps up to the most."""


def hours_plot(figure: Figure, view: View) -> Markup:
    """The plot."""
    hours = [str(row.drawn["hour"]) for row in figure.rows]
    cells = [cell for row in figure.rows for cell in _cells(row)]
    wide = max(len(str(each["label"])) for each in cells) > WIDE
    most = max(int(each["breached"] or 0) for each in cells)
    height = HEAD + (TALL if wide else CELL) * len(hours)
    days = alt.Scale(domain=list(WEEKDAYS), paddingInner=0.04, paddingOuter=0)
    x = alt.X("day:O", axis=None, sort=list(WEEKDAYS), scale=days)
    rows = alt.Scale(domain=hours, range=[HEAD, height], paddingInner=0.1, paddingOuter=0)
    y = alt.Y("hour:O", axis=None, sort=hours, scale=rows)
    layers = []
    for step, (ground, ink) in enumerate(STEPS):
        shown = [each for each in cells if -(-int(each["breached"] or 0) * (len(STEPS) - 1) // most) == step]
        layers.append(layer(shown, "rect", {"x": x, "y": y}, color=ground))
        for field, dy in (("upper", -6), ("lower", 6)) if wide else (("label", 0),):
            told = [{**each, "label": each[field]} for each in shown]
            layers.append(texts(told, x, y, size=SMALL_TEXT, color=ink, dy=dy))
    names = [{"day": name, "label": view.locale.weekdays[place][:3]} for place, name in enumerate(WEEKDAYS)]
    layers.append(texts(names, x, 9, size=SMALL_TEXT, color="muted"))
    labels = [{"hour": hour, "label": hour} for hour in hours]
    layers.append(texts(labels, -6, y, size=SMALL_TEXT, color="muted", align="right"))
    return rendered(figure, layers, height)


def _cells(row: Row) -> Iterator[dict[str, Drawn]]:
    """The cells of an hour in which anything was decided."""
    for day in WEEKDAYS:
        breached, decided = (row.number(f"{day}.{name}") for name in ("breached", "decided"))
        if decided:
            told = {"label": f"{breached}/{decided}", "upper": str(breached), "lower": f"/{decided}"}
            yield {"day": day, "hour": row.drawn["hour"], "breached": breached, **told}
