"""Labels: texts that have to fit."""

from __future__ import annotations

import unicodedata

from upheld.show.page.blocks import visible


def width(text: str) -> int:
    """How wide a text is, in Latin letters.

    >>> width("waiting"), width("対応待ち")
    (7, 8)
    """
    return sum(map(_width, text))


def shortened(text: str, most: int) -> str:
    """A text, made visible, that is as wide as so many Latin letters at most; its rest stands in the table.

    >>> shortened("waiting for the customer", 10), shortened("対応待ち", 4)
    ('waiting f…', '対…')
    """
    text = visible(text)
    if width(text) <= most:
        return text
    room, kept = most - 1, 0
    for letter in text:
        room -= _width(letter)
        if room < 0:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…"


def _width(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
