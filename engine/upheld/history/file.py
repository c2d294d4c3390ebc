r"""Files: an export of a tracker, as text or bytes, within limits.

Exports come gzipped or not, with or without a byte order mark, and with the line ends of
three families of machines, sometimes in one file. All of that ends here. So does what is
damaged, and what unpacks to more than anybody has exported: both are told with their place.

    >>> file = HistoryFile("log.csv", BytesIO(b"\xef\xbb\xbfticket,at\r\nT-1,\rT-2,\n"))
    >>> list(file.lines())
    [(1, 'ticket,at'), (2, 'T-1,'), (3, 'T-2,')]

Source: THREATS F06, Y13.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from upheld.core.errors import HistoryError
from upheld.history.notice import Notices
from upheld.history.part import Part

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STANDARD_INPUT: Final = "-"
GZIP: Final = b"\x1f\x8b"
FREE_BYTES: Final = 2**20
"""What may come out of a gzip file whatever went in."""
LARGEST_RATIO: Final = 100
"""Bytes that may come out for one that went in; event logs in XML, the wordiest, come to 45."""
MOST_BYTES: Final = 2**36
"""What may come out at all: 64 GiB."""
LONGEST_LINE: Final = 1_000_000
"""Characters of a line; a longer one is not the line of a table or a record."""

_CHUNK: Final = 2**16
_HEAD: Final = 2**12
"""Bytes from which a file is recognised, where there are so many."""


class HistoryFile:
    """An export that is being read, once, from its beginning.

    Attributes:
        name: What places in it are called: what the user wrote.
        size: Bytes of it on disk; ``None`` where nobody knows.
        packed: Whether it is gzipped.
        notices: What is noticed while it is read, by whichever format reads it.
        part: Which of its tables is meant, where it may hold several; whoever opened it may say so.
    """

    def __init__(self, name: str, opened: BinaryIO, size: int | None = None, notices: Notices | None = None) -> None:
        self.name = name
        self.size = size
        self.notices = Notices() if notices is None else notices
        self.part = Part()
        self._opened = opened
        self._counted = _Counted(opened)
        raw = BufferedReader(self._counted, _CHUNK)
        self.packed = raw.peek(2)[:2] == GZIP
        self._stream = BufferedReader(_Unpacked(name, raw, self._counted), _CHUNK) if self.packed else raw

    @classmethod
    def open(cls, path: str) -> HistoryFile:
        """The file at a path, or standard input for ``-``. Raises: OSError; HistoryError where that is closed."""
        if path == STANDARD_INPUT:
            if sys.stdin is None:  # as Python has it where whoever started it closed it
                raise HistoryError("<stdin>", "standard input is closed: name a file, or pipe one in")
            return cls("<stdin>", sys.stdin.buffer)
        opened = Path(path).open("rb")  # noqa: SIM115 - whoever reads the history closes it
        return cls(path, opened, os.fstat(opened.fileno()).st_size)

    @property
    def position(self) -> int:
        """Bytes of it, as they lie on disk, that have been read so far."""
        return self._counted.bytes

    @property
    def head(self) -> bytes:
        """Its first bytes, unpacked, some thousands of them; only before anything was read."""
        return self._stream.peek(1)

    def stream(self) -> BinaryIO:
        """Everything, unpacked, with its byte order mark if it has one. Reading raises: HistoryError."""
        return cast(BinaryIO, self._stream)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number from 1, without its end; a line ends with LF, CR or both.

        Raises: HistoryError for bytes that are no UTF-8, for a line longer than `LONGEST_LINE`, for a damaged file.
        """
        number, rest = 0, ""
        for text, problem in self._texts():
            parts = (rest + text).split("\n")
            rest = parts.pop()
            for number, line in enumerate(parts, number + 1):  # noqa: B020 - it goes on from the last
                yield number, line
            if problem:
                raise HistoryError(f"{self.name}:{number + 1}", problem)
            if len(rest) > LONGEST_LINE:
                raise HistoryError(f"{self.name}:{number + 1}", f"this line is longer than {LONGEST_LINE} characters")
        if rest:
            yield number + 1, rest

    def _texts(self) -> Iterator[tuple[str, str]]:
        """Pieces of text in which every line ends with LF; the last may come with the reason why it is the last."""
        held, begun = b"", False
        while True:
            read = self._stream.read(_CHUNK)
            chunk, held = held + read, b""
            if not begun:
                begun = True
                self._refuse_wide(chunk)
                chunk = chunk.removeprefix(BOM_UTF8)
            if read:
                chunk, held = _whole(chunk)
            problem = ""
            try:
                text = chunk.decode()
            except UnicodeDecodeError as error:
                text = chunk[: error.start].decode()
                problem = f"byte 0x{chunk[error.start]:02x} is not UTF-8: save the export as UTF-8"
            yield text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text, problem
            if not read:
                return

    def _refuse_wide(self, chunk: bytes) -> None:
        if chunk.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            raise HistoryError(self.name, "this is UTF-16: save the export as UTF-8")

    def close(self) -> None:
        """Let go of the file; standard input is left open."""
        if self._opened is not sys.stdin.buffer:
            self._opened.close()

    def __enter__(self) -> HistoryFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_UNFINISHED: Final = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2}|\r)\Z")


def _whole(chunk: bytes) -> tuple[bytes, bytes]:
    """What can be read of a piece, and the begin of a character or of a line end that the next piece goes on with."""
    cut = _UNFINISHED.search(chunk, max(0, len(chunk) - 3))
    return (chunk, b"") if cut is None else (chunk[: cut.start()], chunk[cut.start() :])


class _Counted(RawIOBase):
    """Bytes as they lie on disk, counted."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened = cast(BytesIO, opened)
        self.bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = self._opened.read1(len(view))
        while not self.bytes and data and len(data) < min(_HEAD, len(view)):  # a pipe may begin with a single byte
            more = self._opened.read1(min(_HEAD, len(view)) - len(data))
            if not more:
                break
            data += more
        view[: len(data)] = data
        self.bytes += len(data)
        return len(data)


class _Unpacked(RawIOBase):
    """What comes out of a gzip file, as long as it is in proportion."""

    def __init__(self, name: str, packed: BufferedReader[_Counted], counted: _Counted) -> None:
        self._name = name
        self._gzip = gzip.GzipFile(fileobj=packed)
        self._counted = counted
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            data = self._gzip.read1(len(view))
        except EOFError:
            raise HistoryError(self._name, "this gzip file is cut short: export or copy it again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise HistoryError(self._name, f"this gzip file is damaged: {error}") from None
        self._bytes += len(data)
        if self._bytes > max(FREE_BYTES, LARGEST_RATIO * self._counted.bytes) or self._bytes > MOST_BYTES:
            told = f"{self._counted.bytes} bytes unpack to more than {self._bytes}"
            raise HistoryError(self._name, f"{told}: no export does; unpack it yourself if you trust it")
        view[: len(data)] = data
        return len(data)
