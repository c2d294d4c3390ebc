"""Conditions on cells: words with stars agree with the shell's, and the first case that holds is remembered rightly."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import product

from upheld.history.mapping.cell_condition import MOST_REMEMBERED, CellCondition, FirstThatHolds, Test, fits


def test_stars_mean_what_they_mean_to_a_shell() -> None:
    """Every word of up to four of `a`, `b` and `*` against every text of up to four letters."""
    texts = ["".join(letters) for length in range(1, 5) for letters in product("ab", repeat=length)]
    words = ["".join(letters) for length in range(1, 5) for letters in product("ab*", repeat=length)]

    assert [] == [(text, word) for text in texts for word in words if fits(text, word) != fnmatchcase(text, word)]


def test_other_signs_are_letters() -> None:
    """What is a pattern elsewhere is a word here."""
    for word in ("a?c", "[ab]", "a.c", "a|b", "^a$", "(a"):
        assert fits(word, word)
        assert not fits("abc", word)


def test_a_cell_that_holds_nothing_fits_no_word() -> None:
    """Missing, empty, blank or spelled so; `not` is right about it, `set` knows it."""
    for cells in ({}, {"a": ""}, {"a": "  "}, {"a": "?"}):
        nulls = frozenset({"?"})
        assert not Test("a", words=("*",), nulls=nulls)(cells)
        assert Test("a", unless=("x",), nulls=nulls)(cells)
        assert Test("a", is_set=False, nulls=nulls)(cells)
        assert not Test("a", is_set=True, nulls=nulls)(cells)


def test_answers_are_remembered_by_all_columns_that_matter() -> None:
    """The same word in one column is another row when a second column differs; a missing cell is not an empty one."""
    cases = [
        (CellCondition((Test("a", ("x",)), Test("b", ("y",)))), 1),
        (CellCondition((Test("a", ("x",)),)), 2),
        (CellCondition((Test("c", is_set=True),)), 3),
    ]
    first = FirstThatHolds(cases)

    for _ in range(2):
        assert [1, 2, 2, 3, None, None] == [
            first(cells)
            for cells in ({"a": "x", "b": "y"}, {"a": "x", "b": "z"}, {"a": "x"}, {"a": "z", "c": "1"}, {"a": "z"}, {})
        ]
    assert ("a", "b", "c") == first.columns


def test_a_column_of_many_texts_does_not_fill_the_memory() -> None:
    """What is remembered is thrown away from time to time; answers stay the same."""
    first = FirstThatHolds([(CellCondition((Test("a", ("7*",)),)), True)])

    for number in range(2 * MOST_REMEMBERED + 10):
        assert (str(number)[0] == "7") is bool(first({"a": str(number)}))
    assert len(first._remembered) <= MOST_REMEMBERED
