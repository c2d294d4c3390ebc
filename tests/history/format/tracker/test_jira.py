"""Issues of Jira become rows of changes, from their opening on."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from upheld.history.file import HistoryFile
from upheld.history.format.tracker.jira import rows
from upheld.history.formats import format_of
from upheld.history.importer import Bad, Row

CUSTOMER = {"accountId": "c-1", "displayName": "Customer", "accountType": "customer"}
AGENT = {"accountId": "a-1", "displayName": "Agent", "accountType": "atlassian"}


def item(field: str, before: str | None, after: str | None, **more: str) -> dict[str, Any]:
    ids = {"from": before and f"id of {before}", "to": after and f"id of {after}"}
    return {"field": field, **ids, "fromString": before, "toString": after, **more}


def entry(id: int, time: str, *items: dict[str, Any], author: Any = AGENT) -> dict[str, Any]:
    return {"id": str(id), "author": author, "created": f"2026-03-02T{time}:00.000+0100", "items": list(items)}


def issue(*histories: dict[str, Any], **fields: Any) -> dict[str, Any]:
    held = {
        "created": "2026-03-02T09:00:00.000+0100",
        "creator": AGENT,
        "reporter": CUSTOMER,
        "status": {"name": "Done", "id": "3"},
        "project": {"key": "UT", "name": "Desk"},
    }
    return {
        "id": "10125",
        "key": "UT-1",
        "fields": {**held, **fields},
        "changelog": {"startAt": 0, "total": len(histories), "histories": list(histories)},
    }


def read(*documents: Any) -> list[Row | Bad]:
    content = "\n".join(json.dumps(each) for each in documents)
    return list(rows(HistoryFile("jira.json", BytesIO(content.encode()))))


def good(*documents: Any) -> list[Row]:
    found = read(*documents)
    assert [] == [each for each in found if isinstance(each, Bad)]
    return [each for each in found if isinstance(each, Row)]


def cells(rows: list[Row], *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.cells.get(name) for name in names) for row in rows]


def test_the_opening_status_is_where_the_first_change_came_from() -> None:
    """It is not in the changelog; the rest of the course follows from it."""
    changes = entry(1, "10:00", item("status", "Open", "Doing")), entry(2, "11:00", item("status", "Doing", "Done"))

    found = good(issue(*changes))

    assert [
        ("created", "status", "", "Open", "Open", "2026-03-02T09:00:00.000+0100"),
        ("changed", "status", "Open", "Doing", "Doing", "2026-03-02T10:00:00.000+0100"),
        ("changed", "status", "Doing", "Done", "Done", "2026-03-02T11:00:00.000+0100"),
    ] == cells(found, "kind", "field", "from", "to", "ticket status", "at")
    assert {"UT-1"} == {row.cells["ticket"] for row in found}
    assert "jira.json:1, issue `UT-1`, entry `2`" == found[-1].place


def test_an_issue_that_never_changed_was_opened_in_its_present_status() -> None:
    """One row, by who created it, for who asked for it."""
    (opening,) = good(issue())

    assert [("created", "Done", "a-1", "no", "Customer", "c-1")] == cells(
        [opening], "kind", "to", "author", "author is requester", "ticket reporter", "ticket reporter id"
    )


def test_a_changelog_with_the_latest_first_is_turned_round() -> None:
    """Jira Cloud gives it so, Jira Server the other way; entries of one instant keep their order."""
    forth = [
        entry(1, "10:00", item("status", "A", "B")),
        entry(2, "10:00", item("status", "B", "C")),
        entry(3, "11:00", item("status", "C", "Done")),
    ]

    assert good(issue(*forth)) == good(issue(*reversed(forth)))
    assert ["A", "B", "C", "Done"] == [row.cells["to"] for row in good(issue(*forth))]


def test_no_row_knows_what_came_later() -> None:
    """Fields hold what they held at that time; sums of the end are not there at all."""
    change = entry(1, "10:00", item("status", "Open", "Done"), item("priority", None, "High"))
    later = entry(2, "11:00", item("resolution", "", "Fixed"), item("assignee", None, "Agent"))

    found = good(
        issue(
            change,
            later,
            priority={"name": "High"},
            resolution={"name": "Fixed"},
            assignee=AGENT,
            resolutiondate="2026-03-02T11:00:00.000+0100",
            timespent=3600,
        )
    )

    assert [
        ("Open", "", "", ""),
        ("Done", "High", "", ""),
        ("Done", "High", "", ""),
        ("Done", "High", "Fixed", "Agent"),
        ("Done", "High", "Fixed", "Agent"),
    ] == cells(found, "ticket status", "ticket priority", "ticket resolution", "ticket assignee")
    known = {name for row in found for name in row.cells}
    assert set() == known & {"ticket resolutiondate", "ticket timespent", "ticket updated", "ticket assignee id"}


def test_a_field_set_and_cleared_again_is_known_in_between() -> None:
    """That it holds nothing today says nothing of yesterday."""
    found = good(
        issue(
            entry(1, "10:00", item("priority", "Low", "High")),
            entry(2, "11:00", item("priority", "High", None)),
            priority=None,
        )
    )

    assert ["Low", "High", ""] == [row.cells["ticket priority"] for row in found]


def test_fields_are_called_by_their_ids() -> None:
    """The id in the item, else what the page's names say, else what Jira always called it, else the name itself."""
    page = {
        "names": {"customfield_7": "Severity"},
        "issues": [
            issue(
                entry(
                    1,
                    "10:00",
                    item("Severity", "S2", "S1"),
                    item("Impact", "a", "b", fieldId="customfield_8"),
                    item("Fix Version", "", "1.0"),
                    item("Workflow", "x", "y"),
                ),
                customfield_7={"value": "S1"},
                customfield_8="b",
                fixVersions=[{"name": "1.0"}],
                labels=["x", "y"],
                components=[{"name": "Desk"}],
            )
        ],
    }

    opening, *changes = good(page)

    assert [
        ("customfield_7", "Severity"),
        ("customfield_8", "Impact"),
        ("fixVersions", "Fix Version"),
        ("Workflow", "Workflow"),
    ] == cells(changes, "field", "field name")
    assert [("S2", "a", None, None, '["x", "y"]', "Desk")] == cells(
        [opening],
        "ticket customfield_7",
        "ticket customfield_8",
        "ticket fixVersions",
        "ticket Workflow",
        "ticket labels",
        "ticket components",
    )


def test_custom_fields_are_left_out_where_any_may_have_changed() -> None:
    """A name that no id is known for, or that two have: today's severity is not taken for the first one."""
    change = entry(1, "10:00", item("Severity", "S2", "S1", fieldtype="custom"))
    one = issue(change, customfield_7={"value": "S1"}, customfield_8="b", priority={"name": "High"})
    twice = {"names": {"customfield_7": "Severity", "customfield_8": "Severity"}, "issues": [one]}
    once = {"names": {"customfield_7": "Severity", "customfield_8": "Impact"}, "issues": [one]}
    names = "ticket customfield_7", "ticket customfield_8", "ticket priority"

    assert [(None, None, "High")] == cells(good(one)[:1], *names)
    assert [(None, None, "High")] == cells(good(twice)[:1], *names)
    assert [("S2", "b", "High")] == cells(good(once)[:1], *names)


def test_comments_and_worklogs_stand_among_the_changes() -> None:
    """In the order of time; a comment is private where Jira says so, work is in whole minutes."""
    found = good(
        issue(
            entry(1, "10:00", item("status", "Open", "Done")),
            comment={
                "total": 3,
                "comments": [
                    {"id": "5", "author": CUSTOMER, "created": "2026-03-02T09:30:00.000+0100", "body": "hello"},
                    {
                        "id": "6",
                        "author": AGENT,
                        "created": "2026-03-02T10:30:00.000+0100",
                        "body": {"type": "doc"},
                        "jsdPublic": False,
                    },
                    {
                        "id": "7",
                        "author": AGENT,
                        "created": "2026-03-02T10:40:00.000+0100",
                        "body": "x",
                        "visibility": {"type": "role", "value": "Developers"},
                    },
                ],
            },
            worklog={
                "total": 1,
                "worklogs": [
                    {
                        "id": "8",
                        "author": AGENT,
                        "created": "2026-03-02T10:35:00.000+0100",
                        "started": "2026-03-02T08:00:00.000+0100",
                        "timeSpentSeconds": 5400,
                    }
                ],
            },
        )
    )

    assert [
        ("created", "Open", "a-1", "no", "", ""),
        ("commented", "public", "c-1", "yes", "hello", ""),
        ("changed", "Done", "a-1", "no", "", ""),
        ("commented", "private", "a-1", "no", "", ""),
        ("worked", "", "a-1", "no", "", "90"),
        ("commented", "private", "a-1", "no", "x", ""),
    ] == cells(found, "kind", "to", "author", "author is requester", "text", "minutes")


def test_authors_may_be_gone() -> None:
    """An entry of nobody has no author, and nobody knows whether they asked for it."""
    _, change = good(issue(entry(1, "10:00", item("status", "Open", "Done"), author=None)))

    assert [("", "")] == cells([change], "author", "author is requester")


@pytest.mark.parametrize("total", [0, 2, 120])
def test_an_issue_whose_changelog_is_cut_is_bad(total: int) -> None:
    """Its first status would be a guess; the next issue is read."""
    cut = issue(entry(1, "10:00", item("status", "Open", "Done")))
    cut["changelog"]["total"] = total

    bad, opening = read({"issues": [cut, issue()]})

    advice = "get all of them with `/changelog/bulkfetch`, and put them before the issues"
    assert Bad("jira.json:1, issue `UT-1`", f"1 of {total} entries of its changelog are here: {advice}") == bad
    assert isinstance(opening, Row)


def test_whole_changelogs_come_before_the_issues() -> None:
    """In pages of their own, with instants in milliseconds; what an issue has of its changelog then does not count."""
    first, second = (
        entry(1, "10:00", item("status", "Open", "Doing")),
        entry(2, "11:00", item("status", "Doing", "Done")),
    )
    pages = [
        {"issueChangeLogs": [{"issueId": "10125", "changeHistories": [{**first, "created": 1772442000000}]}]},
        {
            "issueChangeLogs": [{"issueId": "10125", "changeHistories": [second]}, {"issueId": "9"}],
            "nextPageToken": None,
        },
    ]
    cut = issue(second)
    cut["changelog"]["total"] = 2

    found = good(*pages, {"issues": [cut]})

    assert [
        ("Open", "2026-03-02T09:00:00.000+0100"),
        ("Doing", "2026-03-02T09:00:00Z"),
        ("Done", "2026-03-02T11:00:00.000+0100"),
    ] == cells(found, "to", "at")


def test_comments_and_worklogs_that_did_not_come_are_told() -> None:
    """What is there is read; the history is not complete."""
    bad, opening = read(issue(worklog={"total": 25, "worklogs": []}, comment={"total": 3, "comments": []}))

    assert "jira.json:1, issue `UT-1`" == bad.place
    assert isinstance(bad, Bad)
    assert "0 of 3 comments are here: get the rest with `/issue/KEY/comment`" in bad.problem
    assert "0 of 25 worklogs are here: get the rest with `/issue/KEY/worklog`" in bad.problem
    assert isinstance(opening, Row)


AGAIN = "export it again with the call that the documentation names"


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"key": None, "id": None}, f"`id` is missing: {AGAIN}"),
        ({"key": {"a": 1}}, "`key` is a mapping, and no text"),
        ({"fields": []}, f"`fields` is no object: {AGAIN}"),
        ({"fields": {"status": {"name": "Open"}}}, f"`created` is missing: {AGAIN}"),
        (
            {"fields": {"created": "2026-03-02T09:00:00Z"}},
            "`status` is missing among its fields: export it again with all of them",
        ),
        ({"fields": {"created": {}}}, "`created` is a mapping, and no text"),
        ({"changelog": 5}, f"`changelog` is no object: {AGAIN}"),
        ({"changelog": {"histories": [5]}}, f"`changelog.histories` is no list of objects: {AGAIN}"),
        ({"changelog": {"total": "many", "histories": []}}, "`total` is `many`, and no number of things"),
        (
            {"changelog": {"histories": [{"created": "yesterday"}]}},
            "`created`: `yesterday` is no instant: write date, time and offset, such as `2026-03-02T09:00+01:00`",
        ),
        (
            {"changelog": {"histories": [{"created": "2026-03-02T10:00Z", "items": [{}]}]}},
            f"`field` is missing: {AGAIN}",
        ),
    ],
)
def test_an_issue_that_is_none_is_told(change: dict[str, Any], problem: str) -> None:
    """With its place, and the next issue is read."""
    found = read({**issue(), **change}, issue())

    named = "" if "key" in change else ", issue `UT-1`"
    assert Bad(f"jira.json:1{named}", problem) == found[0]
    assert isinstance(found[1], Row)
    assert 2 == len(found)


def test_an_export_without_changelog_says_so() -> None:
    """The most likely mistake."""
    bare = issue()
    del bare["changelog"]

    assert [Bad("jira.json:1, issue `UT-1`", "there is no changelog: export it again with `expand=changelog`")] == read(
        bare
    )


def test_real_issues(shared: Path) -> None:
    """25 issues of one page, in 64 changes of status, and the other changes counted by hand."""
    path = shared / "data" / "payloads" / "jira" / "search_expand_changelog.json"
    with HistoryFile.open(str(path)) as file:
        assert "jira" == format_of(file).name
        found = [row for row in rows(file) if isinstance(row, Row)]

    assert 25 == len({row.cells["ticket"] for row in found})
    assert {
        ("created", "status"): 25,
        ("changed", "status"): 64,
        ("changed", "Workflow"): 25,
        ("changed", "resolution"): 4,
    } == Counter((row.cells["kind"], row.cells["field"]) for row in found)
    assert ["Backlog", "Dev Active", "Dev Done", "Test"] == [
        row.cells["to"] for row in found if row.cells["ticket"] == "UT-26" and row.cells["field"] == "status"
    ]
    assert [] == [
        row for row in found if row.cells["field"] == "status" and row.cells["ticket status"] != row.cells["to"]
    ]
