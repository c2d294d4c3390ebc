"""What unquoted text means: YAML 1.2 core values, and of those only the ones a policy needs.

``true`` and ``false`` are booleans, nothing, ``~`` and ``null`` are no value, and whole decimal
numbers are integers. All the rest stays the text that was written: ``NO`` is a country, ``on`` a
word, ``17:30`` a time, ``010`` and ``1.10`` are not numbers, and no date is guessed.

    >>> plain_value("true"), plain_value("NO"), plain_value("-12"), plain_value("17:30"), plain_value("")
    (True, 'NO', -12, '17:30', None)
    >>> trap_hint("yes")
    '`yes` is text here; write `true`'
"""

from __future__ import annotations

import re
from typing import Final

LARGEST: Final = 2**63 - 1
SMALLEST: Final = -(2**63)

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_WORDS: Final[dict[str, bool | None]] = {"": None, "~": None, "null": None, "true": True, "false": False}


class TooLarge(ValueError):
    """An integer that needs more than 64 bits."""


def plain_value(text: str) -> str | int | bool | None:
    """The value of the unquoted ``text``. Raises TooLarge for an integer beyond 64 bits."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) is None:
        return text
    if len(text) > len(str(SMALLEST)) or not SMALLEST <= int(text) <= LARGEST:
        raise TooLarge(text)
    return int(text)


_TRUE: Final = frozenset({"y", "yes", "on", "true"})
_FALSE: Final = frozenset({"n", "no", "off", "false"})
_LONGEST_TRAP: Final = 64
_DATE: Final = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_TRAPS: Final = (
    (re.compile(r"[-+]?0[0-7_]*[1-7][0-7_]*|[-+]?0o[0-7]+"), "based"),
    (re.compile(r"[-+]?0b_*[01][01_]*|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*"), "based"),
    (re.compile(r"[-+]?[0-9][0-9_]*"), "spelt"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"), "sexagesimal"),
    (re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"), "not finite"),
    (re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9]+)(?:[eE][-+]?[0-9]+)?"), "fraction"),
    (re.compile(rf"{_DATE}(?:(?:[Tt]|[ \t]+)[0-9]{{1,2}}:[0-9:.]+[ \t]*(?:Z|[-+][0-9:]+)?)?"), "date"),
    (re.compile(r"[-+]?\d+"), "digits"),
)


def trap_hint(text: str) -> str:
    """What to write instead of ``text``, when it is text and something else was expected; ``""`` if nothing is known.

    It knows the spellings which YAML 1.1 reads as booleans, numbers, dates or nothing, and values in quotes.
    """
    if len(text) > _LONGEST_TRAP:
        return ""
    word = text.lower()
    if text in _WORDS or _INTEGER.fullmatch(text):
        return f"`{text}` stands in quotes here, so it is text; remove the quotes" if text else ""
    if text in (word, word.capitalize(), word.upper()):
        if word in _TRUE or word in _FALSE:
            return f"`{text}` is text here; write `{'true' if word in _TRUE else 'false'}`"
        if word == "null":
            return f"`{text}` is text here; write `null`, or nothing"
    for pattern, kind in _TRAPS:
        if pattern.fullmatch(text):
            return f"`{text}` {_advice(kind, text)}"
    return ""


def _advice(kind: str, text: str) -> str:
    """What is said about a text of this kind."""
    if kind == "based":
        return _advice_on_base(text.replace("_", ""))
    if kind in ("spelt", "digits"):
        return f"is text here; write `{int(text.replace('_', ''))}`"
    if kind == "sexagesimal":
        return "is text here, as a time of day is; where a number is meant, write it in digits alone"
    if kind == "not finite":
        return "is text here; there is no such number in a policy"
    if kind == "fraction":
        return "is text here; numbers are whole, in the smallest unit (minutes, centimes)"
    return "is text here, as dates are"


def _advice_on_base(text: str) -> str:
    """What is said about an octal, binary or hexadecimal number."""
    digits = text.lstrip("+-")
    sign = "-" if text.startswith("-") else ""
    if digits[1].isdigit():
        plain, octal = int(digits), int(digits, 8)
        other = f", or `{sign}{octal}` if octal was meant" if plain != octal else ""
        return f"is text here, never octal; write `{sign}{plain}`{other}"
    return f"is text here; write `{sign}{int(digits, 0)}`"
