"""What an SVG may hold before it stands in a page (THREATS F03, H04)."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest
from markupsafe import Markup

from upheld.pages.plots.markup import SENTINELS, plot_markup

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
KEPT = SENTINELS["kept"]


def made(inside: str) -> Markup:
    return plot_markup(SVG.format(inside), "it", "what it shows", "what is to be seen", {"width": "9"})


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>*{color:red}</style>",
        "<foreignObject><p/></foreignObject>",
        '<image href="http://example.org/a.png"/>',
        '<use xlink:href="#a"/>',
        '<a xlink:href="javascript:alert(1)"><text>x</text></a>',
        "<animate attributeName='d'/>",
        '<g onload="alert(1)"><path d="M0,0h1"/></g>',
        '<g style="fill:red"><path d="M0,0h1"/></g>',
        '<path d="M0,0h1" fill="url(#a)"/>',
        '<path d="M0,0h1" fill="red"/>',
        '<path d="M0,0h1" fill="#123456"/>',
        '<path d="M0,0h1" id="a"/>',
        '<path d="M0,0h1&quot;&gt;"/>',
        '<path d="M0,0h1" clip-path="url(#a)"/>',
        "<text><tspan>x</tspan></text>",
    ],
)
def test_anything_else_is_an_error_of_ours(inside: str) -> None:
    with pytest.raises(AssertionError):
        made(inside)


def test_colours_become_variables_and_fonts_the_pages() -> None:
    inside = f'<g class="a" aria-hidden="true" font-family="x"><text font-size="10px" fill="{KEPT}">a &lt; b</text></g>'

    assert '<text font-size="10" fill="var(--kept)">a &lt; b</text>' in made(inside)
    assert "font-family" not in made(inside)
    assert "class" not in made(inside)


def test_what_shows_nothing_is_left_out() -> None:
    assert "path" not in made('<g><path d=""/><g><path d="M0,0h0v0h0Z"/></g></g><path d="M0,0h1" display="none"/>')


def test_numbers_are_as_fine_as_anybody_sees() -> None:
    """So the same plot is the same bytes where a machine computes the last digit otherwise."""
    assert 'd="M1,100h18.33v-0.25"' in made('<path d="M1,100.00000000000001h18.333333v-0.2500001"/>')


def test_it_has_a_name_and_a_description() -> None:
    root = fromstring(made("<g/>"))

    assert ("img", "it-plot-title it-plot-says") == (root.get("role"), root.get("aria-labelledby"))
    assert [("it-plot-title", "what it shows"), ("it-plot-says", "what is to be seen")] == [
        (each.get("id"), each.text) for each in root
    ]
