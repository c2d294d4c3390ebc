"""Parts: what a page of blocks becomes before it is markup."""

from __future__ import annotations

import pytest
from pages.markup import dangers, parsed

from upheld.pages.parts import Anchors, Grid, parted, text
from upheld.pages.plain_page import html
from upheld.show.page.blocks import (
    Bullet,
    Bullets,
    Cited,
    Heading,
    Page,
    Paragraph,
    Table,
    code,
    line,
    link,
    strong,
    ticket,
)


def test_headings_open_sections_within_one_another() -> None:
    """Each with its own anchor, however often a title comes."""
    blocks = (
        *(Heading(1, "A"), Paragraph(line("first"))),
        *(Heading(2, "B"), Heading(3, "C"), Paragraph(line("inner")), Heading(3, "C"), Heading(2, "B")),
    )
    made = parted(Page(blocks, (), ()))

    assert ("A", 1, ["b", "b-2"]) == (made.title, len(made.parts), [each.id for each in made.sections])
    assert [("c", 3, 1), ("c-2", 3, 0)] == [
        (each.id, each.level, len(each.parts)) for each in made.sections[0].sections
    ]


@pytest.mark.parametrize(
    ("title", "anchor"),
    [("Délais promis", "delais-promis"), ("日本語", "part"), ("clause GM-1", "part-clause-gm-1"), ('"><x', "x")],
)
def test_an_anchor_is_plain(title: str, anchor: str) -> None:
    """Letters, digits and hyphens alone, and never that of a clause."""
    assert anchor == Anchors().new(title)


def test_references_lead_where_the_page_has_the_place() -> None:
    """Clauses, assumptions and tickets; addresses only of the web."""
    anchors = Anchors(["C-1"], ["guess"])
    anchors.tickets = {"T-1": "ticket-t-1"}
    cited = Cited(("C-1", "C-2"), ("guess",))
    told = text(line(cited, ticket("T-1"), ticket("T-2"), link("https://a.example/"), link("javascript:a()")), anchors)

    assert ["#clause-C-1", "", "#assumption-guess", "#ticket-t-1", "", "https://a.example/", ""] == [
        each.href for each in told
    ]


@pytest.mark.parametrize(
    ("cells", "numeric"),
    [
        (["1", "12", ""], True),
        (["100\u00a0%", "66,6\u00a0%", "–"], True),
        (["60\u00a0h\u00a045", "55\u00a0min", "2\u00a0h"], True),
        (["1.234,50\u00a0EUR"], True),
        (["GM-101"], False),
        (["2024-03-26 17:30 UTC"], False),
        (["", "–"], False),
    ],
)
def test_columns_of_numbers_are_told_from_columns_of_words(cells: list[str], numeric: bool) -> None:
    """Shares, lengths of time and amounts are numbers."""
    rows = tuple((line(cell),) for cell in cells)
    (grid,) = parted(Page((Table(("x",), rows),), (), ())).parts
    assert isinstance(grid, Grid)

    assert (numeric,) == grid.numbers


def test_a_page_says_what_its_blocks_say() -> None:
    """Words, in order; what is cited between brackets; nothing that authors wrote is markup."""
    evil = "<script>alert(1)</script>\u202e"
    blocks = (
        *(Heading(1, evil), Paragraph(line("a ", strong("b"), " ", code("c"), Cited(("X-1",), ("y",))), loud=True)),
        Bullets((Bullet(line("one"), (line("two"),), "clause-X-1"), Bullet(line(evil))), numbered=True),
    )
    page = parsed(html(Page(blocks, ("X-1",), ("y",)), "en"))
    body = page.the("main").text

    assert r"<script>alert(1)</script>\u202e a b c [X-1] [≈y] one two <script>alert(1)</script>\u202e" in body
    assert [] == dangers(page)
    assert "one two" == page.the("li", id="clause-X-1").text
