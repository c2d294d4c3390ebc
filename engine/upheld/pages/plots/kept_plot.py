"""Shares kept by month: bars from zero to a hundred, and below them how many clocks each stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.pages.figures.promised_clock import SMALL
from upheld.pages.plots.drawing import PALE, SMALL_TEXT, layer, rendered, scaled, texts
from upheld.show.words.view import View

SHARES: Final = (90, 6)
"""Where nothing and all of a month's clocks lie, downwards from the top."""
COUNTS: Final = (138, 110)
HEIGHT: Final = 154
LABELLED: Final = 6
COUNTED: Final = 12
"""Up to so many months the counts are written beside their bars."""


def kept_plot(figure: Figure, view: View) -> Markup:
    """The plot."""
    months = [row.text("month") for row in figure.rows]
    x = alt.X("month:O", axis=None, sort=months, scale=alt.Scale(domain=months, paddingInner=0.25, paddingOuter=0.15))
    layers = [*_frame(figure, view), *_bars(figure, x), *_counts(figure, x)]
    step = -(-len(months) // LABELLED)
    names = [{"month": month, "label": month} for month in months[::step]]
    layers.append(texts(names, x, HEIGHT - 6, size=SMALL_TEXT, color="muted"))
    return rendered(figure, layers, HEIGHT)


def _frame(figure: Figure, view: View) -> Iterator[alt.Chart]:
    marks: list[dict[str, Drawn]] = [{"at": at, "label": view.say("figure.percent", number=at)} for at in (0, 50, 100)]
    y = alt.Y(**scaled("at", (0, 100), SHARES))
    yield layer(marks, "rule", {"y": y}, color="rule")
    yield texts(marks, -6, y, size=SMALL_TEXT, color="muted", align="right")


def _bars(figure: Figure, x: Any) -> Iterator[alt.Chart]:
    told = [{**row.drawn, "pale": _pale(row)} for row in figure.rows if row.number("decided")]
    y = alt.Y(**scaled("share", (0, 100), SHARES))
    encoding = {"x": x, "y": y, "opacity": alt.Opacity("pale:Q", scale=None, legend=None)}
    for tone in ("kept", "broken", "open"):
        toned = [each for each in told if each["tone"] == tone]
        yield layer(toned, "bar", {**encoding, "y2": alt.Y2Datum(0)}, color=tone)
    rest = [each for each in told if each["broken"]]
    yield layer(rest, "bar", {**encoding, "y2": alt.Y2Datum(100)}, color="broken")
    promised = [{"promised": each} for each in {row.drawn["promised"] for row in figure.rows} if each is not None]
    line = {"y": alt.Y(**scaled("promised", (0, 100), SHARES))}
    yield layer(promised, "rule", line, color="promised", strokeDash=[4, 3], strokeWidth=1.5)


def _counts(figure: Figure, x: Any) -> Iterator[alt.Chart]:
    rows = [row for row in figure.rows if _all(row)]
    most = max(map(_all, rows))
    y = scaled("at", (0, most), COUNTS)
    for color, start in (("muted", "zero"), ("open", "decided")):
        ends = [(row, row.number("decided") if start == "zero" else _all(row)) for row in rows]
        stacked = [{**row.drawn, "zero": 0, "at": end} for row, end in ends if end > row.number(start)]
        yield layer(stacked, "bar", {"x": x, "y": alt.Y(**y), "y2": alt.Y2(f"{start}:Q")}, color=color)
    yield layer([{"at": 0}], "rule", {"y": alt.Y(**y)}, color="rule")
    if len(figure.rows) <= COUNTED:
        told = [{**row.drawn, "at": _all(row), "label": str(row.number("decided"))} for row in rows]
        yield texts(told, x, alt.Y(**y), size=SMALL_TEXT, color="muted", baseline="bottom", dy=-2)
    else:
        marks: list[dict[str, Drawn]] = [{"at": each, "label": str(each)} for each in (0, most)]
        yield texts(marks, -6, alt.Y(**y), size=SMALL_TEXT, color="muted", align="right")


def _all(row: Row) -> int:
    return row.number("decided") + row.number("open")


def _pale(row: Row) -> float:
    return PALE if row.number("decided") < SMALL else 1
