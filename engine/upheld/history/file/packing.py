r"""Packing: what a file is packed in, and what comes out of it, as long as that is in proportion.

Which packing it is shows at the first bytes, whatever the file is called. A packed file may be
several, one after another, as logs are rotated into one. What is damaged, cut short, or unpacks
to more than anybody has exported is told.

    >>> from io import BufferedReader, BytesIO
    >>> packed = Counted(BytesIO(gzip.compress(b"ticket,at\n")))
    >>> raw = BufferedReader(packed)
    >>> packing = packing_of(raw.peek(1))
    >>> packing.name, unpacked("log.csv.gz", packing, raw, Limit("log.csv.gz", packed)).read()
    ('gzip', b'ticket,at\n')

Source: THREATS F06.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable
from io import BufferedReader, BytesIO, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, Protocol, cast

from upheld.core.errors import HistoryError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK: Final = 2**16
"""Bytes that are read at once."""
HEAD: Final = 2**12
"""Bytes from which a file is recognised, where there are so many."""
FREE_BYTES: Final = 2**20
"""What may come out of a packed file whatever went in."""
LARGEST_RATIO: Final = 100
"""Bytes that may come out for one that went in; event logs in XML, the wordiest, come to 45."""
MOST_BYTES: Final = 2**36
"""What may come out at all: 64 GiB."""
MOST_MEMORY: Final = 2**28
"""What unpacking may hold: 256 MiB; the highest setting of xz takes a quarter of it."""

ZIP: Final = b"PK\x03\x04"
"""How archives of ZIP begin, and with them the workbooks of spreadsheets."""
ARCHIVES: Final = (
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x1f\x9d", "packed by `compress`"),
    (b"\x04\x22\x4d\x18", "packed as LZ4"),
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"PK\x07\x08", "a ZIP file in several parts"),
)
"""What is not unpacked, by how it begins."""
_TAR: Final = slice(257, 262), b"ustar"
_PART: Final = slice(30, 100)
_OF_WORKBOOK: Final = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetypeapplication/vnd.oasis.")


class _Decompressor(Protocol):
    """What the libraries of the three packings have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Packing(NamedTuple):
    """A way of packing one file.

    Attributes:
        name: What people call it.
        suffixes: How names of such files end.
        marks: How such files begin; each is cut to the bytes that are compared.
        decompressor: What unpacks one of several that stand one after another; ``None`` for gzip, which has its own.
        padding: A byte that may stand between them.
    """

    name: str
    suffixes: tuple[str, ...]
    marks: tuple[bytes, ...]
    decompressor: Callable[[], _Decompressor] | None
    padding: bytes = b""


def _xz() -> _Decompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_MEMORY)


_BLOCKS: Final = b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"
_BZIP2: Final = tuple(b"BZh%d%b" % (size, block) for size in range(1, 10) for block in _BLOCKS)
"""With the first block, or the end where there is none: `BZh` alone may begin a text."""

PACKINGS: Final = (
    Packing("gzip", (".gz", ".gzip"), (b"\x1f\x8b",), None),
    Packing("bzip2", (".bz2", ".bz"), _BZIP2, bz2.BZ2Decompressor),
    Packing("xz", (".xz",), (b"\xfd7zXZ\x00",), _xz, b"\0"),
    Packing(
        "zstd",
        (".zst", ".zstd"),
        (b"\x28\xb5\x2f\xfd", *(bytes([number]) + b"\x2a\x4d\x18" for number in range(0x50, 0x60))),
        lambda: cast(_Decompressor, zstd.ZstdDecompressor()),
    ),
)
_FAILURES: Final = (OSError, ValueError, lzma.LZMAError, zstd.ZstdError, MemoryError)


def packing_of(head: bytes) -> Packing | None:
    """What a file that begins so is packed in; ``None`` for what is not packed, or not as one file."""
    return next((each for each in PACKINGS if head.startswith(each.marks)), None)


def archive_of(head: bytes) -> str:
    """What a file that begins so is, where it is packed and not unpacked here; ``""`` for all others."""
    if head[_TAR[0]] == _TAR[1]:
        return "a tar archive"
    return next((told for mark, told in ARCHIVES if head.startswith(mark)), "")


def is_workbook(head: bytes) -> bool:
    """Whether a ZIP file that begins so is the workbook of a spreadsheet, by the first that lies in it."""
    return head.startswith(ZIP) and head[_PART].startswith(_OF_WORKBOOK)


def bare_name(name: str) -> str:
    """The name without what tells of packing, in lower case.

    >>> bare_name("Log.CSV.bz2")
    'log.csv'
    """
    bare = name.lower()
    suffix = next((end for each in PACKINGS for end in each.suffixes if bare.endswith(end)), "")
    return bare.removesuffix(suffix)


class Counted(RawIOBase):
    """Bytes as they lie on disk, counted."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened = cast(BytesIO, opened)
        self.bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = self._opened.read1(len(view))
        while not self.bytes and data and len(data) < min(HEAD, len(view)):  # a pipe may begin with a single byte
            more = self._opened.read1(min(HEAD, len(view)) - len(data))
            if not more:
                break
            data += more
        view[: len(data)] = data
        self.bytes += len(data)
        return len(data)


class Limit:
    """What may come out of a packed file, by what went in.

    Raises: HistoryError from `add`, once it is more.
    """

    def __init__(self, name: str, packed: Counted) -> None:
        self._name = name
        self._packed = packed
        self._bytes = 0

    def add(self, number: int) -> None:
        """So many bytes came out."""
        self._bytes += number
        if self._bytes > max(FREE_BYTES, LARGEST_RATIO * self._packed.bytes) or self._bytes > MOST_BYTES:
            told = f"{self._packed.bytes} bytes unpack to more than {self._bytes}"
            raise HistoryError(self._name, f"{told}: no export does; unpack it yourself if you trust it")


class Unpacking(RawIOBase):
    """What comes out of a packed file. Reading raises: HistoryError."""

    def __init__(self, name: str, what: str, read: Callable[[int], bytes], limit: Limit) -> None:
        self._name = name
        self._what = what
        self._read = read
        self._limit = limit
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            data = self._read(len(view))
        except EOFError:
            raise HistoryError(self._name, f"this {self._what} file is cut short: export or copy it again") from None
        except (ValueError, lzma.LZMAError, zstd.ZstdError, zlib.error, gzip.BadGzipFile) as error:
            told = f"this {self._what} file is damaged: {_shown(error)}; export or copy it again"
            raise HistoryError(self._name, told) from None
        self._limit.add(len(data))
        if not self._begun:
            self._begun = True
            refuse_within(self._name, data)
        view[: len(data)] = data
        return len(data)


def refuse_within(name: str, head: bytes) -> None:
    """Refuse what is packed within a packed file. Raises: HistoryError."""
    packing = packing_of(head)
    told = archive_of(head) or (f"packed as {packing.name}" if packing is not None else "")
    if head.startswith(ZIP) and not is_workbook(head):
        told = "a ZIP file"
    if told:
        raise HistoryError(
            name, f"what is packed in this file is {told} again: unpack it once, and give what comes out"
        )


def unpacked(name: str, packing: Packing, packed: BufferedReader[Counted], limit: Limit) -> BufferedReader[Unpacking]:
    """What a file holds that is packed so."""
    read: Callable[[int], bytes]
    if packing.decompressor is None:
        read = gzip.GzipFile(fileobj=packed).read1
    else:
        read = _Parts(packing, packing.decompressor, packed).read
    return BufferedReader(Unpacking(name, packing.name, read, limit), CHUNK)


class _Parts:
    """Parts that were packed one by one and stand one after another.

    What follows the last one and is none is damage: the readers of Python's library pass over it, and with it over
    every part after one whose first bytes are wrong.
    """

    def __init__(self, packing: Packing, make: Callable[[], _Decompressor], packed: BufferedReader[Counted]) -> None:
        self._packing = packing
        self._make = make
        self._packed = packed
        self._part = make()
        self._begun = False

    def read(self, size: int) -> bytes:
        """Some bytes, at most so many; none at the end. Raises: EOFError, ValueError."""
        while True:
            if self._part.eof:
                rest = self._rest()
                if not rest:
                    return b""
                self._part, self._begun = self._make(), False
            elif self._part.needs_input:
                rest = self._packed.read1(CHUNK)
                if not rest:
                    raise EOFError
            else:
                rest = b""
            try:
                data = self._part.decompress(rest, size)
            except _FAILURES as error:
                raise ValueError(_shown(error)) from None
            if data:
                return data

    def _rest(self) -> bytes:
        """What follows the part that has ended."""
        rest = self._part.unused_data.lstrip(self._packing.padding) if self._packing.padding else self._part.unused_data
        while not rest:
            rest = self._packed.read1(CHUNK)
            if not rest:
                return b""
            rest = rest.lstrip(self._packing.padding) if self._packing.padding else rest
        return rest


def _shown(error: Exception) -> str:
    """What a library says of it, in our manner."""
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:] if text else "it cannot be unpacked"
