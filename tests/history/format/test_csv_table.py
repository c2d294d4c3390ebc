"""CSV: rows below a head, whoever wrote them and however their lines end."""

from __future__ import annotations

import io

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.csv_table import Table, begins, rows
from upheld.history.importer import Bad, Row


def found(text: str | bytes) -> list[Row | Bad]:
    data = text.encode() if isinstance(text, str) else text
    return list(rows(HistoryFile("log.csv", io.BytesIO(data))))


def told(text: str) -> str:
    with pytest.raises(HistoryError) as raised:
        found(text)
    return str(raised.value)


def test_line_ends_may_be_mixed() -> None:
    """With a byte order mark before the head, as spreadsheets write it."""
    text = b"\xef\xbb\xbfticket,at\r\nT-1,a\nT-2,b\rT-3,c"
    cells = [{"ticket": f"T-{number}", "at": at} for number, at in enumerate("abc", 1)]

    assert [Row(f"log.csv:{line}", each) for line, each in enumerate(cells, 2)] == found(text)


def test_a_cell_may_go_over_lines() -> None:
    """A row stands at its first line, and the next one behind its last."""
    text = 'ticket,at\r\nT-1,"a\r\nb ""c"", d\n\n"\nT-2,e\n\nT-3,f\n'

    assert [
        Row("log.csv:2", {"ticket": "T-1", "at": 'a\nb "c", d\n\n'}),
        Row("log.csv:6", {"ticket": "T-2", "at": "e"}),
        Row("log.csv:8", {"ticket": "T-3", "at": "f"}),
    ] == found(text)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_head_tells_the_separator(separator: str) -> None:
    """Spreadsheets write what their country separates by."""
    (row,) = found(f"ticket{separator}at{separator}note\nT-1{separator}a{separator}b|c d\n")

    assert isinstance(row, Row)
    assert {"ticket": "T-1", "at": "a", "note": "b|c d"} == row.cells


@pytest.mark.parametrize(
    "text, line",
    [
        ("sep=;\nticket;at\nT-1;a,b\n", 3),
        ('\r\n"sep=;"\r\n\r\nticket;at;\r\nT-1;a,b;\r\n', 5),
        ("ticket;at;;\rT-1;a,b;;\r", 2),
    ],
)
def test_what_spreadsheets_leave_around_a_table_is_none_of_it(text: str, line: int) -> None:
    """A line that names the separator, and cells without a name at the end."""
    assert [Row(f"log.csv:{line}", {"ticket": "T-1", "at": "a,b"})] == found(text)


def test_rows_may_be_short_and_not_long() -> None:
    """A cell that is not there is not there; one too many shifts all others, more likely than not."""
    short, long, right = found("a,b\n1\n1,2,3\n1,\n")

    assert Row("log.csv:2", {"a": "1"}) == short
    assert Bad("log.csv:3", "this row has 3 cells, and the head 2 columns: put a cell with a `,` in quotes") == long
    assert Row("log.csv:4", {"a": "1", "b": ""}) == right


def test_a_quote_out_of_place_costs_its_row() -> None:
    """The next line is read as if nothing had been."""
    bad, right = found('a,b\n"1"x,2\n3,4\n')

    assert isinstance(bad, Bad)
    assert ("log.csv:2", "this is no row of CSV: ',' expected after '\"'") == (bad.place, bad.problem)
    assert Row("log.csv:3", {"a": "3", "b": "4"}) == right


@pytest.mark.parametrize("swallowed", ["3,4\n", "3,4\n5,6\n", '3,4\n5,"six"\n', '3,4\n5,"six\nseven"\n'])
def test_a_quote_that_is_not_closed_swallows_no_row(swallowed: str) -> None:
    """It is told where it opens, and costs its line: every row behind it is read as if nothing had been."""
    bad, *others = found(f'a,b\n1,"2\n{swallowed}')

    assert isinstance(bad, Bad)
    assert "log.csv:2" == bad.place
    assert [Row(f"log.csv:{each.place[-1]}", each.cells) for each in found(f"a,b\n\n{swallowed}")] == others


def test_a_quote_is_closed_within_some_thousands_of_lines() -> None:
    """A row as long as the file is never held; what it would have swallowed is no row to skip."""
    assert "log.csv:2: a quote in this row is not closed within 10000 lines: close it" == told(
        'a,b\n1,"2\n' + "3,4\n" * 10_000
    )
    bad, *others = found('a,b\n1,"2\n' + "3,4\n" * 9_999)
    assert Bad("log.csv:2", "this is no row of CSV: a quote is not closed") == bad
    assert 9_999 == len(others)


def test_lines_that_each_open_a_quote_are_read_again_within_a_budget() -> None:
    """V03: each closes the quote before it and opens the next, so each would be read again with all that follow."""
    *bad, last = found("a,b\n" + 'a","\n' * 9_989 + 'z"y\n')
    problems = [each.problem for each in bad if isinstance(each, Bad)]

    assert len(problems) == len(bad) < 20
    assert Row("log.csv:9991", {"a": 'z"y'}) == last
    problem = "this is no row of CSV: ',' expected after '\"'"
    passed = "; there are too many such quotes, so the lines to 9990 are passed over: mend the export"
    assert {problem, problem + passed} == {*problems}


def test_blank_lines_before_the_head_are_none_of_it() -> None:
    """However many, and none of them opens a quote."""
    assert [Row("log.csv:20002", {"a": "1", "b": "2"})] == found("\n" * 20_000 + "a,b\n1,2\n")


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "log.csv:1: there is no head: the first line names the columns"),
        ("\n\n", "log.csv:2: there is no head: the first line names the columns"),
        ("a,b,a\n", "log.csv:1: column `a` is there twice: rename one of them"),
        ("\na, a\n", "log.csv:2: column `a` is there twice: rename one of them"),
        ("a,,b\n", "log.csv:1: column 2 has no name: give it one"),
        ('a,"b\n', "log.csv:1: the head is no row of CSV: a quote is not closed"),
        (",".join(map(str, range(1001))), "log.csv:1: the head has 1001 columns: at most 1000 are read"),
    ],
)
def test_a_head_that_is_none_is_told(text: str, problem: str) -> None:
    """Nothing below it means anything then."""
    assert problem == told(text)


def test_a_head_may_go_over_lines() -> None:
    """As trackers write it whose fields have long names."""
    (row,) = found('ticket,"closed\nat"\nT-1,a\n')

    assert Row("log.csv:3", {"ticket": "T-1", "closed\nat": "a"}) == row


def test_the_table_is_not_held() -> None:
    """Rows come as the file is read; behind the head nothing was read but one piece of it."""
    data = b"a,b\n" + b"1,2\n" * 200_000
    file = HistoryFile("log.csv", io.BytesIO(data))
    cells = Table(file).cells()

    assert ("log.csv:2", ["1", "2"]) == next(cells)
    assert file.position <= 2**17


@pytest.mark.parametrize(
    "head, expected",
    [
        (b"ticket,at\nT-1,", True),
        (b"\xef\xbb\xbfa;b\r\n", True),
        (b"a\tb\rc", True),
        (b"ticket\nT-1,a", False),
        (b'<?xml version="1.0", a="b"?>', False),
        (b'{"a": 1, "b": 2}', False),
        (b"[1, 2]", False),
        (b"", False),
    ],
)
def test_the_first_line_tells_the_format(head: bytes, expected: bool) -> None:
    """A head of several columns, and nothing that other formats begin with."""
    assert expected == begins(head)
