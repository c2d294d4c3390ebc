from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.history.format.table.head import column_names, find_head
from upheld.history.notice import Notices


@pytest.mark.parametrize(
    "rows, index",
    [
        ([["Ticket", "At"], ["T-1", "x"]], 0),
        ([["Ticket"], ["T-1"], ["T-2"]], 0),
        ([[""], [], ["Ticket", "At"], ["T-1", "x"]], 2),
        ([["Report"], ["Exported 31/03"], [], ["Ticket", "At", "Status"], ["T-1", "x", "y"]], 3),
        ([["Report"], ["Exported 31/03"], ["Ticket", "At", "Status"]], 2),
        ([["From", "2026-03-01"], ["To", "2026-03-31"], ["Ticket", "At", "Status"], *[["T", "x", "y"]] * 3], 2),
        ([["Report", "March"], [], ["Ticket", "Note"], ["T-1", "x"], ["T-2", "y"]], 2),
        ([["Ticket", "At"], [], ["T-1", "x"], [], ["T-2", "y"], []], 0),
        ([["Ticket", "At", "", "Status"], ["T-1", "x", "1", "y"], ["T-2", "x", "1", "y"]], 0),
        ([["ticket", "note"], ["T-1", ""], ["T-2", ""], ["T-3", "n"]], 0),
        ([["ticket", "at"], ["T-1", "x"], ["T-2", "a", "b"]], 0),
    ],
)
def test_the_head_is_the_first_row_that_names_what_the_rows_below_fill(rows: list[list[str]], index: int) -> None:
    found = find_head(rows)
    assert found is not None
    assert found.row == index


@pytest.mark.parametrize("rows", [[], [[]], [["", " "], []]])
def test_nothing_has_no_head(rows: list[list[str]]) -> None:
    assert find_head(rows) is None


@pytest.mark.parametrize(
    "cells, names",
    [
        (["a", "b", "", " "], ("a", "b")),
        ([" a ", "", "b"], ("a", "column 2", "b")),
        (["a", "a", "a"], ("a", "a 2", "a 3")),
        (["a", "a 2", "a"], ("a", "a 2", "a 3")),
        (["a", "a", "a 2"], ("a", "a 3", "a 2")),
        (["", "column 1"], ("column 1 2", "column 1")),
        (["Opened\non"], ("Opened on",)),
    ],
)
def test_each_column_has_a_name_of_its_own(cells: list[str], names: tuple[str, ...]) -> None:
    assert column_names(cells)[0] == names


def test_a_table_may_be_wider_than_its_head() -> None:
    assert column_names(["a"], width=3)[0] == ("a", "column 2", "column 3")


@given(st.lists(st.sampled_from(["", "a", "a 2", "column 1", "column 2", "column 2 2"]), max_size=12))
def test_no_two_columns_are_called_alike(cells: list[str]) -> None:
    names, _ = column_names(cells, width=len(cells))
    assert len(names) == len(set(names)) == len(cells)
    assert "" not in names


def test_what_was_made_of_a_head_is_told() -> None:
    found = find_head([["Report"], ["a", "a"], ["1", "2"]])
    assert found is not None
    notices = Notices()
    found.note(notices, "x.csv:2", 2)
    assert [(each.kind, dict(each.values)) for each in notices] == [
        ("title-lines", {"lines": 1, "head": 2}),
        ("repeated-column", {"column": "a", "called": "a 2"}),
    ]
