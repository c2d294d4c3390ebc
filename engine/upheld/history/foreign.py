"""What is no history: files that no format reads, and what to do with them.

Somebody who is told that a byte of a picture is not UTF-8 saves it as UTF-8. So what a file is
is said first, wherever its first bytes tell.

    >>> what_it_is(b"%PDF-1.7")
    'this is a PDF: export the table that it was printed from'
    >>> what_it_is(b"ticket,at")
    ''

Source: decision 0024.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from typing import Final

_UNPACK: Final = "unpack it, and name the files in it"
_TABLE: Final = "save its table as a workbook, or as CSV"
_SIGNATURES: Final = (
    (b"%PDF-", "a PDF", "export the table that it was printed from"),
    (b"\x89PNG\r\n", "a picture", "export the table that it shows"),
    (b"\xff\xd8\xff", "a picture", "export the table that it shows"),
    (b"GIF8", "a picture", "export the table that it shows"),
    (b"II*\0", "a picture", "export the table that it shows"),
    (b"{\\rtf", "an RTF document", _TABLE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of Office", _TABLE),
    (b"SQLite format 3\0", "an SQLite database and no event log", "export the table in it as CSV"),
    (b"Obj\1", "Avro", "save it as Parquet, or as JSON Lines"),
    (b"ORC", "ORC", "save it as Parquet, or as CSV"),
    (b"\x89HDF\r\n", "HDF5", "save it as Parquet, or as CSV"),
    (b"FEA1", "Feather of old", "save it as Parquet, or as CSV"),
    (b"\x04\x22\x4d\x18", "an LZ4 file", _UNPACK),
    (b"PK\3\4", "a ZIP file", _UNPACK),
    (b"PK\5\6", "an empty ZIP file", "export it again"),
    (b"\x1f\x9d", "a file packed by `compress`", _UNPACK),
    (b"MZ", "a program", "name the export of a tracker"),
    (b"\x7fELF", "a program", "name the export of a tracker"),
)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_PICKLE: Final = re.compile(rb"\x80[\x02-\x05][\x95cK}\]]")


def is_binary(head: bytes) -> bool:
    """Whether a file that begins so is no text in any encoding that exports are written in."""
    wide = head.startswith((BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_BE))  # one of UTF-32 begins as one of UTF-16
    return not wide and (bool(what_it_is(head)) or (b"\0" in head and not _is_wide_without_mark(head)))


def what_it_is(head: bytes) -> str:
    """What a file is that begins so and is no history, and what to do; ``""`` where its first bytes do not tell."""
    for signature, name, advice in _SIGNATURES:
        if head.startswith(signature) and (not signature.isalpha() or _CONTROL.search(head)):
            return f"this is {name}: {advice}"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "this is a picture: export the table that it shows"
    if _PICKLE.match(head):
        return "this is an object of Python: save its table as Parquet, or as CSV"
    return ""


def _is_wide_without_mark(head: bytes) -> bool:
    """Whether every other byte of it is none, as in UTF-16 of most languages."""
    return bool(head.strip(b"\0")) and not (head[0:64:2].strip(b"\0") and head[1:64:2].strip(b"\0"))
