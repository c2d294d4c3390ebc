r"""A file: an export of a tracker, as text or bytes, within limits.

Exports come packed or not, in several encodings, and with the line ends of three families of
machines, sometimes in one file. All of that ends here. So does what is damaged: it is told with its place.

    >>> from io import BytesIO
    >>> file = HistoryFile("log.csv", BytesIO(b"\xef\xbb\xbfticket,at\r\nT-1,\rT-2,\n"))
    >>> list(file.lines())
    [(1, 'ticket,at'), (2, 'T-1,'), (3, 'T-2,')]

Source: THREATS F06, Y13; decision 0024.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, cast

from upheld.core.errors import HistoryError
from upheld.history.file.encoding import Transcoded, as_utf_8, pieces, wide_encoding
from upheld.history.file.packing import CHUNK, Counted, Limit, archive_of, packing_of, unpacked
from upheld.history.notice import Notices
from upheld.history.part import Part

STANDARD_INPUT: Final = "-"
LONGEST_LINE: Final = 1_000_000
"""Characters of a line; a longer one is not the line of a table or a record."""
MARK: Final = "\ufeff"
"""The mark of the encoding, which files that were put together have again where one begins."""
CTRL_Z: Final = "\x1a"
"""What ended a text on machines that had no other way to say so; some exports still have it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a file that it does not say itself.

    Attributes:
        encoding: What it is written in, as Python calls it, or ``""``.
        head: The line that names the columns of a table, or 0.
        parts: Which of several tables in it is meant, by the key of a mapping that says so.
        is_guessed: Whether the likeliest of these is taken where nobody says it.
    """

    encoding: str = ""
    head: int = 0
    parts: Mapping[str, str] = field(default_factory=dict)
    is_guessed: bool = False


class HistoryFile:
    """An export that is being read, once, from its beginning.

    Attributes:
        name: What places in it are called: what the user wrote.
        size: Bytes of it on disk; ``None`` where nobody knows.
        notices: What is noticed while it is read, by whichever format reads it.
        said: What somebody says of it.
        part: Which of its tables is meant, and after it was read, which others there are.
        packed: Whether it is packed, as one file.
        is_chosen: Whether somebody named it; a file that a folder holds may be no history.

    Raises: HistoryError for an archive that is not unpacked here.
    """

    def __init__(
        self,
        name: str,
        opened: BinaryIO,
        size: int | None = None,
        notices: Notices | None = None,
        said: Said | None = None,
    ) -> None:
        self.name = name
        self.size = size
        self.notices = Notices() if notices is None else notices
        self.said = Said() if said is None else said
        self.part = Part(self.said.parts, self.said.is_guessed)
        self.is_chosen = True
        self._opened = opened
        self._counted = Counted(opened)
        raw = BufferedReader(self._counted, CHUNK)
        head = raw.peek(1)
        packing = packing_of(head)
        if archive_of(head):
            raise HistoryError(name, f"this is {archive_of(head)}: unpack it")
        self.packed = packing is not None
        self._stream = raw if packing is None else unpacked(name, packing, raw, Limit(name, self._counted))

    @classmethod
    def open(cls, path: str, notices: Notices | None = None, said: Said | None = None) -> HistoryFile:
        """The file at a path, or standard input for ``-``. Raises: OSError; HistoryError where that is closed."""
        if path == STANDARD_INPUT:
            if sys.stdin is None:  # as Python has it where whoever started it closed it
                raise HistoryError("<stdin>", "standard input is closed: name a file, or pipe one in")
            return cls("<stdin>", sys.stdin.buffer, None, notices, said)
        opened = Path(path).open("rb")  # noqa: SIM115 - whoever reads the history closes it
        try:
            return cls(path, opened, size_of(opened), notices, said)
        except BaseException:
            opened.close()
            raise

    @property
    def position(self) -> int:
        """Bytes of it, as they lie on disk, that have been read so far."""
        return self._counted.bytes

    @property
    def head(self) -> bytes:
        """Its first bytes, unpacked, some thousands of them; only before anything was read."""
        return self._stream.peek(1)

    @property
    def text_head(self) -> bytes:
        """The same of a text, in UTF-8, if it is known to be written in something else."""
        return as_utf_8(self.head, self.said.encoding)

    def stream(self) -> BinaryIO:
        """Everything, unpacked, with its byte order mark if it has one. Reading raises: HistoryError."""
        return cast(BinaryIO, self._stream)

    def utf_8(self) -> BinaryIO:
        """Everything as text in UTF-8; what is written in that, or does not tell in what, comes as it is."""
        if not wide_encoding(self.head, self.said.encoding):
            return self.stream()
        found = pieces(self._stream.read, self.said.encoding)
        return cast(BinaryIO, BufferedReader(Transcoded(self.name, found), CHUNK))

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number from 1, without its end; a line ends with LF, CR or both.

        Raises: HistoryError for bytes that are no text, for a line longer than `LONGEST_LINE`, for a damaged file.
        """
        number, rest, guessed = 0, "", 0
        for piece in pieces(self._stream.read, self.said.encoding):
            parts = (rest + piece.text).split("\n")
            if MARK in rest or MARK in piece.text:
                parts = [part.removeprefix(MARK) for part in parts]
            rest = parts.pop()
            for number, line in enumerate(parts, number + 1):  # noqa: B020 - it goes on from the last
                yield number, line
            if piece.guessed:
                guessed = number + 1
                kind = "doubtful-encoding" if piece.likely else "guessed-encoding"
                place = f"{self.name}:{guessed}"
                self.notices.note(kind, place, encoding=piece.guessed, likely=piece.likely)
            if piece.unlike:
                self.notices.note("looks-like-utf-8", self.name, encoding=piece.unlike)
            if piece.problem:
                raise HistoryError(f"{self.name}:{guessed if piece.is_doubt else number + 1}", piece.problem)
            if len(rest) > LONGEST_LINE:
                raise HistoryError(f"{self.name}:{number + 1}", f"this line is longer than {LONGEST_LINE} characters")
        if rest.rstrip(CTRL_Z):
            yield number + 1, rest.rstrip(CTRL_Z)

    def close(self) -> None:
        """Let go of the file; standard input is left open."""
        if sys.stdin is None or self._opened is not sys.stdin.buffer:
            self._opened.close()

    def __enter__(self) -> HistoryFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def size_of(opened: BinaryIO) -> int | None:
    """Bytes of a file on disk; ``None`` for a pipe or a device."""
    found = os.fstat(opened.fileno())
    return found.st_size if stat.S_ISREG(found.st_mode) else None
