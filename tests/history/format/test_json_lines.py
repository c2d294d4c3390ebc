"""JSON Lines: each line is a record, or bad with its place."""

from __future__ import annotations

import io

import pytest

from upheld.history.file import HistoryFile
from upheld.history.format.json_lines import begins, records, rows
from upheld.history.importer import Bad, Row

GOOD = '{"ticket": "T-1"}'


def found(*lines: str) -> list[object]:
    return list(records(HistoryFile("log.jsonl", io.BytesIO("\n".join(lines).encode()))))


BAD = {
    "a key twice": ('{"ticket": "T-1", "ticket": "T-2"}', "key `ticket` is given twice: each may be given once"),
    "a key twice inside": ('{"data": {"a": 1, "b": 2, "a": 1}}', "key `a` is given twice: each may be given once"),
    "half a character": (
        '{"data": {"a": "x\\ud83d"}}',
        "`\\ud83d` is half of a character: write the other half beside it, or none",
    ),
    "NaN": ('{"n": NaN}', "`NaN` is no whole number: write amounts in their smallest unit, or the value in quotes"),
    "infinity": ('{"n": -Infinity}', "`-Infinity` is no whole number: "),
    "a huge exponent": ('{"n": 1e400}', "`1e400` is no whole number: "),
    "a decimal": ('{"n": 1.5}', "`1.5` is no whole number: "),
    "a huge number": ('{"n": ' + "9" * 5000 + "}", "999…` is too large a number: at most 19 digits are read"),
    "deep lists": ('{"n": ' + "[" * 100_000 + "]" * 100_000 + "}", "this is nested too deeply: "),
    "deep objects": ('{"n":' * 50_000 + "1" + "}" * 50_000, "this is nested too deeply: "),
    "one list too many": ('{"n": ' + "[" * 64 + "]" * 64 + "}", "this is nested too deeply: "),
    "deep, and broken": ('{"n": ' + "[" * 2000, "this is nested too deeply: "),
    "a list": ('["T-1"]', "a record is an object of columns and values: "),
    "a text": ('"T-1"', "a record is an object of columns and values: "),
    "two on a line": (f"{GOOD} {GOOD}", "this is no JSON: `{` cannot stand at column 19"),
    "half a record": ('{"ticket": "T-1",', "it ends before its JSON does: it was cut short"),
    "a comma too many": ('{"ticket": "T-1",}', "this is no JSON: nothing follows the `,` at column 17"),
    "a line feed in a text": ('{"ticket": "T-\t1"}', "this is no JSON: a control character cannot stand at column 15"),
    "no JSON": ("ticket,at", "this is no JSON: `t` cannot stand at column 1"),
}


@pytest.mark.parametrize("line, problem", BAD.values(), ids=BAD)
def test_a_bad_line_is_told_and_the_next_one_is_read(line: str, problem: str) -> None:
    """Y03, Y05, Y08, Y10 of the threats; one line of them costs that line."""
    first, bad, last = found(GOOD, line, GOOD)

    assert ("log.jsonl:1", {"ticket": "T-1"}) == first
    assert isinstance(bad, Bad)
    assert "log.jsonl:2" == bad.place
    assert problem in bad.problem
    assert ("log.jsonl:3", {"ticket": "T-1"}) == last


def test_empty_lines_are_passed_over() -> None:
    """They keep their numbers."""
    assert [("log.jsonl:3", {"ticket": "T-1"})] == found("", " \t", GOOD, "")


def test_values_keep_their_types() -> None:
    """19 characters hold every whole number of 64 bits but the least."""
    record = {"n": 2**63 - 1, "m": -(2**59), "yes": True, "none": None, "many": ["a", 1]}

    assert [("log.jsonl:1", record)] == found(
        '{"n": 9223372036854775807, "m": -576460752303423488, "yes": true, "none": null, "many": ["a", 1]}'
    )


def test_an_object_of_many_keys_costs_a_look_at_each() -> None:
    """V03: with a key that stands twice at the end of a full line; it would take minutes key against key."""
    line = "{" + ", ".join(f'"{number}": 1' for number in range(70_000)) + ', "0": 1}'

    assert [Bad("log.jsonl:1", "key `0` is given twice: each may be given once")] == found(line)


def test_brackets_in_a_text_nest_nothing() -> None:
    """As many lists as there may be, and more brackets than that."""
    lists = "[" * 63 + "]" * 63

    assert 1 == len([each for each in found(f'{{"n": {lists}}}') if not isinstance(each, Bad)])
    assert [("log.jsonl:1", {"n": "[" * 200 + '"'})] == found('{"n": "' + "[" * 200 + '\\""}')


def test_keys_that_hold_others_are_short() -> None:
    """V03: each column repeats the keys before it, so a long one with many columns would fill the memory."""
    line = f'{{"{"k" * 5000}": {{"a": 1}}}}'
    (bad,) = rows(HistoryFile("log.jsonl", io.BytesIO(line.encode())))

    assert isinstance(bad, Bad)
    assert "is too long a key to hold others: at most 256 characters are read" in bad.problem


def test_rows_are_text() -> None:
    """For a mapping: other tools' JSON Lines, with what they nest under both names."""
    line = '{"id": 7, "done": false, "by": {"name": "kim", "team": {"id": "a"}}, "tags": ["x", 1], "note": null}'
    file = HistoryFile("log.jsonl", io.BytesIO(f"{line}\n{{]".encode()))

    row, bad = rows(file)
    assert isinstance(row, Row)
    cells = {"id": "7", "done": "false", "by.name": "kim", "by.team.id": "a", "tags": '["x", 1]', "note": ""}
    assert cells == row.cells
    assert isinstance(bad, Bad)


@pytest.mark.parametrize(
    "head, expected",
    [
        (b'\xef\xbb\xbf\n {"ticket": "T-1", "at": "2024"}\n', True),
        (b'{\n"ticket": "T-1", "at": "2024"}', False),
        (b'{"issues": [{"id": "10001"', False),
        (b"ticket,at\n", False),
        (b"", False),
    ],
)
def test_the_first_line_tells_the_format(head: bytes, expected: bool) -> None:
    """Documents of other tools are JSON too, and no records."""
    assert expected == begins(head)
