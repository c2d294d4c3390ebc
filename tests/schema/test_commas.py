"""Commas: a text in braces that a comma has cut is told as what it is."""

from __future__ import annotations

import pytest

from upheld.document import read_document
from upheld.schema.commas import cut_texts
from upheld.schema.shape import shape_findings

LIST = "; or for several values write a list"
CUT = {
    "one comma": ("{en: first, and then, fr: x}", [(("and then",), '`en: "first, and then"`')]),
    "two commas": ("{en: a b, c d, e f}", [(("c d", "e f"), '`en: "a b, c d, e f"`')]),
    "single words": (
        "{contract: tma, flex}",
        [(("flex",), f'`contract: "tma, flex"`{LIST}: `contract: [tma, flex]`')],
    ),
    "a decimal comma": ("{factor: 1,5}", [(("5",), f'`factor: "1, 5"`{LIST}: `factor: [1, 5]`')]),
    "two texts": (
        "{en: a b, c d, fr: e f, g h}",
        [(("c d",), '`en: "a b, c d"`'), (("g h",), '`fr: "e f, g h"`')],
    ),
    "over the end of a line": ("{en: a b,\n  c d, fr: x}", [(("c d",), '`en: "a b, c d"`')]),
    "deep inside": ("[{x: {en: a b, c d}}]", [(("c d",), '`en: "a b, c d"`')]),
    "a long text": (f"{{en: {'long ' * 20}end, c d}}", [(("c d",), "")]),
    "a text with a quote in it": ('{en: a "b", c d}', [(("c d",), "")]),
}


@pytest.mark.parametrize("text, expected", CUT.values(), ids=CUT)
def test_a_text_that_is_cut(text: str, expected: list[tuple[tuple[str, ...], str]]) -> None:
    """With all its parts, and what to write instead."""
    told = cut_texts(read_document(f"a: {text}".encode(), "x"))

    assert expected == [
        (each.keys, each.finding.hint.removeprefix("put the text in quotes").lstrip(": ")) for each in told
    ]


WHOLE = (
    '{en: "first, then", fr: x}',
    "{en: first, fr: }",
    "{en: first, fr: null}",
    "{a, b, c}",
    "{a: {b: c}, d}",
    "{a: [b], d}",
    '{en: "first", then}',
    "{en: first, 'then'}",
    "\n  en: first, and then\n  fr: puis",
    "\n  en: first\n  fr:",
    "[first, and then]",
    "first, and then",
)


@pytest.mark.parametrize("text", WHOLE)
def test_a_text_that_is_whole(text: str) -> None:
    """Quotes, colons, lines and lists: nothing is cut. A key of its own without a value is the schema's to tell."""
    assert [] == cut_texts(read_document(f"a: {text}\n".encode(), "x"))


def test_nothing_else_is_said_of_the_parts() -> None:
    """But of all the rest it is."""
    text = "upheld: 1\npolicy: p\nversion: 1.0.0\nzone: Etc/UTC\nvendor: {name: a b, c d, countyr: FR}\n"
    findings = shape_findings(read_document(text.encode(), "p.yaml"), "policy")

    assert [("UP109", "p.yaml:5:21"), ("UP101", "p.yaml:5:26")] == [(each.code, each.where) for each in findings]
