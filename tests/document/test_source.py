"""The text of a document, its lines, and how a point of it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.finding import Place
from upheld.document import Source, shown


def test_lines_end_where_editors_end_them() -> None:
    """At a line feed, with or without a carriage return before it; nothing else ends a line."""
    source = Source("f", "one\r\ntwo\u2028still\n\nfour")

    assert ["", "one", "two\u2028still", "", "four", ""] == [source.line(number) for number in range(6)]
    assert Place("f", 4, 5) == source.place(len(source.text))


@given(st.text(alphabet="ab\n\ré\U0001f600", max_size=60))
def test_a_place_is_where_the_line_says(text: str) -> None:
    """Every offset of every text: the character at a place is the character at its offset."""
    source = Source("f", text)
    for offset, char in enumerate(text):
        place = source.place(offset)
        if char not in "\r\n":
            assert char == source.line(place.line)[place.column - 1]


@pytest.mark.parametrize(
    ("text", "column", "excerpt"),
    [
        ("zone: Europe/Paris", 7, "zone: Europe/Paris\n      ^"),
        ("été: \U0001f600 là", 8, "été: \U0001f600 là\n       ^"),
        ("\tname: x", 1, "\\tname: x\n^"),
        ("\tname: x", 8, "\\tname: x\n        ^"),
        ("a\u202eb\u0007c", 5, "a\\u202eb\\x07c\n            ^"),
        ("10\u00a0h: \u00a0b", 7, "10 h: \\u00a0b\n      ^"),
        ("abc", 4, "abc\n   ^"),
        ("abc", 99, "abc\n   ^"),
        ("", 1, "\n^"),
        ("a" * 50 + "!" + "b" * 50, 51, "…" + "a" * 25 + "!" + "b" * 12 + "…\n" + " " * 26 + "^"),
        ("a" * 50 + "!" + "b" * 3, 51, "…" + "a" * 35 + "!bbb\n" + " " * 36 + "^"),
        ("a" * 10 + "!" + "b" * 90, 11, "a" * 10 + "!" + "b" * 28 + "…\n" + " " * 10 + "^"),
    ],
)
def test_an_excerpt_has_a_caret_under_the_character(text: str, column: int, excerpt: str) -> None:
    """Nothing invisible in it, and no line longer than asked for."""
    assert excerpt == Source("f", text).excerpt(Place("f", 1, column), width=40)


@given(st.text(max_size=80), st.integers(1, 4), st.integers(1, 90), st.integers(10, 60))
def test_an_excerpt_is_two_printable_lines(text: str, line: int, column: int, width: int) -> None:
    """Of any text at any place: no control reaches a terminal, nothing is wider than the width."""
    first, caret = Source("f", text).excerpt(Place("f", line, column), width).split("\n")

    assert len(first) <= width
    assert "^" == caret.strip(" ")
    assert len(caret) <= width + 1
    assert [] == [char for char in first if ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0x202A <= ord(char) <= 0x202E]


def test_what_is_shown_in_a_message_is_short_and_visible() -> None:
    """The author's word on one line."""
    assert "zone\\u00a0" == shown("zone\u00a0")
    assert "a\\nb\\x1b[0m" == shown("a\nb\x1b[0m")
    assert "x" * 59 + "…" == shown("x" * 10_000)
    assert "Société" == shown("Société")
