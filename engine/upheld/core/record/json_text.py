"""JSON as text: letters as they are, and nothing that a terminal obeys or that hides.

JSON itself escapes the control characters of ASCII alone. A program reads the others just as well in an escape, and
whoever looks at the text is not fooled: nothing moves a cursor, turns the direction of writing, or ends a line where
JSON ends none (THREATS F13).

    >>> print(json_text({"note": "ferm\\u00e9 \\x9b31m \\u202e"}))
    {"note": "fermé \\u009b31m \\u202e"}
"""

from __future__ import annotations

import json
import re
from typing import Final

_HIDDEN: Final = re.compile(
    "[\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
"""Controls, marks of direction, line separators, letters that show nothing, tags, and halves of characters.

What Unicode lets a font leave out, but for the marks that choose how a picture looks.
"""
_dense: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def json_text(value: object, indent: int | None = None) -> str:
    """A value as JSON, without an end of line."""
    return without_hidden(json.dumps(value, ensure_ascii=False, indent=indent))


def dense_json(value: object) -> str:
    """The same in as few characters as there may be. Raises: ValueError for a number that JSON has not."""
    return without_hidden(_dense(value))


def without_hidden(text: str) -> str:
    """A text of JSON with escapes for what does not show; JSON reads it back as it was."""
    if text.isascii() and "\x7f" not in text:
        return text
    return _HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f", text)
