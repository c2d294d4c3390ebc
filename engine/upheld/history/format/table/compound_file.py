"""Compound files (OLE2): what documents of the 1990s, and encrypted ones of today, lie in.

Read only as far as it takes to say what a file is, and how large its sheet is, before anything
holds it. Whatever is damaged in it ends the reading: a chain of sectors is followed no further
than the file has sectors.

Source: MS-CFB, sections 2.2 to 2.6; MS-XLS, sections 2.4.90 and 2.5.19; THREATS F06.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

SIGNATURE: Final = bytes.fromhex("d0cf11e0a1b11ae1")

_END: Final = 0xFFFFFFFA
"""Numbers from here on are no sectors but signs."""
_ENTRY: Final = 128
_CELLS: Final = frozenset({0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x0001, 0x0002, 0x0003, 0x0004})
"""Records of one cell: formula, blank, number, label, boolean or error, RK; with those of older versions."""
_SEVERAL: Final = frozenset({0x00BD, 0x00BE})
"""Records of several cells in a row."""
_LABEL_SST: Final = 0x00FD
_SUBSTREAM: Final = 0x0809
_PASSWORD: Final = 0x002F


class Damaged(ValueError):
    """This is no compound file, or not all of it."""


class CompoundFile:
    """A compound file in memory.

    Attributes:
        streams: The streams by name: where each begins, and its bytes.

    Raises: Damaged, as its methods do.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise Damaged
        self._data = data
        shift, small = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small != 6:
            raise Damaged
        self._size = 1 << shift
        tables, directory, _, self._cutoff, mini, _, more, _ = struct.unpack_from("<8I", data, 44)
        self._next = self._allocation(tables, more)
        entries = self._chain(directory)
        self.streams: dict[str, tuple[int, int]] = {}
        self._mini = self._mini_next = b""
        for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", errors="replace")
            begin, size = struct.unpack_from("<II", entries, at + 116)
            if kind == 2:
                self.streams.setdefault(name, (begin, size))
            elif kind == 5 and begin < _END:
                self._mini, self._mini_next = self._chain(begin), self._chain(mini)

    def stream(self, name: str) -> bytes:
        """Everything in a stream that is there."""
        begin, size = self.streams[name]
        if size >= self._cutoff:
            return self._chain(begin)[:size]
        found, seen = [], 0
        while begin < _END:
            piece = self._mini[begin * 64 : begin * 64 + 64]
            seen += 64
            if not piece or seen > len(self._mini) or begin * 4 + 4 > len(self._mini_next):
                raise Damaged
            found.append(piece)
            (begin,) = struct.unpack_from("<I", self._mini_next, begin * 4)
        return b"".join(found)[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        if at >= len(self._data):
            raise Damaged
        return self._data[at : at + self._size]

    def _allocation(self, tables: int, more: int) -> tuple[int, ...]:
        """Which sector follows each."""
        listed = list(struct.unpack_from("<109I", self._data, 76))
        per, seen = self._size // 4, 0
        while more < _END:
            seen += 1
            sector = self._sector(more)
            if seen * self._size > len(self._data) or len(sector) < self._size:
                raise Damaged
            *numbers, more = struct.unpack(f"<{per}I", sector)
            listed += numbers
        table = b"".join(self._sector(number) for number in listed[:tables] if number < _END)
        return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])

    def _chain(self, number: int) -> bytes:
        found: list[bytes] = []
        while number < _END:
            if number >= len(self._next) or len(found) * self._size > len(self._data):
                raise Damaged
            found.append(self._sector(number))
            number = self._next[number]
        return b"".join(found)


def has_password(book: bytes) -> bool:
    """Whether the stream of a workbook is encrypted."""
    return any(kind == _PASSWORD for kind, _, _ in _records(book))


def sheet_extents(book: bytes) -> Iterator[tuple[int, int]]:
    """How many rows and columns each sheet of a workbook's stream goes to; one without cells is not told."""
    rows = columns = 0
    for kind, at, size in _records(book):
        if kind == _SUBSTREAM:
            if rows:
                yield rows, columns
            rows = columns = 0
        elif (kind == _LABEL_SST or kind in _CELLS or kind in _SEVERAL) and size >= 6:
            row, column = struct.unpack_from("<HH", book, at)
            if kind in _SEVERAL:
                (column,) = struct.unpack_from("<H", book, at + size - 2)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    if rows:
        yield rows, columns


def _records(book: bytes) -> Iterator[tuple[int, int, int]]:
    """The kind of each record, where its data begin, and their bytes."""
    at, end = 0, len(book)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", book, at)
        if at + 4 + size <= end:
            yield kind, at + 4, size
        at += 4 + size
