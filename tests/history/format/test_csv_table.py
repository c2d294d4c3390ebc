"""CSV: rows below a head, whoever wrote them and however their lines end."""

from __future__ import annotations

import io

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile, Said
from upheld.history.format.csv_table import Table, begins, rows
from upheld.history.importer import Bad, Row

Noticed = list[tuple[str, int, str, dict[str, str | int]]]


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


@pytest.mark.parametrize("separator", [",", ";", "\t", "^", "~", "\x1f", "\x01"])
def test_the_head_tells_the_separator(separator: str) -> None:
    """Spreadsheets write what their country separates by."""
    (row,) = found(f"ticket{separator}at{separator}note\nT-1{separator}a{separator}b|c d\n")

    assert isinstance(row, Row)
    assert {"ticket": "T-1", "at": "a", "note": "b|c d"} == row.cells


@pytest.mark.parametrize(
    "text, line",
    [
        ("sep=;\nticket;at\nT-1;a,b\n", 3),
        ("sep=:\nticket:at\nT-1:a,b\n", 3),
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
    problem = "behind the quote that ends a cell stands something else: double the quotes within it"
    assert ("log.csv:2", f"this is no row of CSV: {problem}") == (bad.place, bad.problem)
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
    told = "behind the quote that ends a cell stands something else: double the quotes within it"
    problem = f"this is no row of CSV: {told}"
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
        ("a\0,b\n", "log.csv:1: the head holds bytes of nothing (NUL): this is no text"),
        ('a,"b\n', "log.csv:1: the head is no row of CSV: a quote is not closed"),
        (
            '"a;b;c"\n"1;2;3"\n',
            "log.csv:1: the head is a single cell, `a;b;c`: each line stands in quotes as a whole; export it without "
            "them",
        ),
        (",".join(map(str, range(1001))), "log.csv:1: the head has 1001 columns: at most 1000 are read"),
    ],
)
def test_a_head_that_is_none_is_told(text: str, problem: str) -> None:
    """Nothing below it means anything then."""
    assert problem == told(text)


def test_a_head_may_go_over_lines() -> None:
    """As trackers write it whose fields have long names; a name has none."""
    (row,) = found('ticket,"closed\nat"\nT-1,a\n')

    assert Row("log.csv:3", {"ticket": "T-1", "closed at": "a"}) == row


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


@pytest.mark.parametrize(
    "text",
    [
        "ticket;at\nT-1;x\n;\n ; \nT-2;y\n;;;\n",
        "ticket;at\nT-1;x\nticket;at\nT-2;y\n",
        "ticket;at;\nT-1;x;\n\nticket ; at;\nT-2;y;\n",
    ],
    ids=["rows that hold nothing", "the head again", "the head again, as a spreadsheet wrote it"],
)
def test_what_spreadsheets_and_files_put_together_leave_between_rows_is_none(text: str) -> None:
    """As in a workbook; nothing is noticed, since nothing can be lost."""
    cells, notices = noticed(text)

    assert [{"ticket": "T-1", "at": "x"}, {"ticket": "T-2", "at": "y"}] == cells
    assert [] == list(notices)


def noticed(text: str | bytes, head: int = 0) -> tuple[list[dict[str, str]], Noticed]:
    data = text.encode() if isinstance(text, str) else text
    file = HistoryFile("log.csv", io.BytesIO(data), said=Said(head=head))
    cells = [dict(each.cells) for each in rows(file) if isinstance(each, Row)]
    return cells, [(each.kind, each.number, each.place, dict(each.values)) for each in file.notices]


ROW = [{"Ticket": "T-1", "At": "a,b", "Status": "New"}]


@pytest.mark.parametrize(
    "text, head, above",
    [
        ("Ticket;At;Status\nT-1;a,b;New\n", 1, 0),
        ("Tickets of March 2026;;\nExported 31/03/2026;;\n\nTicket;At;Status\nT-1;a,b;New\n", 4, 2),
        ("Tickets, of March, by Kim, and Lee\n\nTicket;At;Status\nT-1;a,b;New\n", 3, 1),
        ("sep=;\nTickets, all\nTicket;At;Status\nT-1;a,b;New\n", 3, 1),
        ('"Tickets; all"\n"Ticket";"At";"Status"\n"T-1";"a,b";"New"\n', 2, 1),
        ("\n\nReport\nTicket\tAt\tStatus\t\t\nT-1\ta,b\tNew\n", 4, 1),
        ("Report\nTicket|At|Status\nT-1|a,b|New\n", 2, 1),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_above_the_head_are_passed_over(text: str, head: int, above: int, encoding: str) -> None:
    """A title fills one cell, whatever stands in it; that it was passed over is noticed."""
    told = [("title-lines", 1, f"log.csv:{head}", {"lines": above, "head": head})] if above else []
    assert (ROW, told) == noticed(text.encode(encoding))


@pytest.mark.parametrize(
    "text, lines",
    [
        ("From;01/03/2026\nTo;31/03/2026\n\nTicket;At;Status\n" + "T-1;a;New\n" * 3, (1, 4)),
        ("Report;March\nTicket;At;Status;By;For\nT-1;a;New;x;y\nT-2;a;New;x;y\n", (1, 2)),
    ],
)
def test_where_two_lines_could_be_the_head_it_is_asked(text: str, lines: tuple[int, int]) -> None:
    """And whoever answers is believed."""
    first, head = lines
    advice = f"say `head: {head}` in the mapping (`--head {head}` to draft one), or {first} if it is not"
    assert f"log.csv:1: the head seems to be line {head}: {advice}" == told(text)
    cells, notices = noticed(text, head)
    assert {"Ticket", "At", "Status"} <= set(cells[0])
    assert [] == notices


@pytest.mark.parametrize(
    "text",
    [
        "ticket,at\nT-1,2026\n",
        "ticket\nT-1\nT-2\n",
        "ticket,at\n\nT-1,x\nT-2,y\n",
        "ticket,note\nT-1,\nT-2,\nT-3,n\n",
        "ticket,at\nT-1,2026,a\nT-2,2026,b\n",
        "ticket\nT-1,2026\n",
        "ticket,at\n",
        'ticket,at\nT-1,"1\n2,3,4\n5,6,7\n8"\n',
        "ticket;at\nT-1;a,b,c\nT-2;a,b,c\n",
    ],
)
def test_the_first_line_is_the_head_of_most_tables(text: str) -> None:
    """Whatever the rows below look like."""
    table = Table(HistoryFile("log.csv", io.BytesIO(text.encode())))
    assert ("ticket", 1) == (table.header[0], table.line)


def test_a_line_that_is_not_there_is_no_head() -> None:
    with pytest.raises(HistoryError, match="^log.csv: `head: 7` is no line of this file, which has 2$"):
        noticed("a,b\n1,2\n", 7)


def test_columns_are_called_each_otherwise() -> None:
    """As a tracker writes one of them for each value, and as spreadsheets leave one without a name."""
    cells, notices = noticed("Key,Labels,Labels,,Labels 2,Labels\n1,a,b,c,d,e\n")
    names = ["Key", "Labels", "Labels 3", "column 4", "Labels 2", "Labels 4"]
    assert [dict(zip(names, "1abcde"))] == cells
    assert [("repeated-column", 2, "log.csv:1", {"column": "Labels", "called": "Labels 3"})] == notices


def test_rows_that_a_quote_has_swallowed_are_noticed() -> None:
    """As CSV goes, it is one cell."""
    cells, notices = noticed('a,b,c\n1,x,"begun by hand\n2,y,z\n3,y,z\n4,y,closed"\n5,y,z\n')
    assert 2 == len(cells)
    assert [("swallowed-rows", 1, "log.csv:2", {"lines": 4})] == notices


@pytest.mark.parametrize("text", ["Dear Kim,\nit works, at last, and well.\nLee", "a\nb\nc", "x,\ny", "\n,,,\n\n"])
def test_a_text_over_several_lines_is_none(text: str) -> None:
    assert [] == noticed(f'a,b,c\n1,x,"{text}"\n2,y,z\n')[1]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a,b,c\n1,2,3\n1,2,3\n1,2", ("log.csv:4", 1, 2)),  # cut in its last row
        ("a,b,c\n1,2\n", ("log.csv:2", 1, 2)),
        ("a,b,c\n" + "1,2,3\n" * 8 + "1\n1,2\n", ("log.csv:10", 2, 1)),
        ("a,b,c\n" + "1,2,3\n1,2\n" * 8, None),  # so it is written
        ("a,b,c\n1,2\n1,2\n", None),
        ("a,b,c\n1,2,\n \n\n1,2,3\n", None),
    ],
)
def test_rows_that_end_early_are_noticed(text: str, expected: tuple[str, int, int] | None) -> None:
    """Unless that is how the file is written: many leave empty cells out at the end."""
    found = [] if expected is None else [("short-rows", expected[1], expected[0], {"cells": expected[2], "columns": 3})]
    assert found == noticed(text)[1]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a,b\n1,2\n1,2,\n1,2,,\n", ("log.csv:3", 2, 3)),
        ("a,b\n1,2,\n1,2,\n", None),  # so it is written
        ("a,b,\n1,2,\n1,2\n", None),
    ],
)
def test_rows_that_end_late_are_noticed(text: str, expected: tuple[str, int, int] | None) -> None:
    """Where others do not: a cell with a separator and no quotes may stand in them."""
    found = [] if expected is None else [("long-rows", expected[1], expected[0], {"cells": expected[2], "columns": 2})]
    assert found == noticed(text)[1]


@pytest.mark.parametrize(
    "row, cells",
    [
        (r'1,"He said \"hi\", twice",x', ['He said "hi", twice', "x"]),
        (r'1,"a \", b",x', ['a ", b', "x"]),
        (r'1,"\"all of it\"","C:\dir\\"', ['"all of it"', "C:\\dir\\\\"]),
        ('1,"over \\"two\nlines\\", so",x', ['over "two\nlines", so', "x"]),
    ],
)
def test_quotes_may_be_escaped_by_a_backslash(row: str, cells: list[str]) -> None:
    """As some databases write them; and every row behind is read as if nothing had been."""
    found, notices = noticed(f"a,b,c\n{row}\n2,y,z\n")
    assert [dict(zip("abc", ["1", *cells])), dict(zip("abc", "2yz"))] == found
    assert [("escaped-quotes", 1, "log.csv:2", {})] == notices


@pytest.mark.parametrize(
    "row, cells",
    [
        (r'1,"C:\dir\",x', ["C:\\dir\\", "x"]),
        ('1,5" screen,x', ['5" screen', "x"]),
        ('1,"5"" screen",x', ['5" screen', "x"]),
        (r"1,\N,x", [r"\N", "x"]),
    ],
)
def test_other_quotes_and_backslashes_are_what_they_are(row: str, cells: list[str]) -> None:
    assert ([dict(zip("abc", ["1", *cells]))], []) == noticed(f"a,b,c\n{row}\n")


def test_a_row_with_bytes_of_nothing_is_bad() -> None:
    """As a machine leaves them that stopped while it wrote; the next one is read."""
    bad, right = found(b"a,b\n1,\0\0\n3,4\n")
    assert isinstance(bad, Bad)
    assert ("log.csv:2", True) == (bad.place, bad.problem.startswith("this row holds bytes of nothing (NUL): "))
    assert Row("log.csv:3", {"a": "3", "b": "4"}) == right
