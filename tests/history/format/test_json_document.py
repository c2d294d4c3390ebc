"""JSON of an export is read however it was saved, and what is damaged is told with its line."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format import json_document, json_stream
from upheld.history.format.json_document import Found, members, objects
from upheld.history.importer import Bad

PAGES = [{"issues": [{"id": "1"}]}, {"issues": [{"id": "2"}]}]


def read(content: str | bytes) -> list[Found | Bad]:
    given = content.encode() if isinstance(content, str) else content
    return list(members(HistoryFile("e.json", BytesIO(given))))


@pytest.mark.parametrize(
    "content, lines",
    [
        ("\n".join(json.dumps(page) for page in PAGES), [1, 2]),
        ("\r\n\r\n".join(json.dumps(page) for page in PAGES) + "\r\n", [1, 3]),
        ("\n".join(json.dumps(page, indent=1) for page in PAGES), [1, 8]),
        ("\ufeff\n" + json.dumps(PAGES[0], indent=1) + json.dumps(PAGES[1], indent=1), [2, 8]),
    ],
    ids=["lines", "lines of Windows", "one after another", "byte order mark"],
)
def test_pages_are_read_however_they_were_saved(content: str, lines: list[int]) -> None:
    """One a line, or one after another over many lines; each stands at the line where it begins."""
    assert [(f"e.json:{line}", page) for line, page in zip(lines, PAGES)] == read(content)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_is_as_good_as_its_members(indent: int | None) -> None:
    """A page, or a list of pages; whatever is no object in it is told, and the rest is read."""
    file = HistoryFile("e.json", BytesIO(json.dumps([PAGES[0], 5, PAGES[1]], indent=indent).encode()))

    first, bad, last = objects(file)

    assert not isinstance(first, Bad)
    assert "e.json:1, object 1" == first[0]
    assert Bad("e.json:1, object 2", "this is no object") == bad
    assert not isinstance(last, Bad)
    assert "2" == last[1].children("issues", "issues")[0].text("id")


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_in_a_list_is_called_one(indent: int | None) -> None:
    """Rows as lists are no objects, and each is told with the list that it stands in."""
    file = HistoryFile("e.json", BytesIO(json.dumps([["T-1"], ["T-2"]], indent=indent).encode()))

    told = [Bad(f"e.json:1, list {each}, object 1", "this is no object") for each in (1, 2)]
    assert told == list(objects(file))


def test_numbers_are_texts() -> None:
    """An id beyond every integer and hours with two digits stay what was written."""
    (found,) = read('{"id": 123456789012345678901234567890, "hours": 0.50, "rate": 1e5}')

    assert ("e.json:1", {"id": "123456789012345678901234567890", "hours": "0.50", "rate": "1e5"}) == found


@pytest.mark.parametrize(
    "line, problem",
    [
        ('{"id": 1,}', "this is no JSON: nothing follows the `,` at column 9"),
        ('{"id": 1, "id": 2}', "`id` stands twice in one object: which of the two counts, nobody can tell"),
        ('{"a": {"b": 1, "b": 2}}', "`b` stands twice in one object: which of the two counts, nobody can tell"),
        ('{"id": NaN}', "`NaN` is no value of JSON"),
        ('{"id": -Infinity}', "`-Infinity` is no value of JSON"),
        ('{"id": "a\tb"}', "this is no JSON: a control character cannot stand at column 10"),
        ('{"id": "a\x00b"}', "this is no JSON: a control character cannot stand at column 10"),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, "this is nested deeper than any tracker writes"),
        ("[" * 65 + "]" * 65, "this is nested deeper than any tracker writes"),
        ('{"a":' * 2_000 + "}", "this is nested deeper than any tracker writes"),
        ('{"id": "\\ud83d"}', "`\\ud83d` is half of a character: write the other half beside it, or none"),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_read(line: str, problem: str) -> None:
    """No such line costs more than itself."""
    good = '{"id": 7}'

    assert [("e.json:1", {"id": "7"}), Bad("e.json:2", problem), ("e.json:3", {"id": "7"})] == read(
        f"{good}\n{line}\n{good}\n"
    )


def test_pages_saved_one_after_another_stand_on_one_line() -> None:
    """No tool puts a line end between them; what is broken after a good one costs the rest of the line."""
    pages = [("e.json:1", {"id": "1"}), ("e.json:1", {"id": "2"})]

    assert pages == read('{"id": 1}{"id": 2}\n')
    assert [*pages, Bad("e.json:1", "this is no JSON: `}` cannot stand at column 19")] == read('{"id": 1}{"id": 2}}')
    assert [*pages, ("e.json:2", {"id": "3"})] == read('{"id": 1} {"id": 2}\n{"id": 3}')


def test_a_bad_byte_in_a_line() -> None:
    """Bytes that are no UTF-8 cost their line."""
    assert [
        Bad("e.json:1", "byte 0xff is not UTF-8: save the export as UTF-8"),
        ("e.json:2", {"id": "7"}),
    ] == read(b'{"id": "\xff"}\n{"id": 7}')


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "e.json: this file is empty"),
        (b" \n\n", "e.json: this file is empty"),
        (b'{\n "id": 1\n', "e.json:2: it ends before its JSON does: it was cut short"),
        (b'{\n "id": 1,\n "na', "e.json:3: it ends before its JSON does: it was cut short"),
        (b'{\n "id": 1\n "na": 2}', 'e.json:3: this is no JSON: `"` cannot stand at column 2'),
        (b'{\n "id": \xff\n}', "e.json:2: byte 0xff is not UTF-8: save the export as UTF-8"),
        (b"id,name\n1,x\n", "e.json:1: this is no JSON: `i` cannot stand at column 1"),
        (
            b'{\n"id": 1,\n"id": 2}',
            "e.json:1: `id` stands twice in one object: which of the two counts, nobody can tell",
        ),
        (b'{\n"a":1}\n}', "e.json:3: this is no JSON: `}` cannot stand at column 1"),
        (b'{\n"a": [1,\n\n]}', "e.json:2: this is no JSON: nothing follows the `,` at column 8"),
        (b"[" * 100_000, "e.json:1: this is nested deeper than any tracker writes"),
    ],
)
def test_what_is_held_whole_cannot_be_read_in_part(content: bytes, message: str) -> None:
    """One clear line with the place; nothing after it can be trusted."""
    with pytest.raises(HistoryError) as caught:
        read(content)

    assert message == str(caught.value)


@pytest.mark.parametrize("content", [b'{"id": "' + b"x" * 200 + b'"}', b'{\n"id": "' + b"x" * 200 + b'"}'])
def test_a_document_has_a_limit(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that would not fit in memory is refused before it is read."""
    monkeypatch.setattr(json_document, "LARGEST_PAGE", 10)
    monkeypatch.setattr(json_stream, "LARGEST_VALUE", 100)

    with pytest.raises(HistoryError, match="in one document: write one object a line$"):
        read(content)


def test_lines_have_no_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the longest line counts, and not how many there are."""
    monkeypatch.setattr(json_document, "LARGEST_VALUE", 100)

    assert 50 == len(read('{"id": 1}\n' * 50))
