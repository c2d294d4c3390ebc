"""The blocks of a page: what is said of a policy, before it is written as text or as Markdown.

A page is a list of blocks, and a block is made of lines. Both renderers take the same
page, so neither can say more than the other, and both escape what authors wrote: no
block holds markup.

    >>> line("By ", strong("phone"), None, Cited(("GM-04",), ()))
    (Words(text='By ', style='plain'), Words(text='phone', style='strong'), Cited(clauses=('GM-04',), assumes=()))
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from upheld.core.policy.provenance import Grounds

NO_BREAK: Final = "\u00a0"
"""A space at which no line is broken."""

ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+", re.ASCII)
"""Addresses that may be followed: never one that runs a script."""

Style = Literal["plain", "strong", "code", "link", "ticket"]


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Cited:
    """The clauses and assumptions that what stands before rests on."""

    clauses: tuple[str, ...]
    assumes: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.clauses or self.assumes)


Line = tuple[Words | Cited, ...]
Part = str | Words | Cited | Grounds | None


def strong(text: str) -> Words:
    """A name or a word that stands out."""
    return Words(text, "strong")


def code(text: str) -> Words:
    """An id, or a value as the policy writes it."""
    return Words(text, "code")


def ticket(id: str) -> Words:
    """A ticket's id; a page that tells of the ticket leads there."""
    return Words(id, "ticket")


def link(text: str) -> Words:
    """An address on the web; one that is none is shown as the text it is."""
    return Words(text, "link")


def cited(*grounds: Grounds | None) -> Cited:
    """Everything that any of them rests on, each once, in order."""
    given = [each for each in grounds if each is not None]
    clauses = dict.fromkeys(clause for each in given for clause in each.clauses)
    assumes = dict.fromkeys(assumption for each in given for assumption in each.assumes)
    return Cited(tuple(clauses), tuple(assumes))


def line(*parts: Part) -> Line:
    """A line of texts, and of citations: of a part of the policy, what it rests on."""
    found: list[Words | Cited] = []
    for part in parts:
        piece = Words(part) if isinstance(part, str) else cited(part) if isinstance(part, Grounds) else part
        if piece is not None and (piece if isinstance(piece, Cited) else piece.text):
            found.append(piece)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; level 1 is the page's own."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some lines of text; ``loud`` for what nobody may overlook."""

    line: Line
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Bullet:
    """An entry of a list, with entries below it; ``anchor`` is what references to it are called."""

    line: Line
    below: tuple[Line, ...] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, numbered where its order counts."""

    items: tuple[Bullet, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes to a table, each with the mark by which its cells name it."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; each row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.head) for row in self.rows), self.head


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram in Mermaid's language, where the page can show one."""

    source: str


Block = Heading | Paragraph | Bullets | Notes | Table | Diagram


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page.

    Attributes:
        blocks: From top to bottom.
        clauses, assumptions: The ids that references may name.
    """

    blocks: tuple[Block, ...]
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...]


def clause_anchor(clause: str) -> str:
    """What references to a clause point at."""
    return f"clause-{clause}"


def assumption_anchor(assumption: str) -> str:
    """What references to an assumption point at."""
    return f"assumption-{assumption}"


def table(head: Sequence[str], rows: Sequence[Sequence[Line]]) -> Table:
    """A table without the columns in which no row says anything."""
    told = [at for at, _ in enumerate(head) if any(row[at] for row in rows)]
    return Table(tuple(head[at] for at in told), tuple(tuple(row[at] for at in told) for row in rows))


def bullets(lines: Iterable[Line], *, numbered: bool = False) -> list[Block]:
    """A list of these lines; nothing where there are none."""
    items = tuple(Bullet(each) for each in lines)
    return [Bullets(items, numbered)] if items else []


def section(title: str, blocks: Iterable[Block], level: int = 2) -> list[Block]:
    """Blocks under a heading; nothing where there are none."""
    found = list(blocks)
    return [Heading(level, title), *found] if found else []


def citations_in(blocks: Iterable[Block]) -> Cited:
    """Everything that is cited in some blocks, each once."""
    clauses: dict[str, None] = {}
    assumes: dict[str, None] = {}
    for block in blocks:
        for piece in _pieces(block):
            if isinstance(piece, Cited):
                clauses |= dict.fromkeys(piece.clauses)
                assumes |= dict.fromkeys(piece.assumes)
    return Cited(tuple(clauses), tuple(assumes))


def _pieces(block: Block) -> Iterator[Words | Cited]:
    match block:
        case Paragraph(line):
            yield from line
        case Notes(lines):
            for each in lines:
                yield from each
        case Bullets(items):
            for item in items:
                for each in (item.line, *item.below):
                    yield from each
        case Table(rows=rows):
            for row in rows:
                for cell in row:
                    yield from cell


def visible(text: str) -> str:
    """A text in which nothing moves a cursor, turns the direction of writing or hides (THREATS F13).

    >>> visible("a title\\n\\x1b[31mwith tricks\\u202e")
    'a title\\\\n\\\\x1b[31mwith tricks\\\\u202e'
    >>> visible("fermé à « midi »")
    'fermé à « midi »'
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    # The no-break spaces of French are not "printable" to Python, and harmless.
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")
