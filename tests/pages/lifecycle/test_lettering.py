"""Lettering: lines that are never wider than they may be, and lose nothing that is not said to be lost."""

from __future__ import annotations

from hypothesis import given as examples
from hypothesis import strategies as st

from upheld.pages.lifecycle.lettering import broken, width_px

PLENTY = 10_000
TEXTS = st.text(st.characters(codec="utf-8"), max_size=120)


@examples(TEXTS, st.integers(40, 200), st.booleans())
def test_no_line_is_wider_than_it_may_be(text: str, most_px: int, bold: bool) -> None:
    """Whatever the text: only a single letter may be wider."""
    for line in broken(text, most_px, 12, bold=bold):
        assert width_px(line, 12, bold=bold) <= most_px or len(line) <= 2


@examples(st.text("abc ×éW", max_size=120), st.integers(40, 200))
def test_nothing_is_lost(text: str, most_px: int) -> None:
    """But blanks, where a line ends."""
    lines = broken(text, most_px, 12, most=PLENTY)

    assert "".join(text.split()) == "".join("".join(lines).split())


def test_what_is_left_out_is_told() -> None:
    """By an ellipsis, for which there is room."""
    lines = broken("word " * 50, 100, 12, most=2)

    assert 2 == len(lines)
    assert lines[-1].endswith("…")
    assert all(width_px(line, 12) <= 100 for line in lines)


def test_what_moves_the_cursor_or_turns_the_writing_is_made_visible() -> None:
    """An author's label cannot hide anything (THREATS F13)."""
    assert ("a\\u202eb", "\\x1b[31m") == broken("a\u202eb \x1b[31m", 90, 12)
