"""Templates: each reads exactly the fields of its context, and is one file that allows nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import fields
from hashlib import sha256
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from jinja2 import meta
from pages.markup import dangers, parsed

from upheld import load_policy
from upheld.pages import contexts
from upheld.pages.plain_page import html
from upheld.pages.single_file import styles
from upheld.pages.templates import environment
from upheld.pages.theme import COLOURS
from upheld.show import policy_page

PAGES = {
    "page.html.j2": contexts.PlainPage,
    "report.html.j2": contexts.ReportPage,
    "terms.html.j2": contexts.TermsPage,
    "terms_in_language.html.j2": contexts.TermsInLanguage,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_template_reads_exactly_its_context(name: str) -> None:
    """What it is given, what it extends included; ``words`` is the only function."""
    folder, read, todo = files("upheld.pages").joinpath("template"), set[str](), [name]
    own = {"words", "caller"}
    while todo:
        which = todo.pop()
        text = folder.joinpath(which).read_text(encoding="utf-8")
        parsed = environment("en").parse(text)
        read |= meta.find_undeclared_variables(parsed)
        if which == name:
            own |= {*re.findall(r"{% macro (\w+)", text), *re.findall(r"{% import .* as (\w+)", text)}
        todo += [each for each in meta.find_referenced_templates(parsed) if each]

    assert read - own == {each.name for each in fields(PAGES[name])}
    assert {"words"} == set(environment("en").globals)


def test_the_styles_are_the_only_ones_allowed() -> None:
    """Their digest stands in the policy, which allows no script, no fetching and no form."""
    text = html(policy_page(load_policy("greenmash"), "en"), "en")
    found = parsed(text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    policy = found.the("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    digest = b64encode(sha256(style.encode()).digest()).decode()

    assert {"default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:"} <= {*policy.split("; ")}
    assert [] == dangers(found)
    assert [] == re.findall(r"url\(|@import|expression", style)


@pytest.mark.parametrize("vendor, language", [*product(("greenmash", "proconcept"), ("en", "fr"))])
def test_every_reference_of_the_terms_leads_somewhere(vendor: str, language: str) -> None:
    """Anchors are given once."""
    found = parsed(html(policy_page(load_policy(vendor), language), language))
    ids = [each.attributes["id"] for each in found.all() if "id" in each.attributes]

    assert len(ids) == len(set(ids))
    assert {each.attributes["href"] for each in found.all("a") if each.attributes["href"].startswith("#")} <= {
        f"#{id}" for id in ids
    }


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXTS = ("ink", "muted", "accent", "kept", "broken", "excused", "open", "cancelled", "warning")
MARKS = ("promised", "paused", "vendor-turn", "customer-turn", "nobody-turn")


@pytest.mark.parametrize("scheme", (0, 1), ids=("light", "dark"))
def test_colours_can_be_told_apart(scheme: int) -> None:
    """Texts keep 4.5 to what they stand on, marks 3."""
    grounds = ("paper", "surface")
    for name, ground in product(TEXTS, grounds):
        assert contrast(COLOURS[name][scheme], COLOURS[ground][scheme]) >= 4.5, (name, ground)
    for name in MARKS:
        assert contrast(COLOURS[name][scheme], COLOURS["paper"][scheme]) >= 3, name
    for name in ("kept", "broken", "warning"):
        assert contrast(COLOURS["ink"][scheme], COLOURS[f"{name}-ground"][scheme]) >= 4.5, name


def test_every_colour_of_the_styles_is_one_of_the_theme() -> None:
    """A sheet names no colour itself, and none that is not there."""
    text = str(styles("report.css").text)
    sheets = "".join(each.read_text() for each in Path(str(files("upheld.pages").joinpath("style"))).glob("*.css"))
    declared = {*re.findall(r"--([a-z0-9-]+)\s*:", text)}

    assert [] == re.findall(r"#[0-9a-f]{3,8}\b", sheets)
    assert {*re.findall(r"var\(--([a-z0-9-]+)\)", text)} <= declared
