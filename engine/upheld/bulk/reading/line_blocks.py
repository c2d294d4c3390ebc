"""Line blocks: the text of a file, many whole lines at once.

Only text is given that every reader takes for the same: UTF-8, each line ended by LF, or by CR and LF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from upheld.history.file import LONGEST_LINE, HistoryFile
from upheld.history.file.encoding import UTF_8, told_by_mark, wide_encoding
from upheld.history.file.history_file import CTRL_Z

SIZE: Final = 2**23
"""Bytes of a block, about; a line that is longer is the first of its block."""
_LF: Final = ord("\n")


class Unsure(Exception):
    """From this line on, the reader of single records has to look.

    Attributes:
        line: Its number, from 1.
    """

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Some lines of a file.

    Attributes:
        first: The number of the first of them, from 1.
        text: All of them, each with its LF.
        number: How many there are.
    """

    first: int
    text: bytes
    number: int
    _found: list[npt.NDArray[np.int64]] = field(default_factory=list, repr=False, compare=False)

    def without_first(self) -> LineBlock:
        """The same but for its first line."""
        return LineBlock(self.first + 1, self.text[self.text.index(b"\n") + 1 :], self.number - 1)

    def only(self, row: int) -> LineBlock:
        """One of its lines, from 0."""
        ends = self._ends()
        start = ends[row - 1] + 1 if row else 0
        return LineBlock(self.first + row, self.text[start : ends[row] + 1], 1)

    def halves(self) -> Iterator[LineBlock]:
        """The first and the second half of its lines, of which there are several."""
        middle = self.number // 2
        cut = self._ends()[middle - 1] + 1
        yield LineBlock(self.first, self.text[:cut], middle)
        yield LineBlock(self.first + middle, self.text[cut:], self.number - middle)

    def lines(self, most: int | None = None) -> Iterator[tuple[int, str]]:
        """Each line with its number, without its end, or some of the first."""
        number = self.number if most is None else min(most, self.number)
        lines = self.text.split(b"\n", number)[:number]
        yield from enumerate((line.decode() for line in lines), self.first)

    def _ends(self) -> npt.NDArray[np.int64]:
        if not self._found:
            self._found.append(np.flatnonzero(np.frombuffer(self.text, np.uint8) == _LF))
        return self._found[0]


def line_blocks(file: HistoryFile, size: int = SIZE) -> Iterator[LineBlock]:
    """The text of a file, from its beginning. Raises: Unsure; HistoryError, as the file's stream does."""
    if wide_encoding(file.head, file.said.encoding) or file.said.encoding not in ("", UTF_8):
        raise Unsure(1)
    stream = file.stream()
    first, rest = 1, b""
    while True:
        read = stream.read(size)
        text, end, rest = (rest + read).rpartition(b"\n") if read else (rest, b"\n" if rest else b"", b"")
        if first == 1 and text:
            text = text[told_by_mark(text)[1] :]
        if end:
            block = _sure(first, text + end)
            yield block
            first += block.number
        if not read:
            return
        if len(rest) > LONGEST_LINE:
            raise Unsure(first)


def _sure(first: int, text: bytes) -> LineBlock:
    """The lines of a text that nobody reads otherwise. Raises: Unsure."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
    if b"\r" in text or CTRL_Z.encode() in text:
        raise Unsure(first)
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == _LF)
    if len(text) > LONGEST_LINE and max(ends[0], np.diff(ends).max(initial=0)) > LONGEST_LINE:
        raise Unsure(first)
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError:
            raise Unsure(first) from None
    return LineBlock(first, text, len(ends))
