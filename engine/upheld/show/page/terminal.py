"""Terminal: a page as text, in colour where somebody looks at it, plainly in a pipe.

`rich` lays out the tables and breaks the lines. It is never given markup, only text
that has been made visible, so nothing in a policy can colour, link or move anything.
Written plainly the page depends on nothing but the policy: not on the size of a
terminal, nor on what it can show.
"""

from __future__ import annotations

from io import StringIO
from typing import Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from upheld.show.page.blocks import (
    NO_BREAK,
    Block,
    Bullet,
    Bullets,
    Cited,
    Diagram,
    Heading,
    Line,
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
"""Stands for a no-break space while lines are broken, since `rich` breaks at every kind of space."""

_STYLES: Final = {"plain": "", "strong": "bold", "code": "cyan", "link": ""}
_UNDERLINES: Final = {1: "═", 2: "─"}


def text(page: Page, *, width: int, colour: bool) -> str:
    """The page as text of so many columns; ``colour`` adds a terminal's codes for it."""
    stream = StringIO()
    console = Console(
        file=stream,
        width=max(width, NARROWEST),
        height=100,
        color_system="standard" if colour else None,
        force_terminal=colour,
        force_jupyter=False,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
        no_color=not colour,
    )
    for at, block in enumerate(page.blocks):
        if isinstance(block, Diagram):
            continue
        if isinstance(block, Heading) and at:
            console.print()
        console.print(_block(block))
        if not isinstance(block, Heading):
            console.print()
    lines = (line.rstrip(" ") for line in stream.getvalue().replace(_GLUE, NO_BREAK).split("\n"))
    return "\n".join(lines).strip("\n") + "\n"


def _block(block: Block) -> RenderableType:
    match block:
        case Heading(level, title):
            return _heading(level, title)
        case Paragraph(line, loud):
            return _loud(line) if loud else _text(line)
        case Bullets(items, numbered):
            marks = [f"{at}." if numbered else "•" for at in range(1, len(items) + 1)]
            return Group(*(_bullet(item, mark) for item, mark in zip(items, marks)))
        case Table():
            return _grid(block)
        case Diagram():
            return Group()


def _heading(level: int, title: str) -> RenderableType:
    heading = Text(_safe(title), style="bold")
    if level not in _UNDERLINES:
        return heading
    return Group(heading, Text(_UNDERLINES[level] * heading.cell_len, style="dim"), Text())


def _loud(line: Line) -> RenderableType:
    grid = Grid(box=box.HEAVY, show_header=False, border_style="bold red", padding=(0, 1))
    grid.add_column(overflow="fold")
    grid.add_row(Text(_text(line).plain, style="bold red"))
    return grid


def _bullet(bullet: Bullet, mark: str) -> RenderableType:
    grid = _hanging(mark, _text(bullet.line))
    for below in bullet.below:
        grid.add_row(Text(), _hanging("–", _text(below), width=1))
    return grid


def _hanging(mark: str, text: Text, width: int = 2) -> Grid:
    """A text with a mark before its first line, and its other lines below its first."""
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True, min_width=width)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(Text(mark), text)
    return grid


def _grid(table: Table) -> RenderableType:
    """A table; references too long for a column of it follow below, row by row."""
    last = len(table.head) - 1
    references = [_text(row[last]) for row in table.rows if not any(isinstance(each, Words) for each in row[last])]
    apart = len(references) == len(table.rows) and any(len(each) > WIDEST_REFERENCES for each in references)
    shown = last if apart else last + 1
    grid = Grid(box=box.SIMPLE_HEAD, padding=(0, 1), header_style="bold", pad_edge=False, show_edge=False)
    for name in table.head[:shown]:
        grid.add_column(Text(_safe(name)), overflow="fold")
    for row in table.rows:
        grid.add_row(*(_text(cell) for cell in row[:shown]))
    if not apart:
        return grid
    below = [Bullet((*row[0], *row[last])) for row in table.rows if row[last]]
    return Group(grid, Text(), *(_bullet(each, "") for each in below))


def _text(line: Line) -> Text:
    found = Text()
    for piece in line:
        if isinstance(piece, Words):
            found.append(_safe(piece.text), style=_STYLES[piece.style])
        else:
            found.append(_cited(piece) if found else _cited(piece).lstrip(" "), style="dim")
    found.rstrip()
    return found


def _cited(cited: Cited) -> str:
    return f" [{', '.join((*cited.clauses, *(f'≈{each}' for each in cited.assumes)))}]"


def _safe(text: str) -> str:
    return visible(text).replace(NO_BREAK, _GLUE)
