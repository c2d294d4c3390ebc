"""Drawing: the pieces that all plots are specified with, and their rendering.

A plot is a specification as data (Altair), rendered by vl-convert without a browser. Nothing in it depends on the
fonts of a machine: sizes are given and not fitted, and texts lie where there is room for them on any.

Texts are in the units of a canvas 360 wide, which a page shows as it is on a phone, and a little larger elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import altair as alt
import vl_convert
from markupsafe import Markup

from upheld.pages.figures.figure import Drawn, Figure
from upheld.pages.plots.markup import SENTINELS, plot_markup
from upheld.show.page.blocks import visible

WIDTH: Final = 360
SHOWN: Final = 440
"""How wide a plot is where there is room, in pixels."""
SMALL_TEXT: Final = 10
TEXT: Final = 11
PALE: Final = 0.45
"""How opaque it is what stands for few."""

Values = Sequence[Mapping[str, Drawn]]


PIXELS: Final[Mapping[str, Callable[[int], Any]]] = {"x": alt.XValue, "y": alt.YValue, "y2": alt.Y2Value}
"""What a position is that is given as a number: pixels of the canvas."""


def layer(values: Values, mark: str, encoding: Mapping[str, Any], **looks: Any) -> alt.Chart:
    """Marks of one kind for some values; colours by their names in the theme, positions as fields or in pixels."""
    for name in ("color", "fill", "stroke"):
        if name in looks:
            looks[name] = SENTINELS[looks[name]]
    chart = alt.Chart({"values": [{key: _visible(told) for key, told in each.items()} for each in values]})
    placed = {key: PIXELS[key](each) if isinstance(each, int) else each for key, each in encoding.items()}
    made: alt.Chart = getattr(chart, f"mark_{mark}")(**looks).encode(**placed)
    return made


def _visible(told: Drawn) -> Drawn:
    """A value for the renderer, which ends the whole process where a text holds a character of control."""
    return visible(told) if isinstance(told, str) else told


def texts(values: Values, x: Any, y: Any, *, size: int = TEXT, color: str = "ink", **looks: Any) -> alt.Chart:
    """The texts in ``label`` of some values."""
    encoding = {"x": x, "y": y, "text": alt.Text("label:N")}
    return layer(values, "text", encoding, fontSize=size, color=color, **looks)


def scaled(field: str, domain: Sequence[float], pixels: Sequence[float], **more: Any) -> dict[str, Any]:
    """The arguments of a position on a scale of numbers."""
    return {
        "shorthand": f"{field}:Q",
        "axis": None,
        "scale": alt.Scale(domain=list(domain), range=list(pixels), nice=False, zero=False),
        **more,
    }


def rendered(figure: Figure, layers: Sequence[alt.Chart], height: int, left: int = 40, right: int = 6) -> Markup:
    """The plot of some layers, on a canvas that is as high as said."""
    chart = alt.layer(
        *layers,
        width=WIDTH - left - right,
        height=height,
        padding={"left": left, "right": right, "top": 2, "bottom": 2},
        autosize={"type": "none"},
        background="transparent",
        resolve={"scale": {"x": "independent", "y": "independent"}},
        config={"aria": False, "view": {"stroke": None}},
    )
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    drawn = vl_convert.vegalite_to_svg(chart.to_dict(validate=False), vl_version=version, allowed_base_urls=[])
    high = height + 4
    shown = {"width": str(SHOWN), "height": str(round(high * SHOWN / WIDTH)), "viewBox": f"0 0 {WIDTH} {high}"}
    return plot_markup(drawn, figure.id, figure.title, figure.says, shown)
