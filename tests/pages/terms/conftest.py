"""A browser that looks at published terms: the system's Chromium; without one, what needs it is skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

Opened = Callable[..., Any]

WIDER_THAN_THE_WINDOW = """() => [...document.querySelectorAll('body *')].filter(each => {
  if (each.closest('.scroll') && !each.matches('.scroll')) return false;
  const box = each.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !each.matches('.skip');
}).map(each => each.outerHTML.slice(0, 90))"""


@dataclass
class Seen:
    """A page in the browser, and what it did on its way there."""

    page: Page
    asked: list[str] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium is installed here")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser) -> Opened:
    """Open a file in a window of this width, in light or in the dark, on a screen or as print."""

    @contextmanager
    def look(file: Path, anchor: str = "", width: int = 1180, scheme: Any = "light", media: Any = "screen") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900})
        seen = Seen(context.new_page())
        seen.page.emulate_media(media=media, color_scheme=scheme, reduced_motion="reduce")
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.on("dialog", lambda dialog: (seen.fired.append(dialog.message), dialog.dismiss()))
        seen.page.on("console", lambda message: seen.fired.append(message.text))
        seen.page.on("pageerror", lambda error: seen.fired.append(str(error)))
        seen.page.goto(file.as_uri() + anchor)
        yield seen
        context.close()

    return look
