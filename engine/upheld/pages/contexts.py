"""Contexts: what each template may read, as a frozen value of its own.

The fields of a context are the names that its template knows; a test compares the two, so that neither has one more.
Rows are made before markup: a context holds texts, numbers in words, and markup of our own making alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from upheld.pages.figures import Figure
from upheld.pages.lifecycle.drawing import Drawing
from upheld.pages.parts import Part, Section, Text
from upheld.pages.single_file import Sheet


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A page of blocks: ``page.html.j2``.

    Attributes:
        language: Its code.
        style: What it looks like.
        title: Its own, at the top and in the browser's.
        parts: What stands below it.
        sections: The rest.
    """

    language: str
    style: Sheet
    title: str
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Plotted:
    """A figure with its plot."""

    figure: Figure
    svg: Markup


@dataclass(frozen=True, slots=True)
class Group:
    """The figures that answer one question.

    Attributes:
        key, notes: What is to be said of several of them, once.
    """

    question: str
    figures: tuple[Plotted, ...]
    key: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the report with its figures."""

    section: Section
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A number at the top of the report.

    Attributes:
        kind: The colour that it means something in, ``kept`` or ``broken``; ``""`` for none.
        href: Where it is told in full; ``""`` for nowhere.
    """

    name: str
    value: str
    note: str
    kind: str
    href: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A ticket in the report's register.

    Attributes:
        href: Its part; ``""`` where it has none.
        standing: How it stands with its promises, by name and in words.
        rank: The number of its severity among those of the policy; 0 for none.
        cells: What the columns say besides.
    """

    ticket: str
    href: str
    standing: str
    said: str
    rank: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the register can be narrowed to.

    Attributes:
        id: That of its button.
        says: Its name, with how many there are.
    """

    id: str
    says: str


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """The register: its columns, its rows, and what it can be narrowed to.

    Attributes:
        tight: For each cell of a row whether it is not to be broken.
        open: Whether it is unfolded from the beginning.
    """

    id: str
    title: str
    head: tuple[str, ...]
    tight: tuple[bool, ...]
    rows: tuple[RegisterRow, ...]
    standings: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    notes: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class TicketPart:
    """A ticket told in full.

    Attributes:
        standing: How it stands with its promises, by name and in words.
        parts: What it is, and the table of its promises.
        timeline: Its timeline; ``None`` where nothing opened it, or nothing lasted.
        sections: Its story.
    """

    id: str
    ticket: str
    standing: str
    said: str
    parts: tuple[Part, ...]
    timeline: Plotted | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets told in full."""

    id: str
    title: str
    note: str
    all: tuple[TicketPart, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The report: ``report.html.j2``.

    Attributes:
        logo: Its address, ``data:``; ``""`` for none.
        vendor: Whose promises these are.
        period: Of which time it tells.
        cautions: What nobody may overlook.
        facts: Of what it tells.
        contents: Every chapter, in order: its anchor and its title.
        chapters, grounds: The sections before the tickets, and after them.
    """

    language: str
    style: Sheet
    title: str
    logo: str
    vendor: str
    period: str
    tiles: tuple[Tile, ...]
    cautions: tuple[Text, ...]
    facts: tuple[Text, ...]
    contents: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]
    register: RegisterTable
    tickets: Tickets
    grounds: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language in which a page speaks, and where it does; ``""`` where that is here."""

    code: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class TermsInLanguage:
    """What a policy says in one language: ``terms_in_language.html.j2``.

    Attributes:
        id: Its anchor.
        language: Its code.
        tongues: All languages of the page, where there are several.
        drawing: Its lifecycle, where that can be drawn.
        drawn_at: The anchor of the drawing.
        edition: Which version of which policy it is.
    """

    id: str
    language: str
    title: str
    tongues: tuple[Tongue, ...]
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    drawing: Drawing | None
    drawn_at: str
    edition: str


@dataclass(frozen=True, slots=True)
class TermsPage:
    """The terms of a vendor, in every language: ``terms.html.j2``.

    Attributes:
        languages: What is said in each, written down already; the first is shown first.
    """

    language: str
    style: Sheet
    title: str
    languages: tuple[Markup, ...]
