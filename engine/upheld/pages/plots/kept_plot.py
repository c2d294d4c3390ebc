"""Shares kept by month: bars from zero to a hundred, and below them how many clocks each stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from upheld.pages.figures.figure import Figure
from upheld.pages.figures.promised_clock import SMALL
from upheld.pages.plots.drawing import SMALL_TEXT, Values, layer, rendered, scaled, texts
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
    months = [str(row.drawn["month"]) for row in figure.rows]
    values = [{**row.drawn, "pale": 0.45 if int(row.drawn["decided"] or 0) < SMALL else 1} for row in figure.rows]
    x = alt.X("month:O", axis=None, sort=months, scale=alt.Scale(domain=months, paddingInner=0.25, paddingOuter=0.15))
    layers = [*_frame(view, values), *_bars(x, values), *_counts(x, values)]
    step = -(-len(months) // LABELLED)
    names = [{"month": month, "label": month} for month in months[::step]]
    layers.append(texts(names, x, alt.value(HEIGHT - 6), size=SMALL_TEXT, color="muted"))
    return rendered(figure, layers, HEIGHT)


def _frame(view: View, values: Values) -> Iterator[alt.Chart]:
    marks = [{"at": at, "label": view.say("figure.percent", number=at)} for at in (0, 50, 100)]
    y = alt.Y(**scaled("at", (0, 100), SHARES))
    yield layer(marks, "rule", {"y": y}, color="rule")
    yield texts(marks, alt.value(-6), y, size=SMALL_TEXT, color="muted", align="right")


def _bars(x: Any, values: Values) -> Iterator[alt.Chart]:
    told = [each for each in values if each["share"] is not None]
    y = alt.Y(**scaled("share", (0, 100), SHARES))
    for tone in ("kept", "broken", "open"):
        toned = [each for each in told if each["tone"] == tone]
        yield layer(toned, "bar", {"x": x, "y": y, "y2": alt.datum(0), "opacity": _pale()}, color=tone)
    rest = [each for each in told if each["broken"]]
    yield layer(rest, "bar", {"x": x, "y": y, "y2": alt.datum(100), "opacity": _pale()}, color="broken")
    promised = [{"promised": each} for each in {each["promised"] for each in values} if each is not None]
    yield layer(
        promised,
        "rule",
        {"y": alt.Y(**scaled("promised", (0, 100), SHARES))},
        color="promised",
        strokeDash=[4, 3],
        strokeWidth=1.5,
    )


def _counts(x: Any, values: Values) -> Iterator[alt.Chart]:
    stacked = [{**each, "top": int(each["decided"] or 0) + int(each["open"] or 0)} for each in values]
    most = max(each["top"] for each in stacked)
    for field, until, color in (("decided", alt.datum(0), "muted"), ("top", alt.Y2("decided:Q"), "open")):
        shown = [
            each for each in stacked if each["top"] != (each["decided"] if field == "top" else None) and each[field]
        ]
        yield layer(shown, "bar", {"x": x, "y": alt.Y(**scaled(field, (0, most), COUNTS)), "y2": until}, color=color)
    y = alt.Y(**scaled("at", (0, most), COUNTS))
    yield layer([{"at": 0}], "rule", {"y": y}, color="rule")
    if len(values) <= COUNTED:
        told = [
            {"month": each["month"], "at": each["top"], "label": str(each["decided"])}
            for each in stacked
            if each["top"]
        ]
        yield texts(told, x, y, size=SMALL_TEXT, color="muted", baseline="bottom", dy=-2)
    else:
        marks = [{"at": each, "label": str(each)} for each in (0, most)]
        yield texts(marks, alt.value(-6), y, size=SMALL_TEXT, color="muted", align="right")


def _pale() -> alt.Opacity:
    return alt.Opacity("pale:Q", scale=None, legend=None)
