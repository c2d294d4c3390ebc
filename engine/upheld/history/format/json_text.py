r"""JSON text: values read one by one, with what no export can mean refused the same way on every machine.

JSON lets through a key twice, of which the last wins unseen, halves of characters, which nobody can store
or show, and lists nested until the machine gives up: at another depth on each version of Python. So the
depth is counted on the text, in one pass and without recursion, and has a limit far above what trackers write.

    >>> plain = JsonText(integer=str, real=str, constant=str, twice="{} stands twice", deep="nested too deep")
    >>> plain.value('[{"id": 7.50}, null]')
    ([{'id': '7.50'}, None], 20)
    >>> plain.value('{"title": "\\ud83d"}')
    Traceback (most recent call last):
        ...
    ValueError: `\ud83d` is half of a character: write the other half beside it, or none
    >>> depth('{"a": [[], "[[[["]}')
    3
    >>> text_of_json([Figure("4.50"), "4.50", {"a": None}])
    '[4.50, "4.50", {"a": null}]'

Source: THREATS Y03, Y08, Y13, V03.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Final

from upheld.core.nearest import quoted

DEEPEST: Final = 64
"""Lists and objects that may stand within one another."""

_BLANKS: Final = re.compile(r"[ \t\n\r]*").match
_NO_BRACKETS: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[^"\[\]{}]++', re.DOTALL)
"""Strings, the last of which may be open, and whatever else opens and closes nothing."""
_STEPS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


class Figure(str):
    """A number as it was written: text that stands without quotes where it is written again."""

    __slots__ = ()


class Unreadable(ValueError):
    """JSON that is well written, and means nothing that a record or an export could say."""


class JsonText:
    """How JSON of one kind is read.

    Args:
        integer, real, constant: Make values of whole numbers, of others, and of ``NaN`` and its like.
        twice: What is said of a key that an object has twice, which takes the place of ``{}``.
        deep: What is said of values that are nested more than `DEEPEST` deep.
    """

    def __init__(
        self,
        *,
        integer: Callable[[str], object],
        real: Callable[[str], object],
        constant: Callable[[str], object],
        twice: str,
        deep: str,
    ) -> None:
        self._twice = twice
        self._deep = deep
        self._decode: Callable[[str, int], tuple[object, int]] = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=integer, parse_float=real, parse_constant=constant
        ).raw_decode

    def value(self, text: str, at: int = 0) -> tuple[object, int]:
        """The value that stands there, after blanks, and where it ends. Raises: ValueError."""
        value, end = self._read(text, at)
        if text.find("\\u", at, end) >= 0:
            _refuse_halves(value)
        return value, end

    def only(self, text: str) -> object:
        """The one value of a text. Raises: ValueError, also for what stands behind it."""
        value, end = self._read(text, 0)
        if end != len(text):
            end = end_of_blanks(text, end)
            if end != len(text):
                raise json.JSONDecodeError("Extra data", text, end)
        if "\\u" in text:
            _refuse_halves(value)
        return value

    def told_twice(self, name: str) -> str:
        """What is said of a key that an object has twice."""
        return self._twice.format(quoted(name))

    def _read(self, text: str, at: int) -> tuple[object, int]:
        try:
            value, end = self._decode(text, at if text.startswith("{", at) else end_of_blanks(text, at))
        except (ValueError, RecursionError) as error:
            if isinstance(error, RecursionError) or depth(text[at:]) > DEEPEST:
                raise Unreadable(self._deep) from None
            raise
        if end - at > 2 * DEEPEST and text.count("[", at, end) + text.count("{", at, end) > DEEPEST and _is_deep(value):
            raise Unreadable(self._deep)
        return value, end

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        held = dict(pairs)
        if len(held) < len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    raise Unreadable(self.told_twice(name))
                seen.add(name)
        return held


def text_of_json(value: object) -> str:
    """A value as JSON, its figures as they were written."""
    if isinstance(value, Figure):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(text_of_json, value))}]"
    if isinstance(value, dict):
        members = (f"{json.dumps(name, ensure_ascii=False)}: {text_of_json(each)}" for name, each in value.items())
        return f"{{{', '.join(members)}}}"
    return json.dumps(value, ensure_ascii=False)


def _refuse_halves(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(str(error.object)[error.start]):04x}"
        raise ValueError(f"`{half}` is half of a character: write the other half beside it, or none") from error


def depth(text: str) -> int:
    """How many lists and objects stand within one another, at most, as far as the text goes; strings do not count."""
    brackets = _NO_BRACKETS.sub("", text)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def _is_deep(value: object) -> bool:
    """The same of what was read, level by level: most of a text is within its strings, which this passes over."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            member
            for each in level
            for member in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(member, (dict, list))
        ]
    return bool(level)


def list_in(cell: str) -> list[object] | None:
    """The list in JSON that a cell of a table holds, or ``None``."""
    if not cell.startswith("[") or depth(cell) > DEEPEST:
        return None
    try:
        members = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return members if isinstance(members, list) else None


def end_of_blanks(text: str, at: int) -> int:
    """Where something stands after the white space."""
    found = _BLANKS(text, at)
    assert found is not None, "nothing at all is blank, too"
    return found.end()
