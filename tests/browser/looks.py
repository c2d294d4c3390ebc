"""What is asked of any page, however it is looked at: by width, scheme, paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at a page: the width of the window, in pixels, the scheme, and screen or paper."""

    name: str
    width: int
    scheme: Literal["light", "dark"] = "light"
    media: Literal["screen", "print"] = "screen"

    def __str__(self) -> str:
        return self.name


PHONE = Look("phone", 360)
PAPER = Look("A4", 688, media="print")
"""The width of A4 between the margins that the page asks for."""
LOOKS = (Look("light", 1280), Look("dark", 1280, "dark"), PHONE, Look("dark phone", 360, "dark"), PAPER)

WIDER_THAN_THE_WINDOW = """() => {
    const within = e => { for (let p = e.parentElement; p; p = p.parentElement)
        if (["auto", "scroll", "hidden"].includes(getComputedStyle(p).overflowX)) return true; return false; };
    const wide = [...document.querySelectorAll("body *")].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width && (box.right > innerWidth + 1 || box.left < -1) && !e.closest(".skip") && !within(e); });
    const page = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
    return page.concat(wide.map(e => e.outerHTML.slice(0, 120))); }"""
"""What is cut off or makes the page scroll sideways; what scrolls within itself is not."""


@contextmanager
def looked_at(browser: Browser, file: Path, look: Look) -> Iterator[tuple[Page, list[str]]]:
    """A page as somebody looks at it, and what it asks for: itself, and nothing else."""
    context = browser.new_context(viewport={"width": look.width, "height": 900}, color_scheme=look.scheme)
    try:
        page = context.new_page()
        page.emulate_media(color_scheme=look.scheme, media=look.media)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        page.goto(file.as_uri())
        yield page, asked
    finally:
        context.close()


def unfolded(page: Page) -> None:
    """Unfold everything that can be, and lay out what lies below the window."""
    page.evaluate(
        """() => { document.querySelectorAll("details").forEach(e => e.open = true);
        document.querySelectorAll("*").forEach(e => e.style.contentVisibility = "visible"); }"""
    )


def violations(page: Page) -> list[Any]:
    """What axe finds, each with the first places."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"][:3]]) for each in found]
