"""Audits of Zendesk become rows of changes, with who wrote them and by which way."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from upheld.history.file import HistoryFile
from upheld.history.format.tracker.zendesk import rows
from upheld.history.formats import format_of
from upheld.history.importer import Bad, Row

RULE = {"channel": "rule", "source": {"rel": "automation", "from": {"id": 5, "title": "Close after 4 days"}}}
USERS = [{"id": 7, "role": "end-user"}, {"id": 8, "role": "agent"}]


def audit(id: int, time: str, *events: dict[str, Any], **more: Any) -> dict[str, Any]:
    held = {"id": id, "ticket_id": 35, "created_at": f"2026-03-02T{time}:00Z", "author_id": 7}
    return {**held, "via": {"channel": "email", "source": {}}, "events": list(events), **more}


def create(field: str, value: Any) -> dict[str, Any]:
    return {"type": "Create", "field_name": field, "value": value}


def change(field: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Change", "field_name": field, "previous_value": before, "value": after, **more}


OPENED = audit(1, "09:00", create("requester_id", "7"), create("status", "new"), create("priority", None))


def read(*documents: Any) -> list[Row | Bad]:
    content = "\n".join(json.dumps(each) for each in documents)
    return list(rows(HistoryFile("z.json", BytesIO(content.encode()))))


def good(*documents: Any) -> list[Row]:
    found = read(*documents)
    assert [] == [each for each in found if isinstance(each, Bad)]
    return [each for each in found if isinstance(each, Row)]


def cells(rows: list[Row], *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.cells.get(name) for name in names) for row in rows]


def test_each_event_is_a_row() -> None:
    """Fields set and changed, with what the ticket holds once the audit is applied."""
    found = good({"audits": [OPENED, audit(2, "10:00", change("status", "new", "open"), author_id=8)]})

    assert [
        ("created", "requester_id", "", "7", "7", "yes", "new"),
        ("created", "status", "", "new", "7", "yes", "new"),
        ("created", "priority", "", "", "7", "yes", "new"),
        ("changed", "status", "new", "open", "8", "no", "open"),
    ] == cells(found, "kind", "field", "from", "to", "author", "author is requester", "ticket status")
    assert [("35", "2026-03-02T10:00:00Z", "email", "2")] == cells(found[-1:], "ticket", "at", "via", "entry")
    assert "z.json:1, audit 2, entry `2`" == found[-1].place


def test_roles_are_those_of_the_users_beside_the_audits() -> None:
    """Without users only the system is known; what a rule did in somebody's audit, the system did."""
    rule = change("priority", None, "high", via=RULE)
    page = {"audits": [OPENED, audit(2, "10:00", change("status", "new", "open"), rule, author_id=8)]}
    names = "author", "author role", "via", "via rel", "rule"

    with_users, without = good({**page, "users": USERS}), good(page)

    assert [
        ("7", "end-user", "email", "", ""),
        ("8", "agent", "email", "", ""),
        ("-1", "system", "rule", "automation", "Close after 4 days"),
    ] == cells([with_users[0], *with_users[3:]], *names)
    assert ["", "", "system"] == [row.cells["author role"] for row in [without[0], *without[3:]]]


def test_users_may_come_first_on_a_line_of_their_own() -> None:
    """As `/api/v2/users.json` gives them."""
    *_, row = good({"users": USERS}, OPENED)

    assert "end-user" == row.cells["author role"]


def test_an_automation_is_the_system() -> None:
    """Its audits have an author of -1."""
    (row,) = good(audit(1, "09:00", change("status", "solved", "closed"), author_id=-1, via=RULE))

    assert [("-1", "system", "automation")] == cells([row], "author", "author role", "via rel")


def test_comments_are_public_or_private() -> None:
    """And have authors of their own: an agent may write for a customer."""
    found = good(
        audit(
            1,
            "09:00",
            {"type": "Comment", "author_id": 7, "public": True, "body": "<b>x</b>", "plain_body": "x"},
            {"type": "Comment", "author_id": 8, "public": False, "body": "y"},
            {"type": "VoiceComment", "public": True},
            author_id=8,
        )
    )

    assert [
        ("commented", "comment", "public", "7", "x"),
        ("commented", "comment", "private", "8", "y"),
        ("commented", "comment", "public", "8", ""),
    ] == cells(found, "kind", "field", "to", "author", "text")


def test_other_events_keep_their_own_kind() -> None:
    """New ones may come at any time; a mapping passes over what it does not know."""
    found = good(
        audit(
            1,
            "09:00",
            {"type": "Notification", "via": RULE, "subject": "hello", "recipients": [7]},
            {"type": "SatisfactionRating", "score": "good"},
            {"type": "CommentPrivacyChange", "comment_id": 3, "public": False},
            {"type": "NobodyKnowsYet", "value": {"deep": [1]}},
        )
    )

    assert [
        ("Notification", "", "system"),
        ("SatisfactionRating", "good", ""),
        ("CommentPrivacyChange", "private", ""),
        ("NobodyKnowsYet", "", ""),
    ] == cells(found, "kind", "to", "author role")


def test_all_of_the_first_audit_says_that_it_opens_the_ticket() -> None:
    """So that a mapping tells the comment which is the request from those that follow."""
    comment = {"type": "Comment", "public": True, "body": "x"}

    found = good(audit(1, "09:00", comment, create("status", "new")), audit(2, "10:00", comment))

    assert [("commented", "yes"), ("created", "yes"), ("commented", "no")] == cells(found, "kind", "opening")


def test_custom_fields_and_lists() -> None:
    """A custom field is called by its number; several values are a list, one is itself."""
    tags = audit(1, "09:00", create("tags", ["a", "b"]), create("360001", True), create("360002", ["x"]))

    (row, *_) = good(tags)

    assert [('["a", "b"]', "true", "x")] == cells([row], "ticket tags", "ticket 360001", "ticket 360002")


def test_pages_come_in_order() -> None:
    """A page may give the latest first; an audit before one of its ticket on an earlier page is bad."""
    changed = audit(2, "10:00", change("status", "new", "open"))

    assert good({"audits": [OPENED, changed]}) == [
        Row(row.place.replace("audit 2", "x").replace("audit 1", "audit 2").replace("x", "audit 1"), row.cells)
        for row in good({"audits": [changed, OPENED]})
    ]
    late, bad = read(changed, OPENED)
    assert isinstance(late, Row)
    assert (
        Bad("z.json:2", "this audit is earlier than one of ticket `35` before it: put the pages in order of time")
        == bad
    )


@pytest.mark.parametrize(
    "document", [OPENED, {"audit": OPENED}, {"audits": [OPENED]}, [OPENED], [{"audits": [OPENED]}]]
)
def test_an_audit_is_read_wherever_it_stands(document: object) -> None:
    """Alone, as one of a ticket, on a page, in a list."""
    assert 3 == len(good(document))


AGAIN = "export it again with the call that the documentation names"


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"ticket_id": None}, f"`ticket_id` is missing: {AGAIN}"),
        ({"created_at": 5}, "`created_at`: `5` is no instant: write date, time and offset, such as "),
        ({"events": {}}, f"`events` is no list of objects: {AGAIN}"),
        ({"events": [{}]}, f"`type` is missing: {AGAIN}"),
        ({"events": [{"type": "Create"}]}, f"`field_name` is missing: {AGAIN}"),
        ({"events": [{"type": "Comment", "body": {}}]}, "`body` is a mapping, and no text"),
        ({"via": "email"}, f"`via` is no object: {AGAIN}"),
    ],
)
def test_an_audit_that_is_none_is_told(change: dict[str, Any], problem: str) -> None:
    """With its place; nothing of it counts, and the next one is read."""
    bad, *rest = read({"audits": [{**OPENED, **change}, OPENED]})

    assert isinstance(bad, Bad)
    assert "z.json:1, audit 1" == bad.place
    assert bad.problem.startswith(problem)
    assert 3 == len(rest)


def test_a_page_of_something_else_is_told() -> None:
    """The tickets themselves, for one, do not tell how they came to be so."""
    assert [Bad("z.json:1", "there are no `audits` here: export them with `/api/v2/ticket_audits`")] == read(
        {"tickets": []}
    )
    assert [Bad("z.json:1", f"`audits` is no list of objects: {AGAIN}")] == read({"audits": 5})


def test_real_audits(shared: Path) -> None:
    """91 audits of 86 tickets, their events counted by hand."""
    path = shared / "data" / "payloads" / "zendesk" / "ticket_audits.json"
    with HistoryFile.open(str(path)) as file:
        assert "zendesk" == format_of(file).name
        found = [row for row in rows(file) if isinstance(row, Row)]

    assert (91, 86, 863) == (
        len({row.cells["entry"] for row in found}),
        len({row.cells["ticket"] for row in found}),
        len(found),
    )
    kinds = Counter((row.cells["kind"], row.cells["field"]) for row in found)
    assert {"commented": 88, "created": 771, "changed": 4} == Counter(row.cells["kind"] for row in found)
    assert (86, 85, 2, 1) == (
        kinds["created", "status"],
        kinds["created", "priority"],
        kinds["changed", "status"],
        kinds["changed", "priority"],
    )
    first = [row for row in found if row.cells["ticket"] == "1"]
    assert [("open",), ("deleted",), ("open",)] == cells([r for r in first if r.cells["field"] == "status"], "to")
    assert [("public",), ("public",), ("private",)] == cells([r for r in first if r.cells["field"] == "comment"], "to")


@pytest.mark.parametrize("name", ["zenpy_spec_audit.json", "zenpy_spec_ticket_audit.json"])
def test_real_single_audits(name: str, shared: Path) -> None:
    """Nine events and a notification that a trigger sent."""
    with HistoryFile.open(str(shared / "data" / "payloads" / "zendesk" / name)) as file:
        assert "zendesk" == format_of(file).name
        *found, notified = rows(file)

    assert isinstance(notified, Row)
    assert 9 == len(found)
    assert [("Notification", "system", "trigger")] == cells([notified], "kind", "author role", "via rel")
