"""Incomplete pages: what a page says of records that nobody could read, so that it never passes for the whole."""

from __future__ import annotations

from dataclasses import replace

from upheld.show.page import Page, Paragraph, line
from upheld.show.view import View


def incomplete(page: Page, view: View, skipped: int) -> Page:
    """The same page; below its title it says that so many bad records of the history were skipped, if any were."""
    if not skipped:
        return page
    title, *rest = page.blocks
    return replace(page, blocks=(title, Paragraph(line(view.tongue.counted("loud.skipped", skipped)), True), *rest))
