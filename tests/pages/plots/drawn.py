"""An SVG as a reader meets it: its texts and its bars, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

_TRANSLATE = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")


class Text(NamedTuple):
    """A text and where it begins and ends, were each letter six tenths of its size wide."""

    text: str
    left: float
    right: float
    size: float


def texts(svg: str) -> list[Text]:
    found = []
    for element, x in _walked(fromstring(svg), 0.0):
        if element.tag == "text" and element.text:
            size = float(element.get("font-size", "11"))
            width = len(element.text) * size * 0.6
            start = x - {"end": width, "middle": width / 2}.get(element.get("text-anchor", ""), 0)
            found.append(Text(element.text, start, start + width, size))
    return found


def widths(svg: str, paint: str) -> list[float]:
    """How wide the rectangles of a colour are, in order."""
    paths = [element.get("d", "") for element in fromstring(svg).iter("path") if element.get("fill") == paint]
    return [float(found) for path in paths for found in re.findall(r"h([\d.]+)v", path)]


def _walked(element: Element, x: float) -> Iterator[tuple[Element, float]]:
    x += sum(float(found[0]) for found in _TRANSLATE.findall(element.get("transform", "")))
    yield element, x
    for child in element:
        yield from _walked(child, x)
