"""Clocks alike: those of one kind with the same marks, and no others."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from upheld.bulk.clocks.clocks_alike import WORD, Marks

MANY = 3 * WORD
"""Kinds of pauses of a policy that has far more than other policies."""
MARKS = st.tuples(st.integers(0, 1), st.integers(0, 5), st.one_of(st.integers(0, 2), st.integers(0, MANY - 1)))


@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.lists(MARKS, max_size=40))
def test_clocks_have_one_number_if_their_kind_and_all_their_marks_are_the_same(
    kinds: list[int], noted: list[tuple[int, int, int]]
) -> None:
    """However many kinds of marks there are, noted in two calls of which none knows those of the other."""
    marks = Marks(len(kinds))
    for call in range(2):
        rows = [(clock, mark) for number, clock, mark in noted if number == call]
        marks.add(*(np.array([row[place] for row in rows], np.int64) for place in range(2)))
    numbers = marks.combined(np.array(kinds, np.int64)).tolist()
    sets = [(kind, frozenset((n, m) for n, c, m in noted if c == clock)) for clock, kind in enumerate(kinds)]

    assert len(set(sets)) == len(set(zip(sets, numbers))) == len(set(numbers))
    assert set(range(len(set(numbers)))) == set(numbers)


def test_two_hundred_kinds_of_marks_are_told_apart() -> None:
    """More than one integer has bits."""
    clock = np.arange(MANY)
    marks = Marks(MANY)
    marks.add(clock, clock)
    assert MANY == np.unique(marks.combined(np.zeros(MANY, np.int64))).size
