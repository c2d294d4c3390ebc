"""A real browser, that of the system: ``dev.py check browser`` runs what needs it.

Without ``--browser`` these tests are skipped, since a newcomer's machine need not have one. With it they fail where
there is none, and say what to install.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium, without a network of its own."""
    if not request.config.getoption("--browser"):
        pytest.skip("needs a browser: `dev.py check browser` runs it")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None or not Path(found).exists():
        pytest.fail("there is no Chromium: `apt-get install chromium`, or let CHROMIUM name one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS])
        yield opened
        opened.close()
