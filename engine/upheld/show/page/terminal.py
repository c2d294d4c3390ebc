"""Terminal: a page as text, in colour where somebody looks at it, plainly in a pipe.

Only text that has been made visible is laid out, so nothing in a policy can colour, link or
move anything. Written plainly the page depends on nothing but the policy: not on the size of
a terminal, nor on what it can show.

Columns are as wide as their widest cell; where all of them do not fit, the widest give way
first. How many columns a character takes is what `rich` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, chop_cells

from upheld.show.page.blocks import (
    NO_BREAK,
    Block,
    Bullet,
    Bullets,
    Cited,
    Diagram,
    Heading,
    Line,
    Notes,
    Page,
    Paragraph,
    Table,
    Words,
    visible,
)

WIDTH: Final = 100
"""Columns of a page that is written plainly."""

NARROWEST: Final = 40
WIDEST_REFERENCES: Final = 30
_GLUE: Final = "\ue000"
"""Stands for a no-break space while lines are broken at every kind of space."""

_WORD: Final = re.compile(r"\s*\S+\s*")
_NARROW: Final = re.compile("[ -~\xa0-\xac\xae-\u02ff\u2010-\u2022\u2026\u2192\u2248\ue000]*")
"""Texts in which each character takes one column: nearly all."""

_STYLES: Final = {"plain": "", "strong": "1", "code": "36", "link": "", "ticket": "1"}
_BOLD: Final = "1"
_DIM: Final = "2"
_LOUD: Final = "1;31"
_UNDERLINES: Final = {1: "═", 2: "─"}
_RULE: Final = "──"
_SECTION: Final = 2
"""The level of the headings that stand in a rule where the page is dense."""


class Piece(NamedTuple):
    """A text in one style: the numbers of a terminal's code, or ``""``."""

    text: str
    style: str = ""


Text = list[Piece]


def text(page: Page, *, width: int, colour: bool, dense: bool = False) -> str:
    """The page as text of so many columns; ``colour`` adds a terminal's codes for it.

    A ``dense`` page has its sections' headings in a rule across it, and no blank line between what belongs together.
    """
    layout = _Layout(max(width, NARROWEST), colour, dense)
    found: list[str] = []
    before: Block | None = None
    blocks = [block for block in page.blocks if not isinstance(block, Diagram)]
    for block, following in zip(blocks, (*blocks[1:], None)):
        if isinstance(block, Heading) and before is not None and not dense:
            found.append("")
        if dense and (_leads(before, block) or _follows(before, block, following)):
            found.pop()
        found += layout.block(block)
        if not isinstance(block, Heading):
            found.append("")
        before = block
    lines = "\n".join([line.rstrip(" ") for line in found])
    return lines.replace(_GLUE, NO_BREAK).strip("\n") + "\n"


def _leads(before: Block | None, block: Block | None) -> bool:
    """Whether a text leads to the list below it."""
    return isinstance(before, Paragraph) and not before.loud and isinstance(block, Bullets)


def _follows(before: Block | None, block: Block, following: Block | None) -> bool:
    """Whether a text that leads to a list stands below another list, with which it makes one."""
    return isinstance(before, Bullets) and _leads(block, following)


class _Layout:
    """Lays blocks out, in lines."""

    def __init__(self, width: int, colour: bool, dense: bool) -> None:
        self._width = width
        self._colour = colour
        self._dense = dense

    def block(self, block: Block) -> Iterable[str]:
        """The lines of a block."""
        match block:
            case Heading(level, title):
                return self._heading(level, title)
            case Paragraph(line, loud):
                return self._loud(line) if loud else self._broken(_text(line), self._width)
            case Bullets(items, numbered):
                marks = (f"{at}." if numbered else "•" for at in range(1, len(items) + 1))
                return (line for item, mark in zip(items, marks) for line in self._bullet(item, mark))
            case Notes(lines):
                return (each for line in lines for each in self._broken(_text(line), self._width))
            case Table():
                return self._table(block)
            case Diagram():
                return ()

    def _heading(self, level: int, title: str) -> Iterator[str]:
        shown = _safe(title)
        rest = self._width - _width(shown) - len(_RULE) - 2
        if self._dense and level == _SECTION and rest > 0:
            yield f"{self._painted(_RULE, _DIM)} {self._painted(shown, _BOLD)} {self._painted(_RULE[0] * rest, _DIM)}"
            return
        yield from self._broken([Piece(shown, _BOLD)], self._width)
        if level in _UNDERLINES:
            yield from self._broken([Piece(_UNDERLINES[level] * _width(shown), _DIM)], self._width)
            if not self._dense:
                yield ""

    def _loud(self, line: Line) -> Iterator[str]:
        """A frame around a text."""
        told = [Piece(piece.text, _LOUD) for piece in _text(line)]
        inner = min(sum(_width(piece.text) for piece in told), self._width - 4)
        yield self._painted("┏" + "━" * (inner + 2) + "┓", _LOUD)
        side = self._painted("┃", _LOUD)
        for each in self._filled(told, inner):
            yield f"{side} {each} {side}"
        yield self._painted("┗" + "━" * (inner + 2) + "┛", _LOUD)

    def _bullet(self, bullet: Bullet, mark: str) -> Iterator[str]:
        indent = max(_width(mark), 2) + 1
        yield from self._hanging(mark.ljust(indent), _text(bullet.line), self._width)
        for below in bullet.below:
            for line in self._hanging("– ", _text(below), self._width - indent):
                yield " " * indent + line

    def _hanging(self, mark: str, told: Text, width: int) -> Iterator[str]:
        """A text with a mark before its first line, and its other lines below its first."""
        before = mark
        for line in self._broken(told, width - len(mark)):
            yield before + line
            before = " " * len(mark)

    def _table(self, table: Table) -> Iterator[str]:
        """A table; references too long for a column of it follow below, row by row."""
        last = len(table.head) - 1
        references = [_text(row[last]) for row in table.rows if not any(isinstance(each, Words) for each in row[last])]
        longest = max((sum(len(piece.text) for piece in each) for each in references), default=0)
        apart = len(references) == len(table.rows) and longest > WIDEST_REFERENCES
        shown = last if apart else last + 1
        yield from self._grid(table.head[:shown], [row[:shown] for row in table.rows])
        if apart:
            yield ""
            for row in table.rows:
                if row[last]:
                    yield from self._bullet(Bullet((*row[0], *row[last])), "")

    def _grid(self, names: Sequence[str], lines: Sequence[Sequence[Line]]) -> Iterator[str]:
        head = [[Piece(_safe(name), _BOLD)] for name in names]
        rows = [[_text(cell) for cell in row] for row in lines]
        if not head:
            yield ""
            return
        widest = [max(_width(_plain(row[at])) for row in (head, *rows)) for at in range(len(head))]
        widths = _fitted(widest, self._width)
        yield from self._row(head, widths, at_bottom=True)
        yield "─" * (sum(widths) + 3 * len(widths) - 3)
        for row in rows:
            yield from self._row(row, widths)

    def _row(self, cells: Sequence[Text], widths: Sequence[int], *, at_bottom: bool = False) -> Iterator[str]:
        columns = [self._filled(cell, width) for cell, width in zip(cells, widths)]
        height = max(map(len, columns))
        for column, width in zip(columns, widths):
            missing = [" " * width] * (height - len(column))
            column[:] = [*missing, *column] if at_bottom else [*column, *missing]
        yield from map("   ".join, zip(*columns))

    def _filled(self, told: Text, width: int) -> list[str]:
        """Lines that are filled up with blanks."""
        plain = _plain(told)
        spans = _spans(plain, max(width, 1))
        return [self._slice(told, plain, start, end) + " " * (width - _width(plain[start:end])) for start, end in spans]

    def _broken(self, told: Text, width: int) -> list[str]:
        """The lines of a text that is so wide at most."""
        plain = _plain(told)
        return [self._slice(told, plain, start, end) for start, end in _spans(plain, width)]

    def _slice(self, told: Text, plain: str, start: int, end: int) -> str:
        if not self._colour:
            return plain[start:end]
        parts, at = [], 0
        for piece in told:
            part = piece.text[max(start - at, 0) : max(end - at, 0)]
            parts.append(self._painted(part, piece.style))
            at += len(piece.text)
        return "".join(parts)

    def _painted(self, shown: str, style: str) -> str:
        return f"\x1b[{style}m{shown}\x1b[0m" if self._colour and style and shown else shown


def _spans(plain: str, width: int) -> list[tuple[int, int]]:
    """Where each line of a text begins and ends, without the blanks at its end."""
    if _width(plain) <= width:
        return [(0, len(plain))]
    edges = [0, *_breaks(plain, width), len(plain)]
    return [(start, start + len(_ended(plain[start:end], width))) for start, end in zip(edges, edges[1:])]


def _ended(line: str, width: int) -> str:
    """A line without the blanks at its end; without wider ones only where they do not fit."""
    shown = line.rstrip(" ")
    return shown if _width(shown) <= width else shown.rstrip()


def _breaks(plain: str, width: int) -> Iterator[int]:
    """Where lines are broken: before a word that does not fit, and within one that is wider than a line."""
    used = 0
    for found in _WORD.finditer(plain):
        word, start = found[0], found.start()
        wide = _width(word.rstrip())
        if wide <= width - used:
            used += _width(word)
        elif wide <= width:
            yield start
            used = _width(word)
        else:
            for part in chop_cells(word, width):
                if start:
                    yield start
                start += len(part)
                used = _width(part)


def _fitted(widest: Sequence[int], width: int) -> list[int]:
    """The widths of columns, each as wide as its widest cell; where they do not fit, the widest give way first.

    Two blanks and one between stand around each; only a cell that is beside the edge has fewer.
    """
    beside = [(at > 0) + (at < len(widest) - 1) for at in range(len(widest))]
    room = width - (len(widest) - 1)
    widths = [min(cell + around, room) or 1 for cell, around in zip(widest, beside)]
    while (excess := sum(widths) - room) > 0:
        top = max(widths)
        next_width = max((each for each in widths if each < top), default=0)
        left = widths.count(top)
        for at, each in enumerate(widths):
            if each == top:
                less = min(top - next_width, round(excess / left), excess)
                widths[at] -= less
                excess, left = excess - less, left - 1
    return [max(each - around, 0) for each, around in zip(widths, beside)]


def _width(shown: str) -> int:
    """How many columns a text takes."""
    return len(shown) if _NARROW.fullmatch(shown) else cell_len(shown)


def _plain(told: Text) -> str:
    return told[0].text if len(told) == 1 else "".join([piece.text for piece in told])


def _text(line: Line) -> Text:
    """The pieces of a line, without blanks at its end."""
    found: Text = []
    for piece in line:
        if isinstance(piece, Words):
            found.append(Piece(_safe(piece.text), _STYLES[piece.style]))
        else:
            found.append(Piece(_cited(piece) if found else _cited(piece).lstrip(" "), _DIM))
    while found and not (last := found[-1].text.rstrip()):
        found.pop()
    if found:
        found[-1] = Piece(last, found[-1].style)
    return found


def _cited(cited: Cited) -> str:
    return f" [{', '.join((*cited.clauses, *(f'≈{each}' for each in cited.assumes)))}]"


def _safe(text: str) -> str:
    return visible(text).replace(NO_BREAK, _GLUE)
