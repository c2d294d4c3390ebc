"""The nearest word, and words in messages."""

from __future__ import annotations

import pytest

from upheld.core.nearest import listed, nearest, quoted


@pytest.mark.parametrize(
    "word, found",
    [
        ("in_fix", "in-fix"),
        ("infix", "in-fix"),
        ("IN-FIX", "in-fix"),
        ("closd", "closed"),
        ("waiting-for-costumer", "waiting-for-customer"),
        ("banana", None),
        ("", None),
        ("x" * 100_000, None),
    ],
)
def test_a_misspelt_word_finds_the_one_that_was_meant(word: str, found: str | None) -> None:
    """Near words are found, far ones are not, and endless ones cost nothing."""
    assert found == nearest(word, ["open", "in-fix", "closed", "waiting-for-customer"])


@pytest.mark.parametrize(
    "word, text",
    [
        ("a`b\x1b[31m\n", "`a?b?[31m?`"),
        ("x" * 70, "`" + "x" * 60 + "…`"),
        (True, "`true`"),
        (None, "nothing"),
        ([1], "a list"),
        ({}, "a mapping"),
        (1 << 64, "`a number beyond 64 bits`"),
        (12, "`12`"),
    ],
)
def test_a_strangers_word_is_quoted_safely(word: object, text: str) -> None:
    """No control characters and no endless lines reach a terminal (F13)."""
    assert text == quoted(word)


def test_of_many_words_only_the_first_are_listed() -> None:
    """The rest is counted."""
    assert "`a`, `b` and 3 more" == listed("abcde", 2)
