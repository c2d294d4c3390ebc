"""A report in a real browser: it fits, asks nobody, can be read by everybody, and runs nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser.looks import LOOKS, PHONE, WIDER_THAN_THE_WINDOW, Look, looked_at, unfolded, violations
from pages import hostile
from pages.made import month, report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MADE = ("greenmash in English", "proconcept in French", "hostile in English")


@pytest.fixture(scope="module")
def made(browser: Browser, root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports, in files."""
    folder = tmp_path_factory.mktemp("reports")
    asked = (
        (*month(root, "greenmash"), "--lang", "en", "--most", "3"),
        (*month(root, "proconcept"), "--lang", "fr", "--tickets", "all", "--most", "3"),
        (*hostile.files(folder), "--tickets", "all", "--most", "6"),
    )
    files = {name: folder / f"{name.replace(' ', '-')}.html" for name in MADE}
    for file, arguments in zip(files.values(), asked, strict=True):
        report(file, *arguments)
    return files


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", MADE)
def test_it_fits_and_asks_nobody(browser: Browser, made: dict[str, Path], name: str, look: Look) -> None:
    """Nothing is wider than the window and nothing is fetched, even with a ticket of 200 letters."""
    with looked_at(browser, made[name], look) as (page, asked):
        unfolded(page)
        assert [] == page.evaluate(WIDER_THAN_THE_WINDOW)
        assert [page.url] == asked


@pytest.mark.parametrize("look", (LOOKS[0], LOOKS[3]), ids=str)
@pytest.mark.parametrize("name", MADE)
def test_everybody_can_read_it(browser: Browser, made: dict[str, Path], name: str, look: Look) -> None:
    """Axe finds nothing, with everything unfolded."""
    with looked_at(browser, made[name], look) as (page, _):
        unfolded(page)
        assert [] == violations(page)


def test_what_strangers_wrote_runs_nothing(browser: Browser, made: dict[str, Path]) -> None:
    """Every element is hovered over and focused, every fold opened, every reference followed."""
    with looked_at(browser, made["hostile in English"], PHONE) as (page, asked):
        unfolded(page)
        page.evaluate(
            """() => document.querySelectorAll("*").forEach(e => {
                for (const kind of ["mouseover", "focus", "error", "load", "click"])
                    if (kind != "click" || (e.getAttribute("href") || "").startsWith("#"))
                        e.dispatchEvent(new Event(kind, {bubbles: true}));
            })"""
        )
        for link in page.query_selector_all("a[href^='#']")[:40]:
            link.evaluate("e => e.click()")
        page.wait_for_timeout(200)

        assert page.evaluate("typeof window.fired") == "undefined"
        assert [page.url.partition("#")[0]] == [each.partition("#")[0] for each in dict.fromkeys(asked)]


def test_the_keyboard_is_enough(browser: Browser, made: dict[str, Path]) -> None:
    """To skip to the content, to narrow the list of tickets, and to reach the story of a late one."""
    with looked_at(browser, made["greenmash in English"], LOOKS[0]) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"

        shown = "[...document.querySelectorAll('.register tbody tr')].filter(e => e.offsetParent).length"
        every = page.evaluate(shown)
        page.focus("#show-all")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.id") == "show-late"
        late = page.evaluate(shown)
        assert (34, 10) == (every, late)

        page.keyboard.press("Tab")  # to the severities
        page.keyboard.press("Tab")  # to the table, which scrolls
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "ticket-id"
        target = page.evaluate("document.activeElement.hash")
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector(':target').id") == target.removeprefix("#")

        page.focus(f"{target} .story summary")
        page.keyboard.press("Enter")
        assert page.evaluate(f"document.querySelector('{target} .story').open")


def test_every_reference_leads_somewhere(browser: Browser, made: dict[str, Path]) -> None:
    """Each to one place, and no two places have one name."""
    for file in made.values():
        with looked_at(browser, file, LOOKS[0]) as (page, _):
            ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
            hrefs = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(e => e.hash.slice(1))")
            assert len(ids) == len(set(ids))
            assert {*hrefs} <= {*ids}


def test_it_prints_on_a4(browser: Browser, made: dict[str, Path]) -> None:
    """On as many sheets as somebody would file, with nothing of what only a screen can do."""
    with looked_at(browser, made["greenmash in English"], LOOKS[0]) as (page, _):
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        page.emulate_media(media="print")

        assert printed.startswith(b"%PDF")
        assert 5 < len(re.findall(rb"/Type */Page\b(?!s)", printed)) < 30
        assert not page.is_visible(".narrow")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
