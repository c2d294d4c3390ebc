"""A balance over time, as steps; zero is in sight."""

from __future__ import annotations

from typing import Final

import altair as alt
from markupsafe import Markup

from upheld.pages.figures.figure import Drawn, Figure
from upheld.pages.plots.drawing import SMALL_TEXT, layer, rendered, scaled, texts
from upheld.pages.plots.labels import shortened
from upheld.show.words.local_time import local_time
from upheld.show.words.view import View

STEPS: Final = (110, 10)
HEIGHT: Final = 132
LEFT: Final = 66
RIGHT: Final = 284
AMOUNT: Final = 11
"""Letters of an amount that there is room for; all of it stands in the table."""


def balance_plot(figure: Figure, view: View) -> Markup:
    """The plot."""
    rows = figure.rows
    balances = [rows[0].number("before"), *(row.number("balance") for row in rows)]
    first_s, last_s = rows[0].number("at_s"), max(rows[-1].number("until_s"), rows[0].number("at_s") + 1)
    least, most = min(0, *balances), max(0, *balances)
    domain = (least, max(most, least + 1))
    x, y = scaled("at", (first_s, last_s), (4, RIGHT)), scaled("balance", domain, STEPS)
    instants = [first_s, *(row.number("at_s") for row in rows), last_s]
    line = [
        {"at": at_s, "balance": each, "order": place}
        for place, (at_s, each) in enumerate(zip(instants, [*balances, balances[-1]]))
    ]
    encoding = {"x": alt.X(**x), "y": alt.Y(**y)}
    layers = [layer([{"balance": 0}], "rule", {"y": alt.Y(**y)}, color="muted")]
    looks = {"color": "accent", "interpolate": "step-after", "strokeWidth": 1.5}
    layers.append(layer(line, "line", {**encoding, "order": alt.Order("order:Q")}, **looks))
    layers.append(layer(line[-1:], "circle", encoding, color="accent", size=24, opacity=1))
    marks = _marks(figure, domain)
    layers.append(texts(marks, -6, alt.Y(**y), size=SMALL_TEXT, color="muted", align="right"))
    for left, align, at_s in ((4, "left", first_s), (RIGHT, "right", last_s)):
        label: list[dict[str, Drawn]] = [{"label": f"{local_time(view, at_s).date()}"}]
        layers.append(texts(label, left, HEIGHT - 6, size=SMALL_TEXT, color="muted", align=align))
    return rendered(figure, layers, HEIGHT, left=LEFT)


def _marks(figure: Figure, domain: tuple[int, int]) -> list[dict[str, Drawn]]:
    """The highest and the lowest balance, and zero, unless there is no room for one of them."""
    room = (domain[1] - domain[0]) * 12 // (STEPS[0] - STEPS[1])
    found: list[tuple[int, str]] = [(0, "0")]
    highest, lowest = (pick(figure.rows, key=lambda row: row.number("balance")) for pick in (max, min))
    for row in (highest, lowest):
        if all(abs(row.number("balance") - other) > room for other, _ in found):
            found.append((row.number("balance"), shortened(row.listed[-1], AMOUNT)))
    return [{"balance": balance, "label": label} for balance, label in found]
