"""The published terms: they say what the policy's page says, in each language, and every clause has its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pages.reading import Reading
from pages.terms.stranger import HOSTILE, stranger

from upheld.loading import load_policy
from upheld.pages.terms import terms
from upheld.plugins import installed_policies
from upheld.show import LANGUAGES, page
from upheld.show.page.blocks import Block, Bullets, Cited, Diagram, Heading, Line, Notes, Page, Paragraph, Table

POLICIES = [policy.id for policy in installed_policies()]
BESIDE = ("nav", "figure", "footer")
"""What stands on the page besides what the policy's page says: switch, contents, drawing, edition."""

read = cache(load_policy)


@cache
def published(name: str) -> Reading:
    return Reading(terms(read(name)))


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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", POLICIES)
def test_they_say_what_the_page_of_the_policy_says(name: str, language: str) -> None:
    """Word by word and in order, in every language."""
    expected = bare("".join(said(page(read(name), language))))

    assert expected == bare(published(name).said(f"terms-{language}", without=BESIDE))


@pytest.mark.parametrize("name", POLICIES)
def test_every_clause_is_an_anchor_and_every_reference_leads_to_one(name: str) -> None:
    """In the first language as the clause is called, in another after its code; a reference stays in its language."""
    policy, reading = read(name), published(name)
    first, *others = [tag.attributes["lang"] for tag in reading.all("article")]
    ids = reading.ids

    for language in (first, *others):
        within = "" if language == first else f"{language}."
        assert {f"{within}clause-{clause}" for clause in policy.clauses} <= set(ids)
        assert {f"{within}assumption-{each}" for each in policy.assumptions} <= set(ids)
        cited = [tag for tag in reading.all("a", class_="cited") if tag.within("article", lang=language)]
        assert cited or not policy.clauses
        for tag in cited:
            name = tag.words.strip("[]")
            kind = f"assumption-{name[1:]}" if name.startswith("≈") else f"clause-{name}"
            assert f"#{within}{kind}" == tag.attributes["href"]
    assert [] == reading.all("span", class_="cited")
    assert sorted(set(ids)) == sorted(ids)
    assert {link[1:] for link in reading.links if link.startswith("#")} <= set(ids)


@pytest.mark.parametrize("name", ["base", "greenmash"])
def test_the_contents_lead_to_every_section(name: str) -> None:
    """In the order in which they stand."""
    for article in published(name).all("article"):
        language = article.attributes["lang"]
        links = [tag for tag in published(name).all("a") if tag.within("nav", **{"class": "contents"})]
        mine = [tag for tag in links if tag.within("article", lang=language)]
        headings = [tag for tag in published(name).all("h2") if tag.within("article", lang=language)]

        assert [tag.words for tag in headings] == [tag.words for tag in mine]
        assert [tag.attributes["id"].removesuffix("-title") for tag in headings] == [
            tag.attributes["href"][1:] for tag in mine
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_language_alone(language: str) -> None:
    """Where somebody asks for it: without a switch, and with the anchors that clauses are called by."""
    reading = Reading(terms(read("greenmash"), language))

    assert [language] == [tag.attributes["lang"] for tag in reading.all("article")]
    assert [] == reading.all("nav", class_="languages")
    assert "clause-GM-01" in reading.ids
    assert language == reading.one("html").attributes["lang"]


def test_the_switch_names_each_language_in_its_own_words() -> None:
    """And leads to it; that which is being read leads nowhere."""
    reading = published("base")
    switch = [
        (tag.words, tag.attributes.get("href"))
        for tag in reading.tags
        if tag.name in ("a", "span") and tag.within("nav", **{"class": "languages"})
    ]

    assert [("English", None), ("Français", "#terms-fr"), ("English", "#terms-en"), ("Français", None)] == switch


def test_the_same_policy_is_the_same_page() -> None:
    """Byte for byte; its footer says which edition it is, and no day of writing."""
    policy = read("proconcept")
    first = terms(policy)

    assert first == terms(policy)
    footers = [tag.words for tag in Reading(first).all("footer")]
    assert all(policy.digest in each and policy.version in each for each in footers)
    assert 2 == len(footers)


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """The policy of the page allows its own styles by their digest, and pictures that it brings; nothing else."""
    reading = published("manao")
    allowed = reading.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]

    assert allowed.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in allowed
    assert not [tag for tag in reading.tags if tag.name in ("script", "link", "iframe", "object", "img", "base")]
    assert not [name for tag in reading.tags for name in tag.attributes if name.startswith("on") or name == "style"]


def test_what_a_stranger_wrote_is_text() -> None:
    """Labels, titles, quotes and addresses: none begins a tag, ends an attribute, or is filled in (F03, H04)."""
    reading = Reading(terms(stranger()))

    assert not [tag for tag in reading.tags if tag.name in ("script", "img")]
    assert not [name for tag in reading.tags for name in tag.attributes if name.startswith("on")]
    assert all(re.match(r"#|https://", link) for link in reading.links), reading.links
    assert HOSTILE == reading.one("h1").words
    assert HOSTILE == reading.all("title")[0].words
    assert "49" not in reading.one("h1").words


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_says_beside_the_policy_is_what_somebody_read(language: str, root: Path, update: bool) -> None:
    """Switch, contents, the drawing with its caption, and the edition: without the digest, which says which bytes."""
    reading, lines = published("base"), []
    for tag in reading.tags:
        if not tag.within("article", lang=language):
            continue
        shown = tag.name in ("a", "span") and tag.within("nav")
        if (
            shown
            or tag.name in ("h1", "text", "figcaption", "title", "desc")
            or (tag.name == "p" and tag.within("footer"))
        ):
            lines.append(f"{tag.name}: {re.sub('sha256:[0-9a-f]+', 'sha256:…', tag.words)}\n")
    file = root / "tests" / "pages" / "golden" / f"terms.base.{language}.txt"
    if update:
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(lines), encoding="utf-8", newline="\n")

    assert file.read_text(encoding="utf-8") == "".join(lines)
