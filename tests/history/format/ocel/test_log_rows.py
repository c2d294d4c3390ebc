"""Object-centric logs: a row for each event of each object that is the ticket, whichever way they are written."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from table_files.object_logs import LOG, ROWS, in_json, in_sqlite, in_xml

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.ocel import object_log
from upheld.history.format.ocel.log_rows import begins, rows
from upheld.history.formats import format_of
from upheld.history.importer import Bad, Row
from upheld.history.part import Part

LOGS = {"json": in_json(), "xml": in_xml(), "sqlite": in_sqlite()}


def found(data: bytes, kind: str = "Incident") -> list[Row | Bad]:
    file = HistoryFile("log", io.BytesIO(data))
    file.part.asked = {"object-type": kind}
    return list(rows(file))


def told(data: bytes, kind: str = "Incident") -> str:
    with pytest.raises(HistoryError) as raised:
        found(data, kind)
    return str(raised.value)


@pytest.mark.parametrize("name", LOGS)
def test_all_three_say_the_same(name: str) -> None:
    """An event of two incidents is a row of each; what an incident was is told as of then."""
    assert [each.cells for each in found(LOGS[name]) if isinstance(each, Row)] == ROWS


@pytest.mark.parametrize("name", LOGS)
def test_the_type_that_is_the_ticket_has_to_be_said(name: str) -> None:
    assert told(LOGS[name], "") == (
        "log: there are `Incident`, `Customer`: say which is meant, such as `object-type: Incident` in the mapping"
    )
    assert told(LOGS[name], "incident") == "log: there is no object type `incident`; did you mean `Incident`?"
    assert [each.cells["ticket"] for each in found(LOGS[name], "Customer") if isinstance(each, Row)] == [
        *("c1", "c1", "c2", "c2")
    ]


def test_a_draft_takes_what_is_called_like_a_ticket() -> None:
    """Though more events are about customers."""
    file = HistoryFile("log", io.BytesIO(LOGS["json"]))
    file.part = Part(guesses=True)
    assert len(list(rows(file))) == 3
    assert (file.part.chosen, file.part.others) == ("Incident", ["Customer"])


def changed(**parts: Any) -> bytes:
    return json.dumps({**LOG, **parts}).encode()


def event(**parts: Any) -> dict[str, Any]:
    return {**LOG["events"][0], **parts}


def test_what_cannot_be_read_is_bad_and_the_rest_is_read() -> None:
    events = [event(time="soon"), event(time=None), event(id=None), {}, event()]
    objects = [
        *LOG["objects"],
        {"id": "x"},
        {"id": "i3", "type": "Incident", "attributes": [{"name": "a", "time": "x"}]},
    ]
    instant = "is no instant: write instants as in `2026-03-02T09:00:00Z`"
    assert [
        each.problem if isinstance(each, Bad) else each.place for each in found(changed(events=events, objects=objects))
    ] == [
        "this object has no `type`",
        f"`x` {instant}",
        "this event has no `time`",
        "this event has no `id`",
        "this event has no `id`",
        f"`soon` {instant}",
        "log: event 5",
    ]


def test_an_object_that_nobody_knows_is_told() -> None:
    data = changed(events=[event(relationships=[{"objectId": "i1"}, {"objectId": "nobody"}])])
    file = HistoryFile("log", io.BytesIO(data))
    file.part.asked = {"object-type": "Incident"}
    assert len(list(rows(file))) == 1
    assert [(each.kind, each.values) for each in file.notices] == [("unknown-object", {"object": "nobody"})]


def test_columns_keep_apart() -> None:
    """An attribute may be called as a column that every row has."""
    attributes = [{"name": "time", "value": "x"}, {"name": "event id", "value": "y"}]
    objects = [
        {"id": "i1", "type": "Incident", "attributes": [{"name": "id", "value": 7}, {"name": "n", "value": True}]}
    ]
    (row,) = found(changed(events=[event(attributes=attributes)], objects=objects))
    assert isinstance(row, Row)
    assert {"event time": "x", "event event id": "y", "ticket id": "7", "ticket n": "true"}.items() <= dict(
        row.cells
    ).items()
    assert row.cells["ticket"] == "i1"


VERSION_1 = "this is an object-centric log of OCEL 1, which does not tell what an object was at an earlier time"
OLD_XML = (
    "<log><global scope='event'><string key='ocel:activity' value='x'/></global><events><event>"
    "<string key='id' value='e1'/></event></events><objects/></log>"
)


@pytest.mark.parametrize(
    "data, problem",
    [
        (b'{"ocel:global-log": {}, "ocel:events": {}, "ocel:objects": {}}', f"log: {VERSION_1}"),
        (OLD_XML.encode(), f"log:1: {VERSION_1}"),
        (b"<log><events><event><string key='ocel:id'/></event></events><objects/></log>", f"log:1: {VERSION_1}"),
        (b'{"objectTypes": [], "events": []}', "log: this is no whole log of OCEL 2.0: it lacks `events` or `objects`"),
        (b'{"objectTypes": [], "events": [}', "log:1: this is no JSON: `}` cannot stand at column 32"),
        (b'{"objectTypes": [], "events"', "log:1: it ends before its JSON does: it was cut short"),
        (b'{"objectTypes": "\xff"}', "log: byte 0xff is not UTF-8: save the log as UTF-8"),
        (b'{"eventTypes": [], "events": [], "objects": []}', "log: this log has no object, and so no ticket"),
        (LOGS["xml"][:-40], "log:8: the file ends before its log does: it was cut short"),
        (
            b"<log><object-types></log>",
            "log:1: this is no XML: an element ends here that did not begin last; export it again",
        ),
        (b"<log><object-types/><strange/></log>", "log:1: `strange` is no part of a log of OCEL 2.0"),
        (b"<!DOCTYPE x><log><object-types/></log>", "log:1: this file declares a document type or an entity"),
        (b"<log><object-types>" + b"<a>" * 70, "log:1: elements are nested more than 64 deep"),
        (b"ticket,at", "log: this is no object-centric log (OCEL 2.0): say what it is with `--from`"),
        (in_sqlite("DROP TABLE event_object"), "log: this is an SQLite database and no event log"),
        (in_sqlite("ALTER TABLE event RENAME ocel_id TO x"), "log: table `event` has no column `ocel_id`"),
        (LOGS["sqlite"][:5000], "log: this database is damaged: export it again"),
    ],
)
def test_what_is_no_such_log_is_told(data: bytes, problem: str) -> None:
    assert told(data).startswith(problem)


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_log, "MOST_HELD", 10)
    for data in LOGS.values():
        assert told(data).startswith("log: at most 10 events, objects and values of an object-centric log are read")


@pytest.mark.parametrize(
    "name, data, expected",
    [
        ("log.jsonocel", LOGS["json"], "ocel"),
        ("log.json", LOGS["json"], "ocel"),
        ("log.xmlocel", LOGS["xml"], "ocel"),
        ("log.xml", LOGS["xml"], "ocel"),
        ("log", LOGS["xml"], "ocel"),
        ("log.sqlite", LOGS["sqlite"], "ocel"),
        ("log.bin", LOGS["sqlite"], "ocel"),
        ("log.xmlocel", OLD_XML.encode(), "ocel"),
        ("log.xml", b"<log xes.version='1.0'><trace/></log>", "xes"),
    ],
)
def test_they_are_recognised(name: str, data: bytes, expected: str) -> None:
    assert format_of(HistoryFile(name, io.BytesIO(data))).name == expected


def test_json_may_begin_with_either() -> None:
    assert begins(b'{"events": [{"id": "e", "relationships": [{"objectId": "i", "qualifier": ""')
    assert not begins(b'{"issues": []}')
