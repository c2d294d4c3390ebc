"""JSON of anybody becomes rows, whatever stands around the objects, and what no row tells is told."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from upheld.history.file import HistoryFile
from upheld.history.format.json_row import rows
from upheld.history.formats import format_of
from upheld.history.importer import Bad, Row
from upheld.history.notice import Notice

A, B = {"number": "INC1", "state": "1"}, {"number": "INC1", "state": "6"}


def read(content: str | bytes, name: str = "e.json") -> tuple[list[Row | Bad], list[Notice]]:
    file = HistoryFile(name, BytesIO(content.encode() if isinstance(content, str) else content))
    return list(rows(file)), list(file.notices)


def cells(*documents: Any, indent: int | None = None) -> list[Any]:
    found, _ = read("\n".join(json.dumps(each, indent=indent) for each in documents))
    return [each.cells if isinstance(each, Row) else each for each in found]


ENVELOPES: dict[str, list[Any]] = {
    "a list": [[A, B]],
    "lines": [A, B],
    "ServiceNow": [{"result": [A, B]}],
    "pages": [{"issues": [A], "total": 2}, {"issues": [B], "total": 2}],
    "a list of pages": [[{"items": [A]}, {"items": [B]}]],
    "a list of lists": [[[A], [B]]],
    "OData": [{"@odata.context": "x", "value": [A, B]}],
    "an older OData": [{"d": {"results": [A, B]}}],
    "GraphQL, nodes": [{"data": {"project": {"issues": {"nodes": [A, B], "pageInfo": {"endCursor": "x"}}}}}],
    "GraphQL, edges": [{"data": {"issues": {"edges": [{"node": A, "cursor": "a"}, {"node": B, "cursor": "b"}]}}}],
    "JSON-RPC": [{"jsonrpc": "2.0", "id": 1, "result": [A, B]}],
    "a list with a name of its own": [{"my_incidents": [A, B], "count": 2}],
    "with users beside": [{"users": [{"id": 7}], "tickets": [A, B]}],
    "a list of nothing before": [{"errors": [], "records": [A, B]}],
    "Perceval": [{"backend_name": "GitLab", "category": "issue", "data": each} for each in (A, B)],
    "a list of Perceval's": [[{"backend_name": "GitLab", "category": "issue", "data": each} for each in (A, B)]],
    "Elasticsearch": [{"took": 1, "hits": {"hits": [{"_index": "i", "_id": "1", "_source": each} for each in (A, B)]}}],
    "raw tables of Airbyte": [
        {"_airbyte_ab_id": "1", "_airbyte_emitted_at": 5, "_airbyte_data": A},
        {"_airbyte_ab_id": "2", "_airbyte_emitted_at": 5, "_airbyte_data": json.dumps(B)},
    ],
}


@pytest.mark.parametrize("documents", ENVELOPES.values(), ids=ENVELOPES)
@pytest.mark.parametrize("indent", [None, 1])
def test_what_stands_around_does_not_matter(documents: list[Any], indent: int | None) -> None:
    """Two rows, whatever tool or API gave them."""
    assert [A, B] == cells(*documents, indent=indent)


def test_messages_of_connectors() -> None:
    """Records have the name of their stream; what connectors tell one another is no row."""
    airbyte = [
        {"type": "RECORD", "record": {"stream": "tickets", "data": A, "emitted_at": 1}},
        {"type": "STATE", "state": {"data": {}}},
        {"type": "LOG", "log": {"level": "INFO", "message": "x"}},
    ]
    singer = [
        {"type": "SCHEMA", "stream": "tickets", "schema": {}, "key_properties": ["id"]},
        {"type": "RECORD", "stream": "tickets", "record": B},
        {"type": "STATE", "value": {}},
    ]

    assert [{**A, "stream": "tickets"}, {**B, "stream": "tickets"}] == cells(*airbyte, *singer)
    assert [{"type": "RECORD", "id": "1"}] == cells({"type": "RECORD", "id": "1"})


def test_what_has_a_type_of_several_words_is_no_message() -> None:
    """As some trackers write it; it is a row like others."""
    assert [{"number": "INC1", "type": '["Bug"]'}] == cells({"number": "INC1", "type": ["Bug"]})


def test_an_object_with_an_id_is_no_envelope() -> None:
    """Whatever lists it holds; and nor is one that tells when it was."""
    tags = [{"name": "x"}]

    assert ["1"] == [each["id"] for each in cells({"id": 1, "items": tags})]
    assert ["T-1"] == [each["Ticket"] for each in cells({"Ticket": "T-1", "tags": tags})]
    assert ["x"] == [each["who"] for each in cells({"who": "x", "at": "2026-03-02 09:00", "tags": tags})]
    assert 1 == len(cells({"name": "x", "tags": tags, "links2": tags}))


def test_figures_stay_as_they_were_written() -> None:
    """Decimals, what is not a number, and the longest id."""
    (found,), _ = read(
        '{"id": 123456789012345678901234567890, "score": 4.50, "csat": NaN, "rate": -Infinity, "t": 1e5}'
    )

    assert isinstance(found, Row)
    assert {
        "id": "123456789012345678901234567890",
        "score": "4.50",
        "csat": "",
        "rate": "",
        "t": "1e5",
    } == found.cells


def test_what_is_nested() -> None:
    """Objects by dots, lists of scalars as they were written; of a list of objects there is a notice."""
    held = {
        "id": 7,
        "by": {"team": {"id": "a"}},
        "tags": ["x", 1, 2.50],
        "history": [{"when": "…", "who": "a"}],
        "no": {},
    }
    (found,), notices = read(json.dumps(held).replace("2.5]", "2.50]"))

    assert isinstance(found, Row)
    assert {
        "id": "7",
        "by.team.id": "a",
        "tags": '["x", 1, 2.50]',
        "history": '[{"when": "…", "who": "a"}]',
    } == found.cells
    assert [Notice("nested-objects", 1, "e.json:1", {"column": "history", "names": "`when`, `who`"})] == notices


def test_a_second_list_is_told() -> None:
    """Nobody reads two kinds of objects as one."""
    found, notices = read(json.dumps({"tickets": [A], "my_notes": [B], "users": [B]}))

    assert [A] == [each.cells for each in found if isinstance(each, Row)]
    assert [Notice("other-list", 1, "e.json:1", {"read": "tickets", "other": "my_notes"})] == notices


def test_an_error_is_no_ticket() -> None:
    """APIs answer with an object, too, when they do not answer."""
    (bad,) = cells({"error": "Couldn't authenticate you"})

    assert Bad("e.json:1", "the API gave an error in place of tickets: `Couldn't authenticate you`") == bad


@pytest.mark.parametrize("content", ["[]", '{"result": []}', '{"tickets": [], "count": 0}'])
def test_a_file_without_rows_has_none(content: str) -> None:
    """Whoever reads files of any format tells that one holds nothing: `tests/cli/test_no_silence.py`."""
    assert ([], []) == read(content)


def test_places() -> None:
    """Where a row stands, in whatever it stands in."""
    content = json.dumps([A]) + "\n" + json.dumps({"result": [A, B]}) + '\n{"id": 1}\n5'

    assert [
        "e.json:1, object 1",
        "e.json:2, result 1",
        "e.json:2, result 2",
        "e.json:3",
        "e.json:4",
    ] == [each.place for each in read(content)[0]]


FILES = {
    "a list": ("e.json", b"[{}]", "json"),
    "an object": ("e.json", b'\xef\xbb\xbf {"result": []}', "json"),
    "lines": ("e.json", b'{"number": "1"}\n{"number": "2"}', "json"),
    "records of our own": ("e.json", b'{"ticket": "T-1", "at": "2026"}\n', "jsonl"),
    "without a name": ("-", b'[{"id": 1}]', "json"),
    "lines of anybody": ("e.jsonl", b'{"number": "1"}\n', "jsonl"),
    "an issue of Jira": ("e.jsonl", b'{"key": "A-1", "changelog": {"histories": []}}', "jira"),
    "an issue cut in its fields": ("e.json", b'{"self": "x", "key": "A-1", "fields": {"status": {}, "long": "', "jira"),
    "issues without changelog": (
        "e.json",
        b'{"issues": [{"self": "x", "key": "A-1", "fields": {"status": {}}}]}',
        "json",
    ),
    "audits": ("e.json", b'{"audits": [{"id": 1, "events": []', "zendesk"),
    "journals": ("e.json", b'{"issue": {"id": 1, "status": {"id": 1}, "journals": [', "redmine"),
    "a log of something": ("e.json", b'{"audit": "2026", "field_name": "x", "issue": 5, "histories": []}', "json"),
}


@pytest.mark.parametrize("name, content, expected", FILES.values(), ids=FILES)
def test_a_format_is_recognised_by_what_only_it_has(name: str, content: bytes, expected: str) -> None:
    """And never by a word that others use, too."""
    assert expected == format_of(HistoryFile(name, BytesIO(content))).name


@pytest.mark.parametrize(
    "held",
    [
        {"id": {"0": "T-1", "1": "T-2"}, "at": {"0": "09:00", "1": "10:00"}},
        {"columns": ["id", "at"], "index": [0], "data": [["T-1", "09:00"]]},
    ],
    ids=["columns", "split"],
)
def test_a_table_that_is_written_by_its_columns_says_how_to_write_rows(held: object) -> None:
    """As data frames write it, where nobody asks them for rows."""
    advice = 'this table is written column by column: write it row by row (`orient="records"`)'

    assert [Bad("e.json:1", advice)] == read(json.dumps(held))[0]


def test_rows_without_names_say_so() -> None:
    """As answers to queries have it; a list of lists within a ticket is none."""
    told = "`rows` holds a list for each row, and no names: export it as objects, or as CSV"

    assert [Bad("e.json:1", told)] == read('{"columns": ["id", "at"], "rows": [["T-1", "09:00"], ["T-2", "10:00"]]}')[0]
    assert isinstance(read('{"id": "T-1", "path": [[1, 2], [3, 4]]}')[0][0], Row)
