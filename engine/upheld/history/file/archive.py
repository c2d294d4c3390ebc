r"""Archives: the files that lie in a ZIP, in order of their names.

Nothing is written to the disk. An archive that could do harm elsewhere is refused all the same:
with names that lead out of it, two of one name, more files than any export has, or more in them
than in proportion. What systems put beside files (``__MACOSX``, hidden ones) is passed over.

    >>> from io import BytesIO
    >>> packed = BytesIO()
    >>> with zipfile.ZipFile(packed, "w") as made:
    ...     made.writestr("export/b.csv", "ticket,at\n")
    ...     made.writestr("__MACOSX/b.csv", "?")
    >>> archive = Archive("export.zip", packed)
    >>> archive.names, archive.is_workbook
    (['export/b.csv'], False)
    >>> archive.opened("export/b.csv").read()
    b'ticket,at\n'

Source: THREATS F06.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from io import BufferedReader
from typing import BinaryIO, Final, TypeVar, cast

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file.packing import CHUNK, Counted, Limit, Unpacking

MOST_ENTRIES: Final = 1_000
LARGEST_READ: Final = 2**22
"""Bytes that are read at once, and so of the list of entries, which is held."""

_BESIDE: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_WORKBOOK: Final = re.compile(r"\[Content_Types\]\.xml|content\.xml", re.IGNORECASE)
_ENCRYPTED: Final = 0b10_0000_0100_0001
"""Bits of an entry's flags: encrypted, strongly so, and with a hidden head."""
_SPLIT: Final = re.compile(r"([0-9]+)")

Found = TypeVar("Found")


def in_order(name: str) -> list[tuple[int, str]]:
    """A key by which names are sorted; numbers in them by their size, so that `page-2` comes before `page-10`."""
    return [(int(each[:18]) if each.isdigit() else 0, each) for each in _SPLIT.split(name)]


def is_hidden(name: str) -> bool:
    """Whether a file, or a folder above it, is one that nobody exported: hidden, or put there by a system."""
    parts = name.split("/")
    return any(part.startswith((".", "~$")) or part.lower() in _BESIDE for part in parts)


class Archive:
    """A ZIP that is being read; what is opened of it shares one limit.

    Attributes:
        names: Of the files in it that are no hidden ones, in order.
        is_workbook: Whether it is the workbook of a spreadsheet.
        position: Bytes of it that have been read.

    Raises: HistoryError for what is damaged or refused.
    """

    def __init__(self, name: str, opened: BinaryIO) -> None:
        self._name = name
        self._packed = _Sought(opened)
        self._limit = Limit(name, self._packed)
        self._zip = self._tried(lambda: zipfile.ZipFile(cast(BinaryIO, self._packed)))
        entries = self._zip.infolist()
        self.is_workbook = any(map(_WORKBOOK.fullmatch, [each.filename for each in entries]))
        self.names = [] if self.is_workbook else sorted(self._files(entries), key=in_order)

    @property
    def position(self) -> int:
        return self._packed.bytes

    def opened(self, name: str) -> BufferedReader:
        """What one of the files holds."""
        read = self._tried(lambda: cast(BufferedReader, self._zip.open(name))).read1
        place = f"{self._name}/{name}"
        return BufferedReader(Unpacking(place, "ZIP", lambda size: _read(read, size), self._limit), CHUNK)

    def _files(self, entries: list[zipfile.ZipInfo]) -> list[str]:
        if len(entries) > MOST_ENTRIES:
            problem = f"this ZIP file has {len(entries)} entries, and at most {MOST_ENTRIES} are read: unpack it"
            raise HistoryError(self._name, problem)
        names: set[str] = set()
        for each in entries:
            name = each.filename
            if not name.isprintable():
                problem = (
                    f"this ZIP file has an entry {quoted(name)}, a name with characters that do not show: rename it"
                )
                raise HistoryError(self._name, problem)
            if "\\" in name or name.startswith("/") or ":" in name[:2] or _leads_out(name):
                problem = f"this ZIP file has an entry {quoted(name)}, a name that leads out of it: it is not read"
                raise HistoryError(self._name, problem)
            if name in names:
                raise HistoryError(self._name, f"this ZIP file has two entries {quoted(name)}: unpack it, and keep one")
            if each.flag_bits & _ENCRYPTED:
                raise HistoryError(self._name, "this ZIP file is encrypted: unpack it with its password")
            names.add(name)
        return [name for name in names if not name.endswith("/") and not is_hidden(name)]

    def _tried(self, work: Callable[[], Found]) -> Found:
        try:
            return work()
        except NotImplementedError as error:
            told = str(error)
            raise HistoryError(
                self._name, f"this ZIP file is packed in a way that is not read ({told}): unpack it"
            ) from None
        except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, OverflowError) as error:
            told = "damaged, or cut short" if "not a zip file" in str(error) else f"damaged: {error}"
            raise HistoryError(self._name, f"this ZIP file is {told}; export or copy it again") from None


class _Sought(Counted):
    """Bytes of an archive, wherever in it they lie; those that are read again count again, up to its size."""

    def __init__(self, opened: BinaryIO) -> None:
        super().__init__(opened)
        self._size = opened.seek(0, 2)

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if whence == 0 and offset < 0:
            raise zipfile.BadZipFile("an entry lies before its beginning")
        return self._opened.seek(offset, whence)

    def tell(self) -> int:
        return self._opened.tell()

    def read(self, size: int = -1, /) -> bytes:
        size = self._size if size is None or size < 0 else size
        data = self._opened.read(min(size, LARGEST_READ + 1))
        if len(data) > LARGEST_READ:
            raise zipfile.BadZipFile("its list of entries is too long")
        self.bytes = min(self.bytes + len(data), self._size)
        return data


def _leads_out(name: str) -> bool:
    return ".." in name.split("/")


def _read(read: Callable[[int], bytes], size: int) -> bytes:
    """Some bytes of an entry. Raises: ValueError for damage; EOFError."""
    try:
        return read(size)
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise ValueError(str(error)) from None
    except (zlib.error, lzma.LZMAError) as error:
        raise ValueError(str(error)) from None
