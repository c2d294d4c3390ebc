"""Plots: figures as SVG, without a browser, a script or anything that lies elsewhere."""

from __future__ import annotations

from markupsafe import Markup

from upheld.pages.figures.figure import Figure
from upheld.show.words.view import View


def svg(figure: Figure, view: View) -> Markup:
    """A figure as an SVG that may stand in a page: known elements and attributes, colours as variables of the theme."""
    return Markup("<svg></svg>")
