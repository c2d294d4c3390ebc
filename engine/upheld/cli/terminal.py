"""Terminals: a page as wide as the window and in colour where somebody looks at it, plainly in a pipe."""

from __future__ import annotations

import os
import shutil
import sys

from upheld.show.page.blocks import Page
from upheld.show.page.terminal import WIDTH, text

WIDEST = 120


def written(page: Page) -> str:
    """The page as text for standard output; in a pipe the same bytes on every machine."""
    if not sys.stdout.isatty():
        return text(page, width=WIDTH, colour=False)
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return text(page, width=width, colour="NO_COLOR" not in os.environ)
