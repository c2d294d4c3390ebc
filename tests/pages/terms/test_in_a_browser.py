"""Published terms in a real browser: they fit, ask nobody, run nothing, and are read without a mouse or eyes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages.terms.conftest import WIDER_THAN_THE_WINDOW, Opened
from pages.terms.stranger import stranger

from upheld.loading import load_policy
from upheld.pages.terms import terms

A4_PX = 688
"""The width between the margins of a printed page, in the pixels of a style sheet."""
A4_HIGH_PX = 990


class Look(NamedTuple):
    """How somebody looks at a page."""

    name: str
    language: str
    width: int
    scheme: str = "light"
    media: str = "screen"


LOOKS = (
    Look("light", "en", 1180),
    Look("dark", "fr", 1180, "dark"),
    Look("phone", "fr", 360),
    Look("paper", "en", A4_PX, media="print"),
)
IN_VIEW = """id => {
  const box = document.getElementById(id).getBoundingClientRect();
  return 0 <= box.top && box.bottom <= innerHeight;
}"""
SCROLLS = """() => {
  const box = document.querySelector('figure.lifecycle .scroll');
  return box.scrollWidth > box.clientWidth;
}"""
OUTSIDE_ITS_BOX = """() => {
  const found = [];
  const boxes = [...document.querySelectorAll('svg rect')].map(each => each.getBBox());
  for (const each of document.querySelectorAll('svg text:not(.stage)')) {
    const text = each.getBBox();
    if (!text.width) continue;
    const inside = box => box.x <= text.x && text.x + text.width <= box.x + box.width
      && box.y <= text.y + 3 && text.y + text.height <= box.y + box.height + 3;
    if (!boxes.some(inside)) found.push(each.textContent);
  }
  return found;
}"""


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A vendor with seventeen states, one with a timer, and a stranger."""
    folder = tmp_path_factory.mktemp("terms")
    found = {}
    for policy in (load_policy("manao"), load_policy("proconcept"), stranger()):
        found[policy.id] = folder / f"{policy.id}.html"
        found[policy.id].write_text(terms(policy), encoding="utf-8", newline="")
    return found


def violations(page: Any) -> list[str]:
    """What axe finds, with what it found it in."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("name", ["manao", "stranger"])
def test_they_fit_ask_nobody_and_run_nothing(opened: Opened, files: dict[str, Path], name: str, look: Look) -> None:
    """Nothing is wider than the window, each text of the drawing stays in its box, and axe finds nothing."""
    with opened(files[name], f"#terms-{look.language}", look.width, look.scheme, look.media) as seen:
        assert [files[name].as_uri()] == [url.partition("#")[0] for url in seen.asked]
        assert [] == seen.fired
        assert [] == seen.page.evaluate(WIDER_THAN_THE_WINDOW)
        assert [] == seen.page.evaluate(OUTSIDE_ITS_BOX)
        assert [] == violations(seen.page)


def shown(page: Any) -> list[str]:
    """The languages that can be read."""
    return [each.get_attribute("lang") for each in page.locator("article").all() if each.is_visible()]


def test_the_language_changes_without_a_mouse(opened: Opened, files: dict[str, Path]) -> None:
    """The first is shown; the first key behind the skip link leads to the switch, and Enter changes it, and back."""
    with opened(files["proconcept"]) as seen:
        first = shown(seen.page)
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Enter")
        other = shown(seen.page)
        seen.page.go_back()

        assert (["en"], ["fr"], ["en"]) == (first, other, shown(seen.page))


def test_an_address_leads_to_a_clause_in_its_language(opened: Opened, files: dict[str, Path]) -> None:
    """A reference that is followed stays in the language that is being read, and shows the clause."""
    with opened(files["proconcept"], "#fr.clause-PC-07") as seen:
        assert ["fr"] == shown(seen.page)
        assert seen.page.evaluate(IN_VIEW, "fr.clause-PC-07")

        seen.page.locator("article:visible a.cited.clause", has_text="PC-01").first.click()
        assert ["fr"] == shown(seen.page)
        assert seen.page.url.endswith("#fr.clause-PC-01")

        seen.page.locator("article:visible nav.contents a").first.click()
        assert ["fr"] == shown(seen.page)


def test_a_wide_drawing_scrolls_within_itself(opened: Opened, files: dict[str, Path]) -> None:
    """On a phone, by keyboard too; on a wide window it is whole."""
    with opened(files["manao"], width=360) as seen:
        assert seen.page.evaluate(SCROLLS)
        assert "0" == seen.page.locator("figure.lifecycle .scroll").first.get_attribute("tabindex")
    with opened(files["manao"], width=1180) as seen:
        assert not seen.page.evaluate(SCROLLS)


@pytest.mark.parametrize("name", ["manao", "proconcept"])
def test_they_print_on_a4(opened: Opened, files: dict[str, Path], name: str) -> None:
    """The drawing stands whole on one page, and only the language that is being read is printed."""
    with opened(files[name], "#terms-fr", A4_PX, media="print") as seen:
        drawing = seen.page.locator("figure.lifecycle svg >> visible=true").bounding_box()
        assert drawing is not None
        assert drawing["width"] <= A4_PX
        assert drawing["height"] <= A4_HIGH_PX
        assert ["fr"] == shown(seen.page)

        printed = seen.page.pdf(prefer_css_page_size=True)
        boxes = {tuple(map(float, found.split())) for found in re.findall(rb"/MediaBox *\[([^]]+)\]", printed)}
        assert {(0.0, 0.0, 595.0, 842.0)} == {tuple(map(round, box)) for box in boxes}
        assert 4 <= len(re.findall(rb"/Type */Page\b", printed)) <= 16
