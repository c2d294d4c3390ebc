"""Lettering: how wide a text is at most, and how it is broken, without a font to ask.

The reader's own font is used, which nobody knows here, so each letter counts as wide as in the widest of the usual
ones. What no such table can know (other scripts, pictures) is squeezed into what was reckoned for it.

    >>> broken("Ask the customer for what is missing", 110, 12)
    ('Ask the', 'customer for', 'what is missing')
    >>> broken("Ask the customer for what is missing", 110, 12, most=2)
    ('Ask the', 'customer for…')
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from upheld.show.page.blocks import visible

_NARROW: Final = frozenset("ijlI.,:;'’!|‘`")
_SLIM: Final = frozenset('frt()[]{}/\\- \u00a0\u202f"“”«»·')
_BROAD: Final = frozenset("mwMWŒœ@%—…→≈&+=<>~#")
BOLD: Final = 1.1
"""How much wider bold letters are."""

_LATIN_END: Final = "\u0250"
"""Behind the last letter that fonts of Latin script have as a letter of their own."""


def width_px(text: str, size_px: int, *, bold: bool = False) -> int:
    """How wide a text is at most, in pixels, in letters of this size."""
    return round(sum(map(_width, text)) * size_px * (BOLD if bold else 1) / 100 + 0.5)


def is_known(text: str) -> bool:
    """Whether each letter is one whose width every font agrees about, more or less."""
    return all(letter < _LATIN_END or letter in _BROAD or letter in _SLIM or letter in _NARROW for letter in text)


def broken(text: str, most_px: int, size_px: int, *, bold: bool = False, most: int = 4) -> tuple[str, ...]:
    """Lines of at most so many pixels; of more than ``most`` the first ones, which end in an ellipsis."""
    lines = list(_lines(visible(text.strip()), most_px, size_px, bold))
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and width_px(f"{last}…", size_px, bold=bold) > most_px:
        last = last[:-1]
    return (*lines[: most - 1], f"{last.rstrip()}…")


def _lines(text: str, most_px: int, size_px: int, bold: bool) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_px(longer, size_px, bold=bold) <= most_px:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(word, most_px, size_px, bold)
        yield from full
    if line:
        yield line


def _pieces(word: str, most_px: int, size_px: int, bold: bool) -> Iterator[str]:
    """A word that is wider than a line, cut where it has to be."""
    start = 0
    for end in range(1, len(word) + 1):
        if width_px(word[start:end], size_px, bold=bold) > most_px and end - 1 > start:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]


@cache
def _width(letter: str) -> int:
    """In hundredths of the letters' size."""
    if letter in _NARROW:
        return 36
    if letter in _SLIM:
        return 45
    if letter in _BROAD:
        return 98
    if letter < _LATIN_END:
        return 76 if letter.isupper() else 63
    if unicodedata.combining(letter):
        return 0
    return 140 if unicodedata.east_asian_width(letter) in "WF" else 95
