"""Visible text: what is written out so that it can be seen, and does nothing.

>>> visible("a title\\n\\x1b[31mwith tricks\\u202e")
'a title\\\\n\\\\x1b[31mwith tricks\\\\u202e'
>>> visible("fermé à « midi »")
'fermé à « midi »'
"""

from __future__ import annotations

import unicodedata


def visible(text: str) -> str:
    """A text in which nothing moves a cursor, turns the direction of writing or hides (THREATS F13)."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    # The no-break spaces of French are not "printable" to Python, and harmless.
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")
