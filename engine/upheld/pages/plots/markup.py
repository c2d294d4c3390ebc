"""Markup of plots: what an SVG may hold before it stands in a page.

A plot is read as XML and written anew from the elements and attributes below; whatever else it holds is an error of
ours, and no page. Colours are variables of the theme, fonts those of the page, and there is neither a style nor an
address. Texts are escaped by the writer, so a label is never more than a label (THREATS F03, H04).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from markupsafe import Markup

from upheld.pages.theme import COLOURS, variable
from upheld.show.page.blocks import visible

ELEMENTS: Final = frozenset("g svg path rect line text circle".split())
KEPT: Final = frozenset(
    "d transform x y x1 y1 x2 y2 cx cy r width height fill fill-opacity stroke stroke-width stroke-opacity "
    "stroke-dasharray stroke-linejoin opacity text-anchor font-size font-weight "
    "viewBox preserveAspectRatio overflow".split()
)
PAINTS: Final = frozenset({"fill", "stroke"})
DROPPED: Final = re.compile(r"aria-.*|role|class|pointer-events|font-family|stroke-miterlimit|stroke-linecap|dy")
"""What a renderer adds for scripts, and the fonts of its machine."""

SENTINELS: Final = {name: f"#fe{place:04x}" for place, name in enumerate(COLOURS)}
"""What a renderer is told instead of a variable, of which it knows nothing."""

_NAMES: Final = {value: name for name, value in SENTINELS.items()}
_FRACTION: Final = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"


def plot_markup(drawn: str, id: str, title: str, says: str, size: Mapping[str, str]) -> Markup:
    """An SVG that a renderer has drawn, as one that may stand in a page.

    Args:
        drawn: The whole document.
        id: That of the figure, of which the ids of title and description are made.
        size: The attributes of the outermost element that say how large it is.

    Raises: AssertionError for an element, an attribute or a colour that plots do not have.
    """
    root = fromstring(drawn)
    assert root.tag == f"{_NAMESPACE}svg", root.tag
    labelled = f"{id}-plot-title {id}-plot-says"
    made = Element("svg", {"role": "img", "aria-labelledby": labelled, **size})
    for name, text in (("title", title), ("desc", says)):
        SubElement(made, name, {"id": f"{id}-plot-{'says' if name == 'desc' else name}"}).text = visible(text)
    for child in root:
        if (kept := _kept(child)) is not None:
            made.append(kept)
    return Markup(tostring(made, encoding="unicode"))


def _kept(element: Element) -> Element | None:
    """An element as it may stand; ``None`` for one that shows nothing."""
    name = element.tag.removeprefix(_NAMESPACE)
    assert name in ELEMENTS, name
    if element.get("display") == "none" or element.get("d") in ("", "M0,0h0v0h0Z"):
        return None
    attributes = {key: _value(key, value) for key, value in element.items() if not DROPPED.fullmatch(key)}
    assert KEPT.issuperset(attributes), attributes
    made = Element(name, {key: value for key, value in attributes.items() if not _says_nothing(key, value)})
    if name == "text":
        made.text = visible(element.text or "")
        assert not len(element)
        return made
    made.extend(kept for child in element if (kept := _kept(child)) is not None)
    if name != "g":
        return made
    return None if not len(made) else made[0] if len(made) == 1 and not made.attrib else made


def _value(key: str, value: str) -> str:
    if key in PAINTS:
        assert value in ("none", "transparent") or value in _NAMES, f"{key}: {value}"
        return variable(_NAMES[value]) if value in _NAMES else "none"
    if key == "font-size":
        return value.removesuffix("px")
    assert re.fullmatch(r"[-\w.,()% ]*", value), value
    return _FRACTION.sub(lambda found: f"{float(found.group()):.2f}".rstrip("0").rstrip("."), value)


def _says_nothing(key: str, value: str) -> bool:
    """What is so anyway."""
    return (key, value) in {("opacity", "1"), ("transform", "translate(0,0)"), ("stroke-width", "0")}
