"""Tables for spreadsheets: CSV in which no cell is a formula.

A spreadsheet runs what begins with ``=``, ``+``, ``-`` or ``@``, and a history comes from
strangers. So such a text gets an apostrophe in front, also where the sign comes after
blanks or on a later line of the cell, or is a full-width one. Numbers stay numbers.

    >>> safe("=HYPERLINK(1)"), safe("T-1"), safe(-45), safe(None)
    ("'=HYPERLINK(1)", 'T-1', '-45', '')

Source: THREATS F02.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

_FORMULA = re.compile(r"^[\s\u00a0]*[=+\-@＝＋－＠]|^[\t\r\n]", re.MULTILINE)


def safe(cell: str | int | None) -> str:
    """A cell that a spreadsheet takes for a number or a text, and never for a formula."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(int(cell))
    return "\n".join(_safe_line(line) for line in re.split(r"\r\n|\r|\n", cell)) if cell else ""


class Sheet:
    """A CSV table that is written row by row, with ``\\r\\n`` after each as RFC 4180 has it."""

    def __init__(self, file: TextIO, header: Sequence[str]) -> None:
        self._writer = csv.writer(file, lineterminator="\r\n")
        self.write(header)

    def write(self, row: Iterable[str | int | None]) -> None:
        """Write a row."""
        self._writer.writerow([safe(cell) for cell in row])


def table(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> str:
    """A whole CSV table."""
    text = io.StringIO()
    sheet = Sheet(text, header)
    for row in rows:
        sheet.write(row)
    return text.getvalue()


def _safe_line(line: str) -> str:
    return f"'{line}" if _FORMULA.match(line) else line
