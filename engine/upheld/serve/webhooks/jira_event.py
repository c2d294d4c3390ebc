"""Jira: what it sends when an issue is created, changed or commented.

An event has the issue as it is afterwards and what changed, as an entry of the changelog without its author and
instant: these are the event's. So it is read as an issue whose changelog has this one entry. Of a comment Jira sends
less of the issue: who reported it is often not there, and then nobody knows whether the requester wrote.

    >>> event = ApiObject({"webhookEvent": "jira:issue_updated", "timestamp": "1772442000000",
    ...     "user": {"accountId": "7"},
    ...     "issue": {"id": "1", "key": "UT-1", "fields": {"created": "2026-03-02T08:00:00.000+0000",
    ...     "status": {"name": "Done"}}}, "changelog": {"id": "55", "items": [
    ...     {"field": "status", "fieldtype": "jira", "fromString": "Open", "toString": "Done"}]}})
    >>> live = live_event(event)
    >>> [(row.cells["at"], row.cells["author"], row.cells["from"], row.cells["to"]) for row in live.rows("jira")]
    [('2026-03-02T09:00:00Z', '7', 'Open', 'Done')]
    >>> live.key
    'changelog:55'

Source: Atlassian, Jira Cloud platform, "Webhooks"; decision 0044.
"""

from __future__ import annotations

from typing import Any, Final

from upheld.history.format.api_object import ApiObject
from upheld.history.format.tracker.change import COMMENTED, CREATED
from upheld.serve.webhooks.live_event import Ignored, LiveEvent, plain

OPENED: Final = "jira:issue_created"
UPDATED: Final = "jira:issue_updated"
COMMENT: Final = "comment_created"
_TOLD_APART: Final = ("comment", "worklog")
"""Fields that hold what has events of its own."""


def live_event(event: ApiObject) -> LiveEvent:
    """The event as an export has it. Raises: Ignored; Misshapen."""
    kind = event.needed("webhookEvent")
    if kind not in (OPENED, UPDATED, COMMENT):
        raise Ignored(f"events of kind `{kind[:80]}` say nothing that exports are read for")
    issue = event.child("issue")
    fields = {name: value for name, value in plain(issue.child("fields")).items() if name not in _TOLD_APART}
    held: dict[str, Any] = {"id": issue.needed("id"), "key": issue.text("key"), "changelog": {"histories": []}}
    if kind == OPENED:
        fields.setdefault("creator", event.value("user"))
        return LiveEvent(f"created:{issue.needed('id')}", {**held, "fields": fields}, _is(CREATED))
    if kind == COMMENT:
        comment = event.child("comment")
        fields |= {"comment": {"comments": [plain(comment)]}}
        fields.setdefault("created", comment.value("created"))
        return LiveEvent(f"comment:{comment.needed('id')}", {**held, "fields": fields}, _is(COMMENTED))
    changed = event.child("changelog")
    if not changed.children("items", "changelog.items"):
        raise Ignored("no field changed: a comment has an event of its own")
    entry = plain(changed)
    entry |= {"author": entry.get("author") or event.value("user")}
    entry |= {"created": entry.get("created") or event.needed("timestamp")}
    held["changelog"] = {"histories": [entry]}
    id = changed.needed("id")
    return LiveEvent(f"changelog:{id}", {**held, "fields": fields}, lambda row: row.cells["entry"] == id)


def _is(kind: str) -> Any:
    return lambda row: row.cells["kind"] == kind
