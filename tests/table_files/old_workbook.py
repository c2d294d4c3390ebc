"""A workbook of the 1990s (BIFF8 in a compound file), written by hand."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from table_files.workbooks import DATE_TIME, Value

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(sheets: Mapping[str, Sequence[Sequence[Value]]], *, password: bool = False, extra: bytes = b"") -> bytes:
    """A workbook; a pair is a number that is shown as an instant. ``extra`` are records of the last sheet."""
    globals_ = (
        _bof(5) + (_record(0x2F, b"\1".ljust(54, b"\0")) if password else b"") + _record(0x42, struct.pack("<H", 1200))
    )
    globals_ += _record(0x41E, struct.pack("<HHB", 164, 16, 0) + b"dd/mm/yyyy hh:mm")
    globals_ += b"".join(_record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 164))
    bodies = [_sheet(rows, extra if name == list(sheets)[-1] else b"") for name, rows in sheets.items()]
    at = len(globals_) + sum(4 + 8 + len(name) for name in sheets) + 4
    for name, body in zip(sheets, bodies):
        globals_ += _record(0x85, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name.encode("latin-1"))
        at += len(body)
    return compound({"Workbook": globals_ + _record(0x0A, b"") + b"".join(bodies)})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 1997, 0, 6))


def _sheet(rows: Sequence[Sequence[Value]], extra: bytes) -> bytes:
    body = _bof(0x10)
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, bool):
                body += _record(0x205, struct.pack("<HHHBB", row, column, 0, value, 0))
            elif isinstance(value, str):
                head = struct.pack("<HHHHB", row, column, 0, len(value), 1)
                body += _record(0x204, head + value.encode("utf-16-le"))
            elif value is not None:
                number, style = value if isinstance(value, tuple) else (value, 0)
                body += _record(0x203, struct.pack("<HHHd", row, column, int(style == DATE_TIME), number))
    return body + extra + _record(0x0A, b"")


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of these streams; each is made as long as those that do not lie with the small ones."""
    sectors, table, entries = b"", [], [_entry("Root Entry", 5, _END, 0)]
    for name, data in streams.items():
        padded = max(4096, len(data))
        count = -(-padded // _SECTOR)
        entries.append(_entry(name, 2, len(table), padded))
        table += [*range(len(table) + 1, len(table) + count), _END]
        sectors += data.ljust(count * _SECTOR, b"\0")
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = len(table)
    table += [*range(directory + 1, directory + len(entries) // 4), _END]
    sectors += b"".join(entries)
    first, count = len(table), 1
    while len(table) + count > count * 128:
        count += 1
    table += [_TABLE] * count
    table += [_FREE] * (count * 128 - len(table))
    listed = [*range(first, first + count)] + [_FREE] * (109 - count)
    head = SIGNATURE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", count, directory, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", *listed)
    return head + sectors + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, begin: int, size: int) -> bytes:
    text = f"{name}\0".encode("utf-16-le")
    child = 1 if kind == 5 else _FREE
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", begin, size)
