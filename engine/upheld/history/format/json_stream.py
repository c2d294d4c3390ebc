r"""JSON streams: one value of a file after another, of which no more is held than the one that is read.

A list of two million issues is as good an export as two million lines. So a list is entered and its
members are read one by one; of the file no more is in memory than what stands between two of them, and the piece
that was read last. There is no second reader of JSON for it: where the decoder finds that a value goes on
behind the end of what is held, as much again is read, and it tries again.

    >>> from io import BytesIO
    >>> stream = JsonStream("e.json", BytesIO(b'[{"id": 1},\n {"id": 2}]'), JsonText(
    ...     integer=str, real=str, constant=str, twice="{} stands twice", deep="nested too deep"))
    >>> stream.char
    '['
    >>> [(stream.line, stream.value()) for _ in stream.members()]
    [(1, {'id': '1'}), (2, {'id': '2'})]

Source: THREATS Y08, Y13, Y14.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO, Final

from upheld.core.errors import HistoryError
from upheld.history.format.json_fault import fault, fault_at, goes_on
from upheld.history.format.json_text import JsonText, end_of_blanks

LARGEST_VALUE: Final = 2**27
"""Characters of a value that is held whole: 128 MiB; its objects take some eight times that."""

PIECE: Final = 2**20
"""Bytes that are read at once."""

_LF: Final = "\n"
_BLANKS: Final = " \t\r\n"
_CLOSES: Final = {"[": "]", "{": "}"}


class TooLarge(Exception):
    """A value is longer than whoever reads it wants to hold; nothing of it was passed over."""


def too_large(place: str) -> HistoryError:
    """A value or a line is longer than is ever held."""
    return HistoryError(
        place, f"this is more than {LARGEST_VALUE // 2**20} MiB in one document: write one object a line"
    )


class JsonStream:
    """Values that stand one after another, or within one another.

    Args:
        name: What places in it are called.
        stream: Gives the bytes, without byte order mark.
        text: How values are read.
        begin: Bytes that stand before those of the stream.
        line: The number of the line where it begins.
    """

    def __init__(self, name: str, stream: BinaryIO, text: JsonText, begin: bytes = b"", line: int = 1) -> None:
        self._name = name
        self._stream = stream
        self._begin = begin
        self._json = text
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._held = ""
        self._at = 0
        self._counted = 0
        self._line = line
        self._last = line  # that of what was read last
        self._before = 0  # characters of the line that were let go of
        self._gone = 0  # characters of the file that were
        self._ended = False

    @property
    def line(self) -> int:
        """The number of the line where the next thing stands."""
        self._skip()
        return self._line_at(self._at)

    @property
    def passed(self) -> int:
        """Characters that were read so far."""
        return self._gone + self._at

    @property
    def char(self) -> str:
        """The character that stands next, behind blanks; ``""`` at the end. Raises: HistoryError."""
        self._skip()
        return self._held[self._at : self._at + 1]

    def value(self, most: int = 0) -> object:
        """The value that stands next, whole.

        Args:
            most: Characters of it that may be held; by default the largest value.

        Raises: HistoryError for what is no JSON, or too large at all; TooLarge where it is longer than ``most``.
        """
        self._skip()
        while True:
            try:
                value, end = self._json.value(self._held, self._at)
            except ValueError as error:
                if self._ended or not (isinstance(error, json.JSONDecodeError) and goes_on(error)):
                    raise self._wrong(error) from None
            else:
                if end < len(self._held) or self._ended:
                    self._check(end - self._at, most)
                    self._at = end
                    return value
            self._check(len(self._held) - self._at, most)
            self._more(len(self._held) - self._at)

    def members(self) -> Iterator[int]:
        """Enter the list or the object that stands next, and stand before each member in turn, counted from 1.

        Whoever iterates reads each member before the next. Raises: HistoryError.
        """
        closing = _CLOSES[self._take()]
        if self.char == closing:
            self._take()
            return
        number = 0
        while True:
            number += 1
            if self.char == closing:
                self._refuse()
            yield number
            found = self.char
            if found == closing:
                self._take()
                return
            if found != ",":
                self._refuse()
            self._take()

    def names(self) -> Iterator[str]:
        """The same of an object: the name of each member, standing before its value. Raises: HistoryError."""
        seen: set[str] = set()
        for _ in self.members():
            if self.char != '"':
                self._refuse()
            name = str(self.value())
            if name in seen:
                raise self._wrong(ValueError(self._json.told_twice(name)))
            seen.add(name)
            if self.char != ":":
                self._refuse()
            self._take()
            yield name

    def _take(self) -> str:
        char = self.char
        self._at += len(char)
        return char

    def _skip(self) -> None:
        """Pass over blanks, and read on where nothing else is left."""
        end = end_of_blanks(self._held, self._at)
        if end == len(self._held) and not self._ended:
            self._last = self._line_at(self._at)
        while end == len(self._held) and not self._ended:
            self._at = end
            self._more(0)
            end = end_of_blanks(self._held, 0)
        self._at = end

    def _more(self, least: int) -> None:
        """Let go of what was passed over, and hold at least as many bytes more."""
        self._line, self._counted = self._line_at(self._at), 0
        begin = self._held.rfind(_LF, 0, self._at)
        self._before = self._at - begin - 1 if begin >= 0 else self._before + self._at
        self._gone += self._at
        self._held, self._at = self._held[self._at :], 0
        read, self._begin = self._begin or self._stream.read(max(least, PIECE)), b""
        self._ended = not read
        try:
            self._held += self._decoder.decode(read, final=self._ended)
        except UnicodeDecodeError as error:
            before = self._line + self._held.count(_LF) + error.object.count(b"\n", 0, error.start)
            problem = f"byte 0x{error.object[error.start]:02x} is not UTF-8: save the export as UTF-8"
            raise HistoryError(f"{self._name}:{before}", problem) from None

    def _line_at(self, at: int) -> int:
        if at >= self._counted:
            self._line += self._held.count(_LF, self._counted, at)
            self._counted = at
            return self._line
        return self._line - self._held.count(_LF, at, self._counted)

    def _check(self, length: int, most: int) -> None:
        if length > LARGEST_VALUE:
            raise too_large(f"{self._name}:{self._line_at(self._at)}")
        if most and length > most:
            raise TooLarge

    def _refuse(self) -> None:
        """What stands next cannot stand there. Raises: HistoryError."""
        raise self._wrong(json.JSONDecodeError("", self._held, self._at))

    def _wrong(self, error: ValueError) -> HistoryError:
        if not isinstance(error, json.JSONDecodeError):
            return HistoryError(f"{self._name}:{self._line_at(self._at)}", str(error))
        solid = len(self._held.rstrip(_BLANKS))
        line = self._line_at(min(fault_at(error), solid)) if solid else self._last
        return HistoryError(f"{self._name}:{line}", fault(error, self._before))
