"""Labels: texts that have to fit."""

from __future__ import annotations

import unicodedata

from upheld.show.page.blocks import visible


def shortened(text: str, most: int) -> str:
    """A text, made visible, that is as wide as so many Latin letters at most; its rest stands in the table.

    >>> shortened("waiting for the customer", 10), shortened("対応待ち", 4)
    ('waiting f…', '対…')
    """
    text = visible(text)
    widths = [2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text]
    if sum(widths) <= most:
        return text
    room, kept = most - 1, 0
    for width in widths:
        if room < width:
            break
        room -= width
        kept += 1
    return f"{text[:kept].rstrip()}…"
