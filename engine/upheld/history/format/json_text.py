r"""Surrogates: halves of characters, which JSON can escape one by one, and nobody can store or show.

    >>> refuse_halves({"title": "\ud83d\ude00 is whole".encode("utf-16", "surrogatepass").decode("utf-16")})
    >>> refuse_halves({"title": "\ud83d"})
    Traceback (most recent call last):
        ...
    ValueError: `\ud83d` is half of a character: write the other half beside it, or none

Source: THREATS Y13.
"""

from __future__ import annotations

import json


def refuse_halves(value: object) -> None:
    """Raise ValueError where a text within a value read from JSON holds half a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(str(error.object)[error.start]):04x}"
        raise ValueError(f"`{half}` is half of a character: write the other half beside it, or none") from error
