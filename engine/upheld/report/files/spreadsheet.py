r"""Tables for spreadsheets: CSV in which no cell is a formula.

A spreadsheet runs what begins with ``=``, ``+``, ``-`` or ``@``, and a history comes from
strangers. So such a text gets an apostrophe in front, also where the sign comes after
blanks and quotes or is a full-width one. Where a cell begins is the reader's choice: many
spreadsheets split at ``;`` or TAB, and then what is quoted here is not quoted there. So
the same is done after every ``;``, ``,``, ``|``, TAB and line break in a text. Numbers
stay numbers.

    >>> safe("=HYPERLINK(1)"), safe("T-1"), safe(-45), safe(None)
    ("'=HYPERLINK(1)", 'T-1', '-45', '')
    >>> safe("T;=1+1; \"@SUM(1)"), safe("north, south; 5 - 3")
    ('T;\'=1+1;\' "@SUM(1)', 'north, south; 5 - 3')

Source: THREATS F02, V04.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

_BLANK: Final = r'\s";,|'
_PLAIN: Final = re.compile(rf"\w[^{_BLANK}]*")
_GAP: Final = re.compile(rf"(\A[{_BLANK}]*|(?<![{_BLANK}])[{_BLANK}]+)([=+\-@＝＋－＠﹦﹢﹣﹫]?)")
"""Everything between two words, in which a cell may begin, and the sign that follows."""
_BEGINS: Final = re.compile("[;,|\t\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BEFORE_TAB: Final = re.compile('[;,|\n](?="*\t)')


def safe(cell: str | int | None) -> str:
    """A cell that a spreadsheet takes for a number or a text, and never for a formula, wherever it splits lines."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(int(cell))
    if _PLAIN.fullmatch(cell):
        return cell
    return _GAP.sub(_guarded, cell.replace("\r\n", "\n").replace("\r", "\n"))


class Sheet:
    """A CSV table that is written row by row, with ``\\r\\n`` after each as RFC 4180 has it."""

    def __init__(self, file: TextIO, header: Sequence[str]) -> None:
        self._writer = csv.writer(file, lineterminator="\r\n")
        self.write(header)

    def write(self, row: Iterable[str | int | None]) -> None:
        """Write a row."""
        self._writer.writerow([safe(cell) for cell in row])


def rows_text(rows: Iterable[Iterable[str | int | None]]) -> str:
    """The same rows as text, without a head."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def table(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> str:
    """A whole CSV table."""
    text = io.StringIO()
    sheet = Sheet(text, header)
    for row in rows:
        sheet.write(row)
    return text.getvalue()


def _guarded(gap: re.Match[str]) -> str:
    """A gap with an apostrophe wherever a cell that begins there would begin with a sign, or with a TAB or line break.

    What follows at the end of a text is a quote, perhaps, and a line break.
    """
    blanks, sign = gap.groups()
    first = not gap.start() and (bool(sign) or blanks.startswith(("\t", "\n")))
    begins = _BEGINS if sign or gap.end() == len(gap.string) else _BEFORE_TAB
    return "'" * first + begins.sub(r"\g<0>'", blanks) + sign
