"""Issues and what happened to them are gathered from wherever they stand, and what is not there is told."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from tracker_payloads import AT_S, DONE, OPENED, PAYLOADS, SOLVED, TAKEN

from upheld.history.file import HistoryFile
from upheld.history.formats import FORMATS, format_of
from upheld.history.importer import Bad, Row


def read(name: str, *documents: Any) -> list[Row | Bad]:
    content = "\n".join(json.dumps(each) for each in documents)
    return list(FORMATS[name].rows(HistoryFile("e.json", BytesIO(content.encode()))))


def good(name: str, *documents: Any) -> list[Row]:
    found = read(name, *documents)
    assert [] == [each for each in found if isinstance(each, Bad)]
    return [each for each in found if isinstance(each, Row)]


def problems(name: str, *documents: Any) -> list[str]:
    return [each.problem for each in read(name, *documents) if isinstance(each, Bad)]


def told(rows: list[Row], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row.cells.get(name, "") for name in names) for row in rows]


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
@pytest.mark.parametrize("collected", [False, True])
def test_each_is_recognised(name: str, suffix: str, collected: bool) -> None:
    """By what only it has, whatever the name says, and also where a tool collected the answers."""
    documents = PAYLOADS[name]()
    if collected:
        documents = [{"backend_name": "x", "data": {"held": documents}}]
    content = "\n".join(json.dumps(each) for each in documents).encode()

    assert name.partition("-")[0] == format_of(HistoryFile(f"e{suffix}", BytesIO(content))).name


@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_of_the_end_is_known_at_the_beginning(name: str) -> None:
    """The opening has what the ticket held then; what follows stands in the order of time."""
    rows = good(name.partition("-")[0], *PAYLOADS[name]())

    opening = {name: cell for name, cell in rows[0].cells.items() if name.startswith("ticket ")}
    assert not {"High", "S2", "high", "closed", "RESOLVED", "resolved", "Fix Released", "FIXED"} & set(opening.values())
    for ticket in {row.cells["ticket"] for row in rows}:
        instants = [row.cells["at"][:19] for row in rows if row.cells["ticket"] == ticket]
        assert sorted(instants) == instants
        assert OPENED[:19] == instants[0]


WITHOUT_HISTORY: dict[str, tuple[str, list[Any], str]] = {
    "bugzilla, the bug alone": ("bugzilla", PAYLOADS["bugzilla"]()[-1:], "there is no history of this bug: put what"),
    "bugzilla, the history alone": (
        "bugzilla",
        PAYLOADS["bugzilla"]()[:1],
        "issue `7` is not here, or stands before what",
    ),
    "gitlab, the issue alone": ("gitlab", PAYLOADS["gitlab"]()[-1:], "it became `closed`, and nothing tells when: put"),
    "gitlab, the events alone": ("gitlab", PAYLOADS["gitlab"]()[:1], "issue `70` is not here, or stands before what"),
    "gitlab, the issue first": (
        "gitlab",
        PAYLOADS["gitlab"]()[::-1],
        "it became `closed`, and nothing tells when: put",
    ),
    "github, the issue alone": ("github", [PAYLOADS["github"]()[0][0]["issue"]], "it became `closed`, and nothing"),
    "github, an event alone": ("github", [{"event": "closed"}], "this event does not tell of which issue it is: put"),
    "phabricator, the task alone": ("phabricator", PAYLOADS["phabricator"]()[-1:], "there are no transactions of this"),
    "phabricator, transactions": (
        "phabricator",
        PAYLOADS["phabricator"]()[:1],
        "issue `PHID-TASK-a` is not here, or stands before what",
    ),
    "launchpad, the task alone": ("launchpad", PAYLOADS["launchpad"]()[-1:], "there is no activity of this bug: put"),
    "launchpad, the activity alone": (
        "launchpad",
        PAYLOADS["launchpad"]()[:1],
        "issue `7` is not here, or stands before what",
    ),
    **{
        f"{name}, something else": (name, [{"x": 1}], f"there is no {what} here")
        for name, what in (
            ("bugzilla", "bug"),
            ("github", "issue"),
            ("gitlab", "issue"),
            ("phabricator", "task"),
            ("launchpad", "bug task"),
        )
    },
}


@pytest.mark.parametrize("name, documents, problem", WITHOUT_HISTORY.values(), ids=WITHOUT_HISTORY)
def test_what_is_not_there_is_told(name: str, documents: list[Any], problem: str) -> None:
    """And how to export it."""
    assert problem in problems(name, *documents)[0]


def test_a_bug_that_holds_its_history() -> None:
    """As Perceval collects them, and servers give them that know `include_fields`; an empty one is one."""
    history, comments, page = PAYLOADS["bugzilla"]()
    bug = {**page["bugs"][0], **history["bugs"][0], "comments": comments["bugs"]["7"]["comments"]}

    rows = good("bugzilla", {"backend_name": "BugzillaREST", "data": bug})
    assert told(rows, "at", "kind", "from", "to") == told(
        good("bugzilla", history, comments, page), "at", "kind", "from", "to"
    )
    fresh = {"id": 8, "creation_time": OPENED, "creator": "x", "status": "NEW", "history": []}
    assert [("created", "NEW")] == told(good("bugzilla", {"bugs": [fresh]}), "kind", "to")


def test_issues_of_two_repositories_are_two() -> None:
    """Which have the same number."""
    (events,) = PAYLOADS["github"]()
    other = json.loads(json.dumps(events).replace("vendor/desk", "vendor/other"))

    rows = good("github", events, other)

    assert ["vendor/desk", "vendor/other"] == [
        r.cells["ticket repository"] for r in rows if r.cells["kind"] == "created"
    ]


def test_notes_of_older_servers_of_gitlab() -> None:
    """Where there are no state events, the system's own notes tell the state; else they say the same again."""
    issue = {"id": 70, "iid": 7, "state": "closed", "created_at": OPENED, "author": {"id": 3}}

    def note(id: int, body: str, at: str) -> dict[str, Any]:
        return {"id": id, "body": body, "system": True, "created_at": at, "author": {"id": 8}}

    notes = [note(2, "closed via merge request !5", DONE), note(1, "changed the description", TAKEN)]
    rows = good("gitlab", {"backend_name": "GitLab", "data": {**issue, "notes_data": notes}})

    assert [("created", "opened", OPENED), ("changed", "closed", DONE)] == told(rows, "kind", "to", "at")
    assert ["it became `closed`, and nothing tells when"] == [
        each.partition(":")[0] for each in problems("gitlab", {**issue, "notes": notes[1:]})
    ]


def test_the_older_call_for_transactions() -> None:
    """With numbers for priorities, which become words where the task tells them."""

    def transaction(id: int, kind: str, at: str, old: Any, new: Any) -> dict[str, Any]:
        return {
            "transactionID": str(id),
            "transactionType": kind,
            "taskID": "7",
            "authorPHID": "PHID-USER-a",
            "dateCreated": str(AT_S[at]),
            "oldValue": old,
            "newValue": new,
            "comments": "…" if kind == "core:comment" else None,
        }

    told_of_7 = [
        transaction(5, "status", DONE, "open", "resolved"),
        transaction(4, "core:comment", SOLVED, None, None),
        transaction(3, "priority", TAKEN, 25, 80),
        transaction(2, "priority", OPENED, None, 25),
        transaction(1, "core:create", OPENED, None, None),
    ]
    task = PAYLOADS["phabricator"]()[-1]
    pages = {"result": {"7": told_of_7}}, task
    perceval = {"backend_name": "Phabricator", "data": {**task["result"]["data"][0], "transactions": told_of_7}}

    for documents in (pages, [perceval]):
        rows = good("phabricator", *documents)
        assert [
            ("created", "", "open", "25"),
            ("changed", "25", "High", "High"),
            ("commented", "", "public", "High"),
            ("changed", "open", "resolved", "High"),
        ] == told(rows, "kind", "from", "to", "ticket priority")


def test_a_ticket_whose_events_begin_later() -> None:
    """Of an incremental export that begins after it was opened nobody knows how it began."""
    (page,) = PAYLOADS["zendesk"]()
    late = {**page, "ticket_events": page["ticket_events"][5:]}

    assert ["ticket `35` was opened before its events begin: export them from its opening on"] * 2 == problems(
        "zendesk", late
    )


def test_the_clocks_of_jira_service_management() -> None:
    """Each cycle is told when it ended, and so nothing is known before; one that goes on, when it began."""

    def at(instant: str) -> dict[str, str]:
        return {"iso8601": instant.replace("Z", "+0000"), "epochMillis": "1"}

    def cycle(began: str, ended: str, breached: bool) -> dict[str, Any]:
        goal, elapsed = {"millis": 4 * 3600 * 1000, "friendly": "4h"}, {"millis": 1_830_000}
        return {
            "startTime": at(began),
            "stopTime": at(ended),
            "breached": breached,
            "goalDuration": goal,
            "elapsedTime": elapsed,
        }

    ongoing = {"startTime": at(SOLVED), "breachTime": at(DONE), "breached": True, "goalDuration": {"millis": 7_200_000}}
    fields = {
        "created": OPENED,
        "status": {"name": "Open"},
        "customfield_10030": {
            "id": "1",
            "name": "Time to first response",
            "completedCycles": [cycle(OPENED, TAKEN, False)],
            "ongoingCycle": ongoing,
        },
    }
    rows = good("jira", {"key": "S-1", "fields": fields, "changelog": {"total": 0, "histories": []}})

    assert [
        ("created", "status", "Open", OPENED, ""),
        ("sla", "customfield_10030", "met", TAKEN.replace("Z", "+0000"), "31"),
        ("sla", "customfield_10030", "ongoing", SOLVED.replace("Z", "+0000"), ""),
        ("sla", "customfield_10030", "breached", DONE.replace("Z", "+0000"), ""),
    ] == told(rows, "kind", "field", "to", "at", "sla elapsed minutes")
    assert ["", "240", "120", "120"] == [row.cells.get("sla goal minutes", "") for row in rows]
    assert "ticket customfield_10030" not in rows[0].cells
