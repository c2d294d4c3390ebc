"""Breaches by weekday and hour: a cell for each, darker where more were broken, with the counts written in it."""

from __future__ import annotations

from typing import Final

import altair as alt
from markupsafe import Markup

from upheld.core.time.day import WEEKDAYS
from upheld.pages.figures.figure import Figure
from upheld.pages.plots.drawing import SMALL_TEXT, layer, rendered, texts
from upheld.show.words.view import View

CELL: Final = 17
HEAD: Final = 18
STEPS: Final = 5


def hours_plot(figure: Figure, view: View) -> Markup:
    """The plot."""
    hours = [str(row.drawn["hour"]) for row in figure.rows]
    cells = []
    for row in figure.rows:
        for weekday in WEEKDAYS:
            breached, decided = (int(row.drawn[f"{weekday}.{name}"] or 0) for name in ("breached", "decided"))
            if decided:
                cells.append(
                    {
                        "day": weekday,
                        "hour": str(row.drawn["hour"]),
                        "breached": breached,
                        "label": f"{breached}/{decided}",
                    }
                )
    most = max(int(each["breached"]) for each in cells)
    height = HEAD + CELL * len(hours)
    x = alt.X(
        "day:O",
        axis=None,
        sort=list(WEEKDAYS),
        scale=alt.Scale(domain=list(WEEKDAYS), paddingInner=0.04, paddingOuter=0),
    )
    y = alt.Y(
        "hour:O",
        axis=None,
        sort=hours,
        scale=alt.Scale(domain=hours, range=[HEAD, height], paddingInner=0.1, paddingOuter=0),
    )
    layers = []
    for step in range(STEPS + 1):
        shown = [each for each in cells if -(-int(each["breached"]) * STEPS // most) == step]
        ground = f"few-{step}" if step else "surface"
        layers.append(layer(shown, "rect", {"x": x, "y": y}, color=ground))
        layers.append(texts(shown, x, y, size=SMALL_TEXT, color="paper" if step > 3 else "ink" if step else "muted"))
    days = [{"day": name, "label": view.locale.weekdays[place][:3]} for place, name in enumerate(WEEKDAYS)]
    layers.append(texts(days, x, alt.value(9), size=SMALL_TEXT, color="muted"))
    names = [{"hour": hour, "label": hour} for hour in hours]
    layers.append(texts(names, alt.value(-6), y, size=SMALL_TEXT, color="muted", align="right"))
    return rendered(figure, layers, height)
