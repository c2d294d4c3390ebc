"""Issues of Redmine become rows of changes, with numbers or names."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from upheld.history.file import HistoryFile
from upheld.history.format.tracker.redmine import rows
from upheld.history.formats import format_of
from upheld.history.importer import Bad, Row

STATUSES = {"issue_statuses": [{"id": 1, "name": "New"}, {"id": 3, "name": "Resolved", "is_closed": False}]}


def detail(name: str, before: str | None, after: str | None, property: str = "attr") -> dict[str, Any]:
    return {"property": property, "name": name, "old_value": before, "new_value": after}


def journal(id: int, time: str, *details: dict[str, Any], notes: str = "", **more: Any) -> dict[str, Any]:
    held = {"id": id, "user": {"id": 4, "name": "Agent"}, "created_on": f"2026-03-02T{time}:00Z"}
    return {**held, "notes": notes, "details": list(details), **more}


def issue(*journals: dict[str, Any], **more: Any) -> dict[str, Any]:
    held = {
        "id": 7311,
        "created_on": "2026-03-02T09:00:00Z",
        "author": {"id": 24, "name": "Customer"},
        "status": {"id": 3, "name": "Resolved"},
        "priority": {"id": 7, "name": "Urgent"},
        "project": {"id": 91, "name": "Desk"},
    }
    return {"issue": {**held, "journals": list(journals), **more}}


def read(*documents: Any) -> list[Row | Bad]:
    content = "\n".join(json.dumps(each) for each in documents)
    return list(rows(HistoryFile("r.json", BytesIO(content.encode()))))


def good(*documents: Any) -> list[Row]:
    found = read(*documents)
    assert [] == [each for each in found if isinstance(each, Bad)]
    return [each for each in found if isinstance(each, Row)]


def cells(rows: list[Row], *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.cells.get(name) for name in names) for row in rows]


CHANGED = journal(2, "10:00", detail("status_id", "1", "3"), detail("priority_id", "5", "7"), notes="done")


def test_numbers_stay_numbers_without_their_names() -> None:
    """That the present status has a name beside it changes nothing: half of the names are no help."""
    found = good(issue(CHANGED))

    assert [
        ("created", "status_id", "", "1", "1", "5", "24", "yes"),
        ("changed", "status_id", "1", "3", "3", "7", "4", "no"),
        ("changed", "priority_id", "5", "7", "3", "7", "4", "no"),
        ("commented", "notes", "", "public", "3", "7", "4", "no"),
    ] == cells(
        found, "kind", "field", "from", "to", "ticket status_id", "ticket priority_id", "author", "author is requester"
    )
    assert "r.json:1, issue `7311`, entry `2`" == found[-1].place


@pytest.mark.parametrize("documents", [(STATUSES, issue(CHANGED)), ({**STATUSES, **issue(CHANGED)},)])
def test_names_come_before_the_issues_or_with_them(documents: tuple[object, ...]) -> None:
    """The numbers stay in columns of their own; what has no name keeps its number."""
    opening, status, priority, _ = good(*documents)

    assert [("New", None), ("Resolved", "3"), ("7", "7")] == cells([opening, status, priority], "to", "to id")
    assert [("New",), ("Resolved",)] == cells([opening, status], "ticket status_id")


def test_a_status_that_never_changed_is_the_one_it_was_opened_in() -> None:
    """So is any other field."""
    (opening,) = good(issue(custom_fields=[{"id": 12, "name": "Site", "value": ["a", "b"]}], done_ratio=50))

    assert [("3", "3", "7", '["a", "b"]', "50")] == cells(
        [opening], "to", "ticket status_id", "ticket priority_id", "ticket cf_12", "ticket done_ratio"
    )


def test_custom_fields_and_attachments() -> None:
    """A custom field is called by its number, as filters of Redmine call it."""
    changes = journal(2, "10:00", detail("12", "a", "b", "cf"), detail("99", None, "log.txt", "attachment"))

    opening, field, attachment = good(issue(changes, custom_fields=[{"id": 12, "name": "Site", "value": "b"}]))

    assert [("cf_12", "a", "b", "b"), ("attachment", "", "log.txt", "b")] == cells(
        [field, attachment], "field", "from", "to", "ticket cf_12"
    )
    assert [("a",)] == cells([opening], "ticket cf_12")


def test_notes_are_public_unless_private() -> None:
    """Empty notes are none; a journal without notes and details is no row."""
    found = good(
        issue(
            journal(2, "10:00", notes="x", private_notes=True),
            journal(3, "10:01", notes=" "),
            journal(4, "10:02", notes="y"),
        )
    )

    assert [("private", "x"), ("public", "y")] == cells(found[1:], "to", "text")


@pytest.mark.parametrize(
    "hours, minutes", [(0.5, "30"), ("0.33", "20"), (1.67, "100"), (0, "0"), ("0.5000000074505806", "30")]
)
def test_hours_are_the_nearest_minutes(hours: object, minutes: str) -> None:
    """Redmine keeps them with two digits."""
    spent = {"id": 5, "issue": {"id": 7311}, "user": {"id": 4}, "hours": hours, "spent_on": "2026-03-01"}
    entries = {"time_entries": [{**spent, "created_on": "2026-03-02T10:30:00Z", "activity": {"name": "Support"}}]}

    *_, worked = good(entries, issue(CHANGED))

    assert [("worked", "time_entry", minutes, "Support", "2026-03-01")] == cells(
        [worked], "kind", "field", "minutes", "activity", "started"
    )


@pytest.mark.parametrize("hours", ["-1", "NaN", "1e9", "٣", "half an hour"])
def test_hours_that_are_none(hours: str) -> None:
    """They cost the issue, since its work would not be whole."""
    entry = {"id": 5, "issue": {"id": 7311}, "hours": hours, "created_on": "2026-03-02T10:30:00Z"}

    assert [Bad("r.json:2, issue `7311`", f"`hours` is `{hours}`, and no number of hours")] == read(
        {"time_entries": [entry]}, issue(CHANGED)
    )


def test_work_on_a_bad_issue_is_told_with_it() -> None:
    """Once, and not as work that has no issue."""
    entry = {"id": 5, "issue": {"id": 7311}, "hours": 1, "created_on": "2026-03-02T10:30:00Z"}

    (bad,) = read({"time_entries": [entry]}, issue({"created_on": "x"}))

    assert "r.json:2, issue `7311`" == bad.place


def test_time_entries_without_their_issue_are_told() -> None:
    """Behind the issue they come too late."""
    *_, bad = read(issue(), {"time_entries": [{"issue": {"id": 7311}}]})

    assert Bad("r.json", "time entries of issue `7311` stand behind it, or it is not here") == bad


@pytest.mark.parametrize(
    "shape",
    [lambda each: each, lambda each: each["issue"], lambda each: {"issues": [each["issue"]]}, lambda each: [each]],
)
def test_an_issue_is_read_wherever_it_stands(shape: Any) -> None:
    """Alone, bare, on a page, in a list."""
    assert 4 == len(good(shape(issue(CHANGED))))


AGAIN = "export it again with the call that the documentation names"
JOURNALS = "there are no journals: export each issue with `/issues/ID.json?include=journals`"


@pytest.mark.parametrize(
    "document, problem",
    [
        ({"projects": []}, "there is no issue here: export each with `/issues/ID.json?include=journals`"),
        ({"issue": {"id": 7}}, JOURNALS),
        ({"issues": 5}, f"`issues` is no list of objects: {AGAIN}"),
        (issue(id=None), f"`id` is missing: {AGAIN}"),
        (issue(status=None), "`status` is missing: export it again with all its fields"),
        (issue(author=[]), f"`author` is no object: {AGAIN}"),
        (issue({"created_on": "x"}), "`created_on`: `x` is no instant: write date, time and offset, such as "),
        (issue(journal(2, "10:00", {"property": "attr"})), f"`name` is missing: {AGAIN}"),
        ({"issue_statuses": [{"id": 1}]}, f"`name` is missing: {AGAIN}"),
    ],
)
def test_an_issue_that_is_none_is_told(document: object, problem: str) -> None:
    """With its place, and the next issue is read."""
    bad, *rest = read(document, issue())

    assert isinstance(bad, Bad)
    assert bad.place in ("r.json:1", "r.json:1, issue `7311`", "r.json:1, issue `7`")
    assert bad.problem.startswith(problem)
    assert 1 == len(rest)


def test_a_real_issue(shared: Path) -> None:
    """22 journals: 16 change the status, 11 have notes; the others are counted by hand too."""
    path = shared / "data" / "payloads" / "redmine" / "issue_with_journals.json"
    with HistoryFile.open(str(path)) as file:
        assert "redmine" == format_of(file).name
        found = [row for row in rows(file) if isinstance(row, Row)]

    assert 22 == len({row.cells["entry"] for row in found} - {"created"})
    assert {
        ("created", "status_id"): 1,
        ("changed", "status_id"): 16,
        ("changed", "priority_id"): 1,
        ("changed", "subject"): 1,
        ("changed", "description"): 6,
        ("commented", "notes"): 11,
    } == Counter((row.cells["kind"], row.cells["field"]) for row in found)
    statuses = [row.cells["to"] for row in found if row.cells["field"] == "status_id"]
    assert "1 3 5 1 5 1 3 5 1 3 5 1 3 1 3 1 3".split() == statuses
    assert [("Data sources is not being updated", "5")] == cells(found[:1], "ticket subject", "ticket priority_id")
