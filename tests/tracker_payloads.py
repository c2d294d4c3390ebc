"""What the APIs of trackers give of one ticket, in the shape that they document, written for the tests.

On Monday, 2 March 2026, UTC: at 9:00 somebody asks for something, of low severity. At 9:30 it is taken up. At 10:00 it
becomes a high one. At 10:30 support answers. At 14:00 it is resolved, at 15:00 opened again, and at 16:00 resolved.
Where a tracker has no such thing, the payload has what comes closest. Each function gives the documents of a file.
"""

from __future__ import annotations

from typing import Any

OPENED, TAKEN, RAISED, ANSWERED, SOLVED, AGAIN, DONE = (
    f"2026-03-02T{time}:00Z" for time in ("09:00", "09:30", "10:00", "10:30", "14:00", "15:00", "16:00")
)
AT_S = {
    at: 1772442000 + seconds
    for at, seconds in (
        (OPENED, 0),
        (TAKEN, 1800),
        (RAISED, 3600),
        (ANSWERED, 5400),
        (SOLVED, 18000),
        (AGAIN, 21600),
        (DONE, 25200),
    )
}


def bugzilla() -> list[Any]:
    """The history and the comments of a bug, and the bug behind them."""

    def entry(when: str, *changes: tuple[str, str, str]) -> dict[str, Any]:
        told = [{"field_name": name, "removed": removed, "added": added} for name, removed, added in changes]
        return {"when": when, "who": "agent@desk", "changes": told}

    history = [
        entry(TAKEN, ("status", "NEW", "ASSIGNED"), ("cc", "", "agent@desk")),
        entry(RAISED, ("severity", "S4", "S2")),
        entry(SOLVED, ("status", "ASSIGNED", "RESOLVED"), ("resolution", "", "FIXED")),
        entry(AGAIN, ("status", "RESOLVED", "REOPENED"), ("resolution", "FIXED", "")),
        entry(DONE, ("status", "REOPENED", "RESOLVED"), ("resolution", "", "FIXED")),
    ]
    comments = [
        {"id": 1, "bug_id": 7, "count": 0, "time": OPENED, "creator": "customer@x", "is_private": False, "text": "…"},
        {"id": 2, "bug_id": 7, "count": 1, "time": ANSWERED, "creator": "agent@desk", "is_private": False, "text": "…"},
    ]
    bug = {
        "id": 7,
        "creation_time": OPENED,
        "creator": "customer@x",
        "creator_detail": {"id": 1, "name": "customer@x"},
        "last_change_time": DONE,
        "status": "RESOLVED",
        "resolution": "FIXED",
        "severity": "S2",
        "product": "Desk",
        "is_open": False,
        "keywords": [],
    }
    return [
        {"bugs": [{"id": 7, "alias": None, "history": history}]},
        {"bugs": {"7": {"comments": comments}}, "comments": {}},
        {"bugs": [bug], "faults": []},
    ]


def github() -> list[Any]:
    """A page of the events of a repository, the latest first, each with its issue as it is today."""
    issue = {
        "number": 7,
        "url": "https://api.github.com/repos/vendor/desk/issues/7",
        "repository_url": "https://api.github.com/repos/vendor/desk",
        "title": "…",
        "user": {"login": "customer"},
        "author_association": "NONE",
        "state": "closed",
        "state_reason": "completed",
        "created_at": OPENED,
        "closed_at": DONE,
        "comments": 1,
        "labels": [{"name": "priority: high"}],
    }

    def event(id: int, kind: str, at: str, **more: Any) -> dict[str, Any]:
        return {"id": id, "event": kind, "actor": {"login": "agent"}, "created_at": at, "issue": issue, **more}

    return [
        [
            event(7, "closed", DONE, state_reason="completed"),
            event(6, "reopened", AGAIN),
            event(5, "closed", SOLVED, state_reason="completed"),
            event(4, "labeled", RAISED, label={"name": "priority: high"}),
            event(3, "unlabeled", RAISED, label={"name": "priority: low"}),
            event(2, "assigned", TAKEN, assignee={"login": "agent"}),
            event(1, "labeled", OPENED, label={"name": "priority: low"}),
        ]
    ]


def github_timeline() -> list[Any]:
    """The same issue with its timeline, which has its comments, too."""
    (events,) = github()
    issue = events[0]["issue"]
    timeline = [{name: value for name, value in each.items() if name != "issue"} for each in reversed(events)]
    comment = {"id": 9, "event": "commented", "created_at": ANSWERED, "user": {"login": "agent"}, "body": "…"}
    timeline.insert(4, {**comment, "actor": {"login": "agent"}, "author_association": "MEMBER"})
    timeline.insert(1, {"event": "committed", "sha": "0a1b", "message": "…"})
    return [{**issue, "timeline": timeline}]


def gitlab() -> list[Any]:
    """The resource events and notes of an issue, and the issue behind them."""

    def event(id: int, at: str, **more: Any) -> dict[str, Any]:
        return {
            "id": id,
            "user": {"id": 8, "username": "agent"},
            "created_at": at,
            "resource_type": "Issue",
            "resource_id": 70,
            **more,
        }

    def label(id: int, at: str, name: str, action: str) -> dict[str, Any]:
        return event(id, at, label={"id": id, "name": name}, action=action)

    def note(id: int, at: str, body: str, system: bool) -> dict[str, Any]:
        return {
            "id": id,
            "body": body,
            "author": {"id": 8},
            "created_at": at,
            "system": system,
            "noteable_id": 70,
            "noteable_type": "Issue",
            "noteable_iid": 7,
            "internal": False,
        }

    return [
        [event(1, SOLVED, state="closed"), event(2, AGAIN, state="reopened"), event(3, DONE, state="closed")],
        [
            label(4, OPENED, "priority::low", "add"),
            label(5, TAKEN, "Doing", "add"),
            label(6, RAISED, "priority::low", "remove"),
            label(7, RAISED, "priority::high", "add"),
        ],
        [note(8, ANSWERED, "…", False), note(9, SOLVED, "closed", True)],
        {
            "id": 70,
            "iid": 7,
            "project_id": 5,
            "title": "…",
            "state": "closed",
            "created_at": OPENED,
            "closed_at": DONE,
            "author": {"id": 3, "username": "customer"},
            "labels": ["Doing", "priority::high"],
            "issue_type": "issue",
        },
    ]


def phabricator() -> list[Any]:
    """The transactions of a task, the latest first, and the task behind them."""

    def transaction(id: int, kind: str, at: str, old: Any, new: Any, who: str = "agent") -> dict[str, Any]:
        return {
            "id": id,
            "phid": f"PHID-XACT-TASK-{id}",
            "type": kind,
            "authorPHID": f"PHID-USER-{who}",
            "objectPHID": "PHID-TASK-a",
            "dateCreated": AT_S[at],
            "dateModified": AT_S[at],
            "groupID": "x",
            "comments": [{"id": id, "version": 1, "content": {"raw": "…"}}] if kind == "comment" else [],
            "fields": {} if kind in ("comment", "create") else {"old": old, "new": new},
        }

    low, high = {"value": 25, "name": "Low"}, {"value": 80, "name": "High"}
    return [
        {
            "result": {
                "data": [
                    transaction(10, "status", DONE, "open", "resolved"),
                    transaction(9, "status", AGAIN, "resolved", "open"),
                    transaction(8, "status", SOLVED, "open", "resolved"),
                    transaction(7, "comment", ANSWERED, None, None),
                    transaction(6, "priority", RAISED, low, high),
                    transaction(5, "owner", TAKEN, None, "PHID-USER-agent"),
                    transaction(4, "priority", OPENED, None, low, "customer"),
                    transaction(3, "status", OPENED, None, "open", "customer"),
                    transaction(2, "title", OPENED, None, "…", "customer"),
                    transaction(1, "create", OPENED, None, None, "customer"),
                ],
                "cursor": {"limit": 100, "after": None},
            },
            "error_code": None,
        },
        {
            "result": {
                "data": [
                    {
                        "id": 7,
                        "type": "TASK",
                        "phid": "PHID-TASK-a",
                        "fields": {
                            "name": "…",
                            "authorPHID": "PHID-USER-customer",
                            "ownerPHID": "PHID-USER-agent",
                            "status": {"value": "resolved", "name": "Resolved", "color": None},
                            "priority": {**high, "color": "red"},
                            "dateCreated": AT_S[OPENED],
                            "dateClosed": AT_S[DONE],
                        },
                        "attachments": {},
                    }
                ]
            }
        },
    ]


def launchpad() -> list[Any]:
    """The activity and the messages of a bug, and its tasks behind them, of which one is another project's."""
    bug = "https://api.launchpad.net/1.0/bugs/7"

    def activity(at: str, what: str, old: str | None, new: str | None) -> dict[str, Any]:
        return {
            "bug_link": bug,
            "datechanged": at.replace("Z", ".125000+00:00"),
            "whatchanged": what,
            "oldvalue": old,
            "newvalue": new,
            "message": None,
            "person_link": "https://api.launchpad.net/1.0/~agent",
        }

    def message(number: int, at: str, who: str) -> dict[str, Any]:
        link = f"https://api.launchpad.net/1.0/desk/+bug/7/comments/{number}"
        return {
            "self_link": link,
            "date_created": at,
            "content": "…",
            "owner_link": f"https://api.launchpad.net/1.0/~{who}",
        }

    def task(target: str, status: str) -> dict[str, Any]:
        return {
            "bug_link": bug,
            "bug_target_name": target,
            "status": status,
            "importance": "High",
            "assignee_link": "https://api.launchpad.net/1.0/~agent",
            "owner_link": "https://api.launchpad.net/1.0/~customer",
            "date_created": OPENED,
            "date_closed": DONE,
        }

    return [
        {
            "entries": [
                activity(OPENED, "bug", None, None),
                activity(TAKEN, "desk: status", "New", "In Progress"),
                activity(TAKEN, "desk: assignee", None, "Agent of the desk (agent)"),
                activity(RAISED, "desk: importance", "Low", "High"),
                activity(RAISED, "other (Ubuntu): status", "New", "Invalid"),
                activity(SOLVED, "desk: status", "In Progress", "Fix Released"),
                activity(AGAIN, "desk: status", "Fix Released", "In Progress"),
                activity(DONE, "desk: status", "In Progress", "Fix Released"),
            ],
            "total_size": 8,
            "start": 0,
        },
        {"entries": [message(0, OPENED, "customer"), message(1, ANSWERED, "agent")], "start": 0},
        {"entries": [task("desk", "Fix Released"), task("other (Ubuntu)", "Invalid")], "start": 0},
    ]


def zendesk_events() -> list[Any]:
    """A page of the incremental export of ticket events, with comments."""

    def event(id: int, at: str, who: int, *children: dict[str, Any], via: str = "Mail") -> dict[str, Any]:
        return {
            "id": id,
            "ticket_id": 35,
            "timestamp": AT_S[at],
            "created_at": at,
            "updater_id": who,
            "via": via,
            "child_events": [{"id": id * 10 + number, "via": via, **each} for number, each in enumerate(children)],
            "event_type": "Audit",
        }

    def create(**field: Any) -> dict[str, Any]:
        return {"event_type": "Create", **field}

    def change(before: Any, **field: Any) -> dict[str, Any]:
        return {"event_type": "Change", "previous_value": before, **field}

    comment = {"event_type": "Comment", "public": True, "body": "…", "author_id": 8}
    opened = create(requester_id=7), create(priority="low"), create(status="new"), create(tags=["a"], added_tags=["a"])
    return [
        {
            "users": [{"id": 7, "role": "end-user"}, {"id": 8, "role": "agent"}],
            "ticket_events": [
                event(1, OPENED, 7, *opened, create(custom_ticket_fields={"360": "x"}), via="Web form"),
                event(2, TAKEN, 8, change("new", status="open")),
                event(3, RAISED, 8, change("low", priority="high")),
                event(4, ANSWERED, 8, comment),
                event(5, SOLVED, 8, change("open", status="solved")),
                event(6, AGAIN, 7, change("solved", status="open")),
                event(7, DONE, 8, change("open", status="solved"), {"comment_present": True, "event_type": "Comment"}),
            ],
            "count": 7,
            "end_time": AT_S[DONE],
        }
    ]


PAYLOADS = {
    "bugzilla": bugzilla,
    "github": github,
    "github-timeline": github_timeline,
    "gitlab": gitlab,
    "phabricator": phabricator,
    "launchpad": launchpad,
    "zendesk": zendesk_events,
}
"""By tracker; what stands behind a hyphen is another shape of the same."""
