"""A workbook in binary parts (xlsb), written by hand."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from table_files.workbooks import PACKAGE, RELATIONS, packed


def record(kind: int, data: bytes = b"") -> bytes:
    """A record; both numbers take seven bits a byte."""
    return _varying(kind) + _varying(len(data)) + data


def _varying(number: int) -> bytes:
    text = b""
    while number > 0x7F:
        text += bytes([number & 0x7F | 0x80])
        number >>= 7
    return text + bytes([number])


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows: Sequence[Sequence[str | float]], extra: bytes = b"") -> bytes:
    """One sheet called `S`; ``extra`` are records after its rows."""
    sheet = record(129) + record(148, struct.pack("<IIII", 0, len(rows), 0, 10)) + record(145)
    for number, row in enumerate(rows):
        sheet += record(0, struct.pack("<I", number) + bytes(21))
        for column, value in enumerate(row):
            head = struct.pack("<II", column, 0)
            if isinstance(value, str):
                sheet += record(6, head + _text(value))
            else:
                sheet += record(5, head + struct.pack("<d", value))
    sheet += extra + record(146) + record(130)
    listed = struct.pack("<II", 0, 1) + _text("rId1") + _text("S")
    kind = "application/vnd.ms-excel"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
            f'<Default Extension="bin" ContentType="{kind}.sheet.binary.macroEnabled.main"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
            "xl/workbook.bin": record(131) + record(143) + record(156, listed) + record(144) + record(132),
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": sheet,
        }
    )
