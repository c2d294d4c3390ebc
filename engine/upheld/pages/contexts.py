"""Contexts: what each template may read, as a frozen value of its own.

The fields of a context are the names that its template knows; a test compares the two, so that neither has one more.
Rows are made before markup: a context holds texts, numbers in words, and markup of our own making alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from upheld.pages.parts import Part, Section
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
