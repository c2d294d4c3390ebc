"""The published terms: they say what the policy's page says, in each language, and every clause has its address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pages import hostile
from pages.markup import Element, dangers, parsed

from upheld.loading import examine, load_policy
from upheld.pages.terms import terms
from upheld.plugins import installed_policies
from upheld.show import LANGUAGES, policy_page
from upheld.show.page.blocks import Block, Bullets, Cited, Diagram, Heading, Line, Notes, Page, Paragraph, Table

POLICIES = [policy.id for policy in installed_policies()]
BESIDE = ("nav", "figure", "footer")
"""What stands on the page besides what the policy's page says: switch, contents, drawing, edition."""

read = cache(load_policy)


@cache
def published(name: str) -> Element:
    return parsed(terms(read(name)))


def bare(text: str) -> str:
    """A text without blanks: where lines are broken is the page's business."""
    return "".join(text.split())


def said(told: Page) -> Iterator[str]:
    for block in told.blocks:
        yield from words(block)


def words(block: Block) -> Iterator[str]:
    match block:
        case Heading(_, text):
            yield text
        case Paragraph(told):
            yield line(told)
        case Bullets(items):
            for item in items:
                yield from map(line, (item.line, *item.below))
        case Notes(lines):
            yield from map(line, lines)
        case Table(head, rows):
            yield from head
            for row in rows:
                yield from map(line, row)
        case Diagram():
            return


def line(told: Line) -> str:
    found = []
    for piece in told:
        if isinstance(piece, Cited):
            found += [f"[{name}]" for name in (*piece.clauses, *(f"≈{each}" for each in piece.assumes))]
        else:
            found.append(piece.text)
    return "".join(found)


def shown(element: Element) -> Iterator[str]:
    """The texts of an element, but for what stands beside what the policy says."""
    for each in element.children:
        if isinstance(each, str):
            yield each
        elif each.name not in BESIDE:
            yield from shown(each)


def ids(element: Element) -> list[str]:
    return [each.attributes["id"] for each in element.all() if "id" in each.attributes]


def links(element: Element) -> list[str]:
    return [each.attributes["href"] for each in element.all("a")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", POLICIES)
def test_they_say_what_the_page_of_the_policy_says(name: str, language: str) -> None:
    """Word by word and in order, in every language."""
    expected = bare("".join(said(policy_page(read(name), language))))

    assert expected == bare("".join(shown(published(name).the("article", lang=language))))


@pytest.mark.parametrize("name", POLICIES)
def test_every_clause_is_an_anchor_and_every_reference_leads_to_one(name: str) -> None:
    """In the first language as the clause is called, in another after its code; a reference stays in its language."""
    policy, articles = read(name), published(name).all("article")

    for article in articles:
        within = "" if article is articles[0] else f"{article.attributes['lang']}."
        assert {f"{within}clause-{clause}" for clause in policy.clauses} <= set(ids(article))
        assert {f"{within}assumption-{each}" for each in policy.assumptions} <= set(ids(article))
        cited = [each for each in article.all("a") if "cited" in each.attributes.get("class", "").split()]
        assert cited or not policy.clauses
        for each in cited:
            called = each.text.strip("[]")
            kind = f"assumption-{called[1:]}" if called.startswith("≈") else f"clause-{called}"
            assert f"#{within}{kind}" == each.attributes["href"]
        assert not [each for each in article.all("span") if "cited" in each.attributes.get("class", "")]
    every = ids(published(name))
    assert sorted(set(every)) == sorted(every)
    assert {link[1:] for link in links(published(name)) if link.startswith("#")} <= set(every)


@pytest.mark.parametrize("name", ["base", "greenmash"])
def test_the_contents_lead_to_every_section(name: str) -> None:
    """In the order in which they stand."""
    for article in published(name).all("article"):
        contents = article.the("nav", **{"class": "contents"})
        headings = article.all("h2")

        assert [each.text for each in headings] == [each.text for each in contents.all("a")]
        assert [f"#{each.attributes['id'].removesuffix('-title')}" for each in headings] == links(contents)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_language_alone(language: str) -> None:
    """Where somebody asks for it: without a switch, and with the anchors that clauses are called by."""
    alone = parsed(terms(read("greenmash"), language))

    assert language == alone.the("article").attributes["lang"] == alone.the("html").attributes["lang"]
    assert [] == alone.all("nav", **{"class": "languages"})
    assert "clause-GM-01" in ids(alone)


def test_the_switch_names_each_language_in_its_own_words() -> None:
    """And leads to it; that which is being read leads nowhere."""
    switches = [
        [(each.text, each.attributes.get("href")) for each in nav.all() if each.name in ("a", "span")]
        for nav in published("base").all("nav", **{"class": "languages"})
    ]

    assert [
        [("English", None), ("Français", "#terms-fr")],
        [("English", "#terms-en"), ("Français", None)],
    ] == switches


def test_the_same_policy_is_the_same_page() -> None:
    """Byte for byte; its footer says which edition it is, and no day of writing."""
    policy = read("proconcept")
    first = terms(policy)

    assert first == terms(policy)
    footers = [each.text for each in parsed(first).all("footer")]
    assert all(policy.digest in each and policy.version in each for each in footers)
    assert 2 == len(footers)


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """The policy of the page allows its own styles by their digest, and pictures that it brings; nothing else."""
    found = published("manao")
    allowed = found.the("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]

    assert allowed.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in allowed
    assert [] == dangers(found)


def test_what_a_stranger_wrote_is_text() -> None:
    """Labels, titles, quotes and addresses: none begins a tag, ends an attribute, or is filled in (F03, H04)."""
    document = hostile.policy()
    policy = examine(json.dumps(document, ensure_ascii=False).encode(), "hostile.json").policy
    assert policy is not None
    found = parsed(terms(policy))

    assert [] == dangers(found)
    assert [] == found.all("img")
    assert document["title"] == found.all("h1")[0].text == found.all("title")[0].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_says_beside_the_policy_is_what_somebody_read(language: str, root: Path, update: bool) -> None:
    """Switch, contents, the drawing with its caption, and the edition, but for the digest, which says which bytes."""
    article = published("base").the("article", lang=language)
    beside = [each for each in article.all() if each.name in BESIDE]
    told = [
        f"{each.name}: {re.sub('sha256:[0-9a-f]+', 'sha256:…', each.text)}\n"
        for part in beside
        for each in part.all()
        if each.name in ("a", "span", "text", "figcaption", "title", "desc", "p")
    ]
    file = root / "tests" / "pages" / "golden" / f"terms.base.{language}.txt"
    if update:
        file.write_text("".join(told), encoding="utf-8", newline="\n")

    assert file.read_text(encoding="utf-8") == "".join(told)
