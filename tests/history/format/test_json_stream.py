"""However large a document is, no more of it is held than one of its members."""

from __future__ import annotations

import json
from io import BytesIO
from itertools import count
from typing import Any

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format import json_document, json_stream
from upheld.history.format.json_document import Found, members
from upheld.history.format.json_stream import JsonStream
from upheld.history.importer import Bad


def read(content: str, name: str = "e.json") -> list[Found | Bad]:
    return list(members(HistoryFile(name, BytesIO(content.encode()))))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces and pages so small that every text below is larger."""
    monkeypatch.setattr(json_stream, "PIECE", 64)
    monkeypatch.setattr(json_document, "PIECE", 64)
    monkeypatch.setattr(json_document, "LARGEST_PAGE", 256)


ISSUES = [{"id": str(number), "text": f'é\\ud83d\\ude00 [{{"{number}' * (number % 7)} for number in range(100)]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.usefixtures("small")
def test_a_list_is_read_member_by_member(indent: int | None) -> None:
    """Whatever a text has in it, and wherever a piece ends."""
    content = json.dumps(ISSUES, indent=indent)

    assert [(f"e.json:1, object {number}", issue) for number, issue in enumerate(ISSUES, 1)] == read(content)


@pytest.mark.usefixtures("small")
def test_lists_within_a_list() -> None:
    """As tools write that put pages together which are lists."""
    assert ISSUES == [each[1] for each in read(json.dumps([ISSUES[:40], ISSUES[40:]]))]


@pytest.mark.parametrize("path", [("issues",), ("result", "data")])
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.usefixtures("small")
def test_a_large_page_comes_in_parts(path: tuple[str, ...], indent: int | None) -> None:
    """Each has what stood before the list; a list stands in one of them only, and what stands behind in the last."""
    page: Any = ISSUES
    for name in reversed(path):
        page = {"total": "100", "users": [{"id": "7"}], name: page, "next": None}
    parts = [found for found in read(json.dumps(page, indent=indent)) if not isinstance(found, Bad)]

    assert len(parts) > 10
    assert [f"e.json:1, part {number}" for number in range(1, len(parts) + 1)] == [place for place, _ in parts]
    gathered: list[Any] = []
    users = 0
    for _, part in parts:
        assert "100" == part["total"]
        users += "users" in part
        held: Any = part
        for name in path:
            held = held[name]
        gathered += held
    assert (1, ISSUES) == (users, gathered)
    assert "next" in parts[-1][1]
    assert "next" not in parts[0][1]


@pytest.mark.usefixtures("small")
def test_members_behind_a_large_list_are_told() -> None:
    """The parts before could not know them."""
    file = HistoryFile("e.json", BytesIO(json.dumps({"issues": ISSUES, "names": {"a": "A"}, "last": True}).encode()))

    assert len(list(members(file))) > 10
    assert [("members-behind", 1, {"member": "names"})] == [(n.kind, n.number, n.values) for n in file.notices]


class Endless(BytesIO):
    """A file that would never end: each read makes as many bytes as are asked for, and counts them."""

    def __init__(self, begin: bytes, more: bytes) -> None:
        super().__init__()
        self._rest, self._more, self.made = begin, more, 0

    def read1(self, size: int | None = -1, /) -> bytes:
        while len(self._rest) < (size or 0):
            self._rest += self._more
        data, self._rest = self._rest[:size], self._rest[size:]
        self.made += len(data)
        return data


@pytest.mark.parametrize("begin", [b"[{}", b'{"result": [{}', b'{"users": [], "result": {"data": [{}'])
def test_no_more_is_read_than_what_comes_next(begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """So memory does not grow with the file: counted, on files that have no end."""
    monkeypatch.setattr(json_document, "LARGEST_PAGE", 2**18)
    made = Endless(begin, b',\n{"id": 1, "text": "' + b"x" * 1000 + b'"}')
    found = members(HistoryFile("e.json", made))
    held: list[int] = []
    more = JsonStream._more

    def watched(self: JsonStream, least: int) -> None:
        more(self, least)
        held.append(len(self._held))

    monkeypatch.setattr(JsonStream, "_more", watched)

    seen = count()
    for each in found:
        assert not isinstance(each, Bad)
        if made.made > 40 * json_stream.PIECE:
            break
        next(seen)

    assert next(seen) > 10
    assert max(held) < 4 * json_stream.PIECE


WRONG = {
    "no comma": ('[\n{"a": 1}\n{"a": 2}]', "e.json:3: this is no JSON: `{` cannot stand at column 1"),
    "a comma too many": ('[\n{"a": 1},\n]', "e.json:2: this is no JSON: nothing follows the `,` at column 9"),
    "another bracket": ('[\n{"a": 1}\n}', "e.json:3: this is no JSON: `}` cannot stand at column 1"),
    "cut": ('[\n{"a": 1}\n', "e.json:2: it ends before its JSON does: it was cut short"),
    "cut in a text": ('[\n{"a": 1},\n{"a": "x', "e.json:3: it ends before its JSON does: it was cut short"),
    "cut in a word": ('[\n{"a": 1},\n{"a": tr', "e.json:3: this is no JSON: `t` cannot stand at column 7"),
    "NaN": ('[\n{"a": NaN}]', "e.json:2: `NaN` is no value of JSON"),
    "half a character": ('[\n{"a": "\\ud83d"}]', "e.json:2: `\\ud83d` is half of a character: write the other half"),
    "a key twice": ('[\n{"a": 1, "a": 2}]', "e.json:2: `a` stands twice in one object: which of the two counts"),
    "too deep": ("[\n" + "[" * 90, "e.json:2: this is nested deeper than any tracker writes"),
    "a control character": (
        '[\n{"a": "\t"}]',
        "e.json:2: this is no JSON: a control character cannot stand at column 8",
    ),
}


@pytest.mark.parametrize("content, message", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("piece", [1, 7, 2**20])
def test_what_cannot_be_read_is_told_with_its_place(
    content: str, message: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a document that is held whole, wherever a piece ends."""
    monkeypatch.setattr(json_stream, "PIECE", piece)
    monkeypatch.setattr(json_document, "PIECE", piece)
    with pytest.raises(HistoryError) as caught:
        read(content)

    assert str(caught.value).startswith(message)


LARGE = {
    "a key twice": '{"a": 1, "list": [%s], "a": 2}',
    "no colon": '{"list" [%s]}',
    "no name": '{"list": [%s], 5: 6}',
    "a comma too many": '{"list": [%s],}',
    "cut": '{"list": [%s], "b": ',
    "cut before the comma": '{"list": [%s]',
}


@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE)
@pytest.mark.usefixtures("small")
def test_a_large_page_is_read_as_strictly(content: str) -> None:
    """All that the decoder refuses is refused here, too."""
    inner = ", ".join(json.dumps(issue) for issue in ISSUES)
    with pytest.raises(HistoryError):
        read(content % inner)
