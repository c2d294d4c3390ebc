"""The nearest word: what somebody probably meant.

    >>> nearest("in_fix", ["in-fix", "closed"])
    'in-fix'
    >>> nearest("banana", ["in-fix", "closed"]) is None
    True

Words come from documents of strangers, so the work is bounded: a word longer than any
sensible name has no nearest one, and only words with nearly the same letters are
compared closely.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache

MOST_SLIPS = 1000
"""Slips in one document for which the nearest word is looked up (THREATS V03); so many are no slips of the pen."""
LONGEST_WORD = 64
LONGEST_QUOTE = 60

SHOWN = (float, Decimal, Fraction, date, datetime, time, type(None))
"""What else is shown as it is: these say the same on every machine."""


@lru_cache(maxsize=16_384)
def _letters(word: str) -> int:
    """The set of letters as a bit mask, `-`, `_` and case left aside."""
    mask = 0
    for letter in word.lower():
        if letter not in "-_. ":
            mask |= 1 << (ord(letter) % 61)
    return mask


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of ``words`` most like ``word``, the first of equals; ``None`` when none is like it."""
    if not word or len(word) > LONGEST_WORD:
        return None
    letters, length = _letters(word), len(word)
    likely = [
        other
        for other in words
        if abs(len(other) - length) <= 2 + length // 2 and (_letters(other) ^ letters).bit_count() <= 2 + length // 3
    ]
    if not likely:
        return None
    folded = {other.lower().replace("_", "-"): other for other in reversed(likely)}
    found = get_close_matches(word.lower().replace("_", "-"), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def meant(word: object, known: Iterable[str], otherwise: str = "") -> str:
    """The advice on a wrong word: the nearest known one, else the other advice.

    >>> meant("in_fix", ["in-fix", "closed"]), meant("banana", ["in-fix", "closed"], "leave it out")
    ('did you mean `in-fix`?', 'leave it out')
    """
    near = nearest(str(word), known)
    return f"did you mean `{near}`?" if near else otherwise


def said(scalar: object) -> str:
    """A scalar as YAML writes it, without quotes; a number beyond 64 bits is not spelled out.

    Of what a document cannot hold, the kind is said: how it would show itself is its class's affair, not ours.
    """
    if isinstance(scalar, str):
        return str.__str__(scalar)
    if isinstance(scalar, bool):
        return str(scalar).lower()
    if isinstance(scalar, int):
        return "a number beyond 64 bits" if abs(plain := int.__int__(scalar)) >= 2**63 else str(plain)
    if isinstance(scalar, list | tuple | dict):
        return "a mapping" if isinstance(scalar, dict) else "a list"
    return str(scalar) if scalar.__class__ in SHOWN else f"a value of type {type(scalar).__name__}"


def quoted(word: object) -> str:
    """Whatever a document holds, for a message: a word in backticks, cut and made printable; else what it is."""
    if word is None:
        return "nothing"
    text = said(word)[:LONGEST_WORD]
    if isinstance(word, list | tuple | dict):
        return text
    if not text.isprintable() or "`" in text:
        text = "".join(letter if letter.isprintable() and letter != "`" else "?" for letter in text)
    return f"`{text[:LONGEST_QUOTE]}…`" if len(text) > LONGEST_QUOTE else f"`{text}`"


def listed(words: Iterable[str], most: int = 8) -> str:
    """Words in backticks with commas; of many only the first ones.

    >>> listed(["open", "closed"])
    '`open`, `closed`'
    """
    every = list(words)
    shown = ", ".join(quoted(word) for word in every[:most])
    return shown + (f" and {len(every) - most} more" if len(every) > most else "")
