"""The plain page: any page of `show` as one HTML file, through the one renderer of blocks.

What a page says in a terminal and in Markdown, it says here, neither more nor less.

    >>> from upheld.show.page.blocks import Heading, Page, Paragraph, line
    >>> made = html(Page((Heading(1, "Terms"), Paragraph(line("<b>Read</b> this"))), (), ()), "en")
    >>> "<p>&lt;b&gt;Read&lt;/b&gt; this</p>" in made
    True
"""

from __future__ import annotations

from upheld.pages.contexts import PlainPage
from upheld.pages.parts import parted
from upheld.pages.single_file import styles
from upheld.pages.templates import written
from upheld.show.page.blocks import Page


def html(page: Page, language: str) -> str:
    """The page as HTML that needs nothing else, in the language in which it was written."""
    made = parted(page)
    return written("page.html.j2", language, PlainPage(language, styles(), made.title, made.parts, made.sections))
