"""Published terms in a real browser: they fit, ask nobody, run nothing, and are read without a mouse or eyes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser.looks import LOOKS, PAPER, PHONE, WIDER_THAN_THE_WINDOW, Look, looked_at, violations
from pages import hostile

from upheld.loading import examine, load_policy
from upheld.pages.terms import terms

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

A4_HIGH_PX = 990
OUTSIDE_ITS_BOX = """() => {
  const boxes = [...document.querySelectorAll("svg rect")].map(each => each.getBBox());
  const outside = each => {
    const text = each.getBBox();
    return text.width && !boxes.some(box => box.x <= text.x && text.x + text.width <= box.x + box.width
      && box.y <= text.y + 3 && text.y + text.height <= box.y + box.height + 3);
  };
  return [...document.querySelectorAll("svg text:not(.stage)")].filter(outside).map(each => each.textContent);
}"""
IN_VIEW = """id => {
  const box = document.getElementById(id).getBoundingClientRect();
  return -1 <= box.top && box.top <= innerHeight;
}"""
SCROLLS = """() => {
  const box = document.querySelector("figure.lifecycle .scroll");
  return box.scrollWidth > box.clientWidth;
}"""


@pytest.fixture(scope="module")
def made(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A vendor with seventeen states, one with a timer, and a stranger's; each in English and in French."""
    folder = tmp_path_factory.mktemp("terms")
    stranger = examine(json.dumps(hostile.policy(), ensure_ascii=False).encode(), "hostile.json").policy
    assert stranger is not None
    files = {}
    for policy in (load_policy("manao"), load_policy("proconcept"), stranger):
        files[policy.id] = folder / f"{policy.id}.html"
        files[policy.id].write_text(terms(policy), encoding="utf-8", newline="")
    return files


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", ["manao", "hostile"])
def test_they_fit_ask_nobody_and_run_nothing(browser: Browser, made: dict[str, Path], name: str, look: Look) -> None:
    """Nothing is wider than the window, and each text of the drawing stays in its box; in both languages."""
    with looked_at(browser, made[name], look) as (page, asked):
        for article in page.locator("article").all():
            page.goto(f"{made[name].as_uri()}#{article.get_attribute('id')}")
            assert [] == page.evaluate(WIDER_THAN_THE_WINDOW)
            assert [] == page.evaluate(OUTSIDE_ITS_BOX)
        assert "undefined" == page.evaluate("typeof window.fired")
        assert {made[name].as_uri()} == {each.partition("#")[0] for each in asked}


@pytest.mark.parametrize("look", [each for each in LOOKS if each is not PAPER], ids=str)
@pytest.mark.parametrize("name", ["proconcept", "hostile"])
def test_everybody_can_read_them(browser: Browser, made: dict[str, Path], name: str, look: Look) -> None:
    """Axe finds nothing."""
    with looked_at(browser, made[name], look) as (page, _):
        assert [] == violations(page)


def shown(page: Page) -> list[str | None]:
    """The languages that can be read."""
    return [each.get_attribute("lang") for each in page.locator("article").all() if each.is_visible()]


def test_the_language_changes_without_a_mouse(browser: Browser, made: dict[str, Path]) -> None:
    """The first is shown; behind the skip link stands the switch, and Enter changes it, and back."""
    with looked_at(browser, made["proconcept"], PHONE) as (page, _):
        assert ["en"] == shown(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert ["fr"] == shown(page)
        page.go_back()
        assert ["en"] == shown(page)


def test_an_address_leads_to_a_clause_in_its_language(browser: Browser, made: dict[str, Path]) -> None:
    """A reference that is followed stays in the language that is being read, and shows the clause."""
    with looked_at(browser, made["proconcept"], LOOKS[0]) as (page, _):
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{made['proconcept'].as_uri()}#fr.clause-PC-07")
        assert ["fr"] == shown(page)
        assert page.evaluate(IN_VIEW, "fr.clause-PC-07")

        page.locator("article:visible a.cited.clause", has_text="PC-01").first.click()
        assert ["fr"] == shown(page)
        assert page.url.endswith("#fr.clause-PC-01")
        assert page.evaluate(IN_VIEW, "fr.clause-PC-01")

        page.locator("article:visible nav.contents a").first.click()
        assert ["fr"] == shown(page)


@pytest.mark.parametrize(("look", "scrolls"), [(PHONE, True), (LOOKS[0], False)], ids=str)
def test_a_wide_drawing_scrolls_within_itself(
    browser: Browser, made: dict[str, Path], look: Look, scrolls: bool
) -> None:
    """On a phone, by keyboard too; in a wide window it is whole."""
    with looked_at(browser, made["manao"], look) as (page, _):
        assert scrolls == page.evaluate(SCROLLS)
        assert "0" == page.locator("figure.lifecycle .scroll").first.get_attribute("tabindex")


@pytest.mark.parametrize("name", ["manao", "proconcept"])
def test_they_print_on_a4(browser: Browser, made: dict[str, Path], name: str) -> None:
    """The drawing stands whole on one page, and only the language that is being read is printed."""
    with looked_at(browser, made[name], PAPER) as (page, _):
        page.goto(f"{made[name].as_uri()}#terms-fr")
        drawing = page.locator("figure.lifecycle svg >> visible=true").bounding_box()
        assert drawing is not None
        assert drawing["width"] <= PAPER.width
        assert drawing["height"] <= A4_HIGH_PX
        assert ["fr"] == shown(page)

        printed = page.pdf(prefer_css_page_size=True)
        boxes = {tuple(map(float, found.split())) for found in re.findall(rb"/MediaBox *\[([^]]+)\]", printed)}
        assert {(0, 0, 595, 842)} == {tuple(map(round, box)) for box in boxes}
        assert 4 <= len(re.findall(rb"/Type */Page\b", printed)) <= 16
