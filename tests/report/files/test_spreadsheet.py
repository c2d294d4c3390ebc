"""Tables for spreadsheets: no cell is a formula, whoever wrote it and wherever its reader splits lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from upheld.report.files.spreadsheet import safe, table

SEPARATORS = (",", ";", "|", "\t")
SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
TEXTS = st.text([*SIGNS, *SEPARATORS, *"\"'\r\n \u00a0\u2003\v\u2028a1"], max_size=12)
ROWS = st.lists(st.tuples(TEXTS, st.integers(-9, 9), TEXTS), min_size=1, max_size=3)


def cells(written: str, separator: str) -> Iterator[tuple[int, str]]:
    """Each cell as a spreadsheet reads it that splits there, with its column."""
    for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
        yield from enumerate(row)


@given(ROWS)
@example([("T;=1+1;@SUM(1)", -5, 'c;=HYPERLINK("http://evil";"click")')])
@example([('a;"=1', 1, 'x\n"@1'), ('"a;"', -1, ";")])
def test_no_cell_is_a_formula_wherever_lines_are_split(rows: list[tuple[str, int, str]]) -> None:
    """THREATS V04: whatever the author wrote, and only numbers of ours begin with a minus."""
    written = table(("ticket", "amount", "customer"), rows)
    for separator in SEPARATORS:
        for column, cell in cells(written, separator):
            if separator == "," and column == 1:
                continue
            assert cell.lstrip(' "\t\r\n\v\u00a0\u2003\u2028')[:1] not in set(SIGNS), (separator, cell)
            assert cell[:1] not in set("\t\r\n"), (separator, cell)


@given(ROWS)
def test_nothing_but_apostrophes_is_added(rows: list[tuple[str, int, str]]) -> None:
    """Every text is there, but for its apostrophes and the spelling of its line breaks; numbers are numbers."""
    read = list(csv.reader(io.StringIO(table(("a", "b", "c"), rows), newline="")))[1:]

    for (first, number, last), row in zip(rows, read, strict=True):
        for text, cell in ((first, row[0]), (last, row[2])):
            assert "\n".join(text.replace("'", "").replace("\r\n", "\n").split("\r")) == cell.replace("'", "")
        assert str(number) == row[1]


@pytest.mark.parametrize(
    "cell",
    ["a, b; c | d", "5 - 3; 4", "C-1 C-2", "2026-03-02T09:00:00Z", "Müller; Söhne", 'the "-" sign', "a;b=c", "a\n\nb"],
    ids=repr,
)
def test_no_apostrophe_where_none_is_needed(cell: str) -> None:
    assert cell == safe(cell)


@pytest.mark.parametrize("text", [";" * 10**6, "\t" * 10**6 + "=", ' ;"' * 300_000 + "@", "a;=1" * 250_000])
def test_long_texts_are_written_in_one_go(text: str) -> None:
    """Each sign costs the same however long the text is; squared, these would take hours."""
    assert len(text) <= len(safe(text)) <= 2 * len(text) + 1
