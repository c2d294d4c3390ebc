r"""The likely encoding: which one bytes look like that are no UTF-8, as a hint for who knows what they say.

Nothing is read by it. A text of two bytes a letter has its letters side by side, and read as another one it falls apart
or shows letters that nobody uses; a text of the West has its accents one by one among letters of ASCII; and what Macs
wrote has them where Windows has signs.

    >>> [likely_encoding("Проверка, решена\n".encode(each)) for each in ("cp1251", "koi8_r")]
    ['cp1251', 'koi8-r']
    >>> [likely_encoding("Priorité,Résolu, l’été\n".encode(each)) for each in ("cp1252", "mac_roman")]
    ['', 'mac-roman']

Source: decision 0024.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_LONGEST: Final = 20_000
"""Bytes that are looked at."""
_BESIDE: Final = 0.7
"""The share of its letters that stand side by side, from which on a text is of no alphabet of the West."""
_KANA: Final = re.compile("[\u3040-\u30ff]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_HALF_WIDTH: Final = re.compile("[\uff61-\uff9f]")
_OTHER: Final = re.compile("[^\0-\x7f]")
_SIDE_BY_SIDE: Final = re.compile("[^\0-\x7f]{2,}")

_OF_TWO_BYTES: Final[tuple[tuple[str, str, Callable[[str], bool]], ...]] = (
    ("euc-kr", "euc_kr", lambda text: _share(_HANGUL, text) > 0.95),
    ("euc-jp", "euc_jp", lambda text: _share(_KANA, text) > 0.1),
    ("gb18030", "gb2312", lambda text: True),
    ("cp932", "cp932", lambda text: _share(_HALF_WIDTH, text) < 0.3),
    ("big5", "big5", lambda text: True),
    ("gb18030", "gb18030", lambda text: True),
)
"""What is named, what reads it, and what its letters have to look like; those that fewer texts fit come first."""

_OF_MACS: Final = re.compile(rb"(?<=[A-Za-z])[\x87\x88\x8b\x8d\x8f\x90\x9d]|(?<=[a-z])[\x8a\x8e\x9f]")
"""An accent where Windows has a sign, or a capital in the middle of a word."""
_OF_THE_WEST: Final = re.compile(rb"(?<=[A-Za-z])[\xc0-\xff]")
_RUNS: Final = re.compile(rb"[\xc0-\xff]{3,}")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_VOWELS: Final = (
    ("cp1251", re.compile(rb"[\xe0\xe5\xe8\xee]")),
    ("koi8-r", re.compile(rb"[\xc1\xc5\xc9\xcf]")),
)
"""The four that are a third of a Russian text."""


def likely_encoding(data: bytes) -> str:
    """The name of the encoding that these bytes, some lines of a text, look like; ``""`` where it is none of these."""
    lines = data[:_LONGEST].rpartition(b"\n")[0] or data[:_LONGEST]
    runs = b"".join(_RUNS.findall(lines))
    if len(runs) > _BESIDE * len(_HIGH.findall(lines)):
        found = next((name for name, vowels in _VOWELS if 4 * len(vowels.findall(runs)) > len(runs)), "")
        if found:
            return found
    for name, codec, fits in _OF_TWO_BYTES:
        try:
            text = lines.decode(codec)
        except UnicodeDecodeError:
            continue
        if sum(map(len, _SIDE_BY_SIDE.findall(text))) > _BESIDE * len(_OTHER.findall(text)) and fits(text):
            return name
    return "mac-roman" if len(_OF_MACS.findall(lines)) > len(_OF_THE_WEST.findall(lines)) else ""


def _share(kind: re.Pattern[str], text: str) -> float:
    return len(kind.findall(text)) / max(1, len(_OTHER.findall(text)))
