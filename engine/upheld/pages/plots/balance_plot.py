"""A balance over time, as steps; zero is in sight."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import altair as alt
from markupsafe import Markup

from upheld.pages.figures.figure import Figure
from upheld.pages.plots.drawing import SMALL_TEXT, layer, rendered, scaled, texts
from upheld.show.words.local_time import local_time
from upheld.show.words.view import View

STEPS: Final = (110, 10)
HEIGHT: Final = 132
RIGHT: Final = 300


def balance_plot(figure: Figure, view: View) -> Markup:
    """The plot."""
    points = [(int(row.drawn["at_s"] or 0), int(row.drawn["balance"] or 0), row.listed[-1]) for row in figure.rows]
    opening = int(figure.rows[0].drawn["before"] or 0)
    first_s, last_s = points[0][0], max(points[-1][0], points[0][0] + 1)
    least, most = min(0, opening, *(each[1] for each in points)), max(0, opening, *(each[1] for each in points))
    domain = (least, most if most > least else least + 1)
    x, y = scaled("at", (first_s, last_s), (4, RIGHT)), scaled("balance", domain, STEPS)
    values = [{"at": first_s, "balance": opening}, *({"at": at_s, "balance": balance} for at_s, balance, _ in points)]
    line = [{**each, "order": place} for place, each in enumerate(values)]
    encoding = {"x": alt.X(**x), "y": alt.Y(**y), "order": alt.Order("order:Q")}
    layers = [layer([{"balance": 0}], "rule", {"y": alt.Y(**y)}, color="muted")]
    layers.append(layer(line, "line", encoding, color="accent", interpolate="step-after", strokeWidth=1.5))
    told = {max(points, key=lambda each: each[1])[1:], min(points, key=lambda each: each[1])[1:]}
    marks = _apart([{"balance": balance, "label": label} for balance, label in sorted(told, reverse=True)], domain)
    layers.append(texts(marks, alt.value(-6), alt.Y(**y), size=SMALL_TEXT, color="muted", align="right"))
    last = [{"at": points[-1][0], "balance": points[-1][1], "label": points[-1][2]}]
    layers.append(layer(last, "circle", {"x": alt.X(**x), "y": alt.Y(**y)}, color="accent", size=24, opacity=1))
    ends = [(4, "left", first_s), (RIGHT, "right", last_s)]
    for left, align, at_s in ends:
        label = [{"label": f"{local_time(view, at_s).date()}"}]
        layers.append(texts(label, alt.value(left), alt.value(HEIGHT - 6), size=SMALL_TEXT, color="muted", align=align))
    return rendered(figure, layers, HEIGHT, left=54)


def _apart(marks: list[dict[str, object]], domain: tuple[int, int]) -> list[dict[str, object]]:
    """Zero with them, unless there is no room for its label."""
    room = (domain[1] - domain[0]) * 12 / (STEPS[0] - STEPS[1])
    if all(abs(int(str(each["balance"]))) >= room for each in marks):
        marks = [*marks, {"balance": 0, "label": "0"}]
    return [marks[0], *(after for before, after in pairwise(marks))]
