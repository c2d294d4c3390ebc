"""Plots: figures as SVG, without a browser, a script or anything that lies elsewhere.

What many tickets come to is drawn by a library, a ticket's timeline by `lanes`; `markup` lets neither into a page
before it has been written anew. May import: the figures and the theme of this part; `show`; altair and vl_convert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from upheld.pages.figures.figure import Figure
from upheld.show.words.view import View

if TYPE_CHECKING:
    from markupsafe import Markup


def svg(figure: Figure, view: View) -> Markup:
    """A figure as an SVG that may stand in a page: known elements and attributes, colours as variables of the theme."""
    assert figure.rows, "where there is nothing to show, nothing is drawn"
    if figure.plot == "timeline":
        from upheld.pages.plots.lanes import timeline_plot

        return timeline_plot(figure, view)
    from upheld.pages.plots.balance_plot import balance_plot
    from upheld.pages.plots.bars_plot import goes_plot, turns_plot
    from upheld.pages.plots.hours_plot import hours_plot
    from upheld.pages.plots.kept_plot import kept_plot
    from upheld.pages.plots.used_plot import used_plot

    if figure.plot in ("turns", "goes"):
        return turns_plot(figure) if figure.plot == "turns" else goes_plot(figure)
    drawing = {"kept": kept_plot, "used": used_plot, "hours": hours_plot, "balance": balance_plot}
    return drawing[figure.plot](figure, view)
