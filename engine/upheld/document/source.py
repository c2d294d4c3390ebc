"""The text of a document, and how a point of it is shown to a person.

A point is kept as one number, the offset of its character; line and column are worked out
when somebody asks. So a large document costs little more than its values.

    >>> source = Source("policy.yaml", "zone: Europe/Paris\\nstatus: brouillon\\n")
    >>> str(source.place(27))
    'policy.yaml:2:9'
    >>> print(source.excerpt(source.place(27)))
    status: brouillon
            ^
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

from upheld.core.finding import Place

SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Spaces that look like a space and are none to YAML, as a regular expression's set."""
ZERO_WIDTH = "\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff"
"""Characters nobody sees."""

_SPACE = re.compile(f"[{SPACES}]")
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def shown(text: str, width: int = 60) -> str:
    """``text`` on one line, for a message: nothing invisible, and cut to ``width`` characters.

    >>> shown("zone\\u00a0"), shown("a" * 99, width=5)
    ('zone\\\\u00a0', 'aaaa…')
    """
    if len(text) > width:
        text = text[: width - 1] + "…"
    return text if text.isprintable() else "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    number = ord(char)
    short = f"\\x{number:02x}" if number < 0xA0 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    return _NAMED.get(char, short)


def _visible(text: str) -> str:
    """``text`` as a line can be printed: odd spaces as plain ones, the rest of what nobody sees as escapes."""
    text = _SPACE.sub(" ", text)
    return text if text.isprintable() else "".join(char if char.isprintable() else _escape(char) for char in text)


def _no_starts() -> array[int]:
    return array("I")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one document.

    Attributes:
        name: The file's name as reports show it.
        text: Everything in it, without a byte order mark.
    """

    name: str
    text: str = field(repr=False)
    _starts: array[int] = field(default_factory=_no_starts, init=False, repr=False, compare=False)

    def line(self, number: int) -> str:
        """Line ``number``, from 1, without its line break; ``""`` where there is none."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        start = starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].removesuffix("\r")

    def place(self, offset: int) -> Place:
        """The line and column of the character at ``offset``, which counts from 0."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Place(self.name, line, offset - starts[line - 1] + 1)

    def excerpt(self, place: Place, width: int = 100) -> str:
        """The line of ``place`` and, below it, a caret under its column.

        What cannot be seen is written as an escape, and a line longer than ``width`` is cut around the caret.
        """
        line = self.line(place.line)
        at = min(place.column - 1, len(line))
        before, after = _visible(line[max(0, at - width) : at]), _visible(line[at : at + width])
        if _SPACE.match(line[at : at + 1]):
            after = _escape(line[at]) + after[1:]
        room = max(width * 2 // 3, width - len(after))
        if len(before) > room:
            before = "…" + before[1 - room :]
        if len(before) + len(after) > width:
            after = after[: width - len(before) - 1] + "…"
        return f"{before}{after}\n{' ' * len(before)}^"

    def _line_starts(self) -> array[int]:
        """Offset of each line's first character, found once."""
        if not self._starts:
            self._starts.append(0)
            self._starts.extend(found.end() for found in re.finditer("\n", self.text))
        return self._starts
