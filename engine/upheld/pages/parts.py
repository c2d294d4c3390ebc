"""Parts: the blocks of `show` as the nested parts of a page, each with its place.

Headings open sections, which get an anchor; references get the place that they lead to, where the page has it; columns
of numbers are told from columns of words. What a template is given is ready: it decides nothing.

    >>> from upheld.show.page.blocks import Heading, Page, Paragraph, line
    >>> made = parted(Page((Heading(1, "Terms"), Heading(2, "Hours"), Paragraph(line("By day"))), (), ()))
    >>> made.title, [(each.id, each.title, len(each.parts)) for each in made.sections]
    ('Terms', [('hours', 'Hours', 1)])
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from upheld.show.page.blocks import (
    ADDRESS,
    Block,
    Bullets,
    Cited,
    Diagram,
    Heading,
    Line,
    Notes,
    Page,
    Paragraph,
    Style,
    Table,
    Words,
    assumption_anchor,
    clause_anchor,
)

_SPACE: Final = r"[ \u00a0\u202f]"
_NUMBER: Final = re.compile(
    rf"[-−+]?[\d\u00a0\u202f .,/:]*\d(?:{_SPACE}?(?:%|h|min|s|d|j|[A-Z]{{3}})(?:{_SPACE}\d+)?)*", re.ASCII
)
"""A number, a share, a length of time, an amount: what stands to the right of its column."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text.

    Attributes:
        kind: How it is set; ``clause`` and ``assumption`` are references.
        href: Where it leads to; ``""`` for nowhere.
    """

    text: str
    kind: Style | Literal["clause", "assumption"] = "plain"
    href: str = ""


Text = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list, with entries below it; ``id`` is its anchor, or ``""``."""

    text: Text
    below: tuple[Text, ...]
    id: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    items: tuple[Item, ...]
    numbered: bool
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; ``loud`` for what nobody may overlook."""

    text: Text
    loud: bool
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True, slots=True)
class Remarks:
    """Notes to a table."""

    texts: tuple[Text, ...]
    kind: Literal["remarks"] = "remarks"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        numbers: For each column whether it holds numbers alone.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    numbers: tuple[bool, ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where the page draws the states."""

    kind: Literal["drawing"] = "drawing"


Part = Listed | Prose | Remarks | Grid | Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under a heading, and the sections below it."""

    id: str
    level: int
    title: str
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Parted:
    """A page in its parts: what stands below its title, and its sections."""

    title: str
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]


class Anchors:
    """The anchors of one file: each is given once, and references lead to those that are known.

    Args:
        clauses, assumptions: The ids that have a place in this file.
        within: Begins all anchors, where the file says the same in another language too.

    Attributes:
        tickets: The anchors of the tickets that the file tells of.
    """

    def __init__(self, clauses: Iterable[str] = (), assumptions: Iterable[str] = (), within: str = "") -> None:
        self._clauses, self._assumptions, self._within = frozenset(clauses), frozenset(assumptions), within
        self.tickets: Mapping[str, str] = {}
        self._given: set[str] = set()

    def new(self, title: str, prefix: str = "") -> str:
        """An anchor that nothing else has, from a title; the letters of the alphabet, digits and hyphens alone."""
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
        words = re.sub(r"[^a-z0-9]+", "-", f"{prefix}{plain}").strip("-")[:60].strip("-") or "part"
        if words.startswith(("clause-", "assumption-")):  # the anchors of references
            words = f"part-{words}"
        first = found = f"{self._within}{words}"
        number = 1
        while found in self._given:
            number += 1
            found = f"{first}-{number}"
        self._given.add(found)
        return found

    def own(self, anchor: str) -> str:
        """An anchor that a block brings, the first time; then ``""``."""
        found = f"{self._within}{anchor}"
        if not anchor or found in self._given:
            return ""
        self._given.add(found)
        return found

    def ticket(self, id: str) -> str:
        """Where a ticket is told of; ``""`` where it is not."""
        return f"#{self.tickets[id]}" if id in self.tickets else ""

    def clause(self, name: str) -> str:
        """Where a reference to a clause leads to."""
        return f"#{self._within}{clause_anchor(name)}" if name in self._clauses else ""

    def assumption(self, name: str) -> str:
        """Where a reference to an assumption leads to."""
        return f"#{self._within}{assumption_anchor(name)}" if name in self._assumptions else ""


def parted(page: Page, anchors: Anchors | None = None, *, prefix: str = "", deeper: int = 0) -> Parted:
    """A page in its parts.

    Args:
        anchors: Those of the file that the page becomes a part of; its own where it is a file alone.
        prefix: Begins the anchors of its sections.
        deeper: By how much its headings stand below what they say, where it is a part of a larger page.
    """
    anchors = anchors or Anchors(page.clauses, page.assumptions)
    title, blocks = "", page.blocks
    if blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        title, blocks = blocks[0].text, blocks[1:]
    first = next((at for at, each in enumerate(blocks) if isinstance(each, Heading)), len(blocks))
    own = parts(blocks[:first], anchors)
    return Parted(title, own, _sections(blocks[first:], anchors, prefix, deeper))


def parts(blocks: Iterable[Block], anchors: Anchors) -> tuple[Part, ...]:
    """Blocks without headings as parts."""
    return tuple(_part(each, anchors) for each in blocks if not isinstance(each, Heading))


def text(line: Line, anchors: Anchors) -> Text:
    """The pieces of a line; each thing that is cited is one."""
    found: list[Piece] = []
    for each in line:
        if isinstance(each, Cited):
            found += [Piece(name, "clause", anchors.clause(name)) for name in each.clauses]
            found += [Piece(f"≈{name}", "assumption", anchors.assumption(name)) for name in each.assumes]
        else:
            found.append(_piece(each, anchors))
    return tuple(found)


def _piece(words: Words, anchors: Anchors) -> Piece:
    if words.style == "ticket":
        return Piece(words.text, "ticket", anchors.ticket(words.text))
    if words.style != "link":
        return Piece(words.text, words.style)
    return Piece(words.text, "link", words.text if ADDRESS.fullmatch(words.text) else "")


def _sections(blocks: Sequence[Block], anchors: Anchors, prefix: str, deeper: int) -> tuple[Section, ...]:
    """Sections of the level of the first heading; what stands deeper belongs to the one before it."""
    found = []
    starts = [at for at, each in enumerate(blocks) if isinstance(each, Heading) and each.level <= _level(blocks)]
    for start, end in zip(starts, (*starts[1:], len(blocks))):
        heading, inner = blocks[start], blocks[start + 1 : end]
        assert isinstance(heading, Heading)
        id = anchors.new(heading.text, prefix)
        below = next((at for at, each in enumerate(inner) if isinstance(each, Heading)), len(inner))
        own, rest = parts(inner[:below], anchors), _sections(inner[below:], anchors, prefix, deeper)
        found.append(Section(id, heading.level + deeper, heading.text, own, rest))
    return tuple(found)


def _level(blocks: Sequence[Block]) -> int:
    return next((each.level for each in blocks if isinstance(each, Heading)), 0)


def _part(block: Block, anchors: Anchors) -> Part:
    match block:
        case Paragraph(told, loud):
            return Prose(text(told, anchors), loud)
        case Bullets(items, numbered):
            entries = (
                Item(text(each.line, anchors), tuple(text(below, anchors) for below in each.below), anchor)
                for each in items
                for anchor in [anchors.own(each.anchor)]
            )
            return Listed(tuple(entries), numbered)
        case Notes(lines):
            return Remarks(tuple(text(each, anchors) for each in lines))
        case Table(head, rows):
            cells = tuple(tuple(text(cell, anchors) for cell in row) for row in rows)
            return Grid(head, cells, tuple(_is_numeric([row[at] for row in cells]) for at, _ in enumerate(head)))
        case Diagram():
            return Drawing()
        case Heading():
            raise AssertionError(block)


def _is_numeric(cells: Iterable[Text]) -> bool:
    told = [cell for cell in ("".join(piece.text for piece in each).strip() for each in cells) if cell not in ("", "–")]
    return bool(told) and all(_NUMBER.fullmatch(cell) for cell in told)
