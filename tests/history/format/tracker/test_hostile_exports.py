"""Whatever stands in an export of a tracker, reading it ends in rows, in bad rows, or in one clear error."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from random import Random
from typing import Any

import pytest
from tracker_payloads import PAYLOADS

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format import json_lines, json_row
from upheld.history.format.tracker import jira, redmine, zendesk
from upheld.history.formats import FORMATS
from upheld.history.importer import Bad, Row

Reader = Callable[[HistoryFile], Iterator[Row | Bad]]

WHO = {"accountId": "7", "displayName": "Somebody", "id": 7, "name": "Somebody"}
AT = "2026-03-02T09:00:00.000+0100"
JIRA = {
    "issueChangeLogs": [{"issueId": "2", "changeHistories": [{"created": 1772442000000, "items": []}]}],
    "names": {"customfield_7": "Severity"},
    "issues": [
        {
            "id": "1",
            "key": "UT-1",
            "fields": {
                "created": AT,
                "creator": WHO,
                "reporter": WHO,
                "status": {"name": "Done"},
                "labels": ["x"],
                "customfield_7": {"value": "S1"},
                "customfield_8": {"requestType": {"name": "Help"}},
                "comment": {"total": 1, "comments": [{"id": "5", "author": WHO, "created": AT, "body": "x"}]},
                "worklog": {"total": 1, "worklogs": [{"author": WHO, "created": AT, "timeSpentSeconds": 60}]},
            },
            "changelog": {
                "total": 1,
                "histories": [
                    {
                        "id": "9",
                        "author": WHO,
                        "created": AT,
                        "items": [{"field": "status", "from": "1", "fromString": "Open", "toString": "Done"}],
                    }
                ],
            },
        }
    ],
}
ZENDESK = {
    "users": [{"id": 7, "role": "agent"}],
    "audits": [
        {
            "id": 1,
            "ticket_id": 35,
            "created_at": AT,
            "author_id": 7,
            "via": {"channel": "rule", "source": {"rel": "trigger", "from": {"title": "x"}}},
            "events": [
                {"type": "Create", "field_name": "requester_id", "value": "7"},
                {"type": "Change", "field_name": "tags", "previous_value": ["a"], "value": ["b"]},
                {"type": "Comment", "public": True, "body": "x"},
                {"type": "SatisfactionRating", "score": "good"},
            ],
        }
    ],
}
REDMINE = {
    "issue_statuses": [{"id": 1, "name": "New"}],
    "time_entries": [{"issue": {"id": 3}, "user": WHO, "hours": 0.5, "created_on": AT, "activity": {"name": "x"}}],
    "issues": [
        {
            "id": 3,
            "created_on": AT,
            "author": WHO,
            "status": {"id": 1},
            "custom_fields": [{"id": 12, "value": ["a"]}],
            "journals": [
                {
                    "id": 9,
                    "user": WHO,
                    "created_on": AT,
                    "notes": "x",
                    "details": [{"property": "attr", "name": "status_id", "old_value": "1", "new_value": "2"}],
                }
            ],
        }
    ],
}
READERS: dict[str, tuple[Reader, Any]] = {
    "jira": (jira.rows, JIRA),
    "zendesk": (zendesk.rows, ZENDESK),
    "redmine": (redmine.rows, REDMINE),
    **{
        "zendesk events" if name == "zendesk" else name: (FORMATS[name.partition("-")[0]].rows, make())
        for name, make in PAYLOADS.items()
    },
    "json": (
        json_row.rows,
        {"d": {"results": [{"id": 1, "by": {"a": [1, {"b": 2.5}]}, "history": [{"x": None}]}] * 3}},
    ),
    "json lines": (
        json_lines.rows,
        {"count": 3, "items": [{"node": {"id": 1.5, "tags": ["x"], "by": {"a": None}}}] * 3},
    ),
}
EXPORTS = pytest.mark.parametrize("reader, export", READERS.values(), ids=READERS)
JUNK: list[Any] = [
    None,
    True,
    5,
    -1.5,
    "",
    "x",
    "\ud800",
    "\x00",
    "2026-03-02T09:00",
    "9" * 5000,
    [],
    [None],
    [[1]],
    {},
    {"a": {}},
]


def read(reader: Reader, content: bytes) -> list[Row | Bad]:
    return list(reader(HistoryFile("e.json", BytesIO(content))))


def changed(value: Any) -> Iterator[Any]:
    """The document with junk in the place of every value in it, one after another; and without each."""
    yield from JUNK
    if isinstance(value, dict):
        for name in value:
            rest = {other: held for other, held in value.items() if other != name}
            yield from (rest, {**rest, "\ud800": value[name]})
            yield from ({**value, name: junk} for junk in changed(value[name]))
    if isinstance(value, list):
        for at, held in enumerate(value):
            yield value[:at] + value[at + 1 :]
            yield from ([*value[:at], junk, *value[at + 1 :]] for junk in changed(held))


@EXPORTS
def test_the_export_itself_is_good(reader: Reader, export: object) -> None:
    """So that what follows starts from something that is read to its end."""
    found = read(reader, json.dumps(export).encode())

    assert [] == [each for each in found if isinstance(each, Bad)]
    assert 3 <= len(found)


@EXPORTS
def test_junk_in_every_place(reader: Reader, export: object) -> None:
    """Any value of the export may be anything, or not be there: every cell is text, every bad row says why."""
    for document in changed(export):
        check(read(reader, json.dumps(document).encode()))


def check(found: list[Row | Bad]) -> None:
    """Every cell is text, and every bad row says why."""
    for each in found:
        if isinstance(each, Bad):
            assert each.place.startswith("e.json")
            assert each.problem.isprintable()
        else:
            assert each.place.isprintable()
            assert all(isinstance(cell, str) for item in each.cells.items() for cell in item)
            assert all(cell.encode() is not None for item in each.cells.items() for cell in item)


MUTATIONS = 2_000


@EXPORTS
def test_mutations_of_any_kind(reader: Reader, export: object, some: Callable[[int], int]) -> None:
    """Values dropped, doubled and exchanged, pieces cut out and bytes changed, several at once: only errors of ours."""
    random = Random(14)
    content = json.dumps(export)
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|[^"{}\[\],:\s]+|[{}\[\],:]', content)
    for _ in range(some(MUTATIONS)):
        mutated = list(tokens)
        for _ in range(random.randint(1, 3)):
            at, other = random.randrange(len(mutated)), random.randrange(len(mutated))
            mutated[at : at + 1] = random.choice(
                [[], [mutated[at]] * 2, [mutated[other]], ["null"], ["{}"], ["[]"], ["NaN"], ['"\\ud800"'], ["9" * 30]]
            )
        damaged = bytearray(" ".join(mutated).encode())
        if random.random() < 0.3:
            del damaged[random.randrange(len(damaged)) :]
        if damaged and random.random() < 0.3:
            damaged[random.randrange(len(damaged))] = random.choice(b'\x00\xff"{}[],:\n\\5')
        try:
            found = read(reader, bytes(damaged))
        except HistoryError:
            continue
        check(found)


@EXPORTS
@pytest.mark.parametrize("indent", [None, 1])
def test_cut_short_at_every_byte(reader: Reader, export: object, indent: int | None) -> None:
    """A file that ends too early is told, never taken for a shorter one."""
    content = json.dumps(export, indent=indent).encode()
    for end in range(1, len(content)):
        try:
            found = read(reader, content[:end])
        except HistoryError:
            continue
        assert any(isinstance(each, Bad) for each in found), content[:end]
